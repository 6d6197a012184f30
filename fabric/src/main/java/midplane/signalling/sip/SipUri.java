package midplane.signalling.sip;

import midplane.signalling.ByteSet;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A URI (RFC 3261 §19.1, RFC 3966) as it stands in a request line or between angle brackets. A flyweight, not
 * thread-safe; slices are its own and die with the buffer's content or the next {@link #parse}.
 */
public final class SipUri {
    /** What kind of URI it is; letters of either case are equal in the text. */
    public enum Scheme {
        SIP,
        SIPS,
        TEL,
        /** Any other scheme: only {@link #scheme} means something. */
        OTHER
    }

    private static final String MARKED = ByteSet.LETTERS + ByteSet.DIGITS + "-_.!~*'()";
    private static final ByteSet USER = ByteSet.of(MARKED + "&=+$,;?/");
    private static final ByteSet PASSWORD = ByteSet.of(MARKED + "&=+$,");
    private static final ByteSet PARAM = ByteSet.of(MARKED + "[]/:&+$");
    private static final ByteSet HEADERS = ByteSet.of(MARKED + "[]/?:+$=&");
    private static final ByteSet TELEPHONE = ByteSet.of(ByteSet.DIGITS + "ABCDEFabcdef+-.()*#");

    /** Every visible ASCII character a URI may have, escapes and brackets of IPv6 included (RFC 3986 §2). */
    private static final ByteSet ANY = ByteSet.of(MARKED + "&=+$,;?/:@[]#");

    private static final ByteSet ANY_BARE = ByteSet.of(MARKED + "&=+$/:@[]#");
    private static final int MAX_PORT = 65_535;

    private final Slice user = new Slice();
    private final Slice host = new Slice();
    private final Slice hostPort = new Slice();
    private Scheme scheme = Scheme.OTHER;
    private int port = -1;
    private boolean hasHeaders;
    private int paramsOffset;
    private int endOffset;

