package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 2897: play announcement, and play and collect. */
class AudioPackageTest extends GatewayTest {
    private int rtpSequence = 100;
    private int rtpTimestamp = 10_000;

    @Test
    void shouldPlaySegmentsTimesAndPauses() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: oc,of", "S: pa(an=39,/not-in-service/,si(2) it=2 iv=1)");
        // Twice 50 + 20 + 200 ms and 100 between.
        final String notify = only(runFor(680 * MS));
        assertEquals("AU/oc(rc=100)", value(notify, "O"));
        assertEquals(28, client.take().size(), 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pa(an=4711)|301",
                "pa(an=/nowhere/)|309",
                "pa(an=vb(mny,usd,1153))|304",
                "pa(an=37<1153>)|304",
                "pa(an=ts(hello))|300",
                "pa(an=39[Lang=eng])|302",
                "pa(an=39)[Lang=dan,gender=female]|302",
                "pa(an=39 sp=90)|300",
                "pc(ip=4711)|301",
            })
    void shouldFailAsTheRfcFails(final String signal, final int returnCode) {
        connect("ivr/3/1");
        assertEquals(200, code(ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/" + signal)));
        assertEquals("AU/of(rc=" + returnCode + ")", value(only(runFor(20 * MS)), "O"));
    }

    /** The strings of the RFC, each as it stands there (test resource, with its line numbers): all are understood. */
    @Test
    void shouldUnderstandEverySignalOfTheRfc() throws IOException {
        connect("ivr/3/1");
        try (var resource = getClass().getResourceAsStream("/midplane/corpus/mgcp/rfc2897-signals.tsv")) {
            final List<String> rows = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .toList();
            assertEquals(30, rows.size());
            for (final String row : rows) {
                final String[] fields = row.split("\t");
                if (!fields[1].equals("S")) {
                    continue;
                }
                final String response = ask("RQNT", "ivr/3/1", "X: 1", "S: " + fields[2]);
                assertEquals(fields[2].startsWith("pr") ? 513 : 200, code(response), row + " -> " + response);
            }
        }
    }

    @Test
    void shouldCollectADigitAndInterruptThePrompt() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(ip=21 na=3)");
        runFor(110 * MS);
        press(4);
        assertEquals("AU/oc(rc=100 na=1 dc=4 ik=4 ap=1)", value(only(runFor(20 * MS)), "O"));
        client.take();
        runFor(200 * MS);
        assertEquals(0, client.take().size(), "the prompt is silent");
    }

    @Test
    void shouldPromptAgainAndCountAttempts() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(ip=21 rp=39 nd=40 mn=3 mx=3 fdt=20 idt=10 na=3)");
        // 200 ms of prompt, 2 s for the first key, 50 ms of nd.
        assertEquals(List.of(), runFor(2300 * MS));
        press(1);
        assertEquals(List.of(), runFor(1100 * MS), "too few keys: rp");
        for (final int key : new int[] {5, 6, 7}) {
            press(key);
            runFor(60 * MS);
        }
        assertTrue(count("commands.sent") == 1);
    }

    @Test
    void shouldFailAfterTheLastAttempt() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(fdt=5 fa=39)");
        assertEquals(List.of(), runFor(520 * MS), "last words first");
        assertEquals("AU/of(rc=326)", value(only(runFor(100 * MS)), "O"));
    }

    @Test
    void shouldEndAtTheEndInputKey() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(mn=1 mx=8)");
        dial(1, 2, 11);
        assertEquals("AU/oc(rc=100 na=1 dc=12)", value(only(runFor(20 * MS)), "O"));
    }

    @Test
    void shouldIncludeTheEndInputKeyAndWaitForIt() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(mn=2 mx=2 eik=* iek=true edt=20)");
        dial(1, 2);
        assertEquals(List.of(), runFor(500 * MS));
        dial(10);
        assertEquals("AU/oc(rc=100 na=1 dc=12*)", value(only(runFor(20 * MS)), "O"));
    }

    @Test
    void shouldMatchAPattern() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(dp=(1xx|2x.F) eik=null)");
        dial(2, 3, 4, 11);
        final String first = only(runFor(20 * MS));
        assertEquals("AU/oc(rc=100 na=1 dc=234#)", value(first, "O"));
        answer(first, 200);
        ask("RQNT", "ivr/3/1", "X: 2", "R: AU/oc,AU/of", "S: AU/pc(dp=(1xx|2x.F) eik=null)");
        dial(3);
        assertEquals("AU/of(rc=329)", value(only(runFor(20 * MS)), "O"));
    }

    @Test
    void shouldRestartReinputAndReturn() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(ip=39 mn=4 mx=4 rsk=*11 rik=*12 rtk=*13)");
        runFor(100 * MS);
        dial(9, 9, 10, 1, 2);
        dial(1, 10, 1, 1);
        runFor(200 * MS);
        dial(5, 6, 7, 8);
        final String first = only(runFor(20 * MS));
        assertTrue(value(first, "O").startsWith("AU/oc(rc=100 na=1 dc=5678"), first);
        answer(first, 200);
        ask("RQNT", "ivr/3/1", "X: 2", "R: AU/oc,AU/of", "S: AU/pc(ip=39 mn=4 mx=4 rsk=*11 rik=*12 rtk=*13)");
        runFor(100 * MS);
        dial(9, 10, 1, 3);
        assertEquals("AU/oc(rc=100 na=1 dc=9 ik=*13)", value(only(runFor(20 * MS)), "O"));
    }

    @Test
    void shouldNotLetAPromptBeInterruptedThatMustNot() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(ip=21 ni=true)");
        runFor(100 * MS);
        dial(4);
        assertEquals(List.of(), runFor(40 * MS));
        assertEquals("AU/oc(rc=100 na=1 dc=4)", value(only(runFor(80 * MS)), "O"), "but it counts");
    }

    @Test
    void shouldTakeKeysTypedAheadUnlessTheyAreCleared() {
        connect("ivr/3/1");
        dial(4, 5);
        final List<String> told = send(command("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(mn=2 mx=2)"));
        assertEquals(200, code(told.get(0)), told.toString());
        assertEquals("AU/oc(rc=100 na=1 dc=45)", value(told.get(1), "O"));
        answer(told.get(1), 200);
        dial(6, 7);
        ask("RQNT", "ivr/3/1", "X: 2", "Q: discard", "R: AU/oc,AU/of", "S: AU/pc(mn=2 mx=2 cb=true fdt=2)");
        final List<String> second = runFor(230 * MS);
        assertTrue(second.get(second.size() - 1).contains("AU/of(rc=326)"), second.toString());
    }

    @Test
    void shouldEndASignalAndTellWhatThereWas() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(mn=4 mx=4 idt=100)");
        dial(1, 2);
        runFor(40 * MS);
        final List<String> answers =
                send(command("RQNT", "ivr/3/1", "X: 2", "R: AU/oc,AU/of", "S: AU/pc(mn=4 mx=4), AU/es(sg=pc)"));
        assertTrue(answers.stream().anyMatch(text -> text.contains("AU/oc(rc=100 na=1 dc=12)")), answers.toString());
    }

    @Test
    void shouldNotWaitForEverForTheRestOfACommandKey() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(mn=2 mx=2 rsk=*11 fdt=20 idt=10)");
        dial(10);
        assertEquals("AU/of(rc=326)", value(runFor(1100 * MS).get(0), "O"));
    }

    @Test
    void shouldLetKeysMoveAboutInAPromptAndStopIt() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: AU/oc,AU/of", "S: AU/pc(ip=21,21,39 psk=7,lst stk=8 fdt=5)");
        runFor(100 * MS);
        dial(7);
        client.take();
        runFor(200 * MS);
        assertEquals(3, client.take().size(), 1, "only the last segment was left");
        ask("RQNT", "ivr/3/1", "X: 2", "R: AU/oc,AU/of", "S:");
        ask("RQNT", "ivr/3/1", "X: 3", "R: AU/oc,AU/of", "S: AU/pc(ip=21,21,39 psk=7,lst stk=8 fdt=5)");
        runFor(100 * MS);
        dial(8);
        client.take();
        assertEquals(List.of(), runFor(400 * MS));
        assertEquals(0, client.take().size());
    }

    private void dial(final int... keys) {
        for (final int key : keys) {
            press(key);
        }
        runOnly(20 * MS);
    }

    /** Time goes by, and what comes is left for later: only the media plane works. */
    private void runOnly(final long durationNs) {
        nowNs += durationNs;
        media.tick(nowNs);
        gateway().onDeadline(nowNs);
    }

    private void press(final int event) {
        rtpTimestamp += 8000;
        for (final boolean ends : new boolean[] {false, true}) {
            client.send(
                    ByteBuffer.allocate(16)
                            .put((byte) 0x80)
                            .put((byte) (101 | (ends ? 0 : 0x80)))
                            .putShort((short) rtpSequence++)
                            .putInt(rtpTimestamp)
                            .putInt(77)
                            .put((byte) event)
                            .put((byte) (ends ? 0x8A : 0x0A))
                            .putShort((short) 160)
                            .array(),
                    40_000);
        }
    }
}
