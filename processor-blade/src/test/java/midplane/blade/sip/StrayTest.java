package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.fabric.FrameType;
import midplane.shelf.PortInsertion;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to no call, or is no message at all. */
class StrayTest extends EndpointTest {
    private final Caller caller = new Caller("stray", ECHO);

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, 200",
        "BYE, 481",
        "INFO, 481",
        "UPDATE, 481",
        "PRACK, 481",
        "CANCEL, 481",
        "REGISTER, 405",
        "MESSAGE, 405",
        "PUBLISH, 405",
        "SUBSCRIBE, 405",
        "NOTIFY, 405",
        "REFER, 405",
        "DANCE, 501",
    })
    void shouldAnswerOutsideOfADialog(final String method, final int status) {
        final SipText answer = only(own(caller.request(method, "sip:ms.example.net", 1)));

        assertEquals(status, answer.status());
        assertEquals(40, answer.toTag().length());
        if (status == 405 || status == 501 || status == 200) {
            assertEquals("INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK", answer.header("Allow"));
        }
        assertFalse(answer.has("Contact"));
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, 200",
        "INFO, 200",
        "UPDATE, 200",
        "PRACK, 400",
        "REGISTER, 405",
        "REFER, 405",
        "DANCE, 501",
    })
    @Conforms({"RFC 3261 §12.2.2", "S10", "S14"})
    void shouldAnswerWithinADialog(final String method, final int status) {
        final Caller inCall = connected("within", ECHO);

        final SipText answer = only(own(inCall.inDialog(method)));

        assertEquals(status, answer.status());
        assertEquals(inCall.toTag, answer.toTag());
        if (!method.equals("INFO") && !method.equals("PRACK")) {
            assertEquals("INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK", answer.header("Allow"));
        }
        assertEquals(1, endpoint().sessions());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "BYE", "INFO", "UPDATE", "DANCE"})
    @Conforms({"RFC 3261 §12.2.2", "S10"})
    void shouldNotKnowADialogThatIsGone(final String method) {
        caller.toTag = "b020007-0123456789abcdef0123456789abcdef";

        assertEquals(
                "SIP/2.0 481 Call/Transaction Does Not Exist",
                only(own(caller.inDialog(method))).startLine());
    }

    @Test
    @Conforms({"RFC 3261 §11.2", "S13"})
    void shouldSayWhatItCan() {
        final SipText answer = only(own(caller.request("OPTIONS", "sip:ms.example.net", 1)));

        assertEquals("application/sdp, multipart/mixed", answer.header("Accept"));
        assertTrue(answer.has("Supported"));
        assertEquals("100rel, join, replaces, tdialog, timer", answer.header("Supported"));
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.3")
    void shouldRefuseWhatOptionsRequire() {
        final SipText answer =
                only(own(caller.request("OPTIONS", "sip:ms.example.net", 1).and("Require", "nothing")));

        assertEquals(420, answer.status());
        assertEquals("nothing", answer.header("Unsupported"));
    }

    @Test
    @Conforms({"RFC 3261 §8.2.2.1", "RFC 3261 §21.4.14"})
    void shouldRefuseOptionsOfAnotherScheme() {
        assertEquals(416, only(own(caller.request("OPTIONS", "mailto:a@b", 1))).status());
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.3")
    void shouldRefuseWhatAByeRequiresAndKeepTheCall() {
        final Caller inCall = connected("require", ECHO);

        assertEquals(
                420, only(own(inCall.inDialog("BYE").and("Require", "nothing"))).status());
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms({"S3", "RFC 3261 §13.3.1.4"})
    void shouldBeSilentToAnUnknownAck() {
        assertEquals(List.of(), own(caller.request("ACK", ECHO, 1)));
        caller.toTag = "x";
        assertEquals(List.of(), own(caller.request("ACK", ECHO, 1)));

        assertEquals(2, counter("sip.dropped.stray-ack"));
    }

    @Test
    @Conforms("RFC 3261 §18.1.2")
    void shouldBeSilentToAResponseItDidNotAskFor() {
        final SipText options = caller.request("OPTIONS", ECHO, 1);

        assertEquals(List.of(), own(Caller.answer(options, "200 OK")));
        assertEquals(List.of(), own(Caller.answer(options.with("CSeq", "1 BYE"), "200 OK")));

        assertEquals(2, counter("sip.dropped.stray-response"));
    }

    @Test
    @Conforms("S10")
    void shouldTakeACallThatComesStraightToItsPort() {
        final SipText ok = only(own(caller.invite()));

        assertEquals(200, ok.status());
        assertEquals(1, endpoint().sessions());
        assertEquals(List.of(), settled, "the dispatcher knows nothing of it");
    }

    // ---- broken messages

    @ParameterizedTest
    @CsvSource({
        "Call-ID, Missing Call-ID",
        "From, Missing From",
        "To, Missing To",
        "CSeq, Missing CSeq",
        "Via, Missing Via",
    })
    @Conforms("RFC 3261 §8.2.6.2")
    void shouldNotAnswerWhatLacksWhatAnAnswerNeeds(final String header, final String reason) {
        final List<Sent> answers = own(caller.invite().without(header));

        if (answers.isEmpty()) {
            assertEquals(1, counter("sip.dropped.malformed"));
        } else {
            assertEquals("SIP/2.0 400 " + reason, only(answers).startLine());
        }
        assertEquals(0, endpoint().transactions());
    }

    @ParameterizedTest
    @CsvSource({
        "Max-Forwards, many, 400, Bad Max-Forwards",
        "CSeq, 1 BYE, 400, CSeq Method Mismatch",
        "Content-Length, 9999, 400, Body Shorter Than Content-Length",
        "Content-Length, -1, 400, Bad Content-Length",
    })
    @Conforms({"RFC 3261 §21.4.1", "S19"})
    void shouldNameTheFault(final String header, final String value, final int status, final String reason) {
        final SipText broken = caller.invite().with(header, value);

        final SipText answer = only(own(broken));

        assertEquals("SIP/2.0 " + status + ' ' + reason, answer.startLine());
        assertEquals(40, answer.toTag().length());
        assertEquals(0, endpoint().transactions());
        assertEquals(answer.text(), only(own(broken)).text(), "without state, yet the same for every copy");
    }

    @Test
    @Conforms({"RFC 3261 §21.5.6", "S19"})
    void shouldRefuseAnotherVersion() {
        assertEquals(
                505,
                only(own(caller.invite().startLine("INVITE " + ECHO + " SIP/3.0")))
                        .status());
    }

    @Test
    void shouldSettleABrokenInviteFromTheFabric() {
        fabric(FrameType.INITIAL, caller.invite().with("Max-Forwards", "x"), CLIENT, 4);

        assertEquals(List.of(new Settled(4, 1)), settled);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\r\n\r\n", "\0\0\0\0", "GET / HTTP/1.1\r\n\r\n", "hello"})
    void shouldBeSilentToNoise(final String noise) {
        assertEquals(List.of(), own(noise.getBytes(StandardCharsets.ISO_8859_1), CLIENT));

        assertEquals(1, counter("sip.dropped.noise") + counter("sip.dropped.keep-alive"));
    }

    /** Cut at every byte: an answer or silence, never a failure, and nothing remains of a message that is not whole. */
    @Test
    void shouldSurviveAnInviteCutAnywhere() {
        final byte[] whole = caller.invite().bytes();
        for (int length = 0; length < whole.length; length++) {
            final List<Sent> answers = own(java.util.Arrays.copyOf(whole, length), CLIENT);
            answers.forEach(answer -> assertTrue(answer.status() >= 400, answer::toString));
        }
        assertEquals(0, endpoint().sessions());
        assertEquals(0, endpoint().transactions());
        assertEquals(0, counter("sip.dropped.failure"));
        assertEquals(200, only(own(whole, CLIENT)).status());
    }

    // ---- frames that are not ours

    @Test
    void shouldDropWhatIsMeantForAnotherPort() {
        final byte[] elsewhere =
                caller.invite().and("Midplane-Port", "5072;wk=5060").bytes();

        assertEquals(List.of(), frame(FrameType.INITIAL, elsewhere, "", CLIENT, 1));
        assertEquals(1, counter("sip.dropped.misrouted"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "5071x", "50710", "99999999999999999999", "5071 ;wk=5060"})
    void shouldDropWhatDoesNotNameItsPort(final String named) {
        final byte[] unnamed = caller.invite().and("Midplane-Port", named).bytes();

        assertEquals(List.of(), frame(FrameType.INITIAL, unnamed, "", CLIENT, 1));
        assertEquals(1, counter("sip.dropped.misrouted"));
    }

    @Test
    void shouldDropWhatNamesTwoPorts() {
        final byte[] twice = caller.invite()
                .and("Midplane-Port", "5071")
                .and("Midplane-Port", "5071")
                .bytes();

        assertEquals(List.of(), frame(FrameType.INITIAL, twice, "", CLIENT, 1));
    }

    @Test
    void shouldNotAskForANameWhereTheDispatcherWritesNone() {
        portInsertion = PortInsertion.ENVELOPE;

        assertEquals(
                200,
                only(frame(FrameType.INITIAL, caller.invite().bytes(), "", CLIENT, 1))
                        .status());
    }

    @Test
    @Conforms("S18")
    void shouldNotCareWhatAStrangerWritesIntoOurHeader() {
        assertEquals(200, only(own(caller.invite().and("Midplane-Port", "1"))).status());
    }
}
