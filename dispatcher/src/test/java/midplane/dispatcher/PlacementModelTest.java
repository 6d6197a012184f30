package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import midplane.fabric.LoadReport;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Ten million placements with random sizes, durations, numbers of blades and policies; reports that come up to five
 * seconds late, out of order, or never; messages handed back. After every step the ledger must equal a model that keeps
 * all it knows in the plainest form.
 *
 * <p>Every world prints its seed if it fails; {@code -Dmidplane.placements.seed=N} runs that world alone.
 */
class PlacementModelTest {
    private static final long PLACEMENTS = Long.getLong("midplane.placements", 10_000_000L);
    private static final int PLACEMENTS_PER_WORLD = 100_000;
    private static final long FIRST_SEED = 20_261_125L;

    @Test
    void shouldAgreeWithTheModelAtEveryStep() {
        final Long onlySeed = Long.getLong("midplane.placements.seed");
        if (onlySeed != null) {
            run(onlySeed);
            return;
        }
        long placed = 0;
        for (long seed = FIRST_SEED; placed < PLACEMENTS; seed++) {
            placed += run(seed);
        }
    }

    private static long run(final long seed) {
        try {
            return new World(seed).run();
        } catch (final AssertionError | RuntimeException broken) {
            throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
        }
    }

    /** Blades, their dispatcher, and the wires between. A tick is a millisecond. */
    private static final class World {
        private static final int TICKS = 1 << 16;
        private static final long NS_PER_TICK = 1_000_000L;
        private static final long INTERVAL_TICKS = 100;
        private static final int REPORT_DELAY_TICKS_MAX = 5000;
        private static final int FRAME_DELAY_TICKS_MAX = 30;
        private static final int SEEN = 0;
        private static final int ENDED = 1;
        private static final int REPORTED = 2;
        private static final int RETURNED = 3;

        private final SplittableRandom random;
        private final int blades;
        private final int[] capacities;
        private final LoadLedger ledger;
        private final Placement placement;
        private final LoadReport report = new LoadReport().wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0);
        private final int sizeMax;
        private final int durationTicksMax;
        private final int reportDelayTicksMax;
        private final double lossShare;
        private final double handBackShare;
        private final double placementsPerTick;

        // ---- events, by the tick they happen in
        private final int[] firstOfTick = new int[TICKS];
        private int[] nextOfTick = new int[1 << 16];
        private int[] kinds = new int[1 << 16];
        private int[] slots = new int[1 << 16];
        private long[] numbers = new long[1 << 16];
        private long[] amounts = new long[1 << 16];
        private int freeEvent = -1;
        private int events;

        // ---- what is true
        private final long[] used;
        private final long[] seen;
        private final long[] reportsWritten;

        // ---- the model of what the dispatcher can know
        private final long[][] sentInAll;
        private final long[][] returned;
        private final int[] returns;
        private final long[] dispatched;
        private final long[] knownReport;
        private final long[] knownUsed;
        private final long[] knownSeen;
        private final long[][] usedInReport;
        private final long[][] seenInReport;
        private final long[][] writtenAtNs;
        private long tick;
        private int placing;
        private boolean isRingFull;

