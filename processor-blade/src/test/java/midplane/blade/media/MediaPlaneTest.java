package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.Prompt;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MediaPlaneTest {
    private static final long START_NS = -7_000_000_000L;
    private static final long TICK_NS = 20_000_000;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long MAX_PLAY_NS = 60 * SECOND_NS;
    private static final long EPOCH_MS = 1_700_000_000_250L;
    private static final int CLIENT_RTP = 50_000;
    private static final int CLIENT_RTCP = 50_001;
    private static final int EVENT = 101;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Counters counters = new Counters();
    private final PortPairPool ports = new PortPairPool(network, InetAddress.getLoopbackAddress(), 40_000, 40_007);
    private final MediaPlane plane = new MediaPlane(
            ports, this::epochMs, new Entropy(1, 2), new MediaSettings("192.0.2.1", MAX_PLAY_NS), counters, 3, 8);
    private final MemoryNetwork.Port rtp = bind(CLIENT_RTP);
    private final MemoryNetwork.Port rtcp = bind(CLIENT_RTCP);
    private final List<MediaSession> ended = new ArrayList<>();

    private long nowNs = START_NS;

    MediaPlaneTest() {
        plane.listener(ended::add);
    }

    @Test
    @Conforms("S14")
    void shouldSendNothingBeforeTheStart() {
        final MediaSession session = openSession(announcement(1000));
        assertEquals(40_000, session.rtpPort());
        runFor(SECOND_NS);
        connect(session);
        runFor(10 * SECOND_NS);
        assertEquals(0, rtp.take().size() + rtcp.take().size());
        assertEquals(Long.MAX_VALUE, plane.nextTickNs());
        session.close(nowNs);
        assertEquals(0, rtp.take().size() + rtcp.take().size(), "who never spoke says no BYE");
        assertEquals(0, count("rtp.sent") + count("rtcp.sent"));
    }

    /** An SDP may name anybody's address: RTP would flood whoever has nothing to do with the call. */
    @Test
    void shouldSendToAnotherHostThanTheCallersOnlyAfterItWasHeard() {
        plane.allowList(AllowList.parse(List.of("192.0.2.0/24")));
        final MediaSession session = openSession(announcement(100_000));
        session.caller(Peer.of(new InetSocketAddress("198.51.100.1", 5060)));
        connect(session);
        session.start(nowNs);
        runFor(10 * SECOND_NS / 100);
        assertEquals(0, rtp.take().size() + rtcp.take().size());
        assertTrue(count("rtp.withheld") > 0);

        rtp.send("no RTP".getBytes(StandardCharsets.US_ASCII), session.rtpPort());
        runFor(2 * TICK_NS);
        assertEquals(0, rtp.take().size(), "noise is not media");
        speak(session, 1, 160, noise(160, 1));
        runFor(2 * TICK_NS);
        assertTrue(rtp.take().size() > 0);
        session.close(nowNs);
        assertEquals(1, rtcp.take().size(), "and BYE by RTCP");
    }

    @Test
    void shouldSendNoReportsToAThirdHostThatIsOnNoList() {
        plane.allowList(AllowList.parse(List.of("192.0.2.0/24")));
        final MemoryNetwork.Port third = network.bind(new InetSocketAddress("127.0.0.3", 9));
        final MediaSession session = openSession(announcement(100_000));
        session.caller(rtp.self());
        session.connect(rtp.self(), third.self(), MediaPlane.PCMU, EVENT, true, true);
        session.start(nowNs);
        runFor(12 * SECOND_NS);
        assertTrue(rtp.take().size() > 0);
        session.close(nowNs);
        assertEquals(0, third.take().size());
    }

    @Test
    void shouldSendUnaskedToTheCallersHostAndToThoseOnTheList() {
        plane.allowList(AllowList.parse(List.of("192.0.2.0/24")));
        final MediaSession own = openSession(announcement(1000));
        own.caller(rtp.self().withPort(5060));
        connect(own);
        own.start(nowNs);
        runFor(2 * TICK_NS);
        assertTrue(rtp.take().size() > 0);
        own.close(nowNs);

        plane.allowList(AllowList.LOOPBACK);
        final MediaSession listed = openSession(announcement(1000));
        listed.caller(Peer.of(new InetSocketAddress("198.51.100.1", 5060)));
        connect(listed);
        listed.start(nowNs);
        runFor(2 * TICK_NS);
        assertTrue(rtp.take().size() > 0);
        listed.close(nowNs);
    }

    @Test
    void shouldEndTheSessionThatBreaksAndNoOther() {
        final List<Throwable> errors = new ArrayList<>();
        plane.errorHandler(errors::add);
        final MediaSession broken = start(announcement(1000));
        final MediaSession whole = start(announcement(1000));
        lent(broken).broken(true);
        runFor(3 * TICK_NS);
        assertEquals(1, errors.size());
        assertEquals(List.of(broken), ended);
        assertEquals(1, count("media.broken"));
        assertTrue(rtp.take().size() >= 3, "the other plays on");
        lent(broken).broken(false);
        broken.close(nowNs);
        whole.close(nowNs);
    }

    @Test
    @Conforms("RFC 3551 §4.2")
    void shouldSendAPacketEvery20Milliseconds() {
        start(announcement(1000));
        assertEquals(nowNs, plane.nextTickNs(), "the first leaves at once, in the cycle that saw the ACK");
        assertEquals(0, rtp.take().size());
        assertTrue(plane.tick(nowNs) > 0);
        assertEquals(1, rtp.take().size());
        assertEquals(nowNs + TICK_NS, plane.nextTickNs());
        nowNs += TICK_NS - 1;
        assertEquals(0, plane.tick(nowNs));
        assertEquals(0, rtp.take().size());
        nowNs++;
        assertTrue(plane.tick(nowNs) > 0);
        assertEquals(1, rtp.take().size());
        assertEquals(2, count("rtp.sent"));
    }

    @ParameterizedTest
    @ValueSource(ints = {MediaPlane.PCMU, MediaPlane.PCMA})
    void shouldSendThePromptAndThenSayThatItHasEnded(final int payloadType) {
        final Prompt prompt = prompt(1000);
        final MediaSession session = openSession(new Announcement(prompt, 1, 0, Long.MAX_VALUE));
        session.connect(rtp.self(), rtcp.self(), payloadType, -1, true, true);
        session.start(nowNs);
        for (int i = 0; i < 7; i++) {
            tick();
        }
        assertEquals(List.of(), ended, "the last packet still has to be heard");
        final List<Rtp> packets = takeRtp();
        assertEquals(7, packets.size());
        final Rtp first = packets.get(0);
        for (int i = 0; i < 7; i++) {
            final Rtp packet = packets.get(i);
            assertEquals(i == 0, packet.marker());
            assertEquals(payloadType, packet.payloadType());
            assertEquals((first.sequence() + i) & 0xFFFF, packet.sequence());
            assertEquals(first.timestamp() + 160 * i, packet.timestamp());
            assertEquals(first.ssrc(), packet.ssrc());
            assertEquals(160, packet.payload().length);
            for (int k = 0; k < 160; k++) {
                final short sample = 160 * i + k < 1000 ? prompt.samples()[160 * i + k] : 0;
                assertEquals(
                        payloadType == MediaPlane.PCMU ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample),
                        packet.payload()[k]);
            }
        }
        tick();
        assertEquals(List.of(session), ended);
        runFor(SECOND_NS);
        assertEquals(List.of(session), ended, "it ends once");
        assertEquals(0, rtp.take().size());
    }

    @Test
    void shouldSpeakOutOfTheLentPorts() {
        final MediaSession session = start(announcement(160));
        final List<Peer> sources = new ArrayList<>();
        final int port = session.rtpPort();
        tick();
        rtp.poll((buffer, offset, length, source) -> sources.add(source), 10);
        session.close(nowNs);
        rtcp.poll((buffer, offset, length, source) -> sources.add(source), 10);
        assertEquals(List.of(peer(port), peer(port + 1)), sources);
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldRepeatWithoutASeam() {
        start(new Announcement(prompt(1000), 2, 0, Long.MAX_VALUE));
        runFor(SECOND_NS);
        final List<Rtp> packets = takeRtp();
        assertEquals(13, packets.size(), "2000 samples");
        assertEquals(1, packets.stream().filter(Rtp::marker).count());
        final short[] samples = prompt(1000).samples();
        for (int i = 0; i < 2000; i++) {
            assertEquals(
                    G711.encodeUlaw(samples[i % 1000]), packets.get(i / 160).payload()[i % 160], "sample " + i);
        }
        assertEquals(1, ended.size());
    }

    @Test
    @Conforms({"RFC 4240 §3", "RFC 3551 §4.1"})
    void shouldBeSilentBetweenRepeatsAndMarkWhereItGoesOn() {
        start(new Announcement(prompt(320), 3, 90_000_000, Long.MAX_VALUE));
        runFor(SECOND_NS);
        final List<Rtp> packets = takeRtp();
        assertEquals(6, packets.size());
        final int first = packets.get(0).timestamp();
        final int[] starts = {0, 160, 7 * 160, 8 * 160, 14 * 160, 15 * 160};
        for (int i = 0; i < 6; i++) {
            assertEquals(i % 2 == 0, packets.get(i).marker());
            assertEquals(first + starts[i], packets.get(i).timestamp(), "90 ms are five ticks, begun ones counted");
            assertEquals(
                    (packets.get(0).sequence() + i) & 0xFFFF, packets.get(i).sequence());
        }
        assertEquals(1, ended.size());
    }

    @Test
    void shouldEndForeverAfterTheLongestPlay() {
        start(new Announcement(prompt(8000), 0, 0, Long.MAX_VALUE));
        runFor(MAX_PLAY_NS - TICK_NS);
        assertEquals(0, ended.size());
        runFor(2 * TICK_NS);
        assertEquals(1, ended.size());
        assertEquals(3000, rtp.take().size());
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldEndWhenTheDurationIsOver() {
        start(new Announcement(prompt(8000), 0, 0, 100_000_000));
        runFor(SECOND_NS);
        assertEquals(5, rtp.take().size());
        assertEquals(1, ended.size());
    }

    @Test
    void shouldEndDuringADelayWhenTheDurationIsOver() {
        start(new Announcement(prompt(160), 0, Long.MAX_VALUE, 100_000_000));
        runFor(SECOND_NS);
        assertEquals(1, rtp.take().size());
        assertEquals(1, ended.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void shouldEndAtOnceWithoutTimeToPlay(final long durationNs) {
        start(new Announcement(prompt(160), 1, 0, durationNs));
        tick();
        assertEquals(1, ended.size());
        assertEquals(0, rtp.take().size());
    }

    @Test
    void shouldEndAnEmptyPromptAtOnce() {
        start(new Announcement(prompt(0), 0, 0, Long.MAX_VALUE));
        tick();
        assertEquals(1, ended.size());
        assertEquals(0, rtp.take().size());
    }

    @Test
    void shouldMakeUpForLateTicks() {
        start(announcement(8000));
        tick();
        nowNs += 3 * TICK_NS + 1;
        plane.tick(nowNs);
        final List<Rtp> packets = takeRtp();
        assertEquals(5, packets.size());
        assertEquals(packets.get(0).timestamp() + 4 * 160, packets.get(4).timestamp());
        assertEquals(1, packets.stream().filter(Rtp::marker).count());
        assertEquals(3, count("rtp.late-ticks"));
        assertEquals(0, count("rtp.skipped-ticks"));
        assertEquals(nowNs + TICK_NS - 1, plane.nextTickNs(), "the beat goes on as if nothing had been");
    }

    @Test
    void shouldSkipWhatIsTooLateToBeHeard() {
        final Prompt prompt = prompt(8000);
        start(new Announcement(prompt, 1, 0, Long.MAX_VALUE));
        tick();
        nowNs += 99 * TICK_NS;
        plane.tick(nowNs);
        final List<Rtp> packets = takeRtp();
        assertEquals(6, packets.size());
        assertEquals(packets.get(0).timestamp() + 96 * 160, packets.get(1).timestamp());
        assertEquals((packets.get(0).sequence() + 1) & 0xFFFF, packets.get(1).sequence());
        assertTrue(packets.get(1).marker());
        assertFalse(packets.get(2).marker());
        assertEquals(packets.get(0).timestamp() + 100 * 160, packets.get(5).timestamp());
        assertEquals(
                G711.encodeUlaw(prompt.samples()[160]),
                packets.get(1).payload()[0],
                "the words are late, but none is lost");
        assertEquals(4, count("rtp.late-ticks"));
        assertEquals(95, count("rtp.skipped-ticks"));
        assertEquals(nowNs + TICK_NS, plane.nextTickNs());
    }

    @Test
    void shouldCountSkippedTimeAsPlayed() {
        start(new Announcement(prompt(80_000), 1, 0, SECOND_NS));
        tick();
        nowNs += SECOND_NS;
        plane.tick(nowNs);
        tick();
        assertEquals(1, ended.size());
    }

    @Test
    void shouldKeepOneBeatForAll() {
        final MediaSession first = start(announcement(80_000));
        tick();
        nowNs -= TICK_NS / 2;
        final MediaSession second = start(announcement(80_000));
        assertEquals(nowNs + TICK_NS / 2, plane.nextTickNs());
        assertEquals(0, plane.tick(nowNs));
        rtp.take();
        nowNs += TICK_NS / 2;
        plane.tick(nowNs);
        final List<Rtp> packets = takeRtp();
        assertEquals(2, packets.size());
        assertNotEquals(packets.get(0).ssrc(), packets.get(1).ssrc());
        first.close(nowNs);
        nowNs += TICK_NS;
        plane.tick(nowNs);
        assertEquals(1, rtp.take().size());
        second.close(nowNs);
        assertEquals(Long.MAX_VALUE, plane.nextTickNs());
        assertEquals(0, plane.tick(nowNs + SECOND_NS));
    }

    @Test
    void shouldGoOnWithTheOthersInWhateverOrderSessionsClose() {
        final List<MediaSession> sessions = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            sessions.add(start(announcement(80_000)));
        }
        for (final int index : new int[] {1, 2, 0}) {
            sessions.remove(index).close(nowNs);
            tick();
            assertEquals(
                    sessions.size(),
                    takeRtp().stream().map(Rtp::ssrc).distinct().count());
        }
        sessions.add(start(announcement(80_000)));
        sessions.remove(0).close(nowNs);
        tick();
        assertEquals(1, rtp.take().size());
    }

    @Test
    void shouldBeginAnewBeatAfterAPauseWithoutCatchingUp() {
        start(announcement(8000)).close(nowNs);
        nowNs += 1000 * SECOND_NS;
        start(announcement(8000));
        plane.tick(nowNs);
        assertEquals(1, rtp.take().size());
        assertEquals(0, count("rtp.late-ticks") + count("rtp.skipped-ticks"));
    }

    @Test
    void shouldTakeOneStartOnly() {
        final MediaSession session = start(announcement(8000));
        session.start(nowNs);
        tick();
        assertEquals(1, rtp.take().size());
        assertTrue(session.isStarted());
    }

    @Test
    @Conforms("RFC 3550 §6.3.7")
    void shouldSayByeAndGiveThePortsBack() {
        final MediaSession session = start(announcement(8000));
        session.attachment("dialog");
        assertEquals("dialog", session.attachment());
        tick();
        final int ssrc = takeRtp().get(0).ssrc();
        assertEquals(3, ports.available());
        session.close(nowNs);
        assertEquals(4, ports.available());
        assertNull(session.attachment());
        assertEquals(0, plane.openSessions());

        final byte[] report = one(rtcp.take());
        final ByteBuffer bytes = ByteBuffer.wrap(report);
        assertTrue(scan(report).hasSenderReport());
        assertTrue(scan(report).hasBye());
        assertEquals(203, report[report.length - 7] & 0xFF);
        assertEquals(ssrc, bytes.getInt(report.length - 4));

        session.close(nowNs);
        assertEquals(4, ports.available());
        assertEquals(0, rtcp.take().size());
        assertEquals(1, count("media.opened"));
        assertEquals(1, count("media.closed"));
        runFor(SECOND_NS);
        assertEquals(0, rtp.take().size());
    }

    @Test
    void shouldRefuseWhenNoPortsAreLeft() {
        for (int i = 0; i < 4; i++) {
            assertNotNull(plane.open(new Echo()));
        }
        assertNull(plane.open(new Echo()));
        assertEquals(1, count("media.refused"));
        assertEquals(4, plane.openSessions());
    }

    @Test
    void shouldRefuseWhenNoSessionIsLeft() {
        final MediaPlane small = new MediaPlane(
                ports, this::epochMs, new Entropy(1, 2), new MediaSettings("192.0.2.1", 1), counters, 4, 1);
        final MediaSession only = Objects.requireNonNull(small.open(new Echo()));
        assertNull(small.open(new Echo()));
        assertEquals(3, ports.available(), "no pair is borrowed in vain");
        only.close(nowNs);
        assertSame(only, small.open(new Echo()), "and it serves again");
    }

    @Test
    @Conforms("RFC 3550 §5.1")
    void shouldGiveEachSessionItsOwnNumbers() {
        final Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            final MediaSession session = start(announcement(8000));
            plane.tick(nowNs);
            session.close(nowNs);
            final Rtp packet = takeRtp().get(0);
            numbers.add(packet.ssrc());
            numbers.add(packet.timestamp());
            numbers.add(packet.sequence());
        }
        assertTrue(numbers.size() > 290, "of 300: " + numbers.size());
    }

    @Test
    void shouldLetTheListenerCloseAndOpenSessions() {
        final List<MediaSession> told = new ArrayList<>();
        final List<MediaSession> sessions = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sessions.add(start(announcement(160)));
        }
        plane.listener(session -> {
            told.add(session);
            sessions.forEach(open -> open.close(nowNs));
            sessions.clear();
            start(announcement(8000));
        });
        tick();
        tick();
        assertEquals(1, told.size(), "the others were closed before they could be told");
        assertEquals(1, plane.openSessions());
        tick();
        tick();
        assertEquals(1, told.size());
    }

    @Test
    void shouldNotTellOfAnEndThatWasTheLastHoldersOfTheSession() {
        final MediaPlane small = new MediaPlane(
                ports, this::epochMs, new Entropy(1, 2), new MediaSettings("192.0.2.1", MAX_PLAY_NS), counters, 4, 2);
        final List<MediaSession> sessions = new ArrayList<>();
        final List<MediaSession> told = new ArrayList<>();
        small.listener(session -> {
            told.add(session);
            sessions.forEach(open -> open.close(nowNs));
            assertTrue(sessions.contains(small.open(new Echo())));
            assertTrue(sessions.contains(small.open(new Echo())));
        });
        for (int i = 0; i < 2; i++) {
            final MediaSession session = Objects.requireNonNull(small.open(announcement(160)));
            sessions.add(session);
            connect(session);
            session.start(nowNs);
        }
        small.tick(nowNs);
        small.tick(nowNs + TICK_NS);
        assertEquals(1, told.size());
    }

    @Test
    void shouldEchoEachPayloadInOrderAsItsOwnStream() {
        final MediaSession session = start(new Echo());
        final List<byte[]> spoken = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            spoken.add(noise(160, i));
            speak(session, 65_530 + i, 1000 + 160 * i, spoken.get(i));
            tick();
        }
        final List<Rtp> heard = takeRtp();
        assertEquals(50, heard.size());
        for (int i = 0; i < 50; i++) {
            assertArrayEquals(spoken.get(i), heard.get(i).payload());
            assertEquals(i == 0, heard.get(i).marker());
            assertEquals((heard.get(0).sequence() + i) & 0xFFFF, heard.get(i).sequence());
            assertEquals(heard.get(0).timestamp() + 160 * i, heard.get(i).timestamp());
            assertNotEquals(77, heard.get(i).ssrc());
        }
        assertEquals(50, count("rtp.accepted"));
        assertEquals(0, ended.size());
    }

    @Test
    void shouldEchoOtherPacketTimesAtTheirOwnPace() {
        final MediaSession session = start(new Echo());
        int sequence = 0;
        for (int i = 0; i < 300; i++) {
            // 10 ms packets, then 30 ms: six ticks of each kind hold the same time.
            if (i < 150) {
                speak(session, sequence++, 0, noise(80, i));
                speak(session, sequence++, 0, noise(80, i));
            } else if (i % 3 != 0) {
                speak(session, sequence++, 0, noise(240, i));
            }
            tick();
        }
        final List<Rtp> heard = takeRtp();
        assertEquals(sequence, heard.size(), "nothing is dropped");
        assertEquals(0, count("echo.dropped"));
        for (int i = 1; i < 300; i++) {
            assertEquals(heard.get(i - 1).timestamp() + 80, heard.get(i).timestamp());
        }
        for (int i = 302; i < heard.size(); i++) {
            assertEquals(heard.get(i - 1).timestamp() + 240, heard.get(i).timestamp(), "packet " + i);
        }
    }

    @Test
    void shouldNotAnswerAFloodWithAFlood() {
        final MediaSession session = start(new Echo());
        int sequence = 0;
        for (int i = 0; i < 100; i++) {
            for (int k = 0; k < 10; k++) {
                speak(session, sequence++, 0, noise(160, sequence));
            }
            tick();
        }
        assertEquals(100, rtp.take().size());
        assertTrue(count("echo.dropped") > 800);
    }

    @Test
    void shouldReadABoundedNumberOfPacketsInATick() {
        final MediaSession session = start(new Echo());
        for (int i = 0; i < 40; i++) {
            speak(session, i, 0, noise(160, i));
        }
        tick();
        assertEquals(16, count("rtp.received"));
        tick();
        tick();
        assertEquals(40, count("rtp.received"));
    }

    @Test
    void shouldEchoLongAndShortPayloadsWhole() {
        final MediaSession session = start(new Echo());
        final int[] lengths = {1600, 1, 0, 1599, 160};
        for (int i = 0; i < lengths.length; i++) {
            speak(session, i, 0, noise(lengths[i], i));
            runFor(250_000_000);
        }
        final List<Rtp> heard = takeRtp();
        assertEquals(4, heard.size(), "of nothing there is no echo");
        assertArrayEquals(noise(1600, 0), heard.get(0).payload());
        assertArrayEquals(noise(1, 1), heard.get(1).payload());
        assertArrayEquals(noise(1599, 3), heard.get(2).payload());
        assertArrayEquals(noise(160, 4), heard.get(3).payload());
    }

    @Test
    @Conforms("RFC 3550 §A.1")
    void shouldNotEchoDuplicatesAndLatecomers() {
        final MediaSession session = start(new Echo());
        for (final int sequence : new int[] {1, 1, 3, 2, 4}) {
            speak(session, sequence, 160 * sequence, noise(160, sequence));
            tick();
        }
        final List<Rtp> heard = takeRtp();
        assertEquals(3, heard.size());
        assertArrayEquals(noise(160, 3), heard.get(1).payload());
        assertEquals(2, count("rtp.late"));
    }

    @Test
    @Conforms("RFC 3551 §4.1")
    void shouldMarkTheEchoAfterAPause() {
        final MediaSession session = start(new Echo());
        speak(session, 1, 0, noise(160, 1));
        tick();
        runFor(SECOND_NS);
        speak(session, 2, 8000, noise(160, 2));
        tick();
        final List<Rtp> heard = takeRtp();
        assertTrue(heard.get(1).marker());
        assertEquals(heard.get(0).timestamp() + 51 * 160, heard.get(1).timestamp());
    }

    @Test
    void shouldTakeJitterOutOfTheEcho() {
        final MediaSession session = start(new Echo());
        int sequence = 0;
        for (int i = 0; i < 100; i++) {
            // Two in one tick, none in the next.
            for (int k = 0; k < (i % 2 == 0 ? 2 : 0); k++) {
                speak(session, sequence, 160 * sequence, noise(160, sequence++));
            }
            tick();
            assertEquals(1, rtp.take().size(), "tick " + i);
        }
    }

    @Test
    void shouldNotEchoWhileItMayNotSend() {
        final MediaSession session = start(new Echo());
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, true, false);
        for (int i = 0; i < 8; i++) {
            speak(session, i, 0, noise(160, i));
        }
        tick();
        assertEquals(0, rtp.take().size());
        assertEquals(8, count("rtp.accepted"));
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, true, true);
        tick();
        assertEquals(0, rtp.take().size(), "what was said while we were muted is not said later");
        speak(session, 8, 160, noise(160, 8));
        tick();
        assertEquals(1, rtp.take().size());
    }

    @Test
    @Conforms("RFC 3264 §8.4")
    void shouldSendNothingOnHoldButRtcpAndGoOnInTime() {
        final MediaSession session = start(announcement(80_000));
        tick();
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, false, false);
        runFor(8 * SECOND_NS);
        final Rtp before = takeRtp().get(0);
        assertFalse(rtcp.take().isEmpty());
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, true, true);
        tick();
        final List<Rtp> packets = takeRtp();
        assertEquals(1, packets.size());
        assertTrue(packets.get(0).marker());
        assertEquals(before.timestamp() + 401 * 160, packets.get(0).timestamp());
        runFor(2 * SECOND_NS);
        assertEquals(1, ended.size(), "ten seconds from the start, held or not");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "224.0.0.1", "ff02::1"})
    void shouldSendNothingToWhatIsNoPeer(final String host) {
        final MediaSession session = openSession(announcement(8000));
        session.connect(numeric(host, CLIENT_RTP), numeric(host, CLIENT_RTCP), 0, -1, true, true);
        session.start(nowNs);
        runFor(20 * SECOND_NS);
        session.close(nowNs);
        assertEquals(0, count("rtp.sent") + count("rtcp.sent"));
        assertEquals(1, ended.size());
    }

    @Test
    void shouldFollowTheClientToANewAddressAndCodec() {
        final MediaSession session = start(announcement(80_000));
        tick();
        final Rtp before = takeRtp().get(0);
        final MemoryNetwork.Port moved = bind(51_000);
        final MemoryNetwork.Port movedRtcp = bind(51_001);
        session.connect(moved.self(), movedRtcp.self(), MediaPlane.PCMA, -1, true, true);
        tick();
        assertEquals(0, rtp.take().size());
        final Rtp after = Rtp.read(one(moved.take()));
        assertEquals(MediaPlane.PCMA, after.payloadType());
        assertEquals(before.ssrc(), after.ssrc());
        assertEquals((before.sequence() + 1) & 0xFFFF, after.sequence());
        assertEquals(before.timestamp() + 160, after.timestamp());
        session.close(nowNs);
        assertEquals(0, rtcp.take().size());
        assertEquals(1, movedRtcp.take().size());
    }

    @Test
    void shouldForgetTheEchoOfAnotherCodec() {
        final MediaSession session = start(new Echo());
        for (int i = 0; i < 5; i++) {
            speak(session, i, 0, noise(160, i));
        }
        tick();
        assertEquals(1, rtp.take().size());
        session.connect(rtp.self(), rtcp.self(), MediaPlane.PCMA, -1, true, true);
        runFor(SECOND_NS);
        assertEquals(0, rtp.take().size(), "µ-law played as A-law is noise");
    }

    @Test
    void shouldListenToTheNegotiatedAddressOnly() {
        final MediaSession session = start(new Echo());
        final MemoryNetwork.Port stranger = bind(52_000);
        stranger.send(Rtp.bytes(false, 0, 1, 0, 77, noise(160, 1)), session.rtpPort());
        rtcp.send(Rtp.bytes(false, 0, 1, 0, 77, noise(160, 1)), session.rtpPort());
        stranger.send(RtcpScannerTest.packet(201, 0, 8), session.rtpPort() + 1);
        rtp.send(RtcpScannerTest.packet(201, 0, 8), session.rtpPort() + 1);
        tick();
        assertEquals(0, rtp.take().size() + stranger.take().size() + rtcp.take().size());
        assertEquals(2, count("rtp.foreign"));
        assertEquals(2, count("rtcp.foreign"));
    }

    @Test
    void shouldCountEveryPacketUnderOneReason() {
        final MediaSession session = start(new Echo());
        speak(session, 1, 0, noise(160, 1));
        rtp.send(new byte[] {1, 2, 3}, session.rtpPort());
        rtp.send(Rtp.bytes(false, 18, 2, 0, 77, noise(20, 1)), session.rtpPort());
        rtp.send(Rtp.bytes(false, EVENT, 2, 0, 77, noise(5, 1)), session.rtpPort());
        speak(session, 30_000, 0, noise(160, 1));
        tick();
        session.connect(rtp.self(), rtcp.self(), 0, EVENT, false, true);
        speak(session, 2, 0, noise(160, 1));
        tick();
        assertEquals(6, count("rtp.received"));
        assertEquals(1, count("rtp.accepted"));
        assertEquals(2, count("rtp.malformed"));
        assertEquals(1, count("rtp.unexpected"));
        assertEquals(1, count("rtp.jumped"));
        assertEquals(1, count("rtp.unwanted"));
    }

    @Test
    @Conforms("RFC 4733 §2.5.2")
    void shouldCountAKeypressOnceAndNotEchoIt() {
        final MediaSession session = start(new Echo());
        int sequence = 1;
        for (final int timestamp : new int[] {1000, 1000, 1000, 9000, 9000}) {
            final byte[] payload = TelephoneEventsTest.block(5, false, 160);
            rtp.send(Rtp.bytes(false, EVENT, sequence++, timestamp, 77, payload), session.rtpPort());
        }
        tick();
        assertEquals(2, count("dtmf.events"));
        assertEquals(5, count("rtp.accepted"));
        assertEquals(0, rtp.take().size());
        // Another stream of the same client counts from its own beginning.
        rtp.send(Rtp.bytes(false, EVENT, 1, 1000, 78, TelephoneEventsTest.block(5, false, 160)), session.rtpPort());
        tick();
        assertEquals(3, count("dtmf.events"));
    }

    @Test
    @Conforms("RFC 4733 §2.5.2")
    void shouldTakeNoEventsThatWereNotNegotiated() {
        final MediaSession session = openSession(new Echo());
        session.connect(rtp.self(), rtcp.self(), 0, -1, true, true);
        session.start(nowNs);
        rtp.send(Rtp.bytes(false, EVENT, 1, 0, 77, TelephoneEventsTest.block(5, false, 160)), session.rtpPort());
        tick();
        assertEquals(0, count("dtmf.events"));
        assertEquals(1, count("rtp.unexpected"));
    }

    @Test
    @Conforms("RFC 3550 §6.4.1")
    void shouldReportWhatItSentAndWhen() {
        start(new Announcement(prompt(8000), 0, 0, Long.MAX_VALUE));
        while (count("rtcp.sent") == 0) {
            tick();
        }
        final List<Rtp> packets = takeRtp();
        final byte[] report = one(rtcp.take());
        final ByteBuffer bytes = ByteBuffer.wrap(report);
        assertTrue(scan(report).hasSenderReport());
        assertFalse(scan(report).hasBye());
        assertEquals(0x80, report[0] & 0xFF, "nobody was heard, so no block");
        assertEquals(6, bytes.getShort(2));
        assertEquals(packets.get(0).ssrc(), bytes.getInt(4));
        final long lastTickNs = nowNs - TICK_NS;
        final long epochMs = EPOCH_MS + (lastTickNs - START_NS) / 1_000_000;
        assertEquals(epochMs / 1000 + 2_208_988_800L, Integer.toUnsignedLong(bytes.getInt(8)));
        assertEquals(epochMs % 1000 / 1000.0, Integer.toUnsignedLong(bytes.getInt(12)) / 0x1p32, 1e-6);
        assertEquals(packets.get(packets.size() - 1).timestamp(), bytes.getInt(16), "of the packet sent just now");
        assertEquals(packets.size(), bytes.getInt(20));
        assertEquals(160 * packets.size(), bytes.getInt(24));

        assertEquals(0x81, report[28] & 0xFF);
        assertEquals(202, report[29] & 0xFF);
        assertEquals(packets.get(0).ssrc(), bytes.getInt(32));
        assertEquals(1, report[36], "CNAME");
        final String cname = new String(report, 38, report[37], StandardCharsets.US_ASCII);
        assertTrue(cname.matches("[0-9a-f]{16}@192\\.0\\.2\\.1"), cname);
        assertEquals(0, report[38 + cname.length()], "the list of items ends with a zero");
        assertEquals(0, report.length % 4);
    }

    @Test
    @Conforms("RFC 3550 §6.4.1")
    void shouldReportWhatItHears() {
        final MediaSession session = start(new Echo());
        for (int i = 0; i < 50; i++) {
            if (i % 2 == 0) {
                speak(session, 100 + i, 160 * i, noise(160, i));
            }
            if (i == 10) {
                speak(session, 30_000, 1_000_000, noise(160, i));
            }
            tick();
        }
        final byte[] theirs = RtcpScannerTest.packet(200, 0, 28);
        ByteBuffer.wrap(theirs).putInt(4, 77).putInt(8, 0x0000_1234).putInt(12, 0x5678_0000);
        rtcp.send(theirs, session.rtpPort() + 1);
        final long heardNs = nowNs;
        while (count("rtcp.sent") == 0) {
            tick();
        }
        final long sentNs = nowNs - TICK_NS;
        final byte[] report = one(rtcp.take());
        final ByteBuffer bytes = ByteBuffer.wrap(report);
        assertEquals(0x81, report[0] & 0xFF);
        assertEquals(77, bytes.getInt(28));
        assertEquals(256 * 24 / 49, report[32] & 0xFF);
        assertEquals(24, bytes.getInt(32) & 0xFF_FFFF);
        assertEquals(148, bytes.getInt(36));
        assertEquals(0, bytes.getInt(40), "as even as our ticks; what made a jump does not count");
        assertEquals(0x1234_5678, bytes.getInt(44));
        assertEquals((sentNs - heardNs) / 1e9, bytes.getInt(48) / 65_536.0, 0.001);
    }

    @Test
    @Conforms("RFC 3550 §6.4.2")
    void shouldReportAsAReceiverWhenItDoesNotSend() {
        final MediaSession session = openSession(new Echo());
        session.connect(rtp.self(), rtcp.self(), 0, -1, true, false);
        session.start(nowNs);
        runFor(8 * SECOND_NS);
        final byte[] report = rtcp.take().get(0);
        assertEquals(201, report[1] & 0xFF);
        assertFalse(scan(report).hasSenderReport());
        session.close(nowNs);
        final byte[] last = one(rtcp.take());
        assertEquals(201, last[1] & 0xFF);
        assertTrue(scan(last).hasBye(), "it has been heard of by its reports");
    }

    @Test
    @Conforms("RFC 3550 §6.3.8")
    void shouldStopBeingASenderTwoReportsAfterTheLastPacket() {
        final MediaSession session = start(announcement(80_000));
        tick();
        session.connect(rtp.self(), rtcp.self(), 0, -1, true, false);
        final List<Integer> types = new ArrayList<>();
        while (types.size() < 4) {
            tick();
            rtcp.take().forEach(report -> types.add(report[1] & 0xFF));
        }
        assertEquals(List.of(200, 200, 201, 201), types);
    }

    @Test
    @Conforms("RFC 3550 §6.2")
    void shouldReportEveryFiveSecondsMoreOrLess() {
        start(new Echo());
        final List<Long> times = new ArrayList<>();
        times.add(nowNs);
        while (times.size() < 300) {
            tick();
            if (!rtcp.take().isEmpty()) {
                times.add(nowNs);
            }
        }
        final long first = times.get(1) - times.get(0);
        assertTrue(first >= 1_250_000_000L && first <= 3_800_000_000L, "first after " + first);
        final Set<Long> intervals = new HashSet<>();
        for (int i = 2; i < times.size(); i++) {
            final long interval = times.get(i) - times.get(i - 1);
            assertTrue(interval >= 2_500_000_000L && interval <= 7_520_000_000L, "after " + interval);
            intervals.add(interval);
        }
        assertTrue(intervals.size() > 100);
        assertEquals(5.0, (times.get(299) - times.get(1)) / 298e9, 0.3);
    }

    @Test
    @Conforms("RFC 3605 §2.1")
    void shouldSendNoRtcpToAClientThatHasNone() {
        final MediaSession session = openSession(announcement(8000));
        session.connect(rtp.self(), null, 0, -1, true, true);
        session.start(nowNs);
        runFor(10 * SECOND_NS);
        session.close(nowNs);
        assertEquals(0, count("rtcp.sent"));
    }

    @Test
    @Conforms("RFC 3550 §6.3.4")
    void shouldCountTheOtherSidesByes() {
        final MediaSession session = start(new Echo());
        final byte[] bye = Arrays.copyOf(RtcpScannerTest.packet(201, 0, 8), 16);
        System.arraycopy(RtcpScannerTest.packet(203, 1, 8), 0, bye, 8, 8);
        rtcp.send(bye, session.rtpPort() + 1);
        rtcp.send(new byte[] {1}, session.rtpPort() + 1);
        tick();
        assertEquals(1, count("rtcp.byes"));
        assertEquals(1, count("rtcp.malformed"));
        assertEquals(2, count("rtcp.received"));
        assertEquals(0, ended.size(), "signalling ends calls, RTCP does not");
    }

    @Test
    void shouldGoOnWhenAPortTakesNothing() {
        final MediaSession session = start(announcement(80_000));
        lent(session).refuse(true);
        tick();
        tick();
        lent(session).refuse(false);
        tick();
        assertEquals(2, count("rtp.unsent"));
        assertEquals(1, count("rtp.sent"));
        assertEquals(1, rtp.take().size());
    }

    @Test
    void shouldStandAnyNoise() {
        final Random random = new Random(4711);
        final MediaSession session = start(new Echo());
        for (int i = 0; i < 20_000; i++) {
            final byte[] noise = new byte[random.nextInt(random.nextInt(100) == 0 ? 3000 : 60)];
            random.nextBytes(noise);
            if (noise.length > 1 && random.nextInt(4) != 0) {
                noise[0] = (byte) (0x80 | (noise[0] & 0x3F));
                noise[1] = (byte) new int[] {0, 128, EVENT, 200, 201, 203}[random.nextInt(6)];
            }
            (random.nextBoolean() ? rtp : rtcp).send(noise, session.rtpPort() + random.nextInt(2));
            if (i % 10 == 0) {
                tick();
            }
        }
        runFor(30 * SECOND_NS);
        assertEquals(
                count("rtp.received"),
                count("rtp.accepted")
                        + count("rtp.foreign")
                        + count("rtp.malformed")
                        + count("rtp.unexpected")
                        + count("rtp.jumped")
                        + count("rtp.unwanted"));
        assertEquals(20_000, count("rtp.received") + count("rtcp.received"));
        assertTrue(count("rtp.accepted") > 100 && count("rtcp.malformed") > 100);
        session.close(nowNs);
        assertEquals(count("media.opened"), count("media.closed"));
    }

    @Test
    void shouldKeepNothingOfTheSessionBefore() {
        final List<MediaSession> used = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            final MediaSession session = start(i % 2 == 0 ? new Echo() : announcement(80));
            used.add(session);
            speak(session, 10, 0, noise(160, i));
            speak(session, 11, 0, noise(160, i));
            tick();
            tick();
            session.close(nowNs);
        }
        rtp.take();
        rtcp.take();
        ended.clear();
        final List<MediaSession> announced = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            final boolean isAnnouncement = i % 4 < 2;
            final MediaSession session = openSession(isAnnouncement ? announcement(160) : new Echo());
            assertSame(used.get(i), session, "whoever rested longest");
            assertFalse(session.isStarted());
            connect(session);
            session.start(nowNs);
            tick();
            assertEquals(isAnnouncement ? 1 : 0, rtp.take().size());
            tick();
            if (isAnnouncement) {
                announced.add(session);
            }
            assertEquals(announced, ended);
            session.close(nowNs);
            final List<byte[]> reports = rtcp.take();
            assertEquals(isAnnouncement ? 1 : 0, reports.size());
            assertTrue(reports.stream().allMatch(report -> report[0] == (byte) 0x80), "nobody was heard this time");
        }
    }

    @Test
    void shouldRunAlikeWithEqualSeeds() {
        final MediaPlaneTest that = new MediaPlaneTest();
        for (final MediaPlaneTest test : List.of(this, that)) {
            test.start(announcement(80_000));
            test.runFor(10 * SECOND_NS);
        }
        assertNotSame(plane, that.plane);
        assertArrayEquals(rtp.take().toArray(), that.rtp.take().toArray());
        assertArrayEquals(rtcp.take().toArray(), that.rtcp.take().toArray());
    }

    private MediaSession openSession(final MediaService service) {
        return Objects.requireNonNull(plane.open(service));
    }

    private void connect(final MediaSession session) {
        session.connect(rtp.self(), rtcp.self(), MediaPlane.PCMU, EVENT, true, true);
    }

    private MediaSession start(final MediaService service) {
        final MediaSession session = openSession(service);
        connect(session);
        session.start(nowNs);
        return session;
    }

    private void tick() {
        plane.tick(nowNs);
        nowNs += TICK_NS;
    }

    private void runFor(final long durationNs) {
        for (long elapsedNs = 0; elapsedNs < durationNs; elapsedNs += TICK_NS) {
            tick();
        }
    }

    private void speak(final MediaSession session, final int sequence, final int timestamp, final byte[] payload) {
        rtp.send(Rtp.bytes(false, 0, sequence, timestamp, 77, payload), session.rtpPort());
    }

    private List<Rtp> takeRtp() {
        return rtp.take().stream().map(Rtp::read).toList();
    }

    private long count(final String name) {
        return counters.value("blade.3." + name);
    }

    private long epochMs() {
        return EPOCH_MS + (nowNs - START_NS) / 1_000_000;
    }

    private MemoryNetwork.Port bind(final int port) {
        return network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private MemoryNetwork.Port lent(final MediaSession session) {
        return network.port(peer(session.rtpPort()));
    }

    private static Peer peer(final int port) {
        return numeric("127.0.0.1", port);
    }

    private static Peer numeric(final String host, final int port) {
        return Objects.requireNonNull(Peer.ofNumeric(host, port));
    }

    private static byte[] one(final List<byte[]> datagrams) {
        assertEquals(1, datagrams.size());
        return datagrams.get(0);
    }

    private static RtcpScanner scan(final byte[] datagram) {
        final RtcpScanner scanner = new RtcpScanner();
        assertTrue(scanner.scan(new UnsafeBuffer(datagram), 0, datagram.length));
        return scanner;
    }

    private static Announcement announcement(final int samples) {
        return new Announcement(prompt(samples), 1, 0, Long.MAX_VALUE);
    }

    private static Prompt prompt(final int length) {
        final short[] samples = new short[length];
        for (int i = 0; i < length; i++) {
            samples[i] = (short) (i * 31);
        }
        return new Prompt("prompt", samples);
    }

    private static byte[] noise(final int length, final int seed) {
        final byte[] noise = new byte[length];
        new Random(seed).nextBytes(noise);
        return noise;
    }
}
