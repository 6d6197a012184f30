package midplane.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a piece of code allocates on the heap, by the JVM's own count for the thread. */
public final class Allocation {
    private static final int WARM_UP_ROUNDS = 20_000;
    private static final int ROUNDS = 50_000;

    private Allocation() {}

    /**
     * Runs the cycle many times, first to warm up, then to measure.
     *
     * @return bytes per cycle; a stray one-off allocation vanishes in the average.
     */
    public static double bytesPerCycle(final Runnable cycle) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            cycle.run();
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            cycle.run();
        }
        return (double) (threads.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }
}
