package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;
import static midplane.blade.core.Deadlines.isDue;

import midplane.shelf.SipSettings;

/**
 * The reliable 180 that waits for its PRACK (RFC 3262 §3): repeated after T1, then after twice as long each time, without
 * a limit other than 64·T1, when the INVITE is given up. Each dialog has one, and never more than one waits.
 */
final class UnacknowledgedRinging {
    private final long t1Ns;
    private final long timeoutNs;
    private long number;
    private long intervalNs;
    private long repeatNs = NO_DEADLINE;
    private long endNs = NO_DEADLINE;

    UnacknowledgedRinging(final SipSettings settings) {
        t1Ns = settings.t1Ns();
        timeoutNs = settings.transactionTimeoutNs();
    }

    /**
     * A reliable response is about to be sent.
     *
     * @return its number for RSeq. The first is 1: RFC 3262 recommends any other, so that a forged PRACK must guess;
     *     here it would have to guess the tag of the dialog.
     */
    long begin(final long nowNs) {
        intervalNs = t1Ns;
        repeatNs = nowNs + intervalNs;
        endNs = nowNs + timeoutNs;
        return ++number;
    }

    boolean isWaiting() {
        return endNs != NO_DEADLINE;
    }

    /** Whether this is the number of the response whose PRACK is awaited. */
    boolean isWaitingFor(final long rseq) {
        return isWaiting() && number == rseq;
    }

    /** The PRACK came. */
    void finish() {
        repeatNs = NO_DEADLINE;
        endNs = NO_DEADLINE;
    }

    /** The dialog is over. */
    void reset() {
        finish();
        number = 0;
    }

    long nextDeadlineNs() {
        return earlier(repeatNs, endNs);
    }

    /** Whether the response must be repeated now; it is then not before twice as long. */
    boolean isRepeatDue(final long nowNs) {
        if (!isDue(repeatNs, nowNs)) {
            return false;
        }
        intervalNs *= 2;
        repeatNs = nowNs + intervalNs;
        return true;
    }

    /** Whether the PRACK is overdue; then nothing waits any more. */
    boolean isOverdue(final long nowNs) {
        if (!isDue(endNs, nowNs)) {
            return false;
        }
        finish();
        return true;
    }
}
