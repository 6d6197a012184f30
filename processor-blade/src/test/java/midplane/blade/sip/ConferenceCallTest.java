package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Legs of conferences (RFC 4240 §5): who may begin one, who joins, and what it holds. */
class ConferenceCallTest extends EndpointTest {
    /** No answer: the dispatcher shall place it elsewhere. */
    private static final int HANDED_BACK = 0;

    private int calls;
    private final List<Caller> up = new ArrayList<>();

    @ParameterizedTest
    @Conforms({"S12", "RFC 4240 §5"})
    @CsvSource({
        "conf, 404",
        "CONF, 404",
        "conf=, 404",
        "conf%3D, 404",
        "conference, 488",
        "annc, 400",
        "nonsense, 488",
    })
    void shouldRefuseWhatIsNoConference(final String user, final int status) {
        assertEquals(status, call(user, 1));
        rest();
    }

    @Test
    void shouldRefuseANameThatIsTooLong() {
        assertEquals(414, call("conf=" + "x".repeat(1500), 1));
    }

    @Test
    @Conforms("S12")
    void shouldJoinWhoeverNamesTheSameConference() {
        assertEquals(200, call("conf=Room", 1));
        assertEquals(200, call("CONF=%72oom", 1));
        assertEquals(200, call("conf=other", 2));
        assertEquals(2, conferences());
        assertEquals(3, legs());
        hangUpAll();
        assertEquals(0, conferences() + legs());
        rest();
    }

    /** The wire contract's S12: what the dispatcher's index does not know must not be. */
    @Test
    void shouldBeginNoConferenceThatTheDispatcherDoesNotKnow() {
        assertEquals(404, status(own(caller("conf=1").invite())));
        conference = InitialFrame.NO_ENTRY;
        assertEquals(404, status(fabric(FrameType.INITIAL, caller("conf=1").invite(), CLIENT, 1)));
        conference = 1;
        assertEquals(404, status(fabric(FrameType.REPEAT, caller("conf=1").invite(), CLIENT, 1)));
        assertEquals(0, conferences());

        assertEquals(200, call("conf=1", 1));
        assertEquals(200, status(own(caller("conf=1").invite())), "but whoever comes by another way may join");
        conference = 1;
        assertEquals(200, status(fabric(FrameType.REPEAT, caller("conf=1").invite(), CLIENT, 1)));
        assertEquals(1, conferences());
        assertEquals(3, legs());
    }

    @Test
    void shouldServeAFirstLegThatHasWaitedLong() {
        waitedMs = 10 * T1_MS;
        assertEquals(200, call("conf=1", 1));
    }

    @Test
    void shouldEndAConferenceWhoseFirstLegFails() {
        final SipText invite = caller("conf=1").invite().body("application/sdp", "v=0\r\nnonsense");
        conference = 1;
        assertEquals(400, status(fabric(FrameType.INITIAL, invite, CLIENT, 1)));
        assertEquals(0, conferences() + legs());
        rest();
    }

    @Test
    void shouldEndAConferenceWhoseOnlyLegIsCancelled() {
        answerDelayMs = 5000;
        final SipText invite = caller("conf=1").invite();
        conference = 1;
        assertEquals(180, status(fabric(FrameType.INITIAL, invite, CLIENT, 1)));
        assertEquals(1, conferences());
        fabric(FrameType.REPEAT, Caller.cancel(invite), CLIENT, 1);
        assertEquals(0, conferences() + legs());
    }

    @Test
    void shouldHoldTheSizeForItsLegsAndRefuseBeyondHoldAndRoom() {
        capacity = 10;
        units = 6;
        assertEquals(200, call("conf=1", 1));
        assertEquals(1, meter().used());
        assertEquals(5, meter().reserved());
        units = 4;
        assertEquals(200, call("annc;play=welcome", InitialFrame.NO_ENTRY), "what is held is no one else's");
        assertEquals(HANDED_BACK, call("annc;play=welcome", InitialFrame.NO_ENTRY));
        units = 0;
        for (int i = 1; i < 6; i++) {
            assertEquals(200, call("conf=1", 1));
        }
        assertEquals(10, meter().used());
        assertEquals(486, call("conf=1", 1), "beyond hold and room");
        assertEquals(1, counter("sip.calls.refused.busy"));
        units = 2;
        assertEquals(HANDED_BACK, call("conf=2", 2), "a new one may have room elsewhere");
        hangUpAll();
        assertEquals(0, meter().used() + meter().reserved());
        rest();
    }

    @Test
    void shouldLetGoWhatIsHeldWhenTheJoinWindowIsOver() {
        capacity = 10;
        units = 8;
        assertEquals(200, call("conf=1", 1));
        conferencesOf().onDeadline(nowNs() + JOIN_WINDOW_MS * MS);
        assertEquals(1, meter().used());
        assertEquals(0, meter().reserved());
        hangUpAll();
        assertEquals(0, meter().used());
    }

    @Test
    void shouldRefuseALegWhenNoneIsLeft() {
        maxLegs = 2;
        assertEquals(200, call("conf=1", 1));
        assertEquals(200, call("conf=1", 1));
        assertEquals(486, call("conf=1", 1));
        assertEquals(HANDED_BACK, call("conf=2", 2));
        assertEquals(1, conferences());
    }

    @Test
    void shouldRefuseALegWhileItDrains() {
        assertEquals(200, call("conf=1", 1));
        endpoint().hangUp();
        assertEquals(486, call("conf=1", 1), "until the last is gone it can be nowhere else");
        assertEquals(HANDED_BACK, call("conf=2", 2));
    }

    /** A conference outlives an announcement's limit, but no leg stays for ever. */
    @Test
    void shouldHangUpALegThatHasStayedTooLong() {
        maxPlayMs = 1000;
        assertEquals(200, call("conf=1", 1));
        up.get(0).learn(sent.get(0).message());
        own(up.get(0).ack());
        assertEquals(List.of(), pass(MAX_STAY_MS - 1));
        final List<Sent> left = pass(1);
        assertTrue(left.get(0).message().startLine().startsWith("BYE "), () -> left.toString());
        assertEquals(0, conferences());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveUnitsBackHoweverALegEnds(final boolean isAcknowledged) {
        units = 4;
        assertEquals(200, call("conf=1", 1));
        if (isAcknowledged) {
            up.get(0).learn(sent.get(0).message());
            own(up.get(0).ack());
            own(up.get(0).inDialog("BYE"));
        }
        rest();
        assertEquals(0, meter().used() + meter().reserved() + conferences() + legs());
    }

    private int call(final String service, final int entry) {
        final Caller caller = caller(service);
        conference = entry;
        final List<Sent> answers = fabric(FrameType.INITIAL, caller.invite(), CLIENT, 1);
        if (answers.isEmpty()) {
            return HANDED_BACK;
        }
        final SipText answer = answers.get(0).message();
        if (answer.status() == 200) {
            caller.learn(answer);
            up.add(caller);
        }
        return answer.status();
    }

    private void hangUpAll() {
        for (final Caller caller : up) {
            own(caller.ack());
            own(caller.inDialog("BYE"));
        }
    }

    private Caller caller(final String service) {
        final int at = service.indexOf(';');
        final String user = at < 0 ? service : service.substring(0, at);
        return new Caller("call-" + ++calls, "sip:" + user + "@ms.example.net" + (at < 0 ? "" : service.substring(at)));
    }

    private static int status(final List<Sent> answers) {
        return answers.get(0).status();
    }

    private int conferences() {
        return conferencesOf().size();
    }

    private int legs() {
        return conferencesOf().legs();
    }
}
