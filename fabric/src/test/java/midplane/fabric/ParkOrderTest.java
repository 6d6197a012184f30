package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.Selector;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes wrong without the order that {@code package-info} prescribes: a frame lies in the ring and its reader
 * sleeps. The test lets a sender and a reader about to sleep meet, so that both run, and then lets them go at random
 * moments: mostly within the few nanoseconds in which the order matters, now and then into a deep sleep. A wake-up that
 * is lost shows as a sleep of {@link #LOST_AFTER_MS} beside a waiting frame.
 */
@Timeout(120)
class ParkOrderTest {
    private static final long DURATION_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int ROUNDS_MIN = 2_000;
    private static final long LOST_AFTER_MS = 2_000;
    private static final int SHORT_PAUSE_MAX = 400;
    private static final int LONG_PAUSE = 20_000;
    private static final int ROUNDS_PER_DEEP_SLEEP = 20;
    private static final VarHandle PARKED;

    static {
        try {
            PARKED = MethodHandles.lookup().findVarHandle(Sleeper.class, "parked", boolean.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private final RingFabric fabric = new RingFabric(1, 16, 256);

    @Test
    void shouldLoseNoWakeUpTowardsTheBlade() throws IOException, InterruptedException {
        final Backplane backplane = fabric.backplane(0);
        final Downlink downlink = fabric.downlink(0);
        try (Sleeper blade = new Sleeper(backplane::poll, backplane::hasFrames)) {
            downlink.doorbell(blade);
            drive(blade, downlink::claim, downlink::flush);
        }
    }

    @Test
    void shouldLoseNoWakeUpTowardsTheDispatcher() throws IOException, InterruptedException {
        final Backplane backplane = fabric.backplane(0);
        final Uplink uplink = fabric.uplink(0);
        try (Sleeper dispatcher = new Sleeper(uplink::poll, uplink::hasFrames)) {
            uplink.doorbell(dispatcher);
            drive(dispatcher, backplane::claim, () -> {
                backplane.urgent();
                backplane.flush();
            });
        }
    }

    private static void drive(final Sleeper sleeper, final SwitchFabricContract.Claimant claimant, final Runnable flush)
            throws InterruptedException {
        final AtomicReference<Throwable> trouble = new AtomicReference<>();
        final Thread thread = new Thread(() -> {
            try {
                sleeper.run();
            } catch (final Throwable ex) {
                trouble.set(ex);
            }
        });
        thread.start();
        final FrameClaim claim = new FrameClaim();
        final SplittableRandom random = new SplittableRandom(4711);
        final long endNs = System.nanoTime() + DURATION_NS;
        long round = 0;
        while (round < ROUNDS_MIN || endNs - System.nanoTime() > 0) {
            round++;
            while (sleeper.awaited.get() < round && thread.isAlive()) {
                Thread.onSpinWait();
            }
            assertNull(trouble.get());
            sleeper.go.set(round);
            pause(round % ROUNDS_PER_DEEP_SLEEP == 0 ? LONG_PAUSE : random.nextInt(SHORT_PAUSE_MAX));
            assertTrue(claimant.claim(claim, 64));
            claim.commit(64);
            flush.run();
        }
        sleeper.end(round);
        thread.join();
        assertNull(trouble.get());
        assertEquals(round, sleeper.seen);
        assertTrue(sleeper.sleeps > 0, "it never slept");
    }

    /** Finer than a spin-wait hint, which takes longer than the window that is aimed at. */
    private static void pause(final int steps) {
        for (int i = 0; i < steps; i++) {
            VarHandle.acquireFence();
        }
    }

    /** An agent that sleeps in a selector, and the doorbell at its door. */
    private static final class Sleeper implements Doorbell, AutoCloseable {
        /** The frame it would go to sleep for. */
        final AtomicLong awaited = new AtomicLong();

        /** The frame that is on its way: both run now. */
        final AtomicLong go = new AtomicLong();

        long seen;
        long sleeps;

        private final SwitchFabricContract.Poller poller;
        private final BooleanSupplier hasFrames;
        private final Selector selector = Selector.open();
        private final SplittableRandom random = new SplittableRandom(815);
        private volatile long last = Long.MAX_VALUE;
        private boolean parked;

        Sleeper(final SwitchFabricContract.Poller poller, final BooleanSupplier hasFrames) throws IOException {
            this.poller = poller;
            this.hasFrames = hasFrames;
        }

        void run() throws IOException {
            final FrameHandler count = (buffer, offset, length) -> seen++;
            while (seen < last) {
                if (poller.poll(count, 8) == 0) {
                    meetTheSender();
                    PARKED.setOpaque(this, true);
                    VarHandle.fullFence();
                    if (!hasFrames.getAsBoolean()) {
                        sleep();
                    }
                    PARKED.setOpaque(this, false);
                }
            }
        }

        private void meetTheSender() {
            final long next = seen + 1;
            awaited.set(next);
            while (go.get() < next && seen < last) {
                Thread.onSpinWait();
            }
            pause(random.nextInt(SHORT_PAUSE_MAX));
        }

        private void sleep() throws IOException {
            final long startNs = System.nanoTime();
            selector.select(LOST_AFTER_MS);
            sleeps++;
            final long sleptMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
            if (sleptMs >= LOST_AFTER_MS && seen < last) {
                throw new AssertionError("frame " + (seen + 1) + ": wake-up lost");
            }
        }

        void end(final long last) {
            this.last = last;
            selector.wakeup();
        }

        @Override
        public void ring() {
            VarHandle.fullFence();
            if ((boolean) PARKED.getOpaque(this)) {
                selector.wakeup();
            }
        }

        @Override
        public void close() throws IOException {
            selector.close();
        }
    }
}
