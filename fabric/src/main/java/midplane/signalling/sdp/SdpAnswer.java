package midplane.signalling.sdp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import midplane.net.NumericHost;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What we agreed to: what we said, and where and how to send.
 *
 * @param ours our answer, or the offer of ours that was answered.
 * @param remoteAddress where the other side wants RTP; null when it wants none (c=0.0.0.0, no stream).
 * @param remoteRtpPort its RTP port.
 * @param remoteRtcpAddress where it wants RTCP: that of {@code a=rtcp} (RFC 3605), else RTP's.
 * @param remoteRtcpPort its RTCP port: {@code a=rtcp}, else RTP's plus one.
 * @param payloadType the codec's payload type in the direction to the other side.
 * @param codec which codec that is.
 * @param receivedTelephoneEventPayloadType RFC 4733 in the direction to us, or -1.
 * @param packetMs how long packets to the other side are: a multiple of ten.
 * @param sends whether we may send: the offer is not sendonly or inactive.
 * @param receives whether we listen: the offer is not recvonly or inactive.
 */
public record SdpAnswer(
        LocalDescription ours,
        @Nullable InetAddress remoteAddress,
        int remoteRtpPort,
        @Nullable InetAddress remoteRtcpAddress,
        int remoteRtcpPort,
        int payloadType,
        Codec codec,
        int receivedTelephoneEventPayloadType,
        int packetMs,
        boolean sends,
        boolean receives) {
    private static final int NO_STREAM = -1;

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
     * accepted; every other m-line stays in its place with port 0. An offer with no live stream at all is accepted as it
     * is (RFC 3264 §5, §8.2): a session that is silent for now.
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
                final int payloadType = far.format().payloadType();
                return new Result(
                        far.answer(new LocalDescription(
                                text, i, refusals(description), payloadType, far.telephoneEventPayloadType())),
                        null);
            }
        }
        if (streams.stream().anyMatch(stream -> stream.port() > 0)) {
            return new Result(null, Refusal.NOTHING_IN_COMMON);
        }
        final byte[] text = text(description, NO_STREAM, null, localAddress, localRtpPort, sessionId, version);
        return new Result(silent(new LocalDescription(text, NO_STREAM, refusals(description), 0, -1)), null);
    }

    /**
     * Reads the other side's answer to an offer of ours.
     *
     * @param ours the offer.
     * @param localAddress the numeric address we offered.
     * @param maySend whether the service has anything to send.
     */
    public static Result fromAnswer(
            final DirectBuffer answer,
            final int offset,
            final int length,
            final LocalDescription ours,
            final String localAddress,
            final boolean maySend) {
        final SdpDescription description = SdpDescription.parse(answer, offset, length);
        // RFC 3264 §6: as many m-lines as the offer, in its order.
        if (description == null || description.streams().size() <= ours.stream()) {
            return new Result(null, Refusal.MALFORMED);
        }
        if (!ours.hasStream()) {
            return new Result(silent(ours), null);
        }
        final Far far = Far.of(description, description.streams().get(ours.stream()), maySend);
        return far != null && far.speaks(localAddress.indexOf(':') < 0)
                ? new Result(far.answer(ours), null)
                : new Result(null, Refusal.NOTHING_IN_COMMON);
    }

    private static SdpAnswer silent(final LocalDescription ours) {
        return new SdpAnswer(ours, null, 0, null, 0, 0, Codec.PCMU, -1, SdpText.PACKET_MS, false, false);
    }

    private static List<String> refusals(final SdpDescription offer) {
        return offer.streams().stream().map(SdpText::refusal).toList();
    }

    /** What one stream of the other side comes to for us. */
    private record Far(
            SdpStream stream,
            @Nullable InetAddress address,
            @Nullable InetAddress rtcpAddress,
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
            final InetAddress rtcpAddress = stream.rtcpAddress();
            return new Far(
                    stream,
                    address,
                    rtcpAddress == null || address == null ? address : rtcpAddress,
                    format,
                    stream.telephoneEvent(),
                    SdpDescription.Direction.of(sends, theirs.sends()));
        }

        /** Whether our socket's address family can reach it. */
        boolean speaks(final boolean isIpv4) {
            return address == null || address instanceof Inet4Address == isIpv4;
        }

        int telephoneEventPayloadType() {
            return telephoneEvent == null ? -1 : telephoneEvent.payloadType();
        }

        SdpAnswer answer(final LocalDescription local) {
            return new SdpAnswer(
                    local,
                    address,
                    stream.port(),
                    rtcpAddress,
                    stream.rtcpPort(),
                    format.payloadType(),
                    format.codec(),
                    telephoneEvent == null ? -1 : local.telephoneEventPayloadType(),
                    stream.packetMs(SdpText.PACKET_MS),
                    ours.sends(),
                    ours.receives());
        }
    }

    /** RFC 3264 §6: as many m-lines as the offer, in its order; the t-line is the offer's. */
    private static byte[] text(
            final SdpDescription offer,
            final int accepted,
            final @Nullable Far far,
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version) {
        final var text = new SdpText(localAddress, sessionId, version, offer.time());
        for (int i = 0; i < offer.streams().size(); i++) {
            if (i == accepted && far != null) {
                final var event = far.telephoneEvent();
                text.audio(localRtpPort, far.format().payloadType() + (event == null ? "" : " " + event.payloadType()));
                text.rtpmap(far.format().payloadType(), far.format().codec().name());
                if (event != null) {
                    text.telephoneEvent(event.payloadType(), event.text());
                }
                text.direction(far.ours());
            } else {
                text.refused(SdpText.refusal(offer.streams().get(i)));
            }
        }
        return text.bytes();
    }
}
