package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import midplane.admission.Intake;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.ProvenNotice;
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
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams in at the well-known port; frames and answers out. Time is passed by hand. */
class DispatcherTest {
    private static final int SLOTS = 3;
    private static final int RING_LENGTH = 8;
    private static final int FRAME_CAPACITY = 2048;
    private static final int EPOCH = 7;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long SETTLED_NS = 32 * SECOND_NS;
    private static final long PENDING_NS = 300 * SECOND_NS;
    private static final Peer CLIENT = Peer.of(new InetSocketAddress("127.0.0.1", 5080));

    private final ScriptedPort wellKnownPort = new ScriptedPort(5060);
    private final RingFabric fabric = new RingFabric(SLOTS, RING_LENGTH, FRAME_CAPACITY);
    private final Counters counters = new Counters();
    private final AtomicLong clock = new AtomicLong(-5 * SECOND_NS);
    private long reports;
    private final List<String> states = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(
            new DispatcherSettings(
                    PlacementSettings.of(BladeSelector.Policy.ROUND_ROBIN, SLOTS, 1000),
                    PortInsertion.HEADER,
                    8,
                    SETTLED_NS,
                    PENDING_NS,
                    10,
                    "Midplane"),
            fabric,
            new int[] {5071, 5072, 5073},
            new int[] {EPOCH, EPOCH, EPOCH},
            wellKnownPort,
            null,
            AdmissionSettings.of(AllowList.LOOPBACK),
            clock::get,
            new Entropy(1, 2),
            counters,
            (slot, state, sessions) -> states.add(slot + ":" + state + ":" + sessions),
            errors::add);

    /** A frame as a blade saw it. */
    private record Seen(
            int slot, byte type, int portId, long sequence, int entry, int units, Peer source, String message) {}

    @AfterEach
    void everyDatagramIsAccountedFor() {
        long accounted = 0;
        for (final String name : new String[] {
            "forwarded.initial", "forwarded.repeat", "forwarded.in-dialog", "answered", "absorbed.ack",
            "dropped.not-allowed", "dropped.noise", "dropped.keep-alive", "dropped.unanswerable", "dropped.response",
            "dropped.ring-full", "dropped.over-budget", "dropped.not-sent", "dropped.error", "dropped.stale"
        }) {
            accounted += counters.value("dispatcher." + name);
        }
        assertEquals(counters.value("dispatcher.received"), accounted, "received = forwarded + answered + dropped");
        assertEquals(List.of(), errors);
    }

    @Test
    @Conforms("S6")
    void shouldHandAnInviteToOneBladeWithItsPortAndTheTrueSource() {
        final List<Seen> seen = receive(WireText.INVITE);

        assertEquals(1, seen.size());
        final Seen frame = seen.get(0);
        assertEquals(FrameType.INITIAL, frame.type());
        assertEquals(5071, frame.portId());
        assertEquals(CLIENT, frame.source());
        assertEquals(1, frame.sequence());
        assertEquals(WireText.INVITE.replaceFirst("\nVia", "\nMidplane-Port: 5071;wk=5060\nVia"), frame.message());
        assertEquals(List.of(), wellKnownPort.takeSent());
    }

    @Test
    void shouldTakeTheBladesInTurn() {
        assertEquals(5071, receive(call("a")).get(0).portId());
        assertEquals(5072, receive(call("b")).get(0).portId());
        assertEquals(5073, receive(call("c")).get(0).portId());
        assertEquals(5071, receive(call("d")).get(0).portId());
    }

    @Test
    @Conforms({"S1", "S2", "S3", "S4"})
    void shouldPinARepeatAMergedCopyACancelAndAnAckToTheBladeOfTheFirst() {
        final Seen first = receive(WireText.INVITE).get(0);

        for (final String follower : new String[] {
            WireText.INVITE,
            WireText.INVITE.replace("z9hG4bK-1", "z9hG4bK-other"),
            WireText.INVITE.replace("INVITE", "CANCEL"),
            WireText.INVITE.replace("INVITE", "ACK")
        }) {
            final Seen seen = receive(follower).get(0);
            assertEquals(FrameType.REPEAT, seen.type());
            assertEquals(first.slot(), seen.slot());
            assertEquals(first.entry(), seen.entry());
            assertEquals(first.sequence(), seen.sequence());
        }
        assertEquals(4, counters.value("dispatcher.forwarded.repeat"));
    }

