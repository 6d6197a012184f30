package midplane.sim;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the simulation from the command line: one seed again, or as many as there is time for. */
@Command(
        name = "simulation",
        mixinStandardHelpOptions = true,
        version = "Midplane simulation",
        description =
                "The whole chassis on a virtual clock and a virtual network. Prints the seed and the story of what"
                        + " must not happen, if it does.")
public final class SimulationMain implements Callable<Integer> {
    private static final int CALLS = 1000;
    private static final double NS_PER_SECOND = 1e9;
    private static final long NS_PER_MS = 1_000_000L;
    private static final long NS_PER_US = 1_000L;

    @Option(names = "--seed", description = "The first seed. Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(names = "--seeds", description = "How many seeds, one after the other.", defaultValue = "1")
    private int seeds;

    @Option(names = "--calls", description = "Calls per seed. Default: 1000; with --events as many as it takes.")
    private int calls;

    @Option(names = "--conferences", description = "Of a hundred calls, legs of conferences.", defaultValue = "0")
    private int conferences;

    @Option(names = "--rate", description = "Calls per second. Default: ${DEFAULT-VALUE}.", defaultValue = "20")
    private int rate;

    @Option(
            names = "--events",
            description = "No new calls after so many events.",
            defaultValue = "9223372036854775807")
    private long events;

    @Option(names = "--blades", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "4")
    private int blades;

    @Option(names = "--servers", description = "Application servers. Default: ${DEFAULT-VALUE}.", defaultValue = "4")
    private int servers;

    @Option(names = "--loss", description = "Share of datagrams that are lost, 0 to 1.", defaultValue = "0")
    private double loss;

    @Option(names = "--duplication", description = "Share that arrive twice, 0 to 1.", defaultValue = "0")
    private double duplication;

    @Option(names = "--delay-us", description = "Least delay, µs. Default: ${DEFAULT-VALUE}.", defaultValue = "500")
    private long delayUs;

    @Option(
            names = "--jitter-us",
            description = "More delay, evenly drawn, µs; 450 ms in all at most.",
            defaultValue = "0")
    private long jitterUs;

    @Option(names = "--partitions", description = "Cut the first server off now and then.")
    private boolean hasPartitions;

    @Option(names = "--answer-delay-ms", description = "How long blades ring.", defaultValue = "0")
    private long answerDelayMs;

    @Option(names = "--port-insertion", description = "${COMPLETION-CANDIDATES}.", defaultValue = "header")
    private PortInsertion portInsertion = PortInsertion.HEADER;

    @Option(names = "--response-from", description = "${COMPLETION-CANDIDATES}.", defaultValue = "auto")
    private ResponseFrom responseFrom = ResponseFrom.AUTO;

    @Option(
            names = "--failed-calls-max",
            description = "A seed with more failed calls than that is a violation too. Loss alone cannot fail a call"
                    + " that RFC 3261's timers save.",
            defaultValue = "2147483647")
    private int failedCallsMax;

    @Option(
            names = "--vary",
            description = "Each seed also draws blades, loss, duplication, jitter, partitions, ringing, insertion and"
                    + " response port.")
    private boolean varies;

    @Option(
            names = "--threads",
            description = "Seeds at work at the same time. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private int threads;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private SimulationMain() {}

    public static void main(final String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, Charset.defaultCharset()), arguments));
    }

    /** What {@link #main} does, for whoever does not want to leave: 0 when no seed showed a violation. */
    public static int run(final PrintWriter out, final String... arguments) {
        return new CommandLine(new SimulationMain())
                .setOut(out)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        final PrintWriter out = spec.commandLine().getOut();
        final long startedNs = System.nanoTime();
        final ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            final List<Future<Outcome>> outcomes = new ArrayList<>();
            for (long each = seed; each < seed + seeds; each++) {
                final SimulationPlan plan = plan(each);
                outcomes.add(pool.submit(() -> run(plan)));
            }
            long allEvents = 0;
            for (final Future<Outcome> outcome : outcomes) {
                out.println(outcome.get().words());
                out.flush();
                if (outcome.get().isViolated()) {
                    return 1;
                }
                allEvents += outcome.get().events();
            }
            if (seeds > 1) {
                out.printf(
                        "%d seeds from %d: 0 violations in %,d events, %.0f s%n",
                        seeds, seed, allEvents, (System.nanoTime() - startedNs) / NS_PER_SECOND);
            }
            return 0;
        } finally {
            pool.shutdownNow();
        }
    }

    /** What became of one seed. */
    private record Outcome(boolean isViolated, long events, String words) {}

    private Outcome run(final SimulationPlan plan) {
        final long startedNs = System.nanoTime();
        try (Simulation simulation = plan.start()) {
            simulation.runUntilIdle();
            final double seconds = (System.nanoTime() - startedNs) / NS_PER_SECOND;
            final boolean isViolated = simulation.failedCalls() > failedCallsMax;
            return new Outcome(
                    isViolated,
                    simulation.events(),
                    (isViolated
                                    ? "VIOLATION: more failed calls than " + failedCallsMax + "; see it again with "
                                            + plan.command() + "\n  "
                                            + String.join("\n  ", simulation.failures()) + "\n"
                                    : "")
                            + String.format(
                                    "seed %d: %d violations in %,d events (%,.0f/s), %,d of %,d calls failed, %,d answered,"
                                            + " %,d RTP packets, %.0f s simulated, history %016x",
                                    plan.seed(),
                                    isViolated ? 1 : 0,
                                    simulation.events(),
                                    simulation.events() / seconds,
                                    simulation.failedCalls(),
                                    simulation.placedCalls(),
                                    simulation.answeredCalls(),
                                    simulation.rtpPackets(),
                                    simulation.elapsedNs() / NS_PER_SECOND,
                                    simulation.historyHash()));
        } catch (final Violation violation) {
            return new Outcome(true, 0, "VIOLATION: " + violation.getMessage());
        }
    }

    private SimulationPlan plan(final long each) {
        final SimulationPlan plan = Simulation.of(each)
                .calls(calls > 0 ? calls : events == Long.MAX_VALUE ? CALLS : Integer.MAX_VALUE)
                .conferences(conferences)
                .callsPerSecond(rate)
                .eventsMax(events)
                .blades(blades)
                .servers(servers)
                .faults(FaultPlan.NONE
                        .withLoss(loss)
                        .withDuplication(duplication)
                        .withDelayNs(delayUs * NS_PER_US)
                        .withJitterNs(jitterUs * NS_PER_US))
                .isPartitioned(hasPartitions)
                .answerDelayNs(answerDelayMs * NS_PER_MS)
                .portInsertion(portInsertion)
                .responseFrom(responseFrom);
        return varies ? plan.vary() : plan;
    }
}
