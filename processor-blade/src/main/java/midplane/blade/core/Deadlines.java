package midplane.blade.core;

import java.util.Arrays;

/**
 * One deadline for each of a fixed number of ids, the earliest on top: a binary heap that knows where each id stands.
 * Equal deadlines come due in the order of their ids, so that equal runs are equal. Makes no garbage. Not thread-safe.
 */
public final class Deadlines {
    /** Not a deadline: what {@link #nextNs} says of an empty heap, and what takes an id out of it. */
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    /** What {@link #pollDue} says when nothing is due. */
    public static final int NONE = -1;

    private static final int ABSENT = -1;

    private final long[] deadlinesNs;
    private final int[] heap;
    private final int[] places;
    private int size;

    /**
     * A heap with nothing in it.
     *
     * @param ids deadlines can be set for 0 to ids − 1.
     */
    public Deadlines(final int ids) {
        deadlinesNs = new long[ids];
        heap = new int[ids];
        places = new int[ids];
        Arrays.fill(places, ABSENT);
    }

    /** The earlier of two deadlines, either of which may be {@link #NO_DEADLINE}. */
    public static long earlier(final long oneNs, final long otherNs) {
        if (oneNs == NO_DEADLINE) {
            return otherNs;
        }
        return otherNs == NO_DEADLINE || oneNs - otherNs <= 0 ? oneNs : otherNs;
    }

    /** Whether a deadline that may be {@link #NO_DEADLINE} has come. */
    public static boolean isDue(final long deadlineNs, final long nowNs) {
        return deadlineNs != NO_DEADLINE && deadlineNs - nowNs <= 0;
    }

    /** Sets or moves the deadline of an id; {@link #NO_DEADLINE} takes it out. */
    public void set(final int id, final long deadlineNs) {
        if (deadlineNs == NO_DEADLINE) {
            cancel(id);
            return;
        }
        deadlinesNs[id] = deadlineNs;
        int place = places[id];
        if (place == ABSENT) {
            place = size++;
            put(place, id);
        }
        siftDown(siftUp(place));
    }

    /** Takes an id out; does nothing when it is not in. */
    public void cancel(final int id) {
        final int place = places[id];
        if (place == ABSENT) {
            return;
        }
        places[id] = ABSENT;
        final int last = heap[--size];
        if (last != id) {
            put(place, last);
            siftDown(siftUp(place));
        }
    }

    /** The earliest deadline, or {@link #NO_DEADLINE}. */
    public long nextNs() {
        return size == 0 ? NO_DEADLINE : deadlinesNs[heap[0]];
    }

    /** Takes out the id whose deadline is the earliest and has come; {@link #NONE} when nothing is due. */
    public int pollDue(final long nowNs) {
        if (size == 0) {
            return NONE;
        }
        final int id = heap[0];
        if (deadlinesNs[id] - nowNs > 0) {
            return NONE;
        }
        cancel(id);
        return id;
    }

    /** How many ids have a deadline. */
    public int size() {
        return size;
    }

    private int siftUp(final int from) {
        int place = from;
        final int id = heap[place];
        while (place > 0) {
            final int parent = (place - 1) >>> 1;
            if (!isBefore(id, heap[parent])) {
                break;
            }
            put(place, heap[parent]);
            place = parent;
        }
        put(place, id);
        return place;
    }

    private void siftDown(final int from) {
        int place = from;
        final int id = heap[place];
        for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
            if (child + 1 < size && isBefore(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBefore(heap[child], id)) {
                break;
            }
            put(place, heap[child]);
            place = child;
        }
        put(place, id);
    }

    private boolean isBefore(final int one, final int other) {
        final long difference = deadlinesNs[one] - deadlinesNs[other];
        return difference < 0 || (difference == 0 && one < other);
    }

    private void put(final int place, final int id) {
        heap[place] = id;
        places[id] = place;
    }
}
