package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts lines into a buffer and stops at its capacity. Nothing put here can begin a line of its own: a line end inside a
 * value becomes a blank.
 */
final class MgcpWriter {
    private static final int MAX_DIGITS = 20;

    private final UnsafeBuffer digits = new UnsafeBuffer(new byte[MAX_DIGITS]);
    private MutableDirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int offset;
    private int position;
    private int limit;
    private boolean isOverflown;

    void wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        this.buffer = buffer;
        this.offset = offset;
        position = offset;
        limit = offset + capacity;
        isOverflown = false;
    }

    MgcpWriter text(final String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            final char c = ascii.charAt(i);
            put(c >= ' ' && c < 127 ? (byte) c : (byte) ' ');
        }
        return this;
    }

    MgcpWriter number(final long value) {
        final int length = digits.putLongAscii(0, value);
        return raw(digits, 0, length);
    }

    /** A return code: three digits, as 000 has. */
    MgcpWriter code(final int value) {
        put((byte) ('0' + value / 100 % 10));
        put((byte) ('0' + value / 10 % 10));
        put((byte) ('0' + value % 10));
        return this;
    }

    MgcpWriter slice(final Slice slice) {
        return bytes(slice.buffer(), slice.offset(), slice.length());
    }

    MgcpWriter bytes(final DirectBuffer source, final int sourceOffset, final int length) {
        for (int i = sourceOffset; i < sourceOffset + length; i++) {
            final byte b = source.getByte(i);
            put(b == '\n' || b == '\r' ? (byte) ' ' : b);
        }
        return this;
    }

    /** Bytes as they are. */
    MgcpWriter raw(final DirectBuffer source, final int sourceOffset, final int length) {
        if (length > limit - position) {
            isOverflown = true;
        }
        if (!isOverflown) {
            buffer.putBytes(position, source, sourceOffset, length);
            position += length;
        }
        return this;
    }

    MgcpWriter name(final String name) {
        return text(name).text(": ");
    }

    MgcpWriter endLine() {
        put((byte) '\r');
        put((byte) '\n');
        return this;
    }

    /** A session description behind the parameters, or behind another one. */
    void description(final DirectBuffer source, final int sourceOffset, final int length) {
        endLine();
        raw(source, sourceOffset, length);
    }

    /** The message's length, or -1 when it did not fit. */
    int finish() {
        return isOverflown ? -1 : position - offset;
    }

    private void put(final byte b) {
        if (position == limit) {
            isOverflown = true;
        }
        if (!isOverflown) {
            buffer.putByte(position++, b);
        }
    }
}
