package midplane.signalling.mgcp;

import midplane.signalling.Slice;

/**
 * One item of a list as name and value: {@code p:20} of connection options, {@code PS=1245} of connection parameters,
 * {@code nd=102} of event parameters, {@code vb(mny,usd,1153)} where the value stands in brackets. Not thread-safe.
 */
public final class NamedValue {
    private final Slice name = new Slice();
    private final Slice value = new Slice();
    private boolean hasValue;

    /** Divides an item at its first colon: a connection option. */
    public NamedValue ofOption(final Slice item) {
        return divide(item, ':', false);
    }

    /** Divides an item at its first equals sign or opening bracket: an event parameter or connection parameter. */
    public NamedValue ofParameter(final Slice item) {
        return divide(item, '=', true);
    }

    /** What stands before the divider; the whole item when there is none. */
    public Slice name() {
        return name;
    }

    /** What stands behind the divider, or in the brackets. */
    public Slice value() {
        return value;
    }

    /** Whether there is a divider; the value behind it may be empty. */
    public boolean hasValue() {
        return hasValue;
    }

    private NamedValue divide(final Slice item, final char divider, final boolean isBracketed) {
        final int end = item.offset() + item.length();
        int at = item.offset();
        while (at < end && item.buffer().getByte(at) != '"') {
            final byte b = item.buffer().getByte(at);
            if (b == divider || (isBracketed && b == '(')) {
                final boolean isInBrackets = b == '(';
                final int valueEnd = isInBrackets && item.buffer().getByte(end - 1) == ')' ? end - 1 : end;
                final int from = MgcpGrammar.skipBlanks(item.buffer(), at + 1, valueEnd);
                hasValue = true;
                trimmed(name, item, item.offset(), at);
                trimmed(value, item, from, valueEnd);
                return this;
            }
            at++;
        }
        hasValue = false;
        name.wrap(item.buffer(), item.offset(), item.length());
        value.clear();
        return this;
    }

    private static void trimmed(final Slice slice, final Slice item, final int from, final int to) {
        slice.wrap(item.buffer(), from, MgcpGrammar.trimmedEnd(item.buffer(), from, Math.max(from, to)) - from);
    }
}
