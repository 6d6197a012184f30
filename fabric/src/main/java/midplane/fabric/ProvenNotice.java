package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blade → dispatcher: a host has sent back a tag of ours, so it hears what we send to its address. Little endian.
 *
 * <pre>
 *   0 byte type   8 long address, high 64 bits   16 long low 64 bits
 * </pre>
 *
 * IPv4 addresses are IPv4-mapped.
 */
public final class ProvenNotice {
    public static final int ADDRESS_HIGH_OFFSET = 8;
    public static final int ADDRESS_LOW_OFFSET = 16;
    public static final int LENGTH = 24;

    private ProvenNotice() {}

    public static void write(final MutableDirectBuffer buffer, final int offset, final long high, final long low) {
        buffer.putByte(offset, FrameType.PROVEN);
        buffer.putLong(offset + ADDRESS_HIGH_OFFSET, high, LITTLE_ENDIAN);
        buffer.putLong(offset + ADDRESS_LOW_OFFSET, low, LITTLE_ENDIAN);
    }

    public static long addressHigh(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + ADDRESS_HIGH_OFFSET, LITTLE_ENDIAN);
    }

    public static long addressLow(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + ADDRESS_LOW_OFFSET, LITTLE_ENDIAN);
    }
}
