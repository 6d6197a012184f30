package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.Prompt;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class MediaAllocationTest {
    private static final int TICKS = 2000;
    private static final int ROUNDS = 10;
    private static final int SESSIONS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** RTP in and out, telephone events, RTCP in and out, late ticks: none of it makes garbage. */
    @Test
    void shouldMakeNoGarbageOnThePathOfAPacket() {
        final PortPairPool ports =
                new PortPairPool(TalkativePort::new, InetAddress.getLoopbackAddress(), 40_000, 40_399);
        final Counters counters = new Counters();
        final MediaPlane plane = new MediaPlane(
                ports,
                () -> 1_700_000_000_000L,
                new Entropy(1, 2),
                new MediaSettings("127.0.0.1", Long.MAX_VALUE),
                counters,
                0,
                5 * SESSIONS + 6);
        final Announcement announcement =
                new Announcement(new Prompt("prompt", new short[1000]), 0, 40_000_000, Long.MAX_VALUE);
        for (int i = 0; i < SESSIONS; i++) {
            start(plane, announcement);
            start(plane, new Echo());
        }
        final Conference conference = conference(plane);
        for (int i = 0; i < 3 * SESSIONS; i++) {
            start(plane, conference);
        }
        startConnections(plane);
        run(plane, TICKS);
        // The JVM charges a few objects of its own to the thread while it still compiles; ours would come every time.
        long allocated = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && allocated > 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(plane, TICKS);
            allocated = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertTrue(counters.value("blade.0.rtp.sent") > TICKS * SESSIONS, "packets left");
        assertTrue(counters.value("blade.0.rtp.accepted") > TICKS * SESSIONS, "packets came");
        assertTrue(counters.value("blade.0.rtcp.sent") > SESSIONS, "reports left");
        assertTrue(counters.value("blade.0.rtcp.received") > SESSIONS, "reports came");
        assertTrue(counters.value("blade.0.dtmf.events") > SESSIONS, "keys were pressed");
        assertTrue(counters.value("blade.0.rtp.skipped-ticks") > 0, "ticks were missed");
        assertEquals(0, allocated);
    }

    private static Conference conference(final MediaPlane plane) {
        return Objects.requireNonNull(plane.conferences()
                .open(new Slice().wrap(new UnsafeBuffer("conf=77".getBytes(StandardCharsets.US_ASCII)), 0, 7)));
    }

    private static void start(final MediaPlane plane, final MediaService service) {
        final MediaSession session = Objects.requireNonNull(plane.open(service));
        session.connect(TalkativePort.CLIENT, TalkativePort.CLIENT, MediaPlane.PCMU, 101, true, true);
        session.start(0);
    }

    /** MGCP's: prompts in a row, a tone in packets of 30 ms, keys in the audio, a loop, a relay. */
    private static void startConnections(final MediaPlane plane) {
        final MediaSession.Listener listener = session -> {};
        final PromptSequence sequence = new PromptSequence(
                List.of(
                        new PromptSequence.Recording(new Prompt("one", new short[1000])),
                        new PromptSequence.Pause(30_000_000),
                        new PromptSequence.Recording(new Prompt("two", new short[700]))),
                0,
                40_000_000,
                Long.MAX_VALUE,
                -3);
        final MediaSession[] connections = new MediaSession[6];
        for (int i = 0; i < connections.length; i++) {
            final MediaSession connection = Objects.requireNonNull(plane.open(new Silence()));
            final int event = i % 2 == 0 ? MediaSession.NO_PAYLOAD_TYPE : 101;
            connection.listener(listener);
            connection.connect(TalkativePort.CLIENT, TalkativePort.CLIENT, MediaPlane.PCMA, event, true, true);
            connection.listen(MediaPlane.PCMU, MediaPlane.PCMA, event, false);
            connection.start(0);
            connections[i] = connection;
        }
        connections[0].play(sequence, false);
        connections[1].packetTime(30);
        connections[1].play(new Tone(440, 480, 2000, 4000, 0), true);
        connections[2].loopBack();
        connections[4].relayTo(connections[5]);
        connections[5].relayTo(connections[4]);
    }

    private static void run(final MediaPlane plane, final int ticks) {
        for (int i = 0; i < ticks; i++) {
            plane.tick(plane.nextTickNs() + (i % 100 == 0 ? 10 * MediaPlane.TICK_NS : 0));
        }
    }

    /** A client who speaks at every poll, presses a key now and then, and reports; and who makes no garbage of his own. */
    private static final class TalkativePort implements DatagramPort {
        static final Peer CLIENT = Objects.requireNonNull(Peer.ofNumeric("192.0.2.9", 9000));

        private final InetSocketAddress address;
        private final UnsafeBuffer audio = new UnsafeBuffer(Rtp.bytes(false, 0, 0, 0, 77, new byte[160]));
        private final UnsafeBuffer event =
                new UnsafeBuffer(Rtp.bytes(false, 101, 0, 0, 77, TelephoneEventsTest.block(1, true, 160)));
        private final UnsafeBuffer report = new UnsafeBuffer(RtcpScannerTest.packet(200, 0, 28));
        private int polls;

        TalkativePort(final InetSocketAddress address) {
            this.address = address;
            report.putInt(4, 77, ByteOrder.BIG_ENDIAN);
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            if (limit > MediaSession.RTP_LIMIT) {
                // The pool looks for old datagrams.
                return 0;
            }
            polls++;
            if (address.getPort() % 2 != 0) {
                handler.onDatagram(report, 0, report.capacity(), CLIENT);
                return 1;
            }
            final UnsafeBuffer packet = polls % 10 == 0 ? event : audio;
            packet.putShort(2, (short) polls, ByteOrder.BIG_ENDIAN);
            packet.putInt(4, polls * 160, ByteOrder.BIG_ENDIAN);
            handler.onDatagram(packet, 0, packet.capacity(), CLIENT);
            return 1;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {}
    }
}
