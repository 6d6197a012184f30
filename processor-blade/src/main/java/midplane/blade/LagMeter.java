package midplane.blade;

import java.util.Arrays;

/**
 * How late the duty cycle runs: a histogram in powers of two, so that it never grows and never sorts. Good to a factor of
 * two, which is enough to tell a busy blade from an idle one. Not thread-safe.
 *
 * <p>A cycle is late by the time since a deadline it slept over, or, after a cycle that found work, by the time since
 * that one began: as long a message may have waited.
 */
final class LagMeter {
    private static final int BUCKETS = Long.SIZE;
    private static final int PERCENT = 99;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void record(final long lagNs) {
        counts[lagNs <= 0 ? 0 : BUCKETS - Long.numberOfLeadingZeros(lagNs)]++;
        total++;
    }

    /** The lag that 99 of 100 cycles kept below since the last time this was asked, rounded up to a power of two. */
    long takeP99Ns() {
        final long wanted = (total * PERCENT + PERCENT) / (PERCENT + 1);
        long seen = 0;
        long lagNs = 0;
        for (int i = 0; i < BUCKETS && seen < wanted; i++) {
            seen += counts[i];
            lagNs = upperBoundNs(i);
        }
        Arrays.fill(counts, 0);
        total = 0;
        return lagNs;
    }

    private static long upperBoundNs(final int bucket) {
        if (bucket == 0) {
            return 0;
        }
        return bucket == BUCKETS - 1 ? Long.MAX_VALUE : 1L << bucket;
    }
}