    /** RFC 3891 §3, RFC 3911 §4, RFC 4538 §7: the named dialog is at one blade only. */
    @ParameterizedTest
    @CsvSource({
        "Replaces, 0123@h;from-tag=a;to-tag=%s",
        "Join, 0123@h;to-tag=%s;from-tag=a",
        "Target-Dialog, 0123@h;local-tag=%s;remote-tag=a"
    })
    @Conforms("S11")
    void shouldHandAnInviteThatNamesADialogToItsBlade(final String header, final String name) {
        final String line = "\n" + header + ": " + name.formatted(bladeTag(2, EPOCH));
        final String invite = call("heir").replaceFirst("\nTo", line + "\nTo");

        assertEquals(2, receive(invite).get(0).slot());
        assertEquals(FrameType.REPEAT, receive(invite).get(0).type());
        assertEquals(
                2,
                receive(call("other").replaceFirst("\nTo", line + "\nTo"))
                        .get(0)
                        .slot());
        // What is of no blade, or of one that is gone, is as good anywhere: it will be 481.
        assertEquals(
                0,
                receive(call("gone")
                                .replaceFirst(
                                        "\nTo", "\n" + header + ": " + name.formatted(bladeTag(2, EPOCH - 1)) + "\nTo"))
                        .get(0)
                        .slot());
        assertEquals(
                1,
                receive(call("foreign").replaceFirst("\nTo", "\n" + header + ": " + name.formatted("x") + "\nTo"))
                        .get(0)
                        .slot());
    }

    @Test
    @Conforms("S11")
    void shouldNotHandAnInviteThatNamesADialogToAnotherBlade() {
        final String line = "\nReplaces: 0123@h;from-tag=a;to-tag=" + bladeTag(1, EPOCH);
        for (int i = 0; i < RING_LENGTH; i++) {
            wellKnownPort.arrive(WireText.bytes(inDialog("BYE", bladeTag(1, EPOCH))), CLIENT);
        }
        wellKnownPort.arrive(WireText.bytes(call("heir").replaceFirst("\nTo", line + "\nTo")), CLIENT);
        dispatcher.doWork();

        assertStatus("503 Service Unavailable");
        assertEquals(1, counters.value("dispatcher.back-pressure"));
        assertEquals(0, counters.value("dispatcher.forwarded.initial"));
    }

    @Test
    void shouldTellTheBladeTheSizeOfTheSessionWithEveryCopyOfItsInvite() {
        final String invite = WireText.INVITE.replace("Max-Forwards: 70", "Session-Size: 40");

        assertEquals(40, receive(invite).get(0).units());
        assertEquals(40, receive(invite).get(0).units());
        assertEquals(0, receive(inDialog("BYE", bladeTag(0, EPOCH))).get(0).units());
        assertEquals(1, receive(call("small")).get(0).units());
    }

    @Test
    void shouldPlaceASessionWhoseSizeCannotBeReadAndCountWhoSaidIt() {
        final String invite = WireText.INVITE
                .replace("sip:annc@ms.example.net;play=welcome", "sip:dialog@ms.example.net;session-size=none")
                .replace("Max-Forwards: 70", "Session-Size: -40");

        assertEquals(2, receive(invite).get(0).units());
        assertEquals(1, counters.value("dispatcher.size.fault.header"));
        assertEquals(1, counters.value("dispatcher.size.fault.request-uri"));
        assertEquals(0, counters.value("dispatcher.size.contradictory"));
    }

    @Test
    void shouldCountSizesThatContradictEachOther() {
        receive(WireText.INVITE
                .replace("play=welcome", "play=welcome;session-size=41")
                .replace("Max-Forwards: 70", "Session-Size: 40"));

        assertEquals(1, counters.value("dispatcher.size.contradictory"));
    }

