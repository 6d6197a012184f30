package midplane.signalling.sip;

import midplane.signalling.NameTable;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a datagram into the offsets of a {@link SipMessage}: one forward pass, no garbage, nothing copied. The number of
 * steps is at most a small multiple of the number of bytes, whatever the bytes are. Not thread-safe.
 */
public final class SipScanner {
    /** The longest header value that is read, folds included. */
    public static final int MAX_VALUE_LENGTH = 8 * 1024;

    /** The longest start line. */
    public static final int MAX_START_LINE_LENGTH = 8 * 1024;

    /** The longest Call-ID, tag or branch: what tables keep copies of. */
    public static final int MAX_IDENTIFIER_LENGTH = 512;

    /** The most Via values. Max-Forwards of 70 is what RFC 3261 §8.1.1.6 starts with. */
    public static final int MAX_VIAS = 70;

    private static final long MAX_CSEQ = Integer.MAX_VALUE;
    private static final int MAX_MAX_FORWARDS = 255;
    private static final int STATUS_LENGTH = 3;
    private static final String VERSION = "SIP/2.0";
    private static final String VERSION_PREFIX = "SIP/";
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final int maxMessageLength;
    private final SipAddress address = new SipAddress();
    private final SipVia lowerVia = new SipVia();
    private final SipUri uri = new SipUri();
    private SipMessage message = new SipMessage();
    private DirectBuffer buffer = NOTHING;
    private int end;

    /** How the line found last ended: bytes of its line end, 0 when the datagram ended first. */
    private int lineEndLength;

    /** Whether the line found last holds control characters beside tabs and folds. */
    private boolean hasControls;

    /** No more header lines are taken: there were too many. */
    private boolean isFull;

    private int strangersHeaders;
    private int viaCount;
    private boolean isViaRead;
    private boolean isFromThere;
    private boolean isToThere;
    private boolean isCallIdThere;
    private boolean isCseqThere;
    private long contentLength;

    /** Takes messages as long as a datagram can be. */
    public SipScanner() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Refuses long messages with {@link SipFault#MESSAGE_TOO_LONG}.
     *
     * @param maxMessageLength the longest datagram that is good.
     */
    public SipScanner(final int maxMessageLength) {
        this.maxMessageLength = maxMessageLength;
    }

    /**
     * Scans one datagram.
     *
     * <p>The first fault is the verdict; the scan goes on behind it as far as it can, so that most faulty requests can
     * still be answered ({@link SipMessage#isAnswerable}).
     *
     * @param message filled, whatever the verdict.
     * @return {@link SipFault#NONE} for a message that may be acted upon.
     */
    public SipFault scan(final DirectBuffer buffer, final int offset, final int length, final SipMessage message) {
        begin(buffer, offset, length, message);
        int position = skipLineEnds(offset);
        if (position == end) {
            message.fault = SipFault.KEEP_ALIVE;
            return message.fault;
        }
        message.offset = position;
        if (length > maxMessageLength) {
            fault(SipFault.MESSAGE_TOO_LONG);
        }
        position = startLine(position);
        if (message.fault == SipFault.NOISE) {
            message.isRequest = false;
            return message.fault;
        }
        position = headers(position);
        presence();
        body(position);
        message.isAnswerable = message.isRequest
                && message.method != SipMethod.ACK
                && isViaRead
                && isFromThere
                && isToThere
                && isCallIdThere
                && isCseqThere;
        return message.fault;
    }

    private void begin(final DirectBuffer buffer, final int offset, final int length, final SipMessage message) {
        message.begin(buffer, offset);
        this.message = message;
        this.buffer = buffer;
        end = offset + length;
        isFull = false;
        strangersHeaders = 0;
        viaCount = 0;
        isViaRead = false;
        isFromThere = false;
        isToThere = false;
        isCallIdThere = false;
        isCseqThere = false;
        contentLength = -1;
    }

    /** The first fault is the one that counts. */
    private void fault(final SipFault fault) {
        if (message.fault == SipFault.NONE) {
            message.fault = fault;
        }
    }

    /** RFC 3261 §7.5: line ends before the start line are ignored. */
    private int skipLineEnds(final int from) {
        int position = from;
        while (position < end) {
            final byte b = buffer.getByte(position);
            if (b == '\r' && position + 1 < end && buffer.getByte(position + 1) == '\n') {
                position += 2;
            } else if (b == '\r' || b == '\n') {
                fault(SipFault.BAD_LINE_END);
                position++;
            } else {
                return position;
            }
        }
        return end;
    }

    // ---- the start line

    private int startLine(final int from) {
        final int lineEnd = findStartLineEnd(from);
        final int methodEnd = Grammar.skipToken(buffer, from, lineEnd);
        if (startsWithVersion(from, lineEnd)) {
            statusLine(from, lineEnd);
        } else if (methodEnd > from && methodEnd < lineEnd && Grammar.isBlank(buffer.getByte(methodEnd))) {
            requestLine(from, methodEnd, lineEnd);
        } else {
            message.fault = SipFault.NOISE;
        }
        if (lineEnd - from > MAX_START_LINE_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG);
        }
        message.firstHeaderOffset = lineEnd + lineEndLength;
        return message.firstHeaderOffset;
    }

