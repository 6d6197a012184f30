package midplane.blade.media;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * What arrives from the other side, as our reports tell it (RFC 3550 §6.4.1, appendices A.1, A.3 and A.8).
 *
 * <p>There is no probation for a new source (A.1, MIN_SEQUENTIAL): the packets already come from the address and port
 * that signalling named. A session has two parties, so a new SSRC is the other side starting afresh.
 */
final class ReceptionStatistics {
    /** The packet is newer than all before. */
    static final int NEWEST = 0;
    /** The packet is a duplicate, or came after its successor. */
    static final int LATE = 1;
    /** The sequence number made a jump; a second packet in that row will be believed. */
    static final int JUMPED = 2;

    static final int REPORT_BLOCK_LENGTH = 24;

    private static final int SEQUENCE_MODULUS = 1 << 16;
    private static final int DROPOUT_MAX = 3000;
    private static final int MISORDER_MAX = 100;
    private static final int NO_SEQUENCE = SEQUENCE_MODULUS + 1;
    private static final int LOST_MAX = 0x7F_FFFF;
    private static final int LOST_MIN = -0x80_0000;

    private boolean isKnown;
    private int ssrc;
    private int baseSequence;
    private int maxSequence;
    private int badSequence;
    private int cycles;
    private long received;
    private long receivedPrior;
    private long expectedPrior;
    private long packets;
    private long octets;
    private long lostBefore;
    private boolean hasTransit;
    private int transit;
    private int jitterTimes16;

    private boolean hasReport;
    private int reportSsrc;
    private int reportNtpMiddle;
    private long reportNs;

    /** Nobody has been heard yet. */
    void open() {
        isKnown = false;
        hasReport = false;
        packets = 0;
        octets = 0;
        lostBefore = 0;
        jitterTimes16 = 0;
    }

    /** Payload of a packet that {@link #onPacket} did not find to have jumped. */
    void onOctets(final int length) {
        packets++;
        octets += length;
    }

    /** Packets from all sources so far. */
    long packets() {
        return packets;
    }

    /** Their payload. */
    long octets() {
        return octets;
    }

    /** Packets lost from all sources so far; below zero when there were duplicates. */
    long lost() {
        return isKnown ? lostBefore + lostOfSource() : 0;
    }

    /** Appendix A.8, in timestamp units. */
    int jitter() {
        return jitterTimes16 >>> 4;
    }

    /** Whether anybody has been heard, so that there is something to report. */
    boolean isKnown() {
        return isKnown;
    }

    /** Whether a packet is the first of a source: the first of all, or the other side has changed its SSRC. */
    boolean isNewSource(final int packetSsrc) {
        return !isKnown || packetSsrc != ssrc;
    }

    /**
     * A packet came.
     *
     * @return {@link #NEWEST}, {@link #LATE} or {@link #JUMPED}.
     */
    int onPacket(final int packetSsrc, final int sequence) {
        if (isNewSource(packetSsrc)) {
            lostBefore = lost();
            isKnown = true;
            ssrc = packetSsrc;
            restart(sequence);
            jitterTimes16 = 0;
        } else {
            final int ahead = (sequence - maxSequence) & 0xFFFF;
            if (ahead == 0 || ahead > SEQUENCE_MODULUS - MISORDER_MAX) {
                received++;
                return LATE;
            }
            if (ahead >= DROPOUT_MAX) {
                if (sequence != badSequence) {
                    badSequence = (sequence + 1) & 0xFFFF;
                    return JUMPED;
                }
                lostBefore = lost();
                restart(sequence);
            } else {
                if (sequence < maxSequence) {
                    cycles += SEQUENCE_MODULUS;
                }
                maxSequence = sequence;
            }
        }
        received++;
        return NEWEST;
    }

    /**
     * Appendix A.8, for packets whose timestamp says when they were sampled.
     *
     * @param arrival time of arrival in timestamp units, from any origin.
     */
    void onTiming(final int timestamp, final int arrival) {
        final int newTransit = arrival - timestamp;
        if (hasTransit) {
            final int difference = Math.abs(newTransit - transit);
            jitterTimes16 += difference - ((jitterTimes16 + 8) >> 4);
        }
        hasTransit = true;
        transit = newTransit;
    }

    /** The other side's sender report, to be mirrored in ours as LSR and DLSR. */
    void onSenderReport(final int senderSsrc, final int ntpMiddle, final long nowNs) {
        hasReport = true;
        reportSsrc = senderSsrc;
        reportNtpMiddle = ntpMiddle;
        reportNs = nowNs;
    }

    /**
     * Writes a report block and starts the next interval.
     *
     * @return bytes written, {@value #REPORT_BLOCK_LENGTH}.
     */
    int putReportBlock(final MutableDirectBuffer buffer, final int offset, final long nowNs) {
        assert isKnown : "no report about nobody";
        final long highest = highestSequence();
        final long expected = highest - baseSequence + 1;
        final int lost = (int) Math.max(LOST_MIN, Math.min(LOST_MAX, lostOfSource()));
        final long expectedNow = expected - expectedPrior;
        final long lostNow = expectedNow - (received - receivedPrior);
        final int fraction = expectedNow <= 0 || lostNow <= 0 ? 0 : (int) Math.min(255, (lostNow << 8) / expectedNow);
        expectedPrior = expected;
        receivedPrior = received;

        buffer.putInt(offset, ssrc, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 4, (fraction << 24) | (lost & 0xFF_FFFF), ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 8, (int) highest, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 12, jitterTimes16 >>> 4, ByteOrder.BIG_ENDIAN);
        final boolean mirrors = hasReport && reportSsrc == ssrc;
        buffer.putInt(offset + 16, mirrors ? reportNtpMiddle : 0, ByteOrder.BIG_ENDIAN);
        buffer.putInt(offset + 20, mirrors ? delayIn65536ths(nowNs - reportNs) : 0, ByteOrder.BIG_ENDIAN);
        return REPORT_BLOCK_LENGTH;
    }

    private long highestSequence() {
        return Integer.toUnsignedLong(cycles) + maxSequence;
    }

    private long lostOfSource() {
        return highestSequence() - baseSequence + 1 - received;
    }

    private static int delayIn65536ths(final long delayNs) {
        return (int) Math.min(0xFFFF_FFFFL, ((delayNs / 1000) << 16) / 1_000_000);
    }

    private void restart(final int sequence) {
        baseSequence = sequence;
        maxSequence = sequence;
        badSequence = NO_SEQUENCE;
        cycles = 0;
        received = 0;
        receivedPrior = 0;
        expectedPrior = 0;
        hasTransit = false;
    }
}