        World(final long seed) {
            random = new SplittableRandom(seed);
            blades = 1 + random.nextInt(64);
            capacities = IntStream.range(0, blades)
                    .map(i -> 500 + random.nextInt(4000))
                    .toArray();
            sizeMax = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(80);
            durationTicksMax = 1 + random.nextInt(20_000);
            reportDelayTicksMax = random.nextInt(3) == 0 ? 0 : random.nextInt(REPORT_DELAY_TICKS_MAX + 1);
            lossShare = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.5);
            handBackShare = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.1);
            // As much as fills the blades to about two thirds.
            final double meanUnits = (1 + sizeMax) / 2.0 * (1 + durationTicksMax) / 2.0;
            placementsPerTick = Math.min(20, Arrays.stream(capacities).sum() * 0.66 / meanUnits);
            final BladeSelector.Policy[] policies = BladeSelector.Policy.values();
            final BladeSelector.Policy policy = policies[random.nextInt(policies.length)];
            final PlacementSettings settings = new PlacementSettings(
                    policy,
                    null,
                    Arrays.stream(capacities).boxed().toList(),
                    IntStream.range(0, blades)
                            .map(i -> 1 + random.nextInt(5))
                            .boxed()
                            .toList(),
                    3,
                    INTERVAL_TICKS * NS_PER_TICK);
            ledger = new LoadLedger(capacities, INTERVAL_TICKS * NS_PER_TICK, 0);
            placement = new Placement(settings, ledger, new Entropy(seed, ~seed), new Counters());
            Arrays.fill(firstOfTick, -1);
            used = new long[blades];
            seen = new long[blades];
            reportsWritten = new long[blades];
            sentInAll = new long[blades][1024];
            returned = new long[blades][16];
            returns = new int[blades];
            dispatched = new long[blades];
            knownReport = new long[blades];
            knownUsed = new long[blades];
            knownSeen = new long[blades];
            usedInReport = new long[blades][1024];
            seenInReport = new long[blades][1024];
            writtenAtNs = new long[blades][1024];
        }

        long run() {
            long placed = 0;
            double due = 0;
            while (placed < PLACEMENTS_PER_WORLD && tick < 600_000) {
                tick++;
                happen();
                for (int slot = 0; slot < blades; slot++) {
                    if ((tick + 7 * slot) % INTERVAL_TICKS == 0) {
                        write(slot);
                    }
                }
                for (due += placementsPerTick * 2 * random.nextDouble(); due >= 1; due--) {
                    place(0, 1 + random.nextInt(sizeMax));
                    placed++;
                }
                if (tick % 64 == 0) {
                    checkAll();
                }
            }
            checkAll();
            return placed;
        }

        // ---- the dispatcher

        private void place(final long excluded, final int size) {
            placing = size;
            isRingFull = false;
            final long roomy = roomyByModel(size) & ~excluded;
            final int slot = placement.place(size, random.nextLong(), excluded, tick * NS_PER_TICK, this::carry);
            if (slot >= 0) {
                assertTrue((roomy & 1L << slot) != 0, "slot " + slot + " has no room for " + size);
                check(slot);
            } else if (!isRingFull) {
                assertEquals(0, roomy, "there was room for " + size);
                assertEquals((roomyByModel(1) & ~excluded) != 0, slot == Placement.NO_ROOM);
            }
        }

        private boolean carry(final int slot, final long sequence) {
            if (random.nextInt(1000) == 0) {
                isRingFull = true;
                return false;
            }
            assertEquals(++dispatched[slot], sequence);
            sentInAll[slot] = grown(sentInAll[slot], (int) sequence);
            sentInAll[slot][(int) sequence] = sentInAll[slot][(int) sequence - 1] + placing;
            // Frames of one slot keep their order, as in a ring.
            add(
                    1 + (tick % FRAME_DELAY_TICKS_MAX == 0 ? 0 : FRAME_DELAY_TICKS_MAX - tick % FRAME_DELAY_TICKS_MAX),
                    SEEN,
                    slot,
                    sequence,
                    placing);
            return true;
        }

        private long roomyByModel(final int size) {
            long roomy = 0;
            for (int slot = 0; slot < blades; slot++) {
                if (loadByModel(slot) + size <= capacities[slot]) {
                    roomy |= 1L << slot;
                }
            }
            return roomy;
        }

        private long loadByModel(final int slot) {
            long load =
                    knownUsed[slot] + sentInAll[slot][(int) dispatched[slot]] - sentInAll[slot][(int) knownSeen[slot]];
            for (int i = 0; i < returns[slot]; i++) {
                load -= returned[slot][i] > knownSeen[slot]
                        ? sentInAll[slot][(int) returned[slot][i]] - sentInAll[slot][(int) returned[slot][i] - 1]
                        : 0;
            }
            return load;
        }

        private void check(final int slot) {
            assertEquals(loadByModel(slot), ledger.load(slot), "load of slot " + slot);
        }

        private void checkAll() {
            for (int slot = 0; slot < blades; slot++) {
                check(slot);
            }
        }

        // ---- the blades

        private void write(final int slot) {
            final int number = (int) ++reportsWritten[slot];
            usedInReport[slot] = grown(usedInReport[slot], number);
            seenInReport[slot] = grown(seenInReport[slot], number);
            writtenAtNs[slot] = grown(writtenAtNs[slot], number);
            usedInReport[slot][number] = used[slot];
            seenInReport[slot][number] = seen[slot];
            writtenAtNs[slot][number] = tick * NS_PER_TICK;
            if (random.nextDouble() >= lossShare) {
                final int delay = reportDelayTicksMax == 0 ? 0 : random.nextInt(reportDelayTicksMax + 1);
                if (delay == 0) {
                    read(slot, number);
                } else {
                    add(delay, REPORTED, slot, number, 0);
                }
            }
        }

        private void read(final int slot, final int number) {
            ledger.onReport(
                    slot,
                    report.begin()
                            .slot(slot)
                            .sequence(number)
                            .lastDispatch(seenInReport[slot][number])
                            .state(LoadReport.UP)
                            .capacity(capacities[slot])
                            .usedUnits((int) usedInReport[slot][number])
                            .writtenNs(writtenAtNs[slot][number]),
                    tick * NS_PER_TICK);
            if (number > knownReport[slot]) {
                knownReport[slot] = number;
                knownUsed[slot] = usedInReport[slot][number];
                knownSeen[slot] = seenInReport[slot][number];
                int kept = 0;
                for (int i = 0; i < returns[slot]; i++) {
                    if (returned[slot][i] > knownSeen[slot]) {
                        returned[slot][kept++] = returned[slot][i];
                    }
                }
                returns[slot] = kept;
            }
            check(slot);
        }

        private void see(final int slot, final long sequence, final long size) {
            assertEquals(seen[slot] + 1, sequence, "frames keep their order");
            seen[slot] = sequence;
            if (random.nextDouble() < handBackShare) {
                add(1 + random.nextInt(20), RETURNED, slot, sequence, size);
            } else {
                used[slot] += size;
                add(1 + random.nextInt(durationTicksMax), ENDED, slot, sequence, size);
            }
        }

        private void comeBack(final int slot, final long sequence, final long size) {
            ledger.unbook(slot, sequence);
            if (sequence > knownSeen[slot]) {
                returned[slot] = grown(returned[slot], returns[slot]);
                returned[slot][returns[slot]++] = sequence;
            }
            check(slot);
            place(1L << slot, (int) size);
        }

        // ---- time

        private void happen() {
            final int index = (int) tick & TICKS - 1;
            // Events are pushed in front, and frames must keep their order: so the list is turned first.
            int turned = -1;
            for (int event = firstOfTick[index]; event >= 0; ) {
                final int next = nextOfTick[event];
                nextOfTick[event] = turned;
                turned = event;
                event = next;
            }
            firstOfTick[index] = -1;
            for (int event = turned; event >= 0; ) {
                final int next = nextOfTick[event];
                final int slot = slots[event];
                final long number = numbers[event];
                final long amount = amounts[event];
                final int kind = kinds[event];
                nextOfTick[event] = freeEvent;
                freeEvent = event;
                switch (kind) {
                    case SEEN -> see(slot, number, amount);
                    case ENDED -> used[slot] -= amount;
                    case REPORTED -> read(slot, (int) number);
                    default -> comeBack(slot, number, amount);
                }
                event = next;
            }
        }

        private void add(final long delayTicks, final int kind, final int slot, final long number, final long amount) {
            int event = freeEvent;
            if (event >= 0) {
                freeEvent = nextOfTick[event];
            } else {
                event = events++;
                nextOfTick = grown(nextOfTick, event);
                kinds = grown(kinds, event);
                slots = grown(slots, event);
                numbers = grown(numbers, event);
                amounts = grown(amounts, event);
            }
            final int index = (int) (tick + delayTicks) & TICKS - 1;
            nextOfTick[event] = firstOfTick[index];
            firstOfTick[index] = event;
            kinds[event] = kind;
            slots[event] = slot;
            numbers[event] = number;
            amounts[event] = amount;
        }

        private static int[] grown(final int[] array, final int index) {
            return index < array.length ? array : Arrays.copyOf(array, 2 * array.length);
        }

        private static long[] grown(final long[] array, final int index) {
            return index < array.length ? array : Arrays.copyOf(array, 2 * array.length);
        }
    }
}
