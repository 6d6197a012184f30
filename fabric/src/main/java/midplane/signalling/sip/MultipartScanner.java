package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * Takes a multipart body apart (RFC 2046 §5.1), one part at a time: {@link #wrap}, then {@link #next} until it is false,
 * then {@link #isComplete}. Parts within parts are not looked into. Every byte is looked at a few times at most. A
 * flyweight: reused, not thread-safe, of no use once the buffer's content dies.
 */
public final class MultipartScanner {
    /** RFC 2046 §5.1.1. */
    private static final int BOUNDARY_MAX = 70;

    private static final String BOUNDARY = "boundary=";

    private final Slice boundary = new Slice();
    private final Slice contentType = new Slice();
    private final Slice contentEncoding = new Slice();
    private final Slice contentDisposition = new Slice();
    private final Slice name = new Slice();
    private DirectBuffer buffer;
    private int at;
    private int end;
    private int bodyOffset;
    private int bodyLength;
    private boolean isClosed;

    /** Makes a scanner of nothing. */
    public MultipartScanner() {
        buffer = boundary.buffer();
    }

    /**
     * Begins with a body.
     *
     * @param type the value of its Content-Type.
     * @return whether the type names a boundary and the body has it.
     */
    public boolean wrap(final Slice type, final DirectBuffer newBuffer, final int offset, final int length) {
        buffer = newBuffer;
        at = offset;
        end = offset + length;
        isClosed = false;
        return parseBoundary(type) && skipToDelimiter() >= 0;
    }

    /** Lays out the next part; false when there is none, or when it is broken. */
    public boolean next() {
        if (isClosed || at >= end) {
            return false;
        }
        contentType.clear();
        contentEncoding.clear();
        contentDisposition.clear();
        if (!parseHeaders()) {
            at = end;
            return false;
        }
        bodyOffset = at;
        final int delimiter = skipToDelimiter();
        if (delimiter < 0) {
            at = end;
            return false;
        }
        // The line end in front of a delimiter belongs to it; a part may have no body line at all.
        bodyLength = Math.max(0, delimiter - 2 - bodyOffset);
        return true;
    }

    /** Whether the last delimiter was reached: nothing is broken or missing. */
    public boolean isComplete() {
        return isClosed;
    }

    /** The value of the part's Content-Type; empty when it has none, which means text. */
    public Slice contentType() {
        return contentType;
    }

    /** The value of its Content-Encoding; empty when it has none. */
    public Slice contentEncoding() {
        return contentEncoding;
    }

    /** The value of its Content-Disposition; empty when it has none. */
    public Slice contentDisposition() {
        return contentDisposition;
    }

    /** Where its content begins in the buffer. */
    public int bodyOffset() {
        return bodyOffset;
    }

    public int bodyLength() {
        return bodyLength;
    }

    private boolean parseBoundary(final Slice type) {
        int from = 0;
        while (from < type.length() && type.byteAt(from) != ';') {
            from++;
        }
        while (from < type.length()) {
            from++;
            while (from < type.length() && isBlank(type.byteAt(from))) {
                from++;
            }
            if (isBoundaryAt(type, from)) {
                return takeBoundary(type, from + BOUNDARY.length());
            }
            boolean isQuoted = false;
            while (from < type.length() && (isQuoted || type.byteAt(from) != ';')) {
                isQuoted ^= type.byteAt(from) == '"';
                from++;
            }
        }
        return false;
    }

    private static boolean isBoundaryAt(final Slice type, final int from) {
        if (from + BOUNDARY.length() > type.length()) {
            return false;
        }
        for (int i = 0; i < BOUNDARY.length(); i++) {
            if ((type.byteAt(from + i) | (BOUNDARY.charAt(i) == '=' ? 0 : 0x20)) != BOUNDARY.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean takeBoundary(final Slice type, final int offset) {
        final boolean isQuoted = offset < type.length() && type.byteAt(offset) == '"';
        final int first = isQuoted ? offset + 1 : offset;
        int last = first;
        while (last < type.length() && !endsBoundary(type.byteAt(last), isQuoted)) {
            last++;
        }
        final int length = last - first;
        boundary.wrap(type.buffer(), type.offset() + first, length);
        return length > 0 && length <= BOUNDARY_MAX && (!isQuoted || last < type.length());
    }

    private static boolean endsBoundary(final byte b, final boolean isQuoted) {
        return isQuoted ? b == '"' : b == ';' || isBlank(b);
    }

    /** Moves behind the next delimiter line; returns where that line begins, or -1. */
    private int skipToDelimiter() {
        int line = at;
        while (line < end) {
            final int lineEnd = lineEnd(line);
            if (isDelimiter(line, lineEnd)) {
                at = Math.min(end, lineEnd + 2);
                return line;
            }
            line = lineEnd + 2;
        }
        return -1;
    }

    private boolean isDelimiter(final int line, final int lineEnd) {
        int from = line + 2 + boundary.length();
        if (from > lineEnd || buffer.getByte(line) != '-' || buffer.getByte(line + 1) != '-') {
            return false;
        }
        for (int i = 0; i < boundary.length(); i++) {
            if (buffer.getByte(line + 2 + i) != boundary.byteAt(i)) {
                return false;
            }
        }
        final boolean isLast = from + 2 <= lineEnd && buffer.getByte(from) == '-' && buffer.getByte(from + 1) == '-';
        from += isLast ? 2 : 0;
        while (from < lineEnd && isBlank(buffer.getByte(from))) {
            from++;
        }
        isClosed = isLast && from == lineEnd;
        return from == lineEnd;
    }

    /** Where a line ends: at its CRLF, or where everything does. */
    private int lineEnd(final int line) {
        int i = line;
        while (i < end && !(buffer.getByte(i) == '\r' && i + 1 < end && buffer.getByte(i + 1) == '\n')) {
            i++;
        }
        return i;
    }

    /** Reads the headers of a part and the empty line behind them. */
    private boolean parseHeaders() {
        while (at < end) {
            final int first = at;
            int lineEnd = lineEnd(first);
            at = Math.min(end, lineEnd + 2);
            if (lineEnd == first) {
                return lineEnd < end;
            }
            while (at < end && isBlank(buffer.getByte(at)) && lineEnd(at) > at) {
                lineEnd = lineEnd(at);
                at = Math.min(end, lineEnd + 2);
            }
            takeHeader(first, lineEnd);
        }
        return false;
    }

    private void takeHeader(final int first, final int last) {
        int colon = first;
        while (colon < last && buffer.getByte(colon) != ':') {
            colon++;
        }
        int nameEnd = colon;
        while (nameEnd > first && isBlank(buffer.getByte(nameEnd - 1))) {
            nameEnd--;
        }
        name.wrap(buffer, first, nameEnd - first);
        if (name.equalsIgnoreCase(SipHeader.CONTENT_TYPE.canonicalName()) || name.equalsIgnoreCase("c")) {
            takeValue(contentType, colon, last);
        } else if (name.equalsIgnoreCase(SipHeader.CONTENT_ENCODING.canonicalName()) || name.equalsIgnoreCase("e")) {
            takeValue(contentEncoding, colon, last);
        } else if (name.equalsIgnoreCase(SipHeader.CONTENT_DISPOSITION.canonicalName())) {
            takeValue(contentDisposition, colon, last);
        }
    }

    private void takeValue(final Slice value, final int colon, final int last) {
        int from = Math.min(colon + 1, last);
        int to = last;
        while (from < to && isBlank(buffer.getByte(from))) {
            from++;
        }
        while (to > from && isBlank(buffer.getByte(to - 1))) {
            to--;
        }
        value.wrap(buffer, from, to - from);
    }

    private static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
