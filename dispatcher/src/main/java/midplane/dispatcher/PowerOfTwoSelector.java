package midplane.dispatcher;

import midplane.shelf.Entropy;

/**
 * The less loaded of two blades drawn by lot. Nearly as even as the least loaded of all, and unlike it without a herd
 * where several dispatchers read the same reports.
 */
final class PowerOfTwoSelector implements BladeSelector {
    private final LoadLedger ledger;
    private final Entropy entropy;

    PowerOfTwoSelector(final LoadLedger ledger, final Entropy entropy) {
        this.ledger = ledger;
        this.entropy = entropy;
    }

    @Override
    public int select(final long candidates, final int units, final long key) {
        final int count = Long.bitCount(candidates);
        if (count < 2) {
            return count == 0 ? NO_BLADE : Long.numberOfTrailingZeros(candidates);
        }
        final int first = entropy.nextInt(count);
        final int other = entropy.nextInt(count - 1);
        final int one = slot(candidates, first);
        final int two = slot(candidates, other < first ? other : other + 1);
        return ledger.isLighter(two, one, units) ? two : one;
    }

    /** The slot of the n-th bit that is set, from 0. */
    private static int slot(final long candidates, final int n) {
        long rest = candidates;
        for (int i = 0; i < n; i++) {
            rest &= rest - 1;
        }
        return Long.numberOfTrailingZeros(rest);
    }
}
