package midplane.blade.media;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** RFC 3550 §5.1: a flyweight over an RTP packet that arrived, and the writer of the header of one that leaves. */
final class RtpPacket {
    static final int HEADER_LENGTH = 12;
    /** 200 ms of G.711, the most a receiver should be ready for (RFC 3551 §4.2). */
    static final int PAYLOAD_LENGTH_MAX = 1600;

    private static final int SEQUENCE_OFFSET = 2;
    private static final int TIMESTAMP_OFFSET = 4;
    private static final int SSRC_OFFSET = 8;

    private static final int VERSION_2 = 0x80;
    private static final int VERSION_MASK = 0xC0;
    private static final int PADDING_BIT = 0x20;
    private static final int EXTENSION_BIT = 0x10;
    private static final int CSRC_COUNT_MASK = 0x0F;
    private static final int MARKER_BIT = 0x80;
    private static final int PAYLOAD_TYPE_MASK = 0x7F;
    private static final int EXTENSION_HEADER_LENGTH = 4;
    /** Payload types that an RTCP packet (200 to 204) would seem to have: RFC 3550 §5.1 keeps them free. */
    private static final int RTCP_PAYLOAD_TYPE_MIN = 72;

    private static final int RTCP_PAYLOAD_TYPE_MAX = 76;

    private boolean marker;
    private int payloadType;
    private int sequence;
    private int timestamp;
    private int ssrc;
    private int payloadOffset;
    private int payloadLength;

    /**
     * Reads a datagram.
     *
     * @return false when it is no RTP packet, by RFC 3550 appendix A.1; the fields then mean nothing.
     */
    boolean wrap(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            return false;
        }
        final int first = buffer.getByte(offset);
        if ((first & VERSION_MASK) != VERSION_2) {
            return false;
        }
        final int end = offset + length;
        int at = offset + HEADER_LENGTH + (first & CSRC_COUNT_MASK) * Integer.BYTES;
        if ((first & EXTENSION_BIT) != 0) {
            if (at + EXTENSION_HEADER_LENGTH > end) {
                return false;
            }
            final int words = buffer.getShort(at + 2, ByteOrder.BIG_ENDIAN) & 0xFFFF;
            at += EXTENSION_HEADER_LENGTH + words * Integer.BYTES;
        }
        if (at > end) {
            return false;
        }
        int padding = 0;
        if ((first & PADDING_BIT) != 0) {
            padding = at < end ? buffer.getByte(end - 1) & 0xFF : 0;
            if (padding == 0 || padding > end - at) {
                return false;
            }
        }
        final int second = buffer.getByte(offset + 1);
        payloadType = second & PAYLOAD_TYPE_MASK;
        marker = (second & MARKER_BIT) != 0;
        sequence = buffer.getShort(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xFFFF;
        timestamp = buffer.getInt(offset + TIMESTAMP_OFFSET, ByteOrder.BIG_ENDIAN);
        ssrc = buffer.getInt(offset + SSRC_OFFSET, ByteOrder.BIG_ENDIAN);
        payloadOffset = at;
        payloadLength = end - at - padding;
        return payloadLength <= PAYLOAD_LENGTH_MAX
                && (payloadType < RTCP_PAYLOAD_TYPE_MIN || payloadType > RTCP_PAYLOAD_TYPE_MAX);
    }

    boolean marker() {
        return marker;
    }

    int payloadType() {
        return payloadType;
    }

    /** 0 to 65535. */
    int sequence() {
        return sequence;
    }

    int timestamp() {
        return timestamp;
    }

    int ssrc() {
        return ssrc;
    }

    /** Where the payload starts in the buffer that was wrapped. */
    int payloadOffset() {
        return payloadOffset;
    }

    /** Without padding; 0 is allowed. */
    int payloadLength() {
        return payloadLength;
    }

    /** Writes the {@value #HEADER_LENGTH} bytes before a payload. */
    static void putHeader(
            final MutableDirectBuffer buffer,
            final int offset,
            final boolean marker,
            final int payloadType,
            final int sequence,
            final int timestamp,
            final int ssrc) {
        buffer.putByte(offset, (byte) VERSION_2);
        buffer.putByte(offset + 1, (byte) (marker ? MARKER_BIT | payloadType : payloadType));
        buffer.putShort(offset + SEQUENCE_OFFSET, (short) sequence, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + TIMESTAMP_OFFSET, timestamp, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + SSRC_OFFSET, ssrc, ByteOrder.BIG_ENDIAN);
    }
}
