package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import midplane.net.PortPairPool;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.Prompt;
import org.junit.jupiter.api.Test;

/** What a session can do that is told what to say while it runs, as MGCP's connections are. */
class MediaConnectionTest {
    private static final long TICK_NS = MediaPlane.TICK_NS;
    private static final int EVENT = 101;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Counters counters = new Counters();
    private final MediaPlane plane = new MediaPlane(
            new PortPairPool(network, InetAddress.getLoopbackAddress(), 40_000, 40_007),
            () -> 1_700_000_000_000L + nowMs(),
            new Entropy(1, 2),
            new MediaSettings("127.0.0.1", 60_000_000_000L),
            counters,
            0,
            4);
    private final MemoryNetwork.Port rtp = bind(50_000);
    private final MemoryNetwork.Port rtcp = bind(50_001);
    private final StringBuilder told = new StringBuilder();
    private final MediaSession.Listener listener = new MediaSession.Listener() {
        @Override
        public void onServiceEnded(final MediaSession session) {
            told.append("end ");
        }

        @Override
        public void onKey(final MediaSession session, final char key) {
            told.append(key).append(' ');
        }

        @Override
        public void onMediaStarted(final MediaSession session) {
            told.append("media ");
        }
    };

    private long nowNs = 5;
    private int sequence;

    @Test
    void shouldPlayPromptsAndPausesWithoutASeamAndAgainAfterTheirEnd() {
        final MediaSession session = connected();
        final Prompt first = new Prompt("first", samples(200, 1000));
        final Prompt second = new Prompt("second", samples(120, -1000));
        final PromptSequence sequenceOfThree = new PromptSequence(
                List.of(
                        new PromptSequence.Recording(first),
                        new PromptSequence.Pause(20_000_000),
                        new PromptSequence.Recording(second)),
                1,
                0,
                Long.MAX_VALUE,
                0);
        assertEquals(60_000_000, sequenceOfThree.lengthNs());
        for (int round = 0; round < 2; round++) {
            session.play(sequenceOfThree, false);
            ticks(4);
            final List<Rtp> packets = take();
            assertEquals(3, packets.size());
            final byte[] heard = payloads(packets);
            for (int i = 0; i < 480; i++) {
                final int expected = i < 200 ? 1000 : i < 360 ? 0 : -1000;
                assertEquals(G711.encodeUlaw((short) expected), heard[i], "sample " + i);
            }
        }
        assertEquals("end end ", told.toString());
        ticks(10);
        assertEquals(0, take().size());
    }

    @Test
    void shouldPlaySofterAndBreakOffUntold() {
        final MediaSession session = connected();
        session.play(
                new PromptSequence(
                        List.of(new PromptSequence.Recording(new Prompt("p", samples(16_000, 8000)))),
                        1,
                        0,
                        Long.MAX_VALUE,
                        -6),
                false);
        ticks(2);
        final short heard = G711.decodeUlaw(take().get(0).payload()[7]);
        assertTrue(heard > 3800 && heard < 4200, "half of 8000: " + heard);
        assertEquals(2 * TICK_NS, session.playedNs());
        session.fallSilent();
        ticks(50);
        assertEquals(0, take().size());
        assertEquals("", told.toString());
    }

    @Test
    void shouldSignalOnAConnectionWhateverItsMode() {
        final MediaSession session = connected();
        session.direct(false, false);
        session.play(Tone.ofKey('1', 40, 20), false);
        ticks(5);
        assertEquals(0, take().size());
        session.play(Tone.ofKey('1', 40, 20), true);
        ticks(5);
        assertEquals(3, take().size());
        assertEquals("end end ", told.toString());
    }

