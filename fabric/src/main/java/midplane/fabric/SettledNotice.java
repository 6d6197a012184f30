package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blade → dispatcher: the initial message of this dispatch-table entry has its final response. From now the entry must
 * live 64·T1 longer, and may go then (RFC 3261 §17.2.1, RFC 6026 §7.1). Little endian.
 *
 * <pre>
 *   0 byte type   4 int entry   8 long dispatch sequence
 * </pre>
 */
public final class SettledNotice {
    public static final int ENTRY_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int LENGTH = 16;

    private SettledNotice() {}

    public static void write(final MutableDirectBuffer buffer, final int offset, final int entry, final long sequence) {
        buffer.putByte(offset, FrameType.SETTLED);
        buffer.putInt(offset + ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    public static int entry(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    /** Tells a notice for an entry's earlier tenant from one for the present. */
    public static long sequence(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
