package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Session timers, both sides refreshing (RFC 4028), and the requests of ours that do it (RFC 3261 §14.1, §17.1). */
class SessionTimerTest extends EndpointTest {
    private static final long SECOND = 1000;

    private final Caller caller = new Caller("timed", ECHO);

    @BeforeEach
    void shouldPlayLongEnough() {
        maxPlayMs = 24 * 3600 * SECOND;
    }

    @AfterEach
    void shouldEndAllCalls() {
        endpoint().hangUp();
        pass(3 * TIMEOUT_MS);
    }

    private SipText invite(final String supported, final String sessionExpires) {
        SipText invite = caller.invite();
        invite = supported.isEmpty() ? invite : invite.and("Supported", supported);
        return sessionExpires.isEmpty() ? invite : invite.and("Session-Expires", sessionExpires);
    }

    /** A call whose session we refresh every 90 seconds, by what the client allows. */
    private SipText ours(final String allow) {
        final SipText invite = invite("timer", "90;refresher=uas");
        final SipText ok = only(fabric(allow.isEmpty() ? invite : invite.and("Allow", allow)));
        assertEquals("90;refresher=uas", ok.header("Session-Expires"));
        caller.learn(ok);
        assertEquals(List.of(), own(caller.ack()));
        return ok;
    }

    private SipText refresh(final String method) {
        final List<Sent> sent = pass(45 * SECOND);
        final SipText refresh = only(sent);
        assertEquals(45 * SECOND, sent.get(0).atMs());
        assertEquals(method, refresh.method());
        return refresh;
    }

    private SipText answer(final SipText request, final String statusLine) {
        return Caller.answer(request, statusLine)
                .without("Session-Expires")
                .without("Min-SE")
                .without("Supported")
                .without("Allow")
                .withoutBody();
    }

    private SipText refreshed(final SipText request, final String sessionExpires) {
        return answer(request, "200 OK")
                .with("Contact", '<' + Caller.TARGET + '>')
                .and("Session-Expires", sessionExpires)
                .and("Require", "timer");
    }

    // ---- what is agreed

    /** RFC 4028 §9, table 2, and who asks first. */
    @ParameterizedTest
    @CsvSource({
        "'', '', '', ''",
        "'', 600, 600;refresher=uas, ''",
        "timer, 600, 600;refresher=uac, timer",
        "'100rel, timer', 600;refresher=uac, 600;refresher=uac, timer",
        "timer, 600;refresher=uas, 600;refresher=uas, timer",
        "timer, 600;x=y;refresher=UAS, 600;refresher=uas, timer",
        "timer, 90, 90;refresher=uac, timer",
        "timer, '', 1800;refresher=uas, timer",
        // More than we would like ourselves: RFC 4028 lets a callee have less.
        "timer, 4000000000, 1800;refresher=uac, timer",
        // A proxy's wish that its client would not understand the refusal of, and nobody may grant.
        "'', 89, '', ''",
        "'', 1, '', ''"
    })
    @Conforms({"RFC 4028 §9", "S14"})
    void shouldSayWhoRefreshes(final String supported, final String asked, final String agreed, final String required) {
        final SipText ok = only(fabric(invite(supported, asked)));

        assertEquals(200, ok.status(), ok::text);
        assertEquals(agreed, ok.header("Session-Expires"));
        assertEquals(required, ok.header("Require"));
        caller.learn(ok);
        own(caller.ack());
    }

    @Test
    void shouldAskForNothingWhenToldSo() {
        sessionExpiresSeconds = 0;

        assertFalse(only(fabric(invite("timer", ""))).has("Session-Expires"));
        final Caller other = new Caller("asking", ECHO);
        assertEquals(
                "86400;refresher=uac",
                only(fabric(other.invite().and("Supported", "timer").and("x", "86400")))
                        .header("Session-Expires"));
    }

