package midplane.shelf;

/**
 * What a blade can carry, and what a session costs it. A unit of load is one leg of an announcement in G.711 µ-law. All
 * other costs default to one unit, too: they are not measured yet.
 *
 * @param capacity units the blade carries; a session beyond them is handed back.
 * @param reportIntervalNs time between two load reports, unless something changes.
 * @param announcementUnits one leg of an announcement.
 * @param echoUnits one leg of an echo.
 * @param conferenceLegUnits one leg of a conference: heard, mixed and spoken to.
 * @param pcmuPercent what G.711 µ-law makes of that, in hundredths.
 * @param pcmaPercent the same for A-law.
 */
public record LoadSettings(
        int capacity,
        long reportIntervalNs,
        int announcementUnits,
        int echoUnits,
        int conferenceLegUnits,
        int pcmuPercent,
        int pcmaPercent) {
    /** The interval unless configured otherwise. */
    public static final long REPORT_INTERVAL_NS = 100_000_000L;

    private static final int PERCENT = 100;

    /** Every session costs one unit. */
    public static LoadSettings ofSessions(final int capacity) {
        return new LoadSettings(capacity, REPORT_INTERVAL_NS, 1, 1, 1, PERCENT, PERCENT);
    }

    /** A service's units in a codec; never less than one. */
    public static int units(final int serviceUnits, final int codecPercent) {
        return Math.max(1, (serviceUnits * codecPercent + PERCENT / 2) / PERCENT);
    }
}
