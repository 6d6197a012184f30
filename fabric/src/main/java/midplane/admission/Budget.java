package midplane.admission;

/** So much a second, and at most a second's worth at once. Not thread-safe. */
public final class Budget {
    private static final long SECOND_NS = 1_000_000_000L;

    private final long costNs;
    /** When the budget would be whole again; further ahead than a second means it is spent. */
    private long paidUntilNs;

    private boolean isStarted;

    /**
     * A whole budget.
     *
     * @param perSecond 0 for none.
     */
    public Budget(final int perSecond) {
        costNs = perSecond == 0 ? Long.MAX_VALUE : SECOND_NS / perSecond;
    }

    /** Whether {@link #pay} would succeed. */
    public boolean isLeft(final long nowNs) {
        return costNs <= SECOND_NS
                && (!isStarted || paidUntilNs - nowNs <= SECOND_NS - costNs || paidUntilNs - nowNs < 0);
    }

    /** Takes one; false when there is none left. */
    public boolean pay(final long nowNs) {
        if (!isLeft(nowNs)) {
            return false;
        }
        if (!isStarted || paidUntilNs - nowNs < 0) {
            isStarted = true;
            paidUntilNs = nowNs;
        }
        paidUntilNs += costNs;
        return true;
    }
}
