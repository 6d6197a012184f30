package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import midplane.dispatcher.BladeSelector;
import midplane.shelf.BladeFactory;
import midplane.sim.TamperedReports.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole chassis under load, whose reports are tampered with: where do the calls go? */
class SteeringTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1000 * MS;
    private static final int BLADES = 8;
    private static final int SICK = 2;

    private final List<TamperedReports> reports = new ArrayList<>();

    /** A burst between two reports spreads as evenly as if each call had waited for the report of the one before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSpreadABurstBetweenTwoReports(final long seed) {
        try (LoadRun run = run(LoadPlan.of(seed).withRate(40).withLarge(1, 0))) {
            run.placesCalls(true);
            run.runFor(20 * SECOND);
            run.placesCalls(false);
            // Between reports, which come every 100 ms and soon after a change.
            reports.forEach(each -> each.fault(Fault.MISSING));
            final long[] before = run.units();
            // Within a few milliseconds, since no more than 256 new requests may wait at the well-known port.
            for (int i = 0; i < 8; i++) {
                run.burst(125, 1);
                run.runFor(MS);
            }
            run.runFor(20 * MS);

            final long[] after = run.units();
            final double mean = IntStream.range(0, BLADES)
                    .mapToLong(i -> after[i])
                    .average()
                    .orElseThrow();
            final long placed = IntStream.range(0, BLADES)
                    .mapToLong(i -> after[i] - before[i])
                    .sum();
            assertTrue(placed >= 990, "placed " + placed + ", but for some that ended");
            for (int blade = 0; blade < BLADES; blade++) {
                assertEquals(mean, after[blade], 2, "seed " + seed + ", blade " + blade);
            }
        }
    }

    /** Thirty seconds under load with one blade's reports standing still at "idle", in all the ways reports can. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"MISSING", "REPEATED", "FROZEN", "IDLE"})
    void shouldGiveABladeWhoseReportsFrozeAtIdleNoMoreThanItsShare(final Fault fault) {
        try (LoadRun run = run(LoadPlan.of(7))) {
            run.runFor(SECOND);
            reports.get(SICK).fault(fault);
            run.placesCalls(true);
            run.runFor(30 * SECOND);
            final double share = share(run.placedUnits(), new long[BLADES]);
            assertTrue(share <= 1.2, fault + ": " + share + " of its fair share");
        }
    }

    /** The same, but the blade has carried its share before it claims to be idle. */
    @Test
    void shouldNotBelieveABladeThatFallsIdleUnderLoad() {
        try (LoadRun run = run(LoadPlan.of(8))) {
            run.placesCalls(true);
            run.runFor(40 * SECOND);
            final long[] before = run.placedUnits();
            reports.get(SICK).fault(Fault.IDLE);
            run.runFor(30 * SECOND);
            final double share = share(run.placedUnits(), before);
            assertTrue(share <= 1.2, share + " of its fair share");
            assertTrue(run.counter("dispatcher.slots.doubted") == 1, "it is doubted");

            reports.get(SICK).fault(Fault.NONE);
            run.runFor(40 * SECOND);
            assertEquals(0, run.counter("dispatcher.slots.doubted"), "it tells the truth again");
        }
    }

    /** Nobody is doubted who tells the truth, whatever chance does. */
    @Test
    void shouldDoubtNobodyWithoutCause() {
        try (LoadRun run = run(LoadPlan.of(9))) {
            run.placesCalls(true);
            for (int second = 0; second < 90; second++) {
                run.runFor(SECOND);
                assertEquals(0, run.counter("dispatcher.slots.doubted"), "second " + second);
                assertEquals(0, run.counter("dispatcher.slots.slow"), "second " + second);
            }
        }
    }

    /**
     * A blade that tells 100 units more than it has: least loaded gives it 100 units less than the others, so it gets
     * nothing for a while and then keeps that distance; once it tells the truth its share returns.
     */
    @Test
    void shouldGiveABladeThatReportsMoreLoadLessAndItsShareBack() {
        try (LoadRun run = run(LoadPlan.of(10).withLarge(1, 0))) {
            run.placesCalls(true);
            run.runFor(60 * SECOND);
            assertEquals(mean(run), run.units()[SICK], 0.05 * mean(run));

            reports.get(SICK).raise(100);
            run.runFor(200 * MS);
            final long[] before = run.placedCalls();
            run.runFor(SECOND);
            assertEquals(before[SICK], run.placedCalls()[SICK], "others are far lighter");
            run.runFor(30 * SECOND);
            final double others =
                    (IntStream.range(0, BLADES).mapToLong(i -> run.units()[i]).sum() - run.units()[SICK])
                            / (BLADES - 1.0);
            assertEquals(others - 100, run.units()[SICK], 5, "as much less as it tells more");

            reports.get(SICK).fault(Fault.NONE);
            run.runFor(30 * SECOND);
            assertEquals(mean(run), run.units()[SICK], 0.05 * mean(run), "its share is back");
        }
    }

    /** Round robin counts calls and looks at no report. */
    @Test
    void shouldNotMindReportsUnderRoundRobin() {
        try (LoadRun run = run(LoadPlan.of(11).withPolicy(BladeSelector.Policy.ROUND_ROBIN))) {
            reports.get(SICK).raise(1000);
            run.placesCalls(true);
            run.runFor(10 * SECOND);
            final long[] calls = run.placedCalls();
            for (int blade = 0; blade < BLADES; blade++) {
                assertEquals(calls[0], calls[blade], 1);
            }
        }
    }

    @Test
    void shouldGiveNothingToABladeWhoseReportsStop() {
        try (LoadRun run = run(LoadPlan.of(12))) {
            run.placesCalls(true);
            run.runFor(20 * SECOND);
            reports.get(SICK).fault(Fault.MISSING);
            run.runFor(400 * MS);
            final long[] before = run.placedCalls();
            run.runFor(20 * SECOND);
            assertEquals(before[SICK], run.placedCalls()[SICK]);
            assertEquals(0, run.refused());

            reports.get(SICK).fault(Fault.NONE);
            run.runFor(20 * SECOND);
            assertTrue(run.placedCalls()[SICK] > before[SICK]);
        }
    }

    private static double mean(final LoadRun run) {
        return IntStream.range(0, BLADES)
                .mapToLong(i -> run.units()[i])
                .average()
                .orElseThrow();
    }

    private static double share(final long[] now, final long[] before) {
        final long all =
                IntStream.range(0, BLADES).mapToLong(i -> now[i] - before[i]).sum();
        return (double) (now[SICK] - before[SICK]) * BLADES / all;
    }

    private LoadRun run(final LoadPlan plan) {
        final BladeFactory factory =
                ServiceLoader.load(BladeFactory.class).findFirst().orElseThrow();
        return new LoadRun(plan, slot -> {
            final TamperedReports tampered = new TamperedReports(slot.backplane());
            reports.add(tampered);
            return factory.create(SlotWith.backplane(slot, tampered));
        });
    }
}
