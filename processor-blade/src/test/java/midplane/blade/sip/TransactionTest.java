package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.shelf.PortInsertion;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/** Server transactions: repeats, timers, and who belongs to whom (RFC 3261 §17.2, RFC 6026, RFC 2543). */
class TransactionTest extends EndpointTest {
    private final Caller nobody = new Caller("nobody", "sip:nobody@ms");
    private final SipText invite = nobody.invite();

    // ---- INVITE

    /** Timer G doubles up to T2; timer H gives up after 64·T1. */
    @Test
    @Conforms("RFC 3261 §17.2.1")
    void shouldRepeatARefusalUntilItGivesUp() {
        final SipText refusal = only(fabric(invite));

        final List<Sent> repeats = pass(2 * TIMEOUT_MS);

        assertEquals(
                List.of(500L, 1500L, 3500L, 7500L, 11_500L, 15_500L, 19_500L, 23_500L, 27_500L, 31_500L),
                times(repeats));
        repeats.forEach(repeat -> assertEquals(refusal.text(), repeat.message().text()));
        assertEquals(0, endpoint().transactions());
    }

    @Test
    @Conforms({"RFC 3261 §17.2.1", "S3"})
    void shouldStopRepeatingARefusalAtTheAckAndAbsorbCopiesForT4() {
        final SipText refusal = only(fabric(invite));
        pass(600);
        final SipText ack = Caller.ackTo(invite, refusal);

        assertEquals(List.of(), fabric(FrameType.REPEAT, ack, CLIENT, InitialFrame.NO_ENTRY));
        assertEquals(List.of(), pass(T4_MS - 1));
        assertEquals(List.of(), fabric(FrameType.REPEAT, ack, CLIENT, InitialFrame.NO_ENTRY));
        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, InitialFrame.NO_ENTRY));
        assertEquals(1, endpoint().transactions());
        pass(1);

        assertEquals(0, endpoint().transactions());
        assertEquals(0, counter("sip.dropped.stray-ack"));
        fabric(FrameType.REPEAT, ack, CLIENT, InitialFrame.NO_ENTRY);
        assertEquals(1, counter("sip.dropped.stray-ack"));
    }

    @Test
    @Conforms({"RFC 3261 §17.2.1", "S1"})
    void shouldRepeatARefusalWhenTheInviteIsRepeated() {
        final SipText refusal = only(fabric(invite));

        assertEquals(
                refusal.text(),
                only(fabric(FrameType.REPEAT, invite, CLIENT, -1)).text());
        assertEquals(1, counter("sip.repeated"));
        assertEquals(List.of(500L), times(pass(500)), "timer G goes its own way");
    }

    @Test
    @Conforms("RFC 3261 §17.2.1")
    void shouldRepeatTheRingingWhenTheInviteIsRepeated() {
        answerDelayMs = 5000;
        final SipText echo = new Caller("ring", ECHO).invite();
        final SipText ringing = only(fabric(echo));

        assertEquals(
                ringing.text(), only(fabric(FrameType.REPEAT, echo, CLIENT, -1)).text());
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms("RFC 3261 §17.2.3")
    void shouldTellTransactionsApartByBranchAndSentBy() {
        maxDialogs = 8;
        final Caller a = new Caller("a", ECHO);
        final SipText first = a.invite().with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bKsame");
        assertEquals(200, only(fabric(first)).status());

        final SipText otherHost =
                new Caller("b", ECHO).invite().with("Via", "SIP/2.0/UDP client.example.net:15084;branch=z9hG4bKsame");
        assertEquals(200, only(fabric(otherHost)).status());
        final SipText otherPort =
                new Caller("c", ECHO).invite().with("Via", "SIP/2.0/UDP 127.0.0.1:15085;branch=z9hG4bKsame");
        assertEquals(200, only(fabric(otherPort)).status());
        assertEquals(3, endpoint().sessions());

        final SipText otherCase = otherHost.with("Via", "SIP/2.0/UDP CLIENT.Example.NET:15084;branch=z9hG4bKsame");
        assertEquals(List.of(), fabric(otherCase), "a host is the same in any case");
    }

    @Test
    @Conforms("RFC 3261 §17.2.3")
    void shouldTakeAnAbsentPortForTheDefault() {
        final SipText implied = invite.with("Via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKport");
        final SipText refusal = only(fabric(implied));

        assertEquals(
                refusal.text(),
                only(fabric(implied.with("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKport")))
                        .text());
    }

    /** RFC 3261 §8.2.2.2. */
    @Test
    @Conforms({"RFC 3261 §8.2.2.2", "S4"})
    void shouldRefuseAMergedInvite() {
        final Caller caller = new Caller("merged", ECHO);
        final SipText echo = caller.invite();
        assertEquals(200, only(fabric(FrameType.INITIAL, echo, CLIENT, 9)).status());
        final SipText otherWay = echo.with("Via", "SIP/2.0/UDP 192.0.2.5;branch=z9hG4bKother");

        final SipText refused = only(fabric(FrameType.REPEAT, otherWay, CLIENT, 9));

        assertEquals("SIP/2.0 482 Loop Detected", refused.startLine());
        assertEquals(1, endpoint().sessions());
        assertEquals(List.of(new Settled(9, 1)), settled, "the entry is that of the first copy");
        fabric(Caller.ackTo(otherWay, refused));
    }

    @Test
    @Conforms("RFC 3261 §8.2.2.2")
    void shouldNotTakeTheNextInviteOfACallForAMergedOne() {
        assertEquals(488, only(fabric(invite)).status());
        final SipText next = invite.with("CSeq", "2 INVITE").with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK2");

        assertEquals(488, only(fabric(next)).status());
    }

    // ---- the other methods

    /** RFC 3261 §17.2.2, timer J. */
    @Test
    @Conforms("RFC 3261 §17.2.2")
    void shouldAnswerARepeatedRequestAlikeFor64T1() {
        final Caller caller = new Caller("options", ECHO);
        final SipText options = caller.request("OPTIONS", "sip:ms", 1);
        final SipText ok = only(own(options));
        assertEquals(200, ok.status());

        pass(TIMEOUT_MS - 1);
        assertEquals(ok.text(), only(own(options)).text());
        pass(1);
        assertEquals(0, endpoint().transactions());

        final SipText fresh = only(own(options));
        assertEquals(200, fresh.status());
        assertNotEquals(ok.toTag(), fresh.toTag());
    }

    /** RFC 4320 §4: nothing provisional, and no timer of ours sends anything. */
    @Test
    @Conforms({"RFC 4320 §4.1", "RFC 4320 §4.2", "S15"})
    void shouldAnswerOnceWithoutBeingAsked() {
        own(new Caller("options", ECHO).request("OPTIONS", "sip:ms", 1));

        assertEquals(List.of(), pass(2 * TIMEOUT_MS));
    }

    @Test
    @Conforms({"RFC 3261 §8.2.2.2", "S4"})
    void shouldRefuseAMergedRequest() {
        final SipText options = new Caller("options", ECHO).request("OPTIONS", "sip:ms", 1);
        own(options);

        assertEquals(
                482,
                only(own(options.with("Via", "SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bKother")))
                        .status());
    }

    @Test
    @Conforms("RFC 3261 §17.2.3")
    void shouldTellUnknownMethodsApart() {
        final Caller caller = new Caller("methods", ECHO);
        final SipText dance = caller.request("DANCE", "sip:ms", 1).with("Via", "SIP/2.0/UDP h;branch=z9hG4bK1");
        final SipText sing = caller.request("SING", "sip:ms", 1).with("Via", "SIP/2.0/UDP h;branch=z9hG4bK1");

        assertEquals("1 DANCE", only(own(dance)).header("CSeq"));
        assertEquals("1 SING", only(own(sing)).header("CSeq"));
    }

    // ---- peers of RFC 2543: no magic cookie

    private static SipText old(final SipText message) {
        return message.with("Via", "SIP/2.0/UDP 127.0.0.1:15084");
    }

    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldKnowARepeatWithoutABranch() {
        final SipText echo = old(new Caller("old", ECHO).invite());
        assertEquals(200, only(fabric(echo)).status());

        assertEquals(List.of(), fabric(FrameType.REPEAT, echo, CLIENT, -1));
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldTellOldRequestsApartByTheirUri() {
        final SipText one = old(new Caller("old", ECHO).request("OPTIONS", "sip:one@ms", 1));
        assertEquals(200, only(own(one)).status());

        assertEquals(482, only(own(one.startLine("OPTIONS sip:two@ms SIP/2.0"))).status(), "merged, not repeated");
    }

    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldKnowTheAckToARefusalWithoutABranch() {
        final SipText refused = old(invite);
        final SipText refusal = only(fabric(refused));
        final SipText ack = Caller.ackTo(refused, refusal);

        fabric(FrameType.REPEAT, ack.with("To", "<sip:service@ms.example.net>;tag=other"), CLIENT, -1);
        assertEquals(1, counter("sip.dropped.stray-ack"), "it must name our tag");
        assertEquals(1, pass(500).size());

        fabric(FrameType.REPEAT, ack, CLIENT, -1);
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldKnowTheAckToA200WithoutABranch() {
        final Caller caller = new Caller("old", ECHO);
        final SipText echo = old(caller.invite());
        caller.learn(only(fabric(echo)));

        own(old(caller.request("ACK", ECHO, 1)));

        assertEquals(List.of(), pass(TIMEOUT_MS));
        assertEquals(1, endpoint().sessions());
    }

    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldKnowTheCancelWithoutABranch() {
        answerDelayMs = 5000;
        final SipText echo = old(new Caller("old", ECHO).invite());
        fabric(echo);

        assertEquals(List.of(200, 487), statuses(fabric(Caller.cancel(echo))));
    }

    @Test
    @Conforms({"RFC 3261 §12.1.1", "S16"})
    void shouldKnowACallerWithoutATag() {
        final Caller caller = new Caller("untagged", ECHO);
        final SipText echo = old(caller.invite()).with("From", "<sip:caller@127.0.0.1>");
        caller.learn(only(fabric(echo)));
        own(old(caller.ack()).with("From", "<sip:caller@127.0.0.1>"));
        assertEquals(List.of(), pass(5000));

        assertEquals(
                200,
                only(own(old(caller.inDialog("BYE")).with("From", "<sip:caller@127.0.0.1>")))
                        .status());
    }

    /** The stamp changes the Request-URI of the first copy and of its repeats; the client's own is what counts. */
    @Test
    @Conforms({"RFC 3261 §17.2.3", "S16"})
    void shouldMatchOldPeersByTheUriTheySent() {
        portInsertion = PortInsertion.RURI;
        final SipText stamped = old(new Caller("old", "sip:nobody@ms:5071").invite());
        final SipText refusal = only(frame(FrameType.INITIAL, stamped.bytes(), "sip:nobody@ms", CLIENT, -1));

        final SipText again = only(frame(FrameType.REPEAT, stamped.bytes(), "sip:nobody@ms", CLIENT, -1));
        assertEquals(refusal.text(), again.text());
        // An ACK that finds its way to the blade's own port bears no stamp.
        own(Caller.ackTo(stamped, refusal).startLine("ACK sip:nobody@ms SIP/2.0"));

        assertEquals(List.of(), pass(TIMEOUT_MS));
    }
}
