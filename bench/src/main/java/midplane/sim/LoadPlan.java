package midplane.sim;

import midplane.dispatcher.BladeSelector;

/**
 * Calls of two sizes that come and go for a while.
 *
 * @param seed what follows is drawn from it.
 * @param callsPerSecond evenly drawn around this.
 * @param holdNs how long calls last on average: from half of it to one and a half, evenly drawn.
 * @param largeUnits the size of a large call; the others have one unit.
 * @param largePercent of all calls.
 * @param announcesSizes whether the application server says how large a call will be.
 * @param durationNs of the whole.
 * @param policy how a blade is selected.
 */
public record LoadPlan(
        long seed,
        int blades,
        int callsPerSecond,
        long holdNs,
        int largeUnits,
        int largePercent,
        boolean announcesSizes,
        long durationNs,
        BladeSelector.Policy policy) {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Sizes 1 and 40 mixed 90:10 over eight blades, about 2,000 units on each. */
    public static LoadPlan of(final long seed) {
        return new LoadPlan(
                seed, 8, 160, 20 * SECOND_NS, 40, 10, true, 120 * SECOND_NS, BladeSelector.Policy.LEAST_LOADED);
    }

    LoadPlan withSizes(final boolean announced) {
        return new LoadPlan(
                seed, blades, callsPerSecond, holdNs, largeUnits, largePercent, announced, durationNs, policy);
    }

    LoadPlan withRate(final int rate) {
        return new LoadPlan(seed, blades, rate, holdNs, largeUnits, largePercent, announcesSizes, durationNs, policy);
    }

    LoadPlan withLarge(final int units, final int percent) {
        return new LoadPlan(seed, blades, callsPerSecond, holdNs, units, percent, announcesSizes, durationNs, policy);
    }

    LoadPlan withHoldNs(final long ns) {
        return new LoadPlan(
                seed, blades, callsPerSecond, ns, largeUnits, largePercent, announcesSizes, durationNs, policy);
    }

    LoadPlan withDurationNs(final long ns) {
        return new LoadPlan(seed, blades, callsPerSecond, holdNs, largeUnits, largePercent, announcesSizes, ns, policy);
    }

    LoadPlan withPolicy(final BladeSelector.Policy other) {
        return new LoadPlan(
                seed, blades, callsPerSecond, holdNs, largeUnits, largePercent, announcesSizes, durationNs, other);
    }
}
