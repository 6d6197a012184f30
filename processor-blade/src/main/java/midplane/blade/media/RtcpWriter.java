package midplane.blade.media;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/** RFC 3550 §6.4 to §6.6: writes our compound RTCP packet: a report, our CNAME, and a BYE when we leave. */
final class RtcpWriter {
    /** A CNAME's length is one byte. */
    static final int CNAME_LENGTH_MAX = 255;

    private static final int VERSION_2 = 0x80;
    private static final int SENDER_INFO_LENGTH = 20;
    private static final int CNAME_ITEM = 1;
    /** Seconds from 1900, where NTP starts, to 1970. */
    private static final long NTP_EPOCH_OFFSET_S = 2_208_988_800L;

    private RtcpWriter() {}

    /**
     * Writes a compound packet.
     *
     * @param sends whether we have sent RTP of late, which makes it a sender report.
     * @param rtpTimestamp the media clock at {@code epochMs}.
     * @param bye whether we leave.
     * @return bytes written.
     */
    static int put(
            final MutableDirectBuffer buffer,
            final RtpStream stream,
            final boolean sends,
            final int rtpTimestamp,
            final long epochMs,
            final ReceptionStatistics statistics,
            final byte[] cname,
            final boolean bye,
            final long nowNs) {
        int at = 8;
        if (sends) {
            buffer.putInt(at, ntpSeconds(epochMs), ByteOrder.BIG_ENDIAN);
            buffer.putInt(at + 4, ntpFraction(epochMs), ByteOrder.BIG_ENDIAN);
            buffer.putInt(at + 8, rtpTimestamp, ByteOrder.BIG_ENDIAN);
            buffer.putInt(at + 12, stream.packets(), ByteOrder.BIG_ENDIAN);
            buffer.putInt(at + 16, stream.octets(), ByteOrder.BIG_ENDIAN);
            at += SENDER_INFO_LENGTH;
        }
        final int blocks = statistics.isKnown() ? 1 : 0;
        if (blocks != 0) {
            at += statistics.putReportBlock(buffer, at, nowNs);
        }
        final int reportType = sends ? RtcpScanner.SENDER_REPORT : RtcpScanner.RECEIVER_REPORT;
        putHeader(buffer, 0, blocks, reportType, at, stream.ssrc());
        at += putSourceDescription(buffer, at, stream.ssrc(), cname);
        if (bye) {
            putHeader(buffer, at, 1, RtcpScanner.BYE, 8, stream.ssrc());
            at += 8;
        }
        return at;
    }

    /** The middle 32 bits of an NTP timestamp: 16 of seconds, 16 of their fraction. */
    static int ntpMiddle(final long epochMs) {
        return ntpSeconds(epochMs) << 16 | ntpFraction(epochMs) >>> 16;
    }

    private static int ntpSeconds(final long epochMs) {
        return (int) (epochMs / 1000 + NTP_EPOCH_OFFSET_S);
    }

    private static int ntpFraction(final long epochMs) {
        return (int) (((epochMs % 1000) << 32) / 1000);
    }

    private static int putSourceDescription(
            final MutableDirectBuffer buffer, final int offset, final int ssrc, final byte[] cname) {
        final int itemOffset = offset + 8;
        buffer.putByte(itemOffset, (byte) CNAME_ITEM);
        buffer.putByte(itemOffset + 1, (byte) cname.length);
        buffer.putBytes(itemOffset + 2, cname);
        // One to four zeros end the list of items and fill the word.
        final int unpadded = 8 + 2 + cname.length;
        final int length = (unpadded + Integer.BYTES) & -Integer.BYTES;
        buffer.setMemory(offset + unpadded, length - unpadded, (byte) 0);
        putHeader(buffer, offset, 1, RtcpScanner.SOURCE_DESCRIPTION, length, ssrc);
        return length;
    }

    private static void putHeader(
            final MutableDirectBuffer buffer,
            final int offset,
            final int count,
            final int type,
            final int length,
            final int ssrc) {
        buffer.putByte(offset, (byte) (VERSION_2 | count));
        buffer.putByte(offset + 1, (byte) type);
        buffer.putShort(offset + 2, (short) (length / Integer.BYTES - 1), ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 4, ssrc, ByteOrder.BIG_ENDIAN);
    }
}
