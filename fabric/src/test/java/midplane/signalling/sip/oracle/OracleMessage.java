package midplane.signalling.sip.oracle;

import java.util.Arrays;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;

/** What the oracle found. Offsets count from the first byte of the datagram. Filled again and again by its parser. */
public final class OracleMessage {
    SipFault verdict = SipFault.NONE;
    int start;
    boolean isRequest;
    boolean isStartLineGood;
    SipMethod method = SipMethod.OTHER;
    int statusCode;
    int firstHeader;
    boolean hasTopVia;
    int viaPort;
    int viaLength;
    boolean viaHasRport;
    boolean viaHasCookie;
    long cseq;
    SipMethod cseqMethod = SipMethod.OTHER;
    int maxForwards;
    int bodyFrom;
    int bodyLength;
    int length;
    boolean isAnswerable;

    final Span methodName = new Span();
    final Span requestUri = new Span();
    final Span callId = new Span();
    final Span fromTag = new Span();
    final Span toTag = new Span();
    final Span viaTransport = new Span();
    final Span viaHost = new Span();
    final Span viaBranch = new Span();
    final Span addressUri = new Span();
    final Span uriUser = new Span();
    final Span uriHost = new Span();
    int uriPort = -1;
    boolean hasUriHeaders;

    int headerCount;
    final SipHeader[] headers = new SipHeader[SipMessage.MAX_HEADERS];
    final int[] lineOffsets = new int[SipMessage.MAX_HEADERS];
    final int[] lineLengths = new int[SipMessage.MAX_HEADERS];
    final int[] nameLengths = new int[SipMessage.MAX_HEADERS];
    final int[] valueOffsets = new int[SipMessage.MAX_HEADERS];
    final int[] valueLengths = new int[SipMessage.MAX_HEADERS];

    /** How many lines of each header were seen, by its ordinal. */
    final int[] lineCounts = new int[SipHeader.values().length];

    /** The first fault, or {@link SipFault#NONE}. */
    public SipFault verdict() {
        return verdict;
    }

    public int headerCount() {
        return headerCount;
    }

    public SipHeader header(final int index) {
        return headers[index];
    }

    public int lineOffset(final int index) {
        return lineOffsets[index];
    }

    public int lineLength(final int index) {
        return lineLengths[index];
    }

    public int valueOffset(final int index) {
        return valueOffsets[index];
    }

    public int valueLength(final int index) {
        return valueLengths[index];
    }

    /** Where the line after the start line begins. */
    public int firstHeader() {
        return firstHeader;
    }

    /** How many lines of this header there are, in whatever spelling. */
    public int lineCount(final SipHeader header) {
        return lineCounts[header.ordinal()];
    }

    public int bodyLength() {
        return bodyLength;
    }

    void clear() {
        verdict = SipFault.NONE;
        start = 0;
        isRequest = false;
        isStartLineGood = false;
        method = SipMethod.OTHER;
        statusCode = 0;
        firstHeader = 0;
        hasTopVia = false;
        viaPort = -1;
        viaLength = 0;
        viaHasRport = false;
        viaHasCookie = false;
        cseq = -1;
        cseqMethod = SipMethod.OTHER;
        maxForwards = -1;
        bodyFrom = 0;
        bodyLength = 0;
        length = 0;
        isAnswerable = false;
        methodName.clear();
        requestUri.clear();
        callId.clear();
        fromTag.clear();
        toTag.clear();
        viaTransport.clear();
        viaHost.clear();
        viaBranch.clear();
        addressUri.clear();
        uriUser.clear();
        uriHost.clear();
        uriPort = -1;
        hasUriHeaders = false;
        headerCount = 0;
        Arrays.fill(lineCounts, 0);
    }
}
