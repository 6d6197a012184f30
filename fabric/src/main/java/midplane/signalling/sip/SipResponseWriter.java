package midplane.signalling.sip;

import midplane.net.Peer;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a response into a buffer of the caller's: {@link #wrap}, {@link #begin}, headers, {@link #finish}. What does not
 * fit makes the result -1; nothing is written past the capacity. A flyweight, not thread-safe.
 *
 * <p>Line ends inside what is handed in become blanks, so no value can bring a header of its own.
 */
public final class SipResponseWriter {
    private static final int MAX_HOST_LENGTH = 64;

    private final MessageWriter writer = new MessageWriter();
    private final UnsafeBuffer sourceHost = new UnsafeBuffer(new byte[MAX_HOST_LENGTH]);

    /** Chooses where to write. */
    public SipResponseWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        writer.wrap(buffer, offset, capacity);
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
        writer.text("SIP/2.0 ").number(statusCode).text(" ").text(reason).endLine();
        vias(request, source);
        copy(request, SipHeader.FROM);
        to(request, toTag);
        copy(request, SipHeader.CALL_ID);
        copy(request, SipHeader.CSEQ);
        copy(request, SipHeader.TIMESTAMP);
        return this;
    }

    /** Repeats the request's Record-Route lines in order (RFC 3261 §12.1.1). */
    public SipResponseWriter recordRoutes(final SipMessage request) {
        int index = request.first(SipHeader.RECORD_ROUTE);
        while (index >= 0) {
            copyLine(request, index);
            index = request.next(index);
        }
        return this;
    }

    public SipResponseWriter header(final String name, final String value) {
        writer.header(name, value);
        return this;
    }

    public SipResponseWriter header(final String name, final Slice value) {
        writer.header(name, value);
        return this;
    }

    public SipResponseWriter header(final String name, final long value) {
        writer.header(name, value);
        return this;
    }

    /**
     * Ends a response without a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finish() {
        return writer.finish();
    }

    /**
     * Ends a response with a body.
     *
     * @return its length, or -1 when it did not fit.
     */
    public int finishWithBody(
            final String contentType, final DirectBuffer body, final int bodyOffset, final int bodyLength) {
        return writer.finishWithBody(contentType, body, bodyOffset, bodyLength);
    }

    private void copy(final SipMessage request, final SipHeader header) {
        final int index = request.first(header);
        if (index >= 0) {
            copyLine(request, index);
        }
    }

    private void copyLine(final SipMessage request, final int index) {
        writer.text(request.header(index).canonicalName())
                .text(": ")
                .unfolded(request.buffer(), request.valueOffset(index), request.valueLength(index))
                .endLine();
    }

    private void to(final SipMessage request, final Slice toTag) {
        final int index = request.first(SipHeader.TO);
        if (index < 0) {
            return;
        }
        writer.text("To: ").unfolded(request.buffer(), request.valueOffset(index), request.valueLength(index));
        if (request.isToReadable && request.toTag().isEmpty() && !toTag.isEmpty()) {
            writer.text(";tag=").slice(toTag);
        }
        writer.endLine();
    }

    private void vias(final SipMessage request, final Peer source) {
        int index = request.first(SipHeader.VIA);
        if (index < 0) {
            return;
        }
        topVia(request, index, source);
        for (index = request.next(index); index >= 0; index = request.next(index)) {
            copyLine(request, index);
        }
    }

    /** Only the first value of the first line is ours to touch. */
    private void topVia(final SipMessage request, final int index, final Peer source) {
        final SipVia via = request.topVia();
        final int from = request.valueOffset(index);
        final int to = from + request.valueLength(index);
        final int viaEnd = from + via.length();
        final Slice rport = via.rport();
        final Slice received = via.received();
        writer.text("Via: ");
        final boolean isRportFirst = !rport.isEmpty() && (received.isEmpty() || rport.offset() < received.offset());
        int position = from;
        for (int i = 0; i < 2; i++) {
            final boolean isRport = isRportFirst == (i == 0);
            final Slice param = isRport ? rport : received;
            if (!param.isEmpty()) {
                writer.unfolded(request.buffer(), position, param.offset() - position);
                trueSource(isRport, source);
                position = param.offset() + param.length();
            }
        }
        writer.unfolded(request.buffer(), position, viaEnd - position);
        // RFC 3581 §4: with rport, received is always there.
        if (received.isEmpty() && (via.hasRport() || !isSentBy(via.host(), source))) {
            writer.text(";");
            trueSource(false, source);
        }
        writer.unfolded(request.buffer(), viaEnd, to - viaEnd).endLine();
    }

    private void trueSource(final boolean isRport, final Peer source) {
        if (isRport) {
            writer.text("rport=").number(source.port());
        } else {
            writer.text("received=").bytes(sourceHost, 0, source.putHost(sourceHost, 0));
        }
    }

    /**
     * Whether sent-by is the very address the request came from. An IPv6 address can be spelled in many ways; to say
     * where it came from once more does no harm.
     */
    private static boolean isSentBy(final Slice host, final Peer source) {
        return source.isIpv4() && ipv4(host) == (source.addressLow() & 0xFFFF_FFFFL);
    }

    /** The address, or -1 when the host is not four decimal parts. */
    private static long ipv4(final Slice host) {
        final DirectBuffer buffer = host.buffer();
        final int end = host.offset() + host.length();
        long address = 0;
        int position = host.offset();
        for (int dots = 3; dots >= 0; dots--) {
            final int behind = Grammar.skip(Grammar.DIGIT, buffer, position, end);
            final long part = Grammar.number(buffer, position, behind, 255);
            final boolean endsWell = dots == 0 ? behind == end : behind < end && buffer.getByte(behind) == '.';
            if (part < 0 || !endsWell) {
                return -1;
            }
            address = address << Byte.SIZE | part;
            position = behind + 1;
        }
        return address;
    }
}
