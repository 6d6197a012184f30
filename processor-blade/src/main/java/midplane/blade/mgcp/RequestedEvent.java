package midplane.blade.mgcp;

import org.jspecify.annotations.Nullable;

/**
 * One item of RequestedEvents (RFC 3435 §3.2.2.16).
 *
 * @param eventPackage null for {@code *}: all packages.
 * @param name in small letters; {@code all} for every event.
 * @param range keys that are meant, as they are spelled in {@link Occurrence#name}; empty when {@code name} is no range.
 * @param connection an id, {@code *}, or empty.
 * @param actions bits, of those below.
 * @param embedded what to request when it happens, or null.
 * @param parameters what the second brackets hold.
 */
record RequestedEvent(
        @Nullable EventPackage eventPackage,
        String name,
        String range,
        String connection,
        int actions,
        @Nullable NotificationRequest embedded,
        String parameters) {
    static final int NOTIFY = 1;
    static final int ACCUMULATE = 1 << 1;
    static final int DIGIT_MAP = 1 << 2;
    static final int IGNORE = 1 << 3;
    static final int KEEP_SIGNALS = 1 << 4;
    static final int EMBEDDED = 1 << 5;

    boolean has(final int action) {
        return (actions & action) != 0;
    }

    boolean matches(final Occurrence occurrence) {
        if (eventPackage != null && eventPackage != occurrence.eventPackage()) {
            return false;
        }
        final boolean isNamed = range.isEmpty()
                ? name.equals("all") || name.equals(occurrence.name()) || (name.equals("x") && isDigit(occurrence))
                : occurrence.name().length() == 1 && range.contains(occurrence.name());
        return isNamed
                && (connection.isEmpty() || connection.equals("*") || connection.equals(occurrence.connection()));
    }

    private static boolean isDigit(final Occurrence occurrence) {
        return occurrence.eventPackage() == EventPackage.D
                && occurrence.name().length() == 1
                && Character.isDigit(occurrence.name().charAt(0));
    }

    /** Whether the connection is to be named when this is reported. */
    boolean namesConnection() {
        return !connection.isEmpty() || eventPackage == EventPackage.R || name.equals("ld");
    }
}
