package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import midplane.net.Peer;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;
import midplane.signalling.sip.oracle.Duel;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes: scanner and oracle agree, few steps are taken, and an answer, where one is due, is a good message. */
class ScannerFuzzTest {
    private static final int ANSWER_GROWTH = 512;

    private final Duel duel = new Duel();
    private final Duel answerDuel = new Duel();
    private final SipResponseWriter writer = new SipResponseWriter();
    private final Peer source = Peer.ofNumeric("192.0.2.7", 5066);
    private final Slice tag = new Slice().wrap(new UnsafeBuffer(new byte[] {'o', 'u', 'r', 's'}), 0, 4);

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#messages")
    @FuzzTest
    void scan(final byte[] datagram) {
        assertNull(duel.fault(datagram, datagram.length), () -> duel.report(datagram));
        final SipMessage message = duel.scanned();
        if (!message.isAnswerable()) {
            return;
        }
        final byte[] answer = new byte[datagram.length + ANSWER_GROWTH];
        final int length = writer.wrap(new UnsafeBuffer(answer), 0, answer.length)
                .begin(message, source, 400, message.fault().reason(), tag)
                .finish();
        assertTrue(length > 0, "the answer is longer than the question");
        assertNull(answerDuel.fault(answer, length), () -> answerDuel.report(answer));
        assertTrue(answerDuel.wanted().headerCount() <= message.headerCount() + 1, "lines made up");
        assertEquals(0, answerDuel.wanted().bodyLength());
        if (message.fault() == SipFault.NONE) {
            assertEquals(SipFault.NONE, answerDuel.verdict());
            assertTrue(message.callId().contentEquals(answerDuel.scanned().callId()));
            assertTrue(message.fromTag().contentEquals(answerDuel.scanned().fromTag()));
        }
    }
}
