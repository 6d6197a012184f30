package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** UPDATE, in confirmed and in early dialogs (RFC 3311 §5.2). */
class UpdateTest extends EndpointTest {
    private static SipText update(final Caller caller) {
        return caller.inDialog("UPDATE").with("Contact", '<' + Caller.TARGET + '>');
    }

    private static SipText update(final Caller caller, final String offer) {
        return update(caller).body("application/sdp", offer);
    }

    private static String version(final SipText message) {
        return message.body().split("\r\n")[1].split(" ")[2];
    }

    /** RFC 3311 §5.2: an offer is answered in the 200, at once. */
    @Test
    @Conforms({"RFC 3311 §5.2", "S14"})
    void shouldSendTheSoundWhereTheOfferSays() {
        final Caller caller = connected("move", ANNOUNCEMENT + ";repeat=forever");
        pass(100);

        final SipText update = update(caller, SipText.OFFER.replace("6004", "6104"));
        final SipText ok = only(own(update));

        assertEquals(200, ok.status());
        assertEquals("application/sdp", ok.header("Content-Type"));
        assertEquals("<sip:annc@ms.example.net:5071>", ok.header("Contact"));
        assertTrue(ok.header("Allow").contains("UPDATE"));
        mediaPorts.get(16_000).takeSent();
        pass(100);
        assertEquals(6104, mediaPorts.get(16_000).takeSent().get(0).peer().port());
        assertEquals(List.of(ok.text()), List.of(only(own(update)).text()), "a copy gets the same answer");
    }

    /** RFC 3264 §8: the version rises with the description only. */
    @Test
    @Conforms("RFC 3264 §8")
    void shouldCountTheVersionsOfItsDescription() {
        final Caller caller = connected("versions", ECHO);
        final String first = version(only(own(update(caller, SipText.OFFER))));
        final String same = version(only(own(update(caller, SipText.OFFER.replace("6004", "6104")))));
        final String held = version(only(own(update(caller, SipText.OFFER + "a=inactive\r\n"))));

        assertEquals(first, same);
        assertEquals(Integer.parseInt(first) + 1, Integer.parseInt(held));
    }

    /** RFC 3264 §8.4 within RFC 3311: hold, and back. */
    @Test
    @Conforms({"RFC 3264 §8.4", "RFC 3311 §5.2"})
    void shouldBeQuietOnHold() {
        final Caller caller = connected("hold", ANNOUNCEMENT + ";repeat=forever");
        assertTrue(only(own(update(caller, SipText.OFFER + "a=sendonly\r\n")))
                .body()
                .contains("a=recvonly"));
        mediaPorts.get(16_000).takeSent();
        pass(100);
        assertEquals(0, mediaPorts.get(16_000).takeSent().size());

        own(update(caller, SipText.OFFER));
        pass(100);
        assertTrue(mediaPorts.get(16_000).takeSent().size() > 0);
    }

    /** RFC 3264 §8.3.2: another codec. */
    @Test
    @Conforms({"RFC 3264 §8.3.2", "RFC 3311 §5.2"})
    void shouldChangeTheCodec() {
        final Caller caller = connected("codec", ANNOUNCEMENT + ";repeat=forever");
        own(update(caller, SipText.OFFER.replace("RTP/AVP 0", "RTP/AVP 8").replace("rtpmap:0 PCMU", "rtpmap:8 PCMA")));
        mediaPorts.get(16_000).takeSent();
        pass(100);

        assertEquals(8, mediaPorts.get(16_000).takeSent().get(0).bytes()[1] & 0x7f);
    }

    /** RFC 3311 §5.2: without an offer it is a target refresh, and the answer has no body. */
    @Test
    @Conforms({"RFC 3311 §5.2", "RFC 6141 §4.6"})
    void shouldOnlyMoveTheTarget() {
        final Caller caller = connected("target", ANNOUNCEMENT);
        final SipText ok = only(own(update(caller).with("Contact", "<sip:elsewhere@192.0.2.9:5099>")));

        assertEquals(200, ok.status());
        assertEquals("", ok.body());
        assertFalse(ok.has("Content-Type"));
        assertEquals("sip:elsewhere@192.0.2.9:5099", pass(1040).get(0).message().requestUri());
    }

