package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetSocketAddress;
import java.util.List;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BYE from either side, at any moment (RFC 3261 §15, RFC 5407). */
class ByeTest extends EndpointTest {
    @Test
    @Conforms("RFC 3261 §15.1.2")
    void shouldEndTheCall() {
        final Caller caller = connected("bye", ECHO);
        final SipText bye = caller.inDialog("BYE");

        final SipText ok = only(own(bye));

        assertEquals("SIP/2.0 200 OK", ok.startLine());
        assertEquals("2 BYE", ok.header("CSeq"));
        assertEquals(caller.toTag, ok.toTag());
        assertEquals(0, endpoint().sessions());
        assertEquals(1, counter("media.closed"));
        assertEquals(ok.text(), only(own(bye)).text(), "a repeat gets the same answer");
        pass(TIMEOUT_MS);
        assertEquals(481, only(own(bye)).status(), "after timer J it is a new request");
    }

    @Test
    @Conforms({"S10", "RFC 3261 §12.2.2"})
    void shouldEndTheCallOfAClientThatIgnoresContact() {
        final Caller caller = connected("stray", ECHO);

        assertEquals(
                200,
                only(fabric(FrameType.STRAY, caller.inDialog("BYE"), CLIENT, InitialFrame.NO_ENTRY))
                        .status());
        assertEquals(0, endpoint().sessions());
    }

    /** RFC 3261 §12.2.2 refuses lower numbers only; there are clients that do not count up. */
    @Test
    @Conforms("RFC 3261 §12.2.2")
    void shouldTakeAByeWithTheNumberOfTheInvite() {
        final Caller caller = connected("uncounted", ECHO);

        assertEquals(
                200, only(own(caller.request("BYE", caller.remoteTarget, 1))).status());
    }

    /** RFC 3261 §15.1.1: as soon as the BYE is passed on, nothing is sent or heard any more. */
    @Test
    @Conforms("RFC 3261 §15.1.1")
    void shouldCloseTheMediaWithItsOwnBye() {
        connected("close", ANNOUNCEMENT + ";repeat=forever;duration=500");

        assertEquals("BYE", pass(540).get(0).message().method());

        assertEquals(1, endpoint().sessions());
        assertEquals(1, counter("media.closed"));
    }

