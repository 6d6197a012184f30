package midplane.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.signalling.SipHash;
import midplane.signalling.sip.SipFirstLook;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

/** Datagrams in a row; who is served, and in which order. A datagram here is a method and a name. */
class IntakeTest {
    private static final int PLACES = 16;
    private static final long STALE_NS = 500;
    private static final Peer GREEDY = peer("10.0.0.1");
    private static final Peer MODEST = peer("10.0.0.2");
    private static final Peer STRANGER = peer("192.0.2.1");

    private final ScriptedPort port = new ScriptedPort(5060);
    private final SourceLedger ledger = new SourceLedger(64, 10, new SipHash(1, 2));
    private final Desk desk = new Desk();
    private final Intake intake = new Intake(
            SipFirstLook::look,
            desk,
            new AdmissionSettings(
                    AllowList.parse(List.of("10.0.0.0/8")), AllowList.LOOPBACK, false, 10, 100, STALE_NS, 64),
            ledger,
            PLACES,
            new SipHash(3, 4));
    private long nowNs = -100;

    /** Writes down what it is told. */
    private static final class Desk implements Intake.Desk {
        private final List<String> told = new ArrayList<>();
        private final Set<String> known = new HashSet<>();
        private int room = Integer.MAX_VALUE;

        @Override
        public void onStranger(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            told.add("stranger " + text(buffer, offset, length));
        }

        @Override
        public void onAdmitted(
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final Peer source,
                final long arrivalNs) {
            final String text = text(buffer, offset, length);
            room -= text.startsWith("INVITE") && !known.contains(text) ? 1 : 0;
            told.add(text);
        }

        @Override
        public boolean isKnown(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            return known.contains(text(buffer, offset, length));
        }

        @Override
        public boolean hasRoom() {
            return room > 0;
        }

        @Override
        public void onStale() {
            told.add("stale");
        }

        @Override
        public void onCrowdedOut(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            told.add("crowded out " + text(buffer, offset, Math.min(length, 40)).trim());
        }

        List<String> take() {
            final List<String> taken = List.copyOf(told);
            told.clear();
            return taken;
        }
    }

    @Test
    void shouldServeInOrderOfArrivalWhenThereIsNoBacklog() {
        arrive("INVITE a", "BYE b", "OPTIONS c", "ACK d", "\r\n");
        assertEquals(5, intake.poll(port, nowNs));
        assertEquals(List.of("INVITE a", "BYE b", "OPTIONS c", "ACK d", "\r\n"), desk.take());
        assertFalse(intake.isBacklogged());
        assertEquals(Long.MAX_VALUE, intake.nextDeadlineNs());
    }

    @Test
    void shouldBeSilentToStrangersWithAndWithoutABacklog() {
        port.arrive(bytes("INVITE x"), STRANGER);
        intake.poll(port, nowNs);
        assertEquals(List.of("stranger INVITE x"), desk.take());
        backlog();
        port.arrive(bytes("BYE x"), STRANGER);
        port.arrive(bytes("INVITE x"), STRANGER);
        intake.poll(port, nowNs);
        assertEquals(List.of("stranger BYE x", "stranger INVITE x"), desk.take());
    }

    @Test
    void shouldServeWhatEndsOrCarriesOnAndRepeatsBeforeWhatIsNewAndTheNewestOfThatFirst() {
        desk.known.add("INVITE again");
        backlog();
        arrive("INVITE 1", "INVITE 2", "BYE", "INVITE 3", "INVITE again", "SIP/2.0 200 OK", "ACK", "CANCEL");
        intake.poll(port, nowNs);
        assertEquals(
                List.of("BYE", "INVITE again", "SIP/2.0 200 OK", "ACK", "CANCEL", "INVITE 3", "INVITE 2", "INVITE 1"),
                desk.take());
        assertFalse(intake.isBacklogged(), "the socket is empty, and nobody waits");
    }

    @Test
    void shouldLetWhatIsNewWaitUntilThereIsRoomAndDropItWhenItsClientIsAboutToRepeat() {
        backlog();
        desk.room = 1;
        arrive("INVITE 1", "INVITE 2");
        intake.poll(port, nowNs);
        assertEquals(List.of("INVITE 2"), desk.take());
        assertEquals(1, intake.waiting());
        assertTrue(intake.isBacklogged());
        assertFalse(intake.hasWork(), "there is no room");
        assertTrue(intake.nextDeadlineNs() - nowNs > 0);

        nowNs += STALE_NS - 1;
        arrive("INVITE 3");
        intake.poll(port, nowNs);
        assertEquals(List.of(), desk.take());
        nowNs += 1;
        desk.room = 9;
        assertTrue(intake.hasWork());
        intake.poll(port, nowNs);
        assertEquals(List.of("stale", "INVITE 3"), desk.take());
        assertEquals(0, intake.waiting());
    }

