package midplane.signalling.sdp;

import midplane.signalling.sdp.SdpAnswer.Codec;

/** An offer of ours: what we answer an INVITE with that brought none (RFC 3264 §5, RFC 3261 §13.2.1). */
public final class SdpOffer {
    /** The payload type we offer for telephone-event; any dynamic one would do. */
    private static final int TELEPHONE_EVENT = 101;

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
        final var text = new SdpText(localAddress, sessionId, version, "0 0");
        text.audio(localRtpPort, "0 8 " + TELEPHONE_EVENT);
        text.rtpmap(0, Codec.PCMU.name());
        text.rtpmap(8, Codec.PCMA.name());
        text.telephoneEvent(TELEPHONE_EVENT, "0-15");
        text.direction(SdpDescription.Direction.SENDRECV);
        return text.bytes();
    }
}
