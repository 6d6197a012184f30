package midplane.dispatcher;

/**
 * The blade that is least loaded for its capacity. Of equals the one whose turn it is: the search begins after the blade
 * chosen last, so that each of them gets its share.
 */
final class LeastLoadedSelector implements BladeSelector {
    private final LoadLedger ledger;
    private int last = -1;

    LeastLoadedSelector(final LoadLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public int select(final long candidates, final int units, final long key) {
        int best = NO_BLADE;
        // A shift by 64 is one by 0, and there is nothing after slot 63.
        final long after = last == Long.SIZE - 1 ? 0 : candidates & -1L << (last + 1);
        for (long rest = after; rest != 0; rest &= rest - 1) {
            best = lighter(best, Long.numberOfTrailingZeros(rest), units);
        }
        for (long rest = candidates & ~after; rest != 0; rest &= rest - 1) {
            best = lighter(best, Long.numberOfTrailingZeros(rest), units);
        }
        last = best == NO_BLADE ? last : best;
        return best;
    }

    private int lighter(final int best, final int slot, final int units) {
        return best == NO_BLADE || ledger.isLighter(slot, best, units) ? slot : best;
    }
}