    @Test
    @Conforms({"S1", "RFC 6026 §7.1"})
    void shouldKeepTheEntryUntilThirtyTwoSecondsAfterTheFinalResponse() {
        final Seen first = receive(WireText.INVITE).get(0);
        clock.addAndGet(100 * SECOND_NS);
        settle(first);

        clock.addAndGet(SETTLED_NS - 1);
        assertEquals(FrameType.REPEAT, receive(WireText.INVITE).get(0).type());
        clock.addAndGet(1);
        dispatcher.doWork();
        assertEquals(FrameType.INITIAL, receive(WireText.INVITE).get(0).type());
    }

    @Test
    void shouldForgetAnEntryWhoseBladeNeverSettled() {
        receive(WireText.INVITE);
        clock.addAndGet(PENDING_NS);
        assertEquals(clock.get(), dispatcher.nextDeadlineNs());
        dispatcher.doWork();

        assertEquals(0, counters.value("dispatcher.table.size"));
        assertEquals(Long.MAX_VALUE, dispatcher.nextDeadlineNs());
    }

    @Test
    @Conforms("S10")
    void shouldRelayAStrayByTheBladeInItsTag() {
        for (final String method : new String[] {"ACK", "BYE", "INVITE", "OPTIONS", "INFO", "WHATEVER"}) {
            final Seen seen = receive(inDialog(method, bladeTag(2, EPOCH))).get(0);

            assertEquals(FrameType.STRAY, seen.type());
            assertEquals(2, seen.slot());
            assertEquals(InitialFrame.NO_ENTRY, seen.entry());
        }
        assertEquals(6, counters.value("dispatcher.forwarded.in-dialog"));
    }

    @Test
    @Conforms({"S10", "S3"})
    void shouldSay481ToAStrayOfNoBladeAndNothingToItsAck() {
        for (final String tag : new String[] {
            bladeTag(3, EPOCH), bladeTag(2, EPOCH + 1), chassisTag(), "foreign", bladeTag(2, EPOCH) + "0"
        }) {
            assertEquals(List.of(), receive(inDialog("BYE", tag)));
            assertStatus("481 Call/Transaction Does Not Exist");
            assertEquals(List.of(), receive(inDialog("ACK", tag)));
            assertEquals(List.of(), wellKnownPort.takeSent());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CANCEL, 481 Call/Transaction Does Not Exist",
        "BYE, 481 Call/Transaction Does Not Exist",
        "INFO, 481 Call/Transaction Does Not Exist",
        "UPDATE, 481 Call/Transaction Does Not Exist",
        "PRACK, 481 Call/Transaction Does Not Exist",
        "OPTIONS, 200 OK",
        "REGISTER, 405 Method Not Allowed",
        "MESSAGE, 405 Method Not Allowed",
        "PUBLISH, 405 Method Not Allowed",
        "SUBSCRIBE, 405 Method Not Allowed",
        "invite, 501 Not Implemented"
    })
    void shouldAnswerFromTheChassisWhatNeedsNoBlade(final String method, final String status) {
        assertEquals(List.of(), receive(WireText.INVITE.replace("INVITE", method)));

        final String response = assertStatus(status);
        assertEquals(
                method.equals("OPTIONS") || status.startsWith("405"), response.contains("\nAllow: INVITE"), response);
    }

    @Test
    @Conforms("S3")
    void shouldSayNothingToAnAckOfNobody() {
        assertEquals(List.of(), receive(WireText.INVITE.replace("INVITE", "ACK")));

        assertEquals(List.of(), wellKnownPort.takeSent());
        assertEquals(1, counters.value("dispatcher.absorbed.ack"));
    }

