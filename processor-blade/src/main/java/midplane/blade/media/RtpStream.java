package midplane.blade.media;

import midplane.shelf.Entropy;
import org.agrona.MutableDirectBuffer;

/**
 * Our half of an RTP session: SSRC, sequence number, timestamp and what has been sent.
 *
 * <p>The media clock runs with the ticks whether anything is said or not; a packet follows its forerunner without a
 * gap in time, or, when the clock has run on, starts a new talkspurt at the clock (RFC 3551 §4.1).
 */
final class RtpStream {
    private int ssrc;
    private int sequence;
    private int clock;
    private int nextTimestamp;
    private int eventTimestamp;
    private boolean hasSpoken;
    private int packets;
    private int octets;

    /** RFC 3550 §5.1: SSRC, first sequence number and first timestamp are nobody's guess. */
    void open(final Entropy entropy) {
        ssrc = (int) entropy.nextLong();
        sequence = (int) entropy.nextLong() & 0xFFFF;
        clock = (int) entropy.nextLong();
        nextTimestamp = clock;
        hasSpoken = false;
        packets = 0;
        octets = 0;
    }

    /** Time goes by, in samples. */
    void advance(final int samples) {
        clock += samples;
    }

    /**
     * Writes the header of the next packet, and counts it as one that leaves.
     *
     * @param samples what the payload lasts, which for G.711 is its length.
     */
    void putHeader(final MutableDirectBuffer buffer, final int offset, final int payloadType, final int samples) {
        final boolean resumes = !hasSpoken || clock - nextTimestamp >= MediaPlane.SAMPLES_PER_TICK;
        final int timestamp = resumes ? clock : nextTimestamp;
        RtpPacket.putHeader(buffer, offset, resumes, payloadType, sequence, timestamp, ssrc);
        hasSpoken = true;
        sequence = (sequence + 1) & 0xFFFF;
        nextTimestamp = timestamp + samples;
        packets++;
        octets += samples;
    }

    /**
     * Writes the header of a packet of telephone events: all of one event have one timestamp (RFC 4733 §2.5.1.2).
     *
     * @param begins whether this is the event's first packet.
     */
    void putEventHeader(
            final MutableDirectBuffer buffer,
            final int offset,
            final boolean begins,
            final int payloadType,
            final int length) {
        if (begins) {
            eventTimestamp = clock;
        }
        RtpPacket.putHeader(buffer, offset, begins, payloadType, sequence, eventTimestamp, ssrc);
        hasSpoken = true;
        sequence = (sequence + 1) & 0xFFFF;
        packets++;
        octets += length;
    }

    int ssrc() {
        return ssrc;
    }

    /** The timestamp of now, at the last tick. */
    int clock() {
        return clock;
    }

    /** Packets sent, modulo 2^32. */
    int packets() {
        return packets;
    }

    /** Payload octets sent, modulo 2^32. */
    int octets() {
        return octets;
    }

    /** Whether anything was sent, ever. */
    boolean hasSpoken() {
        return hasSpoken;
    }
}
