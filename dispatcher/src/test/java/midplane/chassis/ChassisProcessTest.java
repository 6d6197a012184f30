package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: what only the JVM's own end can show. */
@Timeout(120)
class ChassisProcessTest {
    @TempDir
    private Path directory;

    private Process start(final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChassisMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(errors().toFile()).start();
    }

    private Path errors() {
        return directory.resolve("stderr");
    }

    @Test
    void shouldEndBySigtermWithStatusZeroAndASummary() throws Exception {
        final Process process = start(
                "--set", "midplane.sip.port=0", "--set", "midplane.blade.port-base=0", "-Dmidplane.blade.count=2");
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final String greeting = reader.readLine();
            assertTrue(greeting != null && greeting.startsWith("Midplane "), greeting + Files.readString(errors()));
            final int port = Integer.parseInt(greeting.replaceAll(".*127\\.0\\.0\\.1:([0-9]+),.*", "$1"));
            String line = reader.readLine();
            while (line != null && !line.startsWith("First call")) {
                line = reader.readLine();
            }
            assertTrue(
                    ChassisTest.answer(new InetSocketAddress("127.0.0.1", port)).startsWith("SIP/2.0 200"));
            // Not process.destroy(), which would close our end of its output too.
            process.toHandle().destroy();
            final StringBuilder rest = new StringBuilder();
            for (line = reader.readLine(); line != null; line = reader.readLine()) {
                rest.append(line).append('\n');
            }
            assertEquals(0, process.waitFor(), rest + Files.readString(errors()));
            assertTrue(rest.toString().contains("Stopped after "), rest.toString());
            assertTrue(rest.toString().contains("dispatcher.answered"), rest.toString());
            assertEquals("", Files.readString(errors()));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldEndWithStatusTwoAndOneSentenceOnAWrongSetting() throws Exception {
        final Process process = start("--set", "midplane.blade.count=0");
        assertEquals(2, process.waitFor());
        assertEquals(
                "midplane.blade.count=0 (--set): expected a whole number from 1 to 64.\n", Files.readString(errors()));
    }
}