    /** RFC 3261 §8.2.2.3: an extension that the chassis has is none to refuse. */
    @Test
    void shouldAnswerOptionsThatRequireWhatItHas() {
        receive(WireText.INVITE.replace("INVITE", "OPTIONS").replaceFirst("\nTo", "\nRequire: timer, 100REL\nTo"));
        assertStatus("200 OK");
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.3")
    void shouldRefuseWhatOptionsRequires() {
        receive(WireText.INVITE.replace("INVITE", "OPTIONS").replaceFirst("\nTo", "\nRequire: teleport\nTo"));

        assertTrue(assertStatus("420 Bad Extension").contains("\nUnsupported: teleport\n"));
    }

    /** RFC 4475 §3.3.2, §3.3.3: whatever To says. */
    @Test
    @Conforms({"RFC 3261 §8.2.2.1", "RFC 3261 §21.4.14"})
    void shouldRefuseOptionsOfAnotherScheme() {
        receive(WireText.INVITE.replace("INVITE", "OPTIONS").replaceFirst("sip:[^ ]*", "soap.beep:example.com"));

        assertStatus("416 Unsupported URI Scheme");
    }

    @Test
    @Conforms({"RFC 3261 §21.4.1", "S19"})
    void shouldNameTheFault() {
        receive(WireText.INVITE.replaceFirst("Content-Length: 0", "Content-Length: many"));

        assertStatus("400 Bad Content-Length");
        assertEquals(1, counters.value("dispatcher.fault.bad-content-length"));
    }

    @Test
    @Conforms("RFC 3261 §8.2.7")
    void shouldGiveARepeatedFaultTheSameAnswer() {
        final String faulty = WireText.INVITE.replaceFirst("Max-Forwards: 70", "Max-Forwards: -1");
        receive(faulty);
        final String once = wellKnownPort.takeSent().get(0).text();
        receive(faulty);

        assertEquals(once, wellKnownPort.takeSent().get(0).text());
        receive(faulty.replace("z9hG4bK-1", "z9hG4bK-2"));
        assertNotEquals(
                once, wellKnownPort.takeSent().get(0).text().replace("z9hG4bK-2", "z9hG4bK-1"), "another To-tag");
    }

    @Test
    @Conforms({"RFC 3261 §21.5.7", "S19"})
    void shouldSay513WhenNoCellHoldsTheMessage() {
        receive(WireText.INVITE.replaceFirst("\nTo", "\nSubject: " + "x".repeat(FRAME_CAPACITY) + "\nTo"));

        assertStatus("513 Message Too Large");
    }

    /**
     * A later INVITE of a caller the table knows, a stray with our tag, and an ACK, all of them longer than a cell, were taken
     * for such as find no room at the moment, and dropped: the client repeated them to no end.
     */
    @Test
    @Conforms({"RFC 3261 §21.5.7", "S19"})
    void shouldSay513WhateverIsTooLong() {
        receive(WireText.INVITE);
        receive(WireText.INVITE.replaceFirst("\nTo", "\nSubject: " + "x".repeat(FRAME_CAPACITY) + "\nTo"));
        assertStatus("513 Message Too Large");

        receive(inDialog("INFO", bladeTag(2, EPOCH))
                .replaceFirst("\nTo", "\nSubject: " + "x".repeat(FRAME_CAPACITY) + "\nTo"));
        assertStatus("513 Message Too Large");

        receive(inDialog("ACK", bladeTag(2, EPOCH))
                .replaceFirst("\nTo", "\nSubject: " + "x".repeat(FRAME_CAPACITY) + "\nTo"));
        assertEquals(1, counters.value("dispatcher.dropped.unanswerable"));
        assertEquals(3, counters.value("dispatcher.fault.message-too-long"));
        assertEquals(0, counters.value("dispatcher.dropped.ring-full"));
    }

    @Test
    void shouldBeSilentToNoiseKeepAliveResponsesAndStrangers() {
        receive("");
        receive("\n\n");
        receive("noise");
        receive(WireText.INVITE.replaceFirst("INVITE .*", "SIP/2.0 200 OK"));
        wellKnownPort.arrive(WireText.bytes(WireText.INVITE), Peer.of(new InetSocketAddress("192.0.2.1", 5060)));
        dispatcher.doWork();

        assertEquals(List.of(), wellKnownPort.takeSent());
        assertEquals(List.of(), frames());
        assertEquals(2, counters.value("dispatcher.dropped.keep-alive"));
        assertEquals(1, counters.value("dispatcher.dropped.noise"));
        assertEquals(1, counters.value("dispatcher.dropped.response"));
        assertEquals(1, counters.value("dispatcher.dropped.not-allowed"));
    }

    @Test
    @Conforms({"RFC 3581 §4", "RFC 3261 §18.2.2", "S6", "S7"})
    void shouldAnswerToTheTruePortWhenAskedAndToTheViaPortWhenNot() {
        final Peer behindNat = Peer.of(new InetSocketAddress("127.0.0.1", 40_000));
        final String options = WireText.INVITE.replace("INVITE", "OPTIONS");
        wellKnownPort.arrive(WireText.bytes(options), behindNat);
        wellKnownPort.arrive(WireText.bytes(options.replace(";branch", ";rport;branch")), behindNat);
        wellKnownPort.arrive(WireText.bytes(options.replace("127.0.0.1:5080;branch", "127.0.0.1;branch")), behindNat);
        dispatcher.doWork();

        final List<ScriptedPort.Datagram> sent = wellKnownPort.takeSent();
        assertEquals(5080, sent.get(0).peer().port());
        assertEquals(40_000, sent.get(1).peer().port());
        assertEquals(5060, sent.get(2).peer().port());
        assertTrue(sent.get(1).text().contains(";rport=40000"), sent.get(1).text());
    }

    @Test
    @Conforms({"S17", "RFC 3261 §21.5.4"})
    void shouldTryTheNextBladeWhenARingIsFullAndSay503WhenAllAre() {
        // Call-IDs by number; the table has room for 8, so the rings are filled by strays first.
        for (int i = 0; i < RING_LENGTH; i++) {
            send(inDialog("INFO", bladeTag(0, EPOCH)));
        }
        dispatcher.doWork();
        send(call("spills"));
        dispatcher.doWork();
        assertEquals(1, counters.value("dispatcher.back-pressure"));
        assertEquals(1, counters.value("dispatcher.forwarded.initial"));

        for (int i = 0; i < RING_LENGTH; i++) {
            send(inDialog("INFO", bladeTag(1, EPOCH)));
            send(inDialog("INFO", bladeTag(2, EPOCH)));
        }
        dispatcher.doWork();
        send(call("refused"));
        dispatcher.doWork();
        final String response = assertStatus("503 Service Unavailable");
        assertFalse(response.contains("Retry-After"));
        assertTrue(counters.value("dispatcher.dropped.ring-full") > 0);

        assertEquals(3 * RING_LENGTH, frames().size());
        assertEquals(FrameType.INITIAL, receive(call("refused")).get(0).type(), "a refused call is not remembered");
    }

    @Test
    @Conforms("S17")
    void shouldSay503WhenTheTableIsFull() {
        for (int i = 0; i < 8; i++) {
            assertEquals(1, receive(call("c" + i)).size());
        }

        assertEquals(List.of(), receive(call("one-more")));
        assertStatus("503 Service Unavailable");
    }

    @Test
    void shouldForgetTheDialogSettledLongestAgoRatherThanRefuseANewOne() {
        final List<Seen> first = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            first.addAll(receive(call("c" + i)));
        }
        settle(first.get(3));
        clock.addAndGet(1);
        settle(first.get(2));

        assertEquals(FrameType.INITIAL, receive(call("new")).get(0).type());
        assertEquals(1, counters.value("dispatcher.table.evicted"));
        assertEquals(FrameType.REPEAT, receive(call("c2")).get(0).type());
        assertEquals(FrameType.REPEAT, receive(call("c0")).get(0).type());
        assertEquals(FrameType.INITIAL, receive(call("c3")).get(0).type(), "forgotten");
    }

