package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.RingFabric;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.PortInsertion;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls that come back from a blade: placed again, or refused by the chassis. */
class HandedBackTest {
    private static final int SLOTS = 4;
    private static final int CAPACITY = 100;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Peer CLIENT = Peer.of(new InetSocketAddress("127.0.0.1", 5080));

    private final ScriptedPort wellKnownPort = new ScriptedPort(5060);
    private final RingFabric fabric = new RingFabric(SLOTS, 16, 2048);
    private final Counters counters = new Counters();
    private final List<Throwable> errors = new ArrayList<>();
    private long nowNs = -SECOND_NS;
    private Dispatcher dispatcher = dispatcher(PortInsertion.HEADER);

    /** A frame as it lay in a ring. */
    private record Seen(int slot, byte[] bytes) {
        InitialFrame frame() {
            final InitialFrame frame = new InitialFrame();
            assertTrue(frame.tryWrap(new UnsafeBuffer(bytes), 0, bytes.length));
            return frame;
        }

        String message() {
            return new String(bytes, InitialFrame.HEADER_LENGTH, frame().messageLength(), StandardCharsets.ISO_8859_1);
        }

        String originalUri() {
            return new String(
                    bytes, frame().originalUriOffset(), frame().originalUriLength(), StandardCharsets.ISO_8859_1);
        }
    }

    private Dispatcher dispatcher(final PortInsertion insertion) {
        return new Dispatcher(
                new DispatcherSettings(
                        PlacementSettings.of(BladeSelector.Policy.LEAST_LOADED, SLOTS, CAPACITY),
                        insertion,
                        8,
                        32 * SECOND_NS,
                        300 * SECOND_NS,
                        10,
                        "Midplane"),
                fabric,
                new int[] {5071, 5072, 5073, 65_074},
                new int[SLOTS],
                wellKnownPort,
                null,
                AdmissionSettings.of(AllowList.LOOPBACK),
                () -> nowNs,
                new Entropy(1, 2),
                counters,
                (slot, state, sessions) -> {},
                errors::add);
    }

    @AfterEach
    void everythingIsAccountedFor() {
        assertEquals(
                counters.value("dispatcher.handed-back.received"),
                counters.value("dispatcher.handed-back.placed")
                        + counters.value("dispatcher.handed-back.answered")
                        + counters.value("dispatcher.handed-back.dropped"));
        assertEquals(List.of(), errors);
    }

    @ParameterizedTest
    @EnumSource(PortInsertion.class)
    @Conforms("S17")
    void shouldPlaceItOnAnotherBladeAsIfItHadJustCome(final PortInsertion insertion) {
        dispatcher = dispatcher(insertion);
        final Seen first = receive(WireText.INVITE);
        nowNs += 5_000_000;

        final Seen second = handBack(first);

        assertTrue(second.slot() != first.slot());
        assertEquals(FrameType.INITIAL, second.frame().type());
        assertEquals(first.frame().arrivalNs(), second.frame().arrivalNs(), "its caller has waited since");
        assertEquals(CLIENT.port(), second.frame().sourcePort());
        assertEquals(first.frame().units(), second.frame().units());
        assertEquals(first.originalUri(), second.originalUri());
        final String port = Integer.toString(second.frame().portId());
        assertEquals(first.message().replace(Integer.toString(first.frame().portId()), port), second.message());
        assertEquals(second.slot(), receive(WireText.INVITE).slot(), "its repeats follow it");
        assertEquals(1, counters.value("dispatcher.handed-back.placed"));
    }

    @Test
    @Conforms("S17")
    void shouldTryEachBladeOnceAndThenRefuse() {
        Seen seen = receive(WireText.INVITE);
        final TreeSet<Integer> slots = new TreeSet<>();
        for (int i = 0; i < SLOTS - 1; i++) {
            slots.add(seen.slot());
            seen = handBack(seen);
        }
        slots.add(seen.slot());
        assertEquals(SLOTS, slots.size());

        giveBack(seen);

        assertEquals(List.of(), frames());
        final String response = wellKnownPort.takeSent().get(0).text();
        assertTrue(response.startsWith("SIP/2.0 503 "), response);
        assertFalse(response.contains("Retry-After"), response);
        assertEquals(1, counters.value("dispatcher.handed-back.answered"));
        assertEquals(0, counters.value("dispatcher.table.size"));
    }

    @Test
    void shouldNotLeaveItsUnitsBooked() {
        final Seen first = receive(WireText.INVITE.replace("play=welcome", "play=welcome;session-size=60"));
        final Seen second = handBack(first);
        assertEquals(60, second.frame().units());
        report(0, LoadReport.UP, 0, 0);
        assertEquals(60, counters.value("dispatcher.units.outstanding"));
    }

