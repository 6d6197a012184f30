package midplane.signalling.mgcp;

import midplane.signalling.ByteSet;
import org.agrona.DirectBuffer;

/** The terminals of RFC 3435, appendix A, and the steps over them that several readers share. */
final class MgcpGrammar {
    static final ByteSet DIGIT = ByteSet.of(ByteSet.DIGITS);
    static final ByteSet ALPHANUMERIC = ByteSet.of(ByteSet.LETTERS + ByteSet.DIGITS);
    static final ByteSet HEX = ByteSet.of(ByteSet.DIGITS + "abcdefABCDEF");
    static final ByteSet PARAMETER_NAME = ByteSet.of(ByteSet.LETTERS + ByteSet.DIGITS + "+-/");
    static final ByteSet DOMAIN = ByteSet.of(ByteSet.LETTERS + ByteSet.DIGITS + "._-");
    static final ByteSet ADDRESS = ByteSet.of(ByteSet.DIGITS + "abcdefABCDEF:.");

    private MgcpGrammar() {}

    static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t';
    }

    static boolean isDigit(final byte b) {
        return b >= '0' && b <= '9';
    }

    /** A visible ASCII character. */
    static boolean isVisible(final byte b) {
        return b > ' ' && b < 0x7F;
    }

    static int lower(final int b) {
        return b >= 'A' && b <= 'Z' ? b | 0x20 : b;
    }

    static int skipBlanks(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && isBlank(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    /** Steps over everything that is no blank. */
    static int skipWord(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && !isBlank(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    static int skip(final ByteSet set, final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && set.contains(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    /** Where the text ends when blanks at its end do not count. */
    static int trimmedEnd(final DirectBuffer buffer, final int from, final int end) {
        int position = end;
        while (position > from && isBlank(buffer.getByte(position - 1))) {
            position--;
        }
        return position;
    }

    /**
     * Reads an unsigned decimal number.
     *
     * @param digits the most digits allowed, at most nine.
     * @return -1 when it is empty, not a number or has more digits.
     */
    static int number(final DirectBuffer buffer, final int from, final int end, final int digits) {
        if (from >= end || end - from > digits) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < end; i++) {
            final byte b = buffer.getByte(i);
            if (!isDigit(b)) {
                return -1;
            }
            value = value * 10 + (b - '0');
        }
        return value;
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

    /**
     * Steps over a quoted string that begins at {@code from}; two quotes in a row are one that is meant.
     *
     * @return behind the closing quote, or -1 when there is none.
     */
    static int skipQuoted(final DirectBuffer buffer, final int from, final int end) {
        int position = from + 1;
        while (position < end) {
            if (buffer.getByte(position++) == '"') {
                if (position == end || buffer.getByte(position) != '"') {
                    return position;
                }
                position++;
            }
        }
        return -1;
    }

    /**
     * Steps over a domain: a name, {@code #number}, or an address in brackets. Of an address only the characters are
     * looked at.
     *
     * @return behind the domain, or -1 when there is none or it is too long.
     */
    static int skipDomain(final DirectBuffer buffer, final int from, final int end) {
        if (from == end) {
            return -1;
        }
        final int behind;
        final byte first = buffer.getByte(from);
        if (first == '[') {
            final int close = skip(ADDRESS, buffer, from + 1, end);
            behind = close - from > 1 && close < end && buffer.getByte(close) == ']' ? close + 1 : -1;
        } else if (first == '#') {
            final int digits = skip(DIGIT, buffer, from + 1, end);
            behind = digits > from + 1 ? digits : -1;
        } else {
            final int name = skip(DOMAIN, buffer, from, end);
            behind = name > from ? name : -1;
        }
        return behind - from > EndpointName.MAX_PART_LENGTH ? -1 : behind;
    }

    /**
     * Reads {@code ":" port} up to the end.
     *
     * @return the port, 0 when there is none, or -1 when something else stands there.
     */
    static int port(final DirectBuffer buffer, final int from, final int end) {
        if (from == end) {
            return 0;
        }
        if (buffer.getByte(from) != ':') {
            return -1;
        }
        final int port = number(buffer, from + 1, end, 5);
        return port < 1 || port > 65_535 ? -1 : port;
    }
}
