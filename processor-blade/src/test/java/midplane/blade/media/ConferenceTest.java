package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import midplane.blade.core.UnitMeter;
import midplane.net.PortPairPool;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Legs with real ports on a network in memory; what they hear is judged by its tones. */
class ConferenceTest {
    private static final int MAX_LEGS = 100;
    private static final int EVENT = 101;
    private static final int PCMU = MediaPlane.PCMU;
    private static final int PCMA = MediaPlane.PCMA;
    private static final int TICKS = 60;
    private static final long JOIN_WINDOW_NS = 1_000_000_000;

    /** Ticks until what is said is heard by all. */
    private static final int DELAY = 3;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Counters counters = new Counters();
    private final PortPairPool ports = new PortPairPool(network, InetAddress.getLoopbackAddress(), 40_000, 40_999);
    private final MediaPlane plane = new MediaPlane(
            ports,
            () -> 0,
            new Entropy(1, 2),
            new MediaSettings("192.0.2.1", 1, new ConferenceSettings(MAX_LEGS, JOIN_WINDOW_NS, 1)),
            counters,
            3,
            2 * MAX_LEGS);
    private final Conferences conferences = plane.conferences();
    private final List<Integer> opened = new ArrayList<>();
    private final List<Integer> ended = new ArrayList<>();
    private final List<Caller> callers = new ArrayList<>();
    private long nowNs;

