package midplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowListTest {
    @Test
    void shouldAllowNobodyWhenEmpty() {
        assertFalse(allows("127.0.0.1"));
        assertFalse(allows("::1"));
    }

    @Test
    void shouldListenToLoopbackByDefault() {
        assertTrue(AllowList.LOOPBACK.allows(peer("127.0.0.1")));
        assertTrue(AllowList.LOOPBACK.allows(peer("127.255.255.255")));
        assertTrue(AllowList.LOOPBACK.allows(peer("::1")));
        assertFalse(AllowList.LOOPBACK.allows(peer("128.0.0.1")));
        assertFalse(AllowList.LOOPBACK.allows(peer("126.255.255.255")));
        assertFalse(AllowList.LOOPBACK.allows(peer("::2")));
        assertFalse(AllowList.LOOPBACK.allows(peer("::")));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0, true",
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.0.0.0/8, 9.255.255.255, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "192.0.2.7/32, 192.0.2.7, true",
        "192.0.2.6/31, 192.0.2.7, true",
        "192.0.2.6/31, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "0.0.0.0/0, ::1, false",
        "128.0.0.0/1, 200.0.0.1, true",
        "128.0.0.0/1, 100.0.0.1, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "2001:db8::/64, 2001:db8::ffff:0:0:1, true",
        "2001:db8::/64, 2001:db8:0:1::1, false",
        "2001:db8::/65, 2001:db8::7fff:0:0:1, true",
        "2001:db8::/65, 2001:db8::8000:0:0:1, false",
        "2001:db8::1, 2001:db8::1, true",
        "2001:db8::1/128, 2001:db8::2, false",
        "[2001:db8::]/32, 2001:db8::2, true",
        "::/0, 2001:db8::1, true",
        "::/0, 192.0.2.7, false",
        "::/64, 192.0.2.7, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true",
        "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "8000::/1, ffff::1, true"
    })
    void shouldCompareThePrefix(final String block, final String source, final boolean expected) {
        assertEquals(expected, allows(source, block));
    }

    @Test
    void shouldAllowWhatAnyBlockAllows() {
        final String[] blocks = {"10.0.0.0/8", " 192.0.2.7 ", "2001:db8::/32"};
        assertTrue(allows("10.1.1.1", blocks));
        assertTrue(allows("192.0.2.7", blocks));
        assertTrue(allows("2001:db8::1", blocks));
        assertFalse(allows("192.0.2.8", blocks));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/8",
                "10",
                "10.0.0/8",
                "10.0.0.0.0/8",
                "256.0.0.0/8",
                "localhost",
                "all",
                "*",
                "10.0.0.*",
                "10.0.0.0-10.0.0.9",
                "2001:db8:::/32",
                "fe80::1%lo"
            })
    void shouldNameWhatIsNoBlock(final String block) {
        final String message = complaint(block);
        assertTrue(message.startsWith('\'' + block + "': expected an address or a CIDR block"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.0.0.0/ 8",
                "10.0.0.0/0008"
            })
    void shouldNameAPrefixLengthThatIsNone(final String block) {
        final String message = complaint(block);
        assertTrue(message.startsWith('\'' + block + "': expected a prefix length of 0 to 32"), message);
    }

    @Test
    void shouldKnowThatIpv6IsLonger() {
        assertTrue(complaint("2001:db8::/129").contains("0 to 128"));
    }

    @Test
    void shouldProposeTheNetworkWhenAHostStandsInItsPlace() {
        assertEquals(
                "'10.1.2.3/8': the address has bits beyond its prefix: expected 10.0.0.0/8, or the address alone",
                complaint("10.1.2.3/8"));
        assertTrue(complaint("2001:db8::1/32").contains("expected 2001:db8:0:0:0:0:0:0/32,"));
    }

    private static String complaint(final String block) {
        return assertThrows(IllegalArgumentException.class, () -> AllowList.parse(List.of("127.0.0.1", block)))
                .getMessage();
    }

    private static boolean allows(final String source, final String... blocks) {
        return AllowList.parse(List.of(blocks)).allows(peer(source));
    }

    private static Peer peer(final String host) {
        return Peer.ofNumeric(host, 5060);
    }
}
