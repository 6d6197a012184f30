package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SipRequestWriterTest {
    private final SipRequestWriter writer = new SipRequestWriter();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[1024]);

    @Test
    @Conforms("RFC 3261 §12.2.1.1")
    void shouldWriteABye() {
        final int length = bye(512);
        assertEquals(
                "BYE sip:alice@192.0.2.7:5066 SIP/2.0\r\n"
                        + "Via: SIP/2.0/UDP 192.0.2.1:5071;branch=z9hG4bKx;rport\r\n"
                        + "Max-Forwards: 70\r\n"
                        + "From: <sip:annc@ms>;tag=b\r\n"
                        + "To: <sip:alice@example.com>;tag=a\r\n"
                        + "Call-ID: c\r\n"
                        + "CSeq: 1 BYE\r\n"
                        + "Content-Length: 0\r\n\r\n",
                out.getStringWithoutLengthAscii(5, length));
        final SipMessage message = new SipMessage();
        assertEquals(SipFault.NONE, new SipScanner().scan(out, 5, length, message));
        assertEquals(SipMethod.BYE, message.method());
    }

    @Test
    void shouldWriteABody() {
        final int length = writer.wrap(out, 0, 512)
                .begin("INFO", slice("sip:a"))
                .header("Call-ID", slice("c"))
                .finishWithBody("text/plain", Corpus.ofText("xhellox"), 1, 5);
        assertEquals(
                "INFO sip:a SIP/2.0\r\nCall-ID: c\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
                out.getStringWithoutLengthAscii(0, length));
    }

    @Test
    void shouldNeverWritePastTheCapacity() {
        final int whole = bye(512);
        for (int capacity = 0; capacity < whole; capacity++) {
            Arrays.fill(out.byteArray(), (byte) '#');
            assertEquals(-1, bye(capacity));
            for (int i = 5 + capacity; i < out.capacity(); i++) {
                assertEquals('#', out.getByte(i));
            }
        }
    }

    private int bye(final int capacity) {
        return writer.wrap(out, 5, capacity)
                .begin("BYE", slice("sip:alice@192.0.2.7:5066"))
                .header("Via", "SIP/2.0/UDP 192.0.2.1:5071;branch=z9hG4bKx;rport")
                .header("Max-Forwards", 70)
                .header("From", slice("<sip:annc@ms>;tag=b"))
                .header("To", slice("<sip:alice@example.com>;tag=a"))
                .header("Call-ID", slice("c"))
                .header("CSeq", "1 BYE")
                .finish();
    }

    private static Slice slice(final String text) {
        return new Slice().wrap(Corpus.ofText(text), 0, text.length());
    }
}
