package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Says again what was heard, payload by payload and no faster than it was spoken: whoever floods us is not answered
 * with a flood. A payload leaves when the one before it has had its time; two that arrived in one tick are said in two,
 * which takes the jitter out. What does not fit into the small queue pushes the oldest out, so that the echo never lags
 * more than a quarter of a second.
 */
final class EchoPlayer implements AudioSource {
    /** A power of two: 80 ms of packets at 10 ms each, far more at 20. */
    private static final int PACKETS_MAX = 8;

    private static final int BYTES_MAX = 2048;

    private final byte[] bytes = new byte[BYTES_MAX];
    private final int[] lengths = new int[PACKETS_MAX];
    private int first;
    private int packets;
    private int readPosition;
    private int used;
    /** Samples that may be said now; below zero while a long payload is still being said. */
    private int credit;

    void open() {
        forget();
        credit = 0;
    }

    @Override
    public void onTick() {
        credit = Math.min(credit + MediaPlane.SAMPLES_PER_TICK, MediaPlane.SAMPLES_PER_TICK);
    }

    @Override
    public void onSkippedTicks(final long ticks) {
        credit = MediaPlane.SAMPLES_PER_TICK;
    }

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        if (packets == 0 || credit <= 0) {
            return NOTHING;
        }
        final int length = lengths[first];
        final int untilEnd = Math.min(length, BYTES_MAX - readPosition);
        buffer.putBytes(offset, bytes, readPosition, untilEnd);
        buffer.putBytes(offset + untilEnd, bytes, 0, length - untilEnd);
        drop();
        credit -= length;
        return length;
    }

    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        assert length <= BYTES_MAX : "a payload is shorter than the queue";
        if (length == 0) {
            return true;
        }
        boolean hadRoom = true;
        while (packets == PACKETS_MAX || used + length > BYTES_MAX) {
            drop();
            hadRoom = false;
        }
        final int writePosition = (readPosition + used) % BYTES_MAX;
        final int untilEnd = Math.min(length, BYTES_MAX - writePosition);
        buffer.getBytes(offset, bytes, writePosition, untilEnd);
        buffer.getBytes(offset + untilEnd, bytes, 0, length - untilEnd);
        lengths[(first + packets) & (PACKETS_MAX - 1)] = length;
        packets++;
        used += length;
        return hadRoom;
    }

    @Override
    public void forget() {
        first = 0;
        packets = 0;
        readPosition = 0;
        used = 0;
    }

    private void drop() {
        final int length = lengths[first];
        first = (first + 1) & (PACKETS_MAX - 1);
        packets--;
        readPosition = (readPosition + length) % BYTES_MAX;
        used -= length;
    }
}
