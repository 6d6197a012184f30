package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts lines into a buffer and stops at its capacity. Nothing put here can begin a line of its own: a run of blanks with a
 * line end in it becomes one blank, which is also how a fold is written on.
 */
final class MessageWriter {
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

    MessageWriter text(final String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            final char c = ascii.charAt(i);
            assert c >= ' ' && c < 127 : "not visible ASCII: " + (int) c;
            put(c >= ' ' && c < 127 ? (byte) c : (byte) ' ');
        }
        return this;
    }

    MessageWriter number(final long value) {
        final int length = digits.putLongAscii(0, value);
        return bytes(digits, 0, length);
    }

    MessageWriter slice(final Slice slice) {
        return unfolded(slice.buffer(), slice.offset(), slice.length());
    }

    /** Bytes of a scanned value, every fold as one blank. */
    MessageWriter unfolded(final DirectBuffer source, final int sourceOffset, final int length) {
        final int end = sourceOffset + length;
        int from = sourceOffset;
        while (from < end) {
            int to = from;
            while (to < end && !Grammar.isLws(source.getByte(to))) {
                to++;
            }
            bytes(source, from, to - from);
            from = Grammar.skipLws(source, to, end);
            if (hasLineEnd(source, to, from)) {
                put((byte) ' ');
            } else {
                bytes(source, to, from - to);
            }
        }
        return this;
    }

    /** Bytes as they are: a body, or what is known to hold no line end. */
    MessageWriter bytes(final DirectBuffer source, final int sourceOffset, final int length) {
        if (length > limit - position) {
            isOverflown = true;
        }
        if (!isOverflown) {
            buffer.putBytes(position, source, sourceOffset, length);
            position += length;
        }
        return this;
    }

    MessageWriter endLine() {
        put((byte) '\r');
        put((byte) '\n');
        return this;
    }

    void header(final String name, final String value) {
        text(name).text(": ").text(value).endLine();
    }

    void header(final String name, final Slice value) {
        text(name).text(": ").slice(value).endLine();
    }

    void header(final String name, final long value) {
        text(name).text(": ").number(value).endLine();
    }

    /** Ends a message without a body; its length, or -1 when it did not fit. */
    int finish() {
        header(SipHeader.CONTENT_LENGTH.canonicalName(), 0);
        endLine();
        return result();
    }

    /** Ends a message with a body; its length, or -1 when it did not fit. */
    int finishWithBody(final String contentType, final DirectBuffer body, final int bodyOffset, final int bodyLength) {
        header(SipHeader.CONTENT_TYPE.canonicalName(), contentType);
        header(SipHeader.CONTENT_LENGTH.canonicalName(), bodyLength);
        endLine();
        bytes(body, bodyOffset, bodyLength);
        return result();
    }

    private int result() {
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

    private static boolean hasLineEnd(final DirectBuffer source, final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (!Grammar.isBlank(source.getByte(i))) {
                return true;
            }
        }
        return false;
    }
}