    @Test
    void shouldSayNothingAndHearEverybodyOnlyWhileNobodyHasSaidWhereTheClientIs() {
        final MediaSession session = open();
        session.listen(0, 8, EVENT, true);
        session.start(nowNs);
        session.play(Tone.ofKey('1', 0, 0), true);
        say(session, 0, 160);
        say(session, 8, 160);
        ticks(1);
        assertEquals(0, take().size());
        assertEquals(2, session.statistics().packetsReceived());
        assertEquals("media ", told.toString());

        session.connect(rtp.self().withPort(50_004), null, 0, EVENT, true, true);
        session.listen(0, 8, EVENT, true);
        say(session, 0, 160);
        ticks(1);
        assertEquals(2, session.statistics().packetsReceived(), "only the client is believed now");
        assertEquals(1, counters.value("blade.0.rtp.foreign"));
    }

    @Test
    void shouldHearNobodyWhenItMayNotReceive() {
        final MediaSession session = open();
        session.listen(0, 8, EVENT, false);
        session.start(nowNs);
        say(session, 0, 160);
        ticks(1);
        assertEquals(0, session.statistics().packetsReceived());
        assertFalse(session.isConnected());
    }

    @Test
    void shouldCutPacketsToAnyLength() {
        final MediaSession session = connected();
        for (final int milliseconds : new int[] {10, 30, 40, 60, 100}) {
            session.packetTime(milliseconds);
            session.play(PromptSequence.of(new Prompt("p", samples(9600, 500))), false);
            ticks(61);
            final List<Rtp> packets = take();
            assertEquals(1200 / milliseconds, packets.size(), milliseconds + " ms");
            for (int i = 0; i < packets.size(); i++) {
                assertEquals(milliseconds * 8, packets.get(i).payload().length);
                assertEquals(
                        packets.get(0).timestamp() + i * milliseconds * 8,
                        packets.get(i).timestamp());
            }
            ticks(20);
        }
    }

    @Test
    void shouldEchoInTheOtherCodecWhenTheClientSendsIt() {
        final MediaSession session = connected();
        session.listen(0, 8, EVENT, false);
        session.loopBack();
        say(session, 8, 160);
        ticks(1);
        final byte[] heard = take().get(0).payload();
        final byte[] expected = new byte[160];
        for (int i = 0; i < 160; i++) {
            expected[i] = G711.encodeUlaw(G711.decodeAlaw((byte) i));
        }
        assertArrayEquals(expected, heard);
    }

    @Test
    void shouldRelayAudioAndKeysToAnotherSession() {
        final MediaSession one = connected();
        final MediaSession other = open();
        final MemoryNetwork.Port far = bind(50_010);
        other.connect(far.self(), null, 8, 8, 8, 99, true, true);
        other.start(nowNs);
        one.relayTo(other);
        other.relayTo(one);
        say(one, 0, 160);
        event(one, 3, false, 160, true);
        event(one, 3, true, 320, false);
        ticks(2);
        final List<Rtp> packets = far.take().stream().map(Rtp::read).toList();
        assertEquals(3, packets.size());
        assertEquals(
                List.of(99, 99, 8), packets.stream().map(Rtp::payloadType).toList(), "keys do not wait for a tick");
        assertEquals(packets.get(0).timestamp(), packets.get(1).timestamp());
        assertEquals(
                List.of(3, 0x80),
                List.of((int) packets.get(1).payload()[0], packets.get(1).payload()[1] & 0x80));
        assertEquals(G711.encodeAlaw(G711.decodeUlaw((byte) 5)), packets.get(2).payload()[5]);
        assertEquals("media 3 ", told.toString());

        one.relayTo(null);
        say(one, 0, 160);
        ticks(2);
        assertEquals(0, far.take().size());
    }

    @Test
    void shouldHearKeysInTheAudioOnlyWhereNoEventsWereAgreed() {
        final MediaSession session = open();
        session.connect(rtp.self(), null, 0, MediaSession.NO_PAYLOAD_TYPE, true, true);
        session.start(nowNs);
        key(session, '7');
        assertEquals("media 7 ", told.toString());
        session.listen(0, MediaSession.NO_PAYLOAD_TYPE, EVENT, false);
        key(session, '8');
        assertEquals("media 7 ", told.toString());
    }

