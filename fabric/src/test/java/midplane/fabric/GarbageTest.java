package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.testing.Allocation;
import org.junit.jupiter.api.Test;

/** The path of a message makes no garbage. */
class GarbageTest {
    private static final double BYTES_MAX = 0.5;

    private final RingFabric fabric = new RingFabric(1, 16, 2048);
    private final FrameClaim claim = new FrameClaim();
    private final InitialFrame written = new InitialFrame();
    private final InitialFrame read = new InitialFrame();
    private long seen;
    private final FrameHandler onFrame = (buffer, offset, length) -> {
        assertTrue(read.tryWrap(buffer, offset, length));
        seen += read.sequence();
    };
    private final FrameHandler onNotice = (buffer, offset, length) -> seen += SettledNotice.entry(buffer, offset);

    @Test
    void shouldCarryFramesDownWithoutGarbage() {
        assertNone(() -> {
            for (int i = 0; i < 3; i++) {
                assertTrue(fabric.downlink(0).claim(claim, 512));
                written.wrap(claim.buffer(), claim.offset(), 512)
                        .type(FrameType.INITIAL)
                        .sequence(1)
                        .size(1, (byte) 0, false)
                        .lengths(512 - InitialFrame.HEADER_LENGTH, 0);
                claim.commit(512);
            }
            assertTrue(fabric.downlink(0).claim(claim, 512));
            claim.abort();
            fabric.downlink(0).flush();
            assertEquals(3, fabric.backplane(0).poll(onFrame, 8));
            assertEquals(0, fabric.backplane(0).poll(onFrame, 8));
        });
        assertTrue(seen > 0);
    }

    @Test
    void shouldCarryNoticesUpWithoutGarbage() {
        assertNone(() -> {
            assertTrue(fabric.backplane(0).claim(claim, SettledNotice.LENGTH));
            SettledNotice.write(claim.buffer(), claim.offset(), FrameType.SETTLED, 1, 2, 3);
            claim.commit(SettledNotice.LENGTH);
            fabric.backplane(0).urgent();
            fabric.backplane(0).flush();
            assertEquals(1, fabric.uplink(0).poll(onNotice, 8));
        });
        assertTrue(seen > 0);
    }

    @Test
    void shouldRefuseWithoutGarbage() {
        while (fabric.downlink(0).claim(claim, 64)) {
            claim.commit(64);
        }
        assertNone(() -> {
            if (fabric.downlink(0).claim(claim, 64) || fabric.downlink(0).claim(claim, 4096)) {
                throw new AssertionError("the ring is full");
            }
        });
    }

    private static void assertNone(final Runnable cycle) {
        final double bytes = Allocation.bytesPerCycle(cycle);
        assertTrue(bytes < BYTES_MAX, bytes + " bytes per cycle");
    }
}
