package midplane.chassis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.ErrorHandler;

/**
 * A daemon thread for what has time and may block: new prompts on disk, the tap's file, what is printed. Runs its duties
 * once more when it is closed.
 */
final class Housekeeper implements AutoCloseable {
    private static final long AFTER_TROUBLE_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long JOIN_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(2);

    private final LongSupplier duties;
    private final ErrorHandler errorHandler;
    private final Thread thread;
    private volatile boolean isStopped;

    /**
     * Starts nothing.
     *
     * @param duties one round; returns how many nanoseconds the next one may be away at most.
     */
    Housekeeper(final LongSupplier duties, final ErrorHandler errorHandler) {
        this.duties = duties;
        this.errorHandler = errorHandler;
        thread = new Thread(this::run, "midplane-housekeeping");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Makes the next round begin now. Any thread; does not block. */
    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void close() {
        isStopped = true;
        wake();
        try {
            thread.join(JOIN_TIMEOUT_MS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isLastRound = false;
        while (!isLastRound) {
            isLastRound = isStopped;
            long intervalNs = AFTER_TROUBLE_NS;
            try {
                intervalNs = duties.getAsLong();
            } catch (final RuntimeException ex) {
                errorHandler.onError(ex);
            }
            if (!isStopped) {
                LockSupport.parkNanos(this, intervalNs);
            }
        }
    }
}
