package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import midplane.net.PortPairPool;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.signalling.fuzz.FuzzCorpus;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a caller may send to the ports of his media: any datagrams, in any order. The first byte of each says how long it
 * is, to which port it goes and how much time goes by before it. {@code midplane.signalling.fuzz} tells how to explore.
 */
class RtpFuzzTest {
    private static final KeyListener NOBODY = new KeyListener() {
        @Override
        public void onKey(final char key) {}

        @Override
        public void onLongKey(final char key) {}
    };

    private static final int EVENT = 101;
    private static final int LENGTH_MASK = 0x1F;
    private static final int RTCP_BIT = 0x20;
    private static final int TICK_BIT = 0x40;
    private static final int LONG_BIT = 0x80;
    private static final long LONG_NS = 7_000_000_000L;
    private static final int COUNTERS = 64;

    /** RTP of a plain, an odd and a keypad kind; RTCP reports and a BYE; all cut short; and what exploring learnt. */
    static List<byte[]> seeds() {
        final byte[] audio = {(byte) 0x80, 0, 0, 1, 0, 0, 0, 1, 9, 9, 9, 9, 1, 2, 3, 4};
        final byte[] padded = {
            (byte) 0xB1, (byte) 0x80, 0, 2, 0, 0, 0, 2, 9, 9, 9, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 5, 1
        };
        final byte[] keypad = {(byte) 0x80, (byte) EVENT, 0, 3, 0, 0, 0, 3, 9, 9, 9, 9, 5, (byte) 0x80, 0, 10};
        final byte[] report = {
            (byte) 0x80, (byte) 200, 0, 6, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2
        };
        final byte[] bye = {(byte) 0x80, (byte) 201, 0, 1, 9, 9, 9, 9, (byte) 0x81, (byte) 203, 0, 1, 9, 9, 9, 9};
        final byte[] all = join(
                framed(audio, 0),
                framed(padded, TICK_BIT),
                framed(keypad, 0),
                framed(report, RTCP_BIT),
                framed(audio, LONG_BIT),
                framed(bye, RTCP_BIT | TICK_BIT));
        final List<byte[]> seeds = new ArrayList<>(FuzzCorpus.of(RtpFuzzTest.class));
        seeds.addAll(
                List.of(framed(audio, TICK_BIT), framed(report, RTCP_BIT), all, Arrays.copyOf(all, all.length - 5)));
        return seeds;
    }

    @MethodSource("seeds")
    @FuzzTest
    void receive(final byte[] input) {
        final MemoryNetwork network = new MemoryNetwork();
        final Counters counters = new Counters(COUNTERS);
        final MediaPlane plane = new MediaPlane(
                new PortPairPool(network, InetAddress.getLoopbackAddress(), 40_000, 40_003),
                () -> 1_700_000_000_000L,
                new Entropy(1, 2),
                new MediaSettings("192.0.2.1", Long.MAX_VALUE),
                counters,
                0,
                1);
        final MemoryNetwork.Port rtp = network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000));
        final MemoryNetwork.Port rtcp = network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_001));
        final MediaSession session = plane.open(new Echo());
        assertNotNull(session);
        session.connect(rtp.self(), rtcp.self(), MediaPlane.PCMU, EVENT, true, true);
        long nowNs = 0;
        session.start(nowNs);
        int at = 0;
        while (at < input.length) {
            final int head = input[at++];
            final byte[] datagram = Arrays.copyOfRange(input, at, Math.min(input.length, at + (head & LENGTH_MASK)));
            at += datagram.length;
            final boolean isRtcp = (head & RTCP_BIT) != 0;
            readAlone(datagram);
            (isRtcp ? rtcp : rtp).send(datagram, session.rtpPort() + (isRtcp ? 1 : 0));
            if ((head & (TICK_BIT | LONG_BIT)) != 0) {
                nowNs += (head & LONG_BIT) != 0 ? LONG_NS : MediaPlane.TICK_NS;
                plane.tick(nowNs);
                checkSent(rtp.take(), rtcp.take());
            }
        }
        for (int i = 0; i < input.length + 2; i++) {
            nowNs += MediaPlane.TICK_NS;
            plane.tick(nowNs);
        }
        session.close(nowNs);
        checkSent(rtp.take(), rtcp.take());
        final String blade = "blade.0.";
        assertEquals(
                counters.value(blade + "rtp.received"),
                Stream.of("accepted", "foreign", "malformed", "unexpected", "jumped", "unwanted")
                        .mapToLong(reason -> counters.value(blade + "rtp." + reason))
                        .sum());
        assertEquals(0, plane.openSessions());
    }

    /** The readers alone, with nothing behind what they read. */
    private static void readAlone(final byte[] datagram) {
        final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
        final RtpPacket packet = new RtpPacket();
        if (packet.wrap(buffer, 0, datagram.length)) {
            assertTrue(packet.payloadOffset() >= RtpPacket.HEADER_LENGTH && packet.payloadLength() >= 0);
            assertTrue(packet.payloadOffset() + packet.payloadLength() <= datagram.length);
            if (TelephoneEvents.isWellFormed(packet)) {
                final TelephoneEvents events = new TelephoneEvents();
                events.open();
                assertTrue(events.onPacket(packet, buffer, NOBODY) <= packet.payloadLength() / 4);
            }
            assertFalse(new RtcpScanner().scan(buffer, 0, datagram.length), "RTP and RTCP at once");
        }
        new RtcpScanner().scan(buffer, 0, datagram.length);
    }

    /** What goes back can be read, by our own readers at least. */
    private static void checkSent(final List<byte[]> rtp, final List<byte[]> rtcp) {
        for (final byte[] datagram : rtp) {
            assertTrue(new RtpPacket().wrap(new UnsafeBuffer(datagram), 0, datagram.length));
        }
        for (final byte[] datagram : rtcp) {
            assertTrue(new RtcpScanner().scan(new UnsafeBuffer(datagram), 0, datagram.length));
        }
    }

    private static byte[] framed(final byte[] datagram, final int flags) {
        return join(new byte[] {(byte) (datagram.length | flags)}, datagram);
    }

    private static byte[] join(final byte[]... parts) {
        byte[] joined = new byte[0];
        for (final byte[] part : parts) {
            final int length = joined.length;
            joined = Arrays.copyOf(joined, length + part.length);
            System.arraycopy(part, 0, joined, length, part.length);
        }
        return joined;
    }
}
