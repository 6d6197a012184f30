package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import midplane.fabric.LoadReport;
import midplane.shelf.Entropy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SelectorsTest {
    private static final long INTERVAL_NS = 100_000_000L;

    private final LoadReport report = new LoadReport().wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0);
    private long reports;

    @ParameterizedTest
    @EnumSource(BladeSelector.Policy.class)
    void shouldSelectACandidateAndNobodyElse(final BladeSelector.Policy policy) {
        for (final int slots : new int[] {1, 2, 63, 64}) {
            final LoadLedger ledger = ledger(slots, 100_000);
            final BladeSelector selector = create(policy, ledger);
            final SplittableRandom random = new SplittableRandom(slots);
            for (int i = 0; i < 20_000; i++) {
                final long candidates = random.nextLong() & random.nextLong() & mask(slots);
                final int slot = selector.select(candidates, 1 + random.nextInt(40), random.nextLong());
                if (candidates == 0) {
                    assertEquals(BladeSelector.NO_BLADE, slot);
                } else {
                    assertTrue((candidates & 1L << slot) != 0, policy + " chose " + slot);
                    ledger.book(slot, ledger.nextSequence(slot), 1);
                }
                if (i % 1000 == 999) {
                    for (int j = 0; j < slots; j++) {
                        report(ledger, j, 0, ledger.nextSequence(j) - 1);
                    }
                }
            }
        }
    }

    /** An empty chassis: nobody may be preferred for the number of his slot. */
    @ParameterizedTest
    @EnumSource(BladeSelector.Policy.class)
    void shouldBreakTiesFairly(final BladeSelector.Policy policy) {
        final LoadLedger ledger = ledger(8, 100);
        final BladeSelector selector = create(policy, ledger);
        final SplittableRandom random = new SplittableRandom(5);
        final int[] chosen = new int[8];
        for (int i = 0; i < 8000; i++) {
            chosen[selector.select(0b1001_0110L, 1, random.nextLong())]++;
        }
        for (int slot = 0; slot < 8; slot++) {
            final boolean isCandidate = (0b1001_0110 & 1 << slot) != 0;
            assertEquals(isCandidate ? 2000 : 0, chosen[slot], isCandidate ? 150 : 0, policy + " slot " + slot);
        }
    }

    @Test
    void shouldChooseTheLeastLoadedForItsCapacity() {
        final LoadLedger ledger = ledger(3, 1000);
        final BladeSelector selector = create(BladeSelector.Policy.LEAST_LOADED, ledger);
        report(ledger, 0, 100, 0);
        report(ledger, 1, 90, 0);
        report(ledger, 2, 300, 0, 4000);
        assertEquals(2, selector.select(0b111, 1, 0));
        assertEquals(1, selector.select(0b011, 1, 0));
        ledger.book(1, 1, 11);
        assertEquals(0, selector.select(0b011, 1, 0));
    }

    @Test
    void shouldChooseTheLessLoadedOfTwo() {
        final LoadLedger ledger = ledger(8, 1000);
        final BladeSelector selector = create(BladeSelector.Policy.POWER_OF_TWO_CHOICES, ledger);
        report(ledger, 3, 500, 0);
        final int[] chosen = new int[8];
        for (int i = 0; i < 7000; i++) {
            chosen[selector.select(0b1111_1111, 1, 0)]++;
        }
        assertEquals(0, chosen[3], "the most loaded loses to whomever it is drawn with");
        assertEquals(1000, chosen[0], 150);
    }

    @Test
    void shouldKeepRoomForLargeSessions() {
        final LoadLedger ledger = ledger(4, 100);
        final BladeSelector selector = create(BladeSelector.Policy.BEST_FIT, ledger);
        report(ledger, 0, 70, 0);
        report(ledger, 1, 95, 0);
        report(ledger, 2, 30, 0);
        assertEquals(1, selector.select(0b1111, 1, 0), "5 left");
        assertEquals(0, selector.select(0b1111, 30, 0), "30 left");
        assertEquals(2, selector.select(0b1111, 31, 0), "70 left");
        assertEquals(3, selector.select(0b1111, 100, 0));
        assertEquals(3, selector.select(0b1111, 200, 0), "nobody has enough: the most room");
    }

    @Test
    void shouldGiveSharesByWeightEvenlyMixed() {
        final BladeSelector selector =
                BladeSelector.Policy.WEIGHTED.create(ledger(3, 100), new int[] {5, 1, 1}, new Entropy(1, 2));
        final int[] order =
                IntStream.range(0, 14).map(i -> selector.select(0b111, 1, 0)).toArray();
        assertArrayEquals(new int[] {0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0}, order);
    }

    @Test
    void shouldChooseTheSameBladeForTheSameCallAndMoveOnlyTheCallsOfALostBlade() {
        final BladeSelector selector = create(BladeSelector.Policy.CALL_ID_HASH, ledger(8, 100));
        final SplittableRandom random = new SplittableRandom(3);
        int moved = 0;
        for (int i = 0; i < 8000; i++) {
            final long key = random.nextLong();
            final int slot = selector.select(0xFF, 1, key);
            assertEquals(slot, selector.select(0xFF, 40, key));
            final int without = selector.select(0xFF & ~(1L << 5), 1, key);
            if (slot == 5) {
                moved++;
                assertNotEquals(5, without);
            } else {
                assertEquals(slot, without);
            }
        }
        assertEquals(1000, moved, 150);
    }

    private static BladeSelector create(final BladeSelector.Policy policy, final LoadLedger ledger) {
        return policy.create(
                ledger, IntStream.range(0, ledger.slots()).map(i -> 1).toArray(), new Entropy(1, 2));
    }

    private static LoadLedger ledger(final int slots, final int capacity) {
        return new LoadLedger(IntStream.range(0, slots).map(i -> capacity).toArray(), INTERVAL_NS, 0);
    }

    private static long mask(final int slots) {
        return -1L >>> (Long.SIZE - slots);
    }

    private void report(final LoadLedger ledger, final int slot, final int used, final long lastDispatch) {
        report(ledger, slot, used, lastDispatch, ledger.capacity(slot));
    }

    private void report(
            final LoadLedger ledger, final int slot, final int used, final long lastDispatch, final int capacity) {
        ledger.onReport(
                slot,
                report.begin()
                        .slot(slot)
                        .sequence(++reports)
                        .lastDispatch(lastDispatch)
                        .state(LoadReport.UP)
                        .capacity(capacity)
                        .usedUnits(used),
                0);
    }
}
