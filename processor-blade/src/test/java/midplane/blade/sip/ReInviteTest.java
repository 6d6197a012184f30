package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.net.Peer;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** INVITE within a dialog (RFC 3261 §14.2, RFC 3264 §8, RFC 5407). */
class ReInviteTest extends EndpointTest {
    private static final Pattern ORIGIN = Pattern.compile("o=- (\\d+) (\\d+) IN IP4 127.0.0.1");

    private static Matcher origin(final SipText message) {
        final Matcher matcher = ORIGIN.matcher(message.body());
        assertTrue(matcher.find(), message::text);
        return matcher;
    }

    @Test
    @Conforms({"RFC 3261 §14.2", "RFC 3264 §8.3.1", "S14"})
    void shouldSendTheSoundWhereTheNewOfferSays() {
        final Caller caller = connected("move", ANNOUNCEMENT + ";repeat=forever");
        pass(100);
        assertEquals(6004, soundTo().port());

        final SipText ok = only(own(caller.reInvite().body("application/sdp", SipText.OFFER.replace("6004", "6104"))));
        assertEquals(200, ok.status());
        assertEquals("<sip:annc@ms.example.net:5071>", ok.header("Contact"));
        assertEquals(caller.toTag, ok.toTag());
        own(caller.ack());
        mediaPorts.get(16_000).takeSent();
        pass(100);

        assertEquals(6104, soundTo().port());
        assertEquals(List.of(), pass(1000), "acknowledged");
    }

    @Test
    @Conforms({"RFC 3264 §8.4", "RFC 6337 §5.3", "S14"})
    void shouldBeQuietOnHold() {
        final Caller caller = connected("hold", ANNOUNCEMENT + ";repeat=forever");
        pass(100);

        final SipText ok = only(own(caller.reInvite().body("application/sdp", SipText.OFFER + "a=sendonly\r\n")));
        assertTrue(ok.body().contains("a=recvonly"), ok::body);
        own(caller.ack());
        mediaPorts.get(16_000).takeSent();
        pass(100);
        assertEquals(0, mediaPorts.get(16_000).takeSent().size());

        own(caller.reInvite());
        own(caller.ack());
        pass(100);
        assertTrue(mediaPorts.get(16_000).takeSent().size() > 0);
    }

