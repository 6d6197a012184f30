package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Blade → dispatcher: there is no conference of this entry here, and of what was dispatched for it the blade has seen
 * everything up to this sequence. Sent when a conference has ended, and when a message that might have begun one did
 * not. The dispatcher forgets the entry, unless it has dispatched for it again meanwhile: then another notice will
 * follow. Little endian.
 *
 * <pre>
 *   0 byte type   4 int entry of the conference index   8 long dispatch sequence
 * </pre>
 */
public final class ConferenceNotice {
    public static final int ENTRY_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int LENGTH = 16;

    private ConferenceNotice() {}

    public static void write(final MutableDirectBuffer buffer, final int offset, final int entry, final long sequence) {
        buffer.putByte(offset, FrameType.CONFERENCE_OVER);
        buffer.putInt(offset + ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
    }

    public static int entry(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    /** The sequence of the last message for this entry that the blade has seen. */
    public static long sequence(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
