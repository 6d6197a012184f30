package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The runnable jar in a JVM of its own, on free ports of loopback. Stopped by SIGTERM, as a user does it; then its exit
 * code, its words and its ledger must be in order.
 */
final class ChassisProcess implements AutoCloseable {
    /** Blades unless a test says otherwise. */
    static final int BLADES = 4;

    private static final Path JAR =
            Scratch.MODULE.resolveSibling("dispatcher").resolve("target").resolve("midplane.jar");
    private static final int RTP_PORTS = 2_000;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int LAUNCH_ATTEMPTS = 3;

    private final RunningProgram program;
    private final int port;
    private final int blades;

    private ChassisProcess(final RunningProgram program, final int port, final int blades) {
        this.program = program;
        this.port = port;
        this.blades = blades;
    }

    /** Four blades and plenty of media ports; settings are added as {@code name=value}. */
    static ChassisProcess launch(final Path folder, final String... settings) {
        return launch(folder, BLADES, RTP_PORTS, settings);
    }

    /**
     * Launches a chassis and waits until it is ready for a call.
     *
     * @param rtpPorts for the whole chassis: two for each session.
     */
    static ChassisProcess launch(final Path folder, final int blades, final int rtpPorts, final String... settings) {
        assertTrue(
                Files.isRegularFile(JAR),
                () -> JAR + " is not there; build it first: mvn -DskipTests package (mvn verify does it by itself)");
        RuntimeException failure = new IllegalStateException("not tried");
        for (int attempt = 0; attempt < LAUNCH_ATTEMPTS; attempt++) {
            try {
                return launchOnce(folder, blades, rtpPorts, List.of(settings));
            } catch (final PortTakenException ex) {
                failure = ex;
            }
        }
        throw failure;
    }

    private static ChassisProcess launchOnce(
            final Path folder, final int blades, final int rtpPorts, final List<String> settings) {
        final int first = LoopbackPorts.free(4 + 2 * blades + rtpPorts);
        final int firstRtp = first + (3 + 2 * blades) / 2 * 2;
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-ea", "-jar", JAR.toString()));
        set(command, "midplane.sip.port=" + first);
        set(command, "midplane.blade.port-base=" + (first + 1));
        set(command, "midplane.blade.count=" + blades);
        set(command, "midplane.mgcp.port=" + (first + 1 + blades));
        set(command, "midplane.mgcp.blade-port-base=" + (first + 2 + blades));
        set(command, "midplane.rtp.port-range=" + firstRtp + "-" + (firstRtp + rtpPorts - 1));
        set(command, "midplane.trace.file=" + folder.resolve("placement.trace"));
        settings.forEach(setting -> set(command, setting));
        final RunningProgram program = RunningProgram.start(command, folder, "chassis.log");
        final boolean isReady =
                program.awaitOutput("First call: sipp -sn uac -s echo -m 1 127.0.0.1:" + first, START_LIMIT)
                        && program.isAlive();
        if (isReady) {
            return new ChassisProcess(program, first, blades);
        }
        program.close();
        if (program.output().contains("taken") || program.output().contains("in use")) {
            throw new PortTakenException(program.output());
        }
        return fail("the chassis did not get ready: " + program + "\n" + program.output());
    }

    private static void set(final List<String> command, final String setting) {
        command.add("--set");
        command.add(setting);
    }

    /** The well-known SIP port. */
    int port() {
        return port;
    }

    /** The well-known MGCP port. */
    int mgcpPort() {
        return port + 1 + blades;
    }

    int mgcpBladePort(final int slot) {
        return mgcpPort() + 1 + slot;
    }

    int bladePort(final int slot) {
        return port + 1 + slot;
    }

    int blades() {
        return blades;
    }

    boolean isBladePort(final int candidate) {
        return candidate > port && candidate <= port + blades;
    }

    /** What it has printed so far. */
    String output() {
        return program.output();
    }

    /** Stops the chassis and reads its summary; fails unless it ends in order. */
    Summary stop() {
        assertTrue(program.isAlive(), () -> "the chassis ended by itself\n" + output());
        program.terminate();
        final int exitCode = program.exitCode(STOP_LIMIT);
        final String words = output();
        assertEquals(0, exitCode, () -> "exit code after SIGTERM\n" + words);
        final Summary summary = Summary.of(words);
        summary.assertNothingUncaught();
        summary.assertLedgerBalances();
        return summary;
    }

    @Override
    public void close() {
        program.close();
    }

    /** Somebody else was faster. */
    private static final class PortTakenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PortTakenException(final String words) {
            super(words);
        }
    }
}
