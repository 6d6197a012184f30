package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private record Entry(long timeNs, int number) {}

    @Test
    void shouldGiveBackByTimeAndThenByEntryWhateverTheOrderOfArrival() {
        final Chance chance = new Chance(3);
        final EventQueue<String> queue = new EventQueue<>();
        final List<Entry> model = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            final long timeNs = chance.nextInt(500);
            queue.add(timeNs, "x", i);
            model.add(new Entry(timeNs, i));
            if (chance.inPercent(30)) {
                takeOne(queue, model);
            }
        }
        while (!model.isEmpty()) {
            takeOne(queue, model);
        }
        assertEquals(EventQueue.NEVER, queue.nextNs());
        assertEquals(0, queue.size());
    }

    private static void takeOne(final EventQueue<String> queue, final List<Entry> model) {
        final Entry first = model.stream()
                .min(Comparator.comparingLong(Entry::timeNs).thenComparingInt(Entry::number))
                .orElseThrow();
        model.remove(first);
        assertEquals(first.timeNs(), queue.nextNs());
        queue.poll();
        assertEquals(first.timeNs(), queue.polledNs());
        assertEquals(first.number(), queue.polledArgument());
    }
}
