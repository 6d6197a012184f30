package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Conferences over real sockets: where the legs land, and what they hear. */
@Tag("peers")
@Timeout(90)
class ConferenceTest {
    private static final int TICKS = 150;
    private static final int[] TONES = {500, 700, 900, 1100};

    /** A machine with other work on it loses ticks; a tone that is not there at all is fainter than this still. */
    private static final double HEARD = 1500;

    private static final double NOT_HEARD = 300;

    private Path folder = Path.of("");

    @BeforeEach
    void openFolder(final TestInfo test) {
        folder = Scratch.of(test);
    }

    @Test
    @Conforms({"RFC 4240 §5", "S12"})
    void shouldLetEachHearAllOthersAndNotItself() {
        final List<ToneCaller> callers = new ArrayList<>();
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            final String[] users = {"conf=Room", "CONF=ROOM", "conf=%52oom", "conf=room"};
            for (int i = 0; i < TONES.length; i++) {
                callers.add(
                        new ToneCaller("sip:" + users[i] + "@127.0.0.1:" + chassis.port(), chassis.port(), TONES[i]));
            }
            final long startNs = System.nanoTime();
            for (int tick = 0; tick < TICKS; tick++) {
                callers.forEach(ToneCaller::speak);
                callers.forEach(ToneCaller::listen);
                LockSupport.parkNanos(startNs + TimeUnit.MILLISECONDS.toNanos(20L * (tick + 1)) - System.nanoTime());
            }
            for (final ToneCaller caller : callers) {
                assertEquals(callers.get(0).bladePort(), caller.bladePort(), "one conference, one blade");
                assertTrue(caller.ticksHeard() > TICKS / 2, caller.ticksHeard() + " ticks heard");
                for (final int tone : TONES) {
                    final double amplitude = caller.amplitude(tone);
                    assertTrue(
                            tone == caller.hertz() ? amplitude < NOT_HEARD : amplitude > HEARD,
                            caller.hertz() + " Hz hears " + tone + " Hz: " + amplitude);
                }
            }
            callers.forEach(ToneCaller::hangUp);
            final Summary summary = chassis.stop();
            summary.assertNothingIsLeft();
            assertEquals(1, summary.sum("blade\\.\\d+\\.conferences\\.opened"), summary.words());
            assertEquals(1, summary.sum("blade\\.\\d+\\.conferences\\.closed"), summary.words());
            assertEquals(TONES.length - 1, summary.value("dispatcher.conferences.joined"), summary.words());
        } finally {
            callers.forEach(ToneCaller::close);
        }
    }

    /** A hundred legs of sipp's, who follow Contact: all INVITEs of the conference reach one blade. */
    @Test
    @Conforms("S12")
    void shouldBringAHundredLegsToOneBlade() {
        final int legs = 100;
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            Sipp.scenario(folder, "follow-contact.xml")
                    .service("conf=hundred")
                    .hold(Duration.ofSeconds(4))
                    .calls(legs, 50)
                    .run(chassis.port())
                    .assertAllSucceeded();
            final Summary summary = chassis.stop();
            summary.assertNothingIsLeft();
            assertEquals(1, summary.sum("blade\\.\\d+\\.conferences\\.opened"), summary.words());
            assertEquals(legs, summary.sum("blade\\.\\d+\\.conferences\\.legs\\.joined"), summary.words());
            assertEquals(legs - 1, summary.value("dispatcher.conferences.joined"), summary.words());
            assertEquals(0, summary.value("dispatcher.forwarded.in-dialog"), summary.words());
        }
    }
}