    @Test
    void shouldServeHostsInTurnAndCrowdOutTheOldestOfTheGreediest() {
        backlog();
        desk.room = 4;
        for (int i = 0; i < 100; i++) {
            port.arrive(bytes("INVITE greedy " + i), GREEDY);
        }
        port.arrive(bytes("INVITE modest 0"), MODEST);
        port.arrive(bytes("INVITE modest 1"), MODEST);
        intake.poll(port, nowNs);
        final List<String> told = desk.take();
        assertEquals(100 + 2 - PLACES, crowdedOut(told));
        assertEquals("crowded out INVITE greedy 0", told.get(0));
        final List<String> served = told.subList(told.size() - 4, told.size());
        assertEquals(
                Set.of("INVITE greedy 99", "INVITE greedy 98", "INVITE modest 1", "INVITE modest 0"),
                Set.copyOf(served));
        assertTrue(served.indexOf("INVITE modest 1") < 2 && served.indexOf("INVITE greedy 99") < 2, served::toString);
    }

    @Test
    void shouldServeProvenHostsThreeTimesAsOftenAsOthers() {
        ledger.prove(MODEST.addressHigh(), MODEST.addressLow(), nowNs);
        backlog();
        for (int i = 0; i < PLACES / 2; i++) {
            port.arrive(bytes("INVITE other"), GREEDY);
            port.arrive(bytes("INVITE proven"), MODEST);
        }
        desk.room = 8;
        intake.poll(port, nowNs);
        final List<String> told = desk.take();
        assertEquals(8, told.size());
        assertEquals(6, told.stream().filter("INVITE proven"::equals).count());
    }

    @Test
    void shouldNotStarveProvenHostsWhenManyOthersFloodOrTheOtherWayRound() {
        ledger.prove(MODEST.addressHigh(), MODEST.addressLow(), nowNs);
        for (final boolean isProvenFlooding : new boolean[] {true, false}) {
            backlog();
            desk.room = 2;
            for (int i = 0; i < 50; i++) {
                port.arrive(bytes("INVITE flood"), isProvenFlooding ? MODEST : peer("10.1.0." + i));
            }
            port.arrive(bytes("INVITE quiet"), isProvenFlooding ? peer("10.1.0.1") : MODEST);
            intake.poll(port, nowNs);
            desk.room = 2;
            intake.poll(port, nowNs);
            assertTrue(desk.take().contains("INVITE quiet"));
            nowNs += STALE_NS;
            intake.poll(port, nowNs);
            desk.take();
            desk.room = Integer.MAX_VALUE;
        }
    }

    @Test
    void shouldNotLetWaitWhatIsLongerThanAPlace() {
        backlog();
        arrive(
                "INVITE " + "x".repeat(Intake.WAITING_LENGTH_MAX - 7),
                "INVITE y" + "x".repeat(Intake.WAITING_LENGTH_MAX));
        intake.poll(port, nowNs);
        final List<String> told = desk.take();
        assertEquals(2, told.size());
        assertEquals(1, crowdedOut(told));
        assertEquals(Intake.WAITING_LENGTH_MAX, told.get(1).length());
    }

    @Test
    void shouldServeWhatIsLongerThanAPlaceWhileNobodyWaits() {
        backlog();
        desk.room = 1;
        arrive("INVITE y" + "x".repeat(Intake.WAITING_LENGTH_MAX), "INVITE z" + "x".repeat(Intake.WAITING_LENGTH_MAX));
        intake.poll(port, nowNs);
        final List<String> told = desk.take();
        assertTrue(told.get(0).startsWith("INVITE yx"));
        assertTrue(told.get(1).startsWith("crowded out INVITE z"));
    }

    @Test
    void shouldAccountForEveryDatagramOfALongFlood() {
        int told = 0;
        desk.room = 0;
        for (int round = 0; round < 50; round++) {
            desk.room += 3;
            for (int i = 0; i < 300; i++) {
                port.arrive(bytes((i % 7 == 0 ? "BYE " : "INVITE ") + i), peer("10.0.0." + i % 250));
            }
            nowNs += 20;
            intake.poll(port, nowNs);
            told += desk.take().size();
        }
        nowNs += STALE_NS;
        intake.poll(port, nowNs);
        told += desk.take().size();
        assertEquals(50 * 300, told);
        assertEquals(0, intake.waiting());
    }

    /** As many datagrams as a calm poll takes. */
    private void backlog() {
        for (int i = 0; i < Intake.CALM_LIMIT; i++) {
            port.arrive(bytes("ACK"), GREEDY);
        }
        intake.poll(port, nowNs);
        assertTrue(intake.isBacklogged());
        desk.take();
    }

    private void arrive(final String... texts) {
        Stream.of(texts).forEach(text -> port.arrive(bytes(text), GREEDY));
    }

    private static long crowdedOut(final List<String> told) {
        return told.stream().filter(each -> each.startsWith("crowded out")).count();
    }

    private static Peer peer(final String host) {
        return Peer.of(new InetSocketAddress(host, 5060));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(final MutableDirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