    @Test
    void shouldIgnoreWhatComesBackTwiceOrTooLate() {
        final Seen first = receive(WireText.INVITE);
        final Seen second = handBack(first);
        giveBack(first);
        giveBack(new Seen(first.slot(), second.bytes()));
        assertEquals(List.of(), frames());
        assertEquals(2, counters.value("dispatcher.handed-back.dropped"));
    }

    @Test
    @Conforms("S17")
    void shouldSay486WhereASmallerSessionWouldFit() {
        final String large = WireText.INVITE.replace("play=welcome", "play=welcome;session-size=90");
        for (int slot = 0; slot < SLOTS; slot++) {
            report(slot, LoadReport.UP, 0, 11);
        }
        assertEquals(List.of(), receiveAll(large));
        final String response = wellKnownPort.takeSent().get(0).text();
        assertTrue(response.startsWith("SIP/2.0 486 Busy Here"), response);
        assertEquals(1, counters.value("dispatcher.no-room-for-size"));
        assertEquals(1, receiveAll(large.replace("=90", "=89")).size());
    }

    @Test
    void shouldPlaceWhatIsLargerThanAnyBladeWhereMostRoomIs() {
        report(2, LoadReport.UP, 0, 10);
        report(1, LoadReport.UP, 0, 20);
        report(0, LoadReport.UP, 0, 30);
        report(3, LoadReport.UP, 0, 30);
        final Seen seen = receive(WireText.INVITE.replace("play=welcome", "play=welcome;session-size=5000"));
        assertEquals(2, seen.slot());
        assertEquals(90, seen.frame().units(), "all that there is");
        assertEquals(1, counters.value("dispatcher.size.clamped"));
    }

    @Test
    @Conforms("S17")
    void shouldSay503WhenNobodyTakesAnything() {
        for (int slot = 0; slot < SLOTS; slot++) {
            report(slot, LoadReport.FULL, 0, 0);
        }
        assertEquals(List.of(), receiveAll(WireText.INVITE));
        assertTrue(wellKnownPort.takeSent().get(0).text().startsWith("SIP/2.0 503 "));
    }

    @Test
    void shouldGiveADrainingBladeNothingFromTheNextDutyCycleOn() {
        for (int slot = 1; slot < SLOTS; slot++) {
            report(slot, LoadReport.UP, 0, 50);
        }
        write(0, LoadReport.DRAINING, 0, 0);
        for (int i = 0; i < 5; i++) {
            wellKnownPort.arrive(WireText.bytes(WireText.INVITE.replace("call-1", "call-" + i)), CLIENT);
        }
        dispatcher.doWork();
        assertTrue(frames().stream().noneMatch(seen -> seen.slot() == 0), "though it is the least loaded by far");
    }

    private Seen receive(final String text) {
        final List<Seen> seen = receiveAll(text);
        assertEquals(1, seen.size());
        return seen.get(0);
    }

    private List<Seen> receiveAll(final String text) {
        wellKnownPort.arrive(WireText.bytes(text), CLIENT);
        dispatcher.doWork();
        return frames();
    }

    private Seen handBack(final Seen seen) {
        giveBack(seen);
        final List<Seen> again = frames();
        assertEquals(1, again.size());
        return again.get(0);
    }

    private void giveBack(final Seen seen) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(seen.slot()).claim(claim, seen.bytes().length));
        claim.buffer().putBytes(claim.offset(), seen.bytes());
        claim.buffer().putByte(claim.offset(), FrameType.HANDED_BACK);
        claim.commit(seen.bytes().length);
        dispatcher.doWork();
    }

    private List<Seen> frames() {
        final List<Seen> seen = new ArrayList<>();
        for (int slot = 0; slot < SLOTS; slot++) {
            final int from = slot;
            fabric.backplane(slot)
                    .poll(
                            (buffer, offset, length) -> {
                                final byte[] bytes = new byte[length];
                                buffer.getBytes(offset, bytes);
                                seen.add(new Seen(from, bytes));
                            },
                            100);
        }
        return seen;
    }

    private void report(final int slot, final int state, final long lastDispatch, final int used) {
        write(slot, state, lastDispatch, used);
        dispatcher.doWork();
    }

    private void write(final int slot, final int state, final long lastDispatch, final int used) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(slot).claim(claim, LoadReport.LENGTH));
        new LoadReport()
                .wrap(claim.buffer(), claim.offset())
                .begin()
                .slot(slot)
                .sequence(1)
                .lastDispatch(lastDispatch)
                .state(state)
                .capacity(CAPACITY)
                .usedUnits(used)
                .writtenNs(nowNs);
        claim.commit(LoadReport.LENGTH);
    }
}
