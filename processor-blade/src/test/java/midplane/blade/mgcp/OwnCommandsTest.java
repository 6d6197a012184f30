package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the gateway says of its own accord: repeated until answered, lost and found, restarted and drained. */
class OwnCommandsTest extends GatewayTest {
    @Test
    void shouldRepeatANotifyEverMoreSlowlyAndThenBeDisconnected() {
        final List<Long> gaps = new ArrayList<>();
        final String notify = unanswered(gaps);
        assertEquals(OutgoingCommands.MAX2, gaps.size(), gaps.toString());
        assertTrue(gaps.get(0) <= 250 * MS, gaps.toString());
        assertTrue(gaps.get(gaps.size() - 1) >= 2 * SECOND, gaps.toString());
        assertTrue(gaps.stream().allMatch(gap -> gap <= 4 * SECOND + MS), gaps.toString());
        assertEquals(1, count("endpoints.disconnected"));
        assertEquals("disconnected", value(ask("AUEP", "ann/3/1", "F: RM"), "RM"));

        final List<String> told = runFor(16 * SECOND);
        assertTrue(
                told.get(0)
                        .matches(
                                "RSIP [0-9]+ ann/3/1@ms\\.example\\.net:2446 MGCP 1\\.0\r\nRM: disconnected\r\nRD: [0-9]+\r\n"),
                told.toString());
        answer(told.get(0), 200);
        assertEquals("restart", value(ask("AUEP", "ann/3/1", "F: RM"), "RM"));
        assertEquals(List.of(), runFor(60 * SECOND));
        assertTrue(notify.startsWith("NTFY"));
    }

    @Test
    void shouldTellOfTheLossBeforeItAnswersACommand() {
        unanswered(new ArrayList<>());
        final List<String> datagrams = send(command("RQNT", "ann/3/1", "X: 2", "R: A/oc", "S: A/ann(welcome)"));
        assertEquals(2, datagrams.size(), datagrams.toString());
        final String rsip = datagrams.get(0);
        assertTrue(rsip.contains("RM: disconnected"), rsip);
        assertTrue(datagrams.get(1).startsWith(rsip + ".\r\n200 "), datagrams.get(1));
        assertTrue(runFor(120 * MS).stream().noneMatch(text -> text.startsWith("NTFY")), "held until it is found");
        final List<String> after = answer(rsip, 200);
        assertTrue(after.stream().anyMatch(text -> text.contains("X: 2\r\nO: A/oc(A/ann)")), after.toString());
    }

    @Test
    void shouldGrowMorePatientWhileNobodyAnswers() {
        unanswered(new ArrayList<>());
        final List<Long> begun = new ArrayList<>();
        String last = "";
        for (int i = 0; i < 3000 && begun.size() < 5; i++) {
            for (final String text : runFor(SECOND)) {
                if (!text.equals(last)) {
                    begun.add(nowNs);
                    last = text;
                }
            }
        }
        final long first = begun.get(1) - begun.get(0);
        final long later = begun.get(4) - begun.get(3);
        assertTrue(later > 2 * first, begun.toString());
    }

    @Test
    void shouldWaitLongerForWhoSaysHeIsAtIt() {
        connect("ann/3/1");
        ask("RQNT", "ann/3/1", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        final String notify = only(runFor(120 * MS));
        answer(notify, 100);
        assertEquals(List.of(), runFor(4900 * MS));
        assertEquals(notify, only(runFor(200 * MS)));
        answer(notify, 200);
        assertEquals(List.of(), runFor(60 * SECOND));
    }

    @Test
    void shouldLearnHowLongAnswersTake() {
        connect("ann/3/1");
        for (int i = 0; i < 20; i++) {
            ask("RQNT", "ann/3/1", "X: 1", "R: A/oc", "S: A/ann(welcome)");
            final List<String> told = runFor(1600 * MS);
            answer(told.get(0), 200);
        }
        ask("RQNT", "ann/3/1", "X: 2", "R: A/oc", "S: A/ann(welcome)");
        assertEquals(1, runFor(900 * MS).size(), "nobody who takes a second and a half is asked again after 200 ms");
    }

    @Test
    void shouldCountAnswersToNothing() {
        send("200 5 OK\r\n");
        send("000 6\r\n");
        assertEquals(2, count("dropped.stray-response"));
    }

    @Test
    void shouldTellOfItsStartAfterARandomDelayAndOfItsEnd() {
        notifiedEntity = "ca@[127.0.0.1]:2727";
        final List<String> told = runFor(10_100 * MS);
        final List<String> first = told.stream().distinct().toList();
        assertEquals(4, first.size(), told.toString());
        assertTrue(
                first.get(0).matches("RSIP [0-9]+ ann/3/\\*@ms\\.example\\.net MGCP 1\\.0\r\nRM: restart\r\n"),
                first.get(0));
        first.forEach(text -> answer(text, 200));
        assertEquals(List.of(), runFor(60 * SECOND));

        connect("ann/3/1");
        gateway().hangUp();
        final List<String> last = runFor(100 * MS);
        assertTrue(last.get(0).contains("RM: graceful\r\nE: 901 "), last.toString());
        final String deleted = last.stream()
                .filter(text -> text.startsWith("DLCX"))
                .findFirst()
                .orElse("");
        assertTrue(
                deleted.matches("(?s)DLCX [0-9]+ ann/3/1@.*\r\nC: A1\r\nI: [0-9A-F]+\r\nE: 901 .*\r\nP: PS=.*"),
                deleted);
        assertEquals(0, gateway().sessions());
        assertTrue(gateway().isDraining());
        assertEquals(501, code(only(send(command("CRCX", "ann/$", "C: 1", "M: inactive")))));
        assertEquals("graceful", value(only(send(command("AUEP", "ann/3/1", "F: RM"))), "RM"));
    }

    @Test
    void shouldTellOfItsStartBeforeItAnswersTheFirstCommand() {
        notifiedEntity = "127.0.0.1:2728";
        runFor(0);
        final List<String> datagrams = send(command("CRCX", "ann/$", "C: 1", "M: inactive"));
        final String rsip = received(otherAgent).get(0);
        assertTrue(only(datagrams).startsWith(rsip + ".\r\n200 1 OK\r\n"), datagrams.toString());
        assertEquals(200, code(only(send(command("AUEP", "ann/3/1")))), "audits do not wait");
        sendFrom(otherAgent, "521 " + rsip.split(" ")[1] + " Redirect\r\nN: ca@127.0.0.1:2727\r\n");
        final List<String> again = runFor(MS);
        assertTrue(
                again.stream().anyMatch(text -> text.contains("RSIP") && text.contains("ann/3/*")), again.toString());
        again.forEach(text -> answer(text, 200));
        assertEquals(200, code(only(send(command("CRCX", "ann/$", "C: 1", "M: inactive")))));
    }

    /** Makes the endpoint's Notify go unanswered; returns it. */
    private String unanswered(final List<Long> gaps) {
        connect("ann/3/1");
        ask("RQNT", "ann/3/1", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        final String notify = only(runFor(110 * MS));
        long last = nowNs;
        for (int i = 0; i < 3000 && count("endpoints.disconnected") == 0; i++) {
            for (final String text : runFor(10 * MS)) {
                assertEquals(notify, text);
                gaps.add(nowNs - last);
                last = nowNs;
            }
        }
        return notify;
    }
}
