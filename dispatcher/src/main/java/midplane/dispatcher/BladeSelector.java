package midplane.dispatcher;

import midplane.shelf.Entropy;

/**
 * A selection policy. Makes no garbage and looks at each blade once at most; not thread-safe: the dispatcher's own.
 *
 * <p>Whoever asks has already left out the blades that cannot take the session. A policy that weighs load reads it from
 * the ledger it was created with.
 */
public interface BladeSelector {
    /** {@link #select} found no blade. */
    int NO_BLADE = -1;

    /** The policies by name. */
    enum Policy {
        ROUND_ROBIN {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new RoundRobinSelector(ledger.slots());
            }
        },
        WEIGHTED {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new WeightedSelector(weights);
            }
        },
        LEAST_LOADED {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new LeastLoadedSelector(ledger);
            }
        },
        POWER_OF_TWO_CHOICES {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new PowerOfTwoSelector(ledger, entropy);
            }
        },
        BEST_FIT {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new BestFitSelector(ledger);
            }
        },
        CALL_ID_HASH {
            @Override
            public BladeSelector create(final LoadLedger ledger, final int[] weights, final Entropy entropy) {
                return new CallIdHashSelector();
            }
        };

        /**
         * Creates the policy.
         *
         * @param weights by slot, at least one each; for policies that have no other measure of a blade.
         * @param entropy for policies that draw lots.
         */
        public abstract BladeSelector create(LoadLedger ledger, int[] weights, Entropy entropy);
    }

    /**
     * Selects a blade for a new session.
     *
     * @param candidates one bit per slot that may be selected.
     * @param units size of the session.
     * @param key equal for equal Call-IDs (or what else names the session), evenly spread, not to be guessed.
     * @return a slot whose bit is set, or {@link #NO_BLADE} when none is.
     */
    int select(long candidates, int units, long key);
}
