package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/**
 * The race conditions of RFC 5407 that a callee can meet, in its order. Those of sections 3.2.3 and 3.3.1 begin with a
 * re-INVITE of ours: {@link SessionTimerTest}.
 */
class RaceTest extends EndpointTest {
    private final Caller caller = new Caller("race", ECHO);

    private SipText answered() {
        final SipText invite = caller.invite();
        caller.learn(only(fabric(invite)));
        return invite;
    }

    private List<Sent> again(final SipText message) {
        return fabric(FrameType.REPEAT, message, CLIENT, InitialFrame.NO_ENTRY);
    }

    /** RFC 5407 §3.1.1: the INVITE comes again after its 200; the dialog repeats that, the transaction does not. */
    @Test
    @Conforms({"RFC 5407 §3.1.1", "RFC 6026 §7.1", "S1"})
    void shouldAbsorbAnInviteThatIsRepeatedAfterThe200() {
        final SipText invite = answered();

        assertEquals(List.of(), again(invite));
        assertEquals(200, only(pass(500)).status());
        own(caller.ack());
        assertEquals(List.of(), again(invite), "RFC 6026: even after the ACK");
        assertEquals(1, endpoint().sessions());
    }

    /** RFC 5407 §3.1.2: a CANCEL crosses the 200; it is answered and does nothing. */
    @Test
    @Conforms("RFC 5407 §3.1.2")
    void shouldNotCancelWhatIsAnswered() {
        final SipText invite = answered();

        final SipText ok = only(again(Caller.cancel(invite)));

        assertEquals("1 CANCEL", ok.header("CSeq"));
        assertEquals(200, ok.status());
        own(caller.ack());
        assertEquals(200, only(own(caller.inDialog("BYE"))).status(), "the caller ends the call it did not want");
    }

    /** RFC 5407 §3.1.3: a BYE for the early dialog crosses the 200, which is repeated until its ACK all the same. */
    @Test
    @Conforms("RFC 5407 §3.1.3")
    void shouldTakeAnEarlyByeThatCrossesThe200() {
        answerDelayMs = 1000;
        final SipText invite = caller.invite();
        caller.learn(only(fabric(invite)));
        assertEquals(200, only(pass(1000)).status());

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        assertEquals(200, only(pass(500)).status());
        own(caller.request("ACK", caller.remoteTarget, 1));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS), "no BYE of ours");
    }

    /** RFC 5407 §3.1.4: a re-INVITE with an offer overtakes the ACK; the first offer has its answer, so it is served. */
    @Test
    @Conforms("RFC 5407 §3.1.4")
    void shouldServeAReInviteThatOvertakesTheAck() {
        answered();
        final SipText first = caller.ack();

        assertEquals(200, only(own(caller.reInvite())).status());
        assertEquals(List.of(), own(first));
        assertEquals("2 INVITE", pass(500).get(0).message().header("CSeq"));
        assertEquals(List.of(), own(caller.ack()));
        assertEquals(List.of(), pass(5000));
    }

    /** RFC 5407 §3.1.5: our offer was in the 200, its answer in the ACK that is late: 491, and the call lives. */
    @Test
    @Conforms({"RFC 5407 §3.1.5", "RFC 3261 §14.2", "RFC 6337 §4.2"})
    void shouldLetAReInviteWaitForTheAnswerInTheAck() {
        caller.learn(only(fabric(caller.invite().withoutBody())));
        final SipText ack = caller.ack().body("application/sdp", SipText.OFFER);
        final SipText reInvite = caller.reInvite();

        final SipText pending = only(own(reInvite));
        assertEquals(491, pending.status());
        own(Caller.ackTo(reInvite, pending));
        own(ack);

        assertEquals(200, only(own(caller.reInvite())).status());
        own(caller.ack());
        assertEquals(List.of(), pass(5000));
    }

    /** RFC 5407 §3.1.6: a BYE of the established dialog overtakes the ACK. */
    @Test
    @Conforms("RFC 5407 §3.1.6")
    void shouldTakeAByeThatOvertakesTheAck() {
        answered();
        final SipText ack = caller.ack();

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        assertEquals(List.of(), own(ack));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 5407 §3.2.1: both say BYE. */
    @Test
    @Conforms("RFC 5407 §3.2.1")
    void shouldAnswerAByeThatCrossesOurs() {
        final Caller other = connected("crossing", ANNOUNCEMENT);
        final SipText ours = pass(1040).get(0).message();
        assertEquals("BYE", ours.method());

        assertEquals(200, only(own(other.inDialog("BYE"))).status());
        own(Caller.answer(ours, "481 Call/Transaction Does Not Exist"));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 5407 §3.2.2: a re-INVITE crosses our BYE: there is no such call any more. */
    @Test
    @Conforms("RFC 5407 §3.2.2")
    void shouldNotServeAReInviteThatCrossesOurBye() {
        final Caller other = connected("mortal", ANNOUNCEMENT);
        final SipText ours = pass(1040).get(0).message();
        final SipText reInvite = other.reInvite();

        final SipText refused = only(own(reInvite));

        assertEquals(481, refused.status());
        own(Caller.ackTo(reInvite, refused));
        own(Caller.answer(ours, "200 OK"));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 5407 §3.2.4: the ACK comes after our BYE, which for us is one that was overdue. */
    @Test
    @Conforms("RFC 5407 §3.2.4")
    void shouldNotMindAnAckBehindItsBye() {
        answered();
        final List<Sent> sent = pass(TIMEOUT_MS);
        final SipText ours = sent.get(sent.size() - 1).message();
        assertEquals("BYE", ours.method());

        assertEquals(List.of(), own(caller.ack()));
        own(Caller.answer(ours, "200 OK"));

        assertEquals(0, endpoint().sessions());
        assertEquals(0, counter("rtp.sent"));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 5407 §3.3.2: an UPDATE and a re-INVITE of one side in any order: the number that is too low loses. */
    @Test
    @Conforms("RFC 5407 §3.3.2")
    void shouldRefuseAnUpdateThatAReInviteOvertook() {
        final Caller other = connected("overtaken", ECHO);
        final SipText update = other.inDialog("UPDATE").body("application/sdp", SipText.OFFER + "a=inactive\r\n");
        final SipText ok = only(own(other.reInvite()));

        assertEquals(500, only(own(update)).status());

        own(other.ack());
        assertTrue(ok.body().contains("a=sendrecv"), ok::body);
        assertEquals(ok.body(), only(own(other.reInvite())).body(), "the session is as the re-INVITE left it");
        own(other.ack());
    }

    /** RFC 5407 §3.3.3: a REFER, or any other request, crosses our BYE. */
    @Test
    @Conforms("RFC 5407 §3.3.3")
    void shouldNotKnowTheCallOfARequestThatCrossesOurBye() {
        final Caller other = connected("refer", ANNOUNCEMENT);
        final SipText ours = pass(1040).get(0).message();

        for (final String method : List.of("REFER", "UPDATE", "INFO", "OPTIONS", "PRACK")) {
            assertEquals(481, only(own(other.inDialog(method))).status(), method);
        }

        own(Caller.answer(ours, "200 OK"));
        assertEquals(0, endpoint().sessions());
    }
}
