package midplane.blade.sip;

import midplane.signalling.Slice;
import midplane.signalling.sip.BodyKind;
import midplane.signalling.sip.SipCapabilities;

/** What the body of a request is to us (RFC 3261 §8.2.3). */
enum Content {
    /** Nothing, something its sender lets us ignore, or a reservation, which the dispatcher has read. */
    NONE,
    /** A session description. */
    DESCRIPTION,
    /** A body of a type nobody named: 400. */
    UNTYPED,
    /** Several parts that cannot be told apart, or more than one description: 400. */
    MALFORMED,
    /** A type, a disposition or an encoding that is not ours: 415. */
    UNSUPPORTED;

    /** What a body is whose headers have these values, which are changed; one that is empty was not there. */
    static Content of(final Slice type, final Slice encoding, final Slice disposition) {
        if (BodyKind.of(type, encoding).reserves() != null) {
            return NONE;
        }
        final boolean isPlain = encoding.isEmpty() || encoding.equalsIgnoreCase("identity");
        final boolean isOptional = hasOptionalHandling(disposition);
        final boolean isForSession =
                disposition.isEmpty() || untilParameters(disposition).equalsIgnoreCase("session");
        if (isPlain && isForSession && untilParameters(type).equalsIgnoreCase(SipCapabilities.DESCRIPTION)) {
            return DESCRIPTION;
        }
        return isOptional ? NONE : UNSUPPORTED;
    }

    static Slice untilParameters(final Slice value) {
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
