package midplane.chassis;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;
import midplane.shelf.Counters;

/** What a chassis has done, from its counters. */
final class Summary {
    private final Map<String, Long> values = new TreeMap<>(Summary::compareNames);
    private final int slots;

    Summary(final Counters counters, final int slots) {
        counters.forEach((name, value) -> values.put(name, value));
        this.slots = slots;
    }

    /**
     * Prints it.
     *
     * @param sessionsLeft calls that had not ended when the chassis was closed.
     */
    void print(final PrintStream out, final long seconds, final int sessionsLeft) {
        out.println("Stopped after " + seconds + " s. Dialogs: " + value("dispatcher.forwarded.initial")
                + ", answered: " + answered() + ", cut off: " + sessionsLeft + '.');
        out.println("slot  sessions  answered");
        for (int slot = 0; slot < slots; slot++) {
            out.printf("%4d  %8d  %8d%n", slot, value("blade." + slot + ".sessions.opened"), answered(slot));
        }
        printCounters(out);
        out.flush();
    }

    private long answered() {
        long sum = 0;
        for (int slot = 0; slot < slots; slot++) {
            sum += answered(slot);
        }
        return sum;
    }

    private long answered(final int slot) {
        return value("blade." + slot + ".sip.calls.answered");
    }

    private long value(final String name) {
        return values.getOrDefault(name, 0L);
    }

    private void printCounters(final PrintStream out) {
        int nameLength = 0;
        int valueLength = 0;
        for (final Map.Entry<String, Long> counter : values.entrySet()) {
            if (counter.getValue() != 0) {
                nameLength = Math.max(nameLength, counter.getKey().length());
                valueLength =
                        Math.max(valueLength, counter.getValue().toString().length());
            }
        }
        if (nameLength == 0) {
            return;
        }
        out.println("Counters that are not 0:");
        for (final Map.Entry<String, Long> counter : values.entrySet()) {
            if (counter.getValue() != 0) {
                out.printf("  %-" + nameLength + "s  %" + valueLength + "d%n", counter.getKey(), counter.getValue());
            }
        }
    }

    /** Blade 2 before blade 10: runs of digits compare as numbers. */
    static int compareNames(final String left, final String right) {
        final String[] leftParts = left.split("\\.", -1);
        final String[] rightParts = right.split("\\.", -1);
        for (int i = 0; i < Math.min(leftParts.length, rightParts.length); i++) {
            final int order = isNumber(leftParts[i]) && isNumber(rightParts[i])
                    ? Long.compare(Long.parseLong(leftParts[i]), Long.parseLong(rightParts[i]))
                    : leftParts[i].compareTo(rightParts[i]);
            if (order != 0) {
                return order;
            }
        }
        return left.compareTo(right);
    }

    private static boolean isNumber(final String part) {
        return part.matches("[0-9]{1,18}");
    }
}
