package midplane.signalling.sip;

/** What can be wrong with a message, each with the answer it deserves and a reason phrase that names it. */
public enum SipFault {
    NONE(0, "OK"),
    /** Does not begin like SIP at all. Not answered. */
    NOISE(400, "Not SIP"),
    /** Nothing but line ends (RFC 5626 §3.5.1, RFC 3261 §7.5). Not answered. */
    KEEP_ALIVE(400, "Empty"),
    BAD_REQUEST_LINE(400, "Bad Request-Line"),
    BAD_REQUEST_URI(400, "Bad Request-URI"),
    BAD_STATUS_LINE(400, "Bad Status-Line"),
    UNSUPPORTED_VERSION(505, "Version Not Supported"),
    /** A CR or an LF alone within the start line or the headers. */
    BAD_LINE_END(400, "Bad Line End"),
    BAD_HEADER_LINE(400, "Bad Header Line"),
    /** No empty line ends the headers. */
    TRUNCATED(400, "Truncated Message"),
    TOO_MANY_HEADERS(400, "Too Many Headers"),
    VALUE_TOO_LONG(400, "Header Value Too Long"),
    MESSAGE_TOO_LONG(513, "Message Too Large"),
    MISSING_VIA(400, "Missing Via"),
    BAD_VIA(400, "Bad Via"),
    TOO_MANY_VIAS(400, "Too Many Vias"),
    MISSING_FROM(400, "Missing From"),
    BAD_FROM(400, "Bad From"),
    DUPLICATE_FROM(400, "Duplicate From"),
    MISSING_TO(400, "Missing To"),
    BAD_TO(400, "Bad To"),
    DUPLICATE_TO(400, "Duplicate To"),
    MISSING_CALL_ID(400, "Missing Call-ID"),
    BAD_CALL_ID(400, "Bad Call-ID"),
    DUPLICATE_CALL_ID(400, "Duplicate Call-ID"),
    MISSING_CSEQ(400, "Missing CSeq"),
    BAD_CSEQ(400, "Bad CSeq"),
    DUPLICATE_CSEQ(400, "Duplicate CSeq"),
    /** RFC 3261 §8.1.1.5: the method of CSeq is that of the request. */
    CSEQ_METHOD_MISMATCH(400, "CSeq Method Mismatch"),
    BAD_MAX_FORWARDS(400, "Bad Max-Forwards"),
    BAD_CONTENT_LENGTH(400, "Bad Content-Length"),
    DUPLICATE_CONTENT_LENGTH(400, "Duplicate Content-Length"),
    /** RFC 3261 §18.3: Content-Length promises more than the datagram holds. */
    BODY_TOO_SHORT(400, "Body Shorter Than Content-Length");

    private final int statusCode;
    private final String reason;

    SipFault(final int statusCode, final String reason) {
        this.statusCode = statusCode;
        this.reason = reason;
    }

    /** The status of the answer, where one is due; 0 for {@link #NONE}. */
    public int statusCode() {
        return statusCode;
    }

    /** The reason phrase of the answer: it names the fault. */
    public String reason() {
        return reason;
    }
}
