package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import midplane.dispatcher.PlacementTrace.Hop;
import midplane.dispatcher.PlacementTrace.Reason;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.RingFabric;
import midplane.fabric.SettledNotice;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.PortInsertion;
import midplane.signalling.BladeTag;
import midplane.signalling.SizeSource;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a dispatcher tells of its decisions. */
class DispatcherTraceTest {
    private static final int SLOTS = 2;
    private static final int RING_LENGTH = 4;
    private static final int TABLE_CAPACITY = 6;
    private static final int EPOCH = 7;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Peer CLIENT = Peer.of(new InetSocketAddress("127.0.0.1", 5080));

    private final ScriptedPort wellKnownPort = new ScriptedPort(5060);
    private final RingFabric fabric = new RingFabric(SLOTS, RING_LENGTH, 2048);
    private final Counters counters = new Counters();
    private final AtomicLong clock = new AtomicLong(42);
    private final Dispatcher dispatcher = new Dispatcher(
            new DispatcherSettings(
                    new PlacementSettings(
                            BladeSelector.Policy.ROUND_ROBIN, null, List.of(100, 200), List.of(1, 1), 3, SECOND_NS),
                    PortInsertion.HEADER,
                    TABLE_CAPACITY,
                    32 * SECOND_NS,
                    300 * SECOND_NS,
                    100,
                    "Midplane"),
            fabric,
            new int[] {5071, 5072},
            new int[] {EPOCH, EPOCH},
            wellKnownPort,
            null,
            AdmissionSettings.of(AllowList.LOOPBACK),
            clock::get,
            new Entropy(1, 2),
            counters,
            (slot, state, sessions) -> {},
            ex -> {
                throw new AssertionError(ex);
            });
    private final RingTrace trace = new RingTrace(16 * 1024, counters.counter("lost"));

    DispatcherTraceTest() {
        dispatcher.traceTo(trace);
    }

    @Test
    void shouldTellWhoWasChosenForWhatAndWithWhichLoads() {
        final TraceEvent first = only(invite("a", 40));
        assertEquals("call-a@127.0.0.1", first.name());
        assertEquals(42, first.time());
        assertEquals(40, first.units());
        assertEquals(SizeSource.HEADER, first.sizeSource());
        assertEquals(Reason.POLICY, first.reason());
        assertEquals(0, first.slot());
        assertEquals(1, first.sequence());
        assertEquals(0, first.outstanding(0), "as it was before the choice");
        assertTrue(first.isCandidate(0) && first.isCandidate(1));

        final TraceEvent second = only(invite("b", 1));
        assertEquals(1, second.slot());
        assertEquals(40, second.outstanding(0));
        assertEquals(100, second.capacity(0));
        assertFalse(second.key() == first.key());
    }

    @Test
    void shouldTellWhyABladeWasNoCandidate() {
        invite("a", 90);
        final TraceEvent second = only(invite("b", 20));

        assertFalse(second.isCandidate(0));
        assertEquals(90, second.outstanding(0));
        assertEquals(1, second.slot());
    }

    @Test
    void shouldTellOfOldReports() {
        clock.addAndGet(4 * SECOND_NS);
        final TraceEvent event = only(invite("a", 1));

        assertEquals(Reason.LAST_RESORT, event.reason());
        assertTrue(event.isOld(0) && event.isOld(1));
        assertTrue(event.isCandidate(0) && event.isCandidate(1));
    }

    @Test
    void shouldTellOfTheFullRingThatWasTriedFirst() {
        for (int i = 0; i < RING_LENGTH; i++) {
            send(inDialog(0));
        }
        final TraceEvent event = only(send(text("a", 1)));

        assertEquals(1, event.slot());
        assertTrue(event.isFull(0) && !event.isFull(1));
    }

    @Test
    void shouldTellThatTheTableIsFull() {
        for (int i = 0; i < TABLE_CAPACITY; i++) {
            invite("c" + i, 1);
        }
        final TraceEvent refused = only(invite("more", 1));

        assertEquals(Reason.TABLE_FULL, refused.reason());
        assertEquals(-1, refused.slot());
        assertEquals("call-more@127.0.0.1", refused.name());
    }

