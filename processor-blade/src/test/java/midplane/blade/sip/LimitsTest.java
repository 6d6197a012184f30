package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/** What happens at the limits: somebody is refused or forgotten early, nothing grows and nobody else is harmed. */
class LimitsTest extends EndpointTest {
    private static final int SERVERS = SipEndpoint.TRANSACTIONS_MIN;

    @Test
    void shouldForgetTheOldestAnsweredRequestFirst() {
        final Caller caller = new Caller("options", ECHO);
        final SipText first = caller.request("OPTIONS", "sip:ms", 1);
        final String tag = only(own(first)).toTag();
        for (int i = 0; i < SERVERS - 1; i++) {
            own(caller.request("OPTIONS", "sip:ms", i + 2));
        }
        assertEquals(tag, only(own(first)).toTag(), "still remembered");
        assertEquals(0, counter("sip.transactions.evicted"));

        own(caller.request("OPTIONS", "sip:ms", 1000));

        assertEquals(1, counter("sip.transactions.evicted"));
        assertTrue(!tag.equals(only(own(first)).toTag()), "forgotten, and answered afresh");
    }

    /** Those that ran out in their own time leave the queue of those that may be forgotten. */
    @Test
    void shouldForgetNobodyTwice() {
        final Caller caller = new Caller("options", ECHO);
        for (int i = 0; i < SERVERS; i++) {
            own(caller.request("OPTIONS", "sip:ms", i + 1));
            pass(i == SERVERS / 2 ? TIMEOUT_MS / 2 : 0);
        }
        pass(TIMEOUT_MS / 2);
        assertEquals(SERVERS - SERVERS / 2 - 1, endpoint().transactions(), "the older ones have run out");
        final List<SipText> latest = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            latest.add(caller.request("OPTIONS", "sip:ms", 1000 + i));
            own(latest.get(i));
        }

        assertEquals(SERVERS, endpoint().transactions());
        assertEquals(SERVERS - SERVERS / 2 - 1, counter("sip.transactions.evicted"));
        final long answered = counter("sip.answered");
        latest.forEach(this::own);
        assertEquals(answered, counter("sip.answered"), "all of the latest are remembered");
    }

    @Test
    void shouldForgetEndedCallsToTakeNewOnes() {
        for (int i = 0; i < 2 * SERVERS; i++) {
            final Caller caller = connected("call-" + i, ECHO);
            assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        }

        assertEquals(2 * SERVERS, counter("sessions.closed"));
        assertTrue(counter("sip.transactions.evicted") > 0);
    }

    /** Refused INVITEs wait for their ACKs and cannot be given up; more are refused without being remembered. */
    @Test
    @Conforms({"RFC 3261 §8.2.7", "S17"})
    void shouldRefuseWithoutStateWhenAllInviteTransactionsAreTaken() {
        for (int i = 0; i < SERVERS; i++) {
            assertEquals(
                    488,
                    only(fabric(new Caller("n" + i, "sip:nobody@ms").invite())).status());
        }
        final Caller caller = new Caller("one-more", ECHO);
        final SipText invite = caller.invite();

        assertEquals(List.of(), fabric(midplane.fabric.FrameType.INITIAL, invite, CLIENT, 8));
        assertEquals(List.of(SERVERS + 1L), handedBack(), "another blade may have room");
        final SipText refused = only(own(invite));

        assertEquals(503, refused.status());
        assertEquals(refused.text(), only(own(invite)).text());
        assertEquals(List.of(), settled);
        fabric(Caller.ackTo(invite, refused));
        assertEquals(1, counter("sip.dropped.stray-ack"));
        pass(2 * TIMEOUT_MS);
        assertEquals(200, only(fabric(invite)).status(), "room again");
    }

    /** Dialogs are pooled: nothing of a caller may be left for the next. */
    @Test
    void shouldGiveTheNextCallerACleanDialog() {
        maxDialogs = 1;
        maxPlayMs = 4000;
        final Caller first = connected("first", ECHO);
        pass(3000);
        own(first.inDialog("BYE"));
        final Caller second = connected("second", ANNOUNCEMENT + ";repeat=3;delay=500");
        final List<Sent> end = pass(5000);
        assertEquals("1 BYE", end.get(0).message().header("CSeq"));
        assertTrue(end.get(0).atMs() > 6900, () -> "the first caller's limit ended the second's call: " + end);
        own(Caller.answer(end.get(0).message(), "200 OK"));
        assertEquals("second", second.callId);

        connected("third", ANNOUNCEMENT);
        assertEquals("1 BYE", pass(1040).get(0).message().header("CSeq"));
    }

    @Test
    void shouldServeManyTimersInPortions() {
        for (int i = 0; i < SERVERS; i++) {
            fabric(new Caller("n" + i, "sip:nobody@ms").invite());
        }

        final List<Sent> repeats = pass(T1_MS);

        assertEquals(SERVERS, repeats.size());
        assertEquals(SipEndpoint.DEADLINE_LIMIT, SERVERS, "one portion; more would take another call");
    }

    /** The store is shared: long messages may fill it, and then calls are refused, not broken. */
    @Test
    @Conforms("S17")
    void shouldRefuseCallsWhenTheMemoryIsFull() {
        maxDialogs = 1000;
        lastMediaPort = 18_100;
        answerDelayMs = 1000;
        final String padding = "x".repeat(8000);
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            SipText invite = new Caller("fat-" + i, ECHO).invite();
            for (int line = 0; line < 4; line++) {
                invite = invite.and("X-Padding", padding);
            }
            final int status = only(fabric(invite)).status();
            taken += status == 180 ? 1 : 0;
            refused += status == 503 ? 1 : 0;
        }

        assertEquals(1000, taken + refused);
        assertTrue(refused > 0, "taken " + taken);
        assertEquals(taken, pass(1000).stream().filter(s -> s.status() == 200).count());
    }
}
