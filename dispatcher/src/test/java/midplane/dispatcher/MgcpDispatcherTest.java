package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.Protocol;
import midplane.fabric.ResponsePart;
import midplane.fabric.RingFabric;
import midplane.fabric.SettledNotice;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.PortInsertion;
import midplane.signalling.mgcp.GatewayTransactionId;
import midplane.testing.Conforms;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MGCP datagrams in at the well-known port; frames and answers out. Time is passed by hand. */
final class MgcpDispatcherTest {
    private static final int SLOTS = 3;
    private static final int RING_LENGTH = 64;
    private static final int FRAME_CAPACITY = 6 * 1024;
    private static final int EPOCH = 7;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long HISTORY_NS = 30 * SECOND_NS;
    private static final int TABLE_CAPACITY = 64;
    private static final Peer AGENT = Peer.of(new InetSocketAddress("127.0.0.1", 2727));
    private static final Peer OTHER_AGENT = Peer.of(new InetSocketAddress("127.0.0.2", 2727));
    private static final Peer STRANGER = Peer.of(new InetSocketAddress("192.0.2.1", 2727));

    private final ScriptedPort port = new ScriptedPort(2427);
    private final Counters counters = new Counters();
    private final AtomicLong clock = new AtomicLong(-5 * SECOND_NS);
    private final List<Throwable> errors = new ArrayList<>();
    private RingFabric fabric = new RingFabric(SLOTS, RING_LENGTH, FRAME_CAPACITY);
    private Dispatcher dispatcher = dispatcher(PortInsertion.HEADER, counters);
    private long reports;

    /** A frame as a blade saw it. */
    private record Seen(
            int slot,
            byte type,
            int portId,
            long sequence,
            int entry,
            int units,
            Peer source,
            String message,
            String original) {}

    private Dispatcher dispatcher(final PortInsertion insertion, final Counters countedIn) {
        fabric = new RingFabric(SLOTS, RING_LENGTH, FRAME_CAPACITY);
        return new Dispatcher(
                new DispatcherSettings(
                        PlacementSettings.of(BladeSelector.Policy.ROUND_ROBIN, SLOTS, 100),
                        insertion,
                        8,
                        HISTORY_NS,
                        HISTORY_NS,
                        1000,
                        "Midplane"),
                fabric,
                new int[] {5071, 5072, 5073},
                new int[] {EPOCH, EPOCH, EPOCH},
                new ScriptedPort(5060),
                new MgcpInlet(
                        port,
                        List.of(2443, 2444, 2445),
                        AllowList.LOOPBACK,
                        insertion,
                        TABLE_CAPACITY,
                        HISTORY_NS,
                        1000),
                AdmissionSettings.of(AllowList.LOOPBACK),
                clock::get,
                new Entropy(1, 2),
                countedIn,
                (slot, state, sessions) -> {},
                errors::add);
    }

    @AfterEach
    void everyMessageIsAccountedFor() {
        final long[] accounted = new long[1];
        counters.forEach((name, value) -> {
            if (name.matches("dispatcher\\.mgcp\\.(forwarded\\.|answered|absorbed\\.|dropped\\.).*")) {
                accounted[0] += value;
            }
        });
        assertEquals(value("received"), accounted[0], "received = forwarded + answered + absorbed + dropped");
        assertEquals(List.of(), errors);
    }

    @Test
    @Conforms({"M5", "RFC 3435 §3.5"})
    void shouldPlaceACommandForAnyEndpointAndTellThePortAndTheTrueSource() {
        final Seen frame = receive(crcx(1, "ann/$")).get(0);
        assertEquals(FrameType.INITIAL, frame.type());
        assertEquals(2443, frame.portId());
        assertEquals(AGENT, frame.source());
        assertEquals(1, frame.sequence());
        assertEquals(1, frame.units());
        assertEquals(crcx(1, "ann/$").replaceFirst("\r\n", "\r\nX-Midplane-Port: 2443\r\n"), frame.message());
        assertEquals(2444, receive(crcx(2, "$")).get(0).portId());
        assertEquals(2445, receive(crcx(3, "IVR/$")).get(0).portId());
        assertEquals(List.of(), port.takeSent());
    }

