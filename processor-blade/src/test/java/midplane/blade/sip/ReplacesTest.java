package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** INVITEs that name another call: Replaces (RFC 3891 §3), Join (RFC 3911 §4), Target-Dialog (RFC 4538). */
@Conforms("S11")
class ReplacesTest extends EndpointTest {
    private static final Peer STRANGER = Peer.of(new InetSocketAddress("127.0.0.77", 5060));

    private final Caller heir = new Caller("heir", ECHO);

    private static String named(final Caller caller) {
        return caller.callId + ";to-tag=" + caller.toTag + ";from-tag=" + caller.fromTag;
    }

    private SipText invite(final Caller replaced) {
        return heir.invite().and("Replaces", named(replaced));
    }

    /** The new call hears what the old one heard, from its beginning; the old one gets its BYE at once. */
    @Test
    @Conforms("RFC 3891 §3")
    void shouldTakeThePlaceOfACall() {
        final Caller replaced = connected("replaced", ANNOUNCEMENT + ";repeat=forever");
        pass(500);

        // At our Contact, which names no prompt.
        final Caller other = new Caller("other", replaced.remoteTarget);
        other.fromTag = "o1";
        final List<Sent> sent =
                own(other.invite().and("Replaces", named(replaced)).and("Require", "replaces"));

        assertEquals(2, sent.size(), sent::toString);
        assertEquals(200, sent.get(0).status(), () -> sent.get(0).message().text());
        final SipText bye = sent.get(1).message();
        assertEquals("BYE", bye.method());
        assertEquals("replaced", bye.header("Call-ID"));
        assertEquals(1, counter("sip.calls.replaced"));
        other.learn(sent.get(0).message());
        own(Caller.answer(bye, "200 OK"));
        assertEquals(1, endpoint().sessions());
        final int before = mediaPorts.get(16_002).takeSent().size();
        assertEquals(0, before, "no sound before the ACK");
        own(other.ack());
        pass(200);
        assertTrue(mediaPorts.get(16_002).takeSent().size() >= 10);
        assertEquals(200, only(own(other.inDialog("BYE"))).status());
    }

    @Test
    @Conforms("RFC 3891 §3")
    void shouldEndTheReplacedCallOnlyWhenTheNewOneIsAnswered() {
        answerDelayMs = 1000;
        final Caller replaced = new Caller("replaced", ECHO);
        replaced.learn(only(fabric(replaced.invite())));
        pass(1000);
        own(replaced.ack());

        assertEquals(180, only(fabric(invite(replaced))).status());
        assertEquals(200, only(own(replaced.inDialog("OPTIONS"))).status(), "alive");
        final List<Sent> sent = pass(1000);

        assertEquals(200, sent.get(0).status());
        assertEquals("BYE", sent.get(1).message().method());
        own(Caller.answer(sent.get(1).message(), "200 OK"));
        heir.learn(sent.get(0).message());
        own(heir.request("ACK", heir.remoteTarget, 1));
        own(heir.inDialog("BYE"));
    }

    /**
     * Went wrong: the half-open call that was to be replaced gave way to the new one, which got its place in the pool, and
     * then replaced itself. Here one half-open call is all a blade may have, and the new one comes from a proxy that the
     * first one's route names: of its own host it would be refused. Without the fix the new call ends at its ACK.
     */
    @Test
    void shouldNotReplaceItselfInThePlaceOfACallThatGaveWay() {
        maxUnacknowledged = 1;
        final Peer proxy = Peer.ofNumeric("192.0.2.9", 5060);
        final Caller replaced = new Caller("replaced", ECHO);
        replaced.learn(only(fabric(replaced.invite().and("Record-Route", "<sip:192.0.2.9;lr>"))));

        final SipText ok = only(fabric(FrameType.INITIAL, invite(replaced), proxy, InitialFrame.NO_ENTRY));

        assertEquals(200, ok.status());
        assertEquals(1, endpoint().sessions());
        heir.learn(ok);
        assertEquals(List.of(), own(heir.ack(), proxy));
        assertEquals(200, only(own(heir.inDialog("BYE"), proxy)).status());
    }

