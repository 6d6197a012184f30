package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * One item of {@code R:}, {@code S:}, {@code T:}, {@code O:} or {@code ES:} (RFC 3435 §3.2.2.4, §3.2.2.16):
 * {@code package/event@connection(first)(second)}. In {@code R:} the first brackets hold actions and the second parameters;
 * elsewhere the first hold parameters. Behind them RFC 2897 §5 may select a variant in square brackets. Not thread-safe.
 */
public final class EventReader {
    private final Slice packageName = new Slice();
    private final Slice event = new Slice();
    private final Slice connection = new Slice();
    private final Slice first = new Slice();
    private final Slice second = new Slice();
    private final Slice selectors = new Slice();
    private boolean hasFirst;
    private boolean hasSecond;

    /** Reads an item as {@link ListCursor} finds it; false when it is no event. */
    public boolean parse(final Slice item) {
        packageName.clear();
        event.clear();
        connection.clear();
        first.clear();
        second.clear();
        selectors.clear();
        hasFirst = false;
        hasSecond = false;
        final DirectBuffer buffer = item.buffer();
        final int end = item.offset() + item.length();
        final int nameEnd = nameEnd(buffer, item.offset(), end);
        if (nameEnd < 0 || !name(buffer, item.offset(), nameEnd)) {
            return false;
        }
        int at = MgcpGrammar.skipBlanks(buffer, nameEnd, end);
        if (at < end && buffer.getByte(at) == '(') {
            at = brackets(buffer, at, end, first);
            hasFirst = at > 0;
        }
        if (at > 0 && at < end && buffer.getByte(at) == '(') {
            at = brackets(buffer, at, end, second);
            hasSecond = at > 0;
        }
        if (at > 0 && at < end && buffer.getByte(at) == '[') {
            at = brackets(buffer, at, end, selectors);
        }
        return at == end;
    }

    /** The package, empty when none is named, {@code *} for all. */
    public Slice packageName() {
        return packageName;
    }

    /** The event: a name, {@code all}, {@code *}, {@code #}, or a range with its square brackets. */
    public Slice event() {
        return event;
    }

    /** The connection behind the {@code @}: an id, {@code $} or {@code *}; empty when there is none. */
    public Slice connection() {
        return connection;
    }

    public boolean hasFirst() {
        return hasFirst;
    }

    /** What the first round brackets hold. */
    public Slice first() {
        return first;
    }

    public boolean hasSecond() {
        return hasSecond;
    }

    /** What the second round brackets hold. */
    public Slice second() {
        return second;
    }

    /** What square brackets behind the round ones hold, as in {@code pa(an=5)[Lang=eng]}. */
    public Slice selectors() {
        return selectors;
    }

    /** Where the name ends: before the brackets. A range is part of the name and has brackets of its own. */
    private static int nameEnd(final DirectBuffer buffer, final int from, final int end) {
        int at = from;
        while (at < end) {
            final byte b = buffer.getByte(at);
            if (b == '(' || MgcpGrammar.isBlank(b)) {
                return at;
            }
            if (b == '[') {
                while (at < end && buffer.getByte(at) != ']') {
                    at++;
                }
                if (at == end) {
                    return -1;
                }
            } else if (!MgcpGrammar.isVisible(b) || b == '"' || b == ')' || b == ',') {
                return -1;
            }
            at++;
        }
        return end;
    }

    private boolean name(final DirectBuffer buffer, final int from, final int end) {
        int slash = -1;
        int at = end;
        for (int i = from; i < end; i++) {
            final byte b = buffer.getByte(i);
            if (b == '@') {
                at = i;
                break;
            }
            if (b == '/') {
                if (slash >= 0) {
                    return false;
                }
                slash = i;
            }
        }
        final int eventOffset = slash < 0 ? from : slash + 1;
        if (slash == from || eventOffset == at || at + 1 == end) {
            return false;
        }
        packageName.wrap(buffer, from, slash < 0 ? 0 : slash - from);
        event.wrap(buffer, eventOffset, at - eventOffset);
        if (at < end) {
            connection.wrap(buffer, at + 1, end - at - 1);
        }
        return true;
    }

    /** Reads what stands in brackets that open at {@code from}; returns behind them and blanks, or -1. */
    private static int brackets(final DirectBuffer buffer, final int from, final int end, final Slice inside) {
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
            if (b == '(' || b == '[') {
                depth++;
            } else if ((b == ')' || b == ']') && --depth == 0) {
                final int start = MgcpGrammar.skipBlanks(buffer, from + 1, at);
                inside.wrap(buffer, start, MgcpGrammar.trimmedEnd(buffer, start, at) - start);
                return MgcpGrammar.skipBlanks(buffer, at + 1, end);
            }
            at++;
        }
        return -1;
    }
}
