package midplane.sim;

/**
 * The simulation's dice: SplitMix64. Written out here, since equal seeds must give equal histories on every JDK and the
 * library's generators promise their bounded methods nothing of the kind. Not thread-safe.
 */
final class Chance {
    /** Parts in a million that are certain. */
    static final int CERTAIN_PPM = 1_000_000;

    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private long state;

    Chance(final long seed) {
        state = seed;
    }

    long nextLong() {
        state += GAMMA;
        long mixed = state;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** 0 ≤ result &lt; bound. */
    int nextInt(final int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** From low to high, both included, in steps no finer than a microsecond. */
    long betweenNs(final long lowNs, final long highNs) {
        return lowNs + 1000L * nextInt((int) ((highNs - lowNs) / 1000L) + 1);
    }

    /** True in that many of a million cases. Draws nothing when the case is clear. */
    boolean inPpm(final int ppm) {
        return ppm > 0 && (ppm >= CERTAIN_PPM || nextInt(CERTAIN_PPM) < ppm);
    }

    boolean inPercent(final int percent) {
        return inPpm(percent * (CERTAIN_PPM / 100));
    }

    /** Another stream, so that one part's draws do not shift another's. */
    Chance fork() {
        return new Chance(nextLong());
    }
}
