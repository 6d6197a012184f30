package midplane.dispatcher;

/**
 * The blade that the Call-ID draws, always the same while that blade is a candidate; when it is not, its calls spread
 * over the others and no other call moves (rendezvous hashing). Whatever the load.
 */
final class CallIdHashSelector implements BladeSelector {
    /** The golden ratio in 64 bits: apart as far as can be, however many slots there are. */
    private static final long SLOT_STEP = 0x9E3779B97F4A7C15L;

    @Override
    public int select(final long candidates, final int units, final long key) {
        int best = NO_BLADE;
        long highest = 0;
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            final int slot = Long.numberOfTrailingZeros(rest);
            final long lot = mixed(key + (slot + 1) * SLOT_STEP);
            if (best == NO_BLADE || lot > highest) {
                best = slot;
                highest = lot;
            }
        }
        return best;
    }

    /** Spreads every bit over all (the finalizer of MurmurHash3). The key is secret already. */
    private static long mixed(final long value) {
        long mixed = value;
        mixed ^= mixed >>> 33;
        mixed *= 0xFF51AFD7ED558CCDL;
        mixed ^= mixed >>> 33;
        mixed *= 0xC4CEB9FE1A85EC53L;
        return mixed ^ mixed >>> 33;
    }
}
