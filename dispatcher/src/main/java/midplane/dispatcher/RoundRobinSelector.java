package midplane.dispatcher;

/** Each candidate in turn, whatever its load. */
final class RoundRobinSelector implements BladeSelector {
    private final int slots;
    private int next;

    RoundRobinSelector(final int slots) {
        this.slots = slots;
    }

    @Override
    public int select(final long candidates, final int units, final long key) {
        if (candidates == 0) {
            return NO_BLADE;
        }
        // Rotated so that bit 0 is the slot whose turn it is.
        final long fromNext = candidates >>> next;
        final int slot =
                fromNext != 0 ? next + Long.numberOfTrailingZeros(fromNext) : Long.numberOfTrailingZeros(candidates);
        next = slot + 1 == slots ? 0 : slot + 1;
        return slot;
    }
}
