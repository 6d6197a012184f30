package midplane.dispatcher;

import midplane.shelf.Counters;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A second policy beside the active one, which decides nothing: what would it have chosen, and would that have been
 * better? It sees the loads as the active policy has made them. Not thread-safe.
 *
 * <p>Regret is counted in units: by how much the blade that was chosen was more loaded, for its capacity, than the
 * other policy's choice, and the other way round.
 */
final class ShadowPolicy {
    private final LoadLedger ledger;
    private final BladeSelector selector;
    private final AtomicCounter decisions;
    private final AtomicCounter divergences;
    private final AtomicCounter regret;
    private final AtomicCounter relief;

    ShadowPolicy(final LoadLedger ledger, final BladeSelector selector, final Counters counters) {
        this.ledger = ledger;
        this.selector = selector;
        decisions = counters.counter("dispatcher.shadow.decisions");
        divergences = counters.counter("dispatcher.shadow.divergences");
        regret = counters.counter("dispatcher.shadow.regret-units");
        relief = counters.counter("dispatcher.shadow.relief-units");
    }

    /** Told of a choice of the active policy, before it is booked. */
    void onChoice(final long candidates, final int units, final long key, final int chosen) {
        final int other = selector.select(candidates, units, key);
        decisions.incrementRelease();
        if (other != chosen) {
            divergences.incrementRelease();
            // The other blade's load, as if it had the chosen one's capacity.
            final long difference = ledger.load(chosen)
                    - ledger.load(other) * ledger.capacity(chosen) / Math.max(1, ledger.capacity(other));
            (difference > 0 ? regret : relief).getAndAddRelease(Math.abs(difference));
        }
    }
}
