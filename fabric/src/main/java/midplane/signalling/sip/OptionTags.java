package midplane.signalling.sip;

import midplane.signalling.Slice;

/**
 * Lists of names without case, as in Require, Supported (RFC 3261 §19.2), Allow and Accept. A flyweight, not thread-safe.
 */
public final class OptionTags {
    private static final String[] SUPPORTED = SipCapabilities.SUPPORTED.split(", ", -1);

    private final Slice list = new Slice();
    private final Slice tag = new Slice();
    private int from;

    /** Whether a header names something. */
    public boolean names(final SipMessage message, final SipHeader header, final String name) {
        for (int line = message.first(header); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (tag.equalsIgnoreCase(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the request requires what we have not (RFC 3261 §8.2.2.3). */
    public boolean requiresUnsupported(final SipMessage message) {
        for (int line = message.first(SipHeader.REQUIRE); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (!isSupported()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Names in a 420 what it requires and we have not. */
    public void putUnsupported(final SipResponseWriter writer, final SipMessage message) {
        for (int line = message.first(SipHeader.REQUIRE); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (!isSupported()) {
                    writer.header("Unsupported", tag);
                }
            }
        }
    }

    /** RFC 3261 §20.1: whether the client takes a description, as it does when it names nothing at all. */
    public boolean acceptsDescription(final SipMessage message) {
        final int first = message.first(SipHeader.ACCEPT);
        if (first < 0 || message.method() == SipMethod.PRACK) {
            return true;
        }
        for (int line = first; line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                cutParameters();
                if (tag.equalsIgnoreCase(SipCapabilities.DESCRIPTION)
                        || tag.equalsIgnoreCase("application/*")
                        || tag.equalsIgnoreCase("*/*")) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isSupported() {
        for (final String supported : SUPPORTED) {
            if (tag.equalsIgnoreCase(supported)) {
                return true;
            }
        }
        return false;
    }

    private void begin(final SipMessage message, final int line) {
        list.wrap(message.buffer(), message.valueOffset(line), message.valueLength(line));
        from = 0;
    }

    /** Lays out the next tag of the list. */
    private boolean next() {
        while (from < list.length()) {
            int first = from;
            while (from < list.length() && list.byteAt(from) != ',') {
                from++;
            }
            int end = from++;
            while (first < end && Grammar.isLws(list.byteAt(first))) {
                first++;
            }
            while (end > first && Grammar.isLws(list.byteAt(end - 1))) {
                end--;
            }
            if (end > first) {
                tag.wrap(list.buffer(), list.offset() + first, end - first);
                return true;
            }
        }
        return false;
    }

    private void cutParameters() {
        int length = 0;
        while (length < tag.length() && tag.byteAt(length) != ';') {
            length++;
        }
        while (length > 0 && Grammar.isLws(tag.byteAt(length - 1))) {
            length--;
        }
        tag.wrap(tag.buffer(), tag.offset(), length);
    }
}