    @Test
    void shouldLetNoCopyOfOurParameterIn() {
        final String spoofed = crcx(1, "ann/$")
                + "x-midplane-port:1\r\nX-Midplane-Port : 2\n X+MIDPLANE-PORT: 3\r\nX-a: b\r\n\r\nv=0\r\n";
        final String message = receive(spoofed).get(0).message();
        assertEquals(
                crcx(1, "ann/$").replaceFirst("\r\n", "\r\nX-Midplane-Port: 2443\r\n") + "X-a: b\r\n\r\nv=0\r\n",
                message);
        assertEquals(
                "AUEP 2 ann/1/1@ms MGCP 1.0\r\nX-Midplane-Port: 2444\r\n",
                receive("AUEP 2 ann/1/1@ms MGCP 1.0").get(0).message());
    }

    @Test
    void shouldInsertThePortIntoTheEndpointOrNowhere() {
        dispatcher = dispatcher(PortInsertion.RURI, new Counters());
        final Seen frame = receiveUncounted("CRCX 1 cnf/$@[::1]:99 MGCP 1.0\nX-Midplane-Port: 5\nC: 1\nM: sendrecv\n");
        assertEquals("CRCX 1 cnf/$@[::1]:2443 MGCP 1.0\nC: 1\nM: sendrecv\n", frame.message());
        assertEquals("cnf/$@[::1]:99", frame.original());
        dispatcher = dispatcher(PortInsertion.ENVELOPE, new Counters());
        assertEquals(crcx(1, "ann/$"), receiveUncounted(crcx(1, "ann/$")).message());
    }

    @Test
    @Conforms({"M1", "M2", "RFC 3435 §3.5.1", "RFC 3435 §3.2.1.2"})
    void shouldBringEveryCopyToTheBladeOfTheFirstWhoeverSendsItAndWhateverItNames() {
        final Seen first = receive(crcx(7, "ann/$")).get(0);
        for (final String copy : new String[] {
            crcx(7, "ann/$"), crcx(7, "ann/$").replace("CRCX 7", "crcx 007"), "DLCX 7 ann/2/1@ms MGCP 1.0\n"
        }) {
            port.arrive(bytes(copy), OTHER_AGENT);
            dispatcher.doWork();
            final Seen seen = frames().get(0);
            assertEquals(FrameType.REPEAT, seen.type());
            assertEquals(first.slot(), seen.slot());
            assertEquals(first.sequence(), seen.sequence());
            assertEquals(first.entry(), seen.entry());
            assertEquals(OTHER_AGENT, seen.source());
        }
    }

    @Test
    @Conforms("M1")
    void shouldRememberATransactionForItsHistoryAfterItsResponse() {
        final Seen first = receive(crcx(7, "ann/$")).get(0);
        clock.addAndGet(HISTORY_NS - 1);
        settle(first);
        clock.addAndGet(HISTORY_NS - 1);
        assertEquals(FrameType.REPEAT, receive(crcx(7, "ann/$")).get(0).type());
        assertTrue(dispatcher.nextDeadlineNs() - clock.get() <= 1);
        clock.addAndGet(1);
        dispatcher.doWork();
        assertEquals(FrameType.INITIAL, receive(crcx(7, "ann/$")).get(0).type());
    }

