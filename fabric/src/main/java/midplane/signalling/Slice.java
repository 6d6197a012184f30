package midplane.signalling;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A stretch of bytes where they landed. Re-wrapped again and again by its owner; dies with the buffer's content. */
public final class Slice {
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private DirectBuffer buffer = NOTHING;
    private int offset;
    private int length;

    public Slice wrap(final DirectBuffer buffer, final int offset, final int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        return this;
    }

    public Slice clear() {
        return wrap(NOTHING, 0, 0);
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public byte byteAt(final int index) {
        return buffer.getByte(offset + index);
    }

    /** Copies the bytes; returns how many. */
    public int putTo(final MutableDirectBuffer target, final int targetOffset) {
        target.putBytes(targetOffset, buffer, offset, length);
        return length;
    }

    public boolean contentEquals(final Slice that) {
        return contentEquals(that.buffer, that.offset, that.length);
    }

    public boolean contentEquals(final DirectBuffer thatBuffer, final int thatOffset, final int thatLength) {
        if (length != thatLength) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(offset + i) != thatBuffer.getByte(thatOffset + i)) {
                return false;
            }
        }
        return true;
    }

    /** Compares with ASCII text, letters of either case being equal. */
    public boolean equalsIgnoreCase(final String ascii) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(buffer.getByte(offset + i)) != lower((byte) ascii.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(final byte b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    /** A copy as text, for what is off the path of a message. */
    @Override
    public String toString() {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
