package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SipViaTest {
    private final SipVia via = new SipVia();

    /** No host name by the grammar, but what containers are called. */
    @Test
    void shouldTakeTheNameOfAContainer() {
        assertTrue(parse("SIP/2.0/UDP sipp_client_1:5060;branch=z9hG4bK776"));
        assertEquals("sipp_client_1", via.host().toString());
    }

    @Test
    @Conforms("RFC 3261 §20.42")
    void shouldReadEveryPart() {
        assertTrue(parse("SIP/2.0/UDP pc33.atlanta.com:5066;rport;received=192.0.2.1;branch=z9hG4bK776"));
        assertEquals("UDP", via.transport().toString());
        assertEquals("pc33.atlanta.com", via.host().toString());
        assertEquals(5066, via.port());
        assertEquals("z9hG4bK776", via.branch().toString());
        assertTrue(via.hasMagicCookie());
        assertTrue(via.hasRport());
    }

    @Test
    void shouldReadTheLeast() {
        assertTrue(parse("SIP/2.0/TCP 10.0.0.1"));
        assertEquals(-1, via.port());
        assertTrue(via.branch().isEmpty());
        assertFalse(via.hasMagicCookie());
        assertFalse(via.hasRport());
    }

    @Test
    @Conforms("RFC 3261 §20.42")
    void shouldReadBlanksAndFoldsBetweenParts() {
        assertTrue(parse("SIP  / 2.0\r\n /UDP\r\n    192.0.2.2 : 5060 ;\tbranch\r\n  =  390skdjuw ; rport = 7"));
        assertEquals("192.0.2.2", via.host().toString());
        assertEquals(5060, via.port());
        assertEquals("390skdjuw", via.branch().toString());
        assertFalse(via.hasMagicCookie());
        assertTrue(via.hasRport());
    }

    @Test
    void shouldStopAtTheComma() {
        final String first = "SIP/2.0/UDP a;x=\"quoted , comma\";branch=z9hG4bKa ";
        assertTrue(parse(first + ", SIP/2.0/UDP b;branch=z9hG4bKb;rport"));
        assertEquals(first.length(), via.length());
        assertEquals("a", via.host().toString());
        assertFalse(via.hasRport());
    }

    @Test
    void shouldKeepIpv6InBrackets() {
        assertTrue(parse("SIP/2.0/UDP [2001:db8::9:1]:5061;received=2001:db8::9:255;branch=z9hG4bKas3"));
        assertEquals("[2001:db8::9:1]", via.host().toString());
        assertEquals(5061, via.port());
        assertTrue(parse("SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3"));
        assertEquals(-1, via.port());
    }

    @Test
    @Conforms("RFC 3261 §8.1.1.7")
    void shouldTakeACookieInAnyCaseButNotAlone() {
        assertTrue(parse("SIP/2.0/UDP a;branch=Z9HG4BKx"));
        assertTrue(via.hasMagicCookie());
        assertTrue(parse("SIP/2.0/UDP a;branch=z9hG4bK"));
        assertFalse(via.hasMagicCookie(), "RFC 4475 3.2.1: it names no transaction");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SIP",
                "SIP/2.0",
                "SIP/2.0/UDP",
                "SIP/2.0/UDP ",
                "SIP/2.0/UDPhost",
                "SIP/2.0/UDP[::1]",
                "SIP/2.0/ host",
                "/2.0/UDP host",
                "SIP//UDP host",
                "SIP/2.0/UDP host:",
                "SIP/2.0/UDP host:0",
                "SIP/2.0/UDP host:65536",
                "SIP/2.0/UDP host:5060x",
                "SIP/2.0/UDP host;",
                "SIP/2.0/UDP host;;branch=x",
                "SIP/2.0/UDP host;branch",
                "SIP/2.0/UDP host;branch=",
                "SIP/2.0/UDP host;branch=\"x\"",
                "SIP/2.0/UDP host;branch=a:b",
                "SIP/2.0/UDP host;branch=x;branch=y",
                "SIP/2.0/UDP host;rport;rport",
                "SIP/2.0/UDP host;received=1.2.3.4;received=1.2.3.4",
                "SIP/2.0/UDP host;x=\"open",
                "SIP/2.0/UDP host x",
                "SIP/2.0/UDP [::1",
                "SIP/2.0/UDP []",
                "SIP/2.0/UDP [host]",
                ", SIP/2.0/UDP host"
            })
    void shouldRefuseABrokenVia(final String text) {
        assertFalse(parse(text));
        assertTrue(via.host().isEmpty());
        assertEquals(0, via.length());
    }

    private boolean parse(final String text) {
        final UnsafeBuffer buffer = Corpus.ofText("xx" + text + ";branch=behind");
        return via.parse(buffer, 2, text.length());
    }
}
