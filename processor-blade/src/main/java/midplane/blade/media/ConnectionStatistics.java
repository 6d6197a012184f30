package midplane.blade.media;

/**
 * What RTP and RTCP saw of one session so far, all sources of the other side taken together (RFC 3435 §2.3.7).
 *
 * @param octetsSent payload only, as is octetsReceived.
 * @param packetsReceived those accepted, late ones and duplicates included.
 * @param packetsLost expected less received; below zero when there were more duplicates than losses.
 * @param jitterMs RFC 3550 §6.4.1.
 * @param latencyMs half of the mean round trip by RTCP, which is read at ticks of 20 ms; 0 when no report told.
 */
public record ConnectionStatistics(
        long packetsSent,
        long octetsSent,
        long packetsReceived,
        long octetsReceived,
        long packetsLost,
        long jitterMs,
        long latencyMs) {}
