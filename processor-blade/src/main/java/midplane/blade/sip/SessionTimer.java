package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;
import static midplane.blade.core.Deadlines.isDue;

import java.util.concurrent.TimeUnit;

/**
 * How long a session lives without a sign of life, who gives it, and when (RFC 4028 §7.2, §9, §10). Each dialog has one.
 *
 * <pre>
 *   ours to refresh:   2xx -------- interval/2: refresh -------- interval: BYE
 *   theirs to refresh: 2xx ------------------- interval - min(32 s, interval/3): BYE
 * </pre>
 */
final class SessionTimer {
    /** RFC 4028 §4: no interval is shorter, and none is meant where Min-SE is missing. */
    static final long SECONDS_MIN = 90;

    private static final long GRACE_SECONDS_MAX = 32;

    /** Whether the other side takes UPDATE, as its last Allow said. */
    boolean allowsUpdate;

    /** A refresh of ours is on its way. */
    boolean isRefreshing;

    /** It is a re-INVITE, whose offer has no answer yet: RFC 3261 §14.1 allows no other meanwhile. */
    boolean isOffering;

    /** Refreshes that were asked to come again, one after another. */
    int retries;

    private long seconds;
    private long secondsMin;
    private long refreshNs = NO_DEADLINE;
    private long endNs = NO_DEADLINE;

    /** A 2xx says how long the session lives from now on, and whether we refresh it. */
    void begin(final long newSeconds, final boolean isOurs, final long nowNs) {
        seconds = newSeconds;
        retries = 0;
        final long intervalNs = TimeUnit.SECONDS.toNanos(newSeconds);
        final long graceNs = Math.min(TimeUnit.SECONDS.toNanos(GRACE_SECONDS_MAX), intervalNs / 3);
        refreshNs = isOurs ? nowNs + intervalNs / 2 : NO_DEADLINE;
        endNs = isOurs ? nowNs + intervalNs : nowNs + intervalNs - graceNs;
    }

    /** The session lives as long as it likes. */
    void stop() {
        seconds = 0;
        refreshNs = NO_DEADLINE;
        endNs = NO_DEADLINE;
    }

    /** The dialog is over. */
    void reset() {
        stop();
        secondsMin = 0;
        allowsUpdate = false;
        isRefreshing = false;
        isOffering = false;
        retries = 0;
    }

    /** RFC 4028 §7.4: the largest Min-SE heard in this dialog is what we say ourselves. */
    void heardMin(final long said) {
        secondsMin = Math.max(secondsMin, said);
    }

    /** What to say in Min-SE; 0 for nothing. */
    long secondsMin() {
        return secondsMin;
    }

    /** What to ask for: the present interval, or the least that is allowed if that is longer. */
    long secondsToAsk() {
        return Math.max(Math.max(seconds, secondsMin), SECONDS_MIN);
    }

    /** The present interval; 0 for none. */
    long secondsAgreed() {
        return seconds;
    }

    private boolean isRunning() {
        return endNs != NO_DEADLINE;
    }

    /** The refresh did not succeed: another after so long, if the session lives until then. */
    void retryAt(final long timeNs) {
        refreshNs = isRunning() ? timeNs : NO_DEADLINE;
    }

    /** RFC 4028 §10 has us not try again and again: half of the time that is left is a long wait, and no lost hope. */
    void retryLater(final long nowNs) {
        retryAt(nowNs + Math.max(0, endNs - nowNs) / 2);
    }

    long nextDeadlineNs() {
        return earlier(refreshNs, endNs);
    }

    /** Whether the session is over. */
    boolean isExpired(final long nowNs) {
        return isDue(endNs, nowNs);
    }

    /** Whether a refresh is due; it is then not due again until one of the others says so. */
    boolean takeRefresh(final long nowNs) {
        if (!isDue(refreshNs, nowNs)) {
            return false;
        }
        refreshNs = NO_DEADLINE;
        return true;
    }
}
