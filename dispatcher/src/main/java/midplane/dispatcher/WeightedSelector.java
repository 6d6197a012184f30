package midplane.dispatcher;

import java.util.Arrays;

/**
 * Each blade as often as its weight says, evenly mixed: of weights 5, 1, 1 the order is a a b a c a a. Every candidate
 * earns its weight, the one that has most is chosen and pays what all have earned (smooth weighted round robin, as
 * in nginx). Whatever the load.
 */
final class WeightedSelector implements BladeSelector {
    private final int[] weights;
    private final long[] credits;

    WeightedSelector(final int[] weights) {
        this.weights = weights.clone();
        credits = new long[weights.length];
        assert Arrays.stream(weights).allMatch(weight -> weight > 0) : "weights are positive";
    }

    @Override
    public int select(final long candidates, final int units, final long key) {
        int best = NO_BLADE;
        long earned = 0;
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            final int slot = Long.numberOfTrailingZeros(rest);
            credits[slot] += weights[slot];
            earned += weights[slot];
            if (best == NO_BLADE || credits[slot] > credits[best]) {
                best = slot;
            }
        }
        if (best != NO_BLADE) {
            credits[best] -= earned;
        }
        return best;
    }
}
