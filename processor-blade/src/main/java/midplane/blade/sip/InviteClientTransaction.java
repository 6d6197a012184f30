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
 * One INVITE of ours, over UDP (RFC 3261 §17.1.1 with RFC 6026 §7.2): the one that refreshes a session.
 *
 * <pre>
 *   CALLING --1xx--&gt; PROCEEDING --300..699--&gt; COMPLETED --timer D--&gt; over
 *      |  timer A repeats  |  \-----2xx-------&gt; ACCEPTED  --timer M--&gt; over
 *      +--- timer B -------+--&gt; over, timed out
 * </pre>
 *
 * Timer B counts in PROCEEDING, too, unlike in RFC 3261: nobody waits for a phone to be picked up here, and a client that
 * says 100 and nothing more must not hold us for ever. Both kinds of final response are acknowledged, and so is each copy
 * of them: {@link #acknowledge}, {@link #acknowledgeAgain}.
 */
final class InviteClientTransaction extends Transaction {
    enum State {
        CALLING,
        PROCEEDING,
        COMPLETED,
        ACCEPTED,
        TIMED_OUT,
        OVER
    }

    private final long t1Ns;
    private final long timeoutNs;
    private State state = State.OVER;
    private long repeatNs = NO_DEADLINE;
    private long intervalNs;

    InviteClientTransaction(
            final int id, final ByteStore store, final Transmitter transmitter, final SipSettings settings) {
        super(id, store, transmitter);
        t1Ns = settings.t1Ns();
        timeoutNs = settings.transactionTimeoutNs();
    }

    @Override
    void open(final Exit exit, final Peer peer) {
        super.open(exit, peer);
        state = State.CALLING;
        repeatNs = NO_DEADLINE;
    }

    State state() {
        return state;
    }

    /** Sends the INVITE; returns whether it is kept, as it must be to acknowledge anything. */
    boolean request(final DirectBuffer request, final int length, final long nowNs) {
        keepAndSend(request, length);
        intervalNs = t1Ns;
        repeatNs = nowNs + intervalNs; // timer A
        endNs = nowNs + timeoutNs; // timer B
        return message != ByteStore.NOTHING;
    }

    /** A response; returns whether it is the first final one, which is to be acknowledged. */
    boolean onResponse(final int statusCode, final long nowNs) {
        if (state != State.CALLING && state != State.PROCEEDING) {
            return false;
        }
        repeatNs = NO_DEADLINE;
        if (statusCode < 200) {
            state = State.PROCEEDING;
            return false;
        }
        state = statusCode < 300 ? State.ACCEPTED : State.COMPLETED;
        endNs = nowNs + timeoutNs; // timers D and M
        return true;
    }

    /** Sends the ACK, to where it must go, and keeps it for copies of the response. */
    void acknowledge(final DirectBuffer ack, final int length, final Peer destination) {
        moveTo(destination);
        keepAndSend(ack, length);
    }

    /** Another copy of the final response came. */
    void acknowledgeAgain() {
        if (state == State.COMPLETED || state == State.ACCEPTED) {
            sendAgain();
        }
    }

    @Override
    long nextDeadlineNs() {
        return earlier(repeatNs, endNs);
    }

    @Override
    void onDeadline(final long nowNs) {
        if (isDue(endNs, nowNs)) {
            state = state == State.CALLING || state == State.PROCEEDING ? State.TIMED_OUT : State.OVER;
        } else if (isDue(repeatNs, nowNs)) {
            sendAgain();
            intervalNs *= 2;
            repeatNs = nowNs + intervalNs;
        }
    }

    @Override
    boolean isOver() {
        return state == State.OVER || state == State.TIMED_OUT;
    }

    @Override
    boolean isExpendable() {
        return state == State.COMPLETED || state == State.ACCEPTED;
    }

    @Override
    void release() {
        super.release();
        state = State.OVER;
        repeatNs = NO_DEADLINE;
    }
}
