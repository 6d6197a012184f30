package midplane.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How a chassis behaves when it is asked for ten times what it can do. Starts the runnable jar as a process, raises the
 * rate of calls step by step until it cannot follow (goodput is calls that were answered, acknowledged, and ended by a BYE
 * that got its 200), and then offers ten times the peak. Open loop, so waiting is not hidden; times are from when a call
 * was due.
 *
 * <pre>java -cp bench/target/benchmarks.jar midplane.bench.OverloadMain --chassis-prefix "taskset -c 0"</pre>
 *
 * <p>Exit code 0 when goodput at ten times the peak is at least 90 % of it, every BYE was answered and no call waited for
 * its ACK in vain. Load and chassis need a core each that nobody else uses.
 */
@Command(
        name = "overload",
        mixinStandardHelpOptions = true,
        version = "Midplane bench",
        description = "Offers a chassis ten times the calls that it can serve.")
public final class OverloadMain implements Callable<Integer> {
    /** A step that brings less than this is in vain. */
    private static final double WORTH = 1.05;

    private static final double GOAL = 0.9;
    private static final int FACTOR = 10;
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(40);

    @Option(
            names = "--jar",
            defaultValue = "dispatcher/target/midplane.jar",
            description = "Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("");

    @Option(names = "--port", defaultValue = "15060", description = "Well-known port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--set", description = "A property of the chassis, name=value; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--chassis-prefix", defaultValue = "", description = "Before its command, such as taskset -c 0.")
    private String prefix = "";

    @Option(names = "--first-rate", defaultValue = "500", description = "Calls per second. Default: ${DEFAULT-VALUE}.")
    private double firstRate;

    @Option(names = "--step", defaultValue = "1.4", description = "From rate to rate. Default: ${DEFAULT-VALUE}.")
    private double step;

    @Option(names = "--seconds", defaultValue = "8", description = "At each rate. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--hold-ms", defaultValue = "200", description = "From ACK to BYE. Default: ${DEFAULT-VALUE}.")
    private int holdMs;

    @Option(
            names = "--hosts",
            defaultValue = "8",
            description = "Calling addresses, 127.0.0.x. Default: ${DEFAULT-VALUE}.")
    private int hosts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private long byesLost;

    private OverloadMain() {}

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new OverloadMain())
                .setOut(new PrintWriter(System.out, true, Charset.defaultCharset()))
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final List<String> all = new ArrayList<>(List.of(
                "midplane.sip.port=" + port,
                "midplane.mgcp.enabled=false",
                "midplane.blade.port-base=" + (port + 1),
                "midplane.rtp.port-range=" + (port + 100) + "-" + (port + 20_099)));
        all.addAll(settings);
        final List<String> words =
                prefix.isBlank() ? List.of() : List.of(prefix.trim().split(" +"));
        try (ChassisChild chassis = ChassisChild.launch(jar, words, List.of("-Xmx1g"), all);
                CallLoad load = new CallLoad(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        IntStream.rangeClosed(2, hosts + 1)
                                .mapToObj(host -> "127.0.0." + host)
                                .toList(),
                        TimeUnit.MILLISECONDS.toNanos(holdMs),
                        false)) {
            out.println("   offered/s   sent/s  goodput/s   503/s  BYE lost  setup ms p50     p99   p99.9  BYE ms p99");
            run(load, firstRate, out, "warm");
            final double peak = peak(load, out);
            settle(load);
            final double overloaded = run(load, FACTOR * peak, out, "x" + FACTOR);
            settle(load);
            chassis.stop();
            final long acksMissing = chassis.counter("blade\\.\\d+\\.sip\\.calls\\.ack-missing");
            out.printf(
                    Locale.ROOT,
                    "peak %.0f/s; at %d times that %.0f/s, %.1f %%; BYE without 200: %d; calls that missed their ACK: %d%n",
                    peak,
                    FACTOR,
                    overloaded,
                    100 * overloaded / peak,
                    byesLost,
                    acksMissing);
            out.println(chassis.text()
                    .lines()
                    .dropWhile(line -> !line.startsWith("Stopped"))
                    .reduce("", (text, line) -> text + line + '\n'));
            return overloaded >= GOAL * peak && byesLost == 0 && acksMissing == 0 ? 0 : 1;
        }
    }

    /** Raises the rate until that brings no more, twice in a row. */
    private double peak(final CallLoad load, final PrintWriter out) throws IOException {
        double peak = 0;
        int stepsInVain = 0;
        for (double rate = firstRate; stepsInVain < 2; rate *= step) {
            final double goodput = run(load, rate, out, "");
            stepsInVain = goodput < WORTH * peak ? stepsInVain + 1 : 0;
            peak = Math.max(peak, goodput);
        }
        return peak;
    }

    /** Offers a rate; returns calls completed per second of its second half and more, when it runs evenly. */
    private double run(final CallLoad load, final double rate, final PrintWriter out, final String mark)
            throws IOException {
        final long startNs = System.nanoTime();
        final long rampNs = TimeUnit.SECONDS.toNanos(seconds) / 4;
        final long endNs = startNs + TimeUnit.SECONDS.toNanos(seconds);
        load.rate(rate, startNs);
        long countedNs = 0;
        long nowNs = startNs;
        while (nowNs - endNs < 0) {
            if (countedNs == 0 && nowNs - startNs >= rampNs) {
                byesLost += load.byesGivenUp;
                load.resetCounts();
                countedNs = nowNs;
            }
            if (load.work(nowNs) == 0) {
                Thread.onSpinWait();
            }
            nowNs = System.nanoTime();
        }
        final double elapsed = (nowNs - countedNs) / 1e9;
        final Histogram setup = load.setupUs();
        out.printf(
                Locale.ROOT,
                "%4s%8.0f %8.0f %10.0f %7.0f %9d %13.2f %7.1f %7.1f %11.1f%n",
                mark,
                load.placed / elapsed,
                load.sent / elapsed,
                load.completed / elapsed,
                load.refused / elapsed,
                load.byesGivenUp,
                setup.getValueAtPercentile(50) / 1000.0,
                setup.getValueAtPercentile(99) / 1000.0,
                setup.getValueAtPercentile(99.9) / 1000.0,
                load.byeUs().getValueAtPercentile(99) / 1000.0);
        out.flush();
        return load.completed / elapsed;
    }

    /** Lets all calls come to their end, or to that of their patience. */
    private void settle(final CallLoad load) throws IOException {
        final long endNs = System.nanoTime() + DRAIN_NS;
        load.rate(0, System.nanoTime());
        long nowNs = System.nanoTime();
        while (nowNs - endNs < 0) {
            load.work(nowNs);
            nowNs = System.nanoTime();
        }
        byesLost += load.byesGivenUp;
        load.resetCounts();
    }
}