    private boolean startsWithVersion(final int from, final int to) {
        final int length = VERSION_PREFIX.length();
        return to - from >= length && Grammar.equalsIgnoreCase(buffer, from, length, VERSION_PREFIX);
    }

    /** Method SP Request-URI SP SIP-Version: two blanks, no more and no others. */
    private void requestLine(final int from, final int methodEnd, final int lineEnd) {
        message.isRequest = true;
        message.methodName.wrap(buffer, from, methodEnd - from);
        message.method = method(from, methodEnd);
        if (lineEndLength == 0) {
            // Cut off within the first line: nothing is known of it.
            fault(SipFault.TRUNCATED);
            return;
        }
        int textEnd = lineEnd;
        while (Grammar.isBlank(buffer.getByte(textEnd - 1))) {
            textEnd--;
        }
        int versionOffset = textEnd;
        while (!Grammar.isBlank(buffer.getByte(versionOffset - 1)) && versionOffset > methodEnd) {
            versionOffset--;
        }
        if (!startsWithVersion(versionOffset, textEnd)) {
            if (message.method == SipMethod.OTHER) {
                message.fault = SipFault.NOISE;
            } else {
                fault(SipFault.BAD_REQUEST_LINE);
            }
            return;
        }
        final int uriOffset = methodEnd + 1;
        final int uriEnd = versionOffset - 1;
        if (hasControls || textEnd != lineEnd || !standsBetweenSpaces(methodEnd, uriEnd)) {
            fault(SipFault.BAD_REQUEST_LINE);
            return;
        }
        message.requestUri.wrap(buffer, uriOffset, uriEnd - uriOffset);
        version(versionOffset, textEnd, SipFault.BAD_REQUEST_LINE);
        if (!uri.parse(buffer, uriOffset, uriEnd - uriOffset) || uri.hasHeaders()) {
            fault(SipFault.BAD_REQUEST_URI);
        }
    }

    /** One blank on either side of something; blanks inside it are for the URI's grammar to find. */
    private boolean standsBetweenSpaces(final int before, final int behind) {
        return behind - before > 1
                && buffer.getByte(before) == ' '
                && !Grammar.isBlank(buffer.getByte(before + 1))
                && !Grammar.isBlank(buffer.getByte(behind - 1))
                && buffer.getByte(behind) == ' ';
    }

    /** SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty, its blank must be there. */
    private void statusLine(final int from, final int lineEnd) {
        final int versionEnd = from + VERSION.length();
        final int statusOffset = versionEnd + 1;
        final int statusEnd = statusOffset + STATUS_LENGTH;
        int space = from;
        while (space < lineEnd && buffer.getByte(space) != ' ') {
            space++;
        }
        version(from, space, SipFault.BAD_STATUS_LINE);
        if (lineEndLength == 0) {
            fault(SipFault.TRUNCATED);
            return;
        }
        if (hasControls || space != versionEnd || statusEnd >= lineEnd || buffer.getByte(statusEnd) != ' ') {
            fault(SipFault.BAD_STATUS_LINE);
            return;
        }
        final int status = (int) Grammar.number(buffer, statusOffset, statusEnd, 699);
        if (status < 100) {
            fault(SipFault.BAD_STATUS_LINE);
        } else {
            message.statusCode = status;
        }
    }

