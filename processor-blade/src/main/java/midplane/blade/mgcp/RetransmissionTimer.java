package midplane.blade.mgcp;

import java.util.concurrent.TimeUnit;
import midplane.shelf.Entropy;

/**
 * RFC 3435 §3.5.3: how long to wait for an answer, from how long answers took. One for all call agents of a blade: they
 * stand in the same network. Not thread-safe.
 */
final class RetransmissionTimer {
    static final long INITIAL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    static final long DELAY_NS_MIN = TimeUnit.MILLISECONDS.toNanos(100);
    /** RTO-MAX. */
    static final long DELAY_NS_MAX = TimeUnit.SECONDS.toNanos(4);

    private static final int DEVIATIONS = 4;
    private static final long NOTHING = -1;

    private final Entropy entropy;
    private long averageNs = INITIAL_NS;
    private long deviationNs;
    private boolean isMeasured;
    private long lastRepeatedNs = NOTHING;

    RetransmissionTimer(final Entropy entropy) {
        this.entropy = entropy;
    }

    /** What a new command waits: after a repetition, what that waited. */
    long firstDelayNs() {
        return lastRepeatedNs != NOTHING ? lastRepeatedNs : bounded(averageNs + DEVIATIONS * deviationNs);
    }

    /**
     * What a command waits that is repeated.
     *
     * @param repeats from 1: how many copies have left after the first.
     */
    long nextDelayNs(final int repeats) {
        final long doubledNs = Math.min(DELAY_NS_MAX, bounded(averageNs) << Math.min(repeats, 6));
        final long randomNs = doubledNs / 2 + (doubledNs / 2 / 1024) * entropy.nextInt(1024);
        return bounded(randomNs + DEVIATIONS * deviationNs);
    }

    /**
     * A command was answered.
     *
     * @param delayNs since it was first sent.
     * @param repeats 0, or the answer tells nothing about the network.
     * @param lastDelayNs what its last copy was to wait.
     */
    void onAnswer(final long delayNs, final int repeats, final long lastDelayNs) {
        if (repeats > 0) {
            lastRepeatedNs = lastDelayNs;
            return;
        }
        lastRepeatedNs = NOTHING;
        if (!isMeasured) {
            isMeasured = true;
            averageNs = delayNs;
            deviationNs = delayNs / 2;
            return;
        }
        deviationNs += (Math.abs(delayNs - averageNs) - deviationNs) / 4;
        averageNs += (delayNs - averageNs) / 8;
    }

    private static long bounded(final long delayNs) {
        return Math.max(DELAY_NS_MIN, Math.min(DELAY_NS_MAX, delayNs));
    }
}
