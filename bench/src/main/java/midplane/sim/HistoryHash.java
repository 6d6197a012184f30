package midplane.sim;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Rolls everything that was delivered into 64 bits: two histories that differ in one byte differ here. */
final class HistoryHash {
    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;
    private static final long SEED = 0xC2B2_AE3D_27D4_EB4FL;

    private long value = SEED;

    long value() {
        return value;
    }

    void add(final long word) {
        final long mixed = (value ^ word) * PRIME;
        value = Long.rotateLeft(mixed, 29) + SEED;
    }

    void add(final DirectBuffer buffer, final int offset, final int length) {
        add(length);
        final int end = offset + length;
        int at = offset;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            add(buffer.getLong(at, ByteOrder.LITTLE_ENDIAN));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | (buffer.getByte(at) & 0xFF);
        }
        add(rest);
    }
}
