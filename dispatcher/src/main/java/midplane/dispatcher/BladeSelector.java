package midplane.dispatcher;

/** A selection policy. Makes no garbage; not thread-safe: the dispatcher's own. */
public interface BladeSelector {
    /** {@link #select} found no blade. */
    int NO_BLADE = -1;

    /** The policies by name. */
    enum Policy {
        ROUND_ROBIN {
            @Override
            public BladeSelector create(final LoadLedger ledger) {
                return new RoundRobinSelector(ledger.slots());
            }
        };

        public abstract BladeSelector create(LoadLedger ledger);
    }

    /**
     * Selects a blade for a new dialog.
     *
     * @param candidates one bit per slot that may be selected.
     * @return a slot whose bit is set, or {@link #NO_BLADE} when none is.
     */
    int select(long candidates);
}