    /** {@code SIP/2.0}, letters of either case; another version is a fault of its own. */
    private void version(final int from, final int to, final SipFault broken) {
        if (Grammar.equalsIgnoreCase(buffer, from, to - from, VERSION)) {
            return;
        }
        final int major = from + VERSION_PREFIX.length();
        final int dot = Grammar.skip(Grammar.DIGIT, buffer, major, to);
        final boolean isVersion = dot > major
                && dot + 1 < to
                && buffer.getByte(dot) == '.'
                && Grammar.skip(Grammar.DIGIT, buffer, dot + 1, to) == to;
        fault(isVersion ? SipFault.UNSUPPORTED_VERSION : broken);
    }

    private SipMethod method(final int from, final int to) {
        long word = 0;
        for (int i = from; i < to; i++) {
            word = NameTable.pack(word, buffer.getByte(i));
        }
        return SipMethod.NAMES.find(buffer, from, to - from, word);
    }

    // ---- lines

    /** Where the line ends: at its line end, or at the end of the datagram. A start line is never folded. */
    private int findStartLineEnd(final int from) {
        lineEndLength = 0;
        hasControls = false;
        int position = Grammar.findControl(buffer, from, end);
        while (position < end && !endsLine(position)) {
            hasControls = true;
            position = Grammar.findControl(buffer, position + 1, end);
        }
        return position;
    }

    /** As {@link #findStartLineEnd}, across folds (RFC 3261 §7.3.1). */
    private int findHeaderLineEnd(final int from) {
        lineEndLength = 0;
        hasControls = false;
        int position = Grammar.findControl(buffer, from, end);
        while (position < end) {
            if (endsLine(position)) {
                if (!isFold(position)) {
                    return position;
                }
                position += lineEndLength;
            } else {
                hasControls = true;
            }
            position = Grammar.findControl(buffer, position + 1, end);
        }
        return end;
    }

    /**
     * Whether a line end begins here. A CR or LF alone is taken for one too, so that no slice ever holds it, but it is a
     * fault. A CR that is the last byte of the datagram is neither: the rest was cut off.
     */
    private boolean endsLine(final int position) {
        lineEndLength = 0;
        final byte b = buffer.getByte(position);
        if (b == '\r' && position + 1 < end) {
            lineEndLength = buffer.getByte(position + 1) == '\n' ? 2 : 1;
        } else if (b == '\n') {
            lineEndLength = 1;
        }
        if (lineEndLength == 1) {
            fault(SipFault.BAD_LINE_END);
        }
        return lineEndLength > 0;
    }

    private boolean isFold(final int lineEnd) {
        final int next = lineEnd + lineEndLength;
        return lineEndLength == 2 && next < end && Grammar.isBlank(buffer.getByte(next));
    }

    // ---- headers

    /** Reads header lines; returns where the body begins, or the end of the datagram when no empty line came. */
    private int headers(final int from) {
        int position = from;
        while (position < end) {
            if (endsLine(position)) {
                return position + lineEndLength;
            }
            position = headerLine(position);
            if (isFull) {
                return end;
            }
        }
        fault(SipFault.TRUNCATED);
        return end;
    }

