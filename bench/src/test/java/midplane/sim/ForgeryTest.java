package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ForgeryTest {
    /** Ten million by one command: {@link ForgeryMain}. */
    @Test
    void shouldTouchNoDialogByAHundredThousandForgedRequests() {
        final StringWriter out = new StringWriter();
        final int exitCode = ForgeryMain.run(new PrintWriter(out), "--seed", "4711", "--forgeries", "100000");
        assertEquals(0, exitCode, out::toString);
        assertTrue(out.toString().contains("0 dialogs touched by 100,"), out::toString);
    }

    @Test
    void shouldTouchNoDialogThatIsAnsweredAtOnceEither() {
        final StringWriter out = new StringWriter();
        final int exitCode = ForgeryMain.run(
                new PrintWriter(out), "--seed", "7", "--forgeries", "50000", "--per-ms", "5", "--answer-delay-ms", "0");
        assertEquals(0, exitCode, out::toString);
    }
}
