package midplane.signalling.sip;

import java.nio.ByteOrder;
import midplane.signalling.ByteSet;
import org.agrona.DirectBuffer;

/** The terminals of RFC 3261 §25.1, and the steps over them that several readers share. */
final class Grammar {
    private static final String ALPHANUMERIC = ByteSet.LETTERS + ByteSet.DIGITS;

    static final ByteSet DIGIT = ByteSet.of(ByteSet.DIGITS);
    static final ByteSet SPACE = ByteSet.of(" ");
    static final ByteSet TOKEN = ByteSet.of(ALPHANUMERIC + "-.!%*_+`'~");
    /** Of Call-ID; the one {@code @} between two words is not a member. */
    static final ByteSet WORD = ByteSet.of(ALPHANUMERIC + "-.!%*_+`'~()<>:\\\"/[]?{}");

    static final ByteSet SCHEME = ByteSet.of(ALPHANUMERIC + "+-.");
    /** RFC 3261 has no underscore in a host name; the names of containers and of Windows machines have. */
    static final ByteSet HOST_NAME = ByteSet.of(ALPHANUMERIC + "-._");

    static final ByteSet IPV6 = ByteSet.of(ByteSet.DIGITS + "abcdefABCDEF:.");

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final int HIGH = 0x80;
    private static final byte DELETE = 0x7F;

    private Grammar() {}

    static boolean isDigit(final byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isLetter(final byte b) {
        final int lower = b | 0x20;
        return lower >= 'a' && lower <= 'z';
    }

    static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t';
    }

    /** A blank, or part of a fold: inside a value of a scanned message line ends are nothing else. */
    static boolean isLws(final byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    static boolean isControl(final byte b) {
        return (b >= 0 && b < ' ') || b == DELETE;
    }

    /** The value of a hexadecimal digit, or -1. */
    static int hexDigit(final byte b) {
        if (isDigit(b)) {
            return b - '0';
        }
        final int lower = b | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static int lower(final int b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    static int skipLws(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && isLws(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    static int skipToken(final DirectBuffer buffer, final int from, final int end) {
        return skip(TOKEN, buffer, from, end);
    }

    static int skip(final ByteSet set, final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && set.contains(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    /**
     * Steps over a quoted string that begins at {@code from}.
     *
     * @return behind the closing quote, or -1 when there is none or a character may not stand there.
     */
    static int skipQuoted(final DirectBuffer buffer, final int from, final int end) {
        int position = from + 1;
        while (position < end) {
            final byte b = buffer.getByte(position++);
            if (b == '"') {
                return position;
            }
            if (b == '\\') {
                // quoted-pair: any ASCII byte, NUL included, but never a line end
                if (position == end) {
                    return -1;
                }
                final byte quoted = buffer.getByte(position++);
                if (quoted < 0 || quoted == '\r' || quoted == '\n') {
                    return -1;
                }
            } else if (isControl(b) && !isLws(b)) {
                return -1;
            }
        }
        return -1;
    }

    /**
     * Steps over a host: a name, an IPv4 address, or an IPv6 address in brackets. RFC 5118 §4.10 shows an IPv6 address
     * that the grammar of RFC 3261 brings forth and nobody can resolve; only the characters are looked at.
     *
     * @return behind the host, or -1 when there is none.
     */
    static int skipHost(final DirectBuffer buffer, final int from, final int end) {
        if (from < end && buffer.getByte(from) == '[') {
            final int close = skip(IPV6, buffer, from + 1, end);
            return close - from > 2 && close < end && buffer.getByte(close) == ']' ? close + 1 : -1;
        }
        final int behind = skip(HOST_NAME, buffer, from, end);
        return behind == from ? -1 : behind;
    }

    /**
     * Reads an unsigned decimal number.
     *
     * @param limit the largest value allowed.
     * @return -1 when it is empty, not a number or larger.
     */
    static long number(final DirectBuffer buffer, final int from, final int end, final long limit) {
        if (from >= end) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < end; i++) {
            final byte b = buffer.getByte(i);
            if (!isDigit(b)) {
                return -1;
            }
            value = value * 10 + (b - '0');
            if (value > limit) {
                return -1;
            }
        }
        return value;
    }

    /**
     * The first control character that is no tab, or {@code end}. Eight bytes at a step: this is what finds the line ends,
     * and rows of tabs cost no more than rows of letters.
     */
    static int findControl(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (end - position >= Long.BYTES) {
            final long word = buffer.getLong(position, ByteOrder.LITTLE_ENDIAN);
            // Sums of seven bits do not carry into the next byte, so that each byte's highest bit is exact.
            final long low = word & ~HIGHS;
            final long visible = low + ONES * (HIGH - ' ');
            final long notDelete = ~(low + ONES * (HIGH - DELETE));
            final long notTab = (low ^ ONES * '\t') + ONES * (HIGH - 1);
            final long controls = ~(visible & notDelete) & ~word & notTab & HIGHS;
            if (controls != 0) {
                return position + (Long.numberOfTrailingZeros(controls) >>> 3);
            }
            position += Long.BYTES;
        }
        while (position < end && !isControlButTab(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    private static boolean isControlButTab(final byte b) {
        return isControl(b) && b != '\t';
    }

    static boolean equalsIgnoreCase(final DirectBuffer buffer, final int offset, final int length, final String ascii) {
        if (length != ascii.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(buffer.getByte(offset + i)) != lower(ascii.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