    /** Sixty-four in one cycle, and more wait: what is new gives way to what ends, carries on or repeats. */
    @Test
    void shouldServeEndsAndRepeatsBeforeNewCallsAndTheNewestOfThoseFirstWhenThereIsABacklog() {
        receive(call("known"));
        backlog();
        send(call("first"));
        send(call("second"));
        send(inDialog("BYE", bladeTag(2, EPOCH)));
        send(call("known"));
        send(inDialog("INVITE", bladeTag(2, EPOCH)));
        send(inDialog("ACK", bladeTag(2, EPOCH)));
        dispatcher.doWork();

        final List<Seen> seen = frames();
        assertEquals(6, seen.size());
        final List<Seen> ofSlot2 = seen.stream()
                .filter(frame -> frame.slot() == 2 && frame.type() == FrameType.STRAY)
                .toList();
        assertEquals(3, ofSlot2.size());
        assertEquals(0, seen.indexOf(ofSlot2.get(0)) - firstOfSlot(seen, 2), "nothing new before them");
        assertEquals(2, counters.value("dispatcher.forwarded.initial") - 1);
        final int second = portOf(seen, "second");
        final int first = portOf(seen, "first");
        assertEquals(5072, second, "the newest is the next in turn after slot 0");
        assertEquals(5073, first);
        assertEquals(0, counters.value("dispatcher.intake.waiting"));
    }

