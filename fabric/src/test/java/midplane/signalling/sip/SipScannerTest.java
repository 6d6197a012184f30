package midplane.signalling.sip;

import static midplane.signalling.sip.Corpus.INVITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SipScannerTest {
    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final Slice slice = new Slice();

    @Test
    @Conforms("RFC 3261 §7.1")
    void shouldReadEveryPartOfAnInvite() {
        assertScans(SipFault.NONE, INVITE);

        assertTrue(message.isRequest());
        assertTrue(message.isAnswerable());
        assertEquals(SipMethod.INVITE, message.method());
        assertEquals("INVITE", message.methodName().toString());
        assertEquals(
                "sip:annc@ms.example.net;play=welcome", message.requestUri().toString());
        assertEquals(0, message.statusCode());
        assertEquals(9, message.headerCount());
        assertEquals(INVITE.indexOf("Via"), message.firstHeaderOffset());
        assertEquals("192.0.2.7", message.topVia().host().toString());
        assertEquals(5066, message.topVia().port());
        assertEquals("3848276298220188511@example.com", message.callId().toString());
        assertEquals("9fxced76sl", message.fromTag().toString());
        assertTrue(message.toTag().isEmpty());
        assertEquals(1, message.cseq());
        assertEquals(SipMethod.INVITE, message.cseqMethod());
        assertEquals(70, message.maxForwards());
        assertEquals(INVITE.length() - 5, message.bodyOffset());
        assertEquals(5, message.bodyLength());
        assertEquals(INVITE.length(), message.length());
        assertEquals(
                "application/sdp", message.value(SipHeader.CONTENT_TYPE, slice).toString());
        assertTrue(message.value(SipHeader.EXPIRES, slice).isEmpty());
    }

    @Test
    @Conforms("RFC 3261 §7.2")
    void shouldReadAResponse() {
        final String ok = "SIP/2.0 200 OK\r\n" + INVITE.substring(INVITE.indexOf("Via"));
        assertScans(SipFault.NONE, ok);
        assertFalse(message.isRequest());
        assertFalse(message.isAnswerable());
        assertEquals(200, message.statusCode());
        assertEquals(SipMethod.OTHER, message.method());
        assertTrue(message.methodName().isEmpty());
        assertTrue(message.requestUri().isEmpty());
        assertEquals(SipMethod.INVITE, message.cseqMethod());
    }

    /** RFC 3261 §25.1: a Reason-Phrase may hold tabs, as it may be empty or in UTF-8. */
    @ParameterizedTest
    @ValueSource(strings = {"SIP/2.0 200 ", "SIP/2.0 200 O\tK", "SIP/2.0 200 \t", "SIP/2.0 200 \u00c3\u00bc"})
    @Conforms("RFC 3261 §25.1")
    void shouldTakeEveryReasonPhrase(final String line) {
        assertScans(SipFault.NONE, withStartLine(line));
        assertEquals(200, message.statusCode());
    }

    @Test
    void shouldCountOffsetsFromTheBeginningOfTheBuffer() {
        final byte[] bytes = new byte[INVITE.length() + 20];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putStringWithoutLengthAscii(11, INVITE);
        assertEquals(SipFault.NONE, scanner.scan(buffer, 11, INVITE.length(), message));
        assertEquals(11, message.offset());
        assertEquals(11 + INVITE.indexOf("Via"), message.lineOffset(0));
        assertEquals(11 + INVITE.length() - 5, message.bodyOffset());
        assertSame(buffer, message.buffer());
    }

    @Test
    void shouldForgetTheLastMessage() {
        assertScans(SipFault.NONE, INVITE.replace("net>\r\n", "net>;tag=x\r\n"));
        assertScans(SipFault.MISSING_VIA, "BYE sip:a@b SIP/2.0\r\n\r\n");
        assertEquals(0, message.headerCount());
        assertEquals(-1, message.cseq());
        assertEquals(-1, message.maxForwards());
        assertEquals(SipMethod.OTHER, message.cseqMethod());
        assertTrue(message.toTag().isEmpty());
        assertTrue(message.callId().isEmpty());
        assertTrue(message.topVia().host().isEmpty());
        assertEquals(-1, message.first(SipHeader.VIA));
        assertFalse(message.isAnswerable());
    }

    @Test
    @Conforms("RFC 3261 §7.5")
    void shouldSkipLineEndsBeforeTheStartLine() {
        assertScans(SipFault.NONE, "\r\n\r\n" + INVITE);
        assertEquals(4, message.offset());
        assertEquals(INVITE.length(), message.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n", "\r\n\r\n", "\n", "\r"})
    void shouldTakeLineEndsAloneForAKeepAlive(final String text) {
        assertScans(SipFault.KEEP_ALIVE, text);
        assertFalse(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\0\0\0",
                "hello",
                " INVITE sip:a@b SIP/2.0\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "<xml/>\r\n\r\n",
                "CRCX 1 ann/$@ms MGCP 1.0\r\n",
                "\u0080\u0000\u0001"
            })
    void shouldCallNoiseWhatDoesNotBeginLikeSip(final String text) {
        assertScans(SipFault.NOISE, text);
        assertFalse(message.isAnswerable());
        assertFalse(message.isRequest());
    }

    @Test
    @Conforms("RFC 3261 §18.3")
    void shouldTakeABodyWithoutContentLengthToTheEnd() {
        assertScans(SipFault.NONE, INVITE.replace("Content-Length: 5\r\n", "") + "s=-\r\n");
        assertEquals(10, message.bodyLength());
    }

    @Test
    @Conforms("RFC 3261 §18.3")
    void shouldIgnoreWhatComesBehindTheBody() {
        assertScans(SipFault.NONE, INVITE + "INVITE sip:x SIP/2.0\r\n");
        assertEquals(5, message.bodyLength());
        assertEquals(INVITE.length(), message.length());
    }

    @Test
    @Conforms("RFC 3261 §7.3.1")
    void shouldListHeadersOfOneNameInOrder() {
        assertScans(
                SipFault.NONE,
                INVITE.replace(
                        "Max-Forwards", "Record-Route: <sip:p2;lr>\r\nrecord-route : <sip:p1;lr>\r\nMax-Forwards"));
        final int first = message.first(SipHeader.RECORD_ROUTE);
        final int second = message.next(first);
        assertEquals("<sip:p2;lr>", valueOf(first));
        assertEquals("<sip:p1;lr>", valueOf(second));
        assertEquals(-1, message.next(second));
        assertEquals(12, message.nameLength(second));
    }

    @Test
    @Conforms("RFC 3261 §7.3.1")
    void shouldKeepFoldsInsideAValueAndTrimThemAround() {
        final String line = "Subject:\r\n  one \r\n\ttwo\r\n \r\n";
        assertScans(SipFault.NONE, INVITE.replace("Max-Forwards", line + "Max-Forwards"));
        assertEquals("one \r\n\ttwo", valueOf(1));
        assertEquals(line.length(), message.lineLength(1));
        assertEquals(INVITE.indexOf("Max-Forwards"), message.lineOffset(1));
    }

    /** A stranger who spells our reserved header oddly must not get it past the dispatcher, which cuts out lines. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Midplane-Port: 5071\r\n",
                "midplane-port:5071\r\n",
                "MIDPLANE-PORT \t: 5071\r\n",
                "Midplane-Port \t:\r\n 5071\r\n",
                "Midplane-Port: 50\r\n 71\r\n",
                "Midplane-Port:\r\n",
                "X-Midplane-Port: 5071\r\n",
                "x-MIDPLANE-port\t:\r\n\t5071;wk=5060\r\n"
            })
    @Conforms("S18")
    void shouldKnowTheReservedHeaderInEverySpelling(final String line) {
        assertScans(SipFault.NONE, INVITE.replace("From:", line + "From:"));
        final int index = message.first(SipHeader.MIDPLANE_PORT);
        assertEquals(INVITE.indexOf("From:"), message.lineOffset(index));
        assertEquals(line.length(), message.lineLength(index));
        assertEquals(-1, message.next(index));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Midplane-Por: 1",
                "Midplane-Ports: 1",
                "Y-Midplane-Port: 1",
                "Nidplane-Port: 1",
                "XX-Midplane-Port: 1"
            })
    @Conforms("S18")
    void shouldNotTakeOtherNamesForTheReservedHeader(final String line) {
        assertScans(SipFault.NONE, INVITE.replace("From:", line + "\r\nFrom:"));
        assertEquals(-1, message.first(SipHeader.MIDPLANE_PORT));
    }

    @Test
    @Conforms("RFC 3261 §7.3.3")
    void shouldKnowEveryHeaderByEachOfItsNames() {
        for (final SipHeader header : SipHeader.values()) {
            if (header != SipHeader.OTHER) {
                assertEquals(header, headerNamed(header.canonicalName()));
                assertEquals(header, headerNamed(header.canonicalName().toUpperCase(java.util.Locale.ROOT)));
                assertEquals(header, headerNamed(header.canonicalName().toLowerCase(java.util.Locale.ROOT)));
                assertEquals(SipHeader.OTHER, headerNamed(header.canonicalName() + 'x'));
                assertEquals(SipHeader.OTHER, headerNamed('_' + header.canonicalName()));
            }
            if (header.compactForm() != 0) {
                assertEquals(header, headerNamed(String.valueOf(header.compactForm())));
                assertEquals(header, headerNamed(String.valueOf(Character.toUpperCase(header.compactForm()))));
            }
        }
        assertEquals(SipHeader.OTHER, headerNamed("z"));
        assertEquals(SipHeader.OTHER, headerNamed("a".repeat(300)));
    }

    @Test
    @Conforms("RFC 3261 §7.1")
    void shouldKnowMethodsByCase() {
        for (final SipMethod method : SipMethod.values()) {
            assertScans(SipFault.NONE, INVITE.replace("INVITE", method.name()));
            assertEquals(method, message.method());
            assertEquals(method, message.cseqMethod());
        }
        assertScans(SipFault.NONE, INVITE.replace("INVITE", "invite"));
        assertEquals(SipMethod.OTHER, message.method());
        assertScans(SipFault.NONE, INVITE.replace("INVITE", "XUBSCRIBE"));
        assertEquals(SipMethod.OTHER, message.method());
    }

    @Test
    @Conforms("RFC 3261 §7.1")
    void shouldTakeTheVersionInAnyCase() {
        assertScans(SipFault.NONE, INVITE.replaceFirst("SIP/2.0", "sip/2.0"));
    }

    @Test
    void shouldNotAnswerAnAck() {
        assertScans(SipFault.BODY_TOO_SHORT, INVITE.replace("INVITE", "ACK").replace("Length: 5", "Length: 50"));
        assertFalse(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INVITE  sip:a@b SIP/2.0",
                "INVITE sip:a@b  SIP/2.0",
                "INVITE\tsip:a@b SIP/2.0",
                "INVITE sip:a@b\tSIP/2.0",
                "INVITE sip:a@b SIP/2.0 ",
                "INVITE SIP/2.0",
                "INVITE sip:a@b",
                "INVITE sip:a@b SIP/2",
                "INVITE sip:a@b SIP/2.0.1",
                "INVITE sip:a@b SIP/2.x",
                "INVITE sip:a\0@b SIP/2.0"
            })
    void shouldRefuseABrokenRequestLine(final String line) {
        assertScans(SipFault.BAD_REQUEST_LINE, withStartLine(line));
        assertTrue(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<sip:a@b>",
                "sip:a@b; lr",
                "sip:",
                "sip:@b",
                "sip:a@b?Subject=x",
                "sip:a@2001:db8::1",
                "sip:a@b:0",
                "sip:a@b:65536",
                "sip:a@b:",
                "sip:a%4@b",
                "sip:a@b;=x",
                "sip:a@b@c",
                "nocolon",
                "1sip:a@b",
                "sip:\u00e4@b"
            })
    void shouldRefuseABrokenRequestUri(final String uri) {
        assertScans(SipFault.BAD_REQUEST_URI, withStartLine("INVITE " + uri + " SIP/2.0"));
        assertTrue(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIP/7.0", "SIP/1.0", "SIP/2.1", "SIP/22.0"})
    @Conforms({"RFC 3261 §21.5.6", "S19"})
    void shouldNameAVersionItDoesNotSpeak(final String version) {
        assertScans(SipFault.UNSUPPORTED_VERSION, withStartLine("INVITE sip:a@b " + version));
        assertTrue(message.isAnswerable());
        assertEquals(505, message.fault().statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SIP/2.0 200",
                "SIP/2.0  200 OK",
                "SIP/2.0 99 OK",
                "SIP/2.0 700 OK",
                "SIP/2.0 20x OK",
                "SIP/2.0 2000 OK",
                "SIP/2.0",
                "SIP/2.0 099 OK",
                "SIP/2.0\t200 OK",
                "SIP/2.0 200\tOK",
                "SIP/2.0 200 O\0K"
            })
    void shouldRefuseABrokenStatusLine(final String line) {
        assertScans(SipFault.BAD_STATUS_LINE, withStartLine(line));
        assertFalse(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r"})
    void shouldRefuseALineEndThatIsNotWhole(final String lineEnd) {
        for (int at = INVITE.indexOf("\r\n");
                at < INVITE.indexOf("\r\n\r\n") + 2;
                at = INVITE.indexOf("\r\n", at + 1)) {
            assertScans(SipFault.BAD_LINE_END, INVITE.substring(0, at) + lineEnd + INVITE.substring(at + 2));
        }
        assertScans(SipFault.BAD_LINE_END, lineEnd + INVITE);
        assertTrue(message.isAnswerable());
        assertScans(
                SipFault.BAD_LINE_END, INVITE.replace("Max-Forwards", "Subject: a" + lineEnd + "b\r\nMax-Forwards"));
        assertScans(
                SipFault.BAD_LINE_END, INVITE.replace("Max-Forwards", "Subject: a" + lineEnd + " b\r\nMax-Forwards"));
        final int subject = message.first(SipHeader.OTHER);
        assertEquals("a", valueOf(subject), "no value holds a line end that is not a fold");
    }

    @Test
    void shouldAnswerAClientThatEndsItsLinesWithLineFeeds() {
        assertScans(SipFault.BAD_LINE_END, INVITE.replace("\r\n", "\n"));
        assertTrue(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no colon here",
                "NoColon\r\nX: y",
                "NoColon\r\n: y",
                ": no name",
                " begins with a blank",
                "two words: x",
                "Sub\u00e4ject: x",
                "Subject: \u0000",
                "Subject: a\u0007b",
                "Subject: a\u007fb",
                "Subject: \\\u0007",
                "User-Agent: (\\\u0007)\u0007",
                "Name\0: x",
                "Midplane-Port\r\n : 5071",
                "Midplane-Port \r\n\t:\r\n 5071",
                "Call-ID\r\n : smuggled"
            })
    void shouldRefuseABrokenHeaderLine(final String line) {
        assertScans(
                SipFault.BAD_HEADER_LINE,
                INVITE.replaceFirst("\r\n", "\r\n" + line.replace("$", "\\$").replace("\\", "\\\\") + "\r\n"));
        assertTrue(message.isAnswerable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: \"a \\\u0007 \\\u0000 b\"",
                "User-Agent: x (y \\\u0001 (z \\\u0002))",
                "Subject: a\tb",
                "Subject: \u00e4\u00f6",
                "Subject: \\"
            })
    void shouldTakeControlCharactersWhereTheGrammarQuotesThem(final String line) {
        assertScans(SipFault.NONE, INVITE.replace("Max-Forwards", line + "\r\nMax-Forwards"));
    }

    @Test
    void shouldRefuseAMessageWithoutItsEmptyLine() {
        final String cut = INVITE.substring(0, INVITE.indexOf("\r\n\r\n") + 2);
        assertScans(SipFault.TRUNCATED, cut);
        assertTrue(message.isAnswerable());
        assertScans(SipFault.TRUNCATED, cut + '\r');
        assertTrue(message.isAnswerable());
        assertScans(SipFault.TRUNCATED, "INVITE sip:a@b SI");
        assertFalse(message.isAnswerable());
    }

    @Test
    @Conforms("S19")
    void shouldBoundTheNumberOfHeaders() {
        final int room = SipMessage.MAX_HEADERS - 1 - 9;
        final String full = INVITE.replace("Content-Type", "X: y\r\n".repeat(room) + "Content-Type");
        assertScans(SipFault.NONE, full);
        assertEquals(SipMessage.MAX_HEADERS - 1, message.headerCount());
        assertScans(SipFault.TOO_MANY_HEADERS, full.replace("Content-Type", "X: y\r\nContent-Type"));
        assertTrue(message.isAnswerable());
        // what the dispatcher passed on is good with its own line in it
        final String stamped = full.replace("Via:", "Midplane-Port: 5071\r\nVia:");
        assertScans(SipFault.NONE, stamped);
        assertEquals(SipMessage.MAX_HEADERS, message.headerCount());
        assertScans(SipFault.TOO_MANY_HEADERS, stamped.replace("Via:", "Midplane-Port: 5071\r\nVia:"));
        assertScans(
                SipFault.TOO_MANY_HEADERS, INVITE.replace("Content-Type", "X: y\r\n".repeat(10_000) + "Content-Type"));
    }

    @Test
    @Conforms("S19")
    void shouldBoundTheLengthOfAValue() {
        final String most = "v".repeat(SipScanner.MAX_VALUE_LENGTH);
        assertScans(SipFault.NONE, INVITE.replace("Content-Type", "X: " + most + "\r\nContent-Type"));
        assertScans(SipFault.VALUE_TOO_LONG, INVITE.replace("Content-Type", "X: " + most + "v\r\nContent-Type"));
        assertTrue(message.isAnswerable());
        assertScans(
                SipFault.VALUE_TOO_LONG, INVITE.replace("annc@", "a".repeat(SipScanner.MAX_START_LINE_LENGTH) + '@'));
    }

    @Test
    @Conforms("S19")
    void shouldBoundTheLengthOfIdentifiers() {
        final String most = "i".repeat(SipScanner.MAX_IDENTIFIER_LENGTH);
        for (final String original : new String[] {"3848276298220188511@example.com", "9fxced76sl", "z9hG4bK74bf9"}) {
            assertScans(SipFault.NONE, INVITE.replace(original, most));
            assertScans(SipFault.VALUE_TOO_LONG, INVITE.replace(original, most + 'i'));
            assertTrue(message.isAnswerable());
        }
        assertScans(SipFault.VALUE_TOO_LONG, INVITE.replace("net>\r\n", "net>;tag=" + most + "i\r\n"));
        assertScans(SipFault.VALUE_TOO_LONG, INVITE.replace("3848276298220188511", "i".repeat(65_536 - 700)));
        assertFalse(message.isAnswerable(), "nobody wants that Call-ID back");
    }

    @Test
    @Conforms({"S19", "RFC 3261 §21.5.7"})
    void shouldBoundTheLengthOfAMessage() {
        final UnsafeBuffer buffer = Corpus.ofText(INVITE);
        assertEquals(SipFault.NONE, new SipScanner(INVITE.length()).scan(buffer, 0, INVITE.length(), message));
        assertEquals(
                SipFault.MESSAGE_TOO_LONG,
                new SipScanner(INVITE.length() - 1).scan(buffer, 0, INVITE.length(), message));
        assertTrue(message.isAnswerable());
        assertEquals(513, message.fault().statusCode());
    }

    @Test
    void shouldRefuseBrokenVias() {
        assertScans(SipFault.MISSING_VIA, without("Via"));
        assertFalse(message.isAnswerable());
        assertScans(SipFault.BAD_VIA, INVITE.replace("Via: SIP/2.0/UDP", "Via: SIP/2.0UDP"));
        assertFalse(message.isAnswerable());
        assertScans(SipFault.BAD_VIA, INVITE.replace(";rport", ";rport,"));
        assertTrue(message.isAnswerable(), "the topmost can be read");
        assertScans(SipFault.BAD_VIA, INVITE.replace("Max-Forwards", "Via: nonsense\r\nMax-Forwards"));
        assertTrue(message.isAnswerable());
    }

    @Test
    void shouldNotAnswerByALowerVia() {
        assertScans(SipFault.BAD_VIA, INVITE.replace("Via:", "Via: nonsense\r\nVia:"));
        assertFalse(message.isAnswerable());
        assertTrue(message.topVia().host().isEmpty());
    }

    @Test
    void shouldReadNoStatusBehindAVersionItDoesNotSpeak() {
        assertScans(SipFault.UNSUPPORTED_VERSION, withStartLine("SIP/12.0 200 OK"));
        assertEquals(0, message.statusCode());
        assertScans(SipFault.UNSUPPORTED_VERSION, withStartLine("SIP/2.1 200 OK"));
        assertFalse(message.isAnswerable());
    }

    @Test
    @Conforms("S19")
    void shouldBoundTheNumberOfVias() {
        final String via = "Via: SIP/2.0/UDP p;branch=z9hG4bKx\r\n";
        assertScans(SipFault.NONE, INVITE.replace("Max-", via.repeat(SipScanner.MAX_VIAS - 1) + "Max-"));
        assertScans(SipFault.TOO_MANY_VIAS, INVITE.replace("Max-", via.repeat(SipScanner.MAX_VIAS) + "Max-"));
        assertTrue(message.isAnswerable());
        assertScans(SipFault.NONE, INVITE.replace(";rport", ", SIP/2.0/UDP p".repeat(SipScanner.MAX_VIAS - 1)));
        assertScans(SipFault.TOO_MANY_VIAS, INVITE.replace(";rport", ", SIP/2.0/UDP p".repeat(SipScanner.MAX_VIAS)));
    }

    @Test
    @Conforms("RFC 3261 §8.1.1")
    void shouldRefuseAMissingHeader() {
        assertMissing(SipFault.MISSING_FROM, "From");
        assertMissing(SipFault.MISSING_TO, "To");
        assertMissing(SipFault.MISSING_CALL_ID, "Call-ID");
        assertMissing(SipFault.MISSING_CSEQ, "CSeq");
    }

    @Test
    @Conforms("RFC 3261 §7.3.1")
    void shouldRefuseADuplicateHeader() {
        assertDuplicate(SipFault.DUPLICATE_FROM, "From");
        assertDuplicate(SipFault.DUPLICATE_TO, "To");
        assertDuplicate(SipFault.DUPLICATE_CALL_ID, "Call-ID");
        assertDuplicate(SipFault.DUPLICATE_CSEQ, "CSeq");
        assertDuplicate(SipFault.DUPLICATE_CONTENT_LENGTH, "Content-Length");
        assertDuplicate(SipFault.BAD_MAX_FORWARDS, "Max-Forwards");
        assertScans(SipFault.DUPLICATE_CALL_ID, INVITE.replace("CSeq", "i: other\r\nCSeq"));
        assertEquals("3848276298220188511@example.com", message.callId().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sip:a@b, sip:c@d",
                "<sip:a@b>, <sip:c@d>",
                "\"open <sip:a@b>;tag=1",
                "Bell, Al <sip:a@b>",
                "< sip:a@b>",
                "<sip:a@b",
                "<a@b>",
                "<sip:a@b>;tag",
                "<sip:a@b>;tag=",
                "<sip:a@b>;tag=\"q\"",
                "<sip:a@b>;tag=1;tag=2",
                "<sip:a@b>;",
                "<sip:a@b> x",
                "sip:a@b?Subject=x",
                "a"
            })
    void shouldRefuseABrokenAddress(final String value) {
        assertScans(SipFault.BAD_FROM, with("From", value));
        assertTrue(message.isAnswerable());
        assertTrue(message.fromTag().isEmpty() || message.fromTag().length() == 1);
        assertScans(SipFault.BAD_TO, with("To", value));
        assertTrue(message.isAnswerable());
    }

    @Test
    void shouldReadTags() {
        assertScans(SipFault.NONE, with("To", "sip:a@b;x=y ; TAG\r\n = 3a"));
        assertEquals("3a", message.toTag().toString());
        assertScans(SipFault.NONE, with("From", "\"a;tag=no <sip:no>\" <sip:a@b;tag=no>;x=\"tag=no\";tag=yes"));
        assertEquals("yes", message.fromTag().toString());
        assertScans(SipFault.NONE, with("From", "<sip:a@b>"));
        assertTrue(message.fromTag().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a@b@c", "@b", "a@", "a,b", "a;b", "a\r\n b", "a=b", "\u00e4"})
    void shouldRefuseABrokenCallId(final String value) {
        assertScans(SipFault.BAD_CALL_ID, with("Call-ID", value));
        assertTrue(message.isAnswerable());
        assertTrue(message.callId().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "INVITE",
                "1",
                "1INVITE",
                "-1 INVITE",
                "2147483648 INVITE",
                "99999999999999999999999 INVITE",
                "1 INVITE x",
                "1 IN/VITE",
                "0x1 INVITE"
            })
    void shouldRefuseABrokenCseq(final String value) {
        assertScans(SipFault.BAD_CSEQ, with("CSeq", value));
        assertTrue(message.isAnswerable());
        assertEquals(-1, message.cseq());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0 INVITE", "2147483647 INVITE", "0009\r\n  INVITE", "00000000000000000000000000001\tINVITE"})
    @Conforms("RFC 3261 §8.1.1.5")
    void shouldTakeEveryGoodCseq(final String value) {
        assertScans(SipFault.NONE, with("CSeq", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 BYE", "1 invite", "1 INVITES", "1 INVIT"})
    @Conforms("RFC 3261 §8.1.1.5")
    void shouldRefuseACseqOfAnotherMethod(final String value) {
        assertScans(SipFault.CSEQ_METHOD_MISMATCH, with("CSeq", value));
        assertTrue(message.isAnswerable());
        assertEquals(1, message.cseq());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "256", "70 ", "7 0", "x", "99999999999999999999"})
    @Conforms("RFC 3261 §20.22")
    void shouldRefuseABrokenMaxForwards(final String value) {
        final SipFault expected = value.equals("70 ") ? SipFault.NONE : SipFault.BAD_MAX_FORWARDS;
        assertScans(expected, with("Max-Forwards", value));
        assertTrue(message.isAnswerable());
    }

    @Test
    @Conforms("RFC 3261 §20.22")
    void shouldTakeMaxForwardsOfZeroAndNone() {
        assertScans(SipFault.NONE, with("Max-Forwards", "0"));
        assertEquals(0, message.maxForwards());
        assertScans(SipFault.NONE, with("Max-Forwards", "00255"));
        assertEquals(255, message.maxForwards());
        assertScans(SipFault.NONE, without("Max-Forwards"));
        assertEquals(-1, message.maxForwards());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "+5", "5,5", "5 5", "0x5", "five"})
    @Conforms("RFC 3261 §20.14")
    void shouldRefuseABrokenContentLength(final String value) {
        assertScans(SipFault.BAD_CONTENT_LENGTH, with("Content-Length", value));
        assertTrue(message.isAnswerable());
        assertEquals(5, message.bodyLength());
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "4294967301", "99999999999999999999999999"})
    @Conforms("RFC 3261 §18.3")
    void shouldRefuseABodyThatIsTooShort(final String value) {
        assertScans(SipFault.BODY_TOO_SHORT, with("Content-Length", value));
        assertTrue(message.isAnswerable());
        assertEquals(5, message.bodyLength());
    }

    @Test
    void shouldReportTheFirstFault() {
        assertScans(
                SipFault.BAD_CALL_ID,
                with("Call-ID", "a b").replace("CSeq: 1", "CSeq: x").replace("Length: 5", "Length: 50"));
        assertSame(message.fault(), SipFault.BAD_CALL_ID);
    }

    @Test
    @Conforms("S19")
    void shouldNameEveryFaultInItsAnswer() {
        for (final SipFault fault : SipFault.values()) {
            assertFalse(fault.reason().isEmpty());
            assertTrue(fault == SipFault.NONE || fault.statusCode() >= 400 && fault.statusCode() < 600);
        }
        assertEquals("Missing Call-ID", SipFault.MISSING_CALL_ID.reason());
    }

    private void assertScans(final SipFault expected, final String text) {
        final UnsafeBuffer buffer = Corpus.ofText(text);
        assertEquals(expected, scanner.scan(buffer, 0, buffer.capacity(), message), text);
        assertEquals(expected, message.fault());
    }

    private void assertMissing(final SipFault fault, final String name) {
        assertScans(fault, without(name));
        assertFalse(message.isAnswerable());
    }

    private void assertDuplicate(final SipFault fault, final String name) {
        final int from = INVITE.indexOf("\r\n" + name + ": ") + 2;
        final String line = INVITE.substring(from, INVITE.indexOf("\r\n", from) + 2);
        assertScans(fault, INVITE.replace(line, line + line));
        assertTrue(message.isAnswerable());
    }

    private SipHeader headerNamed(final String name) {
        final UnsafeBuffer buffer = Corpus.ofText("OPTIONS sip:x SIP/2.0\r\n" + name + ": y\r\n\r\n");
        scanner.scan(buffer, 0, buffer.capacity(), message);
        return message.header(0);
    }

    private String valueOf(final int index) {
        return slice.wrap(message.buffer(), message.valueOffset(index), message.valueLength(index))
                .toString();
    }

    private static String withStartLine(final String line) {
        return line + INVITE.substring(INVITE.indexOf("\r\n"));
    }

    private static String with(final String name, final String value) {
        final int from = INVITE.indexOf("\r\n" + name + ": ") + 2;
        return INVITE.substring(0, from) + name + ": " + value + INVITE.substring(INVITE.indexOf("\r\n", from));
    }

    private static String without(final String name) {
        final int from = INVITE.indexOf("\r\n" + name + ": ") + 2;
        return INVITE.substring(0, from) + INVITE.substring(INVITE.indexOf("\r\n", from) + 2);
    }
}
