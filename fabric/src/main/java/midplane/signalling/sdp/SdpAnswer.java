package midplane.signalling.sdp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import midplane.net.NumericHost;
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
        final SdpDescription description = SdpDescription.parse(offer, offset, length);
        if (description == null) {
            return new Result(null, Refusal.MALFORMED);
        }
        final boolean isIpv4 = localAddress.indexOf(':') < 0;
        final List<SdpStream> streams = description.streams();
        for (int i = 0; i < streams.size(); i++) {
            final Far far = Far.of(description, streams.get(i), maySend);
            if (far != null && far.speaks(isIpv4)) {
                final byte[] text = text(description, i, far, localAddress, localRtpPort, sessionId, version);
                return new Result(far.answer(text), null);
            }
        }
        return new Result(null, Refusal.NOTHING_IN_COMMON);
    }

    /**
     * Reads the other side's answer to an {@link SdpOffer} of ours, as it comes in an ACK. There is no text to send, so
     * {@link #text} is empty.
     *
     * @param localAddress the numeric address we offered.
     * @param maySend whether the service has anything to send.
     */
    public static Result fromAnswer(
            final DirectBuffer answer,
            final int offset,
            final int length,
            final String localAddress,
            final boolean maySend) {
        final SdpDescription description = SdpDescription.parse(answer, offset, length);
        if (description == null || description.streams().isEmpty()) {
            return new Result(null, Refusal.MALFORMED);
        }
        // We offered one stream; RFC 3264 §6 puts its answer first.
        final Far far = Far.of(description, description.streams().get(0), maySend);
        return far != null && far.speaks(localAddress.indexOf(':') < 0)
                ? new Result(far.answer(new byte[0]), null)
                : new Result(null, Refusal.NOTHING_IN_COMMON);
    }

    /** What one stream of the other side comes to for us. */
    private record Far(
            SdpStream stream,
            @Nullable InetAddress address,
            SdpStream.AudioFormat format,
            SdpStream.@Nullable TelephoneEvent telephoneEvent,
            SdpDescription.Direction ours) {
        /** Null when we cannot carry the stream. */
        static @Nullable Far of(final SdpDescription description, final SdpStream stream, final boolean maySend) {
            final SdpStream.AudioFormat format = stream.isAudioOverRtp() ? stream.audioFormat() : null;
            if (format == null) {
                return null;
            }
            final SdpDescription.Connection connection = description.connection(stream);
            InetAddress address = null;
            if (connection != null) {
                // A name is not looked up: an agent does not wait for a resolver.
                address = connection.networkType().equals("IN") ? NumericHost.parse(connection.address()) : null;
                if (address == null || address.isMulticastAddress()) {
                    return null;
                }
                if (address.isAnyLocalAddress()) {
                    // RFC 3264 §8.4: how RFC 2543 put a call on hold
                    address = null;
                }
            }
            final SdpDescription.Direction theirs = description.direction(stream);
            final boolean sends = maySend && theirs.receives() && address != null;
            return new Far(
                    stream,
                    address,
                    format,
                    stream.telephoneEvent(),
                    SdpDescription.Direction.of(sends, theirs.sends()));
        }

        /** Whether our socket's address family can reach it. */
        boolean speaks(final boolean isIpv4) {
            return address == null || address instanceof Inet4Address == isIpv4;
        }

        SdpAnswer answer(final byte[] text) {
            return new SdpAnswer(
                    text,
                    address,
                    stream.port(),
                    stream.rtcpPort(),
                    format.payloadType(),
                    format.codec(),
                    telephoneEvent == null ? -1 : telephoneEvent.payloadType(),
                    ours.sends(),
                    ours.receives());
        }
    }

    /** RFC 3264 §6: as many m-lines as the offer, in its order; the t-line is the offer's. */
    private static byte[] text(
            final SdpDescription offer,
            final int accepted,
            final Far far,
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version) {
        final var text = new SdpText(localAddress, sessionId, version, offer.time());
        for (int i = 0; i < offer.streams().size(); i++) {
            if (i == accepted) {
                final var event = far.telephoneEvent();
                text.audio(localRtpPort, far.format().payloadType() + (event == null ? "" : " " + event.payloadType()));
                text.rtpmap(far.format().payloadType(), far.format().codec().name());
                if (event != null) {
                    text.telephoneEvent(event.payloadType(), event.text());
                }
                text.direction(far.ours());
            } else {
                text.refused(offer.streams().get(i));
            }
        }
        return text.bytes();
    }
}
