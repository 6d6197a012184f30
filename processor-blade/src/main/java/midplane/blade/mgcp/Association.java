package midplane.blade.mgcp;

import java.util.concurrent.TimeUnit;
import midplane.blade.core.Deadlines;
import midplane.shelf.Entropy;

/** RFC 3435 §4.4.7: an endpoint whose call agent does not answer, and how it finds back. */
final class Association {
    /** Tdinit. */
    static final long FIRST_NS_MAX = TimeUnit.SECONDS.toNanos(15);

    /** Tdmin. */
    static final long WAIT_NS_MIN = TimeUnit.SECONDS.toNanos(15);

    /** Tdmax. */
    static final long WAIT_NS_MAX = TimeUnit.SECONDS.toNanos(600);

    private boolean isLost;
    private boolean isTelling;
    private long sinceNs;
    private long waitNs;
    private long deadlineNs = Deadlines.NO_DEADLINE;
    private long lastEndedNs;

    boolean isLost() {
        return isLost;
    }

    /** Whole seconds since it was lost: RestartDelay. */
    long lostS(final long nowNs) {
        return isLost ? TimeUnit.NANOSECONDS.toSeconds(nowNs - sinceNs) : 0;
    }

    /** A command of the endpoint was never answered. */
    void onLost(final Entropy entropy, final long nowNs) {
        if (isLost) {
            return;
        }
        isLost = true;
        isTelling = false;
        sinceNs = nowNs;
        lastEndedNs = nowNs;
        waitNs = TimeUnit.SECONDS.toNanos(1)
                + (FIRST_NS_MAX - TimeUnit.SECONDS.toNanos(1)) / 1024 * entropy.nextInt(1024);
        deadlineNs = nowNs + waitNs;
    }

    /** Whether the time has come to tell the call agent. */
    boolean isDue(final long nowNs) {
        return isLost && !isTelling && Deadlines.isDue(deadlineNs, nowNs);
    }

    /** Something happened on the endpoint: it may be told at once, but not too often. */
    boolean mayTellOfActivity(final long nowNs) {
        return isLost && !isTelling && nowNs - lastEndedNs >= WAIT_NS_MIN;
    }

    /** RSIP is under way. */
    void onTold() {
        isTelling = true;
        deadlineNs = Deadlines.NO_DEADLINE;
    }

    /** It was answered with success. */
    void onFound() {
        isLost = false;
        isTelling = false;
        deadlineNs = Deadlines.NO_DEADLINE;
    }

    /** It was not answered, or with an error: again, after twice the time. */
    void onStillLost(final long nowNs) {
        isTelling = false;
        lastEndedNs = nowNs;
        waitNs = Math.min(WAIT_NS_MAX, 2 * waitNs);
        deadlineNs = nowNs + waitNs;
    }

    long nextDeadlineNs() {
        return deadlineNs;
    }
}
