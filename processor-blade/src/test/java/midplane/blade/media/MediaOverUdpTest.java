package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.net.UdpPort;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.Prompt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same over real sockets on loopback. */
@Timeout(30)
class MediaOverUdpTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void shouldPlayAndEchoOverLoopback() throws IOException {
        final int free;
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            free = Math.min(probe.getLocalPort(), 65_000);
        }
        final Counters counters = new Counters();
        try (DatagramSocket client = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                DatagramSocket clientRtcp = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
                PortPairPool ports = new PortPairPool(UdpPort::bind, LOOPBACK, free, free + 100)) {
            final MediaPlane plane = new MediaPlane(
                    ports, () -> 0, new Entropy(1, 2), new MediaSettings("127.0.0.1", Long.MAX_VALUE), counters, 0, 2);
            final Peer rtp = Peer.of((InetSocketAddress) client.getLocalSocketAddress());
            final Peer rtcp = Peer.of((InetSocketAddress) clientRtcp.getLocalSocketAddress());

            final short[] samples = new short[160];
            Arrays.fill(samples, (short) 1000);
            final Announcement announcement = new Announcement(new Prompt("p", samples), 1, 0, Long.MAX_VALUE);
            final MediaSession playing = Objects.requireNonNull(plane.open(announcement));
            playing.connect(rtp, rtcp, MediaPlane.PCMA, -1, true, true);
            playing.start(0);
            plane.tick(0);
            final Rtp played = Rtp.read(receive(client));
            assertEquals(160, played.payload().length);
            assertEquals(G711.encodeAlaw((short) 1000), played.payload()[159]);
            playing.close(0);
            assertEquals(200, receive(clientRtcp)[1] & 0xFF);

            final MediaSession echo = Objects.requireNonNull(plane.open(new Echo()));
            echo.connect(rtp, rtcp, MediaPlane.PCMU, -1, true, true);
            echo.start(0);
            final byte[] spoken = Rtp.bytes(false, 0, 1, 0, 77, "hello".getBytes());
            client.send(new DatagramPacket(spoken, spoken.length, LOOPBACK, echo.rtpPort()));
            while (counters.value("blade.0.rtp.accepted") == 0) {
                plane.tick(plane.nextTickNs());
                Thread.onSpinWait();
            }
            assertEquals("hello", new String(Rtp.read(receive(client)).payload()));
            echo.close(plane.nextTickNs());
            assertTrue(counters.value("blade.0.rtcp.sent") >= 2);
        }
    }

    private static byte[] receive(final DatagramSocket socket) throws IOException {
        socket.setSoTimeout(10_000);
        final DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
