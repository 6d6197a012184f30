package midplane.shelf;

/**
 * What a blade must know to send and hear RTP.
 *
 * @param advertisedAddress numeric address for SDP's c= and o= lines, IPv4 or IPv6 without brackets.
 * @param maxPlayNs the longest an announcement may play whatever the caller asked for ({@code repeat=forever}).
 * @param conferences what concerns conferences only.
 */
public record MediaSettings(String advertisedAddress, long maxPlayNs, ConferenceSettings conferences) {
    /** Conferences are as in a chassis that was not told otherwise. */
    public MediaSettings(final String advertisedAddress, final long maxPlayNs) {
        this(advertisedAddress, maxPlayNs, ConferenceSettings.DEFAULT);
    }
}
