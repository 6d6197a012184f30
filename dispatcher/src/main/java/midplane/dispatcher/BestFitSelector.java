package midplane.dispatcher;

/**
 * The blade with the least room that still has enough: small sessions fill the gaps, and a large one finds a blade that
 * is nearly empty. Of equals the one whose turn it is.
 */
final class BestFitSelector implements BladeSelector {
    private final LoadLedger ledger;
    private int last = -1;

    BestFitSelector(final LoadLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public int select(final long candidates, final int units, final long key) {
        int best = NO_BLADE;
        final long after = last == Long.SIZE - 1 ? 0 : candidates & -1L << (last + 1);
        for (long rest = after; rest != 0; rest &= rest - 1) {
            best = tighter(best, Long.numberOfTrailingZeros(rest), units);
        }
        for (long rest = candidates & ~after; rest != 0; rest &= rest - 1) {
            best = tighter(best, Long.numberOfTrailingZeros(rest), units);
        }
        last = best == NO_BLADE ? last : best;
        return best;
    }

    /** Who has not enough is passed over while there is anybody else; all are, when nobody has. */
    private int tighter(final int best, final int slot, final int units) {
        if (best == NO_BLADE) {
            return slot;
        }
        final long bestSpare = ledger.spare(best, units);
        final long spare = ledger.spare(slot, units);
        final boolean isTighter = bestSpare < 0 ? spare > bestSpare : spare >= 0 && spare < bestSpare;
        return isTighter ? slot : best;
    }
}
