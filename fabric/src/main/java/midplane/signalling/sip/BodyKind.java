package midplane.signalling.sip;

import midplane.signalling.Slice;

/** What a body, or a part of one, is to whoever looks for a session's size. */
enum BodyKind {
    /** A session description. */
    DESCRIPTION,
    /** Several of them. */
    PARTS,
    /** Anything else, or coded in a way nobody here can read. */
    OTHER;

    private static final String MULTIPART = "multipart/";

    /** What it is whose headers have these values; one that is empty was not there. */
    static BodyKind of(final Slice type, final Slice encoding) {
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            return OTHER;
        }
        final int length = lengthWithoutParameters(type);
        if (isType(type, length, SipCapabilities.DESCRIPTION)) {
            return DESCRIPTION;
        }
        return length > MULTIPART.length() && isType(type, MULTIPART.length(), MULTIPART) ? PARTS : OTHER;
    }

    private static boolean isType(final Slice type, final int length, final String wanted) {
        return Grammar.equalsIgnoreCase(type.buffer(), type.offset(), length, wanted);
    }

    private static int lengthWithoutParameters(final Slice type) {
        int length = 0;
        while (length < type.length() && type.byteAt(length) != ';') {
            length++;
        }
        while (length > 0 && Grammar.isLws(type.byteAt(length - 1))) {
            length--;
        }
        return length;
    }
}
