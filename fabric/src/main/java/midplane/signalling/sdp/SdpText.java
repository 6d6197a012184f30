package midplane.signalling.sdp;

import java.nio.charset.StandardCharsets;

/** Writes a description of ours, line by line. */
final class SdpText {
    /** What one packet of ours holds; the media tick is as long. */
    static final int PACKET_MS = 20;

    private final StringBuilder text = new StringBuilder(256);

    SdpText(final String localAddress, final long sessionId, final long version, final String time) {
        final String host = (localAddress.indexOf(':') < 0 ? "IP4 " : "IP6 ") + localAddress;
        line("v=0");
        line("o=- " + Long.toUnsignedString(sessionId) + ' ' + Long.toUnsignedString(version) + " IN " + host);
        line("s=-");
        line("c=IN " + host);
        line("t=" + time);
    }

    void audio(final int port, final String formats) {
        line("m=audio " + port + " RTP/AVP " + formats);
    }

    void rtpmap(final int payloadType, final String encoding) {
        line("a=rtpmap:" + payloadType + ' ' + encoding + "/8000");
    }

    void telephoneEvent(final int payloadType, final String events) {
        rtpmap(payloadType, "telephone-event");
        line("a=fmtp:" + payloadType + ' ' + events);
    }

    void direction(final SdpDescription.Direction direction) {
        packetTime(PACKET_MS);
        line("a=" + direction);
    }

    void packetTime(final int milliseconds) {
        line("a=ptime:" + milliseconds);
    }

    /** RFC 3264 §6: a stream we do not take stays in its place with port 0. */
    void refused(final String refusal) {
        line(refusal);
    }

    /** The m-line of a stream that is refused. */
    static String refusal(final SdpStream stream) {
        return "m=" + stream.media() + " 0 " + stream.protocol() + ' ' + String.join(" ", stream.formats());
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void line(final String line) {
        text.append(line).append("\r\n");
    }
}
