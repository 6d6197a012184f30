package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import midplane.fabric.ConferenceNotice;
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
import org.junit.jupiter.api.Test;

/** INVITEs to conferences in, frames out; notices of blades by hand. */
class ConferenceDispatchTest {
    private static final int SLOTS = 4;
    private static final int RING_LENGTH = 8;
    private static final Peer CLIENT = Peer.of(new InetSocketAddress("127.0.0.1", 5080));

    private record Seen(int slot, byte type, long sequence, int conference, int units) {}

    private final ScriptedPort wellKnownPort = new ScriptedPort(5060);
    private final RingFabric fabric = new RingFabric(SLOTS, RING_LENGTH, 2048);
    private final Counters counters = new Counters();
    private final Dispatcher dispatcher = new Dispatcher(
            new DispatcherSettings(
                    PlacementSettings.of(BladeSelector.Policy.ROUND_ROBIN, SLOTS, 100),
                    PortInsertion.HEADER,
                    64,
                    1,
                    1_000_000_000,
                    1000,
                    "Midplane"),
            fabric,
            new int[] {5071, 5072, 5073, 5074},
            new int[SLOTS],
            wellKnownPort,
            null,
            AdmissionSettings.of(AllowList.LOOPBACK),
            () -> 0,
            new Entropy(1, 2),
            counters,
            (slot, state, sessions) -> {},
            ex -> {
                throw new IllegalStateException(ex);
            });
    private int calls;
    private long reports;

    @Test
    @Conforms("S12")
    void shouldSendEveryLegToTheBladeOfTheFirst() {
        final Seen first = call("conf=Room");
        assertEquals(4, first.units(), "what a conference usually takes");
        for (final String name : new String[] {"conf=Room", "CONF=ROOM", "conf%3Droom", "conf=%72oom"}) {
            final Seen joiner = call(name);
            assertEquals(first.slot(), joiner.slot());
            assertEquals(first.conference(), joiner.conference());
            assertEquals(0, joiner.units(), "it takes of what is reserved");
            assertEquals(FrameType.INITIAL, joiner.type());
        }
        final Seen other = call("conf=other");
        assertNotEquals(first.slot(), other.slot());
        assertNotEquals(first.conference(), other.conference());
        assertEquals(InitialFrame.NO_ENTRY, call("annc").conference());
        assertEquals(InitialFrame.NO_ENTRY, call("conf").conference());
        assertEquals(4, counters.value("dispatcher.conferences.joined"));
        assertEquals(2, counters.value("dispatcher.conferences"));
    }

    @Test
    void shouldNotSplitAConferenceWhoseFirstLegsRace() {
        wellKnownPort.arrive(invite("conf=race"), CLIENT);
        wellKnownPort.arrive(invite("conf=race"), CLIENT);
        dispatcher.doWork();
        final List<Seen> seen = frames();
        assertEquals(2, seen.size());
        assertEquals(seen.get(0).slot(), seen.get(1).slot());
    }

    @Test
    void shouldForgetAConferenceThatIsOverAndSeenToTheLast() {
        final Seen first = call("conf=1");
        final Seen second = call("conf=1");
        tellOver(first.slot(), first);
        assertEquals(1, counters.value("dispatcher.conferences"), "the second leg has crossed the notice");
        assertEquals(first.slot(), call("conf=1").slot());
        tellOver(first.slot(), second);
        assertEquals(1, counters.value("dispatcher.conferences"));
        final Seen last = call("conf=1");
        tellOver((first.slot() + 1) % SLOTS, last);
        assertEquals(1, counters.value("dispatcher.conferences"), "it is not another's to tell");
        tellOver(first.slot(), last);
        assertEquals(0, counters.value("dispatcher.conferences"));
        assertEquals(1, counters.value("dispatcher.conferences.over"));
        assertNotEquals(first.slot(), call("conf=1").slot(), "and then the policy chooses");
    }

