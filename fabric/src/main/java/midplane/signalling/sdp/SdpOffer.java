package midplane.signalling.sdp;

import java.nio.charset.StandardCharsets;

/** An offer of ours: what we answer an INVITE with that brought none (RFC 3264 §5, RFC 3261 §13.2.1). */
public final class SdpOffer {
    private SdpOffer() {}

    /**
     * One audio stream with PCMU, PCMA and telephone-event, both directions.
     *
     * @param localAddress numeric address for o= and c=.
     * @param localRtpPort our RTP port.
     * @param sessionId o= session id, kept for the whole dialog.
     * @param version o= version.
     */
    public static byte[] text(
            final String localAddress, final int localRtpPort, final long sessionId, final long version) {
        final String family = localAddress.indexOf(':') < 0 ? "IP4" : "IP6";
        return ("v=0\r\no=- " + sessionId + ' ' + version + " IN " + family + ' ' + localAddress + "\r\ns=-\r\nc=IN "
                        + family + ' ' + localAddress + "\r\nt=0 0\r\nm=audio " + localRtpPort + " RTP/AVP 0 8 101\r\n"
                        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                        + "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