    ConferenceTest() {
        conferences.listener(new Conferences.Listener() {
            @Override
            public void onConferenceOpened(final Conference conference) {
                opened.add(conference.entry());
            }

            @Override
            public void onConferenceEnded(final Conference conference) {
                ended.add(conference.entry());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 10})
    void shouldLetEachHearAllOthersAndNotItself(final int legs) {
        final Conference conference = open("conf=77");
        for (int i = 0; i < legs; i++) {
            callers.add(new Caller(conference, i % 2 == 0 ? PCMU : PCMA, tone(i), 2000));
        }
        run(TICKS);
        for (final Caller caller : callers) {
            final short[] heard = caller.heard(DELAY, TICKS);
            for (final Caller other : callers) {
                final double amplitude = Tones.amplitude(heard, other.hertz);
                if (other == caller) {
                    assertTrue(amplitude < 40, caller.hertz + " Hz hears himself: " + amplitude);
                } else {
                    assertEquals(2000, amplitude, 100, caller.hertz + " Hz hears " + other.hertz);
                }
            }
        }
    }

    @Test
    void shouldMixAHundred() {
        final Conference conference = open("conf=77");
        for (int i = 0; i < MAX_LEGS; i++) {
            callers.add(new Caller(conference, i % 3 == 0 ? PCMA : PCMU, 200 + 30 * i, 250));
        }
        assertFalse(conferences.hasRoom());
        assertNull(plane.open(conference));
        assertEquals(1, count("conferences.legs.refused"));
        run(83);
        for (final Caller caller : callers) {
            // 1.6 s: every tone has a whole number of periods.
            final short[] heard = caller.heard(DELAY, 83);
            for (final Caller other : callers) {
                final double amplitude = Tones.amplitude(heard, other.hertz);
                if (other == caller) {
                    assertTrue(amplitude < 60, caller.hertz + " Hz hears himself: " + amplitude);
                } else {
                    assertTrue(
                            amplitude > 130 && amplitude < 280,
                            caller.hertz + " hears " + other.hertz + " at " + amplitude);
                }
            }
        }
    }

    @Test
    void shouldKeepConferencesApart() {
        for (int i = 0; i < 6; i++) {
            callers.add(new Caller(i < 2 ? open("conf=" + i) : find("conf=" + i % 2), PCMU, tone(i), 4000));
        }
        run(TICKS);
        for (int i = 0; i < 6; i++) {
            final short[] heard = callers.get(i).heard(DELAY, TICKS);
            for (int k = 0; k < 6; k++) {
                final boolean hears = k != i && k % 2 == i % 2;
                assertEquals(hears ? 4000 : 0, Tones.amplitude(heard, tone(k)), 150, i + " hears " + k);
            }
        }
    }

    @Test
    void shouldPassOneVoiceOnAsItIs() {
        final Conference conference = open("conf=77");
        final Caller speaker = new Caller(conference, PCMU, 700, 32_000);
        final Caller listener = new Caller(conference, PCMU, 0, 0);
        callers.addAll(List.of(speaker, listener));
        run(TICKS);
        final byte[] said = Tones.encoded(Tones.sine(700, 32_000, 0, 40 * 160), PCMU);
        final byte[] heard = Tones.encoded(listener.heard(1, 41), PCMU);
        assertArrayEquals(said, heard, "G.711 loses nothing of what G.711 has made");
        assertEquals(0, Tones.peak(speaker.heard(0, TICKS)), "and the speaker hears silence");
    }

    @Test
    void shouldNotClipWhenAllShout() {
        final Conference conference = open("conf=77");
        for (int i = 0; i < 8; i++) {
            callers.add(new Caller(conference, PCMU, tone(i), 30_000));
        }
        callers.add(new Caller(conference, PCMA, 0, 0));
        run(TICKS);
        for (final Caller caller : callers) {
            final short[] heard = caller.heard(DELAY, TICKS);
            double tones = 0;
            for (final Caller other : callers) {
                if (other != caller && other.hertz > 0) {
                    final double amplitude = Tones.amplitude(heard, other.hertz);
                    assertTrue(amplitude > 2500, "all are heard, fainter: " + amplitude);
                    tones += amplitude * amplitude / 2;
                }
            }
            // Clipping would make overtones and the like: power that is in no tone.
            double power = 0;
            for (final short sample : heard) {
                power += (double) sample * sample / heard.length;
            }
            assertEquals(1, tones / power, 0.05, "power that is nobody's");
        }
    }

    @Test
    void shouldComeBackToFullLoudnessWhenTheShoutingEnds() {
        final Conference conference = open("conf=77");
        for (int i = 0; i < 4; i++) {
            callers.add(new Caller(conference, PCMU, tone(i), 30_000));
        }
        final Caller listener = new Caller(conference, PCMU, 0, 0);
        callers.add(listener);
        run(TICKS);
        for (int i = 1; i < 4; i++) {
            callers.get(i).amplitude = 0;
        }
        callers.get(0).amplitude = 10_000;
        run(TICKS);
        final double soon = Tones.amplitude(listener.heard(TICKS + DELAY, TICKS + DELAY + 5), tone(0));
        run(TICKS);
        final double later = Tones.amplitude(listener.heard(2 * TICKS, 3 * TICKS), tone(0));
        assertTrue(soon > 2000 && soon < 8000, "the gain rises slowly: " + soon);
        assertEquals(10_000, later, 300);
    }

    @Test
    void shouldSendAPacketATickWhateverIsSaid() {
        final Conference conference = open("conf=77");
        callers.add(new Caller(conference, PCMU, 0, 0));
        callers.add(new Caller(conference, PCMA, 0, 0));
        callers.get(0).isSilent = true;
        callers.get(1).isSilent = true;
        run(TICKS);
        assertEquals(TICKS, callers.get(0).packets.size());
        assertEquals(0, Tones.peak(callers.get(0).heard(0, TICKS)));
        assertEquals(8, Tones.peak(callers.get(1).heard(0, TICKS)), "A-law has no zero");
    }

    @Test
    void shouldRespectHold() {
        final Conference conference = open("conf=77");
        final Caller speaker = new Caller(conference, PCMU, 500, 4000);
        final Caller mute = new Caller(conference, PCMU, 900, 4000);
        final Caller deaf = new Caller(conference, PCMU, 1300, 4000);
        callers.addAll(List.of(speaker, mute, deaf));
        mute.connect(PCMU, false, true);
        deaf.connect(PCMU, true, false);
        run(TICKS);
        assertEquals(0, deaf.packets.size(), "sendonly: he gets nothing");
        assertEquals(0, Tones.amplitude(speaker.heard(DELAY, TICKS), 900), 40, "recvonly: he is not heard");
        assertEquals(4000, Tones.amplitude(speaker.heard(DELAY, TICKS), 1300), 150, "sendonly: he is");
        assertEquals(4000, Tones.amplitude(mute.heard(DELAY, TICKS), 500), 150);
        assertEquals(4000, Tones.amplitude(mute.heard(DELAY, TICKS), 1300), 150);
        assertEquals(TICKS, count("rtp.unwanted"));

        mute.connect(PCMU, true, true);
        deaf.connect(PCMU, true, true);
        run(TICKS);
        assertEquals(4000, Tones.amplitude(speaker.heard(TICKS + DELAY, 2 * TICKS), 900), 150);
        assertEquals(TICKS, deaf.packets.size());
    }

    @Test
    void shouldGoOnWithAnotherCodec() {
        final Conference conference = open("conf=77");
        final Caller first = new Caller(conference, PCMU, 500, 4000);
        final Caller second = new Caller(conference, PCMU, 900, 4000);
        callers.addAll(List.of(first, second));
        run(TICKS);
        first.connect(PCMA, true, true);
        run(TICKS);
        assertEquals(4000, Tones.amplitude(first.heard(TICKS + DELAY, 2 * TICKS), 900), 150);
        assertEquals(4000, Tones.amplitude(second.heard(TICKS + DELAY, 2 * TICKS), 500), 150);
        assertTrue(first.packets.subList(TICKS, 2 * TICKS).stream().allMatch(packet -> packet.payloadType() == PCMA));
    }

    /** Keys are told as events; whoever heard them as sound would hear clicks, or the code of somebody's bank. */
    @Test
    void shouldNotMixKeysAsNoise() {
        final Conference conference = open("conf=77");
        final Caller presses = new Caller(conference, PCMU, 0, 0);
        final Caller listener = new Caller(conference, PCMU, 0, 0);
        callers.addAll(List.of(presses, listener));
        presses.isPressing = true;
        run(TICKS);
        assertEquals(0, Tones.peak(listener.heard(0, TICKS)));
        assertEquals(1, count("dtmf.events"));
        presses.isPressing = false;
        presses.amplitude = 4000;
        presses.hertz = 700;
        run(TICKS);
        assertEquals(4000, Tones.amplitude(listener.heard(TICKS + DELAY, 2 * TICKS), 700), 150, "and then he speaks");
    }

    @Test
    void shouldHearNobodyBeforeHisStartOrFromElsewhere() {
        final Conference conference = open("conf=77");
        final Caller listener = new Caller(conference, PCMU, 0, 0);
        final Caller intruder = new Caller(open("conf=other"), PCMU, 900, 8000);
        callers.addAll(List.of(listener, intruder));
        intruder.aim = listener.session.rtpPort();
        final MediaSession waiting = Objects.requireNonNull(plane.open(conference));
        run(TICKS);
        assertEquals(0, Tones.peak(listener.heard(0, TICKS)));
        assertEquals(TICKS, count("rtp.foreign"));
        assertEquals(2, conference.legs());
        waiting.close(nowNs);
        assertEquals(1, conference.legs());
    }

    @Test
    void shouldEndWithItsLastLeg() {
        final Conference conference =
                Objects.requireNonNull(conferences.open(name("conf=77"), 5, 0, new UnitMeter(0), nowNs));
        assertEquals(List.of(5), opened);
        final Caller first = new Caller(conference, PCMU, 500, 4000);
        final Caller second = new Caller(conference, PCMU, 900, 4000);
        run(3);
        first.session.close(nowNs);
        first.session.close(nowNs);
        assertEquals(List.of(), ended);
        assertSame(conference, find("conf=77"));
        second.session.close(nowNs);
        assertEquals(List.of(5), ended);
        assertNull(conferences.find(name("conf=77")));
        assertEquals(0, conferences.size() + conferences.legs());
        assertEquals(count("conferences.opened"), count("conferences.closed"));
        assertEquals(count("conferences.legs.joined"), count("conferences.legs.left"));

        final Conference again = open("conf=77");
        assertEquals(Conference.NO_ENTRY, again.entry(), "nothing of the last one is left");
        again.closeIfEmpty();
        assertEquals(List.of(5, Conference.NO_ENTRY), ended);
    }

    @Test
    void shouldKnowAConferenceByItsNameInAnyCase() {
        final Conference conference = open("conf=Board-Room");
        assertSame(conference, find("CONF=BOARD-room"));
        assertNull(conferences.find(name("conf=Board-Rooms")));
        assertNull(conferences.find(name("")));
        conference.closeIfEmpty();
        assertNull(conferences.find(name("conf=board-room")));
    }

    @Test
    void shouldHaveAsManyConferencesAsLegs() {
        for (int i = 0; i < MAX_LEGS; i++) {
            assertNotNull(plane.open(open("conf=" + i)));
        }
        assertNull(conferences.open(name("conf=one-more")));
        assertEquals(MAX_LEGS, conferences.size());
    }

    /** Joins and leaves in any order: who is there hears all that are, and the books balance. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldBearAnyOrderOfJoinsAndLeaves(final long seed) {
        final Random random = new Random(seed);
        for (int step = 0; step < 60; step++) {
            for (int i = 0; i < 6; i++) {
                if (random.nextBoolean() && callers.size() < 12) {
                    final Slice name = name("conf=" + random.nextInt(3));
                    final Conference known = conferences.find(name);
                    final Conference conference = known == null ? conferences.open(name) : known;
                    callers.add(new Caller(Objects.requireNonNull(conference), PCMU, freeTone(), 1000));
                } else if (!callers.isEmpty()) {
                    callers.remove(random.nextInt(callers.size())).close();
                }
            }
            callers.forEach(caller -> caller.packets.clear());
            run(25);
            for (final Caller caller : callers) {
                final short[] heard = caller.heard(5, 25);
                for (final Caller other : callers) {
                    final boolean hears = other != caller && other.conference == caller.conference;
                    assertEquals(hears ? 1000 : 0, Tones.amplitude(heard, other.hertz), 100, "seed " + seed);
                }
            }
            assertEquals(callers.size(), conferences.legs());
        }
        callers.forEach(Caller::close);
        assertEquals(0, conferences.size() + conferences.legs() + plane.openSessions());
        assertEquals(count("conferences.opened"), ended.size());
        assertEquals(0, count("conferences.audio.dropped"));
    }

    @Test
    void shouldHoldItsSizeUntilTheJoinWindowIsOver() {
        final UnitMeter meter = new UnitMeter(10);
        nowNs = -5;
        final Conference conference = Objects.requireNonNull(conferences.open(name("conf=77"), 5, 8, meter, nowNs));
        assertUnits(meter, 0, 8);
        assertTrue(conference.tryUse(2));
        assertTrue(conference.tryUse(2));
        assertUnits(meter, 4, 4);
        conference.release(2);
        assertUnits(meter, 2, 6);
        assertTrue(conference.tryUse(5));
        assertTrue(conference.tryUse(2), "one of what is held, one of what is free");
        assertUnits(meter, 9, 0);
        assertFalse(conference.tryUse(2), "neither held nor free");
        assertUnits(meter, 9, 0);
        conference.release(5);
        assertUnits(meter, 4, 4);

        assertEquals(nowNs + JOIN_WINDOW_NS, conferences.nextDeadlineNs());
        assertEquals(0, conferences.onDeadline(nowNs + JOIN_WINDOW_NS - 1));
        assertEquals(1, conferences.onDeadline(nowNs + JOIN_WINDOW_NS));
        assertEquals(Long.MAX_VALUE, conferences.nextDeadlineNs());
        assertUnits(meter, 4, 0);
        conference.release(2);
        assertUnits(meter, 2, 0);
        assertTrue(conference.tryUse(8));
        assertUnits(meter, 10, 0);
        conference.release(8);
        conference.release(2);
        conference.closeIfEmpty();
        conference.closeIfEmpty();
        assertUnits(meter, 0, 0);
        assertEquals(List.of(5), ended);
    }

    @Test
    void shouldHoldNothingForWhatDoesNotFitOrHasEnded() {
        final UnitMeter meter = new UnitMeter(10);
        final Conference first = Objects.requireNonNull(conferences.open(name("conf=1"), 1, 6, meter, 0));
        assertNull(conferences.open(name("conf=2"), 2, 5, meter, 0));
        assertNull(conferences.find(name("conf=2")));
        assertNotNull(conferences.open(name("conf=3"), 3, 4, meter, 500));
        assertEquals(JOIN_WINDOW_NS, conferences.nextDeadlineNs());
        first.closeIfEmpty();
        assertUnits(meter, 0, 4);
        assertEquals(0, conferences.onDeadline(JOIN_WINDOW_NS), "its deadline went with it");
        assertEquals(JOIN_WINDOW_NS + 500, conferences.nextDeadlineNs());
        assertEquals(List.of(1, 3), opened);
    }

    private static void assertUnits(final UnitMeter meter, final int used, final int reserved) {
        assertEquals(List.of(used, reserved), List.of(meter.used(), meter.reserved()));
    }

    private double freeTone() {
        int i = 0;
        while (true) {
            final double tone = tone(i++);
            if (callers.stream().noneMatch(caller -> caller.hertz == tone)) {
                return tone;
            }
        }
    }

    /** Whole periods in 20 ms: exact in any number of ticks; no tone is another's overtone below the 3rd. */
    private static double tone(final int index) {
        return 300 + 50 * (index * 5 % 61);
    }

    private Conference open(final String name) {
        return Objects.requireNonNull(conferences.open(name(name)));
    }

    private Conference find(final String name) {
        return Objects.requireNonNull(conferences.find(name(name)));
    }

    private static Slice name(final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private void run(final int ticks) {
        for (int i = 0; i < ticks; i++) {
            callers.forEach(Caller::speak);
            plane.tick(nowNs);
            nowNs += MediaPlane.TICK_NS;
            callers.forEach(Caller::listen);
        }
    }

    private long count(final String counter) {
        return counters.value("blade.3." + counter);
    }

    private final class Caller {
        final Conference conference;
        final MediaSession session;
        final MemoryNetwork.Port rtp;
        final List<Rtp> packets = new ArrayList<>();
        double hertz;
        int amplitude;
        int aim;
        boolean isSilent;
        boolean isPressing;
        private int encoding;
        private int sequence = 65_500;
        private int timestamp = -3000;
        private int said;

        Caller(final Conference conference, final int encoding, final double hertz, final int amplitude) {
            this.conference = conference;
            this.hertz = hertz;
            this.amplitude = amplitude;
            session = Objects.requireNonNull(plane.open(conference));
            aim = session.rtpPort();
            rtp = network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), aim + 10_000));
            connect(encoding, true, true);
            session.start(nowNs);
        }

        void connect(final int newEncoding, final boolean mayReceive, final boolean maySend) {
            encoding = newEncoding;
            session.connect(rtp.self(), null, encoding, EVENT, mayReceive, maySend);
        }

        void speak() {
            if (isPressing) {
                rtp.send(
                        Rtp.bytes(
                                false,
                                EVENT,
                                sequence++,
                                -3000,
                                aim,
                                TelephoneEventsTest.block(5, false, timestamp + 3160)),
                        aim);
            } else if (!isSilent) {
                final short[] samples = Tones.sine(hertz, amplitude, said, 160);
                rtp.send(Rtp.bytes(false, encoding, sequence++, timestamp, aim, Tones.encoded(samples, encoding)), aim);
            }
            said += 160;
            timestamp += 160;
        }

        void listen() {
            rtp.take().forEach(datagram -> packets.add(Rtp.read(datagram)));
        }

        short[] heard(final int fromTick, final int toTick) {
            return Tones.decoded(packets.subList(fromTick, toTick));
        }

        void close() {
            session.close(nowNs);
            rtp.close();
        }
    }
}