    @Test
    void shouldTellThatAllRingsWereFull() {
        for (int slot = 0; slot < SLOTS; slot++) {
            for (int i = 0; i < RING_LENGTH; i++) {
                send(inDialog(slot));
            }
        }
        drain();
        final TraceEvent refused = only(send(text("a", 1)));

        assertEquals(Reason.RINGS_FULL, refused.reason());
        assertEquals(-1, refused.slot());
        assertTrue(refused.isFull(0) && refused.isFull(1));
        assertEquals(2, refused.slots());
    }

    @Test
    void shouldTellThatNoBladeHasRoom() {
        invite("a", 60);
        invite("b", 150);
        final TraceEvent refused = only(invite("c", 70));

        assertEquals(Reason.NO_ROOM, refused.reason());
        assertFalse(refused.isCandidate(0) || refused.isCandidate(1));
    }

    @Test
    void shouldTellThatTheChassisIsAboutToStop() {
        dispatcher.hangUp();
        final TraceEvent refused = only(invite("a", 40));

        assertEquals(Reason.HANGING_UP, refused.reason());
        assertEquals("call-a@127.0.0.1", refused.name());
    }

    @Test
    void shouldTellOfCopiesStraysAndTheEndUnderTheSameKey() {
        final String text = text("a", 1);
        final long key = only(send(text)).key();

        final TraceEvent repeat = only(send(text));
        assertEquals(Hop.REPEAT, repeat.hop());
        final TraceEvent cancel = only(send(text.replace("INVITE", "CANCEL")));
        assertEquals(Hop.REPEAT, cancel.hop());
        final TraceEvent stray =
                only(send(text.replace("INVITE", "BYE").replaceFirst("(To: <.*>)", "$1;tag=" + tag(0))));
        assertEquals(Hop.STRAY, stray.hop());
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(0).claim(claim, SettledNotice.LENGTH));
        SettledNotice.write(claim.buffer(), claim.offset(), FrameType.SETTLED, entry(), 1, 0);
        claim.commit(SettledNotice.LENGTH);
        dispatcher.doWork();
        final TraceEvent settled = only(TraceEvents.drain(trace));
        assertEquals(Hop.SETTLED, settled.hop());
        for (final TraceEvent event : List.of(repeat, cancel, stray, settled)) {
            assertEquals(key, event.key());
            assertEquals(0, event.slot());
        }
    }

    private int entry() {
        final int[] entry = {InitialFrame.NO_ENTRY};
        final InitialFrame frame = new InitialFrame();
        fabric.backplane(0)
                .poll(
                        (buffer, offset, length) -> {
                            assertTrue(frame.tryWrap(buffer, offset, length));
                            entry[0] = Math.max(entry[0], frame.entry());
                        },
                        RING_LENGTH);
        return entry[0];
    }

    private List<TraceEvent> invite(final String id, final int size) {
        final List<TraceEvent> events = send(text(id, size));
        for (int slot = 0; slot < SLOTS; slot++) {
            fabric.backplane(slot).poll((buffer, offset, length) -> {}, RING_LENGTH);
        }
        return events;
    }

    private List<TraceEvent> send(final String text) {
        wellKnownPort.arrive(WireText.bytes(text), CLIENT);
        dispatcher.doWork();
        return TraceEvents.drain(trace);
    }

    private void drain() {
        TraceEvents.drain(trace);
    }

    private static TraceEvent only(final List<TraceEvent> events) {
        assertEquals(1, events.size());
        return events.get(0);
    }

    private static String text(final String id, final int size) {
        return WireText.INVITE.replace("call-1", "call-" + id).replace("Max-Forwards: 70", "Session-Size: " + size);
    }

    private static String inDialog(final int slot) {
        return WireText.INVITE
                .replace("INVITE", "BYE")
                .replaceFirst("To: <sip:annc@ms.example.net>", "To: <sip:annc@ms.example.net>;tag=" + tag(slot));
    }

    private static String tag(final int slot) {
        final byte[] bytes = new byte[BladeTag.LENGTH];
        BladeTag.put(new UnsafeBuffer(bytes), 0, slot, EPOCH, 1, 2);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
