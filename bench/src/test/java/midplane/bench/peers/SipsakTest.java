package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import midplane.testing.Conforms;
import midplane.testing.ForeignProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** sipsak asks what we can. */
@Tag("peers")
@Timeout(180)
class SipsakTest {
    @Test
    @Conforms({"RFC 3261 §11.2", "S13"})
    void shouldAnswerOptions(final TestInfo test) {
        final Path folder = Scratch.of(test);
        final ForeignProgram sipsak = ForeignProgram.require("sipsak");
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            try (RunningProgram asking = RunningProgram.start(
                    sipsak, List.of("-vv", "-s", "sip:127.0.0.1:" + chassis.port()), folder, "sipsak.log")) {
                assertEquals(0, asking.exitCode(Duration.ofSeconds(20)), asking::output);
                assertTrue(asking.output().contains("SIP/2.0 200"), asking::output);
                assertTrue(asking.output().contains("Allow: "), asking::output);
            }
            final Summary summary = chassis.stop();
            // It repeats what is answered late.
            assertTrue(summary.value("dispatcher.received") > 0, summary.words());
            assertEquals(summary.value("dispatcher.received"), summary.value("dispatcher.answered"), summary.words());
        }
    }
}
