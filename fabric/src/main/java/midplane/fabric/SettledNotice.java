package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blade → dispatcher: the initial message of this dispatch-table entry has its final response. From now the entry must
 * live 64·T1 longer, and may go then (RFC 3261 §17.2.1, RFC 6026 §7.1). Under the type {@link FrameType#RINGING}: it has
 * its first response, and that was not the final one. Little endian.
 *
 * <pre>
 *   0 byte type   4 int entry   8 long dispatch sequence   16 long time to the first response, ns
 * </pre>
 */
public final class SettledNotice {
    public static final int ENTRY_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int RESPONSE_OFFSET = 16;
    public static final int LENGTH = 24;

    /** The {@link #responseNs} of a notice that does not tell it: it was told before, or nobody knows. */
    public static final long UNTOLD = -1;

    private SettledNotice() {}

    /** Writes a notice that the final response is out; how long the first one took is not told. */
    public static void write(final MutableDirectBuffer buffer, final int offset, final int entry, final long sequence) {
        write(buffer, offset, FrameType.SETTLED, entry, sequence, UNTOLD);
    }

    /**
     * Writes a notice.
     *
     * @param type {@link FrameType#SETTLED} or {@link FrameType#RINGING}.
     * @param responseNs from the message's arrival at the dispatcher to the first response, or {@link #UNTOLD}.
     */
    public static void write(
            final MutableDirectBuffer buffer,
            final int offset,
            final byte type,
            final int entry,
            final long sequence,
            final long responseNs) {
        buffer.putByte(offset, type);
        buffer.putLong(offset + RESPONSE_OFFSET, responseNs, LITTLE_ENDIAN);
        buffer.putInt(offset + ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    public static int entry(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    /** How long the first response took, as the blade saw it; or {@link #UNTOLD}. */
    public static long responseNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + RESPONSE_OFFSET, LITTLE_ENDIAN);
    }

    /** Tells a notice for an entry's earlier tenant from one for the present. */
    public static long sequence(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