    /** A ring that is full is no reason to look elsewhere: the client repeats. */
    @Test
    void shouldDropALegThatFindsTheRingOfItsBladeFull() {
        final Seen first = call("conf=1");
        for (int i = 0; i < RING_LENGTH; i++) {
            wellKnownPort.arrive(invite("conf=1"), CLIENT);
        }
        dispatcher.doWork();
        final long before = counters.value("dispatcher.dropped.ring-full");
        final byte[] late = invite("conf=1");
        wellKnownPort.arrive(late, CLIENT);
        dispatcher.doWork();
        assertEquals(before + 1, counters.value("dispatcher.dropped.ring-full"));
        assertEquals(List.of(), wellKnownPort.takeSent());
        assertTrue(frames().stream().allMatch(frame -> frame.slot() == first.slot()));
        wellKnownPort.arrive(late, CLIENT);
        dispatcher.doWork();
        final Seen again = frames().get(0);
        assertEquals(FrameType.INITIAL, again.type());
        assertEquals(first.slot(), again.slot());
    }

    @Test
    void shouldFollowToABladeThatTakesNothingElse() {
        final Seen first = call("conf=1");
        report(first.slot(), LoadReport.FULL);
        assertEquals(first.slot(), call("conf=1").slot());
        report(first.slot(), LoadReport.DRAINING);
        assertEquals(first.slot(), call("conf=1").slot());
    }

    @Test
    void shouldKeepNoEntryWhenNoBladeHadRoom() {
        for (int slot = 0; slot < SLOTS; slot++) {
            report(slot, LoadReport.FULL);
        }
        wellKnownPort.arrive(invite("conf=1"), CLIENT);
        dispatcher.doWork();
        assertEquals(List.of(), frames());
        assertTrue(wellKnownPort.takeSent().get(0).text().startsWith("SIP/2.0 503 "));
        assertEquals(0, counters.value("dispatcher.conferences"));
    }

    /** Only the first copy may begin a conference: by the time a repeat comes it may be over, and begun elsewhere. */
    @Test
    void shouldNameNoEntryInARepeat() {
        final byte[] invite = invite("conf=1");
        wellKnownPort.arrive(invite, CLIENT);
        wellKnownPort.arrive(invite, CLIENT);
        dispatcher.doWork();
        final List<Seen> seen = frames();
        assertEquals(FrameType.REPEAT, seen.get(1).type());
        assertEquals(InitialFrame.NO_ENTRY, seen.get(1).conference());
    }

    private Seen call(final String user) {
        wellKnownPort.arrive(invite(user), CLIENT);
        dispatcher.doWork();
        final List<Seen> seen = frames();
        assertEquals(1, seen.size());
        return seen.get(0);
    }

    private byte[] invite(final String user) {
        return WireText.bytes(WireText.INVITE
                .replace("call-1", "call-" + ++calls)
                .replace("sip:annc@ms.example.net;play=welcome", "sip:" + user + "@ms.example.net"));
    }

    private List<Seen> frames() {
        final List<Seen> seen = new ArrayList<>();
        final InitialFrame frame = new InitialFrame();
        for (int i = 0; i < SLOTS; i++) {
            final int slot = i;
            fabric.backplane(slot)
                    .poll(
                            (buffer, offset, length) -> {
                                assertTrue(frame.tryWrap(buffer, offset, length));
                                seen.add(new Seen(
                                        slot, frame.type(), frame.sequence(), frame.conference(), frame.units()));
                            },
                            RING_LENGTH);
        }
        return seen;
    }

    private void tellOver(final int slot, final Seen last) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(slot).claim(claim, ConferenceNotice.LENGTH));
        ConferenceNotice.write(claim.buffer(), claim.offset(), last.conference(), last.sequence());
        claim.commit(ConferenceNotice.LENGTH);
        dispatcher.doWork();
    }

    private void report(final int slot, final int state) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(slot).claim(claim, LoadReport.LENGTH));
        new LoadReport()
                .wrap(claim.buffer(), claim.offset())
                .begin()
                .slot(slot)
                .sequence(++reports)
                .state(state)
                .capacity(100);
        claim.commit(LoadReport.LENGTH);
        dispatcher.doWork();
    }
}
