package midplane.signalling;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The To-tags we hand out: who holds the dialog, then 128 bits nobody can guess. A stray is routed by its tag, without a
 * table (RFC 3261 §19.3 asks for 32 random bits; §5 of the wire contract for the name in front).
 *
 * <pre>
 *   b 03 0001 - 0123456789abcdef0123456789abcdef
 *   | |  |      128 bits
 *   | |  epoch of the blade, 4 hex digits
 *   | blade id, 2 hex digits
 *   'b' a blade, 'c' the chassis itself
 * </pre>
 *
 * Fixed length, lower case; anything else is not ours.
 */
public final class BladeTag {
    public static final int LENGTH = 40;

    /** {@link #owner} of a tag the chassis itself handed out. */
    public static final int CHASSIS = -1;

    /** {@link #owner} of a tag that is not ours. */
    public static final int FOREIGN = -2;

    private static final int ID_OFFSET = 1;
    private static final int EPOCH_OFFSET = 3;
    private static final int DASH_OFFSET = 7;
    private static final int RANDOM_OFFSET = 8;
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private BladeTag() {}

    /** Writes a blade's tag: {@link #LENGTH} bytes. */
    public static void put(
            final MutableDirectBuffer buffer,
            final int offset,
            final int bladeId,
            final int epoch,
            final long random0,
            final long random1) {
        write(buffer, offset, (byte) 'b', bladeId, epoch, random0, random1);
    }

    /** Writes a tag of the chassis itself, for what it answers without a blade. */
    public static void putChassis(
            final MutableDirectBuffer buffer, final int offset, final long random0, final long random1) {
        write(buffer, offset, (byte) 'c', 0, 0, random0, random1);
    }

    /** Whose tag this is: a blade id, {@link #CHASSIS} or {@link #FOREIGN}. */
    public static int owner(final DirectBuffer buffer, final int offset, final int length) {
        if (length != LENGTH || buffer.getByte(offset + DASH_OFFSET) != '-') {
            return FOREIGN;
        }
        for (int i = ID_OFFSET; i < LENGTH; i++) {
            if (i != DASH_OFFSET && digit(buffer.getByte(offset + i)) < 0) {
                return FOREIGN;
            }
        }
        return switch (buffer.getByte(offset)) {
            case 'b' -> hex(buffer, offset + ID_OFFSET, EPOCH_OFFSET - ID_OFFSET);
            case 'c' -> CHASSIS;
            default -> FOREIGN;
        };
    }

    /** The epoch inside a blade's tag; only after {@link #owner} said it is one. */
    public static int epoch(final DirectBuffer buffer, final int offset) {
        return hex(buffer, offset + EPOCH_OFFSET, DASH_OFFSET - EPOCH_OFFSET);
    }

    private static void write(
            final MutableDirectBuffer buffer,
            final int offset,
            final byte kind,
            final int id,
            final int epoch,
            final long random0,
            final long random1) {
        buffer.putByte(offset, kind);
        putHex(buffer, offset + ID_OFFSET, id, 2);
        putHex(buffer, offset + EPOCH_OFFSET, epoch, 4);
        buffer.putByte(offset + DASH_OFFSET, (byte) '-');
        putHex(buffer, offset + RANDOM_OFFSET, random0, 16);
        putHex(buffer, offset + RANDOM_OFFSET + 16, random1, 16);
    }

    private static void putHex(final MutableDirectBuffer buffer, final int offset, final long value, final int digits) {
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            buffer.putByte(offset + i, HEX[(int) (rest & 15)]);
            rest >>>= 4;
        }
    }

    private static int hex(final DirectBuffer buffer, final int offset, final int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            value = value << 4 | digit(buffer.getByte(offset + i));
        }
        return value;
    }

    private static int digit(final byte b) {
        if (b >= '0' && b <= '9') {
            return b - '0';
        }
        return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
    }
}
