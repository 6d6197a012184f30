package midplane.fabric;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;

/** The producer's end of one ring. Not thread-safe: one producer. */
final class RingSender implements FrameClaim.Owner {
    private final RingBuffer<Cell> ring;
    private final int frameCapacity;
    private Doorbell doorbell = Doorbell.NONE;
    private boolean unflushed;

    RingSender(final RingBuffer<Cell> ring, final int frameCapacity) {
        this.ring = ring;
        this.frameCapacity = frameCapacity;
    }

    void doorbell(final Doorbell doorbell) {
        this.doorbell = doorbell;
    }

    int frameCapacity() {
        return frameCapacity;
    }

    boolean claim(final FrameClaim claim, final int length) {
        if (length > frameCapacity || !ring.hasAvailableCapacity(1)) {
            return false;
        }
        final long position;
        try {
            // Not next(): it would wait, and under -ea the Disruptor ties it to one thread for ever.
            position = ring.tryNext();
        } catch (final InsufficientCapacityException ex) {
            return false;
        }
        final Cell cell = ring.get(position);
        cell.begin();
        claim.wrap(this, cell.bytes(), Cell.FRAME_OFFSET, position);
        return true;
    }

    @Override
    public void commit(final long position, final int length) {
        if (length < 0 || length > frameCapacity) {
            abort(position);
            throw new IllegalArgumentException("frame of " + length + " bytes in a cell of " + frameCapacity);
        }
        ring.get(position).end(position, length);
        ring.publish(position);
        unflushed = true;
    }

    /** The cell goes its way marked as empty: positions cannot be given back, and the consumer passes over it. */
    @Override
    public void abort(final long position) {
        ring.get(position).end(position, Cell.ABORTED);
        ring.publish(position);
    }

    boolean hasUnflushed() {
        return unflushed;
    }

    int length() {
        return ring.getBufferSize();
    }

    boolean hasRoom(final int frames) {
        return ring.hasAvailableCapacity(frames);
    }

    boolean isHalfFull() {
        return ring.remainingCapacity() * 2 <= ring.getBufferSize();
    }

    /** Another sender with the same doorbell rings it. */
    void markFlushed() {
        unflushed = false;
    }

    void ring() {
        unflushed = false;
        doorbell.ring();
    }
}
