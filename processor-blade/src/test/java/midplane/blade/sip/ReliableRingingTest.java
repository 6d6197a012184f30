package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Provisional responses that are acknowledged (RFC 3262). */
class ReliableRingingTest extends EndpointTest {
    private final Caller caller = new Caller("reliable", ECHO);

    private SipText ring(final String header) {
        final SipText ringing = only(fabric(caller.invite().and(header, "100REL")));
        caller.learn(ringing);
        return ringing;
    }

    private SipText prack(final String rack) {
        return caller.inDialog("PRACK").and("RAck", rack);
    }

    /** RFC 3262 §3: a client that supports it gets it, and its PRACK a 200; then the call goes on as ever. */
    @ParameterizedTest
    @ValueSource(strings = {"Supported", "Require", "k"})
    @Conforms({"RFC 3262 §3", "S14"})
    void shouldRingReliably(final String header) {
        answerDelayMs = 5000;

        final SipText ringing = ring(header);

        assertEquals("SIP/2.0 180 Ringing", ringing.startLine());
        assertEquals("100rel", ringing.header("Require"));
        assertEquals("1", ringing.header("RSeq"));
        assertTrue(ringing.has("Contact"));
        final SipText prack = prack("1 1 INVITE");
        final SipText acknowledged = only(own(prack));
        assertEquals("SIP/2.0 200 OK", acknowledged.startLine());
        assertEquals("2 PRACK", acknowledged.header("CSeq"));
        assertEquals(acknowledged.text(), only(own(prack)).text(), "a copy gets the same answer");
        assertEquals(List.of(), pass(4999));
        final SipText ok = only(pass(1));
        assertEquals("1 INVITE", ok.header("CSeq"));
        assertFalse(ok.has("RSeq"));
        assertEquals(List.of(), own(caller.request("ACK", caller.remoteTarget, 1)));
        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
    }

    @Test
    @Conforms({"RFC 3262 §3", "S14"})
    void shouldRingAsEverForWhoDoesNotSupportIt() {
        answerDelayMs = 5000;
        final SipText ringing = only(fabric(caller.invite().and("Supported", "timer, 100relax")));

        assertFalse(ringing.has("Require"));
        assertFalse(ringing.has("RSeq"));
    }

    /** RFC 3262 §3: T1, 2·T1, 4·T1, …, without regard to T2; after 64·T1 the INVITE is refused. */
    @Test
    @Conforms("RFC 3262 §3")
    void shouldRepeatUntilItGivesUp() {
        answerDelayMs = 1000;
        ring("Supported");

        final List<Sent> sent = pass(TIMEOUT_MS);

        assertEquals(List.of(180, 180, 180, 180, 180, 180, 504), statuses(sent));
        assertEquals(List.of(500L, 1500L, 3500L, 7500L, 15_500L, 31_500L, 32_000L), times(sent));
        assertEquals("1", sent.get(5).message().header("RSeq"));
        assertEquals(0, endpoint().sessions());
        assertEquals(1, counter("sip.calls.prack-missing"));
        own(Caller.ackTo(caller.invite(), sent.get(6).message()));
    }

    /** RFC 3262 §3: a 200 may wait for the PRACK, and follows it at once. */
    @Test
    @Conforms("RFC 3262 §3")
    void shouldAnswerAtThePrackThatCameLate() {
        answerDelayMs = 1000;
        ring("Supported");
        assertEquals(List.of(180, 180), statuses(pass(2000)));

        final List<Sent> answers = own(prack("1 1 INVITE"));

        assertEquals(List.of(200, 200), statuses(answers));
        assertEquals("2 PRACK", answers.get(0).message().header("CSeq"));
        assertEquals("1 INVITE", answers.get(1).message().header("CSeq"));
        own(caller.request("ACK", caller.remoteTarget, 1));
        assertEquals(List.of(), pass(5000));
    }

