package midplane.blade.media;

import java.util.Arrays;
import org.agrona.MutableDirectBuffer;

/**
 * The sum of all who speak in one conference, tick by tick, and what each leg hears of it: the sum less what it said
 * itself. Sums are linear, of 32 bits; a {@link Limiter} fits them into 16.
 *
 * <p>All legs that said nothing hear the same, so that is encoded once for each codec, when the first of them asks. Not
 * thread-safe.
 */
final class Mixer {
    private static final int SAMPLES = MediaPlane.SAMPLES_PER_TICK;

    private final int[] sum = new int[SAMPLES];
    private final byte[] ulaw = new byte[SAMPLES];
    private final byte[] alaw = new byte[SAMPLES];
    private final Limiter limiter = new Limiter();
    private int speakers;
    private int gain;
    private boolean hasUlaw;
    private boolean hasAlaw;

    void open() {
        limiter.open();
        begin();
        end();
    }

    /** A new tick, in which nobody has spoken yet. */
    void begin() {
        if (speakers > 0) {
            Arrays.fill(sum, 0);
        }
        speakers = 0;
        hasUlaw = false;
        hasAlaw = false;
    }

    /** Somebody says this. */
    void add(final short[] frame) {
        for (int i = 0; i < SAMPLES; i++) {
            sum[i] += frame[i];
        }
        speakers++;
    }

    /** All have spoken. */
    void end() {
        gain = limiter.next(speakers == 0 ? 0 : peak());
    }

    /** Those who have spoken in this tick. */
    int speakers() {
        return speakers;
    }

    /** Writes what a leg hears that said nothing. */
    void put(final MutableDirectBuffer buffer, final int offset, final boolean isUlaw) {
        if (isUlaw) {
            if (!hasUlaw) {
                hasUlaw = true;
                for (int i = 0; i < SAMPLES; i++) {
                    ulaw[i] = G711.encodeUlaw(Limiter.apply(sum[i], gain));
                }
            }
            buffer.putBytes(offset, ulaw);
        } else {
            if (!hasAlaw) {
                hasAlaw = true;
                for (int i = 0; i < SAMPLES; i++) {
                    alaw[i] = G711.encodeAlaw(Limiter.apply(sum[i], gain));
                }
            }
            buffer.putBytes(offset, alaw);
        }
    }

    /**
     * Writes what a leg hears that spoke.
     *
     * @param own what it said, as given to {@link #add}.
     * @param ownLimiter of its own.
     */
    void putLess(
            final short[] own,
            final Limiter ownLimiter,
            final MutableDirectBuffer buffer,
            final int offset,
            final boolean isUlaw) {
        if (speakers == 1) {
            ownLimiter.next(0);
            buffer.setMemory(offset, SAMPLES, isUlaw ? G711.ULAW_SILENCE : G711.ALAW_SILENCE);
            return;
        }
        int peak = 0;
        for (int i = 0; i < SAMPLES; i++) {
            peak = Math.max(peak, Math.abs(sum[i] - own[i]));
        }
        final int ownGain = ownLimiter.next(peak);
        if (isUlaw) {
            for (int i = 0; i < SAMPLES; i++) {
                buffer.putByte(offset + i, G711.encodeUlaw(Limiter.apply(sum[i] - own[i], ownGain)));
            }
        } else {
            for (int i = 0; i < SAMPLES; i++) {
                buffer.putByte(offset + i, G711.encodeAlaw(Limiter.apply(sum[i] - own[i], ownGain)));
            }
        }
    }

    /** How loud the streams of those who said nothing are, for one who falls silent. */
    Limiter limiter() {
        return limiter;
    }

    private int peak() {
        int peak = 0;
        for (int i = 0; i < SAMPLES; i++) {
            peak = Math.max(peak, Math.abs(sum[i]));
        }
        return peak;
    }
}
