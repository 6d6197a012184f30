package midplane.blade.media;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Makes an even stream of what arrives unevenly: samples are put where their RTP timestamp says and taken a tick's worth
 * at a time.
 *
 * <p>A talkspurt begins with one tick of silence, so that its packets may be up to a tick late. When the buffer runs dry
 * the next packet begins a talkspurt of its own: what came too late for the delay there was, makes the delay longer. The
 * delay shrinks by a tick whenever for a whole second there was a tick more in store than needed; so a sender whose clock
 * runs fast loses a tick now and then, and one whose clock is slow repeats none. Packets that overtook each other are
 * put in order, duplicates fall onto themselves, and a packet that was lost is silence. Not thread-safe.
 */
final class JitterBuffer {
    /** Samples that fit in, a power of two: 256 ms. */
    static final int CAPACITY = 2048;

    /** Silence before a talkspurt, and what should be in store at least after each take. */
    static final int RESERVE = MediaPlane.SAMPLES_PER_TICK;

    /** Takes between two looks at whether the delay may shrink. */
    static final int WINDOW_TICKS = 50;

    private static final int MASK = CAPACITY - 1;

    /** Places nobody has put anything into hold zero. */
    private final short[] ring = new short[CAPACITY];

    private boolean isFlowing;
    private int takeTimestamp;
    private int endTimestamp;
    private int leastInStore;
    private int takes;

    void clear() {
        isFlowing = false;
    }

    /**
     * Puts a G.711 payload where it belongs.
     *
     * @param isNewest false for one that its successor overtook; it never begins a talkspurt.
     * @return false when some of what was said is thus lost: it came after its time, or pushed out what was there.
     */
    boolean put(
            final int timestamp,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final boolean isUlaw,
            final boolean isNewest) {
        if (length == 0) {
            return true;
        }
        int skipped = 0;
        boolean isWhole = true;
        if (isFlowing) {
            final int ahead = timestamp - takeTimestamp;
            if (ahead + length > CAPACITY || (ahead + length <= 0 && isNewest)) {
                isWhole = false;
                isFlowing = false;
            } else if (ahead < 0) {
                isWhole = false;
                skipped = Math.min(length, -ahead);
            }
        }
        if (!isFlowing) {
            if (!isNewest || length > CAPACITY - RESERVE) {
                return false;
            }
            begin(timestamp);
        }
        for (int i = skipped; i < length; i++) {
            final byte code = buffer.getByte(offset + i);
            ring[(timestamp + i) & MASK] = isUlaw ? G711.decodeUlaw(code) : G711.decodeAlaw(code);
        }
        final int end = timestamp + length;
        if (end - endTimestamp > 0) {
            endTimestamp = end;
        }
        return isWhole;
    }

    /**
     * Takes what a tick lasts.
     *
     * @param frame gets {@link MediaPlane#SAMPLES_PER_TICK} samples, when there are any.
     * @return false when there is nothing, and the frame is as it was.
     */
    boolean take(final short[] frame) {
        if (!isFlowing) {
            return false;
        }
        final int inStore = endTimestamp - takeTimestamp;
        if (inStore <= 0) {
            isFlowing = false;
            return false;
        }
        final int from = takeTimestamp & MASK;
        final int untilEnd = Math.min(MediaPlane.SAMPLES_PER_TICK, CAPACITY - from);
        System.arraycopy(ring, from, frame, 0, untilEnd);
        System.arraycopy(ring, 0, frame, untilEnd, MediaPlane.SAMPLES_PER_TICK - untilEnd);
        forget(MediaPlane.SAMPLES_PER_TICK);
        leastInStore = Math.min(leastInStore, inStore - MediaPlane.SAMPLES_PER_TICK);
        takes++;
        return true;
    }

    /**
     * Drops a tick that is more than enough; called after every take.
     *
     * @return whether one was dropped.
     */
    boolean shrink() {
        if (takes < WINDOW_TICKS) {
            return false;
        }
        final boolean isMoreThanEnough = isFlowing && leastInStore >= RESERVE + MediaPlane.SAMPLES_PER_TICK;
        if (isMoreThanEnough) {
            forget(MediaPlane.SAMPLES_PER_TICK);
        }
        observe();
        return isMoreThanEnough;
    }

    /** Samples between what is taken next and the newest there is. */
    int inStore() {
        return isFlowing ? Math.max(0, endTimestamp - takeTimestamp) : 0;
    }

    private void begin(final int timestamp) {
        Arrays.fill(ring, (short) 0);
        isFlowing = true;
        takeTimestamp = timestamp - RESERVE;
        endTimestamp = takeTimestamp;
        observe();
    }

    private void observe() {
        leastInStore = Integer.MAX_VALUE;
        takes = 0;
    }

    private void forget(final int samples) {
        final int from = takeTimestamp & MASK;
        final int untilEnd = Math.min(samples, CAPACITY - from);
        Arrays.fill(ring, from, from + untilEnd, (short) 0);
        Arrays.fill(ring, 0, samples - untilEnd, (short) 0);
        takeTimestamp += samples;
    }
}
