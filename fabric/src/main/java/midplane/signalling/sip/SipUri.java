package midplane.signalling.sip;

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

    private final Slice user = new Slice();
    private final Slice host = new Slice();
    private final Slice hostPort = new Slice();
    private Scheme scheme = Scheme.OTHER;
    private int port = -1;

    /** Reads a URI without angle brackets; false when its grammar is broken. */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        return false;
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
     * Looks for a URI parameter.
     *
     * @param name in ASCII; letters of either case are equal.
     * @param value wrapped around the value with its escapes; empty when there is none.
     * @return whether the parameter is there.
     */
    public boolean param(final String name, final Slice value) {
        value.clear();
        return false;
    }

    /**
     * Writes text with its {@code %HH} escapes resolved.
     *
     * @return bytes written, never more than the slice holds; -1 when an escape is broken.
     */
    public static int unescape(final Slice escaped, final MutableDirectBuffer target, final int offset) {
        return -1;
    }
}