    /** Reads one header line with its folds; returns where the next begins. */
    private int headerLine(final int lineOffset) {
        long word = 0;
        int position = lineOffset;
        while (position < end) {
            final byte b = buffer.getByte(position);
            if (!Grammar.TOKEN.contains(b)) {
                break;
            }
            word = NameTable.pack(word, b);
            position++;
        }
        final int nameLength = position - lineOffset;
        final int colon = skipBlanks(position);
        final int lineEnd = findHeaderLineEnd(colon);
        if (lineEnd == end) {
            return end;
        }
        final int next = lineEnd + lineEndLength;
        if (nameLength == 0 || buffer.getByte(colon) != ':') {
            fault(SipFault.BAD_HEADER_LINE);
            return next;
        }
        final SipHeader header = SipHeader.NAMES.find(buffer, lineOffset, nameLength, word);
        final int valueOffset = Grammar.skipLws(buffer, colon + 1, lineEnd);
        int valueEnd = lineEnd;
        while (valueEnd > valueOffset && Grammar.isLws(buffer.getByte(valueEnd - 1))) {
            valueEnd--;
        }
        final int lineLength = next - lineOffset;
        if (!hasRoomFor(header)
                || !message.add(header, lineOffset, lineLength, nameLength, valueOffset, valueEnd - valueOffset)) {
            fault(SipFault.TOO_MANY_HEADERS);
            isFull = true;
            return end;
        }
        if (hasControls && !areControlsQuoted(valueOffset, valueEnd)) {
            fault(SipFault.BAD_HEADER_LINE);
        } else if (valueEnd - valueOffset > MAX_VALUE_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG);
        } else {
            value(header, valueOffset, valueEnd);
        }
        return next;
    }

    /** What the dispatcher finds good must be good at the blade, too, with our own line in it. */
    private boolean hasRoomFor(final SipHeader header) {
        if (header == SipHeader.MIDPLANE_PORT) {
            return true;
        }
        return ++strangersHeaders < SipMessage.MAX_HEADERS;
    }

    /** HCOLON = *( SP / HTAB ) ":" SWS: a fold may stand behind the colon, never before it (RFC 3261 §25.1). */
    private int skipBlanks(final int from) {
        int position = from;
        while (position < end && Grammar.isBlank(buffer.getByte(position))) {
            position++;
        }
        return position;
    }

    /** RFC 3261 §25.1: a control character may stand behind a backslash in a quoted string or comment, nowhere else. */
    private boolean areControlsQuoted(final int from, final int to) {
        boolean isQuoted = false;
        int comments = 0;
        for (int i = from; i < to; i++) {
            final byte b = buffer.getByte(i);
            if (b == '\\' && (isQuoted || comments > 0)) {
                i++;
            } else if (b == '"' && comments == 0) {
                isQuoted = !isQuoted;
            } else if (b == '(' && !isQuoted) {
                comments++;
            } else if (b == ')' && !isQuoted && comments > 0) {
                comments--;
            } else if (Grammar.isControl(b) && !Grammar.isLws(b)) {
                return false;
            }
        }
        return true;
    }

    // ---- the values every message needs

    private void value(final SipHeader header, final int from, final int to) {
        switch (header) {
            case VIA -> via(from, to);
            case FROM -> from(from, to);
            case TO -> to(from, to);
            case CALL_ID -> callId(from, to);
            case CSEQ -> cseq(from, to);
            case MAX_FORWARDS -> maxForwards(from, to);
            case CONTENT_LENGTH -> contentLength(from, to);
            default -> {}
        }
    }

    private void via(final int from, final int to) {
        int position = from;
        while (viaCount < MAX_VIAS) {
            final SipVia via = viaCount++ == 0 ? message.topVia : lowerVia;
            if (!via.parse(buffer, position, to - position)) {
                fault(SipFault.BAD_VIA);
                return;
            }
            if (via.branch().length() > MAX_IDENTIFIER_LENGTH) {
                fault(SipFault.VALUE_TOO_LONG);
            }
            isViaRead |= viaCount == 1;
            position += via.length();
            if (position == to) {
                return;
            }
            position = Grammar.skipLws(buffer, position + 1, to);
        }
        fault(SipFault.TOO_MANY_VIAS);
    }

    private void from(final int from, final int to) {
        if (message.first(SipHeader.FROM) != message.headerCount() - 1) {
            fault(SipFault.DUPLICATE_FROM);
        } else {
            isFromThere = true;
            if (!address(from, to, message.fromTag)) {
                fault(SipFault.BAD_FROM);
            }
        }
    }

    private void to(final int from, final int to) {
        if (message.first(SipHeader.TO) != message.headerCount() - 1) {
            fault(SipFault.DUPLICATE_TO);
        } else {
            isToThere = true;
            message.isToReadable = address(from, to, message.toTag);
            if (!message.isToReadable) {
                fault(SipFault.BAD_TO);
            }
        }
    }

    /** One address that fills the whole value. */
    private boolean address(final int from, final int to, final Slice tag) {
        if (!address.parse(buffer, from, to - from) || address.length() != to - from) {
            return false;
        }
        final Slice found = address.tag();
        if (!found.isEmpty()) {
            tag.wrap(buffer, found.offset(), found.length());
        }
        if (found.length() > MAX_IDENTIFIER_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG);
        }
        return true;
    }

    /** word [ "@" word ] */
    private void callId(final int from, final int to) {
        if (message.first(SipHeader.CALL_ID) != message.headerCount() - 1) {
            fault(SipFault.DUPLICATE_CALL_ID);
            return;
        }
        isCallIdThere = true;
        int position = Grammar.skip(Grammar.WORD, buffer, from, to);
        boolean isGood = position > from;
        if (position < to && buffer.getByte(position) == '@') {
            final int word = position + 1;
            position = Grammar.skip(Grammar.WORD, buffer, word, to);
            isGood &= position > word;
        }
        if (!isGood || position != to) {
            fault(SipFault.BAD_CALL_ID);
            return;
        }
        if (to - from > MAX_IDENTIFIER_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG);
        }
        message.callId.wrap(buffer, from, to - from);
    }

    /** 1*DIGIT LWS Method; the number stays below 2**31 (RFC 3261 §8.1.1.5). */
    private void cseq(final int from, final int to) {
        if (message.first(SipHeader.CSEQ) != message.headerCount() - 1) {
            fault(SipFault.DUPLICATE_CSEQ);
            return;
        }
        isCseqThere = true;
        final int digitsEnd = Grammar.skip(Grammar.DIGIT, buffer, from, to);
        final long number = Grammar.number(buffer, from, digitsEnd, MAX_CSEQ);
        final int methodOffset = Grammar.skipLws(buffer, digitsEnd, to);
        final int methodEnd = Grammar.skipToken(buffer, methodOffset, to);
        if (number < 0 || methodOffset == digitsEnd || methodEnd == methodOffset || methodEnd != to) {
            fault(SipFault.BAD_CSEQ);
            return;
        }
        message.cseq = number;
        message.cseqMethod = method(methodOffset, methodEnd);
        if (message.isRequest && !message.methodName.contentEquals(buffer, methodOffset, methodEnd - methodOffset)) {
            fault(SipFault.CSEQ_METHOD_MISMATCH);
        }
    }

    private void maxForwards(final int from, final int to) {
        final long number = Grammar.number(buffer, from, to, MAX_MAX_FORWARDS);
        if (number < 0 || message.maxForwards >= 0) {
            fault(SipFault.BAD_MAX_FORWARDS);
        } else {
            message.maxForwards = (int) number;
        }
    }

    /** More than a datagram can hold is a promise not kept, not a broken number. */
    private void contentLength(final int from, final int to) {
        if (message.first(SipHeader.CONTENT_LENGTH) != message.headerCount() - 1) {
            // Equal or not: the next reader may take the other one.
            fault(SipFault.DUPLICATE_CONTENT_LENGTH);
        } else if (from == to || Grammar.skip(Grammar.DIGIT, buffer, from, to) != to) {
            fault(SipFault.BAD_CONTENT_LENGTH);
        } else {
            final long number = Grammar.number(buffer, from, to, Integer.MAX_VALUE);
            contentLength = number < 0 ? Integer.MAX_VALUE : number;
        }
    }

    private void presence() {
        if (viaCount == 0) {
            fault(SipFault.MISSING_VIA);
        }
        if (message.first(SipHeader.FROM) < 0) {
            fault(SipFault.MISSING_FROM);
        }
        if (message.first(SipHeader.TO) < 0) {
            fault(SipFault.MISSING_TO);
        }
        if (message.first(SipHeader.CALL_ID) < 0) {
            fault(SipFault.MISSING_CALL_ID);
        }
        if (message.first(SipHeader.CSEQ) < 0) {
            fault(SipFault.MISSING_CSEQ);
        }
    }

    /** RFC 3261 §18.3: over UDP a missing Content-Length means all that is left; what is left over is ignored. */
    private void body(final int from) {
        final int available = end - from;
        if (contentLength > available) {
            fault(SipFault.BODY_TOO_SHORT);
        }
        message.bodyOffset = from;
        message.bodyLength = contentLength < 0 || contentLength > available ? available : (int) contentLength;
        message.length = from + message.bodyLength - message.offset;
    }
}
