package midplane.signalling.sip;

import midplane.net.Peer;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a response into a buffer of the caller's: {@link #wrap}, {@link #begin}, headers, {@link #finish}. What does not
 * fit makes the result -1; nothing is written past the capacity. A flyweight, not thread-safe.
 */
public final class SipResponseWriter {
    /** Chooses where to write. */
    public SipResponseWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        return this;
    }

    /**
     * Writes the status line and what a response repeats of its request (RFC 3261 §8.2.6.2): every Via in order, From,
     * To, Call-ID, CSeq, and Timestamp when there is one. The topmost Via tells where the request truly came from
     * ({@code received}, {@code rport}: RFC 3261 §18.2.1, RFC 3581 §4). Folds become one blank.
     *
     * @param request one that {@link SipMessage#isAnswerable}.
     * @param source where it came from.
     * @param reason a reason phrase in ASCII.
     * @param toTag added to To unless that has a tag; empty for none.
     */
    public SipResponseWriter begin(
            final SipMessage request, final Peer source, final int statusCode, final String reason, final Slice toTag) {
        return this;
    }

    /** Repeats the request's Record-Route lines in order (RFC 3261 §12.1.1). */
    public SipResponseWriter recordRoutes(final SipMessage request) {
        return this;
    }

    public SipResponseWriter header(final String name, final String value) {
        return this;
    }

    public SipResponseWriter header(final String name, final Slice value) {
        return this;
    }

    public SipResponseWriter header(final String name, final long value) {
        return this;
    }

    /**
     * Ends a response without a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finish() {
        return -1;
    }

    /**
     * Ends a response with a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finishWithBody(
            final String contentType, final DirectBuffer body, final int bodyOffset, final int bodyLength) {
        return -1;
    }
}