    @Test
    void shouldNotMindThatTheReplacedCallEndsMeanwhile() {
        answerDelayMs = 1000;
        final Caller replaced = new Caller("replaced", ECHO);
        replaced.learn(only(fabric(replaced.invite())));
        pass(1000);
        own(replaced.ack());
        heir.learn(only(fabric(invite(replaced))));

        own(replaced.inDialog("BYE"));

        assertEquals(200, only(pass(1000)).status());
        own(heir.request("ACK", heir.remoteTarget, 1));
        own(heir.inDialog("BYE"));
    }

    /** RFC 3261 §15: no BYE before the ACK. */
    @Test
    void shouldWaitForTheAckOfTheReplacedCall() {
        final Caller replaced = new Caller("replaced", ECHO);
        replaced.learn(only(fabric(replaced.invite())));

        assertEquals(200, only(fabric(invite(replaced))).status());
        final SipText bye = only(own(replaced.ack()));

        assertEquals("BYE", bye.method());
        assertEquals("replaced", bye.header("Call-ID"));
        own(Caller.answer(bye, "200 OK"));
    }

    @Test
    @Conforms("RFC 3891 §3")
    void shouldNotReplaceAConfirmedCallWhenAskedForAnEarlyOneOnly() {
        final Caller replaced = connected("replaced", ECHO);

        final SipText busy = only(fabric(heir.invite().and("Replaces", named(replaced) + ";early-only")));

        assertEquals("SIP/2.0 486 Busy Here", busy.startLine());
        assertNotEquals(481, only(own(replaced.inDialog("OPTIONS"))).status());
        own(replaced.inDialog("BYE"));
    }

    /** RFC 3891 §3: an early dialog that we did not begin, and we begin none. */
    @Test
    @Conforms("RFC 3891 §3")
    void shouldNotReplaceACallThatRings() {
        answerDelayMs = 5000;
        final Caller replaced = new Caller("replaced", ECHO);
        replaced.learn(only(fabric(replaced.invite())));

        assertEquals(481, only(fabric(invite(replaced))).status());
        pass(5000);
        own(replaced.request("ACK", replaced.remoteTarget, 1));
        own(replaced.inDialog("BYE"));
    }

    @Test
    @Conforms("RFC 3891 §3")
    void shouldDeclineToReplaceACallThatIsOver() {
        final Caller replaced = connected("replaced", ANNOUNCEMENT);
        final SipText bye = pass(1040).get(0).message();
        assertEquals("BYE", bye.method());

        assertEquals("SIP/2.0 603 Decline", only(fabric(invite(replaced))).startLine());
        own(Caller.answer(bye, "200 OK"));
        // Long over, it is not known any more.
        final Caller later = new Caller("later", ECHO);
        assertEquals(
                481,
                only(fabric(later.invite().and("Replaces", named(replaced)))).status());
    }

    @ParameterizedTest
    @CsvSource({"call-id, 481", "to-tag, 481", "from-tag, 481"})
    @Conforms("RFC 3891 §3")
    void shouldNotFindACallOfOtherNames(final String wrong, final int status) {
        final Caller replaced = connected("replaced", ECHO);
        final String name = named(replaced)
                .replace("replaced".equals(replaced.callId) && wrong.equals("call-id") ? "replaced;" : "\0", "other;")
                .replace(wrong.equals("to-tag") ? ";to-tag=" : "\0", ";to-tag=x")
                .replace(wrong.equals("from-tag") ? ";from-tag=" : "\0", ";from-tag=x");

        assertEquals(status, only(fabric(heir.invite().and("Replaces", name))).status());
        own(replaced.inDialog("BYE"));
    }

    /** RFC 3891 §6.1: a peer of RFC 2543 had no tag, which is spelled 0. */
    @Test
    @Conforms("RFC 3891 §3")
    void shouldFindTheCallOfAPeerWithoutATag() {
        final Caller old = new Caller("old", ECHO);
        final SipText ok = only(fabric(old.invite().with("From", "<sip:old@127.0.0.1>")));
        old.learn(ok);
        own(old.ack().with("From", "<sip:old@127.0.0.1>"));

        final List<Sent> sent = fabric(heir.invite().and("Replaces", "old;from-tag=0;to-tag=" + old.toTag));

        assertEquals(200, sent.get(0).status());
        assertEquals("BYE", sent.get(1).message().method());
    }

