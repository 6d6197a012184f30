package midplane.signalling.sip;

import midplane.signalling.ReservationReader;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the size of a session out of the INVITE that opens it: our header, our Request-URI parameter, bodies that reserve
 * something, the session description, and the service that the Request-URI names (RFC 4240 §2). Looks at a body only when
 * its Content-Type says that a size may be in it. Makes no garbage unless there is XML to read. Not thread-safe.
 */
public final class SizeReader {
    /** The most parts of a body that are looked at. */
    public static final int MAX_PARTS = 16;

    private static final String PARAMETER = "session-size";

    /** The longest spelling of a parameter's value that is looked at: each digit may be an escape. */
    private static final int MAX_ESCAPED_LENGTH = 15;

    private final SizeIndication size = new SizeIndication();
    private final SipUri uri = new SipUri();
    private final Slice value = new Slice();
    private final Slice encoding = new Slice();
    private final ReservationReader reservations = new ReservationReader();
    private final MultipartScanner parts = new MultipartScanner();
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[MAX_ESCAPED_LENGTH]);

    /**
     * The service a Request-URI names. A conference is {@link SessionService#NEW_CONFERENCE}: whether a blade has it already
     * is for the caller to know.
     */
    public SessionService service(final SipMessage message) {
        if (!parseUri(message)) {
            return SessionService.ANNOUNCEMENT;
        }
        if (uri.userBegins("conf=")) {
            return SessionService.NEW_CONFERENCE;
        }
        return uri.hasUser("dialog") || uri.hasUser("ivr") ? SessionService.DIALOG : SessionService.ANNOUNCEMENT;
    }

    /**
     * Reads the size.
     *
     * @param message a good INVITE.
     * @param service gives the size when nothing else does.
     * @return the reader's own; good until the next call.
     */
    public SizeIndication read(final SipMessage message, final SessionService service) {
        size.begin(service);
        header(message);
        requestUri(message);
        if (message.bodyLength() > 0) {
            body(message);
        }
        return size;
    }

    private void header(final SipMessage message) {
        final int line = message.first(SipHeader.SESSION_SIZE);
        if (line < 0) {
            return;
        }
        if (message.next(line) >= 0) {
            size.fault(SizeSource.HEADER);
        } else {
            size.state(
                    SizeSource.HEADER,
                    SizeIndication.number(message.buffer(), message.valueOffset(line), message.valueLength(line)));
        }
    }

    private void requestUri(final SipMessage message) {
        if (!parseUri(message)) {
            return;
        }
        final int count = uri.paramCount(PARAMETER, value);
        if (count == 0) {
            return;
        }
        if (count > 1 || value.length() > MAX_ESCAPED_LENGTH) {
            size.fault(SizeSource.REQUEST_URI);
        } else {
            size.state(SizeSource.REQUEST_URI, SizeIndication.number(text, 0, SipUri.unescape(value, text, 0)));
        }
    }

    private boolean parseUri(final SipMessage message) {
        final Slice requestUri = message.requestUri();
        return uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length())
                && (uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS);
    }

    private void body(final SipMessage message) {
        message.value(SipHeader.CONTENT_TYPE, value);
        message.value(SipHeader.CONTENT_ENCODING, encoding);
        final BodyKind kind = BodyKind.of(value, encoding);
        if (kind == BodyKind.PARTS) {
            final boolean isPart = parts.wrap(value, message.buffer(), message.bodyOffset(), message.bodyLength());
            for (int i = 0; isPart && i < MAX_PARTS && parts.next(); i++) {
                content(
                        BodyKind.of(parts.contentType(), parts.contentEncoding()),
                        message.buffer(),
                        parts.bodyOffset(),
                        parts.bodyLength());
            }
        } else {
            content(kind, message.buffer(), message.bodyOffset(), message.bodyLength());
        }
    }

    private void content(final BodyKind kind, final DirectBuffer buffer, final int offset, final int length) {
        final SizeSource reserves = kind.reserves();
        if (reserves != null) {
            reservations.read(reserves, buffer, offset, length, size);
        } else if (kind == BodyKind.DESCRIPTION) {
            final int legs = AudioLegs.count(buffer, offset, length);
            if (legs == AudioLegs.MALFORMED) {
                size.fault(SizeSource.SDP);
            } else if (legs > 0) {
                size.state(SizeSource.SDP, legs);
            }
        }
    }
}
