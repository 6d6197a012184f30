package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * One name-addr or addr-spec with the header parameters behind it (RFC 3261 §20.10, §25.1). A flyweight, not
 * thread-safe; slices are its own and die with the buffer's content or the next {@link #parse}.
 */
public final class SipAddress {
    private final ParamCursor cursor = new ParamCursor();
    private final Slice uri = new Slice();
    private final Slice tag = new Slice();
    private int paramsOffset;
    private int endOffset;
    private int length;

    /**
     * Reads the first address of a header value: From, To, Contact, Route and their like.
     *
     * @return false when the grammar is broken; then nothing else here means anything.
     */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        final int end = offset + length;
        int position = address(buffer, offset, end);
        paramsOffset = position;
        while (position >= 0 && position < end && buffer.getByte(position) == ';') {
            position = cursor.read(buffer, position + 1, end);
            if (position >= 0 && cursor.hasName(buffer, "tag") && (!tag.isEmpty() || !cursor.tokenValue(buffer, tag))) {
                position = -1;
            }
        }
        if (position < 0 || (position < end && buffer.getByte(position) != ',')) {
            clear();
            return false;
        }
        endOffset = position;
        this.length = position - offset;
        return true;
    }

    /** Bytes of this address and its parameters, up to the comma or the end of the value. */
    public int length() {
        return length;
    }

    /** The URI without angle brackets; of the bare form without what RFC 3261 §20 calls header parameters. */
    public Slice uri() {
        return uri;
    }

    /**
     * Looks for a header parameter, such as {@code tag}.
     *
     * @param name in ASCII; letters of either case are equal.
     * @param value wrapped around the value, quotes included; empty when there is none.
     * @return whether the parameter is there.
     */
    public boolean param(final String name, final Slice value) {
        return cursor.find(uri.buffer(), paramsOffset, endOffset, name, value);
    }

    /** The parameter {@code tag}, always a token; empty when absent. */
    Slice tag() {
        return tag;
    }

    private void clear() {
        uri.clear();
        tag.clear();
        paramsOffset = 0;
        endOffset = 0;
        length = 0;
    }

    private int address(final DirectBuffer buffer, final int from, final int end) {
        // What stands before an address belongs to what separates it from the last one, in each of its forms.
        if (from == end || Grammar.isLws(buffer.getByte(from))) {
            return -1;
        }
        final byte first = buffer.getByte(from);
        if (first == '"') {
            final int behind = Grammar.skipQuoted(buffer, from, end);
            return behind < 0 ? -1 : bracketed(buffer, Grammar.skipLws(buffer, behind, end), end);
        }
        int position = Grammar.skipToken(buffer, from, end);
        if (position > from && position < end && buffer.getByte(position) == ':') {
            return bare(buffer, from, end);
        }
        // display-name: tokens, with blanks between them or before the bracket, or nothing
        int word;
        do {
            word = Grammar.skipLws(buffer, position, end);
            position = Grammar.skipToken(buffer, word, end);
        } while (position > word);
        return bracketed(buffer, position, end);
    }

    private int bracketed(final DirectBuffer buffer, final int from, final int end) {
        if (from >= end || buffer.getByte(from) != '<') {
            return -1;
        }
        final int close = SipUri.skipUri(buffer, from + 1, end);
        if (close < 0 || close == end || buffer.getByte(close) != '>') {
            return -1;
        }
        uri.wrap(buffer, from + 1, close - from - 1);
        return Grammar.skipLws(buffer, close + 1, end);
    }

    /** RFC 3261 §20: a URI with a comma, semicolon or question mark must stand in brackets. */
    private int bare(final DirectBuffer buffer, final int from, final int end) {
        final int behind = SipUri.skipBareUri(buffer, from, end);
        if (behind < 0) {
            return -1;
        }
        uri.wrap(buffer, from, behind - from);
        return Grammar.skipLws(buffer, behind, end);
    }
}