    /** Who requires it gets one reliable 180 even if the call is answered at once. */
    @Test
    @Conforms("RFC 3262 §3")
    void shouldRingBeforeItAnswersAtOnce() {
        assertEquals(180, ring("Require").status());

        assertEquals(List.of(200, 200), statuses(own(prack("1 1 INVITE"))));
        own(caller.request("ACK", caller.remoteTarget, 1));
    }

    /** Who only supports it needs no 180 that is not sent anyway. */
    @Test
    void shouldAnswerAtOnceWhenNothingIsRequired() {
        assertEquals(200, ring("Supported").status());
    }

    /** RFC 3261 §13.2.1: the first reliable response would bring our offer; a 100 does not, and keeps timer B away. */
    @Test
    @Conforms({"RFC 3262 §5", "RFC 3261 §13.2.1"})
    void shouldOnlyTryWhenItHasNoOfferToAnswer() {
        answerDelayMs = 5000;
        final SipText trying = only(fabric(caller.invite().withoutBody().and("Require", "100rel")));
        assertEquals("SIP/2.0 100 Trying", trying.startLine());
        assertFalse(trying.has("Require"));

        final SipText ok = only(pass(5000));
        assertEquals(200, ok.status());
        assertTrue(ok.body().startsWith("v=0"));
    }

    @ParameterizedTest
    @CsvSource({
        "2 1 INVITE, 481",
        "1 2 INVITE, 481",
        "1 1 BYE, 481",
        "1 1 INVITES, 481",
        "1 1 INVIT, 481",
        "1 1, 400",
        "1 INVITE, 400",
        "x 1 INVITE, 400",
        "1 99999999999 INVITE, 400",
    })
    @Conforms({"RFC 3262 §3", "S14"})
    void shouldRefuseAPrackForWhatItDidNotSend(final String rack, final int status) {
        answerDelayMs = 5000;
        ring("Supported");

        assertEquals(status, only(own(prack(rack))).status());
        assertEquals(180, only(pass(500)).status(), "still awaited");
        assertEquals(200, only(own(prack("1 1  INVITE INVITE"))).status());
        assertEquals(481, only(own(prack("1 1 INVITE"))).status(), "RFC 3262 §3: acknowledged already");
    }

    /** RFC 3262 §5: another offer before the first has its answer. */
    @Test
    @Conforms("RFC 3262 §5")
    void shouldNotTakeAnOfferInAPrack() {
        answerDelayMs = 5000;
        ring("Supported");

        final SipText refused = only(own(prack("1 1 INVITE").body("application/sdp", SipText.OFFER)));

        assertEquals(500, refused.status());
        assertTrue(refused.has("Retry-After"));
        assertEquals(
                415, only(own(prack("1 1 INVITE").body("text/plain", "hello"))).status());
        assertEquals(200, only(own(prack("1 1 INVITE"))).status());
    }

    /** RFC 3261 §13.3.1.1 with RFC 3262 §3: the 180 of the next minute has the next number. */
    @Test
    @Conforms({"RFC 3262 §3", "RFC 3261 §13.3.1.1"})
    void shouldNumberTheRingingOfEveryMinute() {
        answerDelayMs = 150_000;
        ring("Supported");
        own(prack("1 1 INVITE"));

        final SipText second = pass(60_000).get(0).message();

        assertEquals("2", second.header("RSeq"));
        assertEquals(180, only(pass(500)).status());
        assertEquals(481, only(own(prack("1 1 INVITE"))).status());
        assertEquals(200, only(own(prack("2 1 INVITE"))).status());
        assertEquals(List.of(), pass(20_000));
    }

    /** RFC 3262 §3: the final response ends the repeats. */
    @Test
    @Conforms("RFC 3262 §3")
    void shouldBeQuietAfterACancel() {
        answerDelayMs = 5000;
        final SipText invite = caller.invite().and("Supported", "100rel");
        fabric(invite);

        final List<Sent> answers = fabric(Caller.cancel(invite));

        assertEquals(List.of(200, 487), statuses(answers));
        own(Caller.ackTo(invite, answers.get(1).message()));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }
}
