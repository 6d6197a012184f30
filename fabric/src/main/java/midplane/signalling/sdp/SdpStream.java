package midplane.signalling.sdp;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import midplane.net.NumericHost;
import midplane.signalling.sdp.SdpAnswer.Codec;
import org.jspecify.annotations.Nullable;

/**
 * One m= line and what belongs to it. Immutable.
 *
 * @param media {@code audio}, {@code video}, …
 * @param port 0 when the stream is refused or not wanted.
 * @param portCount more than 1 for layered streams.
 * @param protocol {@code RTP/AVP}, …
 * @param formats in order of preference; payload types where the protocol is RTP.
 * @param connection its own c= line, or null.
 * @param direction its own direction, or null.
 * @param attributes the values of its a= lines.
 */
record SdpStream(
        String media,
        int port,
        int portCount,
        String protocol,
        List<String> formats,
        SdpDescription.@Nullable Connection connection,
        SdpDescription.@Nullable Direction direction,
        List<String> attributes) {
    private static final int MAX_PAYLOAD_TYPE = 127;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_PACKET_MS = 10_000;

    /** The shortest packet we send; all are a multiple of it. */
    static final int PACKET_MS_MIN = 10;

    /** The longest. */
    static final int PACKET_MS_MAX = 100;

    private static final int RTCP_FIELDS = 4;
    private static final int CLOCK_RATE_FIELD = 1;
    private static final int CHANNELS_FIELD = 2;
    private static final String CLOCK_RATE = "8000";

    /** A format we can play: a payload type and what it means. */
    record AudioFormat(int payloadType, Codec codec) {}

    /** Events a side understands (RFC 4733 §2.4.1), those up to 15 as bits. */
    record TelephoneEvent(int payloadType, int events) {
        /** The sixteen events of a keypad. */
        static final int DTMF = 0xFFFF;

        /** As {@code a=fmtp} spells them: {@code 0-11,13}. */
        String text() {
            final var text = new StringBuilder();
            for (int first = 0; first < 16; first++) {
                if ((events >>> first & 1) != 0) {
                    int last = first;
                    while ((events >>> (last + 1) & 1) != 0) {
                        last++;
                    }
                    text.append(text.length() == 0 ? "" : ",").append(first);
                    if (last > first) {
                        text.append('-').append(last);
                    }
                    first = last;
                }
            }
            return text.toString();
        }
    }

    /** Whether this is a stream we know how to carry. */
    boolean isAudioOverRtp() {
        return media.equalsIgnoreCase("audio") && protocol.equalsIgnoreCase("RTP/AVP") && port > 0 && portCount == 1;
    }

    /** The first format that is PCMU or PCMA, by its number or by a=rtpmap; null when there is none. */
    @Nullable
    AudioFormat audioFormat() {
        for (final String format : formats) {
            final int payloadType = SdpDescription.number(format, MAX_PAYLOAD_TYPE);
            final Codec codec = payloadType < 0 ? null : codec(payloadType);
            if (codec != null) {
                return new AudioFormat(payloadType, codec);
            }
        }
        return null;
    }

    /** The first payload type of a codec, or -1. */
    int payloadType(final Codec codec) {
        for (final String format : formats) {
            final int payloadType = SdpDescription.number(format, MAX_PAYLOAD_TYPE);
            if (payloadType >= 0 && codec(payloadType) == codec) {
                return payloadType;
            }
        }
        return -1;
    }

    /** The first format that is telephone-event with an event of a keypad; null when there is none. */
    @Nullable
    TelephoneEvent telephoneEvent() {
        for (final String format : formats) {
            final int payloadType = SdpDescription.number(format, MAX_PAYLOAD_TYPE);
            final String mapping = payloadType < 0 ? null : attribute("rtpmap:", payloadType);
            if (mapping != null && isMappedTo(mapping, "telephone-event")) {
                final String offered = attribute("fmtp:", payloadType);
                final int events = offered == null ? TelephoneEvent.DTMF : events(offered);
                if (events != 0) {
                    return new TelephoneEvent(payloadType, events);
                }
            }
        }
        return null;
    }

    /** RFC 3605, else the port above RTP's. */
    int rtcpPort() {
        final String[] fields = rtcp();
        final int said = fields.length == 0 ? 0 : SdpDescription.number(fields[0], MAX_PORT);
        return said > 0 ? said : Math.min(port + 1, MAX_PORT);
    }

    /** The address of RFC 3605's attribute, {@code a=rtcp:53020 IN IP4 192.0.2.4}; null when it names none. */
    @Nullable
    InetAddress rtcpAddress() {
        final String[] fields = rtcp();
        if (fields.length != RTCP_FIELDS || !fields[1].equals("IN")) {
            return null;
        }
        final InetAddress address = NumericHost.parse(fields[RTCP_FIELDS - 1]);
        return address == null || address.isMulticastAddress() || address.isAnyLocalAddress() ? null : address;
    }

    /**
     * RFC 8866 §6.4: how long our packets are for the other side, in whole tens of milliseconds: as it would like them
     * (a=ptime), within {@link #PACKET_MS_MIN} and {@link #PACKET_MS_MAX}, and never longer than it takes (a=maxptime).
     */
    int packetMs(final int defaultMs) {
        final int wantedMs = milliseconds("ptime:");
        final int takenMs = milliseconds("maxptime:");
        final int wishMs = wantedMs == 0 ? defaultMs : wantedMs;
        final int allowedMs = takenMs == 0 ? wishMs : Math.min(wishMs, takenMs);
        return Math.min(Math.max(allowedMs, PACKET_MS_MIN), PACKET_MS_MAX) / PACKET_MS_MIN * PACKET_MS_MIN;
    }

    private int milliseconds(final String name) {
        for (final String attribute : attributes) {
            if (attribute.startsWith(name)) {
                return Math.max(
                        0,
                        SdpDescription.number(attribute.substring(name.length()).trim(), MAX_PACKET_MS));
            }
        }
        return 0;
    }

    private String[] rtcp() {
        for (final String attribute : attributes) {
            if (attribute.startsWith("rtcp:")) {
                return attribute.substring("rtcp:".length()).trim().split(" +", -1);
            }
        }
        return new String[0];
    }

    private @Nullable Codec codec(final int payloadType) {
        final String mapping = attribute("rtpmap:", payloadType);
        if (mapping == null) {
            // RFC 3551 §6: these two numbers need no mapping
            return switch (payloadType) {
                case 0 -> Codec.PCMU;
                case 8 -> Codec.PCMA;
                default -> null;
            };
        }
        for (final Codec codec : Codec.values()) {
            if (isMappedTo(mapping, codec.name())) {
                return codec;
            }
        }
        return null;
    }

    /** The text behind {@code name<payload type> }, or null. */
    private @Nullable String attribute(final String name, final int payloadType) {
        final String prefix = name + payloadType + ' ';
        for (final String attribute : attributes) {
            if (attribute.startsWith(prefix)) {
                return attribute.substring(prefix.length()).trim();
            }
        }
        return null;
    }

    /** {@code encoding/8000[/1]}; names of encodings have no case. */
    private static boolean isMappedTo(final String mapping, final String encoding) {
        final String[] fields = mapping.split("/", -1);
        return fields.length > CLOCK_RATE_FIELD
                && fields[0].toLowerCase(Locale.ROOT).equals(encoding.toLowerCase(Locale.ROOT))
                && fields[CLOCK_RATE_FIELD].equals(CLOCK_RATE)
                && (fields.length == CHANNELS_FIELD
                        || (fields.length == CHANNELS_FIELD + 1 && fields[CHANNELS_FIELD].equals("1")));
    }

    /** Those of the listed events that a keypad has; none when the list cannot be read. */
    private static int events(final String list) {
        int events = 0;
        for (final String part : list.split(",", -1)) {
            final String range = part.trim();
            final int dash = range.indexOf('-');
            final int first = SdpDescription.number(dash < 0 ? range : range.substring(0, dash), 255);
            final int last = dash < 0 ? first : SdpDescription.number(range.substring(dash + 1), 255);
            if (first < 0 || last < first) {
                return 0;
            }
            for (int event = first; event <= Math.min(last, 15); event++) {
                events |= 1 << event;
            }
        }
        return events;
    }
}
