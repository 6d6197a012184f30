package midplane.signalling.sip.oracle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are being put together: a message in the making. */
public final class Draft {
    private byte[] bytes = new byte[4096];
    private int length;

    /** The bytes, of which the first {@link #length()} count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    public Draft clear() {
        length = 0;
        return this;
    }

    public Draft put(final String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    public Draft put(final int b) {
        room(1);
        bytes[length++] = (byte) b;
        return this;
    }

    public Draft put(final byte[] from, final int offset, final int count) {
        room(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return this;
    }

    public Draft putNumber(final long number) {
        return put(Long.toString(number));
    }

    /** Puts {@code count} bytes of {@code from} in place of {@code removed} bytes. */
    public Draft replace(final int at, final int removed, final byte[] from, final int offset, final int count) {
        room(count);
        System.arraycopy(bytes, at + removed, bytes, at + count, length - at - removed);
        System.arraycopy(from, offset, bytes, at, count);
        length += count - removed;
        return this;
    }

    public Draft truncate(final int length) {
        this.length = length;
        return this;
    }

    private void room(final int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    @Override
    public String toString() {
        return escape(bytes, length);
    }

    /** As a Java string literal would have it, a line for each line. */
    static String escape(final byte[] bytes, final int length) {
        final String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        final StringBuilder escaped = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append(i + 1 < text.length() ? "\\n\"\n+ \"" : "\\n");
                case '\t' -> escaped.append("\\t");
                case '"' -> escaped.append("\\\"");
                case '\\' -> escaped.append("\\\\");
                default -> {
                    if (c < ' ' || c > '~') {
                        escaped.append(String.format("\\u%04x", (int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.append('"').toString();
    }
}
