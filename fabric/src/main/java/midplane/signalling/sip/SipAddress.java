package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * One name-addr or addr-spec with the header parameters behind it (RFC 3261 §20.10, §25.1). A flyweight, not
 * thread-safe; slices are its own and die with the buffer's content or the next {@link #parse}.
 */
public final class SipAddress {
    private final Slice uri = new Slice();
    private int length;

    /**
     * Reads the first address of a header value: From, To, Contact, Route and their like.
     *
     * @return false when the grammar is broken; then nothing else here means anything.
     */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        this.length = length;
        return false;
    }

    /** Bytes of this address and its parameters, up to the comma or the end of the value. */
    public int length() {
        return length;
    }

    /** The URI without angle brackets; of the bare form without what RFC 3261 §20 calls header parameters. */
    public Slice uri() {
        return uri;
    }

    /**
     * Looks for a header parameter, such as {@code tag}.
     *
     * @param name in ASCII; letters of either case are equal.
     * @param value wrapped around the value, quotes included; empty when there is none.
     * @return whether the parameter is there.
     */
    public boolean param(final String name, final Slice value) {
        value.clear();
        return false;
    }
}
