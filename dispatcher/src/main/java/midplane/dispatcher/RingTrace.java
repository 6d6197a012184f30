package midplane.dispatcher;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import midplane.signalling.SizeIndication;
import midplane.signalling.Slice;
import org.agrona.BitUtil;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * A trace that goes through a ring of its own: the dispatcher writes and never waits, another thread drains. When the ring
 * is full the event is lost and counted, and the next that finds room is preceded by one that says how many are missing.
 *
 * <p>Why Agrona's ring and not the Disruptor's: events are of very different lengths, and cells of the longest would waste
 * nine tenths of the memory.
 */
public final class RingTrace implements PlacementTrace {
    private final OneToOneRingBuffer ring;
    private final AtomicCounter lost;
    private final UnsafeBuffer decision = new UnsafeBuffer(ByteBuffer.allocateDirect(TraceEvent.MAX_LENGTH));
    private final UnsafeBuffer brief = new UnsafeBuffer(ByteBuffer.allocateDirect(TraceEvent.SHORT_LENGTH));
    private final UnsafeBuffer gap = new UnsafeBuffer(ByteBuffer.allocateDirect(TraceEvent.SHORT_LENGTH));
    private final UnsafeBuffer name = new UnsafeBuffer(ByteBuffer.allocateDirect(TraceEvent.MAX_NAME_LENGTH));
    private final AtomicBoolean isWakeWanted = new AtomicBoolean();
    private int nameKept;
    private int slots;
    private long untoldLosses;
    private volatile Runnable wake = () -> {};