    @Test
    @Conforms({"RFC 3261 §12.2.2", "S10"})
    void shouldNotKnowADialogOfAnotherTag() {
        final Caller caller = connected("tags", ECHO);
        final SipText bye = caller.inDialog("BYE");

        assertEquals(
                481,
                only(own(bye.with("To", "<sip:service@ms.example.net>;tag=other")
                                .with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-1")))
                        .status());
        assertEquals(
                481,
                only(own(bye.with("From", "<sip:caller@127.0.0.1>;tag=other")
                                .with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-2")))
                        .status());
        assertEquals(
                481,
                only(own(bye.with("Call-ID", "other").with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-3")))
                        .status());
        assertEquals(
                481,
                only(own(bye.with("To", "<sip:service@ms.example.net>")
                                .with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-4")))
                        .status());
        assertEquals(1, endpoint().sessions());
    }

    /** The caller gives up an early dialog by BYE: his INVITE must be answered too (RFC 3261 §15.1.2). */
    @Test
    @Conforms("RFC 3261 §15.1.2")
    void shouldEndARingingCall() {
        answerDelayMs = 5000;
        final Caller caller = new Caller("early", ECHO);
        final SipText invite = caller.invite();
        caller.learn(only(fabric(invite)));

        final List<Sent> answers = own(caller.inDialog("BYE"));

        assertEquals(List.of(200, 487), statuses(answers));
        assertEquals("2 BYE", answers.get(0).message().header("CSeq"));
        assertEquals("1 INVITE", answers.get(1).message().header("CSeq"));
        assertEquals(0, endpoint().sessions());
        fabric(Caller.ackTo(invite, answers.get(1).message()));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 5407 §3.1.3, §3.1.6: the ACK was lost, or the 200 was; the caller still has a right to the 200. */
    @Test
    @Conforms({"RFC 5407 §3.1.3", "RFC 5407 §3.1.6"})
    void shouldGoOnRepeatingThe200WhenByeComesBeforeAck() {
        final Caller caller = new Caller("unacked", ECHO);
        caller.learn(only(fabric(caller.invite())));
        pass(100);

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        assertEquals(1, counter("media.closed"));
        final SipText repeat = only(pass(500));
        assertEquals("1 INVITE", repeat.header("CSeq"));
        assertEquals(481, only(own(caller.inDialog("BYE"))).status(), "one BYE is enough");

        own(caller.request("ACK", caller.remoteTarget, 1));
        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    @Test
    void shouldSayNoByeToACallerWhoSaidItWhenNoAckComes() {
        final Caller caller = new Caller("unacked", ECHO);
        caller.learn(only(fabric(caller.invite())));
        own(caller.inDialog("BYE"));

        final List<Sent> repeats = pass(TIMEOUT_MS);

        assertEquals(10, repeats.size());
        repeats.forEach(repeat -> assertEquals(200, repeat.status()));
        assertEquals(0, endpoint().sessions());
    }

    /** RFC 5407 §3.2.1. */
    @Test
    @Conforms("RFC 5407 §3.2.1")
    void shouldAnswerAByeThatCrossesOurs() {
        final Caller caller = connected("cross", ANNOUNCEMENT);
        final SipText ours = pass(1040).get(0).message();
        assertEquals("BYE", ours.method());

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        assertEquals(1, endpoint().sessions(), "ours is not answered yet");
        own(Caller.answer(ours, "200 OK"));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    @Test
    void shouldTakeNothingButByeWhileEnding() {
        final Caller caller = connected("ending", ANNOUNCEMENT);
        pass(1040);

        assertEquals(481, only(own(caller.inDialog("INFO"))).status());
        final SipText reInvite = caller.reInvite();
        final SipText refused = only(own(reInvite));
        assertEquals(481, refused.status());
        own(Caller.ackTo(reInvite, refused));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "200 OK",
                "481 Call/Transaction Does Not Exist",
                "408 Request Timeout",
                "503 Service Unavailable",
                "302 Moved Temporarily",
                "407 Proxy Authentication Required"
            })
    @Conforms("RFC 3261 §15.1.1")
    void shouldEndTheDialogWhateverTheAnswerToOurBye(final String statusLine) {
        connected("any", ANNOUNCEMENT);
        final SipText bye = pass(1040).get(0).message();

        assertEquals(List.of(), own(Caller.answer(bye, statusLine)));

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(T4_MS - 1));
        own(Caller.answer(bye, statusLine));
        assertEquals(0, counter("sip.dropped.stray-response"), "timer K absorbs copies");
        pass(1);
        own(Caller.answer(bye, statusLine));
        assertEquals(1, counter("sip.dropped.stray-response"));
    }

    /** RFC 3261 §17.1.2.2: after a provisional response timer E runs at T2. */
    @Test
    @Conforms("RFC 3261 §17.1.2.2")
    void shouldRepeatOurByeMoreSlowlyAfterAProvisionalResponse() {
        connected("slow", ANNOUNCEMENT);
        final Sent bye = pass(1040).get(0);
        final long from = bye.atMs();
        own(Caller.answer(bye.message(), "100 Trying"));

        final List<Long> repeats =
                times(pass(TIMEOUT_MS)).stream().map(at -> at - from).toList();

        assertEquals(List.of(500L, 4500L, 8500L, 12_500L, 16_500L, 20_500L, 24_500L, 28_500L), repeats);
        assertEquals(0, endpoint().sessions());
    }

    @Test
    @Conforms("RFC 3261 §17.1.3")
    void shouldNotTakeAResponseToSomethingElse() {
        connected("other", ANNOUNCEMENT);
        final SipText bye = pass(1040).get(0).message();

        own(Caller.answer(bye, "200 OK").with("Via", "SIP/2.0/UDP ms.example.net:5071;branch=z9hG4bKnotours"));
        own(Caller.answer(bye, "200 OK").with("CSeq", "1 OPTIONS"));

        assertEquals(2, counter("sip.dropped.stray-response"));
        assertEquals(1, endpoint().sessions());
    }

    // ---- where our BYE goes, and through whom

    @ParameterizedTest
    @CsvSource({
        "<sip:c@192.0.2.7:5090>, 192.0.2.7, 5090, sip:c@192.0.2.7:5090",
        "<sip:c@192.0.2.7>, 192.0.2.7, 5060, sip:c@192.0.2.7",
        "sip:c@192.0.2.7;expires=5, 192.0.2.7, 5060, sip:c@192.0.2.7",
        "<sips:c@192.0.2.7>, 192.0.2.7, 5061, sips:c@192.0.2.7",
        "'\"A, B\" <sip:c@[2001:db8::9]:5090>', 2001:db8::9, 5090, sip:c@[2001:db8::9]:5090",
        "<sip:c@pc33.example.net>, 127.0.0.1, 15084, sip:c@pc33.example.net",
        "<sip:c@pc33.example.net;maddr=192.0.2.8>, 192.0.2.8, 5060, sip:c@pc33.example.net;maddr=192.0.2.8",
        "<tel:+15551212>, 127.0.0.1, 15084, tel:+15551212",
    })
    @Conforms("RFC 3261 §12.2.1.1")
    void shouldSendByeToTheContact(final String contact, final String host, final int port, final String requestUri) {
        final Caller caller = new Caller("contact", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite().with("Contact", contact))));
        own(caller.ack());

        final Sent bye = pass(1040).get(0);

        assertEquals("BYE " + requestUri + " SIP/2.0", bye.message().startLine());
        assertEquals(Peer.of(new InetSocketAddress(host, port)), bye.to());
        assertFalse(bye.message().has("Route"));
    }

    @Test
    @Conforms({"RFC 3261 §12.1.1", "RFC 3261 §12.2.1.1"})
    void shouldGoThroughLooseRoutesInTheOrderOfRecordRoute() {
        final Caller caller = new Caller("loose", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite()
                .and("Record-Route", "<sip:192.0.2.1:5070;lr>, <sip:p2.example.net;lr>")
                .and("Record-Route", "\"last\" <sip:192.0.2.3;lr>"))));
        own(caller.ack());

        final Sent bye = pass(1040).get(0);

        assertEquals("BYE " + Caller.TARGET + " SIP/2.0", bye.message().startLine());
        assertEquals(
                "<sip:192.0.2.1:5070;lr>, <sip:p2.example.net;lr>, \"last\" <sip:192.0.2.3;lr>",
                bye.message().header("Route"));
        assertEquals(Peer.of(new InetSocketAddress("192.0.2.1", 5070)), bye.to());
    }

    /** RFC 3261 §12.2.1.1: the strict router becomes the Request-URI, the remote target the last route. */
    @Test
    @Conforms("RFC 3261 §12.2.1.1")
    void shouldGoThroughAStrictRoute() {
        final Caller caller = new Caller("strict", ANNOUNCEMENT);
        caller.learn(
                only(fabric(caller.invite().and("Record-Route", "<sip:192.0.2.1:5070;x=y>, <sip:p2.example.net;lr>"))));
        own(caller.ack());

        final Sent bye = pass(1040).get(0);

        assertEquals("BYE sip:192.0.2.1:5070;x=y SIP/2.0", bye.message().startLine());
        assertEquals(
                "<sip:p2.example.net;lr>, <" + Caller.TARGET + ">",
                bye.message().header("Route"));
        assertEquals(Peer.of(new InetSocketAddress("192.0.2.1", 5070)), bye.to());
    }

    @Test
    @Conforms("RFC 3261 §12.2.1.1")
    void shouldGoThroughTheOnlyStrictRoute() {
        final Caller caller = new Caller("strict", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite().and("Record-Route", "<sip:192.0.2.1>"))));
        own(caller.ack());

        final Sent bye = pass(1040).get(0);

        assertEquals("BYE sip:192.0.2.1 SIP/2.0", bye.message().startLine());
        assertEquals("<" + Caller.TARGET + ">", bye.message().header("Route"));
    }

    @Test
    void shouldSendByeWhereTheInviteCameFromWhenTheRouteIsAName() {
        final Caller caller = new Caller("named", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite().and("Record-Route", "<sip:p.example.net;lr>"))));
        own(caller.ack());

        assertEquals(CLIENT, pass(1040).get(0).to());
    }

    /** Folds are legal wherever a blank is; none may leave as one, nor swallow what stood on both sides of it. */
    @Test
    void shouldUnfoldWhatItRepeats() {
        final Caller caller = new Caller("fold", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite()
                .with("From", "\"A\r\n B\" <sip:caller@127.0.0.1>\r\n ;tag=f1")
                .and("Record-Route", "<sip:192.0.2.1;lr>,\r\n\t<sip:192.0.2.2;lr>"))));
        own(caller.ack());

        final SipText bye = pass(1040).get(0).message();

        assertEquals("\"A B\" <sip:caller@127.0.0.1> ;tag=f1", bye.header("To"));
        assertEquals(
                "<sip:192.0.2.1;lr>,\t<sip:192.0.2.2;lr>".replace('\t', ' '),
                bye.header("Route").replace('\t', ' '));
    }
}
