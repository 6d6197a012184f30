package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code trace}, of a chassis in a process of its own, while it runs and after it was killed. */
@Timeout(120)
class TraceCommandTest {
    private static final long PATIENCE_MS = 20_000;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldTellOfARunningChassisAndOfOneThatWasKilled() throws Exception {
        final Process process = start();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final int port = port(reader);
            invite(port, "first-call", "Session-Size: 40");
            awaitTold("first-call");
            invite(port, "second-call", "Session-Size: many");
            awaitTold("second-call");

            // SIGKILL: no shutdown hook, no closing, no last round.
            process.destroyForcibly().waitFor();
        } finally {
            process.destroyForcibly();
        }
        assertEquals(ChassisMain.OK, trace("first-call"), err::toString);
        assertTrue(told().contains("  sip  first-call\n"), told());
        assertTrue(told().contains("pid " + process.pid() + ", policy "), told());
        assertTrue(told().contains("size       40 units, said by header\n"), told());
        assertTrue(told().matches("(?s).*b00 +up +0 +0 +[0-9]+  candidate.*"), told());
        assertTrue(told().contains("<== chosen"), told());
        assertTrue(told().matches("(?s).*choice     b0[01]: the policy's, dispatch sequence 1\n.*"), told());
        assertTrue(told().matches("(?s).*\\+[0-9]+\\.[0-9]{6}  settled by b0[01]\n.*"), told());
        assertTrue(!told().contains("second-call"), told());

        assertEquals(ChassisMain.OK, trace("--last", "1"));
        assertTrue(told().contains("second-call") && !told().contains("first-call"), told());
        assertTrue(told().contains("1 unit, usual for the service, something else could not be read\n"), told());
        assertEquals(ChassisMain.OK, trace());
        assertTrue(told().indexOf("first-call") < told().indexOf("second-call"), told());
    }

    @Test
    void shouldSayThatThereIsNothingToTell() throws IOException {
        assertEquals(ChassisMain.CANNOT_START, trace("x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("a.trace is not there"), err::toString);
        TraceFile.open(file(), 64 * 1024, 1).close();
        assertEquals(ChassisMain.CANNOT_START, trace("x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("knows no decision about x"), err::toString);
        assertEquals(ChassisMain.CANNOT_START, trace());
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("holds no decision yet"), err::toString);
        Files.writeString(file(), "something else");
        assertEquals(ChassisMain.CANNOT_START, trace("x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("is no placement trace"), err::toString);
    }

    @Test
    void shouldSayWhatIsWrongWithTheCommandLine() {
        assertEquals(ChassisMain.WRONG_SETTING, trace("--last", "-1"));
        assertEquals(ChassisMain.WRONG_SETTING, trace("a", "b"));
        assertEquals(ChassisMain.WRONG_SETTING, main("trace", "--set", "midplane.sip.prot=1"));
        assertEquals(ChassisMain.OK, main("trace", "--help"));
        assertTrue(told().contains("--last=N"), told());
        assertEquals(ChassisMain.CANNOT_START, main("trace", "--set", "midplane.trace.file=none", "x"));
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("no trace is kept"), err::toString);
    }

    @Test
    void shouldFindTheFileByTheSettingsOfTheChassis() {
        assertEquals(
                TraceSettings.autoDirectory().resolve("5099.trace"),
                settings("5099").file());
        assertEquals(TraceSettings.none(), settings("0"), "nobody would find it");
    }

    private static TraceSettings settings(final String port) {
        final ChassisContext context = new ChassisContext();
        context.values().putAssignment("midplane.sip.port=" + port, "--set");
        return context.conclude().trace();
    }

    @Test
    void shouldNotStartWithoutTheFileThatWasAskedFor() throws IOException {
        final Path file = file();
        try (TraceFile writer = TraceFile.open(file, 64 * 1024, 1)) {
            assertNotNull(writer);
            assertEquals(ChassisMain.CANNOT_START, main(chassisArguments()));
            assertTrue(
                    err.toString(StandardCharsets.UTF_8).contains("a.trace is being written by another chassis"),
                    err::toString);
        }
    }

    private Process start() throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChassisMain.class.getName()));
        command.addAll(List.of(chassisArguments()));
        return new ProcessBuilder(command)
                .redirectError(directory.resolve("stderr").toFile())
                .start();
    }

    private String[] chassisArguments() {
        return new String[] {
            "--set", "midplane.sip.port=0",
            "--set", "midplane.blade.port-base=0",
            "--set", "midplane.blade.count=2",
            "--set", "midplane.trace.file=" + file(),
            "--set", "midplane.trace.max-size=64KiB"
        };
    }

    private Path file() {
        return directory.resolve("a.trace");
    }

    private static int port(final BufferedReader reader) throws IOException {
        String line = reader.readLine();
        final int port = Integer.parseInt(line.replaceAll(".*127\\.0\\.0\\.1:([0-9]+),.*", "$1"));
        while (!line.startsWith("First call")) {
            line = reader.readLine();
        }
        return port;
    }

    private static void invite(final int port, final String callId, final String line) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            final byte[] text = ("INVITE sip:echo@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:"
                            + socket.getLocalPort() + ";branch=z9hG4bK-" + callId + ";rport\r\nMax-Forwards: 70\r\n"
                            + "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:echo@127.0.0.1>\r\nCall-ID: " + callId
                            + "\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:" + socket.getLocalPort() + ">\r\n"
                            + line
                            + "\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            socket.send(new DatagramPacket(text, text.length, InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout((int) PATIENCE_MS);
            socket.receive(new DatagramPacket(new byte[4096], 4096));
        }
    }

    /** The trace is drained soon, not at once. */
    private void awaitTold(final String callId) throws InterruptedException {
        final long deadlineMs = System.currentTimeMillis() + PATIENCE_MS;
        while (trace(callId) != ChassisMain.OK || !told().contains("settled")) {
            assertTrue(System.currentTimeMillis() < deadlineMs, () -> told() + err);
            Thread.sleep(20);
        }
    }

    private int trace(final String... arguments) {
        final List<String> all = new ArrayList<>(List.of("trace", "--file", file().toString()));
        all.addAll(List.of(arguments));
        return main(all.toArray(String[]::new));
    }

    private int main(final String... arguments) {
        out.reset();
        err.reset();
        return new ChassisMain(
                        new Properties(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(arguments);
    }

    private String told() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
