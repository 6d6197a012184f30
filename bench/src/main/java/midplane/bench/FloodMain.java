package midplane.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A flood of INVITEs, each of another call, from hosts on no list and from one greedy host that is listed, while a few
 * modest hosts call as they always do. Starts the runnable jar as a process with a log of its garbage collector.
 *
 * <pre>java -cp bench/target/benchmarks.jar midplane.bench.FloodMain --minutes 5</pre>
 *
 * <p>Exit code 0 when 99.9 % of the modest hosts' calls were served from INVITE to the 200 for their BYE, the hosts on no
 * list heard nothing, and the heap after collections in the last quarter was no larger than in the second, but for 10 %.
 */
@Command(
        name = "flood",
        mixinStandardHelpOptions = true,
        version = "Midplane bench",
        description = "Floods a chassis with INVITEs, and looks at what others notice of it.")
public final class FloodMain implements Callable<Integer> {
    private static final double SERVED_GOAL = 0.999;
    private static final double HEAP_GOAL = 1.10;
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(40);
    private static final Pattern PAUSE = Pattern.compile("^\\[([0-9.]+)s\\].*Pause.* (\\d+)([KMG])->(\\d+)([KMG])\\(");

    @Option(
            names = "--jar",
            defaultValue = "dispatcher/target/midplane.jar",
            description = "Default: ${DEFAULT-VALUE}.")
    private Path jar = Path.of("");

    @Option(names = "--port", defaultValue = "15060", description = "Well-known port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--minutes", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(
            names = "--modest-rate",
            defaultValue = "50",
            description = "Their calls per second. Default: ${DEFAULT-VALUE}.")
    private double modestRate;

    @Option(
            names = "--greedy-rate",
            defaultValue = "4000",
            description = "INVITEs per second. Default: ${DEFAULT-VALUE}.")
    private double greedyRate;

    @Option(names = "--unlisted-rate", defaultValue = "8000", description = "The same. Default: ${DEFAULT-VALUE}.")
    private double unlistedRate;

    @Option(names = "--set", description = "A property of the chassis, name=value; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--chassis-prefix", defaultValue = "", description = "Before its command, such as taskset -c 0.")
    private String prefix = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private FloodMain() {}

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new FloodMain())
                .setOut(new PrintWriter(System.out, true, Charset.defaultCharset()))
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        final Path gcLog = Files.createTempFile("midplane-flood", ".gc");
        final List<String> all = new ArrayList<>(List.of(
                "midplane.sip.port=" + port,
                "midplane.mgcp.enabled=false",
                "midplane.blade.port-base=" + (port + 1),
                "midplane.rtp.port-range=" + (port + 100) + "-" + (port + 20_099),
                "midplane.allow=127.0.0.0/28"));
        all.addAll(settings);
        final InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        final List<String> words =
                prefix.isBlank() ? List.of() : List.of(prefix.trim().split(" +"));
        try (ChassisChild chassis = ChassisChild.launch(
                        jar, words, List.of("-Xms512m", "-Xmx512m", "-Xlog:gc:file=" + gcLog + "::filecount=0"), all);
                CallLoad modest = new CallLoad(target, hosts("127.0.0.", 2, 9), TimeUnit.SECONDS.toNanos(2), false);
                CallLoad greedy = new CallLoad(target, List.of("127.0.0.10"), 0, true);
                CallLoad unlisted = new CallLoad(target, hosts("127.0.1.", 1, 32), 0, true)) {
            final long startNs = System.nanoTime();
            final long endNs = startNs + (long) (minutes * 60e9);
            modest.rate(modestRate, startNs);
            greedy.rate(greedyRate, startNs);
            unlisted.rate(unlistedRate, startNs);
            long nowNs = startNs;
            while (nowNs - endNs < 0) {
                final int work = modest.work(nowNs) + greedy.work(nowNs) + unlisted.work(nowNs);
                if (work == 0) {
                    Thread.onSpinWait();
                }
                nowNs = System.nanoTime();
            }
            modest.rate(0, nowNs);
            while (nowNs - endNs < DRAIN_NS && modest.completed + modest.givenUp + modest.byesGivenUp < modest.placed) {
                modest.work(nowNs);
                nowNs = System.nanoTime();
            }
            chassis.stop();
            return tell(out, modest, greedy, unlisted, heaps(gcLog), chassis);
        } finally {
            Files.deleteIfExists(gcLog);
        }
    }

    private int tell(
            final PrintWriter out,
            final CallLoad modest,
            final CallLoad greedy,
            final CallLoad unlisted,
            final double[] heaps,
            final ChassisChild chassis) {
        final double served = (double) modest.completed / modest.placed;
        out.printf(
                Locale.ROOT,
                "modest: %d calls, %.3f %% served (%d refused, %d unanswered, %d BYEs lost), setup ms p50 %.2f p99 %.1f%n",
                modest.placed,
                100 * served,
                modest.refused,
                modest.givenUp,
                modest.byesGivenUp,
                modest.setupUs().getValueAtPercentile(50) / 1000.0,
                modest.setupUs().getValueAtPercentile(99) / 1000.0);
        out.printf(
                Locale.ROOT,
                "greedy: %d INVITEs, %d datagrams heard; unlisted: %d INVITEs, %d heard%n",
                greedy.placed,
                greedy.heard,
                unlisted.placed,
                unlisted.heard);
        final double second = median(heaps, 0.25, 0.5);
        final double last = median(heaps, 0.75, 1);
        out.printf(
                Locale.ROOT,
                "heap after %d collections, median MiB: second quarter %.1f, last quarter %.1f%n",
                heaps.length,
                second,
                last);
        out.println(chassis.text()
                .lines()
                .dropWhile(line -> !line.startsWith("Stopped"))
                .filter(line -> !line.contains("blade."))
                .reduce("", (text, line) -> text + line + '\n'));
        final boolean isHeapFlat = heaps.length < 8 || last <= HEAP_GOAL * second;
        return served >= SERVED_GOAL && unlisted.heard == 0 && isHeapFlat ? 0 : 1;
    }

    /** MiB in use after each collection. */
    private static double[] heaps(final Path gcLog) throws IOException {
        return Files.readAllLines(gcLog, StandardCharsets.UTF_8).stream()
                .map(PAUSE::matcher)
                .filter(Matcher::find)
                .mapToDouble(pause -> Double.parseDouble(pause.group(4)) * unit(pause.group(5)))
                .toArray();
    }

    private static double unit(final String letter) {
        return switch (letter) {
            case "K" -> 1.0 / 1024;
            case "G" -> 1024;
            default -> 1;
        };
    }

    private static double median(final double[] values, final double from, final double to) {
        final double[] part = Arrays.copyOfRange(values, (int) (values.length * from), (int) (values.length * to));
        Arrays.sort(part);
        return part.length == 0 ? 0 : part[part.length / 2];
    }

    private static List<String> hosts(final String network, final int first, final int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(host -> network + host)
                .toList();
    }
}
