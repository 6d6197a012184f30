package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipUri.Scheme;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SipUriTest {
    private final SipUri uri = new SipUri();
    private final Slice value = new Slice();

    @Test
    @Conforms("RFC 3261 §19.1.1")
    void shouldReadEveryPart() {
        assertTrue(parse("sip:alice:secret@ms.example.net:5071;transport=UDP;lr?Subject=x&Priority=y"));
        assertEquals(Scheme.SIP, uri.scheme());
        assertEquals("alice", uri.user().toString());
        assertEquals("ms.example.net", uri.host().toString());
        assertEquals(5071, uri.port());
        assertEquals("ms.example.net:5071", uri.hostPort().toString());
        assertTrue(uri.param("Transport", value));
        assertEquals("UDP", value.toString());
        assertTrue(uri.param("lr", value));
        assertTrue(value.isEmpty());
        assertFalse(uri.param("Subject", value));
        assertTrue(uri.hasHeaders());
    }

    @Test
    void shouldReadTheLeast() {
        assertTrue(parse("SIPS:h"));
        assertEquals(Scheme.SIPS, uri.scheme());
        assertTrue(uri.user().isEmpty());
        assertEquals("h", uri.hostPort().toString());
        assertEquals(-1, uri.port());
        assertFalse(uri.param("lr", value));
        assertFalse(uri.hasHeaders());
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldReadAnAnnouncement() {
        assertTrue(parse("sip:annc@ms.example.net;play=file:///prompts/a%20b.wav;repeat=3"));
        assertEquals("annc", uri.user().toString());
        assertTrue(uri.param("play", value));
        assertEquals("file:///prompts/a%20b.wav", value.toString());
        assertTrue(uri.param("repeat", value));
        assertEquals("3", value.toString());
        assertFalse(uri.param("rep", value));
        assertFalse(uri.param("repeats", value));
    }

    @Test
    @Conforms("RFC 3261 §19.1.2")
    void shouldReadSemicolonsAndQuestionMarksInTheUser() {
        assertTrue(parse("sip:user;par=u%40example.net@example.com"));
        assertEquals("user;par=u%40example.net", uri.user().toString());
        assertEquals("example.com", uri.host().toString());
        assertFalse(uri.param("par", value));
        assertTrue(
                parse("sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)"
                        + "@example.com"));
        assertEquals(
                "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", uri.user().toString());
    }

    @Test
    @Conforms("RFC 3261 §19.1.1")
    void shouldReadIpv6() {
        assertTrue(parse("sip:user@[2001:db8::10]:5070;lr"));
        assertEquals("[2001:db8::10]", uri.host().toString());
        assertEquals(5070, uri.port());
        assertEquals("[2001:db8::10]:5070", uri.hostPort().toString());
        assertTrue(parse("sip:[2001:db8::10:5070]"));
        assertEquals(-1, uri.port());
    }

    @Test
    void shouldCountAParameterThatStandsThereTwice() {
        assertTrue(parse("sip:ms;a=1;b;A=2;%61=3;aa=4"));
        assertEquals(3, uri.paramCount("a", value));
        assertEquals("1", value.toString());
        assertEquals(1, uri.paramCount("b", value));
        assertEquals(0, uri.paramCount("c", value));
        assertTrue(value.isEmpty());
    }

    @Test
    void shouldCompareTheUserPartWithItsEscapesResolved() {
        assertTrue(parse("sip:CONF%3d77@ms"));
        assertTrue(uri.hasUser("conf=77"));
        assertTrue(uri.userBegins("conf="));
        assertTrue(uri.userBegins("conf=77"));
        assertFalse(uri.hasUser("conf="));
        assertFalse(uri.userBegins("conf=777"));
        assertTrue(parse("sip:ms"));
        assertFalse(uri.hasUser("ms"));
        assertFalse(uri.hasUser(""));
    }

    @Test
    @Conforms("RFC 3261 §19.1.4")
    void shouldFindAParameterWhoseNameIsEscaped() {
        assertTrue(parse("sip:a@b;%6C%72;pl%61y=x"));
        assertTrue(uri.param("lr", value));
        assertTrue(uri.param("play", value));
        assertEquals("x", value.toString());
    }

    @Test
    @Conforms("RFC 3966 §3")
    void shouldReadATelephoneNumber() {
        assertTrue(parse("tel:+1-201-555-0123;phone-context=example.com"));
        assertEquals(Scheme.TEL, uri.scheme());
        assertEquals("+1-201-555-0123", uri.user().toString());
        assertTrue(uri.hostPort().isEmpty());
        assertTrue(uri.param("phone-context", value));
        assertEquals("example.com", value.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobodyKnowsThisScheme:totallyopaquecontent",
                "soap.beep://192.0.2.103:3002",
                "http://a/b?c=d",
                "x:?"
            })
    void shouldTakeAnyOtherScheme(final String text) {
        assertTrue(parse(text));
        assertEquals(Scheme.OTHER, uri.scheme());
        assertTrue(uri.host().isEmpty());
        assertFalse(uri.param("c", value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sip",
                "sip:",
                ":a@b",
                "sip:@b",
                "sip:a@",
                "sip:a@b@c",
                "sip:a b@c",
                "sip:a@b c",
                "sip:a@b:",
                "sip:a@b:0",
                "sip:a@b:99999",
                "sip:a@b:50x",
                "sip:a@b;",
                "sip:a@b;=v",
                "sip:a@b;n=",
                "sip:a@b;n=v=w",
                "sip:a%@b",
                "sip:a%4@b",
                "sip:a%4G@b",
                "sip:a@b;n=%4",
                "sip:<a>@b",
                "sip:a\"@b",
                "sip:a@[::1",
                "sip:a@[]",
                "sip:a@::1",
                "sip:a#b@c",
                "sip:a:p;w@b",
                "sip:\u00e4@b",
                "sip:a\0@b",
                "tel:",
                "tel:xyz",
                "tel:12;",
                "x:",
                "x:a b",
                "x:%4",
                "1x:a",
                "-x:a",
                "x:<a>",
                "sip:a@b?x y"
            })
    void shouldRefuseABrokenUri(final String text) {
        assertFalse(parse(text));
        assertTrue(uri.host().isEmpty());
        assertTrue(uri.user().isEmpty());
        assertFalse(uri.param("n", value));
    }

    @Test
    @Conforms("RFC 3261 §19.1.2")
    void shouldResolveEscapes() {
        assertArrayEquals("a b%\0\u00ff".getBytes(StandardCharsets.ISO_8859_1), unescaped("a%20b%25%00%fF"));
        assertArrayEquals(new byte[0], unescaped(""));
        assertArrayEquals("plain".getBytes(StandardCharsets.US_ASCII), unescaped("plain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%", "%4", "%4g", "%g4", "%%41", "a%2"})
    void shouldRefuseBrokenEscapes(final String text) {
        final UnsafeBuffer escaped = Corpus.ofText(text + "41");
        assertEquals(-1, SipUri.unescape(value.wrap(escaped, 0, text.length()), new UnsafeBuffer(new byte[16]), 0));
    }

    private static byte[] unescaped(final String text) {
        final byte[] target = new byte[text.length() + 1];
        final int length =
                SipUri.unescape(new Slice().wrap(Corpus.ofText(text), 0, text.length()), new UnsafeBuffer(target), 1);
        return Arrays.copyOfRange(target, 1, 1 + length);
    }

    private boolean parse(final String text) {
        return uri.parse(Corpus.ofText("xx" + text + "41:;n=v"), 2, text.length());
    }
}
