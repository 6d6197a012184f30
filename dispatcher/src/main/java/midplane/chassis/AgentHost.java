package midplane.chassis;

import java.util.concurrent.TimeUnit;
import midplane.shelf.ParkableAgent;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;

/** A thread that runs an agent until it is closed. */
final class AgentHost implements AutoCloseable {
    /** How long {@link #close()} waits for a duty cycle to return. */
    private static final long JOIN_TIMEOUT_MS = TimeUnit.SECONDS.toMillis(5);

    private final ParkableAgent agent;
    private final IdleStrategy idleStrategy;
    private final Runnable wake;
    private final ErrorHandler errorHandler;
    private final Thread thread;
    private volatile boolean isStopped;

    /**
     * Starts nothing.
     *
     * @param wake ends the wait of the idle strategy, from any thread.
     */
    AgentHost(
            final ParkableAgent agent,
            final IdleStrategy idleStrategy,
            final Runnable wake,
            final ErrorHandler errorHandler) {
        this.agent = agent;
        this.idleStrategy = idleStrategy;
        this.wake = wake;
        this.errorHandler = errorHandler;
        thread = new Thread(this::run, agent.roleName());
    }

    void start() {
        thread.start();
    }

    /** Ends the agent's wait, so that it looks at everything again. */
    void wake() {
        wake.run();
    }

    /** Asks the thread to end, and does not wait for it. */
    void stop() {
        isStopped = true;
        wake();
    }

    /** Ends the thread. One that hangs in its duty cycle is reported and left behind: its sockets close under it. */
    @Override
    public void close() {
        stop();
        boolean isInterrupted = false;
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_TIMEOUT_MS);
        while (thread.isAlive() && deadlineNs - System.nanoTime() > 0) {
            try {
                thread.join(1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, deadlineNs - System.nanoTime())));
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            errorHandler.onError(new IllegalStateException(thread.getName() + " did not end its duty cycle"));
        }
    }

    private void run() {
        agent.onStart();
        while (!isStopped) {
            try {
                idleStrategy.idle(agent.doWork());
            } catch (final Throwable ex) {
                errorHandler.onError(ex);
            }
        }
        agent.onClose();
    }
}
