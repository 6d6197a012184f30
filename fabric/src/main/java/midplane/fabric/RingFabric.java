package midplane.fabric;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventFactory;
import com.lmax.disruptor.RingBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The fabric of one chassis: a single-producer Disruptor ring per slot and direction. All memory is allocated by the
 * constructor; the cells of a ring lie side by side off the heap.
 *
 * <p>The ends of one slot may move to another thread if the old thread's work happens before the new one's, as a
 * hand-over by the chassis makes sure.
 */
public final class RingFabric implements SwitchFabric {
    /** Bytes per uplink cell: a blade's word to the dispatcher is short. */
    public static final int UPLINK_FRAME_CAPACITY = 256;

    /** Cells for what is longer: messages that a blade hands back, as many as it takes in one duty cycle. */
    public static final int RETURN_LENGTH = 64;

    private static final int CACHE_LINE_LENGTH = 64;

    private final Downlink[] downlinks;
    private final Uplink[] uplinks;
    private final Backplane[] backplanes;
    private final RingBuffer<Cell>[] downRings;
    private final int frameCapacity;

    /**
     * Allocates all rings.
     *
     * @param slots 1 to {@link #MAX_SLOTS}.
     * @param length cells per ring, a power of two.
     * @param frameCapacity bytes per downlink cell.
     * @throws IllegalArgumentException naming the value that is out of its range.
     */
    public RingFabric(final int slots, final int length, final int frameCapacity) {
        if (slots < 1 || slots > MAX_SLOTS) {
            throw new IllegalArgumentException("slots " + slots + ": expected 1 to " + MAX_SLOTS);
        }
        if (length < 2 || !BitUtil.isPowerOfTwo(length)) {
            throw new IllegalArgumentException("ring length " + length + ": expected a power of two, at least 2");
        }
        if (frameCapacity < InitialFrame.HEADER_LENGTH
                || (long) length * cellLength((long) frameCapacity) > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("frame capacity " + frameCapacity + ": expected at least "
                    + InitialFrame.HEADER_LENGTH + ", and a ring of " + length + " frames below 2 GiB");
        }
        this.frameCapacity = frameCapacity;
        downlinks = new Downlink[slots];
        uplinks = new Uplink[slots];
        backplanes = new Backplane[slots];
        downRings = newRings(slots);
        for (int slot = 0; slot < slots; slot++) {
            final RingBuffer<Cell> down = newRing(length, frameCapacity);
            final RingBuffer<Cell> up = newRing(length, UPLINK_FRAME_CAPACITY);
            final RingSender upSender = new RingSender(up, UPLINK_FRAME_CAPACITY);
            final RingBuffer<Cell> back = newRing(Math.min(length, RETURN_LENGTH), frameCapacity);
            final RingSender backSender = new RingSender(back, frameCapacity);
            downRings[slot] = down;
            downlinks[slot] = new RingDownlink(new RingSender(down, frameCapacity));
            backplanes[slot] = new RingBackplane(new RingReceiver(down), upSender, backSender);
            uplinks[slot] = new RingUplink(new RingReceiver(up), new RingReceiver(back), upSender, backSender);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java makes no arrays of generic types; only newRing's results go in.
    private static RingBuffer<Cell>[] newRings(final int slots) {
        return new RingBuffer[slots];
    }

    private static RingBuffer<Cell> newRing(final int length, final int frameCapacity) {
        final int cellLength = (int) cellLength(frameCapacity);
        final UnsafeBuffer memory =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(length * cellLength, CACHE_LINE_LENGTH));
        final EventFactory<Cell> cells = new EventFactory<>() {
            private int offset;

            @Override
            public Cell newInstance() {
                final Cell cell = new Cell(new UnsafeBuffer(memory, offset, Cell.FRAME_OFFSET + frameCapacity));
                offset += cellLength;
                return cell;
            }
        };
        // Nobody ever waits at a barrier, so the strategy that has nobody to signal is the cheapest.
        return RingBuffer.createSingleProducer(cells, length, new BusySpinWaitStrategy());
    }

    private static long cellLength(final long frameCapacity) {
        return BitUtil.align(Cell.FRAME_OFFSET + frameCapacity, CACHE_LINE_LENGTH);
    }

    @Override
    public int slots() {
        return downlinks.length;
    }

    @Override
    public Downlink downlink(final int slot) {
        return downlinks[slot];
    }

    @Override
    public Uplink uplink(final int slot) {
        return uplinks[slot];
    }

    @Override
    public Backplane backplane(final int slot) {
        return backplanes[slot];
    }

    /** Nothing to give back but memory, which goes with the last reference: an agent still at work must not crash. */
    @Override
    public void close() {}

    /** For the tap, which reads without holding anybody up: the rings towards the slots whose bits are set. */
    RingBuffer<Cell>[] downRings(final long slotBits) {
        final RingBuffer<Cell>[] tapped = newRings(Long.bitCount(slotBits & slotMask()));
        for (int slot = 0, i = 0; slot < slots(); slot++) {
            if ((slotBits & 1L << slot) != 0) {
                tapped[i++] = downRings[slot];
            }
        }
        return tapped;
    }

    private long slotMask() {
        return -1L >>> (Long.SIZE - slots());
    }

    int frameCapacity() {
        return frameCapacity;
    }

    private record RingDownlink(RingSender sender) implements Downlink {
        @Override
        public boolean hasRoom(final int frames) {
            return sender.hasRoom(frames);
        }

        @Override
        public int length() {
            return sender.length();
        }

        @Override
        public boolean claim(final FrameClaim claim, final int length) {
            return sender.claim(claim, length);
        }

        @Override
        public int frameCapacity() {
            return sender.frameCapacity();
        }

        @Override
        public void flush() {
            if (sender.hasUnflushed()) {
                sender.ring();
            }
        }

        @Override
        public void doorbell(final Doorbell doorbell) {
            sender.doorbell(doorbell);
        }
    }

    /** Two rings, so that the cells of many short frames need not hold a whole message. */
    private record RingUplink(
            RingReceiver receiver, RingReceiver backReceiver, RingSender sender, RingSender backSender)
            implements Uplink {
        @Override
        public int poll(final FrameHandler handler, final int limit) {
            final int polled = backReceiver.poll(handler, limit);
            return polled + receiver.poll(handler, limit - polled);
        }

        @Override
        public boolean hasFrames() {
            return receiver.hasFrames() || backReceiver.hasFrames();
        }

        @Override
        public void doorbell(final Doorbell doorbell) {
            sender.doorbell(doorbell);
            backSender.doorbell(doorbell);
        }
    }

    private static final class RingBackplane implements Backplane {
        private final RingReceiver receiver;
        private final RingSender sender;
        private final RingSender backSender;
        private boolean urgent;

        RingBackplane(final RingReceiver receiver, final RingSender sender, final RingSender backSender) {
            this.receiver = receiver;
            this.sender = sender;
            this.backSender = backSender;
        }

        @Override
        public int poll(final FrameHandler handler, final int limit) {
            return receiver.poll(handler, limit);
        }

        @Override
        public boolean hasFrames() {
            return receiver.hasFrames();
        }

        @Override
        public int fillPermille() {
            return receiver.fillPermille();
        }

        @Override
        public boolean claim(final FrameClaim claim, final int length) {
            return (length <= UPLINK_FRAME_CAPACITY ? sender : backSender).claim(claim, length);
        }

        @Override
        public void urgent() {
            urgent = true;
        }

        @Override
        public void flush() {
            if (isBellDue()) {
                urgent = false;
                // One bell, whichever ring it is for.
                backSender.markFlushed();
                sender.ring();
            }
        }

        private boolean isBellDue() {
            final boolean hasUnflushed = sender.hasUnflushed() || backSender.hasUnflushed();
            return hasUnflushed && (urgent || sender.isHalfFull() || backSender.isHalfFull());
        }
    }
}
