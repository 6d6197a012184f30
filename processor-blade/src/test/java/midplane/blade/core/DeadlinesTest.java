package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines deadlines = new Deadlines(8);

    @Test
    void shouldHaveNoDeadlineWhenEmpty() {
        assertEquals(Deadlines.NO_DEADLINE, deadlines.nextNs());
        assertEquals(Deadlines.NONE, deadlines.pollDue(Long.MAX_VALUE));
    }

    @Test
    void shouldComeDueAtTheDeadlineAndNotBefore() {
        deadlines.set(3, 100);

        assertEquals(100, deadlines.nextNs());
        assertEquals(Deadlines.NONE, deadlines.pollDue(99));
        assertEquals(3, deadlines.pollDue(100));
        assertEquals(Deadlines.NONE, deadlines.pollDue(100));
    }

    @Test
    void shouldComeDueInOrderAndEqualOnesById() {
        deadlines.set(5, 20);
        deadlines.set(7, 10);
        deadlines.set(2, 20);
        deadlines.set(0, 30);

        assertEquals(7, deadlines.pollDue(40));
        assertEquals(2, deadlines.pollDue(40));
        assertEquals(5, deadlines.pollDue(40));
        assertEquals(0, deadlines.pollDue(40));
    }

    @Test
    void shouldMoveADeadlineEitherWay() {
        deadlines.set(1, 10);
        deadlines.set(2, 20);
        deadlines.set(1, 30);
        assertEquals(20, deadlines.nextNs());
        deadlines.set(1, 5);
        assertEquals(5, deadlines.nextNs());
        assertEquals(2, deadlines.size());
    }

    @Test
    void shouldTakeOutWhatHasNoDeadlineAnyMore() {
        deadlines.set(1, 10);
        deadlines.set(1, Deadlines.NO_DEADLINE);
        deadlines.cancel(1);
        deadlines.cancel(4);

        assertEquals(0, deadlines.size());
        assertEquals(Deadlines.NO_DEADLINE, deadlines.nextNs());
    }

    /** A monotonic clock may be anything, and may wrap. */
    @Test
    void shouldOrderTimesAcrossTheWrap() {
        deadlines.set(0, Long.MIN_VALUE + 5);
        deadlines.set(1, Long.MAX_VALUE - 5);

        assertEquals(1, deadlines.pollDue(Long.MAX_VALUE - 5));
        assertEquals(Deadlines.NONE, deadlines.pollDue(Long.MAX_VALUE - 1));
        assertEquals(0, deadlines.pollDue(Long.MIN_VALUE + 5));
    }

    @Test
    void shouldFindTheEarlierOfTwo() {
        assertEquals(1, Deadlines.earlier(1, 2));
        assertEquals(1, Deadlines.earlier(2, 1));
        assertEquals(-5, Deadlines.earlier(Deadlines.NO_DEADLINE, -5));
        assertEquals(-5, Deadlines.earlier(-5, Deadlines.NO_DEADLINE));
        assertEquals(Deadlines.NO_DEADLINE, Deadlines.earlier(Deadlines.NO_DEADLINE, Deadlines.NO_DEADLINE));
        assertTrue(Deadlines.isDue(5, 5));
        assertFalse(Deadlines.isDue(5, 4));
        assertFalse(Deadlines.isDue(Deadlines.NO_DEADLINE, Long.MIN_VALUE));
    }

    /** Beside the obvious implementation, through many random steps. */
    @Test
    void shouldAgreeWithASortedMap() {
        final int ids = 50;
        final Random random = new Random(4711);
        final Deadlines heap = new Deadlines(ids);
        final TreeMap<Long, Integer> sorted = new TreeMap<>();
        final long[] keys = new long[ids];
        for (int step = 0; step < 100_000; step++) {
            final int id = random.nextInt(ids);
            if (random.nextInt(3) > 0) {
                sorted.remove(keys[id]);
                final long deadline = random.nextInt(1000);
                keys[id] = deadline * ids + id;
                sorted.put(keys[id], id);
                heap.set(id, deadline);
            } else if (random.nextBoolean()) {
                sorted.remove(keys[id]);
                heap.cancel(id);
            } else if (!sorted.isEmpty()) {
                final long first = sorted.firstKey();
                assertEquals(first / ids, heap.nextNs());
                assertEquals(sorted.remove(first), heap.pollDue(first / ids));
            }
            assertEquals(sorted.size(), heap.size());
        }
    }
}
