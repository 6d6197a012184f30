package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import midplane.bench.peers.SipPackets.Packet;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * sipp calls by the thousand, once ignoring Contact and once following it. No faster than a machine with much else to do can
 * follow: a chassis that cannot says 503, and is right.
 */
@Tag("peers")
@Timeout(240)
class SippCallsTest {
    private static final int CALLS = 1_000;
    private static final int RATE = 100;

    private Path folder = Path.of("");

    @BeforeEach
    void openFolder(final TestInfo test) {
        folder = Scratch.of(test);
    }

    @Test
    @Conforms("S10")
    void shouldServeTheBuiltInCallerThatIgnoresContact() {
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            Sipp.builtIn(folder, "uac")
                    .service("echo")
                    .calls(CALLS, RATE)
                    .run(chassis.port())
                    .assertAllSucceeded()
                    .assertFewerRepeatsThanCalls();

            final Summary summary = chassis.stop();
            summary.assertNothingIsLeft();
            assertEquals(CALLS, summary.value("dispatcher.forwarded.initial"), summary.words());
            // ACK and BYE of each call, which this caller sends to the well-known port.
            assertTrue(summary.value("dispatcher.forwarded.in-dialog") >= 2 * CALLS, summary.words());
        }
    }

    @Test
    void shouldHearNothingOfADialogWhoseCallerFollowsContact() {
        try (ChassisProcess chassis = ChassisProcess.launch(folder);
                Capture capture = Capture.start(folder, chassis)) {
            Sipp.scenario(folder, "follow-contact.xml")
                    .service("echo")
                    .hold(Duration.ofMillis(200))
                    .calls(CALLS, RATE)
                    .run(chassis.port())
                    .assertAllSucceeded()
                    .assertFewerRepeatsThanCalls();

            final SipPackets packets = capture.stop();
            assertEquals(
                    List.of(),
                    packets.where(packet -> packet.destinationPort() == chassis.port()
                            && (packet.hasToTag() || !"INVITE".equals(packet.method()))),
                    "in-dialog messages at the well-known port");
            assertTrue(
                    packets.count(packet ->
                                    packet.destinationPort() == chassis.port() && "INVITE".equals(packet.method()))
                            >= CALLS,
                    "the capture has all initial messages");
            for (int slot = 0; slot < chassis.blades(); slot++) {
                final int bladePort = chassis.bladePort(slot);
                assertTrue(
                        packets.count(packet -> packet.destinationPort() == bladePort && "BYE".equals(packet.method()))
                                >= CALLS / chassis.blades() / 2,
                        "blade in slot " + slot + " got its share of the dialogs");
            }

            final Summary summary = chassis.stop();
            summary.assertNothingIsLeft();
            assertEquals(CALLS, summary.value("dispatcher.forwarded.initial"), summary.words());
            assertEquals(0, summary.value("dispatcher.forwarded.in-dialog"), summary.words());
            assertEquals(0, summary.sum("dispatcher\\.(absorbed|dropped)\\..*"), summary.words());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"announcement-rport", "announcement"})
    @Conforms("S7")
    void shouldHangUpWhenTheAnnouncementEndsAndAnswerFromTheSocketThatIsDue(final String scenario) {
        final int calls = 40;
        try (ChassisProcess chassis = ChassisProcess.launch(folder);
                Capture capture = Capture.start(folder, chassis)) {
            Sipp.scenario(folder, scenario + ".xml")
                    .key("play", "tone-440;duration=500")
                    .calls(calls, 100)
                    .run(chassis.port())
                    .assertAllSucceeded();

            final SipPackets packets = capture.stop();
            final List<Packet> answers = packets.where(packet -> packet.isResponseTo("INVITE"));
            assertTrue(answers.size() >= calls, () -> "answers to INVITE: " + answers);
            for (final Packet answer : answers) {
                if (scenario.endsWith("rport")) {
                    assertEquals(chassis.port(), answer.sourcePort(), () -> "RFC 3581 §4: " + answer);
                } else if (answer.status() == 200) {
                    assertEquals(answer.contactPort(), answer.sourcePort(), () -> "the blade's own port: " + answer);
                }
                if (answer.status() == 200) {
                    assertTrue(chassis.isBladePort(answer.contactPort()), () -> "Contact of a blade: " + answer);
                }
            }
            chassis.stop().assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ruri", "envelope"})
    void shouldServeCallsWhereverThePortIdentifierIsInserted(final String insertion) {
        try (ChassisProcess chassis =
                ChassisProcess.launch(folder, "midplane.dispatcher.port-insertion=" + insertion)) {
            Sipp.builtIn(folder, "uac")
                    .service("echo")
                    .calls(300, 100)
                    .run(chassis.port())
                    .assertAllSucceeded();
            chassis.stop().assertNothingIsLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dedicated", "single"})
    void shouldServeCallsWhoeverRunsTheBlades(final String mode) {
        try (ChassisProcess chassis = ChassisProcess.launch(folder, "midplane.threading-mode=" + mode)) {
            Sipp.scenario(folder, "follow-contact.xml")
                    .service("echo")
                    .calls(300, 100)
                    .run(chassis.port())
                    .assertAllSucceeded();
            chassis.stop().assertNothingIsLeft();
        }
    }
}
