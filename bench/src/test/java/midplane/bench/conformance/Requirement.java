package midplane.bench.conformance;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something to conform to, ordered as a reader looks for it: rows of the wire contract, then RFCs by number and section.
 *
 * @param name as tests spell it.
 */
record Requirement(String name) implements Comparable<Requirement> {
    private static final Pattern ROW = Pattern.compile("[SM]\\d{1,2}");
    private static final Pattern SECTION = Pattern.compile("RFC \\d{3,4}(?: §[0-9A-Z]+(?:\\.\\d+)*)?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");

    /** Whether it is spelled so that it can be looked up. */
    boolean isWellFormed() {
        return ROW.matcher(name).matches() || SECTION.matcher(name).matches();
    }

    boolean isRow() {
        return ROW.matcher(name).matches();
    }

    /** The heading it stands under. */
    String group() {
        final int section = name.indexOf(" §");
        return isRow() ? "The wire contract" : section < 0 ? name : name.substring(0, section);
    }

    @Override
    public int compareTo(final Requirement that) {
        return sortKey().compareTo(that.sortKey());
    }

    private String sortKey() {
        final StringBuilder key = new StringBuilder(isRow() ? "0" : "1");
        final Matcher number = NUMBER.matcher(name);
        int from = 0;
        while (number.find()) {
            key.append(name, from, number.start()).append(String.format("%05d", Integer.valueOf(number.group())));
            from = number.end();
        }
        return key.append(name, from, name.length()).toString();
    }
}
