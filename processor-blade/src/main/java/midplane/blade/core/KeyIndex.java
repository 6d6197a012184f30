package midplane.blade.core;

import java.util.Arrays;

/**
 * From keys of 128 bits to small numbers. The keys are {@link KeyedHash} values, so their low bits are as good as any
 * hash. Open addressing, of fixed size, no garbage. Not thread-safe.
 */
public final class KeyIndex {
    /** What {@link #find} says of a key that is not there. Values are never negative. */
    public static final int MISSING = -1;

    private final int limit;
    private final int mask;
    private final long[] highs;
    private final long[] lows;
    private final int[] values;
    private int size;

    /** An empty index for at most {@code limit} keys. */
    public KeyIndex(final int limit) {
        final int length = Integer.highestOneBit(Math.max(2, limit) * 2 - 1) << 1;
        this.limit = limit;
        mask = length - 1;
        highs = new long[length];
        lows = new long[length];
        values = new int[length];
        Arrays.fill(values, MISSING);
    }

    public int find(final long high, final long low) {
        return values[place(high, low)];
    }

    /**
     * Adds a key.
     *
     * @return false when the key is there already or the index is full; nothing changes then.
     */
    public boolean put(final long high, final long low, final int value) {
        assert value >= 0 : "values are never negative";
        final int place = place(high, low);
        if (values[place] != MISSING || size == limit) {
            return false;
        }
        highs[place] = high;
        lows[place] = low;
        values[place] = value;
        size++;
        return true;
    }

    /** Takes a key out; does nothing when it is not in. */
    public void remove(final long high, final long low) {
        int gap = place(high, low);
        if (values[gap] == MISSING) {
            return;
        }
        values[gap] = MISSING;
        size--;
        // Whoever was pushed past the gap moves up, so that a search never meets a hole before its key.
        for (int place = (gap + 1) & mask; values[place] != MISSING; place = (place + 1) & mask) {
            final int home = (int) lows[place] & mask;
            if (((place - home) & mask) >= ((place - gap) & mask)) {
                highs[gap] = highs[place];
                lows[gap] = lows[place];
                values[gap] = values[place];
                values[place] = MISSING;
                gap = place;
            }
        }
    }

    public int size() {
        return size;
    }

    /** Where the key is, or the empty place where it would go. The table is at most half full, so there is one. */
    private int place(final long high, final long low) {
        int place = (int) low & mask;
        while (values[place] != MISSING && (lows[place] != low || highs[place] != high)) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
