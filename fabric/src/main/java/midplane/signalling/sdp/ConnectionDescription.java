package midplane.signalling.sdp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.net.NumericHost;
import midplane.signalling.sdp.SdpAnswer.Codec;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Descriptions as MGCP uses them (RFC 3435 §2.6, §3.4): each side describes what it can receive, and neither is the answer
 * to the other. Which way media flows is not for them to say but for the connection's mode, so a direction in them does
 * not count.
 */
public final class ConnectionDescription {
    /** A payload type that nothing has. */
    public static final int NO_PAYLOAD_TYPE = -1;

    /** The payload type we name for telephone-event when the other side has not named one. */
    public static final int TELEPHONE_EVENT = 101;

    private static final int PACKET_MS = 20;

    private ConnectionDescription() {}

    /** Why a description is of no use. */
    public enum Fault {
        /** Not a session description, or one without an address: 509. */
        MALFORMED,
        /** Not one audio stream over RTP at an address that our socket can reach: 505. */
        UNSUPPORTED,
        /** An audio stream with none of our codecs: 534. */
        NO_CODEC
    }

    /**
     * Where the other side receives, and what.
     *
     * @param address null when it wants nothing sent (c=0.0.0.0).
     * @param pcmu payload type of µ-law, or {@link #NO_PAYLOAD_TYPE}.
     * @param pcma payload type of A-law, or {@link #NO_PAYLOAD_TYPE}.
     * @param preferred which of the two it named first.
     * @param telephoneEvent payload type of RFC 4733, or {@link #NO_PAYLOAD_TYPE}.
     * @param rtcpAddress where it receives reports.
     * @param packetMs {@code a=ptime} and {@code a=maxptime}, as far as we can; 20 when it did not say.
     */
    public record Remote(
            @Nullable InetAddress address,
            int rtpPort,
            int rtcpPort,
            int pcmu,
            int pcma,
            Codec preferred,
            int telephoneEvent,
            @Nullable InetAddress rtcpAddress,
            int packetMs) {}

    /** Either a description or a fault. */
    public record Result(@Nullable Remote remote, @Nullable Fault fault) {}

    /**
     * Reads the other side's description.
     *
     * @param localAddress the numeric address we receive at.
     */
    public static Result read(
            final DirectBuffer buffer, final int offset, final int length, final String localAddress) {
        final SdpDescription description = SdpDescription.parse(buffer, offset, length);
        if (description == null || description.streams().isEmpty()) {
            return new Result(null, Fault.MALFORMED);
        }
        final SdpStream stream = firstAudio(description.streams());
        if (stream == null) {
            return new Result(null, Fault.UNSUPPORTED);
        }
        final SdpDescription.Connection connection = description.connection(stream);
        if (connection == null) {
            return new Result(null, Fault.MALFORMED);
        }
        // A name is not looked up: an agent does not wait for a resolver.
        final InetAddress address =
                connection.networkType().equals("IN") ? NumericHost.parse(connection.address()) : null;
        if (address == null
                || address.isMulticastAddress()
                || address instanceof Inet4Address != localAddress.indexOf(':') < 0) {
            return new Result(null, Fault.UNSUPPORTED);
        }
        final int pcmu = stream.payloadType(Codec.PCMU);
        final int pcma = stream.payloadType(Codec.PCMA);
        final SdpStream.AudioFormat preferred = stream.audioFormat();
        if (preferred == null) {
            return new Result(null, Fault.NO_CODEC);
        }
        final SdpStream.TelephoneEvent event = stream.telephoneEvent();
        return new Result(
                new Remote(
                        address.isAnyLocalAddress() ? null : address,
                        stream.port(),
                        stream.rtcpPort(),
                        pcmu,
                        pcma,
                        preferred.codec(),
                        event == null ? NO_PAYLOAD_TYPE : event.payloadType(),
                        stream.rtcpAddress() == null ? address : stream.rtcpAddress(),
                        stream.packetMs(PACKET_MS)),
                null);
    }

    /**
     * Writes ours.
     *
     * @param localAddress numeric address for o= and c=.
     * @param localRtpPort our RTP port.
     * @param sessionId o= session id, kept as long as the connection lives.
     * @param version o= version: one more for each changed description.
     * @param payloadTypes of the codecs, in order of preference.
     * @param codecs what they are.
     * @param telephoneEvent payload type of RFC 4733, or {@link #NO_PAYLOAD_TYPE}.
     * @param packetMs {@code a=ptime}.
     */
    public static byte[] write(
            final String localAddress,
            final int localRtpPort,
            final long sessionId,
            final long version,
            final List<Integer> payloadTypes,
            final List<Codec> codecs,
            final int telephoneEvent,
            final int packetMs) {
        final var text = new SdpText(localAddress, sessionId, version, "0 0");
        final var formats = new StringBuilder();
        payloadTypes.forEach(
                payloadType -> formats.append(formats.length() == 0 ? "" : " ").append(payloadType));
        if (telephoneEvent != NO_PAYLOAD_TYPE) {
            formats.append(' ').append(telephoneEvent);
        }
        text.audio(localRtpPort, formats.toString());
        for (int i = 0; i < codecs.size(); i++) {
            text.rtpmap(payloadTypes.get(i), codecs.get(i).name());
        }
        if (telephoneEvent != NO_PAYLOAD_TYPE) {
            text.telephoneEvent(telephoneEvent, "0-15");
        }
        text.packetTime(packetMs);
        return text.bytes();
    }

    /**
     * RFC 3435 §3.4.2: describes a connection within the gateway.
     *
     * @param endpoint the local name of the endpoint.
     * @param payloadType of its codec.
     */
    public static byte[] writeLocal(
            final String endpoint, final String connectionId, final long sessionId, final int payloadType) {
        return ("v=0\r\no=- " + Long.toUnsignedString(sessionId) + " 0 LOCAL EPN " + endpoint
                        + "\r\ns=-\r\nc=LOCAL EPN " + endpoint + "\r\nt=0 0\r\na=MGCPlocalcx:" + connectionId
                        + "\r\nm=audio 0 LOCAL " + payloadType + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static @Nullable SdpStream firstAudio(final List<SdpStream> streams) {
        for (final SdpStream stream : streams) {
            if (stream.isAudioOverRtp()) {
                return stream;
            }
        }
        return null;
    }
}