    @Test
    void shouldKeepRoomInTheRingsForWhatBelongsToAdmittedCalls() {
        int calls = 0;
        for (int i = 0; i < 8; i++) {
            calls += receiveOnly(call("c" + i));
        }
        assertEquals(8, calls);
        for (int i = 0; i < SLOTS * RING_LENGTH; i++) {
            send(inDialog("INFO", bladeTag(i % SLOTS, EPOCH)));
        }
        dispatcher.doWork();
        final long strays = counters.value("dispatcher.forwarded.in-dialog");
        assertEquals(SLOTS * RING_LENGTH - 8, strays, "they may fill what new calls may not");
        frames();
    }

    @Test
    void shouldDropANewCallThatWaitedUntilItsClientRepeatsIt() {
        fillRings();
        backlog();
        send(call("waits"));
        dispatcher.doWork();
        assertEquals(1, counters.value("dispatcher.intake.waiting"));
        assertFalse(dispatcher.hasWork(), "nothing can be done about it now");
        assertTrue(dispatcher.nextDeadlineNs() - clock.get() <= SECOND_NS / 100);

        clock.addAndGet(SECOND_NS / 2);
        dispatcher.doWork();
        assertEquals(1, counters.value("dispatcher.dropped.stale"));
        assertEquals(0, counters.value("dispatcher.intake.waiting"));
        assertEquals(List.of(), wellKnownPort.takeSent());
    }

    @Test
    void shouldSay503ToWhomAFloodCrowdsOutAsLongAsTheBudgetLasts() {
        fillRings();
        backlog();
        for (int i = 0; i < Dispatcher.WAITING_MAX + 50; i++) {
            send(call("flood-" + i));
        }
        dispatcher.doWork();
        assertEquals(50, counters.value("dispatcher.intake.crowded-out"));
        final List<ScriptedPort.Datagram> sent = wellKnownPort.takeSent();
        assertEquals(10, sent.size());
        assertTrue(sent.get(0).text().contains("503 Service Unavailable"));
        assertTrue(sent.get(0).text().contains("call-flood-0"), "the oldest");
        assertEquals(40, counters.value("dispatcher.dropped.over-budget"));
        clock.addAndGet(SECOND_NS);
        dispatcher.doWork();
        assertEquals(Dispatcher.WAITING_MAX, counters.value("dispatcher.dropped.stale"));
    }

    @Test
    void shouldServeAProvenHostBeforeOthersWhenThereIsABacklog() {
        fillRings();
        final Peer proven = Peer.of(new InetSocketAddress("127.0.0.9", 5080));
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(0).claim(claim, ProvenNotice.LENGTH));
        ProvenNotice.write(claim.buffer(), claim.offset(), proven.addressHigh(), proven.addressLow());
        claim.commit(ProvenNotice.LENGTH);
        backlog();
        wellKnownPort.arrive(WireText.bytes(call("proven")), proven);
        send(call("other"));
        dispatcher.doWork();
        assertEquals(2, counters.value("dispatcher.intake.waiting"));

