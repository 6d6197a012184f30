package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import midplane.net.Peer;
import midplane.net.UdpPort;
import midplane.shelf.ParkableAgent;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wait without end is the failure here: a lost wake-up is not made good after a second, but stops the test. */
@Timeout(60)
class ParkerTest {
    private static final long FOREVER_MS = TimeUnit.HOURS.toMillis(1);

    /** An agent with a "ring" of one number: what was published and what it has taken. */
    private static final class Taker implements ParkableAgent {
        final AtomicLong published = new AtomicLong();
        final AtomicLong taken = new AtomicLong();
        volatile long deadlineNs = NO_DEADLINE;

        @Override
        public int doWork() {
            final long now = published.get();
            final int work = (int) (now - taken.getPlain());
            taken.setRelease(now);
            return work;
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public boolean hasWork() {
            return published.get() != taken.getPlain();
        }

        @Override
        public String roleName() {
            return "taker";
        }
    }

    private final Taker taker = new Taker();

    private Parker parker() {
        return Parker.open(taker, SystemNanoClock.INSTANCE, FOREVER_MS);
    }

    @Test
    void shouldLoseNoWakeUpOfOnePublisher() throws Exception {
        publish(1, 100_000, 0);
    }

    @Test
    void shouldLoseNoWakeUpWhenTheThreadIsJustFallingAsleep() throws Exception {
        publish(1, 20_000, 5_000);
    }

    @Test
    void shouldLoseNoWakeUpOfManyPublishers() throws Exception {
        publish(4, 20_000, 0);
    }

    /** Each publisher waits until its word was taken, so that the taker is about to park when the next one comes. */
    private void publish(final int publishers, final int rounds, final int spins) throws Exception {
        try (Parker parker = parker()) {
            final Thread[] threads = new Thread[publishers];
            for (int i = 0; i < publishers; i++) {
                threads[i] = new Thread(() -> {
                    for (int round = 0; round < rounds; round++) {
                        final long mine = taker.published.incrementAndGet();
                        parker.ring();
                        while (taker.taken.get() < mine
                                && !Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                        for (int spin = 0; spin < round % (spins + 1); spin++) {
                            Thread.onSpinWait();
                        }
                    }
                });
                threads[i].setDaemon(true);
                threads[i].start();
            }
            try {
                while (taker.taken.get() < (long) publishers * rounds) {
                    parker.idle(taker.doWork());
                    assertFalse(Thread.currentThread().isInterrupted(), "a wake-up was lost");
                }
            } finally {
                for (final Thread thread : threads) {
                    thread.interrupt();
                }
            }
        }
    }

    @Test
    void shouldWakeForADatagram() throws Exception {
        try (Parker parker = parker();
                UdpPort port = UdpPort.bind(new InetSocketAddress("127.0.0.1", 0));
                UdpPort sender = UdpPort.bind(new InetSocketAddress("127.0.0.1", 0))) {
            parker.watch(port.selectable());
            final AtomicInteger received = new AtomicInteger();
            for (int i = 1; i <= 100; i++) {
                final Thread thread =
                        new Thread(() -> sender.offer(ByteBuffer.allocateDirect(3), Peer.of(port.localAddress())));
                thread.start();
                while (received.get() < i) {
                    assertFalse(Thread.currentThread().isInterrupted(), "a datagram woke nobody");
                    parker.idle(port.poll((buffer, offset, length, source) -> received.addAndGet(1), 64));
                }
                thread.join();
            }
            assertEquals(100, received.get());
        }
    }

    @Test
    void shouldNotWaitForSocketsThatHaveNoChannel() {
        try (Parker parker = parker()) {
            parker.watch(null);
            parker.wake();
            parker.idle();
        }
    }

    @Test
    void shouldKeepAWakeUpThatComesBeforeTheWait() {
        try (Parker parker = parker()) {
            parker.wake();
            parker.idle();
        }
    }

    @Test
    void shouldNotWaitAfterWorkOrWithWorkOrWithADueDeadline() {
        try (Parker parker = parker()) {
            parker.idle(1);
            taker.published.incrementAndGet();
            parker.idle(0);
            taker.doWork();
            taker.deadlineNs = System.nanoTime();
            parker.idle(0);
            taker.deadlineNs = System.nanoTime() - TimeUnit.DAYS.toNanos(1);
            parker.idle(0);
        }
    }

    @Test
    void shouldNeverWakeBeforeADeadlineSoThatNobodySpinsUntilIt() {
        long latenessNsMin = Long.MAX_VALUE;
        try (Parker parker = parker()) {
            for (int i = 0; i < 50; i++) {
                final long deadlineNs = System.nanoTime() + 100_000 + 50_000 * i;
                taker.deadlineNs = deadlineNs;
                parker.idle(0);
                final long latenessNs = System.nanoTime() - deadlineNs;
                assertFalse(latenessNs < 0, "woke " + -latenessNs + " ns early");
                latenessNsMin = Math.min(latenessNsMin, latenessNs);
            }
        }
        assertTrue(latenessNsMin < 5_000_000, "at best " + latenessNsMin + " ns late");
    }

    @Test
    void shouldBoundTheWaitWhateverTheDeadlineSays() {
        try (Parker parker = Parker.open(taker, SystemNanoClock.INSTANCE, 1)) {
            taker.deadlineNs = ParkableAgent.NO_DEADLINE;
            parker.idle(0);
            taker.deadlineNs = System.nanoTime() + TimeUnit.DAYS.toNanos(365);
            parker.idle(0);
        }
    }

    @Test
    void shouldWaitRightWhenTheClockIsAboutToWrap() {
        final long[] nowNs = {Long.MAX_VALUE - 1_000};
        try (Parker parker = Parker.open(taker, () -> nowNs[0], FOREVER_MS)) {
            taker.deadlineNs = nowNs[0] + 2_000_000;
            parker.idle(0);
            nowNs[0] += 3_000_000;
            parker.idle(0);
        }
    }

    @Test
    void shouldMakeNoGarbage() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Parker parker = Parker.open(taker, SystemNanoClock.INSTANCE, 1);
                UdpPort port = UdpPort.bind(new InetSocketAddress("127.0.0.1", 0))) {
            parker.watch(port.selectable());
            idle(parker, 200);
            final long before = threads.getCurrentThreadAllocatedBytes();
            idle(parker, 500);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 500, allocated + " bytes in 500 waits");
        }
    }

    private void idle(final Parker parker, final int times) {
        for (int i = 0; i < times; i++) {
            parker.idle(0);
        }
    }
}
