package midplane.sim;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Calls go on while attackers who see everything forge BYE, CANCEL, re-INVITE and others within them. Every call is judged
 * as if nobody had; a dialog that was touched is a violation, and is told with its seed.
 *
 * <pre>java -cp bench/target/benchmarks.jar --add-opens java.base/jdk.internal.misc=ALL-UNNAMED midplane.sim.ForgeryMain</pre>
 */
@Command(
        name = "forgery",
        mixinStandardHelpOptions = true,
        version = "Midplane simulation",
        description = "Forged requests within the calls of a simulated chassis: none may touch a dialog.")
public final class ForgeryMain implements Callable<Integer> {
    private static final long MS = 1_000_000L;
    private static final int REFUSALS_PER_SECOND = 1_000_000;
    private static final double NS_PER_SECOND = 1e9;

    @Option(names = "--seed", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(names = "--forgeries", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "10000000")
    private long forgeries;

    @Option(
            names = "--per-ms",
            description = "Forged requests in a millisecond of simulated time. Default: ${DEFAULT-VALUE}.",
            defaultValue = "20")
    private int perMs;

    @Option(names = "--rate", description = "Calls per second. Default: ${DEFAULT-VALUE}.", defaultValue = "20")
    private int rate;

    @Option(names = "--answer-delay-ms", description = "How long blades ring.", defaultValue = "300")
    private long answerDelayMs;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private ForgeryMain() {}

    public static void main(final String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, Charset.defaultCharset()), arguments));
    }

    /** What {@link #main} does, for whoever does not want to leave: 0 when no dialog was touched. */
    static int run(final PrintWriter out, final String... arguments) {
        return new CommandLine(new ForgeryMain()).setOut(out).execute(arguments);
    }

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final long startedNs = System.nanoTime();
        final Chance chance = new Chance(seed);
        final SimulationPlan plan = Simulation.of(seed)
                .calls(Integer.MAX_VALUE)
                .callsPerSecond(rate)
                .answerDelayNs(answerDelayMs * MS)
                // Out of a budget that all share the others would get no answers to what is outside of dialogs.
                .refusalsPerSecond(REFUSALS_PER_SECOND);
        try (Simulation simulation = plan.start()) {
            final Forgers forgers = new Forgers(
                    simulation.watch(),
                    simulation.network(),
                    simulation.shelf(),
                    simulation.shelf().wellKnown(),
                    chance);
            simulation.network().tap(forgers);
            while (forgers.forged() < forgeries) {
                for (int i = 0; i < perMs; i++) {
                    forgers.forge();
                }
                simulation.runFor(MS);
            }
            simulation.endCalls();
            final double seconds = (System.nanoTime() - startedNs) / NS_PER_SECOND;
            out.printf(
                    "seed %d: 0 dialogs touched by %,d forged requests (%,.0f/s), %,d answered 481, %,d calls answered,"
                            + " foreign to their dialog: %,d, %.0f s simulated%n",
                    seed,
                    forgers.forged(),
                    forgers.forged() / seconds,
                    forgers.answered(),
                    simulation.answeredCalls(),
                    simulation.ledger().sumOfBlades(".sip.dropped.foreign-source"),
                    simulation.elapsedNs() / NS_PER_SECOND);
            out.flush();
            return 0;
        } catch (final Violation violation) {
            out.println("VIOLATION: " + violation.getMessage());
            out.println("With forged requests: ForgeryMain --seed " + seed + " --per-ms " + perMs + " --rate " + rate
                    + " --answer-delay-ms " + answerDelayMs);
            out.flush();
            return 1;
        }
    }
}
