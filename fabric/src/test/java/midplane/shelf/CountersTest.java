package midplane.shelf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.testing.Allocation;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.Test;

class CountersTest {
    private final Counters counters = new Counters();

    @Test
    void shouldBeginAtZeroAndCount() {
        final AtomicCounter counter = counters.counter("dispatcher.received");
        assertEquals(0, counters.value("dispatcher.received"));
        counter.incrementRelease();
        counter.incrementRelease();
        assertEquals(2, counters.value("dispatcher.received"));
    }

    @Test
    void shouldKeepCountersApart() {
        counters.counter("blade.1.sip.invite.answered").incrementRelease();
        counters.counter("blade.11.sip.invite.answered").getAndAddRelease(5);
        assertEquals(1, counters.value("blade.1.sip.invite.answered"));
        assertEquals(5, counters.value("blade.11.sip.invite.answered"));
    }

    @Test
    void shouldSayZeroForANameNobodyHas() {
        counters.counter("dispatcher.received").incrementRelease();
        assertEquals(0, counters.value("dispatcher"));
        assertEquals(0, counters.value("dispatcher.received.more"));
    }

    @Test
    void shouldListThemInOrderOfCreation() {
        counters.counter("b").incrementRelease();
        counters.counter("a").getAndAddRelease(2);
        counters.counter("c");
        final List<String> lines = new ArrayList<>();
        counters.forEach((name, value) -> lines.add(name + "=" + value));
        assertEquals(List.of("b=1", "a=2", "c=0"), lines);
    }

    @Test
    void shouldHoldTheCountersOfAFullChassis() {
        final List<AtomicCounter> made = new ArrayList<>();
        for (int blade = 0; blade < 64; blade++) {
            for (int i = 0; i < 200; i++) {
                made.add(counters.counter("blade." + blade + ".counter." + i));
            }
        }
        made.get(made.size() - 1).incrementRelease();
        assertEquals(1, counters.value("blade.63.counter.199"));
    }

    /** The reader is another thread: what it sees only grows, and in the end it sees everything. */
    @Test
    void shouldShowAnotherThreadEveryCount() throws InterruptedException {
        final int counts = 1_000_000;
        final AtomicCounter counter = counters.counter("shared");
        final Thread writer = new Thread(() -> {
            for (int i = 0; i < counts; i++) {
                counter.incrementRelease();
            }
        });
        writer.start();
        long last = 0;
        while (writer.isAlive()) {
            final long value = counters.value("shared");
            assertTrue(value >= last && value <= counts);
            last = value;
        }
        writer.join();
        assertEquals(counts, counters.value("shared"));
    }

    @Test
    void shouldCountWithoutGarbage() {
        final AtomicCounter counter = counters.counter("dispatcher.received");
        assertTrue(Allocation.bytesPerCycle(counter::incrementRelease) < 0.5);
    }
}
