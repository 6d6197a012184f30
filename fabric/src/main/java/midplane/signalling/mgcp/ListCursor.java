package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Steps over the items of a list, {@code L/hd(A,E(S(L/dl))), D/[0-9#*T](D)}: what divides divides only outside of quotes
 * and brackets, round or square, in lists of RFC 2897 angular ones, too. Blanks around an item do not belong to it. Not
 * thread-safe.
 */
public final class ListCursor {
    /** The deepest brackets that are read; deeper ones are a fault. */
    public static final int MAX_DEPTH = 16;

    private final Slice item = new Slice();
    private final byte[] open = new byte[MAX_DEPTH];
    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int position;
    private int end;
    private boolean isBlankDividing;
    private boolean hasAngles;
    private boolean isAtEnd;
    private boolean isFaulty;

    /** Begins with a list of items divided by commas. */
    public ListCursor wrap(final Slice list) {
        return wrap(list.buffer(), list.offset(), list.length());
    }

    /** Begins with a list of items divided by commas. */
    public ListCursor wrap(final DirectBuffer buffer, final int offset, final int length) {
        this.buffer = buffer;
        position = offset;
        end = MgcpGrammar.trimmedEnd(buffer, offset, offset + length);
        isBlankDividing = false;
        hasAngles = false;
        isFaulty = false;
        isAtEnd = MgcpGrammar.skipBlanks(buffer, offset, end) == end;
        return this;
    }

    /** Begins with the parameters of an event of RFC 2897: divided by blanks, {@code an=39 si(30) ts(hello)}. */
    public ListCursor wrapParameters(final Slice list) {
        wrapSegments(list);
        isBlankDividing = true;
        return this;
    }

    /** Begins with the segments of RFC 2897: divided by commas, {@code 39,113<3999,10151998>,/file/}. */
    public ListCursor wrapSegments(final Slice list) {
        wrap(list);
        hasAngles = true;
        return this;
    }

    /**
     * Goes to the next item.
     *
     * @return false behind the last, and where the list is broken: {@link #isFaulty()}.
     */
    public boolean next() {
        if (isAtEnd || isFaulty) {
            return false;
        }
        final int from = MgcpGrammar.skipBlanks(buffer, position, end);
        final int to = itemEnd(from);
        if (to < 0) {
            isFaulty = true;
            return false;
        }
        isAtEnd = to == end;
        position = to + 1;
        final int trimmed = MgcpGrammar.trimmedEnd(buffer, from, to);
        // An item between two commas is missing; a comma at the very end is what the RFC's own examples have.
        isFaulty = trimmed == from && !isAtEnd;
        item.wrap(buffer, from, trimmed - from);
        return !isFaulty && trimmed > from;
    }

    /** The item gone to last. */
    public Slice item() {
        return item;
    }

    /** Whether the list is broken behind the item gone to last: a bracket or quote is not closed, or an item is missing. */
    public boolean isFaulty() {
        return isFaulty;
    }

    /** Where the item ends that begins at {@code from}; -1 when a bracket or quote in it does not. */
    private int itemEnd(final int from) {
        int depth = 0;
        int at = from;
        while (at < end) {
            final byte b = buffer.getByte(at);
            if (b == '"') {
                at = MgcpGrammar.skipQuoted(buffer, at, end);
                if (at < 0) {
                    return -1;
                }
                continue;
            }
            if (b == '(' || b == '[' || (b == '<' && hasAngles)) {
                if (depth == MAX_DEPTH) {
                    return -1;
                }
                open[depth++] = b;
            } else if (b == ')' || b == ']' || (b == '>' && hasAngles)) {
                if (depth == 0 || !closes(open[--depth], b)) {
                    return -1;
                }
            } else if (depth == 0 && (isBlankDividing ? MgcpGrammar.isBlank(b) : b == ',')) {
                return at;
            }
            at++;
        }
        return depth == 0 ? end : -1;
    }

    private static boolean closes(final byte open, final byte close) {
        // ( and ) are neighbours in ASCII, the others have one character between them.
        return close - open == (open == '(' ? 1 : 2);
    }
}