    @Test
    @Conforms("RFC 4028 §8.1")
    void shouldRespectWhatIsTheLeastForOthers() {
        assertEquals(
                "3600;refresher=uas",
                only(fabric(invite("timer", "").and("Min-SE", "3600"))).header("Session-Expires"));
        final Caller other = new Caller("more", ECHO);
        assertEquals(
                "3600;refresher=uac",
                only(fabric(other.invite()
                                .and("Supported", "timer")
                                .and("Session-Expires", "7200")
                                .and("Min-SE", "3600")))
                        .header("Session-Expires"));
    }

    @Test
    @Conforms({"RFC 4028 §9", "RFC 4028 §6", "S14"})
    void shouldRefuseATooShortIntervalOfWhoUnderstandsThat() {
        minSeSeconds = 120;

        final SipText refused = only(fabric(invite("timer", "119")));

        assertEquals("SIP/2.0 422 Session Interval Too Small", refused.startLine());
        assertEquals("120", refused.header("Min-SE"));
        assertEquals(1, counter("sip.sessions.too-short"));
        // A client without timers could do nothing about it, so that the proxy that asks for it gets it.
        final Caller other = new Caller("plain", ECHO);
        assertEquals(
                "119;refresher=uas",
                only(fabric(other.invite().and("Session-Expires", "119"))).header("Session-Expires"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Session-Expires | ten minutes | 400 Bad Session-Expires",
                "Session-Expires | | 400 Bad Session-Expires",
                "Session-Expires | 600, 700 | 400 Bad Session-Expires",
                "Session-Expires | 600;refresher=me | 400 Bad Session-Expires",
                "Session-Expires | 600;refresher | 400 Bad Session-Expires",
                "Session-Expires | 600;refresher=uac;refresher=uas | 400 Bad Session-Expires",
                "Session-Expires | 4294967296 | 400 Bad Session-Expires",
                "Session-Expires | -1 | 400 Bad Session-Expires",
                "Min-SE | x | 400 Bad Min-SE"
            })
    @Conforms("RFC 4028 §4")
    void shouldRefuseWhatItCannotRead(final String header, final String value, final String status) {
        final SipText response = only(fabric(invite("timer", "").and(header, value == null ? "" : value)));

        assertEquals("SIP/2.0 " + status, response.startLine());
    }

    @Test
    void shouldRefuseTwoIntervals() {
        assertEquals(400, only(fabric(invite("timer", "600").and("x", "700"))).status());
    }

    // ---- the client refreshes

    @Test
    @Conforms("RFC 4028 §10")
    void shouldEndASessionThatNobodyRefreshed() {
        caller.learn(only(fabric(invite("timer", "90;refresher=uac"))));
        own(caller.ack());

        final List<Sent> sent = pass(89 * SECOND);

        // RFC 4028 §10: the less of 32 seconds and a third before the end.
        assertEquals(60 * SECOND, sent.get(0).atMs());
        assertEquals("BYE", sent.get(0).message().method());
        assertEquals(1, counter("sip.sessions.expired"));
        own(Caller.answer(sent.get(0).message(), "200 OK"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INVITE", "UPDATE"})
    @Conforms("RFC 4028 §9")
    void shouldLetARefreshedSessionLive(final String method) {
        caller.learn(only(fabric(invite("timer", "180;refresher=uac"))));
        own(caller.ack());

        for (int i = 0; i < 5; i++) {
            assertEquals(List.of(), pass(90 * SECOND));
            final SipText refresh =
                    (method.equals("INVITE") ? caller.reInvite() : caller.inDialog("UPDATE")).and("Supported", "timer");
            final SipText ok = only(own(refresh.and("Session-Expires", "180;refresher=uac")));
            assertEquals("180;refresher=uac", ok.header("Session-Expires"));
            assertEquals("timer", ok.header("Require"));
            if (method.equals("INVITE")) {
                own(caller.ack());
            }
        }
        assertEquals(180 * SECOND - 32 * SECOND, pass(180 * SECOND).get(0).atMs() - 5 * 90 * SECOND);
    }

    /** RFC 4028 §9: the most recent 2xx counts, and one without an interval turns the timer off. */
    @Test
    @Conforms("RFC 4028 §9")
    void shouldForgetATimerThatNobodyAsksForAnyMore() {
        caller.learn(only(fabric(invite("timer", "90;refresher=uac"))));
        own(caller.ack());

        assertFalse(only(own(caller.inDialog("UPDATE"))).has("Session-Expires"));

        assertEquals(List.of(), pass(3600 * SECOND));
    }

    @Test
    @Conforms("RFC 4028 §10")
    void shouldNotTakeAnotherRequestForARefresh() {
        caller.learn(only(fabric(invite("timer", "90;refresher=uac"))));
        own(caller.ack());
        pass(50 * SECOND);

        assertEquals(200, only(own(caller.inDialog("OPTIONS"))).status());
        assertEquals(200, only(own(caller.inDialog("INFO"))).status());

        assertEquals(60 * SECOND, pass(30 * SECOND).get(0).atMs());
    }

    @Test
    @Conforms("RFC 4028 §9")
    void shouldRefuseATooShortRefreshAndKeepTheTime() {
        caller.learn(only(fabric(invite("timer", "90;refresher=uac"))));
        own(caller.ack());
        pass(50 * SECOND);

        final SipText refused =
                only(own(caller.inDialog("UPDATE").and("k", "timer").and("x", "30")));

        assertEquals(422, refused.status());
        assertEquals(60 * SECOND, pass(30 * SECOND).get(0).atMs());
    }

    // ---- we refresh

    @Test
    @Conforms({"RFC 4028 §7.4", "RFC 4028 §10"})
    void shouldRefreshByUpdateWhereThatIsAllowed() {
        final SipText ok = ours("INVITE, ACK, BYE, UPDATE");

        final SipText update = refresh("UPDATE");

        assertEquals(Caller.TARGET, update.requestUri());
        assertEquals("90;refresher=uac", update.header("Session-Expires"));
        assertFalse(update.has("Min-SE"));
        assertTrue(update.header("Supported").contains("timer"), update::text);
        assertEquals(ok.header("Contact"), update.header("Contact"));
        assertEquals("1 UPDATE", update.header("CSeq"));
        assertEquals("", update.body());
        own(refreshed(update, "90;refresher=uac"));
        final List<Sent> next = pass(45 * SECOND);
        assertEquals(90 * SECOND, next.get(0).atMs());
        assertEquals("2 UPDATE", only(next).header("CSeq"));
        assertEquals(1, counter("sip.refreshes.answered"));
    }

    /** RFC 4028 §7.4: the offer says, by its origin, that nothing has changed. */
    @Test
    @Conforms("RFC 4028 §7.4")
    void shouldRefreshByAReInviteThatOffersWhatItSaidLast() {
        final SipText ok = ours("INVITE, ACK, BYE");

        final SipText invite = refresh("INVITE");

        assertEquals(ok.body(), invite.body());
        assertEquals("application/sdp", invite.header("Content-Type"));
        assertEquals("90;refresher=uac", invite.header("Session-Expires"));
        final SipText answer = refreshed(invite, "90;refresher=uac").body("application/sdp", SipText.OFFER);
        final SipText ack = only(own(answer));
        assertEquals("ACK " + Caller.TARGET + " SIP/2.0", ack.startLine());
        assertEquals("1 ACK", ack.header("CSeq"));
        assertEquals(invite.header("From"), ack.header("From"));
        assertEquals(invite.header("To"), ack.header("To"));
        assertNotEquals(invite.header("Via"), ack.header("Via"), "a transaction of its own");
        // A copy of the 200 is acknowledged by a copy of the ACK.
        assertEquals(ack.text(), only(own(answer)).text());
        assertEquals(90 * SECOND, pass(45 * SECOND).get(0).atMs());
    }

    /** RFC 3261 §17.1.1.2: timer A; the BYE comes with timer B (RFC 4028 §10). */
    @ParameterizedTest
    @CsvSource({"UPDATE, 10", "'', 6"})
    @Conforms({"RFC 4028 §10", "RFC 3261 §17.1.1.2"})
    void shouldRepeatTheRefreshAndEndTheCallThatDoesNotAnswer(final String allow, final int repeats) {
        final SipText invite = invite("timer", "180;refresher=uas");
        caller.learn(only(fabric(allow.isEmpty() ? invite : invite.and("Allow", allow))));
        own(caller.ack());

        final List<Sent> sent = pass(90 * SECOND + TIMEOUT_MS);

        final String method = allow.isEmpty() ? "INVITE" : allow;
        final List<Sent> refreshes =
                sent.stream().filter(s -> s.message().method().equals(method)).toList();
        assertEquals(1 + repeats, refreshes.size());
        assertEquals(
                List.of(90_000L, 90_500L, 91_500L, 93_500L), times(refreshes).subList(0, 4));
        final Sent bye = sent.get(sent.size() - 1);
        assertEquals("BYE", bye.message().method());
        assertEquals(90 * SECOND + TIMEOUT_MS, bye.atMs());
        assertEquals(1, counter("sip.refreshes.unanswered"));
        own(Caller.answer(bye.message(), "481 Call/Transaction Does Not Exist"));
    }

    /** A client that says 100 and nothing more holds nobody for ever. */
    @Test
    void shouldNotWaitForeverForAClientThatTries() {
        ours("");
        final SipText invite = refresh("INVITE");

        own(answer(invite, "100 Trying"));
        final List<Sent> sent = pass(45 * SECOND);

        assertEquals("BYE", sent.get(0).message().method());
        assertEquals(45 * SECOND + TIMEOUT_MS, sent.get(0).atMs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"408 Request Timeout", "481 Call/Transaction Does Not Exist"})
    void shouldEndACallThatTheOtherSideHasForgotten(final String statusLine) {
        ours("");
        final SipText invite = refresh("INVITE");

        final List<Sent> sent = own(answer(invite, statusLine));

        assertEquals(List.of("ACK", "BYE"), methods(sent));
        final SipText ack = sent.get(0).message();
        assertEquals(invite.header("Via"), ack.header("Via"), "RFC 3261 §17.1.1.3");
        assertEquals(invite.requestUri(), ack.requestUri());
        assertEquals(ack.text(), only(own(answer(invite, statusLine))).text());
    }

    @Test
    @Conforms("RFC 4028 §7.3")
    void shouldTryLongerWhenToldTo() {
        ours("UPDATE");
        final SipText update = refresh("UPDATE");

        final SipText longer = only(moments(own(answer(update, "422 Too Small").and("Min-SE", "240"))));

        assertEquals("UPDATE", longer.method());
        assertEquals("240;refresher=uac", longer.header("Session-Expires"));
        assertEquals("240", longer.header("Min-SE"));
        assertEquals("2 UPDATE", longer.header("CSeq"));
        own(refreshed(longer, "240;refresher=uac"));
        assertEquals(45 * SECOND + 1 + 120 * SECOND, pass(130 * SECOND).get(0).atMs());
    }

    /** RFC 4028 §10: not again and again; the session's end has not moved meanwhile. */
    @Test
    void shouldGiveUpOnWhoRefusesEveryInterval() {
        ours("UPDATE");
        SipText update = refresh("UPDATE");
        int tries = 1;
        for (int min = 100; tries < 50; min += 10, tries++) {
            final List<Sent> next = moments(own(answer(update, "422 Too Small").and("Min-SE", "" + min)));
            if (next.isEmpty()) {
                break;
            }
            update = only(next);
        }
        assertEquals(1 + SessionRefresh.RETRIES_MAX, tries);
        final List<Sent> sent = pass(100 * SECOND);
        assertEquals("UPDATE", sent.get(0).message().method());
        assertTrue(
                sent.stream()
                        .anyMatch(s ->
                                s.atMs() == 90 * SECOND && s.message().method().equals("BYE")),
                sent::toString);
    }

    /** RFC 3261 §14.1: the side that does not own the Call-ID waits for 0 to 2 seconds. */
    @Test
    @Conforms({"RFC 3261 §14.1", "RFC 5407 §3.3.1"})
    void shouldTryAgainAfterGlare() {
        ours("");
        final SipText invite = refresh("INVITE");

        final SipText pending = only(own(caller.reInvite()));
        assertEquals("SIP/2.0 491 Request Pending", pending.startLine());
        assertEquals("ACK", only(own(answer(invite, "491 Request Pending"))).method());
        final List<Sent> again = pass(2100).stream()
                .filter(s -> s.message().method().equals("INVITE"))
                .toList();

        assertEquals("2 INVITE", again.get(0).message().header("CSeq"));
        assertEquals(0, again.get(0).atMs() % 10);
        own(Caller.ackTo(caller.reInvite().with("CSeq", pending.header("CSeq")), pending));
        final SipText ok = refreshed(again.get(0).message(), "90;refresher=uac").body("application/sdp", SipText.OFFER);
        assertEquals("ACK", only(own(ok)).method());
        assertEquals(200, only(own(caller.reInvite())).status(), "no longer pending");
        own(caller.ack());
    }

    @ParameterizedTest
    @ValueSource(strings = {"405 Method Not Allowed", "501 Not Implemented"})
    void shouldFallBackToAReInvite(final String statusLine) {
        ours("UPDATE");
        final SipText update = refresh("UPDATE");

        assertEquals("INVITE", only(moments(own(answer(update, statusLine)))).method());
    }

    @Test
    void shouldTryLaterAfterAnyOtherRefusal() {
        caller.learn(only(fabric(invite("timer", "600;refresher=uas").and("Allow", "UPDATE"))));
        own(caller.ack());
        SipText update = only(pass(300 * SECOND));

        own(answer(update, "503 Service Unavailable"));
        final List<Sent> second = pass(150 * SECOND);
        assertEquals(450 * SECOND, second.get(0).atMs(), "half of what is left");
        update = second.get(0).message();

        // One that is answered after all.
        own(refreshed(update, "600;refresher=uac"));
        assertEquals(450 * SECOND + 300 * SECOND, pass(350 * SECOND).get(0).atMs());
    }

    /** RFC 4028 §7.2: a side without timers says nothing of them, and we go on. */
    @Test
    @Conforms("RFC 4028 §7.2")
    void shouldGoOnRefreshingWhoSaysNothingOfTimers() {
        ours("UPDATE");

        own(answer(refresh("UPDATE"), "200 OK"));

        assertEquals(90 * SECOND, pass(45 * SECOND).get(0).atMs());
    }

    @Test
    @Conforms("RFC 4028 §7.2")
    void shouldLeaveTheRefreshingToWhoTakesIt() {
        ours("UPDATE");

        own(refreshed(refresh("UPDATE"), "90;refresher=uas"));

        final Sent bye = pass(90 * SECOND).get(0);
        assertEquals("BYE", bye.message().method());
        assertEquals(45 * SECOND + 60 * SECOND, bye.atMs());
    }

    /** A stingy answer costs no storm of refreshes. */
    @Test
    void shouldNotRefreshEverySecond() {
        ours("UPDATE");

        own(refreshed(refresh("UPDATE"), "1;refresher=uac"));

        assertEquals(90 * SECOND, pass(45 * SECOND).get(0).atMs());
    }

    @Test
    @Conforms("RFC 3261 §12.2.1.2")
    void shouldGoWhereTheAnswerToARefreshSays() {
        ours("UPDATE");

        own(refreshed(refresh("UPDATE"), "90").with("Contact", "<sip:moved@127.0.0.9:5099>"));

        final Sent next = pass(45 * SECOND).get(0);
        assertEquals("sip:moved@127.0.0.9:5099", next.message().requestUri());
        assertEquals(5099, next.to().port());
    }

    /** RFC 5407 §3.2.3, the other way round: their BYE crosses our re-INVITE, whose refusal is acknowledged all the same. */
    @Test
    @Conforms("RFC 3261 §17.1.1.3")
    void shouldAcknowledgeTheRefusalOfAReInviteThatCrossedABye() {
        ours("");
        final SipText invite = refresh("INVITE");

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
        assertEquals(0, endpoint().sessions());
        final SipText ack = only(own(answer(invite, "481 Call/Transaction Does Not Exist")));

        assertEquals("ACK", ack.method());
        assertEquals(invite.header("Via"), ack.header("Via"));
        assertEquals(invite.header("Call-ID"), ack.header("Call-ID"));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** The same, when the 200 was on its way already. */
    @Test
    @Conforms("RFC 5407 §3.2.3")
    void shouldAcknowledgeThe200OfAReInviteThatCrossedABye() {
        ours("");
        final SipText invite = refresh("INVITE");
        own(caller.inDialog("BYE"));

        final SipText ack = only(own(refreshed(invite, "90").body("application/sdp", SipText.OFFER)));

        assertEquals("ACK", ack.method());
        assertNotEquals(invite.header("Via"), ack.header("Via"));
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** RFC 3261 §14.1: what a 2xx brings must fit, or the call is over, once it is acknowledged. */
    @Test
    void shouldHangUpWhenTheAnswerDoesNotFit() {
        ours("");
        final SipText invite = refresh("INVITE");

        final List<Sent> sent = own(refreshed(invite, "90").body("application/sdp", "nonsense"));

        assertEquals(List.of("ACK", "BYE"), methods(sent));
        assertEquals(1, counter("sip.calls.answer-missing"));
    }

    /** RFC 3261 §14.1: no re-INVITE while one of theirs has no ACK. */
    @Test
    @Conforms("RFC 3261 §14.1")
    void shouldWaitForTheAckOfTheirs() {
        ours("");
        pass(44_900);
        assertEquals(
                200,
                only(own(caller.reInvite().and("Supported", "timer").and("Session-Expires", "90;refresher=uas")))
                        .status());
        final List<Sent> sent = pass(46 * SECOND);

        assertTrue(sent.stream().noneMatch(s -> s.message().method().equals("INVITE")), sent::toString);
        // The ACK never came: the call ended.
        assertEquals("BYE", sent.get(sent.size() - 1).message().method());
    }

    @Test
    void shouldKeepTheHoldItRefreshes() {
        ours("");
        final SipText held = only(own(caller.reInvite()
                .body("application/sdp", SipText.OFFER + "a=sendonly\r\n")
                .and("Supported", "timer")
                .and("Session-Expires", "90;refresher=uas")));
        own(caller.ack());

        final SipText invite = only(pass(45 * SECOND));

        assertEquals(held.body(), invite.body());
        assertTrue(invite.body().contains("a=recvonly"), invite::body);
        own(refreshed(invite, "90").body("application/sdp", SipText.OFFER + "a=sendonly\r\n"));
    }

    @Test
    @Conforms("RFC 3311 §5.2")
    void shouldTakeAnOfferOfTheirsWhileItsUpdateIsOut() {
        ours("UPDATE");
        final SipText update = refresh("UPDATE");

        assertEquals(200, only(own(caller.reInvite())).status());
        own(caller.ack());
        own(refreshed(update, "90"));
    }

    private List<Sent> moments(final List<Sent> sent) {
        return sent.isEmpty() ? pass(1) : sent;
    }

    private static List<String> methods(final List<Sent> sent) {
        return sent.stream().map(s -> s.message().method()).toList();
    }
}
