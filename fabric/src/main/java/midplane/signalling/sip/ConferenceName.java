package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Which conference a URI names (RFC 4240 §5): {@code sip:conf=ID@host}. The name is the user part, unescaped and with ASCII
 * letters made small, so that dispatcher and blade cannot disagree about which names are one. A flyweight, not
 * thread-safe.
 */
public final class ConferenceName {
    /** What a user part says. */
    public enum Kind {
        /** It names another service. */
        NONE,
        /** It asks for a conference and names none. */
        MISSING,
        /** Its name is too long for anybody to mean it. */
        TOO_LONG,
        /** {@link #name} is good. */
        NAMED
    }

    /** The longest user part of a conference, escapes counted as they stand. */
    public static final int LENGTH_MAX = 1024;

    private static final String SERVICE = "conf";

    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[LENGTH_MAX]);
    private final Slice name = new Slice();

    /** Reads the user part of a URI, as {@link SipUri#user} gives it. */
    public Kind read(final Slice user) {
        name.clear();
        if (user.length() > LENGTH_MAX) {
            return begins(user) ? Kind.TOO_LONG : Kind.NONE;
        }
        final int length = SipUri.unescape(user, bytes, 0);
        for (int i = 0; i < length; i++) {
            bytes.putByte(i, (byte) Grammar.lower(bytes.getByte(i)));
        }
        if (length < SERVICE.length()) {
            return Kind.NONE;
        }
        for (int i = 0; i < SERVICE.length(); i++) {
            if (bytes.getByte(i) != SERVICE.charAt(i)) {
                return Kind.NONE;
            }
        }
        if (length == SERVICE.length()) {
            return Kind.MISSING;
        }
        if (bytes.getByte(SERVICE.length()) != '=') {
            return Kind.NONE;
        }
        if (length == SERVICE.length() + 1) {
            return Kind.MISSING;
        }
        name.wrap(bytes, 0, length);
        return Kind.NAMED;
    }

    /** {@code conf=id}, after {@link Kind#NAMED}; until the next read. */
    public Slice name() {
        return name;
    }

    private static boolean begins(final Slice user) {
        for (int i = 0; i < SERVICE.length(); i++) {
            if (Grammar.lower(user.byteAt(i)) != SERVICE.charAt(i)) {
                return false;
            }
        }
        return user.byteAt(SERVICE.length()) == '=';
    }
}
