package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;
import static midplane.blade.core.Deadlines.isDue;

import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.shelf.SipSettings;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The 2xx to an INVITE that waits for its ACK: repeated after T1, doubling up to T2, given up after 64·T1 (RFC 3261
 * §13.3.1.4, RFC 6026 §8.1). Each dialog has one; a later 2xx takes the place of an earlier one.
 */
final class UnacknowledgedOk {
    private final ByteStore store;
    private final Transmitter transmitter;
    private final long t1Ns;
    private final long t2Ns;
    private final long timeoutNs;
    private int response = ByteStore.NOTHING;
    private @Nullable Peer peer;
    private Exit exit = Exit.OWN_PORT;
    private long cseq;
    private long intervalNs;
    private long repeatNs = NO_DEADLINE;
    private long endNs = NO_DEADLINE;

    UnacknowledgedOk(final ByteStore store, final Transmitter transmitter, final SipSettings settings) {
        this.store = store;
        this.transmitter = transmitter;
        t1Ns = settings.t1Ns();
        t2Ns = settings.t2Ns();
        timeoutNs = settings.transactionTimeoutNs();
    }

    /** A 2xx was sent. Without room to keep it, it is not repeated, but its ACK is awaited all the same. */
    void begin(
            final Exit exit,
            final Peer peer,
            final long cseq,
            final DirectBuffer bytes,
            final int length,
            final long nowNs) {
        finish();
        response = store.put(bytes, 0, length);
        this.exit = exit;
        this.peer = peer;
        this.cseq = cseq;
        intervalNs = t1Ns;
        repeatNs = nowNs + intervalNs;
        endNs = nowNs + timeoutNs;
    }

    boolean isWaiting() {
        return endNs != NO_DEADLINE;
    }

    /** Whether this is the number of the INVITE whose ACK is awaited. */
    boolean isWaitingFor(final long cseq) {
        return isWaiting() && this.cseq == cseq;
    }

    /** The ACK came, or nobody waits for it any more. */
    void finish() {
        store.free(response);
        response = ByteStore.NOTHING;
        peer = null;
        repeatNs = NO_DEADLINE;
        endNs = NO_DEADLINE;
    }

    long nextDeadlineNs() {
        return earlier(repeatNs, endNs);
    }

    /** A timer fired; returns whether the ACK is overdue, and nothing waits any more. */
    boolean onDeadline(final long nowNs) {
        if (isDue(endNs, nowNs)) {
            finish();
            return true;
        }
        if (isDue(repeatNs, nowNs)) {
            final Peer destination = peer;
            if (destination != null && response != ByteStore.NOTHING) {
                transmitter.sendAgain(exit, destination, response);
            }
            intervalNs = Math.min(2 * intervalNs, t2Ns);
            repeatNs = nowNs + intervalNs;
        }
        return false;
    }
}
