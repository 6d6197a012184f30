package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * One value of a Via header field (RFC 3261 §20.42). A flyweight, not thread-safe; slices are its own and die with the
 * buffer's content or the next {@link #parse}.
 */
public final class SipVia {
    private final Slice transport = new Slice();
    private final Slice host = new Slice();
    private final Slice branch = new Slice();
    private int length;
    private int port = -1;

    /**
     * Reads the first value of a Via header field.
     *
     * @param offset where the field's value begins.
     * @param length of the whole value, all its members.
     * @return false when the grammar is broken; then nothing else here means anything.
     */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        this.length = length;
        return false;
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

    /** Whether the branch begins with {@code z9hG4bK} (RFC 3261 §8.1.1.7), in any case. */
    public boolean hasMagicCookie() {
        return false;
    }

    /** Whether the client asked for the port it is seen at (RFC 3581 §3). */
    public boolean hasRport() {
        return false;
    }
}
