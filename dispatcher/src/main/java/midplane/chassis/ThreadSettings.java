package midplane.chassis;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Who runs what, and waits how.
 *
 * @param bladeThreads threads that only run blades; 0 when one thread runs everything, or none does.
 */
record ThreadSettings(ThreadingMode mode, IdleMode idle, int bladeThreads) {
    static ThreadSettings of(
            final ThreadingMode mode, final IdleMode idle, final int blades, final int availableProcessors) {
        final int bladeThreads = switch (mode) {
            case SHARED -> Math.max(1, Math.min(blades, availableProcessors - 1));
            case DEDICATED -> blades;
            case SINGLE, INVOKER -> 0;
        };
        return new ThreadSettings(mode, idle, bladeThreads);
    }

    /** Threads that run agents. */
    int agentThreads() {
        return mode == ThreadingMode.INVOKER ? 0 : 1 + bladeThreads;
    }

    boolean parks() {
        return idle == IdleMode.PARK && mode != ThreadingMode.INVOKER;
    }

    /** For threads that do not park in a {@link Parker}. */
    IdleStrategy unparkedIdleStrategy() {
        return switch (idle) {
            case SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACKOFF -> new BackoffIdleStrategy();
            case PARK -> throw new IllegalStateException("a parked thread has its Parker");
        };
    }
}
