package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.testing.Conforms;
import midplane.testing.ForeignProgram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Call agents that nobody here wrote have the chassis announce, and follow it to the blade. */
@Tag("peers")
@Timeout(120)
class CallAgentsTest {
    private static final String MGCP = "midplane.mgcp.enabled=true";
    private static final Pattern REDIRECT = Pattern.compile("(ann/(\\d+)/\\d+@[^:]+):(\\d+)");
    private static final Pattern PACKETS_SENT = Pattern.compile("PS=(\\d+)");

    @Test
    @Conforms({"M5", "M8", "RFC 3435 §2.3.5", "RFC 3435 §3.5"})
    void shouldAnnounceForTheJavaStackWhichFollowsThePort(final TestInfo test) throws Exception {
        final Path folder = Scratch.of(test);
        try (ChassisProcess chassis = ChassisProcess.launch(folder, MGCP);
                Capture capture = Capture.startMgcp(folder, chassis);
                MobicentsAgent agent = new MobicentsAgent();
                DatagramChannel ear = listen()) {
            // The stack has no way to append a description to a command; its last parameter takes it along.
            final MobicentsAgent.Answer created = agent.ask(
                    "CRCX",
                    "ann/$@127.0.0.1",
                    chassis.mgcpPort(),
                    "C",
                    "1f",
                    "M",
                    "sendrecv\n\n" + sdp(((InetSocketAddress) ear.getLocalAddress()).getPort()));
            assertEquals(200, created.code(), created.text());
            final Matcher redirect = REDIRECT.matcher(created.endpoint());
            assertTrue(redirect.matches(), created.text());
            final int slot = Integer.parseInt(redirect.group(2));
            final int bladePort = Integer.parseInt(redirect.group(3));
            assertEquals(chassis.mgcpBladePort(slot), bladePort, "the name says the blade, and so does the port");

            final String endpoint = created.endpoint();
            final MobicentsAgent.Answer requested = agent.ask(
                    "RQNT",
                    endpoint,
                    bladePort,
                    "X",
                    "ab",
                    "N",
                    "agent@127.0.0.1:" + agent.port(),
                    "R",
                    "A/oc(N),A/of(N)",
                    "S",
                    "A/ann(goodbye)");
            assertEquals(200, requested.code(), requested.text());
            final MobicentsAgent.Heard notify = agent.hear();
            assertEquals("NTFY", notify.verb().toUpperCase(Locale.ROOT));
            assertEquals("ab", notify.requestId());
            assertTrue(notify.events().toLowerCase(Locale.ROOT).startsWith("a/oc"), notify.events());
            assertEquals(bladePort, notify.fromPort(), "NTFY leaves from the blade");

            final MobicentsAgent.Answer modified =
                    agent.ask("MDCX", endpoint, bladePort, "C", "1f", "I", created.connection(), "M", "inactive");
            assertEquals(200, modified.code(), modified.text());
            final MobicentsAgent.Answer deleted =
                    agent.ask("DLCX", endpoint, bladePort, "C", "1f", "I", created.connection());
            assertEquals(250, deleted.code(), deleted.text());
            final Matcher sent = PACKETS_SENT.matcher(deleted.parameters());
            assertTrue(sent.find(), deleted.text());
            assertEquals(packets(ear), Integer.parseInt(sent.group(1)), deleted.parameters());

            assertReadsWell(capture.stopMgcp());
            final Summary summary = chassis.stop();
            assertEquals(
                    1, summary.value("dispatcher.mgcp.received"), "one message of a dialog at the well-known port");
            assertEquals(1, summary.value("dispatcher.mgcp.forwarded.placed"), summary.words());
        }
    }

    @Test
    @Conforms({"M1", "M6", "RFC 3435 §3.5"})
    void shouldServeLibosmoWhoseSocketHearsTheWellKnownPortOnly(final TestInfo test) throws Exception {
        final Path folder = Scratch.of(test);
        final Path agent = compile(folder);
        try (ChassisProcess chassis = ChassisProcess.launch(folder, MGCP);
                Capture capture = Capture.startMgcp(folder, chassis);
                DatagramChannel ear = listen()) {
            final List<String> command = List.of(
                    agent.toString(),
                    String.valueOf(chassis.mgcpPort()),
                    String.valueOf(LoopbackPorts.free()),
                    "ann/$@127.0.0.1",
                    String.valueOf(((InetSocketAddress) ear.getLocalAddress()).getPort()));
            try (RunningProgram osmo = RunningProgram.start(command, folder, "osmo.log")) {
                assertEquals(0, osmo.exitCode(Duration.ofSeconds(40)), osmo::output);
                assertTrue(osmo.output().contains("CRCX 200"), osmo::output);
                assertTrue(osmo.output().contains("MDCX 200"), osmo::output);
                assertTrue(osmo.output().contains("DLCX 250"), osmo::output);
            }
            final List<String[]> packets = capture.stopMgcp();
            assertReadsWell(packets);
            final String wellKnown = String.valueOf(chassis.mgcpPort());
            assertTrue(
                    packets.stream().allMatch(packet -> packet[0].equals(wellKnown) || packet[1].equals(wellKnown)),
                    "everything goes by the well-known port");
            final Summary summary = chassis.stop();
            assertEquals(3, summary.value("dispatcher.mgcp.received"), summary.words());
            assertEquals(2, summary.value("dispatcher.mgcp.forwarded.named"), summary.words());
        }
    }

    private static void assertReadsWell(final List<String[]> packets) {
        assertNotEquals(0, packets.size());
        for (final String[] packet : packets) {
            final String shown = String.join(" ", packet);
            assertTrue(!packet[2].isEmpty() || !packet[3].isEmpty(), "tshark sees no MGCP in " + shown);
            assertEquals("", packet[4], "malformed: " + shown);
            assertTrue(!packet[5].toLowerCase(Locale.ROOT).contains("malformed"), shown);
        }
    }

    private static Path compile(final Path folder) throws IOException, InterruptedException {
        final ForeignProgram compiler = ForeignProgram.require("cc", "gcc");
        final ForeignProgram config = ForeignProgram.require("pkg-config");
        final Path source = folder.resolve("osmo_agent.c");
        try (InputStream in = Objects.requireNonNull(CallAgentsTest.class.getResourceAsStream("osmo_agent.c"))) {
            Files.write(source, in.readAllBytes());
        }
        if (config.process("--exists", "libosmo-mgcp-client", "libosmocore")
                        .start()
                        .waitFor()
                != 0) {
            throw ForeignProgram.unavailable(
                    "libosmo-mgcp-client is not installed (Debian: apt-get install libosmo-mgcp-client-dev)");
        }
        final String flags = String.join(" ", config.run("--cflags", "--libs", "libosmo-mgcp-client", "libosmocore"));
        final Path program = folder.resolve("osmo_agent");
        final ArrayList<String> arguments = new ArrayList<>(List.of("-o", program.toString(), source.toString()));
        arguments.addAll(List.of(flags.strip().split("\\s+")));
        compiler.run(arguments.toArray(String[]::new));
        return program;
    }

    private static DatagramChannel listen() throws IOException {
        final DatagramChannel channel = DatagramChannel.open();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPorts.free()));
        channel.configureBlocking(false);
        return channel;
    }

    private static int packets(final DatagramChannel channel) throws IOException {
        final ByteBuffer packet = ByteBuffer.allocate(2048);
        int count = 0;
        while (channel.receive(packet.clear()) != null) {
            count++;
        }
        return count;
    }

    private static String sdp(final int port) {
        return "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio " + port + " RTP/AVP 0\n";
    }
}
