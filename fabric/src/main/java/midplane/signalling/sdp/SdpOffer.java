package midplane.signalling.sdp;

import java.util.List;
import midplane.signalling.sdp.SdpAnswer.Codec;

/** An offer of ours: what we answer an INVITE with that brought none (RFC 3264 §5, RFC 3261 §13.2.1). */
public final class SdpOffer {
    /** The payload type we offer for telephone-event; any dynamic one would do. */
    private static final int TELEPHONE_EVENT = 101;

    // RFC 3551 §6
    private static final int PCMU = 0;
    private static final int PCMA = 8;

    private SdpOffer() {}

    /**
     * The first offer of a session: one audio stream with PCMU, PCMA and telephone-event, both directions.
     *
     * @param localAddress numeric address for o= and c=.
     * @param localRtpPort our RTP port.
     * @param sessionId o= session id, kept for the whole dialog.
     * @param version o= version.
     */
    public static LocalDescription first(
            final String localAddress, final int localRtpPort, final long sessionId, final long version) {
        return offer(localAddress, localRtpPort, sessionId, version, 0, List.of(), TELEPHONE_EVENT);
    }

    /**
     * The same for a session that exists: every m-line stays in its place (RFC 3264 §8), and telephone-event keeps its
     * number (§8.3.2).
     *
     * @param before what we said last.
     */
    public static LocalDescription again(
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version,
            final LocalDescription before) {
        return offer(
                localAddress,
                localRtpPort,
                sessionId,
                version,
                before.hasStream() ? before.stream() : before.refusals().size(),
                before.refusals(),
                before.telephoneEventPayloadType() > PCMA ? before.telephoneEventPayloadType() : TELEPHONE_EVENT);
    }

    private static LocalDescription offer(
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version,
            final int stream,
            final List<String> refusals,
            final int event) {
        final var text = new SdpText(localAddress, sessionId, version, "0 0");
        for (int i = 0; i < Math.max(stream + 1, refusals.size()); i++) {
            if (i != stream) {
                text.refused(refusals.get(i));
                continue;
            }
            text.audio(localRtpPort, PCMU + " " + PCMA + " " + event);
            text.rtpmap(PCMU, Codec.PCMU.name());
            text.rtpmap(PCMA, Codec.PCMA.name());
            text.telephoneEvent(event, "0-15");
            text.direction(SdpDescription.Direction.SENDRECV);
        }
        return new LocalDescription(text.bytes(), stream, refusals, LocalDescription.STATIC, event);
    }
}
