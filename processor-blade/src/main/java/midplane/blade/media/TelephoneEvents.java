package midplane.blade.media;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * RFC 4733: tells one keypress from the many packets that report it. All packets of an event have one timestamp; a
 * packet may hold several events in a row (§2.5.1.5); an event that outlasts its duration field goes on in a new segment
 * that joins it without a gap (§2.5.2.3).
 */
final class TelephoneEvents {
    private static final int BLOCK_LENGTH = 4;
    private static final int BLOCKS_MAX = 16;
    private static final int DIGIT_MAX = 15;
    private static final int END_BIT = 0x80;
    private static final int SEGMENT_DURATION = 0xFFFF;
    /** RFC 3660 §2.2: a key is held long after two seconds. */
    private static final int LONG_SAMPLES = 16_000;
    /** Older than ten seconds is not late: the other side has begun a new count. */
    private static final int LATE_MAX = 80_000;

    private boolean isKnown;
    private int event;
    private int timestamp;
    private boolean hasEnded;
    private int heldSamples;
    private boolean isLong;

    void open() {
        isKnown = false;
    }

    /** Whether the payload is a row of event blocks, and not a long one. */
    static boolean isWellFormed(final RtpPacket packet) {
        final int length = packet.payloadLength();
        return length >= BLOCK_LENGTH && length <= BLOCK_LENGTH * BLOCKS_MAX && length % BLOCK_LENGTH == 0;
    }

    /**
     * A well-formed packet of the negotiated payload type came.
     *
     * @param listener told of keys (events 0 to 15) that had not been heard of.
     * @return how many those were.
     */
    int onPacket(final RtpPacket packet, final DirectBuffer buffer, final KeyListener listener) {
        assert isWellFormed(packet) : packet.payloadLength();
        int pressed = 0;
        int blockTimestamp = packet.timestamp();
        final int end = packet.payloadOffset() + packet.payloadLength();
        for (int at = packet.payloadOffset(); at < end; at += BLOCK_LENGTH) {
            final int blockEvent = buffer.getByte(at) & 0xFF;
            final boolean ends = (buffer.getByte(at + 1) & END_BIT) != 0;
            final int duration = buffer.getShort(at + 2, ByteOrder.BIG_ENDIAN) & 0xFFFF;
            if (isNew(blockEvent, blockTimestamp, ends) && blockEvent <= DIGIT_MAX) {
                pressed++;
                listener.onKey(Tone.keyOfEvent(blockEvent));
            }
            onDuration(blockTimestamp, duration, listener);
            blockTimestamp += duration;
        }
        return pressed;
    }

    private void onDuration(final int blockTimestamp, final int duration, final KeyListener listener) {
        if (blockTimestamp == timestamp && event <= DIGIT_MAX && !isLong && heldSamples + duration >= LONG_SAMPLES) {
            isLong = true;
            listener.onLongKey(Tone.keyOfEvent(event));
        }
    }

    private boolean isNew(final int newEvent, final int newTimestamp, final boolean ends) {
        final int ahead = newTimestamp - timestamp;
        if (isKnown && ahead <= 0 && ahead > -LATE_MAX) {
            hasEnded |= ahead == 0 && ends;
            return false;
        }
        final boolean goesOn = isKnown && !hasEnded && newEvent == event && ahead == SEGMENT_DURATION;
        heldSamples = goesOn ? heldSamples + SEGMENT_DURATION : 0;
        isLong &= goesOn;
        isKnown = true;
        event = newEvent;
        timestamp = newTimestamp;
        hasEnded = ends;
        return !goesOn;
    }
}
