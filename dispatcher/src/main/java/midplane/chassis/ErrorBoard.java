package midplane.chassis;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorLogReader;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Takes errors from any thread, counts all and keeps each distinct one once, in bounded memory. Somebody who may block
 * prints them.
 */
final class ErrorBoard implements ErrorHandler {
    private static final int LOG_LENGTH = 1 << 20;

    private final DistinctErrorLog log;
    private final AtomicCounter errors;
    private volatile Runnable wake = () -> {};
    private int printed;

    ErrorBoard(final EpochClock clock, final AtomicCounter errors) {
        log = new DistinctErrorLog(new UnsafeBuffer(ByteBuffer.allocateDirect(LOG_LENGTH)), clock);
        this.errors = errors;
    }

    /** What to run when there is something to print; must not block. */
    void wake(final Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void onError(final @Nullable Throwable throwable) {
        errors.increment();
        if (throwable != null) {
            log.record(throwable);
            wake.run();
        }
    }

    /** Prints what is new since the last call. For one thread. */
    void print(final PrintStream out) {
        final int[] seen = new int[1];
        ErrorLogReader.read(log.buffer(), (observations, first, last, text) -> {
            // The log only grows at its end.
            if (seen[0]++ == printed) {
                out.print("error in Midplane itself, first at " + Instant.ofEpochMilli(first) + ": " + text);
                out.flush();
                printed++;
            }
        });
    }
}
