package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.blade.core.Outbox.Exit;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the 200 to the ACK, and on to the end of the service (RFC 3261 §13.3.1.4, RFC 6026, RFC 3264, RFC 4240 §3). */
class AnsweredCallTest extends EndpointTest {
    private final Caller caller = new Caller("answered", ECHO);

    /** T1 doubling up to T2, until 64·T1: then a BYE, which is repeated likewise and given up. */
    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldRepeatThe200UntilItGivesUpAndSaysBye() {
        final SipText invite = caller.invite();
        final SipText ok = only(fabric(invite));

        final List<Sent> repeats = pass(TIMEOUT_MS - 1);
        assertEquals(
                List.of(500L, 1500L, 3500L, 7500L, 11_500L, 15_500L, 19_500L, 23_500L, 27_500L, 31_500L),
                times(repeats));
        repeats.forEach(repeat -> assertEquals(ok.text(), repeat.message().text()));

        final SipText bye = only(pass(1));
        assertEquals("BYE " + Caller.TARGET + " SIP/2.0", bye.startLine());
        assertEquals(1, counter("sip.calls.ack-missing"));
        assertEquals(1, endpoint().sessions());

        final List<Sent> byes = pass(TIMEOUT_MS);
        assertEquals(
                List.of(500L, 1500L, 3500L, 7500L, 11_500L, 15_500L, 19_500L, 23_500L, 27_500L, 31_500L),
                times(byes).stream().map(at -> at - TIMEOUT_MS).toList());
        assertEquals(0, endpoint().sessions());
        assertEquals(1, counter("sip.calls.bye-unanswered"));
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldStopRepeatingAtTheAck() {
        caller.learn(only(fabric(caller.invite())));
        assertEquals(List.of(200), statuses(pass(1000)));

        assertEquals(List.of(), own(caller.ack()));

        assertEquals(List.of(), pass(TIMEOUT_MS));
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms({"S10", "S3"})
    void shouldTakeTheAckOfAClientThatIgnoresContact() {
        caller.learn(only(fabric(caller.invite())));

        assertEquals(List.of(), fabric(FrameType.STRAY, caller.ack(), CLIENT, InitialFrame.NO_ENTRY));

        assertEquals(List.of(), pass(TIMEOUT_MS));
        assertEquals(1, counter("sip.absorbed"));
    }

    @Test
    @Conforms("RFC 6026 §7.1")
    void shouldTakeAnAckThatComesTwiceOrLate() {
        caller.learn(only(fabric(caller.invite())));
        pass(TIMEOUT_MS - 100);

        own(caller.ack());
        own(caller.ack());

        assertEquals(List.of(), pass(TIMEOUT_MS));
        assertEquals(1, endpoint().sessions());
    }

    /** RFC 6026: an ACK to a 2xx that comes after we gave up belongs to a dialog that is ending. */
    @Test
    @Conforms("RFC 6026 §7.1")
    void shouldNotBeWokenByAnAckThatComesAfterOurBye() {
        caller.learn(only(fabric(caller.invite())));
        final SipText bye = pass(TIMEOUT_MS).get(10).message();
        assertEquals("BYE", bye.method());

        assertEquals(List.of(), own(caller.ack()));
        own(Caller.answer(bye, "200 OK"));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), own(caller.ack()));
        assertEquals(1, counter("sip.dropped.stray-ack"));
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldIgnoreAnAckOfAnotherSequenceNumber() {
        caller.learn(only(fabric(caller.invite())));

        own(caller.request("ACK", caller.remoteTarget, 9));

        assertEquals(List.of(200), statuses(pass(500)));
    }

    /** RFC 6026 §7.1: in "Accepted" a repeat of the INVITE is absorbed; the dialog repeats the 2xx. */
    @Test
    @Conforms({"RFC 6026 §7.1", "S1"})
    void shouldAbsorbARepeatOfAnAnsweredInvite() {
        final SipText invite = caller.invite();
        caller.learn(only(fabric(invite)));

        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, InitialFrame.NO_ENTRY));
        own(caller.ack());
        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, InitialFrame.NO_ENTRY));
        pass(TIMEOUT_MS - 1);
        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, InitialFrame.NO_ENTRY));

        assertEquals(1, counter("sessions.opened"));
    }

    @Test
    void shouldSendNoSoundBeforeTheAck() {
        caller.learn(only(fabric(new Caller("x", ANNOUNCEMENT).invite())));
        pass(5000);
        assertEquals(0, soundSent());
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldPlayFromTheAckToTheEndAndThenSayBye() {
        final Caller listener = new Caller("play", ANNOUNCEMENT);
        listener.learn(only(fabric(listener.invite())));
        pass(300);
        own(listener.ack());

        final List<Sent> end = pass(2000);

        assertEquals(50, soundSent(), "one second in packets of 20 ms");
        final SipText bye = end.get(0).message();
        assertTrue(end.get(0).atMs() >= 1280 && end.get(0).atMs() <= 1340, end::toString);
        assertEquals("BYE " + Caller.TARGET + " SIP/2.0", bye.startLine());
        assertEquals("SIP/2.0/UDP ms.example.net:5071", bye.header("Via").split(";")[0]);
        assertTrue(bye.header("Via").matches(".*;branch=z9hG4bK[0-9a-f]{32};rport"), bye::text);
        assertEquals("70", bye.header("Max-Forwards"));
        assertEquals("<sip:service@ms.example.net>;tag=" + listener.toTag, bye.header("From"));
        assertEquals("<sip:caller@127.0.0.1>;tag=f1", bye.header("To"));
        assertEquals("play", bye.header("Call-ID"));
        assertEquals("1 BYE", bye.header("CSeq"));
        assertEquals("0", bye.header("Content-Length"));
        assertFalse(bye.has("Route"));
        assertEquals(Exit.OWN_PORT, end.get(0).exit());
        assertEquals(CLIENT, end.get(0).to());

        assertEquals(List.of(), own(Caller.answer(bye, "200 OK")));
        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldPlayAsOftenAsAsked() {
        final Caller listener = connected("often", ANNOUNCEMENT + ";repeat=3;delay=500");

        final List<Sent> end = pass(5000);

        assertEquals(150, soundSent());
        assertTrue(end.get(0).atMs() >= 3980 && end.get(0).atMs() <= 4060, end::toString);
        assertEquals("often", listener.callId);
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldBreakOffWhenTheDurationIsOver() {
        connected("short", ANNOUNCEMENT + ";repeat=forever;duration=700");

        final List<Sent> end = pass(1000);

        assertEquals("BYE", end.get(0).message().method());
        assertTrue(end.get(0).atMs() >= 700 && end.get(0).atMs() <= 740, end::toString);
    }

    @Test
    void shouldNotPlayForeverEvenIfAsked() {
        maxPlayMs = 5000;
        connected("forever", ANNOUNCEMENT + ";repeat=forever");

        final List<Sent> end = pass(6000);

        assertEquals("BYE", end.get(0).message().method());
        assertTrue(end.get(0).atMs() >= 5000 && end.get(0).atMs() <= 5040, end::toString);
    }

    /** A client that died in mid-call leaves nothing behind, though an echo has no end of its own. */
    @Test
    void shouldEndAnEchoNobodyEnds() {
        maxPlayMs = 5000;
        connected("dead", ECHO);

        final List<Sent> end = pass(5000 + TIMEOUT_MS);

        assertEquals(5000, end.get(0).atMs());
        assertEquals(11, end.size(), "a BYE and its repeats");
        assertEquals(0, endpoint().sessions());
    }

    @Test
    void shouldNotEndLaterForReInvites() {
        maxPlayMs = 5000;
        final Caller alive = connected("alive", ECHO);
        pass(3000);
        own(alive.reInvite());
        own(alive.ack());

        assertEquals(5000, pass(3000).get(0).atMs());
    }

    // ---- our offer in the 200, the answer in the ACK

    @Test
    @Conforms({"RFC 3261 §13.3.1.4", "RFC 3264 §5", "RFC 6337 §3.1.2"})
    void shouldOfferWhenTheInviteBringsNoDescription() {
        final Caller listener = new Caller("late", ANNOUNCEMENT);
        final SipText ok = only(fabric(listener.invite().withoutBody()));
        assertTrue(ok.body().contains("m=audio 16000 RTP/AVP 0 8 101\r\n"), ok::body);
        listener.learn(ok);

        own(listener.ack().body("application/sdp", SipText.OFFER));

        assertEquals("BYE", pass(2000).get(0).message().method());
        assertEquals(50, soundSent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "v=0\r\n"})
    @Conforms({"RFC 3261 §13.3.1.4", "RFC 6337 §3.1.2"})
    void shouldHangUpWhenTheAckBringsNoAnswer(final String body) {
        caller.learn(only(fabric(caller.invite().withoutBody())));
        final SipText ack = body.isEmpty() ? caller.ack() : caller.ack().body("application/sdp", body);

        final SipText bye = only(own(ack));

        assertEquals("BYE", bye.method());
        assertEquals(1, counter("sip.calls.answer-missing"));
        own(Caller.answer(bye, "481 Call/Transaction Does Not Exist"));
        assertEquals(0, endpoint().sessions());
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldHangUpWhenTheAnswerIsOfAnotherType() {
        caller.learn(only(fabric(caller.invite().withoutBody())));

        assertEquals(
                "BYE", only(own(caller.ack().body("text/plain", SipText.OFFER))).method());
    }

    private int soundSent() {
        return (int) counter("rtp.sent");
    }
}
