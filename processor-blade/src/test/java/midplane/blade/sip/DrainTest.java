package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/** Hanging up: every session ends the way its state allows, and nothing new begins. */
class DrainTest extends EndpointTest {
    @Test
    @Conforms("RFC 3261 §15")
    void shouldSayByeToEverybody() {
        connected("a", ECHO);
        connected("b", ANNOUNCEMENT);

        endpoint().hangUp();
        final List<Sent> byes = pass(0);

        assertEquals(2, byes.size());
        byes.forEach(bye -> assertEquals("BYE", bye.message().method()));
        assertTrue(endpoint().isDraining());
        byes.forEach(bye -> own(Caller.answer(bye.message(), "200 OK")));
        assertEquals(0, endpoint().sessions());
    }

    @Test
    void shouldRefuseNewCallsButServeThoseThatEnd() {
        final Caller caller = connected("a", ECHO);
        endpoint().hangUp();

        final SipText refused = only(fabric(new Caller("late", ECHO).invite()));

        assertEquals("SIP/2.0 503 Service Unavailable", refused.startLine());
        assertFalse(refused.has("Retry-After"));
        assertEquals(1, counter("sip.calls.refused.draining"));
        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
    }

    @Test
    void shouldRefuseCallsThatRing() {
        answerDelayMs = 5000;
        final SipText invite = new Caller("ringing", ECHO).invite();
        final SipText ringing = only(fabric(invite));

        endpoint().hangUp();
        final SipText refused = only(pass(0));

        assertEquals(503, refused.status());
        assertEquals(ringing.toTag(), refused.toTag());
        assertEquals(0, endpoint().sessions());
        fabric(Caller.ackTo(invite, refused));
    }

    /** RFC 3261 §15: no BYE from us before the ACK. */
    @Test
    @Conforms("RFC 3261 §15")
    void shouldWaitForTheAck() {
        final Caller caller = new Caller("unacked", ECHO);
        caller.learn(only(fabric(caller.invite())));

        endpoint().hangUp();
        assertEquals(List.of(), pass(0));
        final SipText bye = only(own(caller.ack()));

        assertEquals("BYE", bye.method());
        assertEquals(0, counter("rtp.sent"));
    }

    @Test
    void shouldEndManyCallsInPortions() {
        maxDialogs = 100;
        lastMediaPort = 16_400;
        for (int i = 0; i < 100; i++) {
            connected("many-" + i, ECHO);
        }
        endpoint().hangUp();

        assertTrue(endpoint().hasWork());
        assertEquals(CallControl.HANG_UP_LIMIT, endpoint().onDeadline(startNs));
        assertEquals(100, pass(0).size());
        assertFalse(endpoint().hasWork());
    }
}
