package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SipAddressTest {
    private final SipAddress address = new SipAddress();
    private final Slice value = new Slice();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "sip:a@b|sip:a@b",
                "<sip:a@b>|sip:a@b",
                "<sip:a@b;lr?x=y>|sip:a@b;lr?x=y",
                "caller<sip:a@b>|sip:a@b",
                "A B  C <sip:a@b>|sip:a@b",
                "\"A, \\\"B\\\" <no>\" <sip:a@b>|sip:a@b",
                "\"\"<sip:a@b>|sip:a@b",
                "sip <sip:a@b>|sip:a@b",
                "<tel:+123>|tel:+123",
                "<urn:service:sos>|urn:service:sos",
                "sip:a@[2001:db8::1]:5060|sip:a@[2001:db8::1]:5060"
            })
    void shouldReadEveryForm(final String text, final String uri) {
        assertTrue(parse(text), text);
        assertEquals(uri, address.uri().toString());
        assertEquals(text.length(), address.length());
        assertTrue(parse(text + " ; tag = x"), text);
        assertEquals(uri, address.uri().toString());
        assertTrue(address.param("tag", value));
        assertEquals("x", value.toString());
    }

    @Test
    @Conforms("RFC 3261 §20.10")
    void shouldTakeParametersOfTheBareFormForTheHeaders() {
        assertTrue(parse("sip:a@b;expires=60;tag=t"));
        assertEquals("sip:a@b", address.uri().toString());
        assertTrue(address.param("EXPIRES", value));
        assertEquals("60", value.toString());
    }

    @Test
    void shouldStopAtTheComma() {
        final String first = "\"a, b\" <sip:a@b,c>;q=0.5 ";
        assertTrue(parse(first + ", <sip:c@d>;q=1"));
        assertEquals(first.length(), address.length());
        assertEquals("sip:a@b,c", address.uri().toString());
        assertTrue(address.param("q", value));
        assertEquals("0.5", value.toString());
    }

    @Test
    void shouldFindParametersWithoutValueAndInQuotes() {
        assertTrue(parse("<sip:a@b>;+sip.instance=\"<urn:uuid:1;2,3>\";ob"));
        assertTrue(address.param("+sip.instance", value));
        assertEquals("\"<urn:uuid:1;2,3>\"", value.toString());
        assertTrue(address.param("ob", value));
        assertTrue(value.isEmpty());
        assertFalse(address.param("o", value));
    }

    @Test
    void shouldReadTheContactsOfTheTortureTests() {
        assertFalse(parseContactOf("regbadct"), "3.1.2.13: a question mark needs brackets");
        assertTrue(parseContactOf("regescrt"));
        assertTrue(parseContactOf("wsinv"));
        assertEquals("sip:jdrosen@example.com", address.uri().toString());
        assertTrue(address.param("newparam", value));
        assertEquals("newvalue", value.toString());
        assertTrue(address.param("secondparam", value));
        assertTrue(address.param("q", value));
        assertEquals("0.33", value.toString());
        assertTrue(parseContactOf("cparam01"));
        assertTrue(address.param("unknownparam", value));
        assertTrue(parseContactOf("cparam02"));
        assertFalse(address.param("unknownparam", value), "it belongs to the URI");
        assertTrue(parseContactOf("unksm2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "a",
                "<>",
                "<sip:>",
                "<sip:a@b",
                "sip:a@b>",
                "<sip:a b>",
                "< sip:a@b>",
                "<sip:a@b >",
                "<<sip:a@b>>",
                "a, b <sip:a@b>",
                "\"a <sip:a@b>",
                "\"a\\\" <sip:a@b>",
                "\"a\" b <sip:a@b>",
                "\"a\"",
                "<sip:a@b>x",
                "<sip:a@b>;",
                "<sip:a@b>;;a",
                "<sip:a@b>;a=",
                "<sip:a@b>;=a",
                "<sip:a@b>;a=b c",
                "sip:a@b?x=y",
                "sip:a@b c",
                "<sip:a@\u00e4>",
                "<sip:\0@b>",
                ", <sip:a@b>",
                "\u00e4 <sip:a@b>",
                "\"a\\\u00e4\" <sip:a@b>",
                "\"a\\\r\n \" <sip:a@b>"
            })
    void shouldRefuseABrokenAddress(final String text) {
        assertFalse(parse(text), text);
        assertTrue(address.uri().isEmpty());
        assertFalse(address.param("a", value));
    }

    private boolean parseContactOf(final String name) {
        final UnsafeBuffer buffer = Corpus.buffer("rfc4475/" + name + ".dat");
        final SipMessage message = new SipMessage();
        assertEquals(SipFault.NONE, new SipScanner().scan(buffer, 0, buffer.capacity(), message));
        message.value(SipHeader.CONTACT, value);
        return address.parse(buffer, value.offset(), value.length());
    }

    private boolean parse(final String text) {
        return address.parse(Corpus.ofText("xx" + text + ">\";a=b"), 2, text.length());
    }
}
