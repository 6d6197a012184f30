package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * One value of a Via header field (RFC 3261 §20.42). A flyweight, not thread-safe; slices are its own and die with the
 * buffer's content or the next {@link #parse}.
 */
public final class SipVia {
    private static final String MAGIC_COOKIE = "z9hG4bK";
    private static final int MAX_PORT = 65_535;

    private final ParamCursor cursor = new ParamCursor();
    private final Slice transport = new Slice();
    private final Slice host = new Slice();
    private final Slice branch = new Slice();
    private int length;
    private int port = -1;

    /** Stretches {@code rport[=value]} and {@code received=value} for the response writer; empty when absent. */
    private final Slice rport = new Slice();

    private final Slice received = new Slice();

    /**
     * Reads the first value of a Via header field. Blanks and folds may stand between its parts.
     *
     * @param offset where the field's value begins.
     * @param length of the whole value, all its members.
     * @return false when the grammar is broken; then nothing else here means anything.
     */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        final int end = offset + length;
        int position = sentProtocol(buffer, offset, end);
        position = position < 0 ? -1 : sentBy(buffer, position, end);
        while (position >= 0 && position < end && buffer.getByte(position) == ';') {
            position = param(buffer, position + 1, end);
        }
        if (position < 0 || (position < end && buffer.getByte(position) != ',')) {
            clear();
            return false;
        }
        this.length = position - offset;
        return true;
    }

    /** Bytes of this value, up to the comma or the end of the field. */
    public int length() {
        return length;
    }

    /** As it stands, {@code UDP}; any token is allowed. */
    public Slice transport() {
        return transport;
    }

    /** The host of sent-by; IPv6 in brackets. */
    public Slice host() {
        return host;
    }

    /** The port of sent-by, or -1 when none stands there. */
    public int port() {
        return port;
    }

    /** The branch, empty when there is none. */
    public Slice branch() {
        return branch;
    }

    /**
     * Whether the branch identifies a transaction: it begins with {@code z9hG4bK} (RFC 3261 §8.1.1.7), in any case, and
     * something follows (RFC 4475 §3.2.1).
     */
    public boolean hasMagicCookie() {
        return branch.length() > MAGIC_COOKIE.length()
                && Grammar.equalsIgnoreCase(branch.buffer(), branch.offset(), MAGIC_COOKIE.length(), MAGIC_COOKIE);
    }

    /** Whether the client asked for the port it is seen at (RFC 3581 §3). */
    public boolean hasRport() {
        return !rport.isEmpty();
    }

    /** The parameter {@code rport} with its value, as it stands; empty when absent. */
    Slice rport() {
        return rport;
    }

    /** The parameter {@code received} with its value, as it stands; empty when absent. */
    Slice received() {
        return received;
    }

    void clear() {
        transport.clear();
        host.clear();
        branch.clear();
        rport.clear();
        received.clear();
        length = 0;
        port = -1;
    }

    /** {@code SIP / 2.0 / UDP} and the blank behind it; the version is a token like any other. */
    private int sentProtocol(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        for (int slashes = 0; slashes < 2; slashes++) {
            final int behind = Grammar.skipToken(buffer, position, end);
            if (behind == position) {
                return -1;
            }
            position = Grammar.skipLws(buffer, behind, end);
            if (position == end || buffer.getByte(position) != '/') {
                return -1;
            }
            position = Grammar.skipLws(buffer, position + 1, end);
        }
        final int behind = Grammar.skipToken(buffer, position, end);
        if (behind == position) {
            return -1;
        }
        transport.wrap(buffer, position, behind - position);
        position = Grammar.skipLws(buffer, behind, end);
        return position == behind ? -1 : position;
    }

    private int sentBy(final DirectBuffer buffer, final int from, final int end) {
        int position = Grammar.skipHost(buffer, from, end);
        if (position < 0) {
            return -1;
        }
        host.wrap(buffer, from, position - from);
        position = Grammar.skipLws(buffer, position, end);
        if (position < end && buffer.getByte(position) == ':') {
            final int digits = Grammar.skipLws(buffer, position + 1, end);
            position = Grammar.skip(Grammar.DIGIT, buffer, digits, end);
            port = (int) Grammar.number(buffer, digits, position, MAX_PORT);
            if (port <= 0) {
                return -1;
            }
            position = Grammar.skipLws(buffer, position, end);
        }
        return position;
    }

    private int param(final DirectBuffer buffer, final int from, final int end) {
        final int position = cursor.read(buffer, from, end);
        if (position < 0) {
            return -1;
        }
        // RFC 3261 §7.3.1: no parameter may appear twice. Those we act upon must not.
        if (cursor.hasName(buffer, "branch")) {
            return branch.isEmpty() && cursor.tokenValue(buffer, branch) ? position : -1;
        }
        if (cursor.hasName(buffer, "rport")) {
            return keep(buffer, rport) ? position : -1;
        }
        if (cursor.hasName(buffer, "received")) {
            return keep(buffer, received) ? position : -1;
        }
        return position;
    }

    private boolean keep(final DirectBuffer buffer, final Slice into) {
        if (!into.isEmpty()) {
            return false;
        }
        into.wrap(buffer, cursor.nameOffset(), cursor.endOffset() - cursor.nameOffset());
        return true;
    }
}
