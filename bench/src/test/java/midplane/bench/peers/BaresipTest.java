package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import midplane.testing.Conforms;
import midplane.testing.ForeignProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A softphone places a call, with nobody at its side, and what it hears is the prompt. */
@Tag("peers")
@Timeout(180)
class BaresipTest {
    private static final List<Path> MODULE_FOLDERS = List.of(
            Path.of("/usr/lib/baresip/modules"),
            Path.of("/usr/local/lib/baresip/modules"),
            Path.of("/usr/lib64/baresip/modules"));
    private static final Duration CALL_LIMIT = Duration.ofSeconds(25);
    private static final double LIKE_ENOUGH = 0.9;
    /** Sound is made in real time, and a machine that pauses leaves holes in it; not in every call. */
    private static final int CALLS_MAX = 3;

    @Test
    @Conforms("RFC 4240 §3")
    void shouldLetASoftphoneHearThePrompt(final TestInfo test, @TempDir final Path home) throws IOException {
        final Path folder = Scratch.of(test);
        final ForeignProgram baresip = ForeignProgram.require("baresip");
        // A folder with a short name, for baresip cuts the names of its recordings off.
        configure(home);
        final short[] prompt =
                Recording.read(Scratch.MODULE.resolve("../dispatcher/src/main/resources/midplane/prompts/welcome.wav"));
        double likeness = 0;
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            int calls = 0;
            while (likeness < LIKE_ENOUGH && calls < CALLS_MAX) {
                calls++;
                call(baresip, home, folder, chassis);
                final Path recording = folder.resolve("heard-" + calls + ".wav");
                Files.move(decoded(home), recording);
                likeness = Recording.likeness(prompt, Recording.read(recording));
            }
            final Summary summary = chassis.stop();
            assertEquals(calls, summary.value("dispatcher.forwarded.initial"), summary.words());
            assertEquals(0, summary.value("dispatcher.forwarded.in-dialog"), summary.words());
        }
        assertTrue(likeness >= LIKE_ENOUGH, "what was heard is like the prompt: " + likeness);
    }

    private static void call(
            final ForeignProgram baresip, final Path home, final Path folder, final ChassisProcess chassis) {
        try (RunningProgram phone = RunningProgram.start(
                baresip,
                List.of(
                        "-4",
                        "-f",
                        home.toString(),
                        "-t",
                        Long.toString(CALL_LIMIT.toSeconds()),
                        "-e",
                        "/dial sip:annc@127.0.0.1:" + chassis.port() + ";play=welcome"),
                folder,
                "baresip.log")) {
            assertTrue(phone.awaitOutput("Call established", CALL_LIMIT), phone::output);
            assertTrue(phone.awaitOutput("session closed", CALL_LIMIT), () -> "our BYE\n" + phone.output());
            phone.terminate();
            phone.exitCode(Duration.ofSeconds(10));
        }
    }

    /** A phone without loudspeaker or microphone that records what it decodes. */
    private static void configure(final Path home) throws IOException {
        final Path modules = MODULE_FOLDERS.stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> ForeignProgram.unavailable("baresip's modules are in none of " + MODULE_FOLDERS));
        final int rtp = LoopbackPorts.free(20);
        Files.writeString(
                home.resolve("config"),
                String.join(
                        "\n",
                        "sip_listen 127.0.0.1:0",
                        "net_interface 127.0.0.1",
                        "rtp_ports " + rtp + "-" + (rtp + 19),
                        "jitter_buffer_delay 5-10",
                        // A bridge from loudspeaker to microphone: the phone sends back what it hears.
                        "audio_player aubridge,nil",
                        "audio_source aubridge,nil",
                        "audio_alert aubridge,nil",
                        "module_path " + modules,
                        "module g711.so",
                        "module aubridge.so",
                        "module sndfile.so",
                        "module_tmp account.so",
                        "module_app menu.so",
                        "snd_path " + home,
                        ""));
        Files.writeString(home.resolve("accounts"), "<sip:newcomer@127.0.0.1>;regint=0\n");
        Files.writeString(home.resolve("contacts"), "");
    }

    private static Path decoded(final Path home) throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.filter(file -> file.toString().endsWith("-dec.wav"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("baresip recorded nothing in " + home));
        }
    }
}
