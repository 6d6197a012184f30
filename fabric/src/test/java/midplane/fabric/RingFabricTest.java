package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RingFabricTest extends SwitchFabricContract {
    private final Received seen = new Received();

    @Override
    protected SwitchFabric fabric(final int slots, final int length, final int frameCapacity) {
        return new RingFabric(slots, length, frameCapacity);
    }

    @Test
    void shouldHoldExactlyAsManyFramesAsCells() {
        assertEquals(LENGTH, fillDown(0));
        assertEquals(1000, fabric.backplane(0).fillPermille());
        assertEquals(1, fabric.backplane(0).poll(seen, 1));
        assertTrue(fabric.downlink(0).claim(claim, 64));
        claim.abort();
        assertFalse(fabric.downlink(0).claim(claim, 64));
    }

    @Test
    void shouldNotWakeTheDispatcherForWhatCanWait() {
        final int[] rings = new int[1];
        fabric.uplink(0).doorbell(() -> rings[0]++);
        for (int i = 0; i < LENGTH / 2 - 1; i++) {
            sendUp(0, frame(i, LoadReport.LENGTH));
        }
        assertEquals(0, rings[0]);
        sendUp(0, frame(9, LoadReport.LENGTH));
        assertEquals(1, rings[0], "half of the ring is taken");
    }

    @Test
    void shouldStayUrgentUntilSomethingIsCommitted() {
        final int[] rings = new int[1];
        fabric.uplink(0).doorbell(() -> rings[0]++);
        fabric.backplane(0).urgent();
        fabric.backplane(0).flush();
        assertEquals(0, rings[0]);
        sendUp(0, frame(1, 64));
        assertEquals(1, rings[0]);
        sendUp(0, frame(2, 64));
        assertEquals(1, rings[0]);
    }

    @Test
    void shouldCatchAFrameThatOutgrowsItsCell() {
        assertTrue(fabric.downlink(0).claim(claim, FRAME_CAPACITY));
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> claim.buffer().putBytes(claim.offset(), frame(1, FRAME_CAPACITY + 1)));
        assertThrows(IllegalArgumentException.class, () -> claim.commit(FRAME_CAPACITY + 1));
        sendDown(0, frame(2, 64));
        assertEquals(1, fabric.backplane(0).poll(seen, LENGTH));
        assertEquals(1, seen.frames.size());
    }

    @Test
    void shouldRefuseAFrameTooLongForAnUplinkCell() {
        assertTrue(fabric.backplane(0).claim(claim, FRAME_CAPACITY));
        claim.abort();
        assertFalse(fabric.backplane(0).claim(claim, FRAME_CAPACITY + 1));
    }

    @Test
    void shouldTakeLongFramesBackThoughItsShortCellsAreFull() {
        while (fabric.backplane(0).claim(claim, RingFabric.UPLINK_FRAME_CAPACITY)) {
            claim.buffer().setMemory(claim.offset(), 8, (byte) 1);
            claim.commit(8);
        }
        final byte[] longFrame = frame(3, FRAME_CAPACITY);
        assertTrue(fabric.backplane(0).claim(claim, longFrame.length));
        claim.buffer().putBytes(claim.offset(), longFrame);
        claim.commit(longFrame.length);
        assertTrue(fabric.uplink(0).hasFrames());
        assertEquals(1, fabric.uplink(0).poll(seen, 1));
        assertArrayEquals(longFrame, seen.frames.get(0));
    }

    /** Under -ea the Disruptor's next() would hold the first producer's thread to be the only one for ever. */
    @Test
    void shouldLetAnotherThreadTakeOver() throws InterruptedException {
        sendDown(0, frame(1, 64));
        final Thread heir = new Thread(() -> sendDown(0, frame(2, 64)));
        heir.start();
        heir.join();
        assertEquals(2, fabric.backplane(0).poll(seen, LENGTH));
    }

    @Test
    void shouldNotMindAnErrorOfItsHandler() {
        sendDown(0, frame(1, 64));
        sendDown(0, frame(2, 64));
        final FrameHandler broken = (buffer, offset, length) -> {
            throw new AssertionError("impossible");
        };
        assertThrows(AssertionError.class, () -> fabric.backplane(0).poll(broken, LENGTH));
        assertEquals(1, fabric.backplane(0).poll(seen, LENGTH));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 16, 2048, slots 0",
        "65, 16, 2048, slots 65",
        "1, 0, 2048, ring length 0",
        "1, 1, 2048, ring length 1",
        "1, 100, 2048, ring length 100",
        "1, -16, 2048, ring length -16",
        "1, 16, 63, frame capacity 63",
        "1, 16, -1, frame capacity -1",
        "1, 16, 2147483647, frame capacity 2147483647",
        "1, 1048576, 65536, frame capacity 65536"
    })
    void shouldNameTheSettingThatIsOutOfRange(
            final int slots, final int length, final int frameCapacity, final String expected) {
        final var ex = assertThrows(IllegalArgumentException.class, () -> new RingFabric(slots, length, frameCapacity));
        assertTrue(ex.getMessage().startsWith(expected), ex.getMessage());
    }
}
