package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;
import static midplane.blade.core.Deadlines.isDue;

import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.shelf.SipSettings;
import org.agrona.DirectBuffer;

/**
 * One INVITE and what we answered it, over UDP (RFC 3261 §17.2.1 with RFC 6026 §7.1).
 *
 * <pre>
 *   PROCEEDING --2xx--&gt; ACCEPTED --timer L--&gt; over
 *       |
 *       +--300..699--&gt; COMPLETED (timer G repeats) --ACK--&gt; CONFIRMED --timer I--&gt; over
 *                          +-----------timer H, no ACK--------------------------&gt; over
 * </pre>
 *
 * No 100 is sent where any other answer is: that follows the INVITE at once, and RFC 3261 wants a 100 only after 200 ms
 * without one. The repeats of a 2xx are the dialog's business (RFC 3261 §13.3.1.4); here repeated INVITEs are absorbed.
 */
final class InviteServerTransaction extends Transaction {
    enum State {
        PROCEEDING,
        COMPLETED,
        CONFIRMED,
        ACCEPTED,
        OVER
    }

    /** The entry of the dispatch table to report when settled, or {@link InitialFrame#NO_ENTRY}. */
    int entry = InitialFrame.NO_ENTRY;

    /** The dispatch sequence that goes with {@link #entry}. */
    long sequence;

    /** When the message arrived at the dispatcher. */
    long arrivalNs;

    /** The dispatcher knows of a first response. */
    boolean isResponseTold;

    /** For peers of RFC 2543: the tag their ACK must carry, as a key. */
    long toTagKey;

    private final long t1Ns;
    private final long t2Ns;
    private final long t4Ns;
    private final long timeoutNs;
    private State state = State.OVER;
    private boolean isAcknowledged;
    private long repeatNs = NO_DEADLINE;
    private long intervalNs;

    InviteServerTransaction(
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
        state = State.PROCEEDING;
        isAcknowledged = false;
        repeatNs = NO_DEADLINE;
        entry = InitialFrame.NO_ENTRY;
        sequence = 0;
        arrivalNs = 0;
        isResponseTold = false;
        toTagKey = 0;
    }

    State state() {
        return state;
    }

    /** Sends a response: 1xx as often as the caller likes, one final one. */
    void respond(final int statusCode, final DirectBuffer response, final int length, final long nowNs) {
        assert state == State.PROCEEDING : "a final response was sent already";
        if (statusCode < 200) {
            keepAndSend(response, length);
        } else if (statusCode < 300) {
            forgetMessage();
            transmitter.send(exit, peer(), response, length);
            state = State.ACCEPTED;
            endNs = nowNs + timeoutNs; // timer L
        } else {
            keepAndSend(response, length);
            // What cannot be repeated need not be remembered: a repeat of the INVITE is answered afresh.
            state = message == ByteStore.NOTHING ? State.OVER : State.COMPLETED;
            intervalNs = t1Ns;
            repeatNs = nowNs + intervalNs; // timer G
            endNs = nowNs + timeoutNs; // timer H
        }
    }

    /** A repeat of the INVITE; returns whether it was answered. */
    boolean onRepeat() {
        return (state == State.PROCEEDING || state == State.COMPLETED) && sendAgain();
    }

    /** The ACK to a 300–699. */
    void onAck(final long nowNs) {
        if (state == State.COMPLETED) {
            state = State.CONFIRMED;
            forgetMessage();
            repeatNs = NO_DEADLINE;
            endNs = nowNs + t4Ns; // timer I
        }
    }

    /** The dialog got the ACK to our 2xx: no repeat of the INVITE is likely any more. */
    void onAcknowledged() {
        isAcknowledged = true;
    }

    /** Our own code broke on the request: forget it unanswered. */
    void abandon() {
        state = State.OVER;
    }

    @Override
    long nextDeadlineNs() {
        return earlier(repeatNs, endNs);
    }

    @Override
    void onDeadline(final long nowNs) {
        if (isDue(endNs, nowNs)) {
            state = State.OVER;
        } else if (isDue(repeatNs, nowNs)) {
            sendAgain();
            intervalNs = Math.min(2 * intervalNs, t2Ns);
            repeatNs = nowNs + intervalNs;
        }
    }

    @Override
    boolean isOver() {
        return state == State.OVER;
    }

    @Override
    boolean isExpendable() {
        return state == State.CONFIRMED || (state == State.ACCEPTED && isAcknowledged);
    }

    @Override
    void release() {
        super.release();
        state = State.OVER;
        repeatNs = NO_DEADLINE;
    }
}
