package midplane.signalling.sdp;

import java.net.InetAddress;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What we agreed to: the answer's text, and where and how to send.
 *
 * @param text the body to send.
 * @param remoteAddress where the other side wants RTP; null when it wants none (c=0.0.0.0, inactive without address).
 * @param remoteRtpPort its RTP port.
 * @param remoteRtcpPort its RTCP port: {@code a=rtcp} (RFC 3605), else RTP's plus one.
 * @param payloadType the codec's payload type in the direction to the other side.
 * @param codec which codec that is.
 * @param telephoneEventPayloadType RFC 4733, or -1.
 * @param sends whether we may send: the offer is not sendonly or inactive.
 * @param receives whether we listen: the offer is not recvonly or inactive.
 */
public record SdpAnswer(
        byte[] text,
        @Nullable InetAddress remoteAddress,
        int remoteRtpPort,
        int remoteRtcpPort,
        int payloadType,
        Codec codec,
        int telephoneEventPayloadType,
        boolean sends,
        boolean receives) {
    public enum Codec {
        PCMU,
        PCMA
    }

    /** Why an offer cannot be answered. */
    public enum Refusal {
        /** Not a session description: 400. */
        MALFORMED,
        /** No audio stream with a codec we have: 488. */
        NOTHING_IN_COMMON
    }

    /** Either an answer or a refusal. */
    public record Result(
            @Nullable SdpAnswer answer, @Nullable Refusal refusal) {}

    /**
     * Answers an offer: the first audio stream over RTP/AVP that has PCMU, PCMA (in the offer's order of preference) is
     * accepted; every other m-line stays in its place with port 0.
     *
     * @param localAddress numeric address for o= and c=.
     * @param localRtpPort our RTP port.
     * @param sessionId o= session id, kept for the whole dialog.
     * @param version o= version: one more for each changed description.
     * @param maySend whether the service has anything to send.
     */
    public static Result answer(
            final DirectBuffer offer,
            final int offset,
            final int length,
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version,
            final boolean maySend) {
        return new Result(null, Refusal.MALFORMED);
    }

    /**
     * Reads the other side's answer to an {@link SdpOffer} of ours, as it comes in an ACK. There is no text to send, so
     * {@link #text} is empty.
     *
     * @param maySend whether the service has anything to send.
     */
    public static Result fromAnswer(
            final DirectBuffer answer, final int offset, final int length, final boolean maySend) {
        return new Result(null, Refusal.MALFORMED);
    }
}
