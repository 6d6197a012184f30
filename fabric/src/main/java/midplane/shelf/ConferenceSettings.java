package midplane.shelf;

/**
 * What a blade must know to mix.
 *
 * @param maxLegs legs of all conferences on one blade, at most.
 * @param maxStayNs the longest that one leg stays: a caller who vanished must not be mixed for ever.
 */
public record ConferenceSettings(int maxLegs, long maxStayNs) {
    /** As in a chassis that was not told otherwise. */
    public static final ConferenceSettings DEFAULT = new ConferenceSettings(256, 24 * 3_600_000_000_000L);
}
