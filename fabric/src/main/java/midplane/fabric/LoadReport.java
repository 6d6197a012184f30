package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a blade's report of itself, blade → dispatcher. Little endian; type in byte 0, version in byte 1.
 * Written every report interval, and at once when the state changes.
 */
public final class LoadReport {
    public static final byte VERSION = 1;

    /** Takes new sessions. */
    public static final int UP = 1;

    /** Ends what it has, takes nothing new. */
    public static final int DRAINING = 2;

    /** Has no room at present. */
    public static final int FULL = 3;

    public static final int SLOT_OFFSET = 4;
    public static final int PORT_ID_OFFSET = 8;
    public static final int EPOCH_OFFSET = 12;
    public static final int SEQUENCE_OFFSET = 16;
    public static final int LAST_DISPATCH_OFFSET = 24;
    public static final int STATE_OFFSET = 32;
    public static final int CAPACITY_OFFSET = 36;
    public static final int USED_UNITS_OFFSET = 40;
    public static final int RESERVED_UNITS_OFFSET = 44;
    public static final int SESSIONS_OFFSET = 48;
    public static final int RING_FILL_PERMILLE_OFFSET = 52;
    public static final int LOOP_LAG_P99_NS_OFFSET = 56;
    public static final int FREE_MEDIA_PORTS_OFFSET = 64;
    public static final int WRITTEN_OFFSET = 72;
    public static final int LENGTH = 80;

    private final UnsafeBuffer report = new UnsafeBuffer();

    public LoadReport wrap(final MutableDirectBuffer buffer, final int offset) {
        report.wrap(buffer, offset, LENGTH);
        return this;
    }

    /** Writes type and version; called first by whoever writes a report. */
    public LoadReport begin() {
        report.setMemory(0, LENGTH, (byte) 0);
        report.putByte(0, FrameType.LOAD_REPORT);
        report.putByte(1, VERSION);
        return this;
    }

    /** The blade's id. */
    public int slot() {
        return report.getInt(SLOT_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport slot(final int slot) {
        report.putInt(SLOT_OFFSET, slot, LITTLE_ENDIAN);
        return this;
    }

    /** The blade's port identifier. */
    public int portId() {
        return report.getInt(PORT_ID_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport portId(final int portId) {
        report.putInt(PORT_ID_OFFSET, portId, LITTLE_ENDIAN);
        return this;
    }

    /** Which life of the blade reports. */
    public int epoch() {
        return report.getInt(EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport epoch(final int epoch) {
        report.putInt(EPOCH_OFFSET, epoch, LITTLE_ENDIAN);
        return this;
    }

    /** Counts this blade's reports, from 1. */
    public long sequence() {
        return report.getLong(SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport sequence(final long sequence) {
        report.putLong(SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        return this;
    }

    /** The highest dispatch sequence this blade has seen. */
    public long lastDispatch() {
        return report.getLong(LAST_DISPATCH_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport lastDispatch(final long lastDispatch) {
        report.putLong(LAST_DISPATCH_OFFSET, lastDispatch, LITTLE_ENDIAN);
        return this;
    }

    /** {@link #UP}, {@link #DRAINING} or {@link #FULL}. */
    public int state() {
        return report.getInt(STATE_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport state(final int state) {
        report.putInt(STATE_OFFSET, state, LITTLE_ENDIAN);
        return this;
    }

    /** Units this blade can carry. */
    public int capacity() {
        return report.getInt(CAPACITY_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport capacity(final int capacity) {
        report.putInt(CAPACITY_OFFSET, capacity, LITTLE_ENDIAN);
        return this;
    }

    /** Units its sessions use. */
    public int usedUnits() {
        return report.getInt(USED_UNITS_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport usedUnits(final int usedUnits) {
        report.putInt(USED_UNITS_OFFSET, usedUnits, LITTLE_ENDIAN);
        return this;
    }

    /** Units held for sessions announced. */
    public int reservedUnits() {
        return report.getInt(RESERVED_UNITS_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport reservedUnits(final int reservedUnits) {
        report.putInt(RESERVED_UNITS_OFFSET, reservedUnits, LITTLE_ENDIAN);
        return this;
    }

    /** Sessions it holds, ringing and ending ones included. */
    public int sessions() {
        return report.getInt(SESSIONS_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport sessions(final int sessions) {
        report.putInt(SESSIONS_OFFSET, sessions, LITTLE_ENDIAN);
        return this;
    }

    /** Waiting frames, in 1/1000 of the ring. */
    public int ringFillPermille() {
        return report.getInt(RING_FILL_PERMILLE_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport ringFillPermille(final int ringFillPermille) {
        report.putInt(RING_FILL_PERMILLE_OFFSET, ringFillPermille, LITTLE_ENDIAN);
        return this;
    }

    /** 99th percentile of its duty cycle's lateness. */
    public long loopLagP99Ns() {
        return report.getLong(LOOP_LAG_P99_NS_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport loopLagP99Ns(final long loopLagP99Ns) {
        report.putLong(LOOP_LAG_P99_NS_OFFSET, loopLagP99Ns, LITTLE_ENDIAN);
        return this;
    }

    /**
     * When the report was written, in the monotonic nanoseconds that dispatcher and blade share. A fabric between
     * machines, which share none, writes the time of arrival here instead.
     */
    public long writtenNs() {
        return report.getLong(WRITTEN_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport writtenNs(final long writtenNs) {
        report.putLong(WRITTEN_OFFSET, writtenNs, LITTLE_ENDIAN);
        return this;
    }

    /** Pairs of RTP ports it could still borrow. */
    public int freeMediaPorts() {
        return report.getInt(FREE_MEDIA_PORTS_OFFSET, LITTLE_ENDIAN);
    }

    public LoadReport freeMediaPorts(final int freeMediaPorts) {
        report.putInt(FREE_MEDIA_PORTS_OFFSET, freeMediaPorts, LITTLE_ENDIAN);
        return this;
    }
}
