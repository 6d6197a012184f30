package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.blade.media.G711;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A call agent and a caller on real sockets, against a whole chassis: an announcement from CRCX to DLCX, its audio compared
 * with the prompt sample by sample, its packets counted outside and compared with what the gateway says.
 */
class MgcpAnnouncementTest {
    private static final int BLADES = 3;
    private static final int PACKET = 160;
    private static final int HEADER = 12;
    private static final int PATIENCE_MS = 10_000;

    private final short[] samples = new short[20 * PACKET];
    private final List<byte[]> heard = new ArrayList<>();
    private DatagramSocket agent;
    private DatagramSocket caller;
    private Chassis chassis;
    private InetSocketAddress wellKnown;
    private int transactionId = 1000;

    @BeforeEach
    void shouldStart() throws IOException {
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (9000 * Math.sin(i * i * 1e-5));
        }
        agent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        caller = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        agent.setSoTimeout(PATIENCE_MS);
        caller.setSoTimeout(PATIENCE_MS);
        final int first = LoopbackPorts.free(4 + 2 * BLADES + 200);
        chassis = Chassis.launch(new ChassisContext()
                .bladeCount(BLADES)
                .wellKnownSipPort(first)
                .bladePortBase(first + 1)
                .mgcp(true)
                .wellKnownMgcpPort(first + BLADES + 1)
                .mgcpBladePortBase(first + BLADES + 2)
                .rtpPortRange(first + 2 * BLADES + 2, first + 2 * BLADES + 202)
                .promptStore(PromptStore.of(Map.of("prompt", new Prompt("prompt", samples)))));
        wellKnown = new InetSocketAddress(InetAddress.getLoopbackAddress(), first + BLADES + 1);
    }

    @AfterEach
    void shouldStop() {
        chassis.close();
        agent.close();
        caller.close();
    }

    @Test
    void shouldPlayWhatWasAskedForAndCountWhatLeft() throws IOException {
        final String created = ask(
                wellKnown,
                "CRCX",
                "ann/$@ms.example.net",
                "C: A3C47F21456789F0\r\nL: p:20, a:PCMU\r\nM: sendrecv\r\n\r\n"
                        + "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio "
                        + caller.getLocalPort() + " RTP/AVP 0\r\n");
        assertTrue(created.startsWith("200 "), created);
        final String connection = group(created, "I: (\\S+)");
        final String endpoint = group(created, "Z: (\\S+)");
        assertTrue(endpoint.matches("ann/[0-2]/1@ms\\.example\\.net:[0-9]+"), endpoint);
        final InetSocketAddress blade = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(group(endpoint, ":([0-9]+)$")));
        assertNotEquals(wellKnown, blade);
        final int mediaPort = Integer.parseInt(group(created, "m=audio ([0-9]+) "));

        final String requested = ask(blade, "RQNT", endpoint, "X: 1\r\nR: A/oc(N),A/of(N)\r\nS: A/ann(prompt)\r\n");
        assertTrue(requested.startsWith("200 "), requested);
        for (int i = 0; i < samples.length / PACKET; i++) {
            heard.add(receive(caller, null));
            if (i < 5) {
                say(mediaPort, i);
            }
        }
        final InetSocketAddress[] from = new InetSocketAddress[1];
        String notify = new String(receive(agent, from), StandardCharsets.US_ASCII);
        assertEquals(blade, from[0], "the blade tells it itself");
        assertTrue(notify.startsWith("NTFY ") && notify.contains("\r\nX: 1\r\nO: A/oc(A/ann)\r\n"), notify);
        send(blade, "200 " + notify.split(" ")[1] + " OK\r\n");
        for (int i = 0; i < samples.length; i++) {
            final short expected = G711.decodeUlaw(G711.encodeUlaw(samples[i]));
            final short is = G711.decodeUlaw(heard.get(i / PACKET)[HEADER + i % PACKET]);
            assertEquals(expected, is, "sample " + i);
        }

        final String deleted = ask(blade, "DLCX", endpoint, "C: A3C47F21456789F0\r\nI: " + connection + "\r\n");
        assertTrue(deleted.startsWith("250 "), deleted);
        final String parameters = group(deleted, "P: (.*)\r\n");
        assertTrue(
                parameters.startsWith("PS=" + heard.size() + ", OS=" + heard.size() * PACKET + ", PR=4, OR="
                        + 4 * PACKET + ", PL=1, JI="),
                parameters);
        caller.setSoTimeout(100);
        notify = "";
        try {
            notify = new String(receive(caller, null), StandardCharsets.ISO_8859_1);
        } catch (final SocketTimeoutException ex) {
            // Nothing comes after the end: that is how it should be.
        }
        assertEquals("", notify);
    }

    /** Five packets of which the third is never sent. */
    private void say(final int mediaPort, final int number) throws IOException {
        if (number == 2) {
            return;
        }
        final byte[] packet = new byte[HEADER + PACKET];
        packet[0] = (byte) 0x80;
        packet[3] = (byte) number;
        packet[7] = (byte) (number * PACKET);
        packet[6] = (byte) (number * PACKET >> 8);
        packet[11] = 9;
        caller.send(new DatagramPacket(packet, packet.length, InetAddress.getLoopbackAddress(), mediaPort));
    }

    private String ask(final InetSocketAddress to, final String verb, final String endpoint, final String rest)
            throws IOException {
        final int id = ++transactionId;
        send(to, verb + ' ' + id + ' ' + endpoint + " MGCP 1.0\r\n" + rest);
        while (true) {
            final String answer = new String(receive(agent, null), StandardCharsets.US_ASCII);
            if (answer.matches("(?s)[0-9]{3} " + id + " .*")) {
                return answer;
            }
        }
    }

    private void send(final InetSocketAddress to, final String text) throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        agent.send(new DatagramPacket(bytes, bytes.length, to));
    }

    private static byte[] receive(final DatagramSocket socket, final InetSocketAddress[] from) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        socket.receive(packet);
        if (from != null) {
            from[0] = (InetSocketAddress) packet.getSocketAddress();
        }
        return java.util.Arrays.copyOf(packet.getData(), packet.getLength());
    }

    private static String group(final String text, final String pattern) {
        final Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), () -> pattern + " in " + text);
        return matcher.group(1);
    }
}
