package midplane.dispatcher;

import java.util.Arrays;

/**
 * How long callers wait for each blade: from a dispatch to the first response, against the median of all blades. What a
 * blade reports of its load it may have wrong; what its callers wait for is what they get. Not thread-safe.
 *
 * <p>A blade tells with a notice how long its first response took. It is believed within what the dispatcher has seen
 * itself: no shorter than when it last found the uplink without the notice, no longer than until now. A dispatch without
 * response for {@link #LIMIT_NS} counts as one that took {@link #UNANSWERED_NS}: its caller has asked again.
 *
 * <p>Up to twice the median, or twice {@link #UNNOTICED_NS}, nobody is held to be slow. Beyond, a blade weighs as many times
 * its load as it is slower than that, so that its share falls to that part. What is remembered of a blade that gets
 * nothing fades, so that it is tried again and can show that it has recovered.
 */
final class ResponseTimes {
    /** A response later than this is as good as none. */
    static final long LIMIT_NS = 1_000_000_000L;

    /** What none counts as. */
    static final long UNANSWERED_NS = 5 * LIMIT_NS;

    /** What no caller notices. */
    static final long UNNOTICED_NS = 50_000_000L;

    /** Dispatches of one slot that are watched at a time; the oldest beyond counts as unanswered. A power of two. */
    static final int WATCHED_MAX = 4096;

    /** How much heavier a slow blade weighs at most. */
    static final int FACTOR_MAX = 64;

    /** Factors are counted in parts of this. */
    static final int ONE = 16;

    private static final int WATCHED_MASK = WATCHED_MAX - 1;
    private static final int TOLERATED = 2;
    private static final int MEMORY = 32;

    /** Judgements over which a blade without responses is forgiven. */
    private static final int FADING = 64;

    private static final long NOT_WATCHED = Long.MIN_VALUE;

    private final long[][] dispatchedNs;
    private final long[] first;
    private final long[] last;
    private final long[] drainedNs;
    private final long[] meanNs;
    private final boolean[] isKnown;
    private final boolean[] isHeard;
    private final int[] factors;
    private final long[] sorted;

    ResponseTimes(final int slots, final long nowNs) {
        dispatchedNs = new long[slots][WATCHED_MAX];
        for (final long[] ring : dispatchedNs) {
            Arrays.fill(ring, NOT_WATCHED);
        }
        first = new long[slots];
        Arrays.fill(first, 1);
        last = new long[slots];
        drainedNs = new long[slots];
        Arrays.fill(drainedNs, nowNs);
        meanNs = new long[slots];
        isKnown = new boolean[slots];
        isHeard = new boolean[slots];
        factors = new int[slots];
        Arrays.fill(factors, ONE);
        sorted = new long[slots];
    }

    /** A message is in the slot's ring, as number so and so. */
    void onDispatch(final int slot, final long sequence, final long nowNs) {
        if (sequence - first[slot] >= WATCHED_MAX) {
            giveUp(slot);
        }
        dispatchedNs[slot][(int) sequence & WATCHED_MASK] = nowNs;
        last[slot] = sequence;
    }

    /** The slot's uplink was read to its end. */
    void onDrained(final int slot, final long nowNs) {
        drainedNs[slot] = nowNs;
    }

    /** The blade has given its first response, by its own account so long after the dispatch. */
    void onResponse(final int slot, final long sequence, final long toldNs, final long nowNs) {
        if (sequence < first[slot] || sequence > last[slot]) {
            return;
        }
        final int index = (int) sequence & WATCHED_MASK;
        final long atNs = dispatchedNs[slot][index];
        if (atNs != NOT_WATCHED) {
            dispatchedNs[slot][index] = NOT_WATCHED;
            sample(slot, Math.max(Math.min(toldNs, nowNs - atNs), drainedNs[slot] - atNs));
        }
    }

    /** The message came back: no response is due from this slot. */
    void onHandedBack(final int slot, final long sequence) {
        if (sequence >= first[slot] && sequence <= last[slot]) {
            dispatchedNs[slot][(int) sequence & WATCHED_MASK] = NOT_WATCHED;
        }
    }

    /** Gives up what is overdue, and compares the slots. Called every now and then, since it looks at all of them. */
    void judge(final long nowNs) {
        int known = 0;
        for (int slot = 0; slot < first.length; slot++) {
            expire(slot, nowNs);
            if (isKnown[slot]) {
                sorted[known++] = meanNs[slot];
            }
        }
        if (known == 0) {
            return;
        }
        Arrays.sort(sorted, 0, known);
        final long usualNs = Math.max(UNNOTICED_NS, sorted[(known - 1) / 2]);
        for (int slot = 0; slot < first.length; slot++) {
            if (isKnown[slot] && !isHeard[slot] && meanNs[slot] > usualNs) {
                meanNs[slot] -= (meanNs[slot] - usualNs) / FADING;
            }
            isHeard[slot] = false;
            final long factor = meanNs[slot] * ONE / (TOLERATED * usualNs);
            factors[slot] = (int) Math.max(ONE, Math.min(FACTOR_MAX * ONE, factor));
        }
    }

    /** By how much heavier the slot weighs, in parts of {@link #ONE}: 1 to {@link #FACTOR_MAX} times that. */
    int factor(final int slot) {
        return factors[slot];
    }

    /** Recent responses' mean, as callers saw it; 0 when none is known. */
    long meanNs(final int slot) {
        return meanNs[slot];
    }

    private void expire(final int slot, final long nowNs) {
        while (first[slot] <= last[slot]) {
            final long atNs = dispatchedNs[slot][(int) first[slot] & WATCHED_MASK];
            if (atNs != NOT_WATCHED && nowNs - atNs < LIMIT_NS) {
                return;
            }
            giveUp(slot);
        }
    }

    private void giveUp(final int slot) {
        final int index = (int) first[slot]++ & WATCHED_MASK;
        if (dispatchedNs[slot][index] != NOT_WATCHED) {
            dispatchedNs[slot][index] = NOT_WATCHED;
            sample(slot, UNANSWERED_NS);
        }
    }

    private void sample(final int slot, final long responseNs) {
        final long sampleNs = Math.min(Math.max(0, responseNs), UNANSWERED_NS);
        meanNs[slot] = isKnown[slot] ? meanNs[slot] + (sampleNs - meanNs[slot]) / MEMORY : sampleNs;
        isKnown[slot] = true;
        isHeard[slot] = true;
    }
}