    @ParameterizedTest
    @CsvSource({
        "application/sdp, nonsense, 400",
        "text/plain, hello, 415",
        "'', v=0, 400",
    })
    @Conforms("RFC 3311 §5.2")
    void shouldLeaveTheCallAsItWasWhenItRefuses(final String type, final String body, final int status) {
        final Caller caller = connected("refuse", ANNOUNCEMENT + ";repeat=forever");
        final SipText update =
                update(caller).with("Contact", "<sip:x@192.0.2.9>").body(type, body + "\r\n");

        assertEquals(status, only(own(update)).status());

        pass(100);
        assertEquals(6004, mediaPorts.get(16_000).takeSent().get(0).peer().port());
        assertEquals(1, endpoint().sessions());
        endpoint().hangUp();
        assertEquals(Caller.TARGET, pass(0).get(0).message().requestUri());
    }

    /** RFC 3311 §5.2: nothing in common is 488. */
    @Test
    @Conforms("RFC 3311 §5.2")
    void shouldRefuseACodecItHasNot() {
        final Caller caller = connected("nothing", ECHO);

        final SipText refused = only(own(update(caller, SipText.OFFER.replace("RTP/AVP 0", "RTP/AVP 9"))));

        assertEquals(488, refused.status());
        assertTrue(refused.has("Warning"));
    }

    @Test
    void shouldRefuseABrokenContact() {
        final Caller caller = connected("broken", ECHO);

        assertEquals(
                "SIP/2.0 400 Bad Contact",
                only(own(update(caller).with("Contact", "<sip:x"))).startLine());
    }

    /** RFC 3311 §5.2: the offer of the INVITE has no answer yet. */
    @Test
    @Conforms("RFC 3311 §5.2")
    void shouldAskToTryAnOfferLaterWhileItRings() {
        answerDelayMs = 5000;
        final Caller caller = new Caller("early", ECHO);
        caller.learn(only(fabric(caller.invite())));

        final SipText refused = only(own(update(caller, SipText.OFFER)));

        assertEquals(500, refused.status());
        final int seconds = Integer.parseInt(refused.header("Retry-After"));
        assertTrue(seconds >= 0 && seconds <= 10);
        assertEquals(1, endpoint().sessions());
    }

    /** RFC 3311 §5.1: without an offer it may come in an early dialog, and moves its target. */
    @Test
    @Conforms({"RFC 3311 §5.1", "RFC 6141 §4.9"})
    void shouldMoveTheTargetWhileItRings() {
        answerDelayMs = 5000;
        final Caller caller = new Caller("early", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite())));

        assertEquals(
                200,
                only(own(update(caller).with("Contact", "<sip:elsewhere@192.0.2.9>")))
                        .status());

        assertEquals("1 INVITE", only(pass(5000)).header("CSeq"));
        own(caller.request("ACK", caller.remoteTarget, 1));
        assertEquals("sip:elsewhere@192.0.2.9", pass(1040).get(0).message().requestUri());
    }

    /** RFC 3311 §5.2: our own offer is out. */
    @Test
    @Conforms("RFC 3311 §5.2")
    void shouldNotTakeAnOfferWhileItsOwnIsUnanswered() {
        final Caller caller = new Caller("crossing", ECHO);
        caller.learn(only(fabric(caller.invite().withoutBody())));

        assertEquals(
                "SIP/2.0 491 Request Pending",
                only(own(update(caller, SipText.OFFER))).startLine());
        assertEquals(200, only(own(update(caller))).status(), "without an offer nothing crosses");

        own(caller.request("ACK", caller.remoteTarget, 1).body("application/sdp", SipText.OFFER));
        assertEquals(200, only(own(update(caller, SipText.OFFER))).status());
    }

    /** RFC 5407 §3.1.4 for UPDATE: it overtakes the ACK, and starts no sound. */
    @Test
    @Conforms("RFC 3311 §5.2")
    void shouldAnswerAnUpdateThatOvertakesTheAck() {
        final Caller caller = new Caller("overtaken", ANNOUNCEMENT + ";repeat=forever");
        caller.learn(only(fabric(caller.invite())));

        assertEquals(
                200,
                only(own(update(caller, SipText.OFFER.replace("6004", "6104")))).status());
        pass(100);
        assertEquals(0, counter("rtp.sent"));

        own(caller.request("ACK", caller.remoteTarget, 1));
        pass(100);
        assertEquals(6104, mediaPorts.get(16_000).takeSent().get(0).peer().port());
    }
}
