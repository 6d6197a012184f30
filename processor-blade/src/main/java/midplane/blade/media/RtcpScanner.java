package midplane.blade.media;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** RFC 3550 §6.1 and appendix A.2: reads a compound RTCP packet as far as we care: sender's report, and BYE. */
final class RtcpScanner {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int SOURCE_DESCRIPTION = 202;
    static final int BYE = 203;

    /** Nobody sends RTCP larger than an Ethernet frame. */
    static final int LENGTH_MAX = 1500;

    private static final int HEADER_LENGTH = 4;
    private static final int SENDER_REPORT_LENGTH = 28;
    private static final int RECEIVER_REPORT_LENGTH = 8;
    private static final int LSR_OFFSET = 16;
    private static final int DLSR_OFFSET = 20;
    private static final int VERSION_2 = 0x80;
    private static final int VERSION_MASK = 0xC0;
    private static final int PADDING_BIT = 0x20;
    private static final int COUNT_MASK = 0x1F;

    private boolean hasSenderReport;
    private int senderSsrc;
    private int ntpMiddle;
    private boolean hasBye;
    private int ownSsrc;
    private boolean hasEcho;
    private int echoedNtpMiddle;
    private int echoDelay;

    /** Whose reception is looked for in reports of packets to come: ours. */
    RtcpScanner lookFor(final int ssrc) {
        ownSsrc = ssrc;
        return this;
    }

    /**
     * Reads a datagram.
     *
     * @return false when it is no compound RTCP packet; the fields then mean nothing.
     */
    boolean scan(final DirectBuffer buffer, final int offset, final int length) {
        hasSenderReport = false;
        hasBye = false;
        hasEcho = false;
        if (length < RECEIVER_REPORT_LENGTH || length > LENGTH_MAX) {
            return false;
        }
        final int end = offset + length;
        int at = offset;
        while (at < end) {
            if (end - at < HEADER_LENGTH) {
                return false;
            }
            final int first = buffer.getByte(at);
            final int type = buffer.getByte(at + 1) & 0xFF;
            int packetLength = ((buffer.getShort(at + 2, ByteOrder.BIG_ENDIAN) & 0xFFFF) + 1) * Integer.BYTES;
            final int next = at + packetLength;
            if ((first & VERSION_MASK) != VERSION_2 || next > end) {
                return false;
            }
            if (at == offset && type != SENDER_REPORT && type != RECEIVER_REPORT) {
                return false;
            }
            if ((first & PADDING_BIT) != 0) {
                final int padding = buffer.getByte(next - 1) & 0xFF;
                if (at == offset
                        || next != end
                        || padding == 0
                        || padding % Integer.BYTES != 0
                        || padding > packetLength - HEADER_LENGTH) {
                    return false;
                }
                packetLength -= padding;
            }
            if (!read(buffer, at, packetLength, type, first & COUNT_MASK)) {
                return false;
            }
            at = next;
        }
        return true;
    }

    /** Whether the packet starts with the other side's sender report. */
    boolean hasSenderReport() {
        return hasSenderReport;
    }

    int senderSsrc() {
        return senderSsrc;
    }

    /** The middle 32 bits of the sender report's NTP timestamp. */
    int ntpMiddle() {
        return ntpMiddle;
    }

    /** Whether the other side tells when it heard a sender report of ours. */
    boolean hasEcho() {
        return hasEcho;
    }

    /** LSR of RFC 3550 §6.4.1: which report of ours. */
    int echoedNtpMiddle() {
        return echoedNtpMiddle;
    }

    /** DLSR: how long ago that was, in 1/65536 s. */
    int echoDelay() {
        return echoDelay;
    }

    boolean hasBye() {
        return hasBye;
    }

    private boolean read(
            final DirectBuffer buffer, final int offset, final int length, final int type, final int count) {
        switch (type) {
            case SENDER_REPORT -> {
                if (length < SENDER_REPORT_LENGTH + count * ReceptionStatistics.REPORT_BLOCK_LENGTH) {
                    return false;
                }
                hasSenderReport = true;
                senderSsrc = buffer.getInt(offset + 4, ByteOrder.BIG_ENDIAN);
                ntpMiddle = buffer.getInt(offset + 10, ByteOrder.BIG_ENDIAN);
                readBlocks(buffer, offset + SENDER_REPORT_LENGTH, count);
                return true;
            }
            case RECEIVER_REPORT -> {
                if (length < RECEIVER_REPORT_LENGTH + count * ReceptionStatistics.REPORT_BLOCK_LENGTH) {
                    return false;
                }
                readBlocks(buffer, offset + RECEIVER_REPORT_LENGTH, count);
                return true;
            }
            case BYE -> {
                hasBye = true;
                return length >= HEADER_LENGTH + count * Integer.BYTES;
            }
            default -> {
                // Source descriptions tell us nothing we use, and unknown types are to be passed over.
                return true;
            }
        }
    }

    private void readBlocks(final DirectBuffer buffer, final int offset, final int count) {
        for (int i = 0; i < count; i++) {
            final int block = offset + i * ReceptionStatistics.REPORT_BLOCK_LENGTH;
            final int echoed = buffer.getInt(block + LSR_OFFSET, ByteOrder.BIG_ENDIAN);
            if (echoed != 0 && buffer.getInt(block, ByteOrder.BIG_ENDIAN) == ownSsrc) {
                hasEcho = true;
                echoedNtpMiddle = echoed;
                echoDelay = buffer.getInt(block + DLSR_OFFSET, ByteOrder.BIG_ENDIAN);
            }
        }
    }
}
