package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.fabric.FrameType;
import midplane.shelf.BrokenMessageException;
import midplane.signalling.BladeTag;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first INVITE: what is answered, and with what (RFC 3261 §8.2, §13.3, RFC 4240). */
class InviteTest extends EndpointTest {
    private final Caller caller = new Caller("invite", ECHO);

    @Test
    @Conforms({"RFC 3261 §12.1.1", "S9"})
    void shouldAnswerWithOurPortInTheContactAndOurNameInTheTag() {
        final SipText ok = only(fabric(caller.invite()));

        assertEquals("SIP/2.0 200 OK", ok.startLine());
        assertEquals("<sip:echo@ms.example.net:5071>", ok.header("Contact"));
        final byte[] tag = ok.toTag().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertEquals(BLADE, BladeTag.owner(new UnsafeBuffer(tag), 0, tag.length));
        assertEquals(EPOCH, BladeTag.epoch(new UnsafeBuffer(tag), 0));
        assertEquals("<sip:caller@127.0.0.1>;tag=f1", ok.header("From"));
        assertEquals("invite", ok.header("Call-ID"));
        assertEquals("1 INVITE", ok.header("CSeq"));
        assertTrue(ok.header("Via").startsWith("SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK-invite-1"), ok::text);
        assertEquals("INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK", ok.header("Allow"));
        assertEquals("application/sdp, multipart/mixed", ok.header("Accept"));
        assertTrue(ok.has("Supported"));
        assertEquals("100rel, join, replaces, tdialog, timer", ok.header("Supported"));
        assertEquals("application/sdp", ok.header("Content-Type"));
        assertEquals(Integer.toString(ok.body().length()), ok.header("Content-Length"));
        assertTrue(ok.body().contains("m=audio 16000 RTP/AVP 0\r\n"), ok::body);
        assertEquals("Midplane/test", ok.header("Server"));
        assertFalse(ok.has("Midplane-Port"));
    }

    @Test
    @Conforms("RFC 3261 §19.3")
    void shouldGiveEachCallATagOfItsOwn() {
        final SipText first = only(fabric(caller.invite()));
        final SipText second = only(fabric(new Caller("other", ECHO).invite()));

        assertNotEquals(first.toTag(), second.toTag());
        assertEquals(2, endpoint().sessions());
    }

    @Test
    @Conforms("RFC 3261 §12.1.1")
    void shouldCopyRecordRoutesInOrder() {
        final SipText ok = only(fabric(caller.invite()
                .and("Record-Route", "<sip:p2.example.net;lr>, <sip:p1.example.net;lr>")
                .and("Record-Route", "<sip:p0.example.net;lr>")));

        assertEquals(
                List.of("<sip:p2.example.net;lr>, <sip:p1.example.net;lr>", "<sip:p0.example.net;lr>"),
                ok.headers("Record-Route"));
    }

