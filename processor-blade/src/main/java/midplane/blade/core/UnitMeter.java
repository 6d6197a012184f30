package midplane.blade.core;

/**
 * The units of load of one blade: what it can carry, what its sessions use, and what is held for sessions that were
 * announced. All protocols of a blade share one meter. Makes no garbage; not thread-safe.
 *
 * <pre>
 *             tryUse                    release
 *   free ------------------&gt; used -----------------------&gt; free
 *     |                      |  ^
 *     |           giveBack   v  |  consume
 *     +----- hold -------&gt; reserved ----- decay ---------&gt; free
 * </pre>
 *
 * <p>The sums are kept here; whose units they are is for the holder to remember. It never gives back more than it took.
 */
public final class UnitMeter {
    private final int capacity;
    private int used;
    private int reserved;

    /** A meter of an empty blade. */
    public UnitMeter(final int capacity) {
        this.capacity = capacity;
    }

    /** Units the blade can carry. */
    public int capacity() {
        return capacity;
    }

    /** Units that sessions use. */
    public int used() {
        return used;
    }

    /** Units held for what was announced. */
    public int reserved() {
        return reserved;
    }

    /** Units neither used nor held. */
    public int free() {
        return capacity - used - reserved;
    }

    /** A size as far as it fits an empty blade: nobody can have more than all. */
    public int clamp(final int units) {
        return Math.min(units, capacity);
    }

    /** Takes units for a session; false when so many are not free, and nothing is taken then. */
    public boolean tryUse(final int units) {
        assert units >= 0 : units;
        if (units > free()) {
            return false;
        }
        used += units;
        return true;
    }

    /** A session gives its units back. */
    public void release(final int units) {
        assert units >= 0 && units <= used : units + " of " + used;
        used -= units;
    }

    /** Holds units for legs to come; false when so many are not free, and nothing is held then. */
    public boolean tryHold(final int units) {
        assert units >= 0 : units;
        if (units > free()) {
            return false;
        }
        reserved += units;
        return true;
    }

    /** A leg takes its units out of a hold. */
    public void consume(final int units) {
        assert units >= 0 && units <= reserved : units + " of " + reserved;
        reserved -= units;
        used += units;
    }

    /** A leg has left, and its units are held again for the next. */
    public void giveBack(final int units) {
        release(units);
        reserved += units;
    }

    /** Held units that nobody came for are free again. */
    public void decay(final int units) {
        assert units >= 0 && units <= reserved : units + " of " + reserved;
        reserved -= units;
    }
}
