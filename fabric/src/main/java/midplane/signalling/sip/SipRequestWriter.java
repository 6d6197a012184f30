package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a request of our own into a buffer of the caller's: {@link #wrap}, {@link #begin}, headers, {@link #finish}. What
 * does not fit makes the result -1; nothing is written past the capacity. A flyweight, not thread-safe.
 */
public final class SipRequestWriter {
    /** Chooses where to write. */
    public SipRequestWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        return this;
    }

    /** Writes the request line. */
    public SipRequestWriter begin(final String method, final Slice requestUri) {
        return this;
    }

    public SipRequestWriter header(final String name, final String value) {
        return this;
    }

    public SipRequestWriter header(final String name, final Slice value) {
        return this;
    }

    public SipRequestWriter header(final String name, final long value) {
        return this;
    }

    /**
     * Ends a request without a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finish() {
        return -1;
    }

    /**
     * Ends a request with a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finishWithBody(
            final String contentType, final DirectBuffer body, final int bodyOffset, final int bodyLength) {
        return -1;
    }
}
