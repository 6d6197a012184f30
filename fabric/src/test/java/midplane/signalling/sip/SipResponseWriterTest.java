package midplane.signalling.sip;

import static midplane.signalling.sip.Corpus.INVITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import midplane.net.Peer;
import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SipResponseWriterTest {
    private static final Slice NO_TAG = new Slice();

    private final SipMessage message = new SipMessage();
    private final SipResponseWriter writer = new SipResponseWriter();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);
    private final Peer source = Peer.ofNumeric("192.0.2.7", 5066);

    @Test
    @Conforms({"RFC 3261 §8.2.6.2", "S5"})
    void shouldRepeatWhatAResponseMustRepeat() {
        scan(INVITE.replace(
                "Contact", "Timestamp: 54\r\nRecord-Route: <sip:p2;lr>,\r\n <sip:p1;lr>\r\nr: x\r\nContact"));
        final String expected = "SIP/2.0 200 OK\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK74bf9;rport=5066;received=192.0.2.7\r\n"
                + "From: Alice <sip:alice@example.com>;tag=9fxced76sl\r\n"
                + "To: <sip:annc@ms.example.net>;tag=ours\r\n"
                + "Call-ID: 3848276298220188511@example.com\r\n"
                + "CSeq: 1 INVITE\r\n"
                + "Timestamp: 54\r\n"
                + "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n"
                + "Contact: <sip:annc@192.0.2.1:5071>\r\n"
                + "Expires: 300\r\n"
                + "Content-Type: application/sdp\r\n"
                + "Content-Length: 5\r\n"
                + "\r\n"
                + "v=0\r\n";
        final int length = writer.wrap(out, 7, 2048)
                .begin(message, source, 200, "OK", slice("ours"))
                .recordRoutes(message)
                .header("Contact", "<sip:annc@192.0.2.1:5071>")
                .header("Expires", 300)
                .finishWithBody("application/sdp", message.buffer(), message.bodyOffset(), message.bodyLength());
        assertEquals(expected, text(7, length));
    }

    @Test
    @Conforms("RFC 3261 §12.1.1")
    void shouldRepeatEveryRecordRouteLineInOrder() {
        scan(INVITE.replace("Contact", "Record-Route: <sip:p2;lr>\r\nrecord-route: <sip:p1;lr>\r\nContact"));
        final String answer = answer(source);
        assertTrue(answer.contains("Record-Route: <sip:p2;lr>\r\nRecord-Route: <sip:p1;lr>\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // sent-by is the source, nothing asked: nothing added
                "SIP/2.0/UDP 192.0.2.7:5066;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.7:5066;branch=z",
                // RFC 3261 18.2.1: another address, or a name
                "SIP/2.0/UDP 192.0.2.8:5066;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.8:5066;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP host;branch=z|192.0.2.7|SIP/2.0/UDP host;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP 192.0.2;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP 192.0.2.7.1;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.7.1;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP 192.0.2.7.;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.7.;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP 192.0.2.263;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.263;branch=z;received=192.0.2.7",
                // RFC 3581 4: with rport always both
                "SIP/2.0/UDP 192.0.2.7;rport;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.7;rport=5066;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP host ; rport ; branch=z|192.0.2.7|SIP/2.0/UDP host ; rport=5066 ; branch=z;received=192.0.2.7",
                // what the client wrote there itself is replaced, wherever it stands
                "SIP/2.0/UDP 192.0.2.7;rport=1;branch=z;received=9.9.9.9|192.0.2.7"
                        + "|SIP/2.0/UDP 192.0.2.7;rport=5066;branch=z;received=192.0.2.7",
                "SIP/2.0/UDP 192.0.2.7;received=9.9.9.9;branch=z;rport = 1|192.0.2.7"
                        + "|SIP/2.0/UDP 192.0.2.7;received=192.0.2.7;branch=z;rport=5066",
                "SIP/2.0/UDP 192.0.2.7;received=9.9.9.9;branch=z|192.0.2.7|SIP/2.0/UDP 192.0.2.7;received=192.0.2.7;branch=z",
                // only the first value of the line is ours
                "SIP/2.0/UDP a;rport;branch=z , SIP/2.0/UDP b;rport;received=1.1.1.1|192.0.2.7"
                        + "|SIP/2.0/UDP a;rport=5066;branch=z ;received=192.0.2.7, SIP/2.0/UDP b;rport;received=1.1.1.1",
                // IPv6 without brackets in received
                "SIP/2.0/UDP [2001:db8::1];branch=z|2001:db8::2|SIP/2.0/UDP [2001:db8::1];branch=z;received=2001:db8:0:0:0:0:0:2",
                "SIP/2.0/UDP 192.0.2.7;branch=z|2001:db8::2|SIP/2.0/UDP 192.0.2.7;branch=z;received=2001:db8:0:0:0:0:0:2",
                "SIP/2.0/UDP 192.0.2.7;branch=z|2001:db8::c000:207"
                        + "|SIP/2.0/UDP 192.0.2.7;branch=z;received=2001:db8:0:0:0:0:c000:207",
                "SIP/2.0/UDP [2001:db8::1];branch=z|192.0.2.7|SIP/2.0/UDP [2001:db8::1];branch=z;received=192.0.2.7"
            })
    void shouldSayInTheTopmostViaWhereTheRequestCameFrom(final String via, final String from, final String expected) {
        scan(INVITE.replace("SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK74bf9;rport", via));
        final String answer = answer(Peer.ofNumeric(from, 5066));
        assertTrue(answer.contains("\r\nVia: " + expected + "\r\nFrom"), answer);
    }

    @Test
    @Conforms({"RFC 3261 §8.2.6.2", "S5"})
    void shouldLeaveTheOtherViasAlone() {
        scan(INVITE.replace("Max-Forwards", "v: SIP/2.0/UDP p;rport;received=1.1.1.1\r\nMax-Forwards"));
        assertTrue(answer(source).contains("\r\nVia: SIP/2.0/UDP p;rport;received=1.1.1.1\r\nFrom"));
    }

    @Test
    @Conforms("RFC 3261 §7.3.1")
    void shouldWriteFoldsAsOneBlank() {
        final UnsafeBuffer buffer = Corpus.buffer("rfc4475/wsinv.dat");
        new SipScanner().scan(buffer, 0, buffer.capacity(), message);
        final String answer = answer(source);
        assertEquals(
                "SIP/2.0 200 OK\r\n"
                        + "Via: SIP  /   2.0 /UDP 192.0.2.2;branch=390skdjuw;received=192.0.2.7\r\n"
                        + "Via: SIP  / 2.0  / TCP     spindle.example.com   ; branch  =   z9hG4bK9ikj8  ,"
                        + " SIP  /    2.0   / UDP  192.168.255.111   ; branch= z9hG4bK30239\r\n"
                        + "From: \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com> ; tag = 98asjd8\r\n"
                        + "To: sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
                        + "Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
                        + "CSeq: 0009 INVITE\r\n"
                        + "Content-Length: 0\r\n\r\n",
                answer);
    }

    @Test
    @Conforms("RFC 3261 §8.2.6.2")
    void shouldKeepATagThatIsThere() {
        scan(INVITE.replace("net>\r\n", "net>;tag=theirs\r\n"));
        assertTrue(answer(source).contains("\r\nTo: <sip:annc@ms.example.net>;tag=theirs\r\n"));
    }

    @Test
    void shouldAddNoTagToABrokenTo() {
        scan(INVITE.replace("To: <", "To: \"open <"));
        assertTrue(message.isAnswerable());
        assertTrue(answer(source).contains("\r\nTo: \"open <sip:annc@ms.example.net>\r\n"));
    }

    @Test
    void shouldWriteNoTagWhenNoneIsGiven() {
        scan(INVITE);
        final int length = writer.wrap(out, 0, 2048)
                .begin(message, source, 100, "Trying", NO_TAG)
                .finish();
        assertTrue(text(0, length).contains("\r\nTo: <sip:annc@ms.example.net>\r\n"));
    }

    @Test
    void shouldNeverWritePastTheCapacity() {
        scan(INVITE.replace("Contact", "Timestamp: 54\r\nRecord-Route: <sip:p1;lr>\r\nContact"));
        final int whole = writeAll(4096 - 10);
        assertTrue(whole > 0);
        for (int capacity = 0; capacity < whole; capacity++) {
            Arrays.fill(out.byteArray(), (byte) '#');
            assertEquals(-1, writeAll(capacity), "capacity " + capacity);
            for (int i = 10 + capacity; i < out.capacity(); i++) {
                assertEquals('#', out.getByte(i));
            }
            assertEquals('#', out.getByte(9));
        }
        assertEquals(whole, writeAll(whole));
    }

    @Test
    void shouldStartAfreshAfterAnOverflow() {
        scan(INVITE);
        assertEquals(-1, writeAll(100));
        assertTrue(writeAll(2048) > 0);
    }

    @Test
    void shouldLetNoValueBeginALineOfItsOwn() {
        scan(INVITE);
        final int length = writer.wrap(out, 0, 2048)
                .begin(message, source, 200, "OK", slice("t\r\nEvil: 1"))
                .header("Warning", slice("a\nEvil: 2\r\n\r\nEvil: 3\r"))
                .finish();
        final String answer = text(0, length);
        assertTrue(answer.contains(";tag=t Evil: 1\r\n"), answer);
        assertTrue(answer.contains("Warning: a Evil: 2 Evil: 3 \r\n"), answer);
        writer.wrap(out, 0, 2048);
        assertThrows(AssertionError.class, () -> writer.header("X", "a\r\nEvil: 1"));
    }

    @Test
    void shouldWriteEveryNumber() {
        for (final long number : new long[] {0, 9, 10, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            final int length = writer.wrap(out, 0, 2048).header("N", number).finish();
            assertEquals("N: " + number + "\r\nContent-Length: 0\r\n\r\n", text(0, length));
        }
    }

    private int writeAll(final int capacity) {
        return writer.wrap(out, 10, capacity)
                .begin(message, source, 486, "Busy Here", slice("ours"))
                .recordRoutes(message)
                .header("Server", "x")
                .header("Warning", slice("y"))
                .header("Expires", 1234567890L)
                .finishWithBody("text/plain", message.buffer(), message.bodyOffset(), message.bodyLength());
    }

    private String answer(final Peer peer) {
        final int length = writer.wrap(out, 0, 2048)
                .begin(message, peer, 200, "OK", slice("ours"))
                .recordRoutes(message)
                .finish();
        return text(0, length);
    }

    private void scan(final String text) {
        final UnsafeBuffer buffer = Corpus.ofText(text);
        new SipScanner().scan(buffer, 0, buffer.capacity(), message);
    }

    private String text(final int offset, final int length) {
        assertTrue(length > 0);
        return out.getStringWithoutLengthUtf8(offset, length);
    }

    private static Slice slice(final String text) {
        return new Slice().wrap(Corpus.ofText(text), 0, text.length());
    }
}
