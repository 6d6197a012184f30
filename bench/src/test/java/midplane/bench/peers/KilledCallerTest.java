package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** A caller that dies in mid-call leaves nothing behind. */
@Tag("peers")
@Timeout(180)
class KilledCallerTest {
    private static final int SESSIONS = 24;

    /**
     * The chassis has media ports for just so many sessions. All are taken by calls of a sipp that is then killed; if a
     * single one were not ended by our timers and its ports not given back, the calls placed after that could not all
     * succeed.
     */
    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldEndItsCallsAndTakeThePortsBack(final TestInfo test) {
        final Path folder = Scratch.of(test);
        final Duration announcement = Duration.ofSeconds(3);
        // The BYE that nobody answers is given up after 64·T1.
        final Duration giveUp = Duration.ofMillis(64 * 50);
        try (ChassisProcess chassis = ChassisProcess.launch(
                folder, ChassisProcess.BLADES, 2 * SESSIONS, "midplane.sip.t1=50ms", "midplane.sip.t2=400ms")) {
            try (Sipp.Run doomed = Sipp.scenario(folder, "hold-on.xml")
                    .key("play", "tone-440;repeat=forever;duration=" + announcement.toMillis())
                    .calls(SESSIONS, 200)
                    .start(chassis.port())) {
                assertTrue(
                        Patience.until(() -> doomed.statistic("CurrentCall") == SESSIONS, Duration.ofSeconds(10)),
                        () -> "all calls are up\n" + doomed.program().output());
                // Placed is not yet answered and acknowledged; the announcements last longer than this.
                Patience.pass(Duration.ofMillis(1500));
                doomed.program().kill();
                doomed.program().exitCode(Duration.ofSeconds(5));
            }
            Patience.pass(announcement.plus(giveUp).plusSeconds(3));

            Sipp.scenario(folder, "follow-contact.xml")
                    .service("echo")
                    .hold(Duration.ofSeconds(1))
                    .calls(SESSIONS, 200)
                    .run(chassis.port())
                    .assertAllSucceeded();

            final Summary summary = chassis.stop();
            assertEquals(2 * SESSIONS, summary.value("dispatcher.forwarded.initial"), summary.words());
            summary.assertNothingIsLeft();
            assertEquals(SESSIONS, summary.sum("blade\\.\\d+\\.sip\\.calls\\.bye-unanswered"), summary.words());
        }
    }
}