    @Test
    void shouldCountWhatIsReceivedLostSentAndHowLongReportsTravel() {
        final MediaSession session = connected();
        say(session, 0, 160);
        sequence += 3;
        say(session, 0, 80);
        ticks(1);
        // the other side starts afresh, and loses one more
        rtp.send(Rtp.bytes(false, 0, 9000, 0, 77, new byte[160]), session.rtpPort());
        rtp.send(Rtp.bytes(false, 0, 9002, 320, 77, new byte[160]), session.rtpPort());
        session.play(Tone.ofKey('1', 60, 0), false);
        ticks(1);
        final ConnectionStatistics statistics = session.statistics();
        assertEquals(4, statistics.packetsReceived());
        assertEquals(560, statistics.octetsReceived());
        assertEquals(4, statistics.packetsLost());
        assertEquals(1, statistics.packetsSent());
        assertEquals(160, statistics.octetsSent());
        assertEquals(0, statistics.latencyMs());

        // their report: they heard ours 100 ms ago and it was 180 ms under way, both ways
        final int ssrc = Rtp.read(rtp.take().get(0)).ssrc();
        final int lsr = RtcpWriter.ntpMiddle(1_700_000_000_000L + nowMs() - 280);
        rtcp.send(
                ByteBuffer.allocate(32)
                        .putInt(0x81C9_0007)
                        .putInt(77)
                        .putInt(ssrc)
                        .putInt(0)
                        .putInt(0)
                        .putInt(0)
                        .putInt(lsr)
                        .putInt(6554)
                        .array(),
                session.rtpPort() + 1);
        ticks(1);
        assertEquals(90, session.statistics().latencyMs(), 1);
    }

    private MediaSession open() {
        final MediaSession session = Objects.requireNonNull(plane.open(new Silence()));
        session.listener(listener);
        return session;
    }

    private MediaSession connected() {
        final MediaSession session = open();
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, true, true);
        session.start(nowNs);
        return session;
    }

    private void say(final MediaSession session, final int payloadType, final int length) {
        final byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) i;
        }
        rtp.send(Rtp.bytes(false, payloadType, sequence, sequence * 160, 5, payload), session.rtpPort());
        sequence++;
    }

    private void event(
            final MediaSession session, final int event, final boolean ends, final int duration, final boolean marker) {
        final byte[] block = ByteBuffer.allocate(4)
                .put((byte) event)
                .put((byte) (ends ? 0x8A : 0x0A))
                .putShort((short) duration)
                .array();
        rtp.send(Rtp.bytes(marker, EVENT, sequence++, 3000, 5, block), session.rtpPort());
    }

    /** The key's tone, packet by packet, and silence after it. */
    private void key(final MediaSession session, final char key) {
        final TonePlayer player = new TonePlayer();
        player.open(Tone.ofKey(key, 100, 100), Long.MAX_VALUE);
        for (int i = 0; i < 10; i++) {
            final byte[] payload = new byte[160];
            player.onTick();
            player.nextPayload(new org.agrona.concurrent.UnsafeBuffer(payload), 0, MediaPlane.PCMU);
            rtp.send(Rtp.bytes(false, 0, sequence, sequence * 160, 5, payload), session.rtpPort());
            sequence++;
            ticks(1);
        }
    }

    private void ticks(final int count) {
        for (int i = 0; i < count; i++) {
            plane.tick(nowNs);
            nowNs += TICK_NS;
        }
    }

    private List<Rtp> take() {
        final List<Rtp> packets = new ArrayList<>();
        for (final byte[] datagram : rtp.take()) {
            packets.add(Rtp.read(datagram));
        }
        return packets;
    }

    private static byte[] payloads(final List<Rtp> packets) {
        final ByteBuffer all = ByteBuffer.allocate(160 * packets.size());
        packets.forEach(packet -> all.put(packet.payload()));
        return all.array();
    }

    private static short[] samples(final int length, final int value) {
        final short[] samples = new short[length];
        java.util.Arrays.fill(samples, (short) value);
        return samples;
    }

    private long nowMs() {
        return nowNs / 1_000_000;
    }

    private MemoryNetwork.Port bind(final int port) {
        return network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
}
