package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import midplane.fabric.LoadReport;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eight blades under load whose sessions last exponentially long; one of them tells no truth. */
class LoadAuditTest {
    private static final int BLADES = 8;
    private static final int LIAR = 3;
    private static final long MS = 1_000_000L;
    private static final long INTERVAL_NS = 100 * MS;
    private static final double HOLD_MS = 20_000;

    private final LoadLedger ledger =
            new LoadLedger(IntStream.range(0, BLADES).map(i -> 100_000).toArray(), INTERVAL_NS, 0);
    private final Placement placement = new Placement(
            PlacementSettings.of(BladeSelector.Policy.LEAST_LOADED, BLADES, 100_000),
            ledger,
            new Entropy(1, 2),
            new Counters());
    private final LoadReport report = new LoadReport().wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0);
    private final PriorityQueue<long[]> ends = new PriorityQueue<>((a, b) -> Long.compare(a[0], b[0]));
    private final long[] used = new long[BLADES];
    private final long[] placed = new long[BLADES];
    private final long[] doubtedMs = new long[BLADES];
    private long nowMs;
    private long reports;

    /** The run is long enough for chance to try: nobody who tells the truth may be doubted for long. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldBelieveWhoTellsTheTruth(final long seed) {
        run(seed, 120_000, 0.3, false);
        for (int slot = 0; slot < BLADES; slot++) {
            assertTrue(doubtedMs[slot] <= 1200, "seed " + seed + ", slot " + slot + " doubted for " + doubtedMs[slot]);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldDoubtWhoClaimsToBeIdleAndBelieveHimAgain(final long seed) {
        run(seed, 60_000, 0.3, false);
        final long[] before = placed.clone();
        run(seed + 100, 30_000, 0.3, true);
        long all = 0;
        for (int slot = 0; slot < BLADES; slot++) {
            all += placed[slot] - before[slot];
        }
        final double share = (placed[LIAR] - before[LIAR]) * BLADES / (double) all;
        assertTrue(ledger.isDoubted(LIAR));
        assertTrue(share <= 1.2, "seed " + seed + ": " + share + " of its fair share");
        run(seed + 200, 60_000, 0.3, false);
        assertFalse(ledger.isDoubted(LIAR));
        assertEquals(average(), used[LIAR], 0.1 * average(), "and its share returns");
    }

    private double average() {
        return IntStream.range(0, BLADES)
                .mapToLong(slot -> used[slot])
                .average()
                .orElseThrow();
    }

    private void run(final long seed, final long durationMs, final double perMs, final boolean isLying) {
        final SplittableRandom random = new SplittableRandom(seed);
        final long endMs = nowMs + durationMs;
        for (double due = 0; nowMs < endMs; nowMs++) {
            while (!ends.isEmpty() && ends.peek()[0] <= nowMs) {
                final long[] end = ends.remove();
                used[(int) end[1]] -= end[2];
            }
            if (nowMs % 100 == 0) {
                for (int slot = 0; slot < BLADES; slot++) {
                    doubtedMs[slot] += ledger.isDoubted(slot) ? 100 : 0;
                    report(slot, isLying && slot == LIAR ? 0 : used[slot]);
                }
            }
            for (due += 2 * perMs * random.nextDouble(); due >= 1; due--) {
                final int units = random.nextInt(10) == 0 ? 40 : 1;
                final int slot = placement.place(units, 0, 0, nowMs * MS, (to, sequence) -> true);
                placed[slot] += units;
                used[slot] += units;
                final long holdMs = (long) (-Math.log(1 - random.nextDouble()) * HOLD_MS);
                ends.add(new long[] {nowMs + 1 + holdMs, slot, units});
            }
        }
    }

    private void report(final int slot, final long told) {
        ledger.onReport(
                slot,
                report.begin()
                        .slot(slot)
                        .sequence(++reports)
                        .lastDispatch(ledger.nextSequence(slot) - 1)
                        .state(LoadReport.UP)
                        .capacity(100_000)
                        .usedUnits((int) told)
                        .writtenNs(nowMs * MS),
                nowMs * MS);
    }
}
