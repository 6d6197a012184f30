package midplane.signalling.sip;

import midplane.signalling.ByteSet;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/** Steps over header parameters: {@code *( SEMI generic-param )} of RFC 3261 §25.1. A flyweight. */
final class ParamCursor {
    /** Of a value without quotes: a token, or a host, which may be an IPv6 address with or without brackets. */
    private static final ByteSet VALUE = ByteSet.of(ByteSet.LETTERS + ByteSet.DIGITS + "-.!%*_+`'~:[]");

    private int nameOffset;
    private int nameLength;
    private int valueOffset;
    private int valueLength;
    private int endOffset;
    private boolean isToken;

    /** What stands behind a name or a value and the blanks there. */
    private byte terminator;

    /**
     * Reads one parameter.
     *
     * @param from behind its semicolon.
     * @return where the next semicolon, a comma or the end is; -1 when the grammar is broken.
     */
    int read(final DirectBuffer buffer, final int from, final int end) {
        // Blanks are rare: they are looked for where nothing else is, so that few bytes are looked at twice.
        nameOffset = from;
        int position = Grammar.skipToken(buffer, from, end);
        if (position == from) {
            nameOffset = Grammar.skipLws(buffer, from, end);
            position = Grammar.skipToken(buffer, nameOffset, end);
        }
        nameLength = position - nameOffset;
        if (nameLength == 0) {
            return -1;
        }
        endOffset = position;
        valueOffset = position;
        valueLength = 0;
        isToken = false;
        position = skipLws(buffer, position, end);
        if (position < end && terminator == '=') {
            position = value(buffer, position + 1, end);
            if (position <= valueOffset) {
                return -1;
            }
            valueLength = position - valueOffset;
            endOffset = position;
            position = skipLws(buffer, position, end);
        }
        return position == end || terminator == ';' || terminator == ',' ? position : -1;
    }

    /** gen-value = token / host / quoted-string */
    private int value(final DirectBuffer buffer, final int from, final int end) {
        valueOffset = from;
        int position = Grammar.skipToken(buffer, from, end);
        if (position == from) {
            valueOffset = Grammar.skipLws(buffer, from, end);
            position = Grammar.skipToken(buffer, valueOffset, end);
        }
        if (position < end) {
            final byte b = buffer.getByte(position);
            if (b == '"' && position == valueOffset) {
                return Grammar.skipQuoted(buffer, position, end);
            }
            if (VALUE.contains(b)) {
                return Grammar.skip(VALUE, buffer, position + 1, end);
            }
        }
        isToken = position > valueOffset;
        return position;
    }

    /** Where something else than a blank stands: the {@link #terminator}, or the end. */
    private int skipLws(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end) {
            terminator = buffer.getByte(position);
            if (!Grammar.isLws(terminator)) {
                break;
            }
            position++;
        }
        return position;
    }

    /** Where the name begins. */
    int nameOffset() {
        return nameOffset;
    }

    /** Behind the value, or behind the name when there is no value. */
    int endOffset() {
        return endOffset;
    }

    boolean hasName(final DirectBuffer buffer, final String name) {
        return Grammar.equalsIgnoreCase(buffer, nameOffset, nameLength, name);
    }

    /** Wraps the value when it is a token; false otherwise. */
    boolean tokenValue(final DirectBuffer buffer, final Slice into) {
        into.wrap(buffer, valueOffset, valueLength);
        return isToken;
    }

    /**
     * Looks for a parameter in a stretch that has been read without a fault before.
     *
     * @param from at the first semicolon, or at the end.
     */
    boolean find(final DirectBuffer buffer, final int from, final int end, final String name, final Slice value) {
        int position = from;
        while (position >= 0 && position < end && buffer.getByte(position) == ';') {
            position = read(buffer, position + 1, end);
            if (position >= 0 && hasName(buffer, name)) {
                value.wrap(buffer, valueOffset, valueLength);
                return true;
            }
        }
        value.clear();
        return false;
    }
}
