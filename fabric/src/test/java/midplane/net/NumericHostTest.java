package midplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumericHostTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "127.0.0.1",
                "255.255.255.255",
                "192.0.2.7",
                "::",
                "::1",
                "2001:db8::1",
                "2001:DB8:0:0:0:0:0:1",
                "::ffff:192.0.2.7",
                "fe80::1"
            })
    void shouldReadLiterals(final String text) throws UnknownHostException {
        assertEquals(InetAddress.getByName(text), NumericHost.parse(text));
    }

    @Test
    void shouldReadIpv6InBrackets() throws UnknownHostException {
        assertEquals(InetAddress.getByName("2001:db8::1"), NumericHost.parse("[2001:db8::1]"));
    }

    @Test
    void shouldReadLeadingZerosAsDecimal() {
        assertEquals("10.0.0.8", text(NumericHost.parse("010.000.0.08")));
    }

    private static String text(final InetAddress address) {
        assertNotNull(address);
        return address.getHostAddress();
    }

    /** Whatever is let through to InetAddress here, it may look up: a stranger's Via must not make an agent wait. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ":",
                "localhost",
                "a",
                "1",
                "1.2",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.256",
                "1.2.3.-4",
                "1.2.3.4 ",
                "0001.2.3.4",
                "000000000000000000001.2.3.4",
                "99999999999.2.3.4",
                ".:1",
                ".::1",
                "1:2",
                ":::",
                "::g",
                "12345::1",
                "::1%lo",
                "fe80::1%1",
                "[::1",
                "::1]",
                "[]",
                "[1]",
                "1:2:3:4:5:6:7:8:9",
                "\uFF11.2.3.4",
                "\uFF11::1",
                "2001:db8::1::2",
                "1.2.3.4:5060"
            })
    void shouldRefuseEverythingElse(final String text) {
        assertNull(NumericHost.parse(text));
    }
}
