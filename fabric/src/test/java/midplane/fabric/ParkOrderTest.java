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
 * sleeps. The test drives a sender at random moments against a reader that goes to sleep as soon as it can. A wake-up
 * that is lost shows as a sleep of {@link #LOST_AFTER_MS} beside a waiting frame.
 */
@Timeout(120)
class ParkOrderTest {
    private static final int ROUNDS = 60_000;
    private static final long LOST_AFTER_MS = 2_000;
    private static final int PAUSE_MAX = 600;
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
        for (int round = 1; round <= ROUNDS; round++) {
            for (int pause = random.nextInt(PAUSE_MAX); pause > 0; pause--) {
                Thread.onSpinWait();
            }
            assertTrue(claimant.claim(claim, 64));
            claim.commit(64);
            flush.run();
            while (sleeper.seen.get() < round && thread.isAlive()) {
                Thread.onSpinWait();
            }
        }
        thread.join();
        assertNull(trouble.get());
        assertEquals(ROUNDS, sleeper.seen.get());
        assertEquals(0, sleeper.lostWakeUps, "lost wake-ups");
        assertTrue(sleeper.sleeps > ROUNDS / 100, "it hardly slept: " + sleeper.sleeps);
    }

    /** An agent that sleeps in a selector, and the doorbell at its door. */
    private static final class Sleeper implements Doorbell, AutoCloseable {
        final AtomicLong seen = new AtomicLong();
        int sleeps;
        int lostWakeUps;

        private final SwitchFabricContract.Poller poller;
        private final BooleanSupplier hasFrames;
        private final Selector selector = Selector.open();
        private boolean parked;

        Sleeper(final SwitchFabricContract.Poller poller, final BooleanSupplier hasFrames) throws IOException {
            this.poller = poller;
            this.hasFrames = hasFrames;
        }

        void run() throws IOException {
            final FrameHandler count = (buffer, offset, length) -> seen.incrementAndGet();
            while (seen.get() < ROUNDS) {
                if (poller.poll(count, 8) == 0) {
                    PARKED.setOpaque(this, true);
                    VarHandle.fullFence();
                    if (!hasFrames.getAsBoolean()) {
                        sleep();
                    }
                    PARKED.setOpaque(this, false);
                }
            }
        }

        private void sleep() throws IOException {
            final long startNs = System.nanoTime();
            selector.select(LOST_AFTER_MS);
            sleeps++;
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) >= LOST_AFTER_MS
                    && hasFrames.getAsBoolean()) {
                lostWakeUps++;
            }
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
