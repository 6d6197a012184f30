package midplane.shelf;

/**
 * What a blade must know to mix.
 *
 * @param maxLegs legs of all conferences on one blade, at most.
 * @param joinWindowNs how long the size of a new conference is held for those who are to join.
 * @param maxStayNs the longest that one leg stays: a caller who vanished must not be mixed for ever.
 */
public record ConferenceSettings(int maxLegs, long joinWindowNs, long maxStayNs) {
    /** Conferences that the dispatcher can tell apart, on all blades together; more than any shelf of blades can mix. */
    public static final int ENTRIES_MAX = 16_384;

    /** As in a chassis that was not told otherwise. */
    public static final ConferenceSettings DEFAULT =
            new ConferenceSettings(256, 300_000_000_000L, 24 * 3_600_000_000_000L);
}