        final FrameHandler consumed = (buffer, offset, length) -> {};
        fabric.backplane(0).poll(consumed, 1);
        dispatcher.doWork();
        final List<Seen> seen = frames();
        assertEquals(5071, portOf(seen, "proven"));
        assertEquals(-1, portOf(seen, "other"));
        clock.addAndGet(SECOND_NS);
        dispatcher.doWork();
        frames();
    }

    @Test
    void shouldTellStrangersThatTheyAreIfAskedTo() {
        final Dispatcher forbidding = new Dispatcher(
                new DispatcherSettings(
                        PlacementSettings.of(BladeSelector.Policy.ROUND_ROBIN, 1, 1000),
                        PortInsertion.HEADER,
                        8,
                        SETTLED_NS,
                        PENDING_NS,
                        10,
                        "M"),
                new RingFabric(1, RING_LENGTH, FRAME_CAPACITY),
                new int[] {5071},
                new int[] {EPOCH},
                wellKnownPort,
                null,
                new AdmissionSettings(AllowList.LOOPBACK, AllowList.LOOPBACK, true, 10, 10, SECOND_NS, 8),
                clock::get,
                new Entropy(1, 2),
                new Counters(),
                (slot, state, sessions) -> {},
                errors::add);
        final Peer stranger = Peer.of(new InetSocketAddress("192.0.2.1", 5060));
        wellKnownPort.arrive(WireText.bytes(WireText.INVITE), stranger);
        wellKnownPort.arrive(WireText.bytes(WireText.INVITE.replace("INVITE", "ACK")), stranger);
        wellKnownPort.arrive(WireText.bytes("noise"), stranger);
        forbidding.doWork();
        final List<ScriptedPort.Datagram> sent = wellKnownPort.takeSent();
        assertEquals(1, sent.size());
        assertTrue(sent.get(0).text().startsWith("SIP/2.0 403 Forbidden"));
        assertTrue(sent.get(0).bytes().length <= WireText.bytes(WireText.INVITE).length, "no amplifier");
    }

    @Test
    void shouldFallSilentWhenTheBudgetIsSpentAndRecover() {
        final String options = WireText.INVITE.replace("INVITE", "OPTIONS");
        for (int i = 0; i < 15; i++) {
            send(options);
        }
        dispatcher.doWork();
        assertEquals(10, wellKnownPort.takeSent().size());
        assertEquals(5, counters.value("dispatcher.dropped.over-budget"));

        clock.addAndGet(SECOND_NS / 10);
        send(options);
        send(options);
        dispatcher.doWork();
        assertEquals(1, wellKnownPort.takeSent().size());
    }

    @Test
    void shouldCountWhatTheSocketWouldNotTake() {
        wellKnownPort.clogged(true);
        receive(WireText.INVITE.replace("INVITE", "OPTIONS"));

        assertEquals(1, counters.value("dispatcher.dropped.not-sent"));
    }

    @Test
    @Conforms({"S10", "S17"})
    void shouldGiveNothingNewToABladeThatDrainsAndStillRelayItsStrays() {
        report(0, LoadReport.DRAINING, 2);
        assertEquals(List.of("0:2:2"), states);

        assertEquals(5072, receive(call("a")).get(0).portId());
        assertEquals(5073, receive(call("b")).get(0).portId());
        assertEquals(5072, receive(call("c")).get(0).portId());
        assertEquals(0, receive(inDialog("BYE", bladeTag(0, EPOCH))).get(0).slot());

        report(0, LoadReport.UP, 0);
        assertEquals(List.of("0:2:2", "0:1:0"), states);
    }

    @Test
    void shouldHangUpOnceAndBeQuietOnlyWhenEveryBladeIs() {
        dispatcher.hangUp();
        assertTrue(dispatcher.hasWork());
        assertTrue(dispatcher.sessions() > 0, "no blade has heard of it");
        dispatcher.doWork();
        dispatcher.doWork();

        final List<Seen> seen = frames();
        assertEquals(SLOTS, seen.size());
        assertTrue(seen.stream().allMatch(frame -> frame.type() == FrameType.HANG_UP));
        report(0, LoadReport.DRAINING, 0);
        report(1, LoadReport.DRAINING, 1);
        assertTrue(dispatcher.sessions() > 0, "slot 2 has not reported");
        report(2, LoadReport.DRAINING, 0);
        assertEquals(1, dispatcher.sessions());
        report(1, LoadReport.DRAINING, 0);
        assertEquals(0, dispatcher.sessions());

        assertEquals(List.of(), receive(call("late")));
        assertStatus("503 Service Unavailable");
    }

    @Test
    void shouldCountUplinkFramesItCannotRead() {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(0).claim(claim, 8));
        claim.buffer().putByte(claim.offset(), FrameType.SETTLED);
        claim.commit(8);
        dispatcher.doWork();

        assertEquals(1, counters.value("dispatcher.uplink.malformed"));
    }

    /** As many as a cycle takes without a backlog, and none of them does anything. */
    private void backlog() {
        for (int i = 0; i < Intake.CALM_LIMIT; i++) {
            send("\n\n");
        }
        dispatcher.doWork();
    }

    /** All but what is kept for admitted calls. */
    private void fillRings() {
        for (int slot = 0; slot < SLOTS; slot++) {
            for (int i = 0; i < RING_LENGTH - 1; i++) {
                send(inDialog("INFO", bladeTag(slot, EPOCH)));
            }
        }
        dispatcher.doWork();
    }

    private int receiveOnly(final String text) {
        final long before = counters.value("dispatcher.forwarded.initial");
        send(text);
        dispatcher.doWork();
        return (int) (counters.value("dispatcher.forwarded.initial") - before);
    }

    private static int firstOfSlot(final List<Seen> seen, final int slot) {
        for (int i = 0; i < seen.size(); i++) {
            if (seen.get(i).slot() == slot) {
                return i;
            }
        }
        return -1;
    }

    private static int portOf(final List<Seen> seen, final String call) {
        return seen.stream()
                .filter(frame -> frame.message().contains("call-" + call) && frame.type() == FrameType.INITIAL)
                .mapToInt(Seen::portId)
                .findFirst()
                .orElse(-1);
    }

    private void send(final String text) {
        wellKnownPort.arrive(WireText.bytes(text), CLIENT);
    }

    private List<Seen> receive(final String text) {
        wellKnownPort.arrive(WireText.bytes(text), CLIENT);
        dispatcher.doWork();
        return frames();
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
                                assertEquals(EPOCH, frame.epoch());
                                seen.add(new Seen(
                                        slot,
                                        frame.type(),
                                        frame.portId(),
                                        frame.sequence(),
                                        frame.entry(),
                                        frame.units(),
                                        Peer.of(
                                                frame.sourceAddressHigh(),
                                                frame.sourceAddressLow(),
                                                frame.sourcePort()),
                                        WireText.text(frame.buffer(), frame.messageOffset(), frame.messageLength())));
                            },
                            RING_LENGTH);
        }
        return seen;
    }

    private String assertStatus(final String status) {
        final List<ScriptedPort.Datagram> sent = wellKnownPort.takeSent();
        assertEquals(1, sent.size(), () -> "one answer, " + status);
        final String response = sent.get(0).text().replace("\r\n", "\n");
        assertEquals("SIP/2.0 " + status, response.lines().findFirst().orElse(""));
        assertTrue(response.contains(";tag="), response);
        return response;
    }

    private void settle(final Seen seen) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(seen.slot()).claim(claim, SettledNotice.LENGTH));
        SettledNotice.write(
                claim.buffer(), claim.offset(), FrameType.SETTLED, seen.entry(), seen.sequence(), 1_000_000);
        claim.commit(SettledNotice.LENGTH);
        dispatcher.doWork();
    }

    private void report(final int slot, final int state, final int sessions) {
        final FrameClaim claim = new FrameClaim();
        assertTrue(fabric.backplane(slot).claim(claim, LoadReport.LENGTH));
        new LoadReport()
                .wrap(claim.buffer(), claim.offset())
                .begin()
                .slot(slot)
                .sequence(++reports)
                .state(state)
                .capacity(1000)
                .sessions(sessions)
                .writtenNs(clock.get());
        claim.commit(LoadReport.LENGTH);
        dispatcher.doWork();
    }

    private static String call(final String id) {
        return WireText.INVITE.replace("call-1", "call-" + id);
    }

    private static String inDialog(final String method, final String toTag) {
        return WireText.INVITE
                .replace("INVITE", method)
                .replaceFirst("To: <sip:annc@ms.example.net>", "To: <sip:annc@ms.example.net>;tag=" + toTag);
    }

    private static String bladeTag(final int slot, final int epoch) {
        final byte[] bytes = new byte[BladeTag.LENGTH];
        BladeTag.put(new UnsafeBuffer(bytes), 0, slot, epoch, 1, 2);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static String chassisTag() {
        final byte[] bytes = new byte[BladeTag.LENGTH];
        BladeTag.putChassis(new UnsafeBuffer(bytes), 0, 1, 2);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
