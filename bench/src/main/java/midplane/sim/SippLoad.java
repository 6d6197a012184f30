package midplane.sim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;

/**
 * A {@link LoadPlan} in real time: a chassis with threads and sockets on the loopback interface, and sipp, which places
 * the calls and logs each one's beginning and end with the port of its blade.
 */
final class SippLoad {
    private static final long NS_PER_MS = 1_000_000L;
    private static final long MS_PER_SECOND = 1000;
    private static final int UNITS_PER_BLADE = 100_000;
    private static final int DIALOGS_PER_BLADE = 4000;
    private static final String MARK = "load ";
    private static final int EXIT_SECONDS = 10;

    /** One line of the log. */
    private record Change(long atMs, int port, long units) {}

    private SippLoad() {}

    static LoadSeries run(final LoadPlan plan) throws IOException, InterruptedException {
        final Path folder = Files.createTempDirectory("midplane-balance");
        try (Chassis chassis = Chassis.launch(new ChassisContext()
                .wellKnownSipPort(0)
                .bladePortBase(0)
                .bladeCount(plan.blades())
                .policy(plan.policy())
                .rtpPortRange(30_000, 60_999)
                .maxDialogs(DIALOGS_PER_BLADE)
                .maxUnacknowledged(DIALOGS_PER_BLADE)
                .maxUnacknowledgedPerSource(DIALOGS_PER_BLADE)
                .bladeCapacity(UNITS_PER_BLADE))) {
            final Path log = folder.resolve("load.log");
            final Process sipp =
                    start(plan, folder, log, chassis.wellKnownAddress().getPort());
            final boolean isOver = sipp.waitFor(plan.durationNs(), TimeUnit.NANOSECONDS);
            // Its log is whole once it has gone.
            sipp.destroy();
            if (!sipp.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
                sipp.destroyForcibly().waitFor();
            }
            if (isOver) {
                throw new IllegalStateException("sipp ended early, with " + sipp.exitValue());
            }
            return series(plan, changes(log), chassis.bladePorts());
        } finally {
            delete(folder);
        }
    }

    private static Process start(final LoadPlan plan, final Path folder, final Path log, final int port)
            throws IOException {
        final Path scenario = folder.resolve("load-call.xml");
        try (InputStream text = Objects.requireNonNull(
                SippLoad.class.getResourceAsStream("load-call.xml"), "the scenario is a resource")) {
            Files.copy(text, scenario);
        }
        final Path sizes = folder.resolve("sizes.csv");
        final Chance chance = new Chance(plan.seed());
        final List<String> lines = new ArrayList<>(List.of("SEQUENTIAL"));
        for (int i = 0; i < 10_000; i++) {
            lines.add(chance.inPercent(plan.largePercent()) ? Integer.toString(plan.largeUnits()) : "1");
        }
        Files.write(sizes, lines);
        final long holdMs = plan.holdNs() / NS_PER_MS;
        final List<String> command = List.of(
                "sipp",
                "127.0.0.1:" + port,
                "-sf",
                scenario.toString(),
                "-inf",
                sizes.toString(),
                "-key",
                "size_header",
                plan.announcesSizes() ? "Session-Size" : "X-Unread",
                "-r",
                Integer.toString(plan.callsPerSecond()),
                "-l",
                "100000",
                "-i",
                "127.0.0.1",
                "-mi",
                "127.0.0.1",
                "-mp",
                "29000",
                "-nostdin",
                "-trace_logs",
                "-log_file",
                log.toString());
        Files.writeString(
                scenario,
                Files.readString(scenario)
                        .replace("[hold_min]", Long.toString(holdMs / 2))
                        .replace("[hold_max]", Long.toString(holdMs / 2 * 3)));
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (final IOException ex) {
            throw new IOException("sipp cannot be started; it is in Debian's package sip-tester", ex);
        }
    }

    private static List<Change> changes(final Path log) throws IOException {
        final List<Change> changes = new ArrayList<>();
        for (final String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            final String[] words =
                    line.substring(Math.max(0, line.indexOf(MARK))).split(" ", -1);
            // The last line may be half written.
            if (words.length == 4 && words[0].equals(MARK.strip()) && words[3].matches("-?\\d+")) {
                changes.add(new Change(
                        Long.parseLong(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3].strip())));
            }
        }
        return changes;
    }

    private static LoadSeries series(final LoadPlan plan, final List<Change> changes, final int[] bladePorts) {
        final LoadSeries series = new LoadSeries(plan.largeUnits());
        final long[] units = new long[bladePorts.length];
        long nextMs = changes.isEmpty() ? 0 : changes.get(0).atMs() + MS_PER_SECOND;
        for (final Change change : changes) {
            while (change.atMs() >= nextMs) {
                series.add(units);
                nextMs += MS_PER_SECOND;
            }
            units[slot(bladePorts, change.port())] += change.units();
        }
        return series;
    }

    private static int slot(final int[] bladePorts, final int port) {
        for (int slot = 0; slot < bladePorts.length; slot++) {
            if (bladePorts[slot] == port) {
                return slot;
            }
        }
        throw new IllegalStateException(
                "a Contact named port " + port + ", and blades have " + Arrays.toString(bladePorts));
    }

    private static void delete(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
