package midplane.chassis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import midplane.fabric.Doorbell;
import midplane.shelf.ParkableAgent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * How one thread waits for its sockets, its rings and its next deadline at once: in a Selector over its sockets, which a
 * publisher wakes only if it must.
 *
 * <pre>
 *   the thread               a publisher
 *   set the parked flag      publish
 *   full fence               full fence
 *   look at the rings        test the parked flag, clear it
 *   select                   wake the Selector up
 * </pre>
 *
 * <p>Either the thread sees the frame or the publisher sees the flag. A wake-up that comes before the select is kept by
 * the Selector. The flag is cleared by whoever is first, so of many publishers one pays for the system call.
 *
 * <p>A select is exact to a millisecond and may not be early, or the thread would spin until its deadline; so the wait
 * is rounded up, and a deadline is met less than a millisecond late.
 *
 * <p>{@link #idle()} is for the hosting thread; {@link #ring()} and {@link #wake()} for any. Waiting makes no garbage.
 */
final class Parker implements IdleStrategy, Doorbell, AutoCloseable {
    /** Bounds the harm of a deadline that was miscalculated. */
    static final long PARK_MAX_MS = 1_000;

    private static final long MILLISECOND_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final VarHandle IS_PARKED;

    static {
        try {
            IS_PARKED = MethodHandles.lookup().findVarHandle(Parker.class, "isParked", boolean.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final Selector selector;
    private final ParkableAgent agent;
    private final NanoClock clock;
    private final long parkMaxMs;

    /** Nothing is done for a key: the agent polls all its ports anyway. A field, so that no wait allocates it. */
    private final Consumer<SelectionKey> onReady = this::onReady;

    @SuppressWarnings("UnusedVariable") // Read and written through IS_PARKED.
    private boolean isParked;

    private Parker(final Selector selector, final ParkableAgent agent, final NanoClock clock, final long parkMaxMs) {
        this.selector = selector;
        this.agent = agent;
        this.clock = clock;
        this.parkMaxMs = parkMaxMs;
    }

    /**
     * Opens the Selector; watches nothing yet.
     *
     * @param parkMaxMs the longest wait, whatever the deadlines say.
     */
    static Parker open(final ParkableAgent agent, final NanoClock clock, final long parkMaxMs) {
        try {
            return new Parker(Selector.open(), agent, clock, parkMaxMs);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Adds a socket whose datagrams end a wait. Before the thread starts. */
    void watch(final @Nullable SelectableChannel channel) {
        if (channel != null) {
            try {
                channel.register(selector, SelectionKey.OP_READ);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    @Override
    public void idle(final int workCount) {
        if (workCount <= 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        IS_PARKED.setOpaque(this, true);
        VarHandle.fullFence();
        if (!agent.hasWork()) {
            final long timeoutMs = timeoutMs(agent.nextDeadlineNs());
            if (timeoutMs > 0) {
                select(timeoutMs);
            }
        }
        IS_PARKED.setOpaque(this, false);
    }

    /** Milliseconds to wait, rounded up; 0 when the deadline is due. */
    private long timeoutMs(final long deadlineNs) {
        if (deadlineNs == ParkableAgent.NO_DEADLINE) {
            return parkMaxMs;
        }
        final long timeoutNs = deadlineNs - clock.nanoTime();
        if (timeoutNs <= 0) {
            return 0;
        }
        return timeoutNs >= parkMaxMs * MILLISECOND_NS ? parkMaxMs : (timeoutNs + MILLISECOND_NS - 1) / MILLISECOND_NS;
    }

    private void select(final long timeoutMs) {
        try {
            selector.select(onReady, timeoutMs);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private void onReady(final SelectionKey key) {}

    @Override
    public void reset() {}

    @Override
    public String alias() {
        return "park";
    }

    @Override
    public void ring() {
        VarHandle.fullFence();
        if ((boolean) IS_PARKED.getOpaque(this) && IS_PARKED.compareAndSet(this, true, false)) {
            selector.wakeup();
        }
    }

    /** Ends the present wait or the next one, whether or not there is anything in a ring. */
    void wake() {
        selector.wakeup();
    }

    /** Lets go of the sockets; after the thread has ended. */
    @Override
    public void close() {
        try {
            selector.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
