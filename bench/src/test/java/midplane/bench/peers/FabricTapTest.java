package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import midplane.bench.peers.SipPackets.Field;
import midplane.bench.peers.SipPackets.Packet;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses the fabric, as tshark reads it from the tap's file, beside what crossed the network. */
@Tag("peers")
@Timeout(180)
class FabricTapTest {
    private static final int CALLS = 40;

    private Path folder = Path.of("");

    @BeforeEach
    void openFolder(final TestInfo test) {
        folder = Scratch.of(test);
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "ruri", "envelope"})
    @Conforms("S9")
    void shouldCarryThePortIdentifierThatTheContactLaterNames(final String insertion) {
        final Path tap = folder.resolve("tap.pcap");
        try (ChassisProcess chassis = ChassisProcess.launch(
                        folder, "midplane.dispatcher.port-insertion=" + insertion, "midplane.fabric.tap=" + tap);
                Capture capture = Capture.start(folder, chassis)) {
            Sipp.scenario(folder, "follow-contact.xml")
                    .service("echo")
                    .calls(CALLS, 100)
                    .run(chassis.port())
                    .assertAllSucceeded();
            final SipPackets packets = capture.stop();
            chassis.stop();

            final Map<String, Integer> contactPorts = new HashMap<>();
            for (final Packet answer :
                    packets.where(packet -> packet.isResponseTo("INVITE") && packet.status() == 200)) {
                contactPorts.put(answer.field(Field.CALL_ID), answer.contactPort());
            }
            assertEquals(CALLS, contactPorts.size(), "answered calls in the capture");
            for (final Packet invite : packets.where(packet -> packet.destinationPort() == chassis.port())) {
                assertTrue(!invite.field(Field.HEADERS).contains("Midplane-Port"), "the original has no identifier");
            }

            final List<Packet> frames =
                    Capture.readExported(folder, tap).where(packet -> "INVITE".equals(packet.method()));
            assertEquals(
                    contactPorts.keySet(),
                    frames.stream().map(frame -> frame.field(Field.CALL_ID)).collect(Collectors.toSet()),
                    "calls in the tap");
            for (final Packet frame : frames) {
                final Integer contactPort = contactPorts.get(frame.field(Field.CALL_ID));
                assertEquals(contactPort, frame.destinationPort(), () -> "the frame's routing key: " + frame);
                assertEquals(
                        switch (insertion) {
                            case "header" -> List.of("Midplane-Port: " + contactPort + ";wk=" + chassis.port());
                            case "ruri" -> List.of("sip:echo@127.0.0.1:" + contactPort);
                            default -> List.of();
                        },
                        identifiers(frame, chassis.port()),
                        () -> "port identifiers in the message: " + frame);
            }
        }
    }

    /** Our header, and the Request-URI when its port is no longer the well-known one. */
    private static List<String> identifiers(final Packet frame, final int wellKnownPort) {
        final List<String> found = new ArrayList<>();
        final String uri = frame.field(Field.REQUEST_LINE).split(" ")[1];
        if (Packet.portOf(uri) != wellKnownPort) {
            found.add(uri);
        }
        // tshark writes line ends as backslash-letters.
        for (final String line : frame.field(Field.HEADERS).split("\\\\r\\\\n")) {
            if (line.startsWith("Midplane-Port")) {
                found.add(line);
            }
        }
        return found;
    }
}