    @ParameterizedTest
    @CsvSource({"ann/2/17,2", "CNF/1/room,1", "ivr/0/$,0", "pe/2/*,2", "*/1/*,1"})
    @Conforms("M6")
    void shouldFindTheBladeByTheNameOfItsEndpoint(final String localName, final int slot) {
        final Seen seen = receive("AUEP 5 " + localName + "@ms MGCP 1.0\r\n").get(0);
        assertEquals(slot, seen.slot());
        assertEquals(FrameType.STRAY, seen.type());
        assertEquals(0, seen.units());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "AUEP 5 aaln/1@ms MGCP 1.0       | 500 5 Unknown endpoint",
                "AUEP 5 ann/3/1@ms MGCP 1.0      | 500 5 Unknown endpoint",
                "AUEP 5 ann/63/1@ms MGCP 1.0     | 500 5 Unknown endpoint",
                "MDCX 5 cnf/no-such@ms MGCP 1.0  | 500 5 Unknown endpoint",
                "XPER 5 ann/1/1@ms MGCP 1.0      | 504 5 Unknown or unsupported command",
                "NTFY 5 ann/1/1@ms MGCP 1.0      | 504 5 Unknown or unsupported command",
                "RSIP 5 *@ms MGCP 1.0            | 504 5 Unknown or unsupported command",
                "AUEP 5 ann/$@ms MGCP 1.0        | 510 5 $ is for CRCX only",
                "AUCX 5 $@ms MGCP 1.0            | 510 5 $ is for CRCX only",
                "DLCX 5 ann/$@ms MGCP 1.0        | 510 5 $ is for CRCX only",
                "CRCX 5 ann/*@ms MGCP 1.0        | 503 5 * is not for this command",
                "MDCX 5 *@ms MGCP 1.0            | 503 5 * is not for this command",
                "AUCX 5 *@ms MGCP 1.0            | 503 5 * is not for this command",
                "AUEP 5 ann/1/1@ms MGCP 2.0      | 528 5 Incompatible protocol version",
                "AUEP 5 ann1@                    | 500 5 Bad endpoint name",
                "AUEP 5 ann/1/1@ms               | 510 5 Bad command line",
            })
    @Conforms({"M10", "M5", "RFC 3435 §2.4"})
    void shouldRefuseWithTheCodeOfTheRfc(final String command, final String answer) {
        assertEquals(List.of(), receive(command + "\r\n"));
        assertAnswer(answer);
        assertEquals(List.of(), receive(command + "\r\n"), "a refused command is not remembered");
        assertAnswer(answer);
    }

    @Test
    void shouldDropWhatNobodyCanAnswer() {
        for (final String noise : new String[] {"", "\r\n\r\n", "hello", "CRCX x a@b MGCP 1.0\n", "2x0 1\n"}) {
            assertEquals(List.of(), receive(noise));
        }
        port.arrive(bytes(crcx(1, "ann/$")), STRANGER);
        dispatcher.doWork();
        assertEquals(List.of(), frames());
        assertEquals(List.of(), port.takeSent());
        assertEquals(2, value("dropped.empty"));
        assertEquals(1, value("dropped.noise"));
        assertEquals(2, value("dropped.unanswerable"));
        assertEquals(1, value("dropped.not-allowed"));
    }

    @Test
    void shouldHonourTheSizeAndPlaceByTheLedgerOfAllProtocols() {
        assertEquals(
                40, receive(crcx(1, "ann/$") + "X-Session-Size: 40\r\n").get(0).units());
        assertEquals(2, receive(crcx(2, "ivr/$")).get(0).units());
        assertEquals(4, receive(crcx(3, "cnf/$")).get(0).units());
        assertEquals(
                1, receive(crcx(4, "ann/$") + "X-Session-Size: 0\r\n").get(0).units());
        assertEquals(
                1,
                receive(crcx(5, "ann/$") + "X-Session-Size: 2\r\nX-Session-Size: 2\r\n")
                        .get(0)
                        .units());
        assertEquals(2, counters.value("dispatcher.size.fault.mgcp"));
        // Slot 0 has 41 of 100 units, slot 1 has 3, slot 2 has 4: 97 fit one of them only.
        assertEquals(
                1, receive(crcx(6, "ann/$") + "X-Session-Size: 97\r\n").get(0).slot());
        assertEquals(List.of(), receive(crcx(7, "ann/$") + "X-Session-Size: 97\r\n"));
        assertAnswer("410 7 No endpoint available");
    }

    @Test
    @Conforms({"M9", "RFC 3435 §2.3.5"})
    void shouldBringBothEndpointsOfACommandToTheBladeOfTheNamedOne() {
        final Seen seen = receive(crcx(1, "pe/$") + "Z2: ivr/2/5@ms\r\n").get(0);
        assertEquals(2, seen.slot());
        assertEquals(FrameType.STRAY, seen.type());
        assertEquals(
                FrameType.INITIAL,
                receive(crcx(2, "pe/$") + "Z2: pe/$@ms\r\n").get(0).type());
        assertEquals(1, receive(crcx(3, "pe/1/1") + "Z2: pe/$@ms\r\n").get(0).slot());
    }

    @Test
    void shouldBringAConferenceNamedByItsIdToTheBladeThatGotItFirst() {
        final int slot = receive(crcx(1, "cnf/Room")).get(0).slot();
        receive(crcx(2, "ann/$"));
        assertEquals(slot, receive(crcx(3, "CNF/rOOM")).get(0).slot());
        assertEquals(slot, receive("DLCX 4 cnf/room@ms MGCP 1.0\n").get(0).slot());
    }

    @Test
    @Conforms({"M4", "RFC 3435 §3.5.5"})
    void shouldSplitADatagramAndLetNoMessageSpoilAnother() {
        final List<Seen> seen = receive("200 " + GatewayTransactionId.of(2, 5) + " OK\n.\nAUEP 1 x@ms MGCP 1.0\r\n.\r\n"
                + crcx(2, "ann/1/1") + ".\nnoise\n.\nDLCX 3 ann/1/1@ms MGCP 1.0");
        assertEquals(3, seen.size());
        assertEquals(
                "DLCX 3 ann/1/1@ms MGCP 1.0\r\nX-Midplane-Port: 2444\r\n",
                seen.get(1).message());
        assertEquals(List.of(1, 1, 2), seen.stream().map(Seen::slot).toList());
        assertTrue(seen.get(0).message().startsWith("CRCX 2"), "in order");
        assertEquals(
                "200 " + GatewayTransactionId.of(2, 5) + " OK\n", seen.get(2).message());
        assertAnswer("500 1 Unknown endpoint");
        assertEquals(5, value("received"));
    }

    @Test
    void shouldStopReadingADatagramOfAThousandMessages() {
        final StringBuilder datagram = new StringBuilder();
        for (int i = 1; i <= 1000; i++) {
            datagram.append("AUEP ").append(i).append(" ann/").append(i % SLOTS).append("/1@ms MGCP 1.0\n.\n");
        }
        assertEquals(MgcpDispatcher.PIGGYBACK_MAX, receive(datagram.toString()).size());
        assertAnswer("409 33 Too many messages in one datagram");
        assertEquals(1, value("dropped.piggyback"));
        assertEquals(MgcpDispatcher.PIGGYBACK_MAX + 2, value("received"));
    }

    @Test
    void shouldTakeADatagramOf4000BytesAndRefuseWhatFitsNoFrame() {
        final String digitMap = crcx(1, "ann/$") + "D: " + "x".repeat(4000) + "\r\n";
        assertEquals(1, receive(digitMap).size());
        assertEquals(List.of(), receive(digitMap.replace("CRCX 1", "CRCX 2").replace("xxxx", "xxxxxxxx")));
        assertAnswer("510 2 Message too long");
        assertEquals(List.of(), receive(crcx(3, "ann/$") + "D: " + "x".repeat(60_000) + "\r\n"));
        assertAnswer("510 3 Parameter value too long");
    }

    @Test
    void shouldRefuseWhatTheTableCannotRemember() {
        for (int i = 0; i < TABLE_CAPACITY; i++) {
            assertEquals(1, receive("AUEP " + i + " ann/0/1@ms MGCP 1.0\n").size());
        }
        assertEquals(List.of(), receive("AUEP 999 ann/0/1@ms MGCP 1.0\n"));
        assertAnswer("409 999 Too many transactions");
    }

    @Test
    void shouldDropACopyWhoseRingIsFullAndForgetAFirstOne() {
        for (int i = 0; i < RING_LENGTH / 2; i++) {
            port.arrive(bytes("AUEP 1 ann/0/1@ms MGCP 1.0\n"), AGENT);
            port.arrive(bytes("AUEP 2 ann/0/1@ms MGCP 1.0\n"), AGENT);
        }
        dispatcher.doWork();
        port.arrive(bytes("AUEP 1 ann/0/1@ms MGCP 1.0\n"), AGENT);
        port.arrive(bytes("AUEP 3 ann/0/1@ms MGCP 1.0\n"), AGENT);
        port.arrive(bytes("AUEP 4 *@ms MGCP 1.0\n"), AGENT);
        dispatcher.doWork();
        assertEquals(3, value("dropped.ring-full"));
        assertEquals(RING_LENGTH, frames().size(), "half of a command for all is worse than none");
        assertEquals(
                FrameType.STRAY, receive("AUEP 3 ann/0/1@ms MGCP 1.0\n").get(0).type());
        assertEquals(SLOTS, receive("AUEP 4 *@ms MGCP 1.0\n").size());
    }

    @Test
    @Conforms({"M5", "RFC 3435 §2.1.2"})
    void shouldMakeOneResponseOfWhatEveryBladeSays() {
        final List<Seen> seen = receive("AUEP 9 *@ms MGCP 1.0\r\n");
        assertEquals(SLOTS, seen.size());
        assertTrue(seen.stream().allMatch(frame -> frame.type() == FrameType.EVERY_BLADE));
        part(seen.get(2), 200, false, "Z: ann/2/1@ms\r\n");
        part(seen.get(0), 200, true, "Z: ann/0/1@ms\r\n");
        part(seen.get(2), 200, true, "Z: ann/2/2@ms\r\n");
        assertEquals(List.of(), receive("AUEP 9 *@ms MGCP 1.0\r\n"), "a copy meanwhile");
        assertAnswer("100 9 Being executed");
        part(seen.get(1), 200, true, "");
        assertEquals(
                "200 9 OK\r\nZ: ann/0/1@ms\r\nZ: ann/2/1@ms\r\nZ: ann/2/2@ms\r\n",
                port.takeSent().get(0).text());
        part(seen.get(1), 200, true, "Z: late@ms\r\n");
        assertEquals(List.of(), port.takeSent());
        assertEquals(SLOTS, receive("AUEP 9 *@ms MGCP 1.0\r\n").size(), "a copy later: the blades know what they said");
    }

    @Test
    @Conforms("M5")
    void shouldAnswerForAllWithTheFirstFailureOrWhenTimeIsUp() {
        List<Seen> seen = receive("DLCX 9 *@ms MGCP 1.0\r\n");
        part(seen.get(2), 510, true, "");
        part(seen.get(1), 403, true, "PL: A:1\r\n");
        part(seen.get(0), 250, true, "");
        assertAnswer("403 9 Not for all endpoints");
        seen = receive("DLCX 10 *@ms MGCP 1.0\r\n");
        part(seen.get(0), 250, true, "");
        part(seen.get(1), 200, true, "");
        clock.addAndGet(MgcpGather.TIMEOUT_NS - 1);
        dispatcher.doWork();
        assertEquals(List.of(), port.takeSent());
        assertEquals(1, dispatcher.nextDeadlineNs() - clock.get());
        clock.addAndGet(1);
        dispatcher.doWork();
        assertAnswer("406 10 Not for all endpoints");
        seen = receive("DLCX 11 ann/*@ms MGCP 1.0\r\n");
        part(seen.get(0), 250, true, "");
        part(seen.get(1), 250, true, "");
        part(seen.get(2), 250, true, "");
        assertAnswer("250 11 OK");
        seen = receive("AUEP 12 *@ms MGCP 1.0\r\n");
        for (int i = 0; i <= MgcpGather.TEXT_LENGTH_MAX / 200; i++) {
            part(seen.get(1), 200, false, "Z".repeat(200));
        }
        part(seen.get(0), 200, true, "");
        part(seen.get(1), 200, true, "");
        part(seen.get(2), 200, true, "");
        assertAnswer("533 12 Not for all endpoints");
    }

    @Test
    void shouldRefuseMoreCommandsForAllThanItCanKeep() {
        for (int i = 0; i < MgcpGather.LIMIT; i++) {
            assertEquals(SLOTS, receive("AUEP " + i + " *@ms MGCP 1.0\n").size());
        }
        assertEquals(List.of(), receive("AUEP 99 *@ms MGCP 1.0\n"));
        assertAnswer("409 99 Too many commands for all endpoints");
    }

    @Test
    @Conforms({"M3", "RFC 3435 §3.5.2"})
    void shouldTellTheBladesWhoseResponsesWereConfirmedAndIgnoreCopiesFromThenOn() {
        final Seen onZero = receive("AUEP 1 ann/0/1@ms MGCP 1.0\n").get(0);
        final Seen onOne = receive("AUEP 2 ann/1/1@ms MGCP 1.0\n").get(0);
        final Seen pending = receive("AUEP 3 ann/1/1@ms MGCP 1.0\n").get(0);
        settle(onZero);
        settle(onOne);
        final List<Seen> seen = receive("AUEP 4 ann/2/1@ms MGCP 1.0\nK: 1-2, 3, 3-999999999\n");
        assertEquals(
                List.of(FrameType.ACKNOWLEDGED, FrameType.ACKNOWLEDGED, FrameType.STRAY),
                seen.stream().map(Seen::type).toList());
        assertEquals("1-2, 3, 3-999999999", seen.get(0).message());
        assertEquals(2, value("acknowledged"));
        assertTrue(value("acknowledged.ignored") > 999_000_000);
        assertEquals(List.of(), receive("AUEP 2 ann/1/1@ms MGCP 1.0\n"));
        assertEquals(List.of(), port.takeSent());
        assertEquals(1, value("absorbed.acknowledged"));
        assertEquals(1, receive("AUEP 3 ann/1/1@ms MGCP 1.0\n").size(), "not answered, so not confirmed: " + pending);
    }

    @Test
    @Conforms("M3")
    void shouldBelieveAConfirmationOnlyFromWhoGotTheResponse() {
        settle(receive("AUEP 1 ann/0/1@ms MGCP 1.0\n").get(0));
        port.arrive(bytes("AUEP 2 ann/1/1@ms MGCP 1.0\nK: 1\n"), OTHER_AGENT);
        dispatcher.doWork();
        assertEquals(1, frames().size());
        assertEquals(
                FrameType.REPEAT, receive("AUEP 1 ann/0/1@ms MGCP 1.0\n").get(0).type());
        receive("AUEP 3 ann/1/1@ms MGCP 1.0\nK: 3-2\n");
        assertEquals(1, value("acknowledged.malformed"));
    }

    @Test
    @Conforms({"M3", "RFC 3435 §3.5.6"})
    void shouldBringResponsesToTheirBlades() {
        assertEquals(
                1,
                receive("200 " + GatewayTransactionId.of(1, 77) + " OK\r\n")
                        .get(0)
                        .slot());
        assertEquals(List.of(), receive("200 63 OK\r\n"), "no such slot");
        final Seen first = receive(crcx(7, "ann/2/1")).get(0);
        final Seen acknowledgement = receive("000 7\r\n").get(0);
        assertEquals(first.slot(), acknowledgement.slot());
        assertEquals("000 7\r\n", acknowledgement.message());
        assertEquals(List.of(), receive("000 8\r\n"));
        assertEquals(2, value("dropped.response"));
    }

    @Test
    void shouldPlaceNothingOnWhatDrainsNorWhileItHangsUp() {
        report(0, LoadReport.DRAINING);
        assertEquals(1, receive(crcx(1, "ann/$")).get(0).slot());
        assertEquals(0, receive("DLCX 2 ann/0/1@ms MGCP 1.0\n").get(0).slot());
        dispatcher.hangUp();
        dispatcher.doWork();
        frames();
        assertEquals(List.of(), receive(crcx(3, "ann/$")));
        assertAnswer("410 3 No endpoint available");
        assertEquals(1, receive("DLCX 4 ann/0/1@ms MGCP 1.0\n").size());
    }

    // ---- what the tests say and see

    private static String crcx(final int transactionId, final String localName) {
        return "CRCX " + transactionId + ' ' + localName + "@ms.example.net MGCP 1.0\r\nC: A1\r\nM: sendrecv\r\n";
    }

    private long value(final String name) {
        return counters.value("dispatcher.mgcp." + name);
    }

    private void assertAnswer(final String line) {
        final List<ScriptedPort.Datagram> sent = port.takeSent();
        assertEquals(
                List.of(line + "\r\n"),
                sent.stream().map(ScriptedPort.Datagram::text).toList());
        assertEquals(AGENT, sent.get(0).peer());
    }

    private List<Seen> receive(final String text) {
        port.arrive(bytes(text), AGENT);
        dispatcher.doWork();
        return frames();
    }

    private Seen receiveUncounted(final String text) {
        return receive(text).get(0);
    }

    private void settle(final Seen seen) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(seen.slot()).claim(claim, SettledNotice.LENGTH));
        SettledNotice.write(claim.buffer(), claim.offset(), seen.entry(), seen.sequence());
        claim.commit(SettledNotice.LENGTH);
        dispatcher.doWork();
    }

    private void part(final Seen seen, final int returnCode, final boolean isLast, final String text) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(seen.slot()).claim(claim, ResponsePart.TEXT_OFFSET + text.length()));
        ResponsePart.write(claim.buffer(), claim.offset(), isLast, returnCode, seen.entry(), seen.sequence());
        claim.buffer().putStringWithoutLengthAscii(claim.offset() + ResponsePart.TEXT_OFFSET, text);
        claim.commit(ResponsePart.TEXT_OFFSET + text.length());
        dispatcher.doWork();
    }

    private void report(final int slot, final int state) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(slot).claim(claim, LoadReport.LENGTH));
        new LoadReport()
                .wrap(claim.buffer(), claim.offset())
                .begin()
                .slot(slot)
                .epoch(EPOCH)
                .sequence(++reports)
                .state(state)
                .capacity(100)
                .writtenNs(clock.get());
        claim.commit(LoadReport.LENGTH);
        dispatcher.doWork();
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(final MutableDirectBuffer buffer, final int offset, final int length) {
        return buffer.getStringWithoutLengthAscii(offset, length);
    }

    private List<Seen> frames() {
        return Stream.iterate(0, slot -> slot < SLOTS, slot -> slot + 1)
                .flatMap(slot -> frames(slot).stream())
                .toList();
    }

    private List<Seen> frames(final int slot) {
        final List<Seen> seen = new ArrayList<>();
        final InitialFrame frame = new InitialFrame();
        fabric.backplane(slot)
                .poll(
                        (buffer, offset, length) -> {
                            assertTrue(frame.tryWrap(buffer, offset, length));
                            assertEquals(EPOCH, frame.epoch());
                            if (frame.type() == FrameType.HANG_UP) {
                                return;
                            }
                            assertEquals(Protocol.MGCP, frame.protocol());
                            assertEquals(2427, frame.wellKnownPort());
                            seen.add(new Seen(
                                    slot,
                                    frame.type(),
                                    frame.portId(),
                                    frame.sequence(),
                                    frame.entry(),
                                    frame.units(),
                                    Peer.of(frame.sourceAddressHigh(), frame.sourceAddressLow(), frame.sourcePort()),
                                    text(frame.buffer(), frame.messageOffset(), frame.messageLength()),
                                    text(frame.buffer(), frame.originalUriOffset(), frame.originalUriLength())));
                        },
                        RING_LENGTH);
        return seen;
    }
}
