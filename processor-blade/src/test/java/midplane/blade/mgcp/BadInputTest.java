package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What strangers may send: bounded, answered where an answer is due, counted always. */
class BadInputTest extends GatewayTest {
    @AfterEach
    void shouldHaveCountedEveryMessage() {
        long sum = 0;
        for (final Outcome outcome : Outcome.values()) {
            sum += count(outcome.counterName());
        }
        assertEquals(count("received"), sum);
        assertEquals(0, count("dropped.failure"));
    }

    @Test
    void shouldAnswerAThousandMessagesInOneDatagram() {
        final StringBuilder datagram = new StringBuilder();
        for (int i = 1; i <= 1000; i++) {
            datagram.append("AUEP ").append(i).append(" ann/3/1@x MGCP 1.0\n").append(i < 1000 ? ".\n" : "");
        }
        final List<String> responses = send(datagram.toString());
        assertEquals(1000, responses.size());
        assertEquals("200 1000 OK\r\n", responses.get(999));
        assertEquals(1000, count("executed"));
    }

    @Test
    void shouldDoPiggybackedMessagesInOrderWhateverTheOthersAre() {
        final List<String> responses = send("CRCX 1 ann/3/1@x MGCP 1.0\nC: 1\nM: inactive\n.\nFOO\n.\n"
                + "RQNT 2 ann/3/1@x MGCP 1.0\nX: zz\n.\nDLCX 3 ann/3/1@x MGCP 1.0\n");
        assertEquals(
                List.of(200, 510, 250),
                responses.stream().map(GatewayTest::code).toList());
    }

    @Test
    void shouldRefuseADigitMapThatIsTooLong() {
        assertEquals(502, code(ask("RQNT", "ivr/3/1", "X: 1", "D: (" + "x".repeat(5000) + ")", "R: D/x(D)")));
        assertEquals(510, code(ask("RQNT", "ivr/3/1", "X: 1", "D: (" + "x".repeat(64 * 1024 - 200) + ")")));
        assertEquals(200, code(ask("RQNT", "ivr/3/1", "X: 1", "D: (" + "x.".repeat(2000) + ")", "R: D/x(D)")));
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertEquals("510 7 Bad command line\r\n", only(send("CRCX 7\r\n")));
        assertEquals(528, code(only(send("AUEP 8 ann/3/1@x MGCP 2.0\r\n"))));
        assertEquals(504, code(only(send("XYZW 9 ann/3/1@x MGCP 1.0\r\n"))));
        assertEquals(500, code(only(send("AUEP 10 ann@ MGCP 1.0\r\n"))));
        assertEquals(List.of(), send("AUEP x ann/3/1@x MGCP 1.0\r\n"));
        assertEquals(List.of(), send("\0\1\2\3"));
        assertEquals(List.of(), send("\r\n\r\n"));
        assertEquals(List.of(), send(""));
        assertEquals(1, count("dropped.malformed"));
        assertTrue(count("dropped.noise") >= 1);
        assertTrue(count("dropped.empty") >= 2);
    }

    @Test
    void shouldDropWhatTheDispatcherMeantForAnother() {
        sendByFabric(command("AUEP", "ann/3/1"), 0);
        assertEquals(1, count("executed"));
        final String text = command("AUEP", "ann/3/1");
        sendFrame(midplane.fabric.FrameType.INITIAL, text.substring(0, text.length()) + "X-Midplane-Port: 1\r\n", 0);
        assertEquals(1, count("dropped.misrouted"));
    }

    @Test
    void shouldRefuseWhenItRemembersTooMuch() {
        int refused = 0;
        for (int i = 1; i <= 1100; i++) {
            refused += code(only(send("AUEP " + i + " ann/3/1@x MGCP 1.0\r\n"))) == 409 ? 1 : 0;
        }
        assertEquals(1100 - MgcpGateway.TRANSACTIONS_MIN, refused);
        assertEquals(refused, count("refused.overload"));
        runFor(31 * SECOND);
        assertEquals(200, code(only(send("AUEP 5000 ann/3/1@x MGCP 1.0\r\n"))));
    }

    @Test
    void shouldBoundListsAndQuarantine() {
        final String many = String.join(
                ",", Arrays.asList(new String[80]).stream().map(x -> "D/1").toList());
        assertEquals(510, code(ask("RQNT", "ivr/3/1", "X: 1", "R: " + many)), "one event, eighty times");
        final List<String> events = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            events.add("D/[" + "0123456789".substring(i % 10) + "]@" + (i / 10));
        }
        assertEquals(515, code(ask("RQNT", "ivr/3/1", "X: 1", "R: " + String.join(",", events))));
    }
}
