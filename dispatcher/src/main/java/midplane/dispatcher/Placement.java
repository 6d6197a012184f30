package midplane.dispatcher;

import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Where a new session goes, whatever its protocol: those that can take it, the policy's choice among them, its ring, the
 * books.
 *
 * <pre>
 *   candidates -&gt; select -&gt; {@link Carrier#carry} -&gt; book
 *        ^                        | ring full
 *        +------- without it -----+
 * </pre>
 *
 * Fresh blades come first; suspect ones when no fresh one fits. All protocols of a chassis place by one placement, so
 * that each sees the load that the others make. Makes no garbage; not thread-safe.
 */
public final class Placement {
    /** No blade takes anything at present. */
    public static final int NO_BLADE = -1;

    /** There is room for a smaller session, but none for this one. */
    public static final int NO_ROOM = -2;

    /** Carries the message of the session being placed into a slot's ring. */
    @FunctionalInterface
    public interface Carrier {
        /**
         * Writes the message as a frame.
         *
         * @param slot the selected blade's.
         * @param sequence the frame's dispatch sequence.
         * @return false when the ring has no cell left; another blade is tried then.
         */
        boolean carry(int slot, long sequence);
    }

    private final LoadLedger ledger;
    private final BladeSelector selector;
    private final @Nullable ShadowPolicy shadow;
    private final AtomicCounter backPressure;
    private final AtomicCounter suspects;
    private final AtomicCounter clamped;
    private PlacementTrace trace = PlacementTrace.NONE;
    /** Rings found full while the session being placed sought a blade. */
    private long full;

    /** Wires a placement; its counters are the dispatcher's. */
    public Placement(
            final PlacementSettings settings, final LoadLedger ledger, final Entropy entropy, final Counters counters) {
        this.ledger = ledger;
        final int[] weights =
                settings.weights().stream().mapToInt(Integer::intValue).toArray();
        selector = settings.policy().create(ledger, weights, entropy);
        final BladeSelector.Policy other = settings.shadow();
        shadow = other == null ? null : new ShadowPolicy(ledger, other.create(ledger, weights, entropy), counters);
        backPressure = counters.counter("dispatcher.back-pressure");
        clamped = counters.counter("dispatcher.size.clamped");
        suspects = counters.counter("dispatcher.placed-on-suspect");
    }

    /** From now on tells what it decides. Before the dispatcher starts. */
    public void traceTo(final PlacementTrace newTrace) {
        trace = newTrace;
    }

    /** Whom a session must be opened to before it is placed. */
    public PlacementTrace trace() {
        return trace;
    }

    /**
     * The units to place a session by: its own, but what is larger than any blade takes all that the roomiest can give,
     * or it would fit nowhere for ever.
     *
     * @param isRequired whether it must have all or nothing.
     */
    public int fit(final int units, final boolean isRequired) {
        if (isRequired || units <= ledger.largestCapacity()) {
            return units;
        }
        clamped.incrementRelease();
        return Math.max(1, ledger.largestRoom());
    }

    /**
     * Places a session: when this returns a slot, the message is in its ring and its units are booked, under the slot's
     * last dispatch sequence.
     *
     * @param units size of the session, at least one.
     * @param key as {@link BladeSelector#select} wants it.
     * @param excluded one bit for each slot that may not be selected, as those that handed the session back.
     * @return the slot, {@link #NO_ROOM} or {@link #NO_BLADE}.
     */
    public int place(final int units, final long key, final long excluded, final long nowNs, final Carrier carrier) {
        ledger.judge(nowNs);
        final long candidates = ledger.candidates(units) & ~excluded;
        final long fresh = ledger.fresh(candidates, nowNs);
        trace.weighs(ledger, candidates, excluded, nowNs);
        full = 0;
        int slot = placeAmong(fresh, units, key, nowNs, carrier);
        if (slot == NO_BLADE && fresh != candidates) {
            slot = placeAmong(candidates & ~fresh, units, key, nowNs, carrier);
            if (slot != NO_BLADE) {
                suspects.incrementRelease();
            }
        }
        if (slot == NO_BLADE && candidates == 0 && (ledger.candidates(1) & ~excluded) != 0) {
            slot = NO_ROOM;
        }
        trace.decides(reason(slot, fresh), slot, slot < 0 ? 0 : ledger.nextSequence(slot) - 1, full, nowNs);
        return slot;
    }

    private PlacementTrace.Reason reason(final int slot, final long fresh) {
        if (slot >= 0) {
            return (fresh >>> slot & 1) != 0 ? PlacementTrace.Reason.POLICY : PlacementTrace.Reason.LAST_RESORT;
        }
        if (slot == NO_ROOM) {
            return PlacementTrace.Reason.NO_ROOM;
        }
        return full != 0 ? PlacementTrace.Reason.RINGS_FULL : PlacementTrace.Reason.NO_BLADE;
    }

    /**
     * Places a session on the one blade that can serve it, whatever its load and state.
     *
     * @param units none for a leg that takes of what its conference has booked.
     * @param reason why no other can.
     * @return whether its ring had room.
     */
    public boolean placeOn(
            final int slot,
            final int units,
            final PlacementTrace.Reason reason,
            final long nowNs,
            final Carrier carrier) {
        trace.weighs(ledger, 1L << slot, ~(1L << slot), nowNs);
        final long sequence = ledger.nextSequence(slot);
        final boolean isPlaced = ledger.canBook(slot) && carrier.carry(slot, sequence);
        if (isPlaced) {
            ledger.responseTimes().onDispatch(slot, sequence, nowNs);
            ledger.book(slot, sequence, units);
            trace.decides(reason, slot, sequence, 0, nowNs);
        } else {
            backPressure.incrementRelease();
            trace.decides(PlacementTrace.Reason.RINGS_FULL, NO_BLADE, 0, 1L << slot, nowNs);
        }
        return isPlaced;
    }

    private int placeAmong(
            final long candidates, final int units, final long key, final long nowNs, final Carrier carrier) {
        long untried = candidates;
        while (untried != 0) {
            final int slot = selector.select(untried, units, key);
            final long sequence = ledger.nextSequence(slot);
            if (carrier.carry(slot, sequence)) {
                if (shadow != null) {
                    shadow.onChoice(untried, units, key, slot);
                }
                ledger.responseTimes().onDispatch(slot, sequence, nowNs);
                ledger.book(slot, sequence, units);
                return slot;
            }
            backPressure.incrementRelease();
            full |= 1L << slot;
            untried &= ~(1L << slot);
        }
        return NO_BLADE;
    }
}
