package midplane.chassis;

import java.util.List;

/** Numbers with units, as they stand in property values: {@code 500ms}, {@code 8KiB}. Never negative. */
final class Quantity {
    /** What {@link #parse} answers to anything that is not a quantity. */
    static final long NOT_A_QUANTITY = -1;

    /** A unit and what it is worth. */
    record Unit(String name, long worth) {}

    /** Worth is in nanoseconds. Largest first. */
    static final List<Unit> DURATIONS = List.of(
            new Unit("h", 3_600_000_000_000L),
            new Unit("m", 60_000_000_000L),
            new Unit("s", 1_000_000_000L),
            new Unit("ms", 1_000_000L),
            new Unit("us", 1_000L),
            new Unit("ns", 1L));

    /** Worth is in bytes. Largest first. */
    static final List<Unit> SIZES =
            List.of(new Unit("GiB", 1L << 30), new Unit("MiB", 1L << 20), new Unit("KiB", 1L << 10), new Unit("B", 1L));

    private static final int DIGITS_MAX = 18;

    private Quantity() {}

    /** A whole number followed by one of the units, in the worth of the units; or {@link #NOT_A_QUANTITY}. */
    static long parse(final String text, final List<Unit> units) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > DIGITS_MAX) {
            return NOT_A_QUANTITY;
        }
        final long number = Long.parseLong(text.substring(0, digits));
        final String name = text.substring(digits).strip();
        for (final Unit unit : units) {
            if (unit.name().equals(name)) {
                return number > Long.MAX_VALUE / unit.worth() ? NOT_A_QUANTITY : number * unit.worth();
            }
        }
        return NOT_A_QUANTITY;
    }

    /** Text that {@link #parse} reads back, in the largest unit without a fraction. */
    static String format(final long value, final List<Unit> units) {
        if (value != 0) {
            for (final Unit unit : units) {
                if (value % unit.worth() == 0) {
                    return value / unit.worth() + unit.name();
                }
            }
        }
        return value + units.get(units.size() - 1).name();
    }
}
