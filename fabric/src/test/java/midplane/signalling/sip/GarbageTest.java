package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.net.Peer;
import midplane.signalling.Slice;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Reading a message and answering it allocates nothing. */
final class GarbageTest {
    private static final double BYTES_MAX = 0.5;

    private final List<UnsafeBuffer> messages = List.of(
            Corpus.ofText(Corpus.INVITE),
            Corpus.buffer("rfc4475/wsinv.dat"),
            Corpus.buffer("rfc4475/intmeth.dat"),
            Corpus.buffer("rfc4475/badinv01.dat"),
            Corpus.buffer("rfc4475/bigcode.dat"),
            Corpus.buffer("rfc4475/multi01.dat"));
    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final SipAddress address = new SipAddress();
    private final SipUri uri = new SipUri();
    private final Slice slice = new Slice();
    private final Slice tag = new Slice().wrap(Corpus.ofText("tag"), 0, 3);
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);
    private final SipResponseWriter responses = new SipResponseWriter();
    private final SipRequestWriter requests = new SipRequestWriter();
    private final Peer source = Peer.ofNumeric("192.0.2.99", 5066);

    @Test
    void shouldMakeNoGarbage() {
        final double bytes = Allocation.bytesPerCycle(this::work);
        assertTrue(bytes < BYTES_MAX, bytes + " bytes per cycle");
    }

    private void work() {
        for (int i = 0; i < messages.size(); i++) {
            final UnsafeBuffer buffer = messages.get(i);
            final SipFault fault = scanner.scan(buffer, 0, buffer.capacity(), message);
            message.value(SipHeader.CONTACT, slice);
            if (address.parse(slice.buffer(), slice.offset(), slice.length())) {
                uri.parse(slice.buffer(), address.uri().offset(), address.uri().length());
                uri.param("transport", slice);
                address.param("expires", slice);
            }
            if (message.isAnswerable()) {
                final int length = responses
                        .wrap(out, 0, out.capacity())
                        .begin(message, source, 400, fault.reason(), tag)
                        .recordRoutes(message)
                        .header("Contact", "<sip:ms:5071>")
                        .header("Expires", 60)
                        .finish();
                assertTrue(length > 0);
                requests.wrap(out, 0, out.capacity())
                        .begin("BYE", message.requestUri())
                        .header("Call-ID", message.callId())
                        .finishWithBody("text/plain", buffer, 0, 10);
            }
        }
    }
}