    @Test
    @Conforms({"RFC 3261 §12.1.1", "RFC 3261 §13.3.1.1", "S9"})
    void shouldRingFirstWhenToldToAndNameTheSameContactAndTagTwice() {
        answerDelayMs = 3000;
        final SipText invite = caller.invite().and("Record-Route", "<sip:p1.example.net;lr>");

        final SipText ringing = only(fabric(invite));
        assertEquals("SIP/2.0 180 Ringing", ringing.startLine());
        assertEquals("<sip:echo@ms.example.net:5071>", ringing.header("Contact"));
        assertEquals("<sip:p1.example.net;lr>", ringing.header("Record-Route"));
        assertEquals(List.of(), pass(2999));

        final List<Sent> answered = pass(1);
        assertEquals(List.of(3000L), times(answered));
        final SipText ok = only(answered);
        assertEquals(200, ok.status());
        assertEquals(ringing.toTag(), ok.toTag());
        assertEquals(ringing.header("Contact"), ok.header("Contact"));
        assertEquals(ringing.header("Via"), ok.header("Via"));
        assertEquals("<sip:p1.example.net;lr>", ok.header("Record-Route"));
        assertTrue(ok.body().startsWith("v=0"));
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.1")
    void shouldRepeatTheRingingEveryMinute() {
        answerDelayMs = 150_000;
        assertEquals(180, only(fabric(caller.invite())).status());

        final List<Sent> later = pass(150_000);

        assertEquals(List.of(180, 180, 200), statuses(later));
        assertEquals(List.of(60_000L, 120_000L, 150_000L), times(later));
    }

    @Test
    void shouldTellTheDispatcherOfTheFinalResponseOnce() {
        answerDelayMs = 1000;
        final SipText invite = caller.invite();
        fabric(FrameType.INITIAL, invite, CLIENT, 77);
        assertEquals(List.of(), settled);

        fabric(FrameType.REPEAT, invite, CLIENT, 77);
        pass(1000);
        fabric(FrameType.REPEAT, invite, CLIENT, 77);

        assertEquals(List.of(new Settled(77, 1)), settled);
    }

    @Test
    void shouldTellTheDispatcherOfARefusalToo() {
        fabric(FrameType.INITIAL, new Caller("nobody", "sip:nobody@ms").invite(), CLIENT, 5);

        assertEquals(List.of(new Settled(5, 1)), settled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip:echo@ms", "sip:ECHO@ms", "sip:%65cho@ms", "sip:Echo@ms:5060;transport=udp"})
    @Conforms("RFC 4240 §2")
    void shouldReadTheServiceInAnyCase(final String uri) {
        final SipText ok = only(fabric(new Caller("case", uri).invite()));

        assertEquals(200, ok.status());
        final String user = uri.substring(4, uri.indexOf('@'));
        assertEquals("sip:" + user + "@ms.example.net:5071", ok.contactUri());
    }

    @ParameterizedTest
    @CsvSource({
        "sip:annc@ms;play=welcome, 200, OK",
        "sip:ANNC@ms;PLAY=welcome, 200, OK",
        "sip:annc@ms;play=with%20space;repeat=forever;delay=10;duration=5000, 200, OK",
        "sip:annc@ms;play=welcome;repeat=0, 200, OK",
        "sip:annc@ms;play=welcome;repeat=99999999999999999999, 200, OK",
        "sip:annc@ms;play=welcome;locale=en_US;param1=7;x-y=z, 200, OK",
        "sip:annc@ms, 400, Mandatory play parameter missing",
        "sip:annc@ms;play, 400, Mandatory play parameter missing",
        "sip:annc@ms;play=nothing, 404, Announcement content not found",
        "sip:annc@ms;play=secret, 403, Announcement content is not for you",
        "sip:annc@ms;play=scratched, 400, Announcement content could not be retrieved",
        "sip:annc@ms;play=welcome;repeat=often, 400, Malformed repeat parameter",
        "sip:annc@ms;play=welcome;repeat, 400, Malformed repeat parameter",
        "sip:annc@ms;play=welcome;repeat=-1, 400, Malformed repeat parameter",
        "sip:annc@ms;play=welcome;delay=1s, 400, Malformed delay parameter",
        "sip:annc@ms;play=welcome;duration=1.5, 400, Malformed duration parameter",
        "sip:conf=7@ms, 404, No Such Conference Here",
        "sip:annc=1@ms;play=welcome, 488, Not Acceptable Here",
        "sip:nobody@ms, 488, Not Acceptable Here",
        "sip:ms, 488, Not Acceptable Here",
        "tel:+1-555-1212, 416, Unsupported URI Scheme",
        "http://ms/annc, 416, Unsupported URI Scheme",
    })
    void shouldChooseTheServiceByTheRequestUri(final String uri, final int status, final String reason) {
        final SipText response = only(fabric(new Caller("service", uri).invite()));

        assertAll(
                () -> assertEquals(status, response.status()),
                () -> assertEquals(reason, response.reason()),
                () -> assertEquals(BladeTag.LENGTH, response.toTag().length()),
                () -> assertEquals(status == 200 ? 1 : 0, endpoint().sessions()));
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldExplainWhatIsWrongWithAPrompt() {
        final SipText response = only(fabric(new Caller("broken", "sip:annc@ms;play=scratched").invite()));

        assertEquals("399 ms.example.net \"not a \\\"WAV\\\" file\"", response.header("Warning"));
    }

    @Test
    @Conforms({"S16", "RFC 4240 §2"})
    void shouldReadTheServiceFromTheUriAsTheClientSentIt() {
        portInsertion = midplane.shelf.PortInsertion.RURI;
        final String sentByClient = "sip:echo@ms.example.net";
        final SipText stamped = new Caller("ruri", "sip:echo@ms.example.net:5071").invite();

        final SipText ok = only(frame(FrameType.INITIAL, stamped.bytes(), sentByClient, CLIENT, -1));

        assertEquals("<sip:echo@ms.example.net:5071>", ok.header("Contact"));
    }

    @ParameterizedTest
    @CsvSource({
        "sips:echo@ms, , <sip:a@127.0.0.1>, sips:echo@ms.example.net:5071",
        "sip:echo@ms, <sips:p@127.0.0.1;lr>, <sip:a@127.0.0.1>, sips:echo@ms.example.net:5071",
        "sip:echo@ms, <sip:p@127.0.0.1;lr>, <sips:a@127.0.0.1>, sip:echo@ms.example.net:5071",
        "sip:echo@ms, , <sips:a@127.0.0.1>, sips:echo@ms.example.net:5071",
        "sip:echo@ms, , <sip:a@127.0.0.1>, sip:echo@ms.example.net:5071",
    })
    @Conforms({"RFC 3261 §12.1.1", "S9"})
    void shouldBeAsSecureAsAskedInTheContact(
            final String uri, final String route, final String contact, final String ours) {
        final SipText plain = new Caller("secure", uri).invite().with("Contact", contact);
        final SipText ok = only(fabric(route == null ? plain : plain.and("Record-Route", route)));

        assertEquals(ours, ok.contactUri());
    }

    @Test
    @Conforms({"S9", "RFC 5118 §4.1"})
    void shouldWriteAnIpv6LiteralAsItIsAdvertised() {
        advertisedHost = "[2001:db8::5]";

        assertEquals(
                "sip:echo@[2001:db8::5]:5071", only(fabric(caller.invite())).contactUri());
    }

    @Test
    @Conforms({"RFC 3261 §8.2.2.3", "RFC 3261 §21.4.15", "S19"})
    void shouldRefuseWhatIsRequired() {
        final SipText response = only(fabric(
                caller.invite().and("Require", "100rel, timer, precondition").and("Require", "magic")));

        assertEquals("SIP/2.0 420 Bad Extension", response.startLine());
        assertEquals(List.of("precondition", "magic"), response.headers("Unsupported"));
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.3")
    void shouldNotMindWhatIsOnlySupported() {
        assertEquals(
                200,
                only(fabric(caller.invite().and("Supported", "100rel, timer"))).status());
    }

    @Test
    @Conforms({"RFC 3261 §8.2", "S5", "S19"})
    void shouldAnswerThoughMaxForwardsIsUsedUp() {
        assertEquals(
                200, only(fabric(caller.invite().with("Max-Forwards", "0"))).status());
    }

    @ParameterizedTest
    @CsvSource({
        "application/sdp, , , 200",
        "Application/SDP;charset=utf-8, , , 200",
        "text/plain, , , 415",
        "multipart/mixed;boundary=x, , , 400",
        "multipart/alternative;boundary=x, , , 415",
        "application/sdp, gzip, , 415",
        "application/sdp, identity, , 200",
        "application/sdp, , session, 200",
        "application/sdp, , render, 415",
        "text/plain, , icon;handling=optional, 200",
    })
    void shouldJudgeTheBodyByWhatItClaimsToBe(
            final String type, final String encoding, final String disposition, final int status) {
        SipText invite = caller.invite().with("Content-Type", type);
        invite = encoding == null ? invite : invite.with("Content-Encoding", encoding);
        invite = disposition == null ? invite : invite.with("Content-Disposition", disposition);

        final SipText response = only(fabric(invite));

        assertEquals(status, response.status());
        if (status == 415) {
            assertEquals("application/sdp, multipart/mixed", response.header("Accept"));
            assertEquals("identity", response.header("Accept-Encoding"));
        }
    }

    @Test
    @Conforms("RFC 3261 §8.2.3")
    void shouldNotGuessWhatABodyIs() {
        final SipText response = only(fabric(caller.invite().without("Content-Type")));

        assertEquals("SIP/2.0 400 Missing Content-Type", response.startLine());
    }

    @ParameterizedTest
    @CsvSource({"v=0, 400", "nonsense, 400"})
    @Conforms("RFC 3261 §13.3.1.3")
    void shouldRefuseAMalformedDescription(final String body, final int status) {
        final SipText response = only(fabric(caller.invite().body("application/sdp", body + "\r\n")));

        assertEquals(status, response.status());
        assertEquals("Malformed Session Description", response.reason());
        assertEquals(0, endpoint().sessions());
    }

    @Test
    @Conforms({"RFC 3261 §13.3.1.3", "RFC 3264 §6"})
    void shouldRefuseADescriptionWithNothingInCommon() {
        final SipText response = only(fabric(caller.invite()
                .body(
                        "application/sdp",
                        SipText.OFFER
                                .replace("RTP/AVP 0", "RTP/AVP 9")
                                .replace("a=rtpmap:0 PCMU", "a=rtpmap:9 G722"))));

        assertEquals("SIP/2.0 488 Not Acceptable Here", response.startLine());
        assertTrue(response.header("Warning").startsWith("305 "));
    }

    /** RFC 3264 §6.1: a codec keeps the number that the offer gave it, in the answer and in every packet. */
    @Test
    @Conforms("RFC 3264 §6.1")
    void shouldSendG711UnderADynamicNumber() {
        final SipText response = only(fabric(new Caller("dynamic", ANNOUNCEMENT)
                .invite()
                .body(
                        "application/sdp",
                        SipText.OFFER.replace("RTP/AVP 0", "RTP/AVP 97").replace("rtpmap:0", "rtpmap:97"))));

        assertEquals(200, response.status());
        assertTrue(response.body().contains(" RTP/AVP 97\r\n"), response::body);
        assertTrue(response.body().contains("a=rtpmap:97 PCMU/8000\r\n"), response::body);
        final Caller other = new Caller("dynamic", ANNOUNCEMENT);
        other.learn(response);
        own(other.ack());
        pass(100);
        assertEquals(97, payloadTypeSent());
    }

    /** RFC 3264 §6.1: an answer may give our codec another number, for the packets that go there. */
    @Test
    @Conforms("RFC 3264 §6.1")
    void shouldSendUnderTheNumberThatTheAnswerGives() {
        final Caller other = new Caller("renumbered", ANNOUNCEMENT);
        other.learn(only(fabric(other.invite().withoutBody())));
        own(other.ack()
                .body(
                        "application/sdp",
                        SipText.OFFER.replace("RTP/AVP 0", "RTP/AVP 98").replace("rtpmap:0 PCMU", "rtpmap:98 PCMA")));
        pass(100);

        assertEquals(98, payloadTypeSent());
        assertEquals(0, counter("sip.calls.answer-missing"));
    }

    private int payloadTypeSent() {
        return mediaPorts.get(16_000).takeSent().get(0).bytes()[1] & 0x7f;
    }

    @ParameterizedTest
    @CsvSource({", Missing Contact", "<sip:broken, Bad Contact", "*, Bad Contact"})
    @Conforms("RFC 3261 §8.1.1.8")
    void shouldNotSetUpADialogWithoutAContact(final String contact, final String reason) {
        final SipText invite = contact == null
                ? caller.invite().without("Contact")
                : caller.invite().with("Contact", contact);

        final SipText response = only(fabric(invite));

        assertEquals("SIP/2.0 400 " + reason, response.startLine());
    }

    @Test
    void shouldNotRememberMoreOfADialogThanItsLimit() {
        final String route = "<sip:" + "p".repeat(7000) + "@127.0.0.1;lr>";

        final SipText response =
                only(fabric(caller.invite().and("Record-Route", route).and("Record-Route", route)));

        assertEquals("SIP/2.0 513 Message Too Large", response.startLine());
        assertEquals(0, endpoint().sessions());
    }

    @Test
    void shouldRefuseWhenAllDialogsAreTaken() {
        maxDialogs = 2;
        assertEquals(200, only(fabric(new Caller("a", ECHO).invite())).status());
        assertEquals(200, only(fabric(new Caller("b", ECHO).invite())).status());

        final SipText response = only(fabric(new Caller("c", ECHO).invite()));

        assertEquals("SIP/2.0 503 Service Unavailable", response.startLine());
        assertFalse(response.has("Retry-After"), "it would make the client shun the whole chassis");
        assertTrue(endpoint().isFull());
    }

    @Test
    void shouldRefuseWhenAllMediaPortsAreTaken() {
        lastMediaPort = 16_001;
        connected("a", ECHO);

        assertEquals(503, only(fabric(new Caller("b", ECHO).invite())).status());
        assertEquals(1, counter("sip.calls.refused.full"));
    }

    @Test
    void shouldLoseOneMessageAndNoMoreWhenOurCodeBreaks() {
        final SipText invite = new Caller("bang", "sip:annc@ms;play=explosive").invite();
        final SipText answer = only(fabric(invite));

        assertEquals(500, answer.status());
        assertEquals(1, errors.size());
        final BrokenMessageException broken = assertInstanceOf(BrokenMessageException.class, errors.get(0));
        assertTrue(new String(broken.message(), StandardCharsets.ISO_8859_1).contains("play=explosive"));
        errors.clear();
        assertEquals(answer.text(), only(fabric(invite)).text(), "nothing is remembered: a copy breaks again");
        errors.clear();
        assertEquals(2, counter("sip.dropped.failure"));
        assertEquals(200, only(fabric(caller.invite())).status());
    }
}