    /** Reads a URI without angle brackets; false when its grammar is broken. */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        final int end = offset + length;
        final int colon = skipScheme(buffer, offset, end);
        if (colon < 0) {
            return false;
        }
        scheme = scheme(buffer, offset, colon - offset);
        final boolean isGood = switch (scheme) {
            case SIP, SIPS -> sip(buffer, colon + 1, end);
            case TEL -> tel(buffer, colon + 1, end);
            case OTHER -> colon + 1 < end && skip(ANY, buffer, colon + 1, end) == end;
        };
        if (!isGood) {
            clear();
        }
        return isGood;
    }

    public Scheme scheme() {
        return scheme;
    }

    /** The user with its escapes, without the password; the number of a {@code tel} URI. Empty when there is none. */
    public Slice user() {
        return user;
    }

    /** The host; IPv6 in brackets. */
    public Slice host() {
        return host;
    }

    /** The port, or -1 when none stands there. */
    public int port() {
        return port;
    }

    /** Host and port as one stretch, {@code ms:5060}: what is replaced to send a URI elsewhere. */
    public Slice hostPort() {
        return hostPort;
    }

    /**
     * Looks for a URI parameter. Escapes in its name count as what they stand for (RFC 3261 §19.1.4).
     *
     * @param name in ASCII; letters of either case are equal.
     * @param value wrapped around the value with its escapes; empty when there is none.
     * @return whether the parameter is there.
     */
    public boolean param(final String name, final Slice value) {
        return paramCount(name, value) > 0;
    }

    /**
     * As {@link #param}, for who must know of a parameter that stands there twice, which RFC 3261 §19.1.1 forbids.
     *
     * @param value wrapped around the first one's value.
     * @return how often it stands there.
     */
    public int paramCount(final String name, final Slice value) {
        final DirectBuffer buffer = user.buffer();
        int count = 0;
        int position = paramsOffset;
        value.clear();
        while (position < endOffset) {
            final int nameOffset = position + 1;
            final int nameEnd = skip(PARAM, buffer, nameOffset, endOffset);
            position = nameEnd;
            int valueOffset = nameEnd;
            if (nameEnd < endOffset && buffer.getByte(nameEnd) == '=') {
                valueOffset = nameEnd + 1;
                position = skip(PARAM, buffer, valueOffset, endOffset);
            }
            if (textLength(buffer, nameOffset, nameEnd, name) == nameEnd - nameOffset) {
                if (count == 0) {
                    value.wrap(buffer, valueOffset, position - valueOffset);
                }
                count++;
            }
        }
        return count;
    }

    /** Whether the user part is this ASCII text, escapes resolved, letters of either case being equal. */
    public boolean hasUser(final String name) {
        return !user.isEmpty() && userLength(name) == user.length();
    }

    /** Whether the user part begins with this ASCII text; otherwise as {@link #hasUser}. */
    public boolean userBegins(final String name) {
        return userLength(name) >= 0;
    }

    private int userLength(final String name) {
        return textLength(user.buffer(), user.offset(), user.offset() + user.length(), name);
    }

    /**
     * Writes text with its {@code %HH} escapes resolved.
     *
     * @return bytes written, never more than the slice holds; -1 when an escape is broken.
     */
    public static int unescape(final Slice escaped, final MutableDirectBuffer target, final int offset) {
        int written = 0;
        for (int i = 0; i < escaped.length(); i++) {
            byte b = escaped.byteAt(i);
            if (b == '%') {
                if (i + 2 >= escaped.length()) {
                    return -1;
                }
                final int high = Grammar.hexDigit(escaped.byteAt(i + 1));
                final int low = Grammar.hexDigit(escaped.byteAt(i + 2));
                if (high < 0 || low < 0) {
                    return -1;
                }
                b = (byte) (high << 4 | low);
                i += 2;
            }
            target.putByte(offset + written++, b);
        }
        return written;
    }

    /** Whether a sip URI has headers behind a question mark, which a Request-URI must not (RFC 3261 §19.1.1). */
    boolean hasHeaders() {
        return hasHeaders;
    }

    /** Steps over a URI of any scheme by its characters; -1 when it does not begin like one. */
    static int skipUri(final DirectBuffer buffer, final int from, final int end) {
        final int colon = skipScheme(buffer, from, end);
        return colon < 0 ? -1 : notEmpty(colon + 1, skip(ANY, buffer, colon + 1, end));
    }

    /** As {@link #skipUri}, up to what ends a URI that stands without brackets. */
    static int skipBareUri(final DirectBuffer buffer, final int from, final int end) {
        final int colon = skipScheme(buffer, from, end);
        return colon < 0 ? -1 : notEmpty(colon + 1, skip(ANY_BARE, buffer, colon + 1, end));
    }

    private void clear() {
        user.clear();
        host.clear();
        hostPort.clear();
        scheme = Scheme.OTHER;
        port = -1;
        hasHeaders = false;
        paramsOffset = 0;
        endOffset = 0;
    }

    private static int notEmpty(final int from, final int behind) {
        return behind > from ? behind : -1;
    }

    /** Where the colon behind the scheme stands, or -1. */
    private static int skipScheme(final DirectBuffer buffer, final int from, final int end) {
        if (from >= end || !Grammar.isLetter(buffer.getByte(from))) {
            return -1;
        }
        final int colon = Grammar.skip(Grammar.SCHEME, buffer, from, end);
        return colon < end && buffer.getByte(colon) == ':' ? colon : -1;
    }

    private static Scheme scheme(final DirectBuffer buffer, final int offset, final int length) {
        if (Grammar.equalsIgnoreCase(buffer, offset, length, "sip")) {
            return Scheme.SIP;
        }
        if (Grammar.equalsIgnoreCase(buffer, offset, length, "sips")) {
            return Scheme.SIPS;
        }
        return Grammar.equalsIgnoreCase(buffer, offset, length, "tel") ? Scheme.TEL : Scheme.OTHER;
    }

    private boolean sip(final DirectBuffer buffer, final int from, final int end) {
        // An '@' stands nowhere but behind userinfo: everywhere else it must be escaped.
        final int at = indexOf(buffer, from, end, (byte) '@');
        int position = from;
        if (at < end) {
            if (!userInfo(buffer, from, at)) {
                return false;
            }
            position = at + 1;
        } else {
            user.wrap(buffer, from, 0);
        }
        final int hostOffset = position;
        position = Grammar.skipHost(buffer, position, end);
        if (position < 0) {
            return false;
        }
        host.wrap(buffer, hostOffset, position - hostOffset);
        if (position < end && buffer.getByte(position) == ':') {
            final int digits = position + 1;
            position = Grammar.skip(Grammar.DIGIT, buffer, digits, end);
            port = (int) Grammar.number(buffer, digits, position, MAX_PORT);
            if (port <= 0) {
                return false;
            }
        }
        hostPort.wrap(buffer, hostOffset, position - hostOffset);
        position = params(buffer, position, end);
        if (position >= 0 && position < end && buffer.getByte(position) == '?') {
            hasHeaders = true;
            position = skip(HEADERS, buffer, position + 1, end);
        }
        return position == end;
    }

    private boolean userInfo(final DirectBuffer buffer, final int from, final int at) {
        final int behind = skip(USER, buffer, from, at);
        if (behind <= from) {
            return false;
        }
        user.wrap(buffer, from, behind - from);
        return behind == at || (buffer.getByte(behind) == ':' && skip(PASSWORD, buffer, behind + 1, at) == at);
    }

    private boolean tel(final DirectBuffer buffer, final int from, final int end) {
        final int behind = Grammar.skip(TELEPHONE, buffer, from, end);
        user.wrap(buffer, from, behind - from);
        return behind > from && params(buffer, behind, end) == end;
    }

    /** Checks {@code *( ";" name [ "=" value ] )}; where it ends, or -1. */
    private int params(final DirectBuffer buffer, final int from, final int end) {
        paramsOffset = from;
        int position = from;
        while (position < end && buffer.getByte(position) == ';') {
            final int nameOffset = position + 1;
            position = skip(PARAM, buffer, nameOffset, end);
            if (position <= nameOffset) {
                return -1;
            }
            if (position < end && buffer.getByte(position) == '=') {
                final int valueOffset = position + 1;
                position = skip(PARAM, buffer, valueOffset, end);
                if (position <= valueOffset) {
                    return -1;
                }
            }
        }
        endOffset = position;
        return position;
    }

    /** Steps over members of a set and whole escapes; stops before a broken escape, which belongs to no set. */
    private static int skip(final ByteSet set, final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end) {
            final byte b = buffer.getByte(position);
            if (b == '%') {
                if (end - position < 3
                        || Grammar.hexDigit(buffer.getByte(position + 1)) < 0
                        || Grammar.hexDigit(buffer.getByte(position + 2)) < 0) {
                    return position;
                }
                position += 3;
            } else if (set.contains(b)) {
                position++;
            } else {
                return position;
            }
        }
        return position;
    }

    /** How many bytes from here on spell a text, escapes resolved; -1 when they spell another. */
    private static int textLength(final DirectBuffer buffer, final int from, final int end, final String name) {
        int position = from;
        for (int i = 0; i < name.length(); i++) {
            if (position >= end) {
                return -1;
            }
            int b = buffer.getByte(position++);
            if (b == '%') {
                b = Grammar.hexDigit(buffer.getByte(position)) << 4 | Grammar.hexDigit(buffer.getByte(position + 1));
                position += 2;
            }
            if (Grammar.lower(b) != Grammar.lower(name.charAt(i))) {
                return -1;
            }
        }
        return position - from;
    }

    private static int indexOf(final DirectBuffer buffer, final int from, final int end, final byte wanted) {
        int position = from;
        while (position < end && buffer.getByte(position) != wanted) {
            position++;
        }
        return position;
    }
}
