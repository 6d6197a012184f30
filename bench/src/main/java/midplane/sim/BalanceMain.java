package midplane.sim;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import midplane.dispatcher.BladeSelector;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How evenly calls of two sizes load the blades, with sizes and with sizes ignored: printed, and drawn as a chart. */
@Command(
        name = "balance",
        mixinStandardHelpOptions = true,
        version = "Midplane balance",
        description = "Places small and large calls, once with their sizes announced and once without, and prints how"
                + " far the most and the least loaded blade are from the mean in each second.")
public final class BalanceMain implements Callable<Integer> {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final double PERCENT = 100;

    /** What is promised: within a twentieth of the mean with sizes, and three times as far off without. */
    private static final double DEVIATION_MAX = 0.05;

    private static final double RATIO_MIN = 3;

    @Option(names = "--seed", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(names = "--blades", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "8")
    private int blades;

    @Option(names = "--rate", description = "Calls per second. Default: ${DEFAULT-VALUE}.", defaultValue = "160")
    private int rate;

    @Option(names = "--hold", description = "Seconds a call lasts. Default: ${DEFAULT-VALUE}.", defaultValue = "20")
    private int hold;

    @Option(names = "--seconds", description = "Of each run. Default: ${DEFAULT-VALUE}.", defaultValue = "120")
    private int seconds;

    @Option(names = "--large", description = "Units of a large call. Default: ${DEFAULT-VALUE}.", defaultValue = "40")
    private int large;

    @Option(names = "--large-percent", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "10")
    private int largePercent;

    @Option(names = "--policy", description = "${COMPLETION-CANDIDATES}.", defaultValue = "least_loaded")
    private BladeSelector.Policy policy = BladeSelector.Policy.LEAST_LOADED;

    @Option(
            names = "--sipp",
            description = "Real time, real sockets on 127.0.0.1, and calls placed by sipp, which must be installed;"
                    + " otherwise everything is simulated.")
    private boolean isSipp;

    @Option(names = "--chart", description = "File. Default: ${DEFAULT-VALUE}.", defaultValue = "balance.svg")
    private Path chart = Path.of("balance.svg");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private BalanceMain() {}

    public static void main(final String[] arguments) {
        System.exit(run(new PrintWriter(System.out, true, Charset.defaultCharset()), arguments));
    }

    /** What {@link #main} does, for whoever does not want to leave: 0 when all that is promised was seen. */
    public static int run(final PrintWriter out, final String... arguments) {
        return new CommandLine(new BalanceMain())
                .setOut(out)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final LoadPlan plan = new LoadPlan(
                seed, blades, rate, hold * NS_PER_SECOND, large, largePercent, true, seconds * NS_PER_SECOND, policy);
        final String world = isSipp ? "sipp over UDP" : "simulation, seed " + seed;
        out.printf(
                Locale.ROOT,
                "%s: %d blades, %d calls/s of %d s, sizes 1 and %d mixed %d:%d, %s%n",
                world,
                blades,
                rate,
                hold,
                large,
                100 - largePercent,
                largePercent,
                policy);
        final LoadSeries with = run(plan);
        tell(out, "sizes announced", with);
        final LoadSeries without = run(plan.withSizes(false));
        tell(out, "sizes ignored", without);
        final double ratio = without.largestDeviation() / with.largestDeviation();
        out.printf(Locale.ROOT, "ignored sizes are off by %.1f times as much%n", ratio);
        final List<LoadChart.Panel> panels = new ArrayList<>();
        panels.add(new LoadChart.Panel("sizes announced: " + summary(with), with));
        panels.add(new LoadChart.Panel("sizes ignored: " + summary(without), without));
        Files.writeString(
                chart,
                LoadChart.draw(
                        String.format(
                                Locale.ROOT,
                                "Load per blade, sizes 1 and %d mixed %d:%d (%s)",
                                large,
                                100 - largePercent,
                                largePercent,
                                world),
                        panels));
        out.println("chart: " + chart);
        out.flush();
        return with.measuredSeconds() > 0 && with.largestDeviation() <= DEVIATION_MAX && ratio > RATIO_MIN ? 0 : 1;
    }

    private LoadSeries run(final LoadPlan plan) throws IOException, InterruptedException {
        if (isSipp) {
            return SippLoad.run(plan);
        }
        try (LoadRun run = new LoadRun(plan)) {
            final LoadSeries series = run.run();
            if (run.refused() > 0) {
                throw new IllegalStateException(run.refused() + " calls were refused");
            }
            return series;
        }
    }

    private static void tell(final PrintWriter out, final String what, final LoadSeries series) {
        out.printf(Locale.ROOT, "%n%s%n%6s %9s %8s %8s %10s%n", what, "second", "mean", "least", "most", "deviation");
        for (int second = 0; second < series.seconds(); second++) {
            long least = Long.MAX_VALUE;
            long most = 0;
            for (final long units : series.at(second)) {
                least = Math.min(least, units);
                most = Math.max(most, units);
            }
            out.printf(
                    Locale.ROOT,
                    "%6d %9.1f %8d %8d %9.2f%%%s%n",
                    second + 1,
                    series.mean(second),
                    least,
                    most,
                    PERCENT * series.deviation(second),
                    series.isMeasured(second) ? "" : "  (filling)");
        }
        out.println(what + ": " + summary(series));
        out.flush();
    }

    private static String summary(final LoadSeries series) {
        return String.format(
                Locale.ROOT,
                "largest deviation from the mean %.1f %%, on average %.1f %%, over %d s",
                PERCENT * series.largestDeviation(),
                PERCENT * series.meanDeviation(),
                series.measuredSeconds());
    }
}
