package midplane.blade.sip;

import midplane.signalling.Slice;
import midplane.signalling.sip.MultipartScanner;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;

/**
 * Finds the session description in the body of a request: the whole of it, or one part among parts that its sender lets us
 * ignore (RFC 3261 §7.4.1, RFC 5621 §3).
 */
final class Body {
    private static final String MULTIPART = "multipart/mixed";

    private final MultipartScanner parts = new MultipartScanner();
    private final Slice type = new Slice();
    private final Slice bareType = new Slice();
    private final Slice encoding = new Slice();
    private final Slice disposition = new Slice();
    private int offset;
    private int length;

    /** Looks at the body; when it is a description, {@link #offset} and {@link #length} are where it stands. */
    Content read(final SipMessage message) {
        offset = message.bodyOffset();
        length = message.bodyLength();
        if (length == 0) {
            return Content.NONE;
        }
        message.value(SipHeader.CONTENT_TYPE, type);
        message.value(SipHeader.CONTENT_ENCODING, encoding);
        message.value(SipHeader.CONTENT_DISPOSITION, disposition);
        if (type.isEmpty()) {
            return Content.UNTYPED;
        }
        bareType.wrap(type.buffer(), type.offset(), type.length());
        final boolean isPlain = encoding.isEmpty() || encoding.equalsIgnoreCase("identity");
        return isPlain && Content.untilParameters(bareType).equalsIgnoreCase(MULTIPART)
                ? readParts(message)
                : Content.of(type, encoding, disposition);
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    private Content readParts(final SipMessage message) {
        Content found = Content.NONE;
        boolean isReadable = parts.wrap(type, message.buffer(), message.bodyOffset(), message.bodyLength());
        while (isReadable && parts.next()) {
            final Content part = Content.of(parts.contentType(), parts.contentEncoding(), parts.contentDisposition());
            if (part == Content.DESCRIPTION) {
                isReadable = found == Content.NONE;
                offset = parts.bodyOffset();
                length = parts.bodyLength();
            }
            found = part == Content.NONE || found == Content.UNSUPPORTED ? found : part;
        }
        return isReadable && parts.isComplete() ? found : Content.MALFORMED;
    }
}
