package midplane.blade.media;

/**
 * Keeps a sum of voices within 16 bits without the crackle of clipping: the gain falls at once to what the loudest sample
 * of a tick allows, and rises again slowly. One for each stream that is heard. Not thread-safe.
 */
final class Limiter {
    /** A gain of one. */
    static final int UNITY = 1 << 15;

    /** What the gain gains in a tick: from nothing to all in about 1.3 s. */
    private static final int RELEASE = UNITY / 64;

    private int gain = UNITY;

    void open() {
        gain = UNITY;
    }

    /** Goes on from where another stands: a leg that falls silent hears what all do. */
    void follow(final Limiter that) {
        gain = that.gain;
    }

    /**
     * The gain for a tick.
     *
     * @param peak the largest magnitude in it.
     * @return to be given to {@link #apply} with each sample.
     */
    int next(final int peak) {
        final int allowed = peak <= Short.MAX_VALUE ? UNITY : (int) ((long) Short.MAX_VALUE * UNITY / peak);
        gain = Math.min(allowed, gain + RELEASE);
        return gain;
    }

    /** A sample of the sum, within 16 bits. */
    static short apply(final int sample, final int gain) {
        return (short) (((long) sample * gain) >> 15);
    }
}
