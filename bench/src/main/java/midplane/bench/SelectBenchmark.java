package midplane.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import midplane.dispatcher.BladeSelector;
import midplane.dispatcher.LoadLedger;
import midplane.dispatcher.Placement;
import midplane.dispatcher.PlacementSettings;
import midplane.fabric.LoadReport;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to decide who gets a call, for each policy and as many blades as there can be.
 *
 * <pre>
 *   java -jar bench/target/benchmarks.jar SelectBenchmark -prof gc
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"})
public class SelectBenchmark {
    private static final int CAPACITY = 1_000_000;
    private static final int PLACEMENTS_PER_REPORT = 4096;

    @Param({"ROUND_ROBIN", "WEIGHTED", "LEAST_LOADED", "POWER_OF_TWO_CHOICES", "BEST_FIT", "CALL_ID_HASH"})
    public BladeSelector.Policy policy = BladeSelector.Policy.LEAST_LOADED;

    @Param({"64"})
    public int blades = 64;

    private final LoadReport report = new LoadReport().wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0);
    private final Placement.Carrier carrier = (slot, sequence) -> true;
    private LoadLedger ledger = ledger();
    private BladeSelector selector = selector();
    private Placement placement = placement();
    private long calls;
    private long reports;

    /** Blades of different loads, and everything wired once per trial. */
    @Setup
    public void setup() {
        ledger = ledger();
        selector = selector();
        placement = placement();
        final SplittableRandom random = new SplittableRandom(1);
        for (int slot = 0; slot < blades; slot++) {
            report(slot, random.nextInt(CAPACITY / 4));
        }
    }

    /** The choice alone. */
    @Benchmark
    public int select() {
        return selector.select(ledger.candidates(), 1, calls++ * 0x9E3779B97F4A7C15L);
    }

    /** Candidates, choice, booking, and every now and then the reports that take bookings off again. */
    @Benchmark
    public int place() {
        if (calls % PLACEMENTS_PER_REPORT == 0) {
            for (int slot = 0; slot < blades; slot++) {
                report(slot, (int) (ledger.load(slot) % (CAPACITY / 4)));
            }
        }
        return placement.place(1, calls++ * 0x9E3779B97F4A7C15L, 0, calls, carrier);
    }

    private void report(final int slot, final int used) {
        ledger.onReport(
                slot,
                report.begin()
                        .slot(slot)
                        .sequence(++reports)
                        .lastDispatch(ledger.nextSequence(slot) - 1)
                        .state(LoadReport.UP)
                        .capacity(CAPACITY)
                        .usedUnits(used)
                        .writtenNs(calls),
                calls);
    }

    private LoadLedger ledger() {
        return new LoadLedger(IntStream.generate(() -> CAPACITY).limit(blades).toArray(), TimeUnit.HOURS.toNanos(1), 0);
    }

    private BladeSelector selector() {
        return policy.create(ledger, IntStream.generate(() -> 1).limit(blades).toArray(), new Entropy(1, 2));
    }

    private Placement placement() {
        return new Placement(PlacementSettings.of(policy, blades, CAPACITY), ledger, new Entropy(1, 2), new Counters());
    }
}
