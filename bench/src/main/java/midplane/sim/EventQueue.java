package midplane.sim;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What will happen, in order of time; what happens at one time is in order of entry. A binary heap over parallel arrays:
 * no object per event. Not thread-safe.
 */
final class EventQueue<T> {
    /** {@link #nextNs()} of an empty queue. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 1024;

    private long[] timesNs = new long[INITIAL_CAPACITY];
    private long[] sequences = new long[INITIAL_CAPACITY];
    private int[] arguments = new int[INITIAL_CAPACITY];
    private @Nullable Object[] items = new @Nullable Object[INITIAL_CAPACITY];
    private int size;
    private long added;
    private long polledNs;
    private int polledArgument;

    int size() {
        return size;
    }

    /** When the next event is due, or {@link #NEVER}. */
    long nextNs() {
        return size == 0 ? NEVER : timesNs[0];
    }

    void add(final long timeNs, final T item, final int argument) {
        if (size == timesNs.length) {
            grow();
        }
        final long sequence = added++;
        int hole = size++;
        while (hole > 0) {
            final int parent = (hole - 1) >>> 1;
            if (timesNs[parent] <= timeNs) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        timesNs[hole] = timeNs;
        sequences[hole] = sequence;
        arguments[hole] = argument;
        items[hole] = item;
    }

    /** Takes the next event out; its time and argument can be asked for until the next call. */
    T poll() {
        assert size > 0 : "nothing is due";
        @SuppressWarnings("unchecked") // only add() puts items in
        final T first = (T) items[0];
        polledNs = timesNs[0];
        polledArgument = arguments[0];
        size--;
        siftDown();
        items[size] = null;
        assert first != null : "only add() puts items in";
        return first;
    }

    long polledNs() {
        return polledNs;
    }

    int polledArgument() {
        return polledArgument;
    }

    /** Puts the last event where the first was, and lets it sink. */
    private void siftDown() {
        final long timeNs = timesNs[size];
        final long sequence = sequences[size];
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && isBefore(child + 1, timesNs[child], sequences[child])) {
                child++;
            }
            if (!isBefore(child, timeNs, sequence)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        move(size, hole);
    }

    private boolean isBefore(final int index, final long timeNs, final long sequence) {
        return timesNs[index] < timeNs || (timesNs[index] == timeNs && sequences[index] < sequence);
    }

    private void move(final int from, final int to) {
        timesNs[to] = timesNs[from];
        sequences[to] = sequences[from];
        arguments[to] = arguments[from];
        items[to] = items[from];
    }

    private void grow() {
        final int capacity = 2 * timesNs.length;
        timesNs = Arrays.copyOf(timesNs, capacity);
        sequences = Arrays.copyOf(sequences, capacity);
        arguments = Arrays.copyOf(arguments, capacity);
        items = Arrays.copyOf(items, capacity);
    }
}
