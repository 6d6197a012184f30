package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.isDue;

import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.shelf.SipSettings;
import org.agrona.DirectBuffer;

/**
 * One request other than INVITE and ACK, and what we answered it, over UDP (RFC 3261 §17.2.2).
 *
 * <pre>
 *   TRYING --final response--&gt; COMPLETED --timer J--&gt; over
 * </pre>
 *
 * There is no "Proceeding": no provisional response is ever sent (RFC 4320 §4.1 allows no other than a late 100), and
 * never a 408 (§4.2).
 */
final class NonInviteServerTransaction extends Transaction {
    enum State {
        TRYING,
        COMPLETED,
        OVER
    }

    private final long timeoutNs;
    private State state = State.OVER;

    NonInviteServerTransaction(
            final int id, final ByteStore store, final Transmitter transmitter, final SipSettings settings) {
        super(id, store, transmitter);
        timeoutNs = settings.transactionTimeoutNs();
    }

    @Override
    void open(final Exit exit, final Peer peer) {
        super.open(exit, peer);
        state = State.TRYING;
    }

    State state() {
        return state;
    }

    /** Sends the final response. */
    void respond(final DirectBuffer response, final int length, final long nowNs) {
        assert state == State.TRYING : "a final response was sent already";
        keepAndSend(response, length);
        // What cannot be repeated need not be remembered: a repeat of the request is answered afresh.
        state = message == ByteStore.NOTHING ? State.OVER : State.COMPLETED;
        endNs = nowNs + timeoutNs; // timer J
    }

    /** A repeat of the request; returns whether it was answered. */
    boolean onRepeat() {
        return state == State.COMPLETED && sendAgain();
    }

    /** Our own code broke on the request: forget it unanswered. */
    void abandon() {
        state = State.OVER;
    }

    @Override
    long nextDeadlineNs() {
        return endNs;
    }

    @Override
    void onDeadline(final long nowNs) {
        if (isDue(endNs, nowNs)) {
            state = State.OVER;
        }
    }

    @Override
    boolean isOver() {
        return state == State.OVER;
    }

    @Override
    boolean isExpendable() {
        return state == State.COMPLETED;
    }

    @Override
    void release() {
        super.release();
        state = State.OVER;
        endNs = NO_DEADLINE;
    }
}
