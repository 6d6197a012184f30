package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a request of our own into a buffer of the caller's: {@link #wrap}, {@link #begin}, headers, {@link #finish}. What
 * does not fit makes the result -1; nothing is written past the capacity. A flyweight, not thread-safe.
 *
 * <p>Line ends inside what is handed in become blanks, so no value can bring a header of its own.
 */
public final class SipRequestWriter {
    private final MessageWriter writer = new MessageWriter();

    /** Chooses where to write. */
    public SipRequestWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        writer.wrap(buffer, offset, capacity);
        return this;
    }

    /** Writes the request line. */
    public SipRequestWriter begin(final String method, final Slice requestUri) {
        writer.text(method).text(" ").slice(requestUri).text(" SIP/2.0").endLine();
        return this;
    }

    public SipRequestWriter header(final String name, final String value) {
        writer.header(name, value);
        return this;
    }

    public SipRequestWriter header(final String name, final Slice value) {
        writer.header(name, value);
        return this;
    }

    public SipRequestWriter header(final String name, final long value) {
        writer.header(name, value);
        return this;
    }

    /**
     * Ends a request without a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finish() {
        return writer.finish();
    }

    /**
     * Ends a request with a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finishWithBody(
            final String contentType, final DirectBuffer body, final int bodyOffset, final int bodyLength) {
        return writer.finishWithBody(contentType, body, bodyOffset, bodyLength);
    }
}
