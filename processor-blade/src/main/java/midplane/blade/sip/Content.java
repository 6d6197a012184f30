package midplane.blade.sip;

import midplane.signalling.Slice;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;

/** What the body of a request is to us (RFC 3261 §8.2.3). */
enum Content {
    /** Nothing, or something its sender lets us ignore. */
    NONE,
    /** A session description. */
    DESCRIPTION,
    /** A body of a type nobody named: 400. */
    UNTYPED,
    /** A type, a disposition or an encoding that is not ours: 415. */
    UNSUPPORTED;

    /** Looks at the headers that say what the body is; {@code scratch} is for this. */
    static Content of(final SipMessage message, final Slice scratch) {
        if (message.bodyLength() == 0) {
            return NONE;
        }
        message.value(SipHeader.CONTENT_TYPE, scratch);
        if (scratch.isEmpty()) {
            return UNTYPED;
        }
        final boolean isDescription = untilParameters(scratch).equalsIgnoreCase(SipCapabilities.ACCEPT);
        message.value(SipHeader.CONTENT_ENCODING, scratch);
        final boolean isPlain = scratch.isEmpty() || scratch.equalsIgnoreCase("identity");
        message.value(SipHeader.CONTENT_DISPOSITION, scratch);
        final boolean isOptional = hasOptionalHandling(scratch);
        final boolean isForSession =
                scratch.isEmpty() || untilParameters(scratch).equalsIgnoreCase("session");
        if (isDescription && isPlain && isForSession) {
            return DESCRIPTION;
        }
        return isOptional ? NONE : UNSUPPORTED;
    }

    private static Slice untilParameters(final Slice value) {
        int length = 0;
        while (length < value.length() && value.byteAt(length) != ';') {
            length++;
        }
        while (length > 0 && isBlank(value.byteAt(length - 1))) {
            length--;
        }
        return value.wrap(value.buffer(), value.offset(), length);
    }

    /** {@code ;handling=optional} (RFC 3261 §20.11), wherever it stands among the parameters. */
    private static boolean hasOptionalHandling(final Slice value) {
        return indexOf(value, "handling=optional") > 0;
    }

    private static int indexOf(final Slice value, final String lowerCase) {
        for (int i = 0; i + lowerCase.length() <= value.length(); i++) {
            int matched = 0;
            while (matched < lowerCase.length() && lower(value.byteAt(i + matched)) == lowerCase.charAt(matched)) {
                matched++;
            }
            if (matched == lowerCase.length()) {
                return i;
            }
        }
        return -1;
    }

    private static int lower(final byte b) {
        return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
    }

    private static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
