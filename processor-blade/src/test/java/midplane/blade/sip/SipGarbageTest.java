package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Handling a message makes no garbage, new transactions, full tables and timers included. Setting up a call may. */
class SipGarbageTest extends EndpointTest {
    private static final String BRANCH = "z9hG4bK-g0000000";
    private static final int DIGITS = 7;

    /** A message in a direct buffer, whose branch and Call-ID can be changed in place. */
    private static final class Varied {
        final UnsafeBuffer buffer;
        private final int branchOffset;
        private int count;

        Varied(final SipText message) {
            final String text = message.with("Via", "SIP/2.0/UDP 127.0.0.1:15084;rport;branch=" + BRANCH)
                    .text();
            final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
            buffer.putBytes(0, bytes);
            branchOffset = text.indexOf(BRANCH) + BRANCH.length() - DIGITS;
        }

        UnsafeBuffer next() {
            int rest = ++count;
            for (int i = DIGITS - 1; i >= 0; i--) {
                buffer.putByte(branchOffset + i, (byte) ('0' + rest % 10));
                rest /= 10;
            }
            return buffer;
        }
    }

    private void take(final UnsafeBuffer message) {
        endpoint().onDatagram(message, 0, message.capacity(), CLIENT, startNs);
        discard();
    }

    private static void assertNoGarbage(final Runnable cycle) {
        final double bytes = Allocation.bytesPerCycle(cycle);
        assertTrue(bytes < 1, () -> bytes + " bytes each");
    }

    @Test
    void shouldAnswerRepeatsWithoutGarbage() {
        final Varied options = new Varied(new Caller("options", ECHO).request("OPTIONS", "sip:ms", 1));
        final UnsafeBuffer same = options.next();

        assertNoGarbage(() -> take(same));
        assertEquals(1, counter("sip.answered"));
    }

    @Test
    void shouldOpenAndForgetTransactionsWithoutGarbage() {
        final Caller caller = connected("info", ECHO);
        final Varied info = new Varied(caller.inDialog("INFO"));

        assertNoGarbage(() -> take(info.next()));
        assertTrue(counter("sip.transactions.evicted") > 0);
    }

    @Test
    void shouldRefuseInvitesWithoutGarbage() {
        final Varied invite =
                new Varied(new Caller("refuse", "sip:nobody@ms").invite().and("Require", "magic"));
        final SipText ack = new Caller("refuse", "sip:nobody@ms").request("ACK", "sip:nobody@ms", 1);
        final Varied acknowledgement = new Varied(ack);

        assertNoGarbage(() -> {
            take(invite.next());
            take(acknowledgement.next());
        });
        assertEquals(0, counter("sip.dropped.stray-ack"));
    }

    @Test
    void shouldDropStraysWithoutGarbage() {
        final UnsafeBuffer ack = new Varied(new Caller("ack", ECHO).request("ACK", ECHO, 1)).next();
        final UnsafeBuffer noise = new UnsafeBuffer("no SIP at all".getBytes(StandardCharsets.US_ASCII));

        assertNoGarbage(() -> {
            take(ack);
            take(noise);
        });
    }

    @Test
    void shouldServeTimersWithoutGarbage() {
        for (int i = 0; i < 16; i++) {
            only(fabric(new Caller("t" + i, "sip:nobody@ms").invite()));
        }
        final long[] now = {startNs};
        final List<Sent> before = List.copyOf(sent);

        assertNoGarbage(() -> {
            now[0] += MS / 2;
            endpoint().onDeadline(now[0]);
            discard();
        });
        assertEquals(before, sent);
    }
}
