package midplane.blade.sip;

import midplane.signalling.Slice;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipResponseWriter;

/**
 * What a request names in Require, Supported (RFC 3261 §19.2) and Accept: lists of names without case.
 */
final class OptionTags {
    /** RFC 3262: provisional responses that are acknowledged. */
    static final String RELIABLE = SipCapabilities.SUPPORTED;

    private final Slice list = new Slice();
    private final Slice tag = new Slice();
    private int from;

    /** Whether a header names an extension. */
    boolean names(final SipMessage message, final SipHeader header, final String optionTag) {
        for (int line = message.first(header); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (tag.equalsIgnoreCase(optionTag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the request requires what we have not (RFC 3261 §8.2.2.3). */
    boolean requiresUnsupported(final SipMessage message) {
        for (int line = message.first(SipHeader.REQUIRE); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (!tag.equalsIgnoreCase(RELIABLE)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Names in a 420 what it requires and we have not. */
    void putUnsupported(final SipResponseWriter writer, final SipMessage message) {
        for (int line = message.first(SipHeader.REQUIRE); line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                if (!tag.equalsIgnoreCase(RELIABLE)) {
                    writer.header("Unsupported", tag);
                }
            }
        }
    }

    /** RFC 3261 §20.1: whether the client takes a description, as it does when it names nothing at all. */
    boolean acceptsDescription(final SipMessage message) {
        final int first = message.first(SipHeader.ACCEPT);
        if (first < 0 || message.method() == SipMethod.PRACK) {
            return true;
        }
        for (int line = first; line >= 0; line = message.next(line)) {
            begin(message, line);
            while (next()) {
                Content.untilParameters(tag);
                if (tag.equalsIgnoreCase(SipCapabilities.DESCRIPTION)
                        || tag.equalsIgnoreCase("application/*")
                        || tag.equalsIgnoreCase("*/*")) {
                    return true;
                }
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
            while (first < end && isBlank(list.byteAt(first))) {
                first++;
            }
            while (end > first && isBlank(list.byteAt(end - 1))) {
                end--;
            }
            if (end > first) {
                tag.wrap(list.buffer(), list.offset() + first, end - first);
                return true;
            }
        }
        return false;
    }

    private static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
