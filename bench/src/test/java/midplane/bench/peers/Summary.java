package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The counters a chassis prints when it ends: a line {@code name  value} for each that is not 0. */
record Summary(Map<String, Long> counters, String words) {
    private static final Pattern COUNTER =
            Pattern.compile("^\\s+((?:[a-z0-9-]+\\.)+[a-z0-9-]+)\\s+(\\d+)\\s*$", Pattern.MULTILINE);
    private static final Pattern UNCAUGHT =
            Pattern.compile("error in Midplane itself|^\\s+at [\\w.$/]+\\(|Exception in thread", Pattern.MULTILINE);

    static Summary of(final String words) {
        final Map<String, Long> counters = new TreeMap<>();
        final Matcher line = COUNTER.matcher(words);
        while (line.find()) {
            counters.put(line.group(1), Long.valueOf(line.group(2)));
        }
        assertFalse(counters.isEmpty(), () -> "no counters in the summary\n" + words);
        return new Summary(counters, words);
    }

    /** One counter; 0 when the chassis did not print it. */
    long value(final String name) {
        return counters.getOrDefault(name, 0L);
    }

    /** The sum of the counters whose whole name matches. */
    long sum(final String regex) {
        return counters.entrySet().stream()
                .filter(entry -> entry.getKey().matches(regex))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    void assertNothingUncaught() {
        assertFalse(UNCAUGHT.matcher(words).find(), () -> "the chassis printed an error\n" + words);
        assertEquals(0, value("chassis.errors"), words);
        assertEquals(0, value("dispatcher.dropped.error"), words);
        assertEquals(0, sum("blade\\.\\d+\\.sip\\.dropped\\.failure"), words);
    }

    /** Whatever came in is accounted for, at each station on its way. */
    void assertLedgerBalances() {
        assertEquals(
                value("dispatcher.received"),
                sum("dispatcher\\.(forwarded|absorbed|dropped)\\..*") + value("dispatcher.answered"),
                () -> "received at the well-known port = forwarded + answered + absorbed + dropped\n" + words);
        assertEquals(
                value("dispatcher.mgcp.received"),
                sum("dispatcher\\.mgcp\\.(forwarded|absorbed|dropped)\\..*") + value("dispatcher.mgcp.answered"),
                () -> "received at the well-known MGCP port = forwarded + answered + absorbed + dropped\n" + words);
        assertEquals(
                sum("dispatcher\\.forwarded\\..*") + value("dispatcher.mgcp.frames"),
                sum("blade\\.\\d+\\.frames\\.(delivered|dropped\\..*)"),
                () -> "forwarded = frames the blades took from the rings\n" + words);
        assertEquals(
                sum("blade\\.\\d+\\.datagrams\\.received"),
                sum("blade\\.\\d+\\.datagrams\\.(delivered|dropped\\..*)"),
                () -> "received at the blades' ports = delivered + dropped\n" + words);
        assertEquals(
                sum("blade\\.\\d+\\.(frames|datagrams|mgcp\\.datagrams)\\.delivered"),
                sum("blade\\.\\d+\\.(sip|mgcp)\\.received"),
                () -> "delivered = received by SIP and MGCP\n" + words);
        assertEquals(
                sum("blade\\.\\d+\\.sip\\.received"),
                sum("blade\\.\\d+\\.sip\\.(answered|repeated|absorbed|dropped\\..*)"),
                () -> "received by SIP = answered + repeated + absorbed + dropped\n" + words);
        assertEquals(
                sum("blade\\.\\d+\\.sessions\\.opened"),
                sum("blade\\.\\d+\\.sessions\\.(closed|open)"),
                () -> "sessions opened = closed + open\n" + words);
    }

    /** Every session has ended and has given its media ports back. */
    void assertNothingIsLeft() {
        assertEquals(0, sum("blade\\.\\d+\\.sessions\\.open"), () -> "sessions left\n" + words);
        assertEquals(
                sum("blade\\.\\d+\\.media\\.opened"),
                sum("blade\\.\\d+\\.media\\.closed"),
                () -> "media opened = closed\n" + words);
    }
}
