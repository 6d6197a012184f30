package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import midplane.shelf.Counters;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void shouldSortCountersWithTheirNumbersAndLeaveOutZeros() {
        final Counters counters = new Counters();
        counters.counter("dispatcher.forwarded.initial").setRelease(1234);
        counters.counter("blade.10.sessions.opened").setRelease(7);
        counters.counter("blade.1.sip.calls.answered").setRelease(5);
        counters.counter("blade.1.sessions.opened").setRelease(6);
        counters.counter("blade.1.never").setRelease(0);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Summary(counters, 2).print(new PrintStream(out, true, StandardCharsets.UTF_8), 61, 3);
        assertEquals("""
                Stopped after 61 s. Dialogs: 1234, answered: 5, cut off: 3.
                slot  sessions  answered
                   0         0         0
                   1         6         5
                Counters that are not 0:
                  blade.1.sessions.opened          6
                  blade.1.sip.calls.answered       5
                  blade.10.sessions.opened         7
                  dispatcher.forwarded.initial  1234
                """, out.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n"));
    }
}