    @Test
    @Conforms("RFC 3891 §8")
    void shouldNotBelieveAStrangerThoughItKnowsTheTags() {
        final Caller replaced = connected("replaced", ECHO);

        final SipText refused = only(own(invite(replaced), STRANGER));

        assertEquals("SIP/2.0 403 Forbidden", refused.startLine());
        assertEquals(200, only(own(replaced.inDialog("BYE"))).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a@b",
                "a@b;to-tag=1",
                "a@b;from-tag=1",
                "a@b;to-tag=1;from-tag=2;to-tag=3",
                "a@b;to-tag=\"1\";from-tag=2",
                "a@;to-tag=1;from-tag=2",
                "a b;to-tag=1;from-tag=2",
                "a@b;to-tag=1;from-tag=2, c@d;to-tag=3;from-tag=4"
            })
    void shouldRefuseWhatItCannotRead(final String value) {
        assertEquals(
                "SIP/2.0 400 Bad Replaces",
                only(fabric(heir.invite().and("Replaces", value))).startLine());
    }

    @Test
    @Conforms("RFC 3891 §6.1")
    void shouldRefuseMoreThanOneReplaces() {
        final Caller replaced = connected("replaced", ECHO);

        assertEquals(
                "SIP/2.0 400 Bad Replaces",
                only(fabric(invite(replaced).and("Replaces", named(replaced)))).startLine());
        own(replaced.inDialog("BYE"));
    }

    @Test
    @Conforms({"RFC 3891 §3", "RFC 3911 §4"})
    void shouldRefuseReplacesTogetherWithJoin() {
        final Caller replaced = connected("replaced", ECHO);

        assertEquals(
                "SIP/2.0 400 Replaces And Join",
                only(fabric(invite(replaced).and("Join", named(replaced)))).startLine());
        own(replaced.inDialog("BYE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Replaces", "Join"})
    @Conforms("RFC 3891 §3")
    void shouldRefuseThemInAnyOtherRequest(final String header) {
        final Caller replaced = connected("replaced", ECHO);

        assertEquals(
                400,
                only(own(replaced.inDialog("OPTIONS").and(header, named(replaced))))
                        .status());
        own(replaced.inDialog("BYE"));
    }

    // ---- Join and Target-Dialog

    @Test
    @Conforms("RFC 3911 §4")
    void shouldNotJoinWhatIsNoConference() {
        final Caller joined = connected("joined", ECHO);

        final SipText refused = only(fabric(heir.invite().and("Join", named(joined))));

        assertEquals("SIP/2.0 488 Not Acceptable Here", refused.startLine());
        assertEquals(200, only(own(joined.inDialog("BYE"))).status());
    }

    @Test
    @Conforms("RFC 3911 §4")
    void shouldNotJoinACallItDoesNotKnow() {
        assertEquals(
                481,
                only(fabric(heir.invite().and("Join", "nobody;to-tag=1;from-tag=2")))
                        .status());
        assertEquals(
                400,
                only(fabric(new Caller("bad", ECHO).invite().and("Join", "nobody")))
                        .status());
    }

    @Test
    @Conforms("RFC 4538 §7")
    void shouldTakeAnInviteThatVouchesForItsSender() {
        final Caller target = connected("target", ECHO);
        final String name = target.callId + ";remote-tag=" + target.fromTag + ";local-tag=" + target.toTag;

        assertEquals(
                200,
                only(fabric(heir.invite().and("Target-Dialog", name).and("Require", "tdialog")))
                        .status());
        assertEquals(
                "SIP/2.0 400 Bad Target-Dialog",
                only(fabric(new Caller("bad", ECHO).invite().and("Target-Dialog", "a;b=c")))
                        .startLine());
        own(target.inDialog("BYE"));
    }
}
