package midplane.bench.peers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for other processes: they have clocks of their own, so here, and only here, real time passes. */
final class Patience {
    private static final long STEP_NS = Duration.ofMillis(10).toNanos();

    private Patience() {}

    /** Whether the condition came true in time. */
    static boolean until(final BooleanSupplier condition, final Duration limit) {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (deadlineNs - System.nanoTime() <= 0) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(STEP_NS);
        }
        return true;
    }

    /** Lets time pass for the other side, as a caller does who says nothing. */
    static void pass(final Duration time) {
        until(() -> false, time);
    }
}
