package midplane.shelf;

/**
 * What a blade must know to send and hear RTP.
 *
 * @param advertisedAddress numeric address for SDP's c= and o= lines, IPv4 or IPv6 without brackets.
 * @param maxPlayNs the longest an announcement may play whatever the caller asked for ({@code repeat=forever}).
 */
public record MediaSettings(String advertisedAddress, long maxPlayNs) {}
