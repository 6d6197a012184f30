package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blade → dispatcher: what one blade has to say to a {@link FrameType#EVERY_BLADE} command: its return code, and lines
 * for the one response that the dispatcher makes of all parts. Lines that are too long for one frame come in several,
 * in order; the last says so. Little endian.
 *
 * <pre>
 *   0 byte type   1 byte 1 if last   2 short return code   4 int entry   8 long dispatch sequence   16 text
 * </pre>
 *
 * Entry and sequence are those of the frame that is answered.
 */
public final class ResponsePart {
    public static final int LAST_OFFSET = 1;
    public static final int RETURN_CODE_OFFSET = 2;
    public static final int ENTRY_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int TEXT_OFFSET = 16;

    /** The longest text in one frame. */
    public static final int TEXT_LENGTH_MAX = RingFabric.UPLINK_FRAME_CAPACITY - TEXT_OFFSET;

    private ResponsePart() {}

    /** Writes all but the text. */
    public static void write(
            final MutableDirectBuffer buffer,
            final int offset,
            final boolean isLast,
            final int returnCode,
            final int entry,
            final long sequence) {
        buffer.putByte(offset, FrameType.RESPONSE_PART);
        buffer.putByte(offset + LAST_OFFSET, (byte) (isLast ? 1 : 0));
        buffer.putShort(offset + RETURN_CODE_OFFSET, (short) returnCode, LITTLE_ENDIAN);
        buffer.putInt(offset + ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    public static boolean isLast(final DirectBuffer buffer, final int offset) {
        return buffer.getByte(offset + LAST_OFFSET) != 0;
    }

    public static int returnCode(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + RETURN_CODE_OFFSET, LITTLE_ENDIAN);
    }

    public static int entry(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    public static long sequence(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
