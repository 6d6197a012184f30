package midplane.fabric;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import org.agrona.LangUtil;
import org.jspecify.annotations.Nullable;

/** The consumer's end of one ring. Not thread-safe: one consumer. */
final class RingReceiver {
    private static final FrameHandler NOBODY = (buffer, offset, length) -> {};

    private final RingBuffer<Cell> ring;
    private final EventPoller<Cell> poller;
    private final EventPoller.Handler<Cell> onCell = this::onCell;

    private FrameHandler handler = NOBODY;
    private boolean polling;
    private int remaining;
    private @Nullable Throwable thrown;

    RingReceiver(final RingBuffer<Cell> ring) {
        this.ring = ring;
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    int poll(final FrameHandler handler, final int limit) {
        assert !polling : "a handler polls the ring it is called from";
        if (limit <= 0 || !hasFrames()) {
            return 0;
        }
        polling = true;
        this.handler = handler;
        remaining = limit;
        try {
            poller.poll(onCell);
        } catch (final Exception ex) {
            throw new AssertionError("onCell lets nothing through", ex);
        } finally {
            polling = false;
            this.handler = NOBODY;
        }
        rethrow();
        return limit - remaining;
    }

    /**
     * The poller would offer a frame again whose handler threw. So nothing is thrown through it: the frame counts as
     * consumed, the batch ends, and the exception goes on from {@link #poll}.
     */
    private boolean onCell(final Cell cell, final long position, final boolean endOfBatch) {
        final int length = cell.length();
        if (length == Cell.ABORTED) {
            return true;
        }
        remaining--;
        try {
            handler.onFrame(cell.bytes(), Cell.FRAME_OFFSET, length);
        } catch (final Throwable ex) {
            thrown = ex;
            return false;
        }
        return remaining > 0;
    }

    private void rethrow() {
        final Throwable pending = thrown;
        if (pending != null) {
            thrown = null;
            LangUtil.rethrowUnchecked(pending);
        }
    }

    boolean hasFrames() {
        return waiting() > 0;
    }

    int fillPermille() {
        return (int) (waiting() * 1000 / ring.getBufferSize());
    }

    private long waiting() {
        return ring.getCursor() - poller.getSequence().get();
    }
}