    /**
     * Makes the ring.
     *
     * @param capacity bytes, a power of two, at least eight times as long as the longest event.
     * @param lost counts what found no room.
     */
    public RingTrace(final int capacity, final AtomicCounter lost) {
        if (!BitUtil.isPowerOfTwo(capacity) || capacity < 8 * TraceEvent.MAX_LENGTH) {
            throw new IllegalArgumentException("capacity " + capacity + ": expected a power of two from "
                    + BitUtil.findNextPositivePowerOfTwo(8 * TraceEvent.MAX_LENGTH));
        }
        ring = new OneToOneRingBuffer(
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity + RingBufferDescriptor.TRAILER_LENGTH)));
        this.lost = lost;
    }

    /** What makes the draining thread come, when it has asked for it by {@link #rest}. Must not block. */
    public void wake(final Runnable newWake) {
        wake = newWake;
    }

    /**
     * Takes events out: {@link TraceEvent}s, the type being the message's. The draining thread only.
     *
     * @return how many.
     */
    public int drain(final MessageHandler handler, final int limit) {
        // One reading ends where the memory does; the second begins at its start.
        final int drained = ring.read(handler, limit);
        return drained + ring.read(handler, limit - drained);
    }

    /**
     * The draining thread means to sleep until it is woken.
     *
     * @return false when there is something to drain: then it must not.
     */
    public boolean rest() {
        isWakeWanted.set(true);
        if (ring.size() > 0) {
            isWakeWanted.set(false);
            return false;
        }
        return true;
    }

    @Override
    public void opens(
            final byte protocol, final long key, final Slice newName, final SizeIndication size, final int units) {
        decision.putLong(TraceEvent.KEY_OFFSET, key, LITTLE_ENDIAN);
        decision.putByte(TraceEvent.PROTOCOL_OFFSET, protocol);
        decision.putByte(TraceEvent.FLAGS_OFFSET, flags(size));
        decision.putInt(TraceEvent.UNITS_OFFSET, units, LITTLE_ENDIAN);
        decision.putByte(TraceEvent.SIZE_SOURCE_OFFSET, size.source().code());
        nameKept = Math.min(TraceEvent.MAX_NAME_LENGTH, newName.length());
        name.putBytes(0, newName.buffer(), newName.offset(), nameKept);
        decision.putShort(TraceEvent.NAME_KEPT_OFFSET, (short) nameKept, LITTLE_ENDIAN);
        decision.putInt(TraceEvent.NAME_LENGTH_OFFSET, newName.length(), LITTLE_ENDIAN);
        decision.putLong(TraceEvent.CANDIDATES_OFFSET, 0, LITTLE_ENDIAN);
        decision.putLong(TraceEvent.EXCLUDED_OFFSET, 0, LITTLE_ENDIAN);
        slots = 0;
    }

    @Override
    public void weighs(final LoadLedger ledger, final long candidates, final long excluded, final long nowNs) {
        decision.putLong(TraceEvent.CANDIDATES_OFFSET, candidates, LITTLE_ENDIAN);
        decision.putLong(TraceEvent.EXCLUDED_OFFSET, excluded, LITTLE_ENDIAN);
        slots = ledger.slots();
        int at = TraceEvent.LOADS_OFFSET;
        for (int slot = 0; slot < slots; slot++) {
            final long outstanding = ledger.outstanding(slot);
            decision.putInt(at + TraceEvent.REPORTED_OFFSET, saturated(ledger.load(slot) - outstanding), LITTLE_ENDIAN);
            decision.putInt(at + TraceEvent.OUTSTANDING_OFFSET, saturated(outstanding), LITTLE_ENDIAN);
            decision.putInt(at + TraceEvent.CAPACITY_OFFSET, ledger.capacity(slot), LITTLE_ENDIAN);
            // State, age, and the two bytes that mean nothing.
            decision.putInt(
                    at + TraceEvent.STATE_OFFSET,
                    (ledger.state(slot) & 0xFF) | (ledger.isSuspect(slot, nowNs) ? 1 << Byte.SIZE : 0),
                    LITTLE_ENDIAN);
            at += TraceEvent.LOAD_LENGTH;
        }
    }

    @Override
    public void decides(final Reason reason, final int slot, final long sequence, final long tried, final long nowNs) {
        decision.putLong(TraceEvent.TIME_OFFSET, nowNs, LITTLE_ENDIAN);
        decision.putByte(TraceEvent.SLOT_OFFSET, (byte) Math.max(-1, slot));
        decision.putByte(TraceEvent.DETAIL_OFFSET, (byte) reason.ordinal());
        decision.putLong(TraceEvent.SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        decision.putLong(TraceEvent.TRIED_OFFSET, tried, LITTLE_ENDIAN);
        decision.putByte(TraceEvent.SLOTS_OFFSET, (byte) slots);
        final int nameOffset = TraceEvent.LOADS_OFFSET + slots * TraceEvent.LOAD_LENGTH;
        decision.putBytes(nameOffset, name, 0, nameKept);
        write(TraceEvent.DECIDED, decision, nameOffset + nameKept, nowNs);
    }

    @Override
    public void hops(final Hop hop, final byte protocol, final long key, final int slot, final long nowNs) {
        begin(nowNs, key);
        brief.putByte(TraceEvent.PROTOCOL_OFFSET, protocol);
        brief.putByte(TraceEvent.SLOT_OFFSET, (byte) slot);
        brief.putByte(TraceEvent.DETAIL_OFFSET, (byte) hop.ordinal());
        write(TraceEvent.HOPPED, brief, TraceEvent.SHORT_LENGTH, nowNs);
    }

    @Override
    public boolean isOn() {
        return true;
    }

    private void write(final int type, final UnsafeBuffer event, final int length, final long nowNs) {
        if ((untoldLosses > 0 && !tellLosses(nowNs)) || !ring.write(type, event, 0, length)) {
            untoldLosses++;
            lost.incrementRelease();
            return;
        }
        if (isWakeWanted.get() && isWakeWanted.compareAndSet(true, false)) {
            wake.run();
        }
    }

    /** Says how many are missing. */
    private boolean tellLosses(final long nowNs) {
        gap.setMemory(0, TraceEvent.SHORT_LENGTH, (byte) 0);
        gap.putLong(TraceEvent.TIME_OFFSET, nowNs, LITTLE_ENDIAN);
        gap.putByte(TraceEvent.SLOT_OFFSET, (byte) -1);
        gap.putLong(TraceEvent.SEQUENCE_OFFSET, untoldLosses, LITTLE_ENDIAN);
        if (!ring.write(TraceEvent.LOST, gap, 0, TraceEvent.SHORT_LENGTH)) {
            return false;
        }
        untoldLosses = 0;
        return true;
    }

    private void begin(final long nowNs, final long key) {
        brief.setMemory(0, TraceEvent.SHORT_LENGTH, (byte) 0);
        brief.putLong(TraceEvent.TIME_OFFSET, nowNs, LITTLE_ENDIAN);
        brief.putLong(TraceEvent.KEY_OFFSET, key, LITTLE_ENDIAN);
    }

    private static byte flags(final SizeIndication size) {
        return (byte) ((size.isRequired() ? TraceEvent.REQUIRED : 0)
                | (size.isContradictory() ? TraceEvent.CONTRADICTORY : 0)
                | (size.faults() != 0 ? TraceEvent.UNREADABLE : 0));
    }

    private static int saturated(final long units) {
        return (int) Math.min(units, Integer.MAX_VALUE);
    }
}
