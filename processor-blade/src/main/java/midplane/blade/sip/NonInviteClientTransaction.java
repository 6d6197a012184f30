package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;
import static midplane.blade.core.Deadlines.isDue;

import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.shelf.SipSettings;
import org.agrona.DirectBuffer;

/**
 * One request of ours, over UDP (RFC 3261 §17.1.2): the BYE at the end of a service.
 *
 * <pre>
 *   TRYING --1xx--&gt; PROCEEDING --final--&gt; COMPLETED --timer K--&gt; over
 *      |  timer E repeats  |
 *      +---- timer F ------+--&gt; over, timed out
 * </pre>
 */
final class NonInviteClientTransaction extends Transaction {
    enum State {
        TRYING,
        PROCEEDING,
        COMPLETED,
        TIMED_OUT,
        OVER
    }

    private final long t1Ns;
    private final long t2Ns;
    private final long t4Ns;
    private final long timeoutNs;
    private State state = State.OVER;
    private long repeatNs = NO_DEADLINE;
    private long intervalNs;

    NonInviteClientTransaction(
            final int id, final ByteStore store, final Transmitter transmitter, final SipSettings settings) {
        super(id, store, transmitter);
        t1Ns = settings.t1Ns();
        t2Ns = settings.t2Ns();
        t4Ns = settings.t4Ns();
        timeoutNs = settings.transactionTimeoutNs();
    }

    @Override
    void open(final Exit exit, final Peer peer) {
        super.open(exit, peer);
        state = State.TRYING;
        repeatNs = NO_DEADLINE;
    }

    State state() {
        return state;
    }

    /** Sends the request. */
    void request(final DirectBuffer request, final int length, final long nowNs) {
        keepAndSend(request, length);
        intervalNs = t1Ns;
        repeatNs = nowNs + intervalNs; // timer E
        endNs = nowNs + timeoutNs; // timer F
    }

    /** A response; returns whether it is the first final one. */
    boolean onResponse(final int statusCode, final long nowNs) {
        if (state != State.TRYING && state != State.PROCEEDING) {
            return false;
        }
        if (statusCode < 200) {
            state = State.PROCEEDING;
            return false;
        }
        state = State.COMPLETED;
        forgetMessage();
        repeatNs = NO_DEADLINE;
        endNs = nowNs + t4Ns; // timer K
        return true;
    }

    @Override
    long nextDeadlineNs() {
        return earlier(repeatNs, endNs);
    }

    @Override
    void onDeadline(final long nowNs) {
        if (isDue(endNs, nowNs)) {
            state = state == State.COMPLETED ? State.OVER : State.TIMED_OUT;
        } else if (isDue(repeatNs, nowNs)) {
            sendAgain();
            intervalNs = state == State.PROCEEDING ? t2Ns : Math.min(2 * intervalNs, t2Ns);
            repeatNs = nowNs + intervalNs;
        }
    }

    @Override
    boolean isOver() {
        return state == State.OVER || state == State.TIMED_OUT;
    }

    @Override
    boolean isExpendable() {
        return state == State.COMPLETED;
    }

    @Override
    void release() {
        super.release();
        state = State.OVER;
        repeatNs = NO_DEADLINE;
    }
}