    @Test
    @Conforms({"RFC 3264 §8.4", "RFC 6337 §5.4"})
    void shouldBeQuietOnHoldTheOldWay() {
        final Caller caller = connected("hold", ANNOUNCEMENT + ";repeat=forever");

        assertEquals(
                200,
                only(own(caller.reInvite()
                                .body(
                                        "application/sdp",
                                        SipText.OFFER.replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0"))))
                        .status());
        own(caller.ack());
        mediaPorts.get(16_000).takeSent();
        pass(100);

        assertEquals(0, mediaPorts.get(16_000).takeSent().size());
    }

    /** RFC 3264 §8: the origin's version changes when, and only when, the description does. */
    @Test
    @Conforms("RFC 3264 §8")
    void shouldCountTheVersionsOfItsDescription() {
        final Caller caller = new Caller("versions", ECHO);
        final SipText first = only(fabric(caller.invite()));
        caller.learn(first);
        own(caller.ack());

        final SipText same = only(own(caller.reInvite()));
        own(caller.ack());
        final SipText held = only(own(caller.reInvite().body("application/sdp", SipText.OFFER + "a=sendonly\r\n")));
        own(caller.ack());
        final SipText offered = only(own(caller.reInvite().withoutBody()));
        own(caller.ack().body("application/sdp", SipText.OFFER));

        assertEquals(first.body(), same.body());
        assertEquals(origin(first).group(1), origin(offered).group(1));
        final int version = Integer.parseInt(versionOf(first));
        assertEquals(version + 1, Integer.parseInt(versionOf(held)));
        assertEquals(version + 2, Integer.parseInt(versionOf(offered)));
    }

    private static String versionOf(final SipText message) {
        return origin(message).group(2);
    }

    @Test
    @Conforms({"RFC 3261 §14.2", "RFC 3261 §13.3.1.4"})
    void shouldRepeatThe200OfAReInviteUntilItsAckAndEndTheCallWithoutOne() {
        final Caller caller = connected("unacked", ECHO);
        own(caller.reInvite());

        final List<Sent> later = pass(TIMEOUT_MS);

        assertEquals(11, later.size());
        assertEquals(List.of(500L, 1500L, 3500L), times(later).subList(0, 3));
        assertEquals("BYE", later.get(10).message().method());
    }

    @ParameterizedTest
    @CsvSource({
        "application/sdp, nonsense, 400",
        "text/plain, hello, 415",
        "'', v=0, 400",
    })
    @Conforms({"RFC 3261 §14.2", "RFC 6337 §3.4"})
    void shouldLeaveTheCallAsItWasWhenItRefuses(final String type, final String body, final int status) {
        final Caller caller = connected("refuse", ANNOUNCEMENT + ";repeat=forever");
        final SipText reInvite = caller.reInvite().body(type, body + "\r\n");

        final SipText refused = only(own(reInvite));
        own(Caller.ackTo(reInvite, refused));

        assertEquals(status, refused.status());
        assertEquals(1, endpoint().sessions());
        pass(100);
        assertEquals(6004, soundTo().port());
        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
    }

    @Test
    @Conforms({"RFC 3261 §14.2", "RFC 3264 §8.3.2"})
    void shouldRefuseACodecItHasNotAndGoOn() {
        final Caller caller = connected("codec", ECHO);
        final SipText reInvite =
                caller.reInvite().body("application/sdp", SipText.OFFER.replace("RTP/AVP 0", "RTP/AVP 9"));

        final SipText refused = only(own(reInvite));

        assertEquals(488, refused.status());
        own(Caller.ackTo(reInvite, refused));
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.3")
    void shouldRefuseAnExtension() {
        final Caller caller = connected("extension", ECHO);
        final SipText reInvite = caller.reInvite().and("Require", "precondition");

        final SipText refused = only(own(reInvite));

        assertEquals(420, refused.status());
        assertEquals("precondition", refused.header("Unsupported"));
        own(Caller.ackTo(reInvite, refused));
    }

    /** RFC 3261 §14.2: the first INVITE has no final response yet. */
    @Test
    @Conforms({"RFC 3261 §14.2", "S14"})
    void shouldAskToTryLaterWhileItRings() {
        answerDelayMs = 5000;
        final Caller caller = new Caller("early", ECHO);
        caller.learn(only(fabric(caller.invite())));
        final SipText reInvite = caller.reInvite();

        final SipText refused = only(own(reInvite));

        assertEquals(500, refused.status());
        final int seconds = Integer.parseInt(refused.header("Retry-After"));
        assertTrue(seconds >= 0 && seconds <= 10);
        own(Caller.ackTo(reInvite, refused));
    }

    /** RFC 5407 §3.1.4: the ACK to the first 200 was lost, but the re-INVITE shows that the 200 was not. */
    @Test
    @Conforms("RFC 5407 §3.1.4")
    void shouldAnswerAReInviteThatOvertakesTheAck() {
        final Caller caller = new Caller("overtaken", ANNOUNCEMENT + ";repeat=forever");
        caller.learn(only(fabric(caller.invite())));

        final SipText ok = only(own(caller.reInvite()));
        assertEquals("2 INVITE", ok.header("CSeq"));
        pass(100);
        assertEquals(0, counter("rtp.sent"));

        own(caller.request("ACK", caller.remoteTarget, 1));
        pass(100);
        assertTrue(counter("rtp.sent") > 0, "the first ACK starts the sound");
        final SipText repeat = pass(500).get(0).message();
        assertEquals("2 INVITE", repeat.header("CSeq"), "the second is still awaited");
        own(caller.ack());
        assertEquals(List.of(), pass(5000));
    }

    @Test
    void shouldStartAtTheAckOfTheReInviteWhenTheFirstIsLost() {
        final Caller caller = new Caller("lost", ANNOUNCEMENT + ";repeat=forever");
        caller.learn(only(fabric(caller.invite())));
        own(caller.reInvite());

        own(caller.ack());

        pass(100);
        assertTrue(counter("rtp.sent") > 0);
    }

    /** RFC 5407 §3.1.5: our offer is out, and another would cross it. */
    @Test
    @Conforms({"RFC 5407 §3.1.5", "RFC 3261 §14.2"})
    void shouldNotTakeAnOfferWhileItsOwnIsUnanswered() {
        final Caller caller = new Caller("crossing", ECHO);
        caller.learn(only(fabric(caller.invite().withoutBody())));
        final SipText reInvite = caller.reInvite();

        final SipText refused = only(own(reInvite));

        assertEquals("SIP/2.0 491 Request Pending", refused.startLine());
        own(Caller.ackTo(reInvite, refused));
        own(caller.request("ACK", caller.remoteTarget, 1).body("application/sdp", SipText.OFFER));
        assertEquals(List.of(), pass(5000));
        assertEquals(1, endpoint().sessions());
    }

    @Test
    void shouldEndTheCallWhenTheAckToItsNewOfferBringsNoAnswer() {
        final Caller caller = connected("noanswer", ECHO);
        assertTrue(only(own(caller.reInvite().withoutBody())).body().startsWith("v=0"));

        assertEquals("BYE", only(own(caller.ack())).method());
    }

    @Test
    @Conforms("RFC 3261 §12.2.2")
    void shouldRefuseANumberBelowTheLast() {
        final Caller caller = connected("order", ECHO);
        caller.cseq = 10;
        assertEquals(200, only(own(caller.inDialog("INFO"))).status());
        caller.cseq = 5;
        final SipText late = caller.reInvite();

        final SipText refused = only(own(late));

        assertEquals("SIP/2.0 500 CSeq Out Of Order", refused.startLine());
        own(Caller.ackTo(late, refused));
        assertEquals(500, only(own(caller.inDialog("BYE"))).status());
        assertEquals(1, endpoint().sessions());
    }

    /** RFC 3261 §12.2.2: a target refresh request. */
    @Test
    @Conforms({"RFC 3261 §12.2.2", "RFC 6141 §4.6"})
    void shouldSayByeToTheNewContact() {
        final Caller caller = connected("refresh", ANNOUNCEMENT);
        own(caller.reInvite().with("Contact", "<sip:elsewhere@192.0.2.9:5099;x=y>"));
        own(caller.ack());

        final Sent bye = pass(1040).get(0);

        assertEquals(
                "BYE sip:elsewhere@192.0.2.9:5099;x=y SIP/2.0", bye.message().startLine());
        assertEquals(Peer.ofNumeric("192.0.2.9", 5099), bye.to());
        assertEquals("<sip:caller@127.0.0.1>;tag=f1", bye.message().header("To"));
    }

    @Test
    @Conforms("RFC 3261 §12.2.2")
    void shouldKeepTheContactWhenTheReInviteNamesNone() {
        final Caller caller = connected("keep", ANNOUNCEMENT);
        assertEquals(200, only(own(caller.reInvite().without("Contact"))).status());
        own(caller.ack());

        assertEquals(Caller.TARGET, pass(1040).get(0).message().requestUri());
    }

    @Test
    @Conforms("RFC 6141 §4.3")
    void shouldKeepTheContactWhenItRefusesTheReInvite() {
        final Caller caller = connected("keep", ANNOUNCEMENT);
        final SipText reInvite =
                caller.reInvite().with("Contact", "<sip:x@192.0.2.9>").body("application/sdp", "nonsense\r\n");
        own(Caller.ackTo(reInvite, only(own(reInvite))));

        assertEquals(Caller.TARGET, pass(1040).get(0).message().requestUri());
    }

    @Test
    void shouldRefuseABrokenContact() {
        final Caller caller = connected("broken", ECHO);
        final SipText reInvite = caller.reInvite().with("Contact", "<sip:x");

        final SipText refused = only(own(reInvite));

        assertEquals("SIP/2.0 400 Bad Contact", refused.startLine());
        assertFalse(refused.has("Contact"));
        own(Caller.ackTo(reInvite, refused));
    }

    @Test
    @Conforms({"RFC 3261 §12.2.2", "S14"})
    void shouldNotKnowADialogThatNeverWas() {
        final Caller caller = new Caller("never", ECHO);
        caller.toTag = "b020007-0123456789abcdef0123456789abcdef";
        final SipText reInvite = caller.reInvite();

        final SipText refused = only(own(reInvite));

        assertEquals(481, refused.status());
        assertEquals(caller.toTag, refused.toTag());
        assertEquals(0, endpoint().sessions());
        own(Caller.ackTo(reInvite, refused));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    private Peer soundTo() {
        return mediaPorts.get(16_000).takeSent().get(0).peer();
    }
}
