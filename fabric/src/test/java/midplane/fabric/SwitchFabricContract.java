package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every fabric promises. Whoever implements {@link SwitchFabric} subclasses this and says how to make one.
 *
 * <p>A fabric may take its time: frames are awaited, and {@link #carry} is called while they are.
 */
@Timeout(120)
public abstract class SwitchFabricContract {
    protected static final int SLOTS = 3;
    protected static final int LENGTH = 16;
    protected static final int FRAME_CAPACITY = 2048;

    /** Every fabric must carry this much upwards: a load report and room to grow. */
    protected static final int UPLINK_LENGTH = 128;

    private static final int UNTIL_FULL_MAX = 1 << 20;
    private static final int CARRIES_UNTIL_QUIET = 100;
    private static final int STRESS_FRAMES = 300_000;

    protected final FrameClaim claim = new FrameClaim();
    protected SwitchFabric fabric;

    private final Received received = new Received();

    /** Makes a fabric, ready to carry. Closed after each test. */
    protected abstract SwitchFabric fabric(int slots, int length, int frameCapacity);

    /** Does what the fabric's own agents would do, where it has any. Called by the test's thread between looks. */
    protected void carry() {}

    @BeforeEach
    void makeFabric() {
        fabric = fabric(SLOTS, LENGTH, FRAME_CAPACITY);
    }

    @AfterEach
    void closeFabric() {
        fabric.close();
    }

    @Test
    void shouldHaveTheSlotsAskedFor() {
        assertEquals(SLOTS, fabric.slots());
        for (int slot = 0; slot < SLOTS; slot++) {
            assertSame(fabric.downlink(slot), fabric.downlink(slot));
            assertTrue(fabric.downlink(slot).frameCapacity() >= FRAME_CAPACITY);
        }
    }

    @Test
    void shouldCarryAFrameToItsSlotAndNoOther() {
        sendDown(1, frame(7, 100));

        assertEquals(1, receive(slot(1)));
        assertArrayEquals(frame(7, 100), received.only());
        assertQuiet(slot(0));
        assertQuiet(slot(2));
    }

    @Test
    void shouldCarryAFrameFromItsSlotAndNoOther() {
        sendUp(2, frame(9, UPLINK_LENGTH));

        assertEquals(1, receive(dispatcher(2)));
        assertArrayEquals(frame(9, UPLINK_LENGTH), received.only());
        assertQuiet(dispatcher(0));
        assertQuiet(dispatcher(1));
    }

    @Test
    void shouldCarryTheLongestFrame() {
        final int longest = fabric.downlink(0).frameCapacity();
        sendDown(0, frame(3, longest));

        assertEquals(1, receive(slot(0)));
        assertArrayEquals(frame(3, longest), received.only());
    }

    @Test
    void shouldRefuseAFrameTooLongAndClaimNothing() {
        assertFalse(fabric.downlink(0).claim(claim, fabric.downlink(0).frameCapacity() + 1));
        assertFalse(fabric.downlink(0).claim(claim, Integer.MAX_VALUE));
        assertThrows(IllegalStateException.class, () -> claim.commit(1));
        assertFalse(fabric.backplane(0).claim(claim, Integer.MAX_VALUE));

        sendDown(0, frame(1, 10));
        assertEquals(1, receive(slot(0)));
        assertArrayEquals(frame(1, 10), received.only());
    }

    @Test
    void shouldCarryAsManyBytesAsAreCommittedNotAsWereClaimed() {
        assertTrue(fabric.downlink(0).claim(claim, FRAME_CAPACITY));
        claim.buffer().putBytes(claim.offset(), frame(5, 20));
        claim.commit(20);
        fabric.downlink(0).flush();

        assertEquals(1, receive(slot(0)));
        assertArrayEquals(frame(5, 20), received.only());
    }

    @Test
    void shouldKeepTheOrderOverManyLaps() {
        int sent = 0;
        int seen = 0;
        while (seen < 20 * LENGTH) {
            for (int i = 0; i < 1 + sent % 5; i++) {
                sendDown(0, frame(sent++, 64));
            }
            received.clear();
            receive(slot(0), sent - seen);
            for (final byte[] frame : received.frames) {
                assertArrayEquals(frame(seen++, 64), frame);
            }
            assertEquals(sent, seen);
        }
    }

    @Test
    void shouldHandOverNoMoreThanTheLimit() {
        for (int i = 0; i < 5; i++) {
            sendDown(0, frame(i, 64));
        }
        awaitFrames(() -> fabric.backplane(0).hasFrames());
        assertEquals(0, fabric.backplane(0).poll(received, 0));
        while (received.frames.size() < 5) {
            carry();
            assertTrue(fabric.backplane(0).poll(received, 2) <= 2);
        }
        assertEquals(5, received.frames.size());
        assertQuiet(slot(0));
    }

    @Test
    void shouldSayWhetherFramesWait() {
        assertFalse(fabric.backplane(0).hasFrames());
        assertFalse(fabric.uplink(0).hasFrames());
        sendDown(0, frame(1, 64));
        sendUp(0, frame(2, 64));
        awaitFrames(() -> fabric.backplane(0).hasFrames());
        awaitFrames(() -> fabric.uplink(0).hasFrames());
        receive(slot(0));
        receive(dispatcher(0));
        assertFalse(fabric.backplane(0).hasFrames());
        assertFalse(fabric.uplink(0).hasFrames());
    }

    @Test
    void shouldRefuseWhenTheDownlinkIsFullAndRecover() {
        for (int round = 0; round < 3; round++) {
            final int fitted = fillDown(0);
            assertTrue(fitted >= LENGTH / 2, "only " + fitted + " frames fitted");
            assertFalse(fabric.downlink(0).claim(claim, 64), "once full, full");
            assertTrue(fabric.downlink(1).claim(claim, 64), "another slot's room is its own");
            claim.abort();

            received.clear();
            assertEquals(fitted, receive(slot(0), fitted));
            for (int i = 0; i < fitted; i++) {
                assertArrayEquals(frame(i, 64), received.frames.get(i));
            }
            awaitFrames(() -> {
                final boolean claimed = fabric.downlink(0).claim(claim, 64);
                if (claimed) {
                    claim.abort();
                }
                return claimed;
            });
            fabric.backplane(0).poll(received, LENGTH);
        }
    }

    @Test
    void shouldRefuseWhenTheUplinkIsFullAndRecover() {
        int fitted = 0;
        while (fitted < UNTIL_FULL_MAX && fabric.backplane(0).claim(claim, 64)) {
            commit(frame(fitted++, 64));
        }
        assertTrue(fitted >= LENGTH / 2 && fitted < UNTIL_FULL_MAX, "fitted: " + fitted);
        fabric.backplane(0).flush();

        assertEquals(fitted, receive(dispatcher(0), fitted));
        awaitFrames(() -> fabric.backplane(0).claim(claim, 64));
        commit(frame(99, 64));
        fabric.backplane(0).flush();
        received.clear();
        assertEquals(1, receive(dispatcher(0)));
        assertArrayEquals(frame(99, 64), received.only());
    }

    @Test
    void shouldNeverShowAnAbortedClaim() {
        sendDown(0, frame(1, 64));
        abortDown(0, 64);
        abortDown(0, 64);
        sendDown(0, frame(2, 64));
        abortDown(0, 64);

        assertEquals(2, receive(slot(0), 2));
        assertArrayEquals(frame(1, 64), received.frames.get(0));
        assertArrayEquals(frame(2, 64), received.frames.get(1));
        assertQuiet(slot(0));
    }

    @Test
    void shouldNotFillUpWithAbortedClaims() {
        for (int i = 0; i < 10 * LENGTH; i++) {
            awaitFrames(() -> fabric.downlink(0).claim(claim, 64));
            claim.abort();
            assertEquals(0, fabric.backplane(0).poll(received, LENGTH));
        }
        sendDown(0, frame(4, 64));
        assertEquals(1, receive(slot(0)));
        assertArrayEquals(frame(4, 64), received.only());
    }

    @Test
    void shouldRingOncePerBatchAndOnlyForFrames() {
        final int[] rings = new int[1];
        fabric.downlink(0).doorbell(() -> rings[0]++);
        fabric.downlink(1).doorbell(() -> {
            throw new AssertionError("rang at the wrong slot");
        });

        fabric.downlink(0).flush();
        assertEquals(0, rings[0], "nothing was committed");
        for (int i = 0; i < 3; i++) {
            assertTrue(fabric.downlink(0).claim(claim, 64));
            commit(frame(i, 64));
        }
        assertEquals(0, rings[0], "a commit rings nothing");
        fabric.downlink(0).flush();
        assertEquals(1, rings[0]);
        fabric.downlink(0).flush();
        assertEquals(1, rings[0], "nothing since the last flush");
        abortDown(0, 64);
        assertEquals(1, rings[0], "an aborted claim is nothing");
    }

    @Test
    void shouldRingTheDispatcherForWhatIsUrgent() {
        final int[] rings = new int[1];
        fabric.uplink(0).doorbell(() -> rings[0]++);

        fabric.backplane(0).urgent();
        assertTrue(fabric.backplane(0).claim(claim, 64));
        commit(frame(1, 64));
        assertEquals(0, rings[0]);
        fabric.backplane(0).flush();
        assertEquals(1, rings[0]);
        fabric.backplane(0).flush();
        assertEquals(1, rings[0]);
    }

    /**
     * A frame that makes its handler throw must not come again: it would throw again, and stop the slot for good. Those
     * behind it must not be lost with it.
     */
    @Test
    void shouldConsumeOnceAFrameWhoseHandlerThrows() {
        for (int i = 0; i < 4; i++) {
            sendDown(0, frame(i, 64));
        }
        final RuntimeException poison = new IllegalStateException("poison");
        final Received before = new Received();
        final FrameHandler throwsAtTheSecond = (buffer, offset, length) -> {
            before.onFrame(buffer, offset, length);
            if (before.frames.size() == 2) {
                throw poison;
            }
        };
        final RuntimeException caught = assertThrows(RuntimeException.class, () -> {
            while (before.frames.size() < 4) {
                carry();
                fabric.backplane(0).poll(throwsAtTheSecond, LENGTH);
            }
        });
        assertSame(poison, caught);
        assertEquals(2, before.frames.size());

        assertEquals(2, receive(slot(0), 2));
        assertArrayEquals(frame(2, 64), received.frames.get(0));
        assertArrayEquals(frame(3, 64), received.frames.get(1));
        assertQuiet(slot(0));
    }

    @Test
    void shouldReportItsFill() {
        assertEquals(0, fabric.backplane(0).fillPermille());
        final int fitted = fillDown(0);
        awaitFrames(() -> fabric.backplane(0).fillPermille() > 0);
        assertTrue(fabric.backplane(0).fillPermille() <= 1000);
        receive(slot(0), fitted);
        assertEquals(0, fabric.backplane(0).fillPermille());
    }

    /** Both directions at once, each frame of another length and with its checksum, full rings and aborts included. */
    @Test
    void shouldLoseAndDoubleNothingBetweenTwoThreads() throws InterruptedException {
        final AtomicReference<Throwable> trouble = new AtomicReference<>();
        final Thread blade = new Thread(() -> {
            try {
                exchange(fabric.backplane(0)::claim, fabric.backplane(0)::flush, fabric.backplane(0)::poll);
            } catch (final Throwable ex) {
                trouble.set(ex);
            }
        });
        blade.start();
        try {
            exchange(
                    fabric.downlink(0)::claim,
                    () -> {
                        fabric.downlink(0).flush();
                        carry();
                    },
                    (handler, limit) -> {
                        if (trouble.get() != null) {
                            throw new AssertionError("the blade's thread failed", trouble.get());
                        }
                        return fabric.uplink(0).poll(handler, limit);
                    });
        } finally {
            blade.join();
        }
        assertEquals(null, trouble.get());
    }

    private static void exchange(final Claimant claimant, final Runnable flush, final Poller poller) {
        final FrameClaim claim = new FrameClaim();
        final SplittableRandom random = new SplittableRandom(4711);
        final CheckedFrames checked = new CheckedFrames();
        final CRC32 checksum = new CRC32();
        final byte[] scratch = new byte[UPLINK_LENGTH];
        final long deadline = System.nanoTime() + 100_000_000_000L;
        int sent = 0;
        while (sent < STRESS_FRAMES || checked.seen < STRESS_FRAMES) {
            for (int i = 0; i < 8 && sent < STRESS_FRAMES && claimant.claim(claim, UPLINK_LENGTH); i++) {
                if (random.nextInt(16) == 0) {
                    claim.buffer().setMemory(claim.offset(), UPLINK_LENGTH, (byte) 0xEE);
                    claim.abort();
                } else {
                    claim.commit(CheckedFrames.write(claim, sent++, random, checksum, scratch));
                }
            }
            flush.run();
            if (poller.poll(checked, 8) == 0) {
                Thread.yield();
                assertTrue(System.nanoTime() - deadline < 0, "stuck: sent " + sent + ", seen " + checked.seen);
            }
        }
        assertEquals(0, poller.poll(checked, 8), "a frame too many");
    }

    /** number, checksum, filling. */
    private static final class CheckedFrames implements FrameHandler {
        private static final int FILLING_OFFSET = 16;

        private final CRC32 checksum = new CRC32();
        private final byte[] scratch = new byte[UPLINK_LENGTH];
        private int seen;

        static int write(
                final FrameClaim claim,
                final int number,
                final SplittableRandom random,
                final CRC32 checksum,
                final byte[] scratch) {
            final int filling = random.nextInt(UPLINK_LENGTH - FILLING_OFFSET);
            random.nextBytes(scratch);
            claim.buffer().putLong(claim.offset(), number);
            claim.buffer().putLong(claim.offset() + 8, sum(checksum, scratch, filling));
            claim.buffer().putBytes(claim.offset() + FILLING_OFFSET, scratch, 0, filling);
            return FILLING_OFFSET + filling;
        }

        @Override
        public void onFrame(final MutableDirectBuffer buffer, final int offset, final int length) {
            if (buffer.getLong(offset) != seen) {
                throw new AssertionError("expected frame " + seen + ", got " + buffer.getLong(offset));
            }
            final int filling = length - FILLING_OFFSET;
            buffer.getBytes(offset + FILLING_OFFSET, scratch, 0, filling);
            if (buffer.getLong(offset + 8) != sum(checksum, scratch, filling)) {
                throw new AssertionError("frame " + seen + " is damaged");
            }
            seen++;
        }

        private static long sum(final CRC32 checksum, final byte[] bytes, final int length) {
            checksum.reset();
            checksum.update(bytes, 0, length);
            return checksum.getValue();
        }
    }

    /** Either end that sends. */
    @FunctionalInterface
    protected interface Claimant {
        boolean claim(FrameClaim claim, int length);
    }

    /** Either end that receives. */
    @FunctionalInterface
    protected interface Poller {
        int poll(FrameHandler handler, int limit);
    }

    /** Keeps a copy of every frame. */
    protected static final class Received implements FrameHandler {
        public final List<byte[]> frames = new ArrayList<>();

        @Override
        public void onFrame(final MutableDirectBuffer buffer, final int offset, final int length) {
            frames.add(copy(buffer, offset, length));
        }

        void clear() {
            frames.clear();
        }

        byte[] only() {
            assertEquals(1, frames.size());
            return frames.get(0);
        }
    }

    protected final Poller slot(final int slot) {
        return fabric.backplane(slot)::poll;
    }

    protected final Poller dispatcher(final int slot) {
        return fabric.uplink(slot)::poll;
    }

    protected final void sendDown(final int slot, final byte[] frame) {
        awaitFrames(() -> fabric.downlink(slot).claim(claim, frame.length));
        commit(frame);
        fabric.downlink(slot).flush();
    }

    protected final void sendUp(final int slot, final byte[] frame) {
        awaitFrames(() -> fabric.backplane(slot).claim(claim, frame.length));
        commit(frame);
        fabric.backplane(slot).flush();
    }

    private void abortDown(final int slot, final int length) {
        awaitFrames(() -> fabric.downlink(slot).claim(claim, length));
        claim.buffer().setMemory(claim.offset(), length, (byte) 0xEE);
        claim.abort();
        fabric.downlink(slot).flush();
    }

    protected final void commit(final byte[] frame) {
        claim.buffer().putBytes(claim.offset(), frame);
        claim.commit(frame.length);
    }

    /** Sends frames 0, 1, 2 … of 64 bytes until there is no room; returns how many fitted. */
    protected final int fillDown(final int slot) {
        int fitted = 0;
        while (fitted < UNTIL_FULL_MAX && fabric.downlink(slot).claim(claim, 64)) {
            commit(frame(fitted++, 64));
        }
        assertTrue(fitted < UNTIL_FULL_MAX, "a fabric must be bounded");
        fabric.downlink(slot).flush();
        return fitted;
    }

    private int receive(final Poller poller) {
        return receive(poller, 1);
    }

    private int receive(final Poller poller, final int count) {
        final int[] handedOver = new int[1];
        awaitFrames(() -> (handedOver[0] += poller.poll(received, count - handedOver[0])) >= count);
        return handedOver[0];
    }

    private void awaitFrames(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "it did not happen in ten seconds");
            carry();
            Thread.yield();
        }
    }

    private void assertQuiet(final Poller poller) {
        for (int i = 0; i < CARRIES_UNTIL_QUIET; i++) {
            carry();
            assertEquals(0, poller.poll(received, LENGTH));
        }
    }

    /** A frame nobody mistakes for another. */
    protected static byte[] frame(final int number, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number * 31 + i);
        }
        return bytes;
    }

    private static byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
