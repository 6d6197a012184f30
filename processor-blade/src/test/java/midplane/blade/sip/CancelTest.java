package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CANCEL, before, beside and after the final response (RFC 3261 §9.2). */
class CancelTest extends EndpointTest {
    private final Caller caller = new Caller("cancel", ECHO);
    private final SipText invite = caller.invite();

    @BeforeEach
    void ring() {
        answerDelayMs = 5000;
    }

    private List<Sent> cancel() {
        return fabric(FrameType.REPEAT, Caller.cancel(invite), CLIENT, InitialFrame.NO_ENTRY);
    }

    @Test
    @Conforms({"RFC 3261 §9.2", "S2"})
    void shouldAnswerBothAndForgetTheCall() {
        final SipText ringing = only(fabric(FrameType.INITIAL, invite, CLIENT, 3));

        final List<Sent> answers = cancel();

        assertEquals(List.of(200, 487), statuses(answers));
        final SipText ok = answers.get(0).message();
        final SipText terminated = answers.get(1).message();
        assertEquals("1 CANCEL", ok.header("CSeq"));
        assertEquals("1 INVITE", terminated.header("CSeq"));
        assertEquals(ringing.toTag(), ok.toTag());
        assertEquals(ringing.toTag(), terminated.toTag());
        assertEquals(0, endpoint().sessions());
        assertEquals(1, counter("sip.calls.cancelled"));
        assertEquals(List.of(new Settled(3, 1)), settled);

        fabric(FrameType.REPEAT, Caller.ackTo(invite, terminated), CLIENT, InitialFrame.NO_ENTRY);
        assertEquals(List.of(), pass(TIMEOUT_MS), "neither 200 nor another 487");
    }

    @Test
    @Conforms({"RFC 3261 §9.2", "RFC 3261 §17.2.2"})
    void shouldAnswerARepeatedCancelAsTheFirst() {
        fabric(invite);
        final SipText first = cancel().get(0).message();

        final SipText second = only(cancel());

        assertEquals(first.text(), second.text());
    }

    @Test
    @Conforms("RFC 3261 §9.2")
    void shouldComeTooLateForACallThatIsAnswered() {
        fabric(invite);
        final SipText ok = only(pass(5000));
        assertEquals(200, ok.status());

        final SipText tooLate = only(cancel());

        assertEquals(200, tooLate.status());
        assertEquals("1 CANCEL", tooLate.header("CSeq"));
        assertEquals(ok.toTag(), tooLate.toTag());
        assertEquals(1, endpoint().sessions());
        caller.learn(ok);
        own(caller.ack());
        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
    }

    @Test
    @Conforms("RFC 3261 §9.2")
    void shouldComeTooLateForACallThatIsRefused() {
        final Caller nobody = new Caller("refused", "sip:nobody@ms");
        final SipText refused = nobody.invite();
        assertEquals(488, only(fabric(refused)).status());

        assertEquals(200, only(fabric(Caller.cancel(refused))).status());
    }

    @Test
    @Conforms({"RFC 3261 §9.2", "S2"})
    void shouldNotKnowWhatWasNeverAsked() {
        final SipText answer = only(cancel());

        assertEquals("SIP/2.0 481 Call/Transaction Does Not Exist", answer.startLine());
        assertEquals(40, answer.toTag().length());
    }

    @Test
    @Conforms("RFC 3261 §9.2")
    void shouldNotCancelTheCallOfAnotherBranch() {
        fabric(invite);
        final SipText other = Caller.cancel(invite).with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-other");

        assertEquals(481, only(fabric(other)).status());
        assertEquals(1, endpoint().sessions());
    }

    @Test
    void shouldSayByeToNobodyWhoCancels() {
        fabric(invite);
        cancel();

        final List<Sent> repeats = pass(TIMEOUT_MS);

        assertEquals(10, repeats.size(), "the 487 is repeated until the ACK, or 64 T1");
        repeats.forEach(repeat -> assertEquals(487, repeat.status()));
    }

    @Test
    void shouldTakeACancelAtTheOwnPort() {
        fabric(invite);

        assertEquals(List.of(200, 487), statuses(own(Caller.cancel(invite))));
    }
}
