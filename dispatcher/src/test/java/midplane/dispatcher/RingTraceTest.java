package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import midplane.dispatcher.PlacementTrace.Hop;
import midplane.dispatcher.PlacementTrace.Reason;
import midplane.fabric.LoadReport;
import midplane.fabric.Protocol;
import midplane.shelf.Counters;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.Slice;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RingTraceTest {
    private static final int RING_LENGTH = 16 * 1024;
    private static final long INTERVAL_NS = 100;

    private final Counters counters = new Counters();
    private final RingTrace trace = new RingTrace(RING_LENGTH, counters.counter("lost"));
    private final SizeIndication size = new SizeIndication();
    private final LoadLedger ledger = new LoadLedger(new int[] {100, 200, 300}, INTERVAL_NS, 0);

    @Test
    void shouldKeepWhatWasKnownWhenItWasDecided() {
        ledger.book(1, 1, 7);
        report(0, LoadReport.FULL, 90, 5);
        size.begin(SessionService.DIALOG).state(SizeSource.HEADER, 40);
        size.state(SizeSource.MSML, 39);
        size.fault(SizeSource.SDP);
        size.require();
        trace.opens(Protocol.SIP, 4711, slice("call-1"), size, 33);
        trace.weighs(ledger, 0b110, 0b1000, 4 * INTERVAL_NS);
        ledger.book(1, 2, 33);
        trace.decides(Reason.LAST_RESORT, 1, 2, 0b100, -5);

        final TraceEvent event = only();
        assertEquals(TraceEvent.DECIDED, event.type());
        assertEquals(-5, event.time());
        assertEquals(4711, event.key());
        assertEquals(Protocol.SIP, event.protocol());
        assertEquals("call-1", event.name());
        assertEquals(33, event.units());
        assertEquals(SizeSource.HEADER, event.sizeSource());
        assertTrue(event.isRequired() && event.isContradictory() && event.isUnreadable());
        assertEquals(Reason.LAST_RESORT, event.reason());
        assertEquals(1, event.slot());
        assertEquals(2, event.sequence());
        assertEquals(3, event.slots());
        assertEquals("0 95 0 100 3 false, 1 0 7 200 1 true, 2 0 0 300 1 true", loads(event));
        assertTrue(!event.isCandidate(0) && event.isCandidate(1) && event.isCandidate(2));
        assertTrue(event.isExcluded(3) && !event.isExcluded(0));
        assertTrue(event.isFull(2) && !event.isFull(1));
    }

    @Test
    void shouldKeepADecisionThatWeighedNothing() {
        size.begin(SessionService.ANNOUNCEMENT);
        trace.opens(Protocol.MGCP, 1, slice(""), size, 1);
        trace.decides(Reason.CONFERENCE, 63, 9, 0, 1);
        trace.opens(Protocol.MGCP, 2, slice(""), size, 1);
        trace.decides(Reason.NO_ROOM, Placement.NO_ROOM, 0, 0, 1);

        final List<TraceEvent> events = drain();
        assertEquals(63, events.get(0).slot());
        assertEquals(0, events.get(0).slots());
        assertEquals("", events.get(0).name());
        assertFalse(events.get(0).isRequired()
                || events.get(0).isContradictory()
                || events.get(0).isUnreadable());
        assertEquals(-1, events.get(1).slot());
    }

    @Test
    void shouldCutALongNameAndStillKnowIt() {
        final String name = "x".repeat(TraceEvent.MAX_NAME_LENGTH) + "tail";
        size.begin(SessionService.ANNOUNCEMENT);
        trace.opens(Protocol.SIP, 1, slice(name), size, 1);
        trace.decides(Reason.POLICY, -1, 0, 0, 1);

        final TraceEvent event = only();
        assertEquals(name.substring(0, TraceEvent.MAX_NAME_LENGTH), event.name());
        assertEquals(name.length(), event.nameLength());
        assertTrue(event.isNamed(name));
        assertFalse(event.isNamed(name + "x"));
        assertFalse(event.isNamed("y" + name.substring(1)));
        assertFalse(event.isNamed(null));
    }

    @Test
    void shouldKeepHops() {
        for (final Hop hop : Hop.values()) {
            trace.hops(hop, Protocol.SIP, 5, 3, 7);
            final TraceEvent event = only();
            assertEquals(TraceEvent.HOPPED, event.type());
            assertEquals(hop, event.hop());
            assertEquals(5, event.key());
            assertEquals(3, event.slot());
            assertEquals(7, event.time());
            assertFalse(event.isNamed(""));
        }
    }

    @Test
    void shouldLoseAndCountWhatFindsNoRoomAndSayHowManyAreMissing() {
        int written = 0;
        while (counters.value("lost") < 3) {
            trace.hops(Hop.STRAY, Protocol.SIP, written++, 0, written);
        }
        final List<TraceEvent> before = drain();
        assertEquals(written - 3, before.size());
        trace.hops(Hop.SETTLED, Protocol.SIP, -1, 0, 99);

        final List<TraceEvent> after = drain();
        assertEquals(2, after.size());
        assertEquals(TraceEvent.LOST, after.get(0).type());
        assertEquals(3, after.get(0).sequence());
        assertEquals(99, after.get(0).time());
        assertEquals(-1, after.get(1).key());
        trace.hops(Hop.SETTLED, Protocol.SIP, -1, 0, 99);
        assertEquals(TraceEvent.HOPPED, only().type());
    }

    @Test
    void shouldSayWhatIsMissingBeforeADecisionWithoutHarmingIt() {
        while (counters.value("lost") < 2) {
            trace.hops(Hop.STRAY, Protocol.SIP, 1, 0, 1);
        }
        drain();
        size.begin(SessionService.DIALOG);
        trace.opens(Protocol.SIP, 4711, slice("call"), size, 2);
        trace.weighs(ledger, 0b111, 0, 0);
        trace.decides(Reason.POLICY, 2, 1, 0, 5);

        final List<TraceEvent> events = drain();
        assertEquals(2, events.get(0).sequence());
        assertEquals("call", events.get(1).name());
        assertEquals(4711, events.get(1).key());
        assertEquals(2, events.get(1).slot());
    }

    @Test
    void shouldWakeOnceWhoeverAskedForIt() {
        final int[] woken = {0};
        trace.wake(() -> woken[0]++);
        trace.hops(Hop.STRAY, Protocol.SIP, 1, 0, 1);
        assertEquals(0, woken[0], "nobody asked");
        assertFalse(trace.rest(), "there is something to drain");
        drain();
        assertTrue(trace.rest());
        trace.hops(Hop.STRAY, Protocol.SIP, 1, 0, 1);
        trace.hops(Hop.STRAY, Protocol.SIP, 1, 0, 1);
        assertEquals(1, woken[0]);
    }

    @Test
    void shouldMakeNoGarbage() {
        final Slice name = slice("3848276298220188511@example.com");
        size.begin(SessionService.DIALOG);
        final double bytes = Allocation.bytesPerCycle(() -> {
            trace.opens(Protocol.SIP, 1, name, size, 2);
            trace.weighs(ledger, 0b111, 0, 0);
            trace.decides(Reason.POLICY, 2, 1, 0, 5);
            trace.hops(Hop.SETTLED, Protocol.SIP, 1, 2, 6);
            trace.drain((type, buffer, index, length) -> {}, 10);
        });
        assertTrue(bytes < 0.5, bytes + " bytes per cycle");
    }

    @Test
    void shouldRefuseBytesThatAreNoEvent() {
        final TraceEvent event = new TraceEvent();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[TraceEvent.MAX_LENGTH]);
        assertTrue(event.tryWrap(TraceEvent.HOPPED, bytes, 0, TraceEvent.SHORT_LENGTH));
        assertFalse(event.tryWrap(TraceEvent.HOPPED, bytes, 0, TraceEvent.SHORT_LENGTH - 1));
        assertFalse(event.tryWrap(TraceEvent.HOPPED, bytes, 0, TraceEvent.SHORT_LENGTH + 1));
        assertFalse(event.tryWrap(0, bytes, 0, TraceEvent.SHORT_LENGTH));
        assertFalse(event.tryWrap(5, bytes, 0, TraceEvent.SHORT_LENGTH));
        assertTrue(event.tryWrap(TraceEvent.DECIDED, bytes, 0, TraceEvent.LOADS_OFFSET));
        assertFalse(event.tryWrap(TraceEvent.DECIDED, bytes, 0, TraceEvent.LOADS_OFFSET - 1));
        for (final int offset : new int[] {TraceEvent.DETAIL_OFFSET, TraceEvent.SLOT_OFFSET, TraceEvent.SLOTS_OFFSET}) {
            bytes.putByte(offset, (byte) 100);
            assertFalse(event.tryWrap(TraceEvent.DECIDED, bytes, 0, TraceEvent.LOADS_OFFSET), "offset " + offset);
            bytes.putByte(offset, (byte) 0);
        }
        bytes.putShort(TraceEvent.NAME_KEPT_OFFSET, (short) -1);
        assertFalse(event.tryWrap(TraceEvent.DECIDED, bytes, 0, TraceEvent.LOADS_OFFSET));
    }

    @Test
    void shouldWantARingThatHoldsAFewEvents() {
        assertThrows(IllegalArgumentException.class, () -> new RingTrace(1024, counters.counter("lost")));
        assertThrows(IllegalArgumentException.class, () -> new RingTrace(RING_LENGTH + 8, counters.counter("lost")));
    }

    private void report(final int slot, final int state, final int used, final int reserved) {
        final LoadReport report = new LoadReport()
                .wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0)
                .begin()
                .slot(slot)
                .sequence(1)
                .state(state)
                .capacity(100)
                .usedUnits(used)
                .reservedUnits(reserved)
                .writtenNs(4 * INTERVAL_NS);
        ledger.onReport(slot, report, 4 * INTERVAL_NS);
    }

    private static String loads(final TraceEvent event) {
        final List<String> loads = new ArrayList<>();
        for (int slot = 0; slot < event.slots(); slot++) {
            loads.add(slot + " " + event.reported(slot) + " " + event.outstanding(slot) + " " + event.capacity(slot)
                    + " " + event.state(slot) + " " + event.isOld(slot));
        }
        return String.join(", ", loads);
    }

    private TraceEvent only() {
        final List<TraceEvent> events = drain();
        assertEquals(1, events.size());
        return events.get(0);
    }

    private List<TraceEvent> drain() {
        return TraceEvents.drain(trace);
    }

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
