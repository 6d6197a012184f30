package midplane.signalling.sip;

import java.util.Arrays;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A scanned message: offsets into the buffer it landed in. Filled by {@link SipScanner}; valid until the next scan into it
 * or until the buffer's content dies. All offsets count from the buffer's beginning. Slices handed out belong to the
 * message. Not thread-safe.
 */
public final class SipMessage {
    /** The most header lines a message may have; one of them is kept free for our reserved header. */
    public static final int MAX_HEADERS = 256;

    private static final SipHeader[] HEADERS = SipHeader.values();
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    DirectBuffer buffer = NOTHING;
    int offset;
    int length;
    boolean isRequest;
    SipMethod method = SipMethod.OTHER;
    int statusCode;
    int firstHeaderOffset;
    long cseq = -1;
    SipMethod cseqMethod = SipMethod.OTHER;
    int maxForwards = -1;
    int bodyOffset;
    int bodyLength;
    boolean isAnswerable;

    /** A broken To is repeated as it is, without a tag of ours behind it. */
    boolean isToReadable;

    SipFault fault = SipFault.NONE;

    final Slice methodName = new Slice();
    final Slice requestUri = new Slice();
    final Slice callId = new Slice();
    final Slice fromTag = new Slice();
    final Slice toTag = new Slice();
    final SipVia topVia = new SipVia();

    private int headerCount;
    private final SipHeader[] headers = new SipHeader[MAX_HEADERS];
    private final int[] lineOffsets = new int[MAX_HEADERS];
    private final int[] lineLengths = new int[MAX_HEADERS];
    private final int[] nameLengths = new int[MAX_HEADERS];
    private final int[] valueOffsets = new int[MAX_HEADERS];
    private final int[] valueLengths = new int[MAX_HEADERS];
    private final int[] nextOfSame = new int[MAX_HEADERS];
    private final int[] firstOf = new int[HEADERS.length];
    private final int[] lastOf = new int[HEADERS.length];

    public SipMessage() {
        Arrays.fill(headers, SipHeader.OTHER);
        Arrays.fill(firstOf, -1);
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the start line begins: after line ends that came before it (RFC 3261 §7.5). */
    public int offset() {
        return offset;
    }

    /** From the start line to the end of the body, without what a datagram may hold behind it. */
    public int length() {
        return length;
    }

    public boolean isRequest() {
        return isRequest;
    }

    /** The method of a request; {@link SipMethod#OTHER} for a response. */
    public SipMethod method() {
        return method;
    }

    /** The method as it stands; empty for a response. */
    public Slice methodName() {
        return methodName;
    }

    /** The Request-URI as it stands; empty for a response. */
    public Slice requestUri() {
        return requestUri;
    }

    /** The status of a response; 0 for a request. */
    public int statusCode() {
        return statusCode;
    }

    /** Where the line after the start line begins. */
    public int firstHeaderOffset() {
        return firstHeaderOffset;
    }

    public int headerCount() {
        return headerCount;
    }

    public SipHeader header(final int index) {
        return headers[index];
    }

    /** Where the header line begins. */
    public int lineOffset(final int index) {
        return lineOffsets[index];
    }

    /** Length of the whole line with its folds and its line end. */
    public int lineLength(final int index) {
        return lineLengths[index];
    }

    public int nameOffset(final int index) {
        return lineOffsets[index];
    }

    public int nameLength(final int index) {
        return nameLengths[index];
    }

    /** Where the value begins, blanks in front of it skipped. */
    public int valueOffset(final int index) {
        return valueOffsets[index];
    }

    /** Length of the value without blanks around it; folds inside it stay. */
    public int valueLength(final int index) {
        return valueLengths[index];
    }

    /** The first line of a header, or -1. */
    public int first(final SipHeader header) {
        return firstOf[header.ordinal()];
    }

    /** The next line of the same header, or -1. */
    public int next(final int index) {
        return nextOfSame[index];
    }

    /** The value of a header's first line; empty when there is no such line. */
    public Slice value(final SipHeader header, final Slice into) {
        final int index = first(header);
        return index < 0 ? into.clear() : into.wrap(buffer, valueOffsets[index], valueLengths[index]);
    }

    /** The topmost Via; meaningful when {@link #isAnswerable} or the scan found no fault. */
    public SipVia topVia() {
        return topVia;
    }

    public Slice callId() {
        return callId;
    }

    /** The tag of From, empty when there is none (RFC 2543). */
    public Slice fromTag() {
        return fromTag;
    }

    /** The tag of To, empty when there is none. */
    public Slice toTag() {
        return toTag;
    }

    /** The sequence number, or -1 when it could not be read. */
    public long cseq() {
        return cseq;
    }

    public SipMethod cseqMethod() {
        return cseqMethod;
    }

    /** Max-Forwards, or -1 when it is missing or could not be read. */
    public int maxForwards() {
        return maxForwards;
    }

    public int bodyOffset() {
        return bodyOffset;
    }

    public int bodyLength() {
        return bodyLength;
    }

    /** The first fault the scan met. */
    public SipFault fault() {
        return fault;
    }

    /**
     * Whether a response can be made: a request other than ACK with a readable topmost Via, and From, To, Call-ID and
     * CSeq that can be repeated. Those four need not be good: whoever sent a broken To is told so (RFC 4475 §3.1.2).
     */
    public boolean isAnswerable() {
        return isAnswerable;
    }

    /** Forgets the last message and takes its buffer. */
    void begin(final DirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        length = 0;
        isRequest = false;
        method = SipMethod.OTHER;
        statusCode = 0;
        firstHeaderOffset = offset;
        cseq = -1;
        cseqMethod = SipMethod.OTHER;
        maxForwards = -1;
        bodyOffset = offset;
        bodyLength = 0;
        isAnswerable = false;
        isToReadable = false;
        fault = SipFault.NONE;
        methodName.clear();
        requestUri.clear();
        callId.clear();
        fromTag.clear();
        toTag.clear();
        topVia.clear();
        headerCount = 0;
        Arrays.fill(firstOf, -1);
    }

    /** Notes a header line; false when there is no room for one more. */
    boolean add(
            final SipHeader header,
            final int lineOffset,
            final int lineLength,
            final int nameLength,
            final int valueOffset,
            final int valueLength) {
        final int index = headerCount;
        if (index == MAX_HEADERS) {
            return false;
        }
        headers[index] = header;
        lineOffsets[index] = lineOffset;
        lineLengths[index] = lineLength;
        nameLengths[index] = nameLength;
        valueOffsets[index] = valueOffset;
        valueLengths[index] = valueLength;
        nextOfSame[index] = -1;
        final int ordinal = header.ordinal();
        if (firstOf[ordinal] < 0) {
            firstOf[ordinal] = index;
        } else {
            nextOfSame[lastOf[ordinal]] = index;
        }
        lastOf[ordinal] = index;
        headerCount = index + 1;
        return true;
    }
}
