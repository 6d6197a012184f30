package midplane.signalling.sip.oracle;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipScanner;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message by the grammar of RFC 3261 §25.1: each method below is named like the rule it follows, steps over what
 * the rule describes and says whether it did; one that fails may leave the place wherever it likes, so whoever has another
 * choice goes back first. Numbers in comments are those of the package's list of differences. Not thread-safe.
 */
public final class OracleParser {
    private static final int CR = '\r';
    private static final int LF = '\n';
    private static final int NOTHING = -1;

    private final boolean[] alphanum =
            set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", new boolean[0]);
    private final boolean[] digit = set("0123456789", new boolean[0]);
    private final boolean[] hexdig = set("0123456789abcdefABCDEF", new boolean[0]);
    private final boolean[] tokenCharacter = set("-.!%*_+`'~", alphanum);
    private final boolean[] wordCharacter = set("-.!%*_+`'~()<>:\\\"/[]?{}", alphanum);
    private final boolean[] unreserved = set("-_.!~*'()", alphanum);
    private final boolean[] userCharacter = set("&=+$,;?/", unreserved);
    private final boolean[] passwordCharacter = set("&=+$,", unreserved);
    private final boolean[] paramCharacter = set("[]/:&+$", unreserved);
    private final boolean[] headersCharacter = set("[]/?:+$=&", unreserved); // 6
    private final boolean[] schemeCharacter = set("+-.", alphanum);
    private final boolean[] hostCharacter = set("-._", alphanum); // 4; an underscore is field practice, no grammar
    private final boolean[] ipv6Character = set(":.", hexdig); // 4
    private final boolean[] telephoneCharacter = set("+-.()*#", hexdig); // 7
    private final boolean[] uriCharacter = set(";/?:@&=+$,[]#", unreserved); // 8
    private final boolean[] bareUriCharacter = set("/:@&=+$[]#", unreserved); // 9
    private final boolean[] valueCharacter = set(":[]", tokenCharacter); // 12

    private final int maxMessageLength;
    private final OracleMessage message = new OracleMessage();
    private byte[] text = new byte[0];

    /** Where the datagram ends. */
    private int end;

    /** The place. */
    private int at;

    /** Where what is being read ends: its line, or its value. */
    private int limit;

    /** Where the next line begins. */
    private int next;

    private int viaCount;
    private boolean hasFrom;
    private boolean hasTo;
    private boolean hasCallId;
    private boolean hasCseq;
    private long contentLength;

    private final Span paramName = new Span();
    private final Span paramValue = new Span();

    public OracleParser() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Refuses long messages.
     *
     * @param maxMessageLength the longest datagram that is good.
     */
    public OracleParser(final int maxMessageLength) {
        this.maxMessageLength = maxMessageLength;
    }

    /** Reads a URI by itself; null when it is none. */
    @Nullable
    OracleMessage uri(final byte[] bytes, final int length) {
        begin(bytes, length);
        limit = length;
        if (!requestUri()) {
            return null;
        }
        if (!message.uriHost.isEmpty() && one('?', '?')) {
            message.hasUriHeaders = true;
            some(headersCharacter, true); // 6
        }
        return at == length ? message : null;
    }

    /** Reads the first value of a Via by itself; null when it is none. */
    @Nullable
    OracleMessage via(final byte[] bytes, final int length) {
        begin(bytes, length);
        limit = length;
        return viaParm(true) ? message : null;
    }

    /** Reads the first address of a From, Contact or their like by itself; null when it is none. */
    @Nullable
    OracleMessage address(final byte[] bytes, final int length) {
        begin(bytes, length);
        limit = length;
        // 19
        if (length > 0 && isLwsCharacter(0) || !fromSpec(message.fromTag)) {
            return null;
        }
        message.length = at;
        return message;
    }

    /** Reads a datagram; what is returned is good until the next call. */
    public OracleMessage parse(final byte[] datagram, final int length) {
        begin(datagram, length);
        leadingLineEnds();
        if (at == end) {
            message.verdict = SipFault.KEEP_ALIVE;
            return message;
        }
        message.start = at;
        if (length > maxMessageLength) {
            fault(SipFault.MESSAGE_TOO_LONG);
        }
        startLine();
        if (message.verdict == SipFault.NOISE) {
            message.isRequest = false;
            return message;
        }
        messageHeaders();
        mandatoryHeaders();
        messageBody();
        message.isAnswerable = message.isRequest
                && message.method != SipMethod.ACK
                && message.hasTopVia
                && hasFrom
                && hasTo
                && hasCallId
                && hasCseq;
        return message;
    }

    private void begin(final byte[] bytes, final int length) {
        message.clear();
        text = bytes;
        end = length;
        at = 0;
        viaCount = 0;
        hasFrom = false;
        hasTo = false;
        hasCallId = false;
        hasCseq = false;
        contentLength = NOTHING;
    }

    // ---- lines

    /** 1 */
    private void leadingLineEnds() {
        while (at < end && (text[at] == CR || text[at] == LF)) {
            if (text[at] == CR && at + 1 < end && text[at + 1] == LF) {
                at += 2;
            } else {
                fault(SipFault.BAD_LINE_END);
                at++;
            }
        }
    }

    /** Finds the end of the line that begins here; false when the datagram ends first. */
    private boolean line(final boolean mayFold) {
        for (limit = at; limit < end; limit++) {
            final int length = lineEndLength(limit);
            final boolean isFold = mayFold && length == 2 && isBlank(limit + 2);
            if (length > 0 && !isFold) {
                next = limit + length;
                if (length == 1) {
                    fault(SipFault.BAD_LINE_END); // 1
                }
                return true;
            }
            limit += isFold ? 1 : 0;
        }
        next = end;
        return false;
    }

    /** 1 */
    private int lineEndLength(final int place) {
        if (text[place] == LF) {
            return 1;
        }
        if (text[place] != CR || place + 1 == end) {
            return 0;
        }
        return text[place + 1] == LF ? 2 : 1;
    }

    private boolean isBlank(final int place) {
        return place < end && (text[place] == ' ' || text[place] == '\t');
    }

    // ---- the start line: Request-Line / Status-Line

    private void startLine() {
        final int from = at;
        final boolean isWhole = line(false);
        if (literal("SIP/")) {
            at = from;
            statusLine(isWhole);
        } else if (token() && isBlank(at) && at < limit) {
            message.methodName.between(from, at);
            message.method = OracleNames.method(string(from, at));
            message.isRequest = true;
            requestLine(isWhole);
        } else {
            message.verdict = SipFault.NOISE; // 2
            return;
        }
        if (limit - from > SipScanner.MAX_START_LINE_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG); // 17
        }
        message.firstHeader = next;
        at = next;
    }

    /** Method SP Request-URI SP SIP-Version CRLF */
    private void requestLine(final boolean isWhole) {
        final int methodEnd = at;
        if (!isWhole) {
            fault(SipFault.TRUNCATED);
            return;
        }
        int wordEnd = limit;
        while (isBlank(wordEnd - 1)) {
            wordEnd--;
        }
        int wordFrom = wordEnd;
        while (wordFrom > methodEnd && !isBlank(wordFrom - 1)) {
            wordFrom--;
        }
        at = wordFrom;
        if (!literal("SIP/")) {
            noRequest(); // 2
            return;
        }
        final int uriFrom = methodEnd + 1;
        final int uriEnd = wordFrom - 1;
        if (wordEnd != limit
                || text[methodEnd] != ' '
                || uriEnd <= uriFrom
                || text[uriEnd] != ' '
                || isBlank(uriFrom)
                || isBlank(uriEnd - 1)
                || hasControl(methodEnd, limit)) {
            fault(SipFault.BAD_REQUEST_LINE);
            return;
        }
        message.isStartLineGood = true;
        message.requestUri.between(uriFrom, uriEnd);
        sipVersion(wordFrom, limit, SipFault.BAD_REQUEST_LINE);
        final int lineEnd = limit;
        at = uriFrom;
        limit = uriEnd;
        if (!requestUri() || at != limit) {
            fault(SipFault.BAD_REQUEST_URI);
        }
        limit = lineEnd;
    }

    private void noRequest() {
        if (message.method == SipMethod.OTHER) {
            message.verdict = SipFault.NOISE;
        } else {
            fault(SipFault.BAD_REQUEST_LINE);
        }
    }

    /** SIP-Version SP Status-Code SP Reason-Phrase CRLF */
    private void statusLine(final boolean isWhole) {
        int versionEnd = at;
        while (versionEnd < limit && text[versionEnd] != ' ') {
            versionEnd++;
        }
        final boolean isOurs = sipVersion(at, versionEnd, SipFault.BAD_STATUS_LINE);
        if (!isWhole) {
            fault(SipFault.TRUNCATED);
            return;
        }
        at = versionEnd + 1;
        final int statusEnd = at + 3;
        // 16
        final boolean isGood = statusEnd < limit
                && one('1', '6')
                && one('0', '9')
                && one('0', '9')
                && text[statusEnd] == ' '
                && !hasControl(statusEnd, limit);
        if (!isGood) {
            fault(SipFault.BAD_STATUS_LINE);
        } else if (isOurs) {
            message.isStartLineGood = true;
            message.statusCode = (int) number(versionEnd + 1, statusEnd, 699);
        }
    }

    /** "SIP" "/" 1*DIGIT "." 1*DIGIT; says whether it is 2.0. */
    private boolean sipVersion(final int from, final int to, final SipFault broken) {
        final int back = at;
        final int backLimit = limit;
        at = from;
        limit = to;
        final boolean isVersion = literal("SIP/") && some(digit) && one('.', '.') && some(digit) && at == to;
        at = from;
        final boolean isOurs = literal("SIP/2.0") && at == to;
        at = back;
        limit = backLimit;
        if (!isOurs) {
            fault(isVersion ? SipFault.UNSUPPORTED_VERSION : broken);
        }
        return isOurs;
    }

    // ---- message-header = header-name HCOLON header-value CRLF

    private void messageHeaders() {
        while (at < end) {
            final int length = lineEndLength(at);
            if (length > 0) {
                if (length == 1) {
                    fault(SipFault.BAD_LINE_END); // 1
                }
                at += length;
                return;
            }
            if (!line(true)) {
                break;
            }
            if (!messageHeader()) {
                fault(SipFault.TOO_MANY_HEADERS); // 17
                at = end;
                return;
            }
            at = next;
        }
        fault(SipFault.TRUNCATED);
        at = end;
    }

    /** False when there is no room for it; one line is kept free for the dispatcher's own. 17 */
    private boolean messageHeader() {
        final int from = at;
        if (!token()) {
            fault(SipFault.BAD_HEADER_LINE);
            return true;
        }
        final int nameEnd = at;
        while (at < limit && isBlank(at)) {
            at++;
        }
        if (!one(':', ':')) {
            fault(SipFault.BAD_HEADER_LINE);
            return true;
        }
        sws();
        int valueEnd = limit;
        while (valueEnd > at && isLwsCharacter(valueEnd - 1)) {
            valueEnd--;
        }
        final SipHeader header = OracleNames.header(string(from, nameEnd));
        final int strangers = message.headerCount - message.lineCounts[SipHeader.MIDPLANE_PORT.ordinal()];
        if (message.headerCount == SipMessage.MAX_HEADERS
                || header != SipHeader.MIDPLANE_PORT && strangers == SipMessage.MAX_HEADERS - 1) {
            return false;
        }
        final int index = message.headerCount++;
        message.headers[index] = header;
        message.lineOffsets[index] = from;
        message.lineLengths[index] = next - from;
        message.nameLengths[index] = nameEnd - from;
        message.valueOffsets[index] = at;
        message.valueLengths[index] = valueEnd - at;
        message.lineCounts[header.ordinal()]++;
        limit = valueEnd;
        if (!areControlsQuoted()) {
            fault(SipFault.BAD_HEADER_LINE); // 15
        } else if (limit - at > SipScanner.MAX_VALUE_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG); // 17
        } else {
            headerValue(header);
        }
        return true;
    }

    /** 15 */
    private boolean areControlsQuoted() {
        boolean isQuoted = false;
        int comments = 0;
        int place = at;
        while (place < limit) {
            final int c = text[place];
            final boolean isInside = isQuoted || comments > 0;
            if (isInside && c == '\\') {
                place++;
            } else if (c == '"' && comments == 0) {
                isQuoted = !isQuoted;
            } else if (c == '(' && !isQuoted) {
                comments++;
            } else if (c == ')' && comments > 0) {
                comments--;
            } else if (isControl(c) && !isLwsCharacter(place)) {
                return false;
            }
            place++;
        }
        return true;
    }

    private void headerValue(final SipHeader header) {
        final boolean isFirst = message.lineCounts[header.ordinal()] == 1;
        switch (header) {
            case VIA -> via();
            case FROM -> {
                hasFrom |= isFirst;
                oneOf(isFirst, isFirst && oneFromSpec(message.fromTag), SipFault.DUPLICATE_FROM, SipFault.BAD_FROM);
            }
            case TO -> {
                hasTo |= isFirst;
                oneOf(isFirst, isFirst && oneFromSpec(message.toTag), SipFault.DUPLICATE_TO, SipFault.BAD_TO);
            }
            case CALL_ID -> {
                hasCallId |= isFirst;
                oneOf(isFirst, isFirst && callId(), SipFault.DUPLICATE_CALL_ID, SipFault.BAD_CALL_ID);
            }
            case CSEQ -> {
                hasCseq |= isFirst;
                oneOf(isFirst, isFirst && cseq(), SipFault.DUPLICATE_CSEQ, SipFault.BAD_CSEQ);
            }
            case MAX_FORWARDS -> maxForwards();
            case CONTENT_LENGTH -> contentLength(isFirst);
            default -> {}
        }
    }

    /** 17 */
    private void oneOf(final boolean isFirst, final boolean isGood, final SipFault duplicate, final SipFault bad) {
        if (!isFirst) {
            fault(duplicate);
        } else if (!isGood) {
            fault(bad);
        }
    }

    /** via-parm *(COMMA via-parm) */
    private void via() {
        do {
            if (viaCount == SipScanner.MAX_VIAS) {
                fault(SipFault.TOO_MANY_VIAS); // 17
                return;
            }
            viaCount++;
            if (!viaParm(viaCount == 1)) {
                fault(SipFault.BAD_VIA);
                return;
            }
        } while (comma());
        if (at != limit) {
            fault(SipFault.BAD_VIA);
        }
    }

    /** sent-protocol LWS sent-by *( SEMI via-params ) */
    private boolean viaParm(final boolean isTopmost) {
        final int from = at;
        if (!(token() && slash() && token() && slash())) {
            return false;
        }
        final int transport = at;
        if (!token()) {
            return false;
        }
        final int transportEnd = at;
        if (!lws()) {
            return false;
        }
        final int host = at;
        if (!host()) {
            return false;
        }
        final int hostEnd = at;
        int port = NOTHING;
        if (colon()) {
            final int digits = at;
            if (!some(digit)) {
                return false;
            }
            port = port(digits, at);
            if (port == NOTHING) {
                return false;
            }
        }
        int branch = 0;
        int branchEnd = 0;
        boolean hasRport = false;
        boolean hasReceived = false;
        while (semi()) {
            if (!genericParam()) {
                return false;
            }
            // 13
            if (isNamed("branch")) {
                if (branchEnd > 0 || !isTokenValue()) {
                    return false;
                }
                branch = paramValue.from;
                branchEnd = paramValue.to;
            } else if (isNamed("rport")) {
                if (hasRport) {
                    return false;
                }
                hasRport = true;
            } else if (isNamed("received")) {
                if (hasReceived) {
                    return false;
                }
                hasReceived = true;
            }
        }
        sws();
        if (at < limit && text[at] != ',') {
            return false;
        }
        if (branchEnd - branch > SipScanner.MAX_IDENTIFIER_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG); // 17
        }
        if (isTopmost) {
            message.hasTopVia = true;
            message.viaLength = at - from;
            message.viaTransport.between(transport, transportEnd);
            message.viaHost.between(host, hostEnd);
            message.viaPort = port;
            message.viaBranch.between(branch, branchEnd);
            message.viaHasRport = hasRport;
            message.viaHasCookie = branchEnd - branch > 7
                    && string(branch, branch + 7).toLowerCase(Locale.ROOT).equals("z9hg4bk");
        }
        return true;
    }

    /** One address that fills the value; its tag is none if it does not. */
    private boolean oneFromSpec(final Span tag) {
        final SipFault before = message.verdict;
        if (fromSpec(tag) && at == limit) {
            return true;
        }
        tag.clear();
        message.verdict = before;
        return false;
    }

    /** ( name-addr / addr-spec ) *( SEMI from-param ) */
    private boolean fromSpec(final Span tag) {
        final int from = at;
        if (!nameAddr()) {
            at = from;
            if (!bareAddrSpec()) {
                return false;
            }
        }
        int tagFrom = 0;
        int tagEnd = 0;
        while (semi()) {
            if (!genericParam()) {
                return false;
            }
            // 13
            if (isNamed("tag")) {
                if (tagEnd > 0 || !isTokenValue()) {
                    return false;
                }
                tagFrom = paramValue.from;
                tagEnd = paramValue.to;
            }
        }
        sws();
        if (at < limit && text[at] != ',') {
            return false;
        }
        if (tagEnd - tagFrom > SipScanner.MAX_IDENTIFIER_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG); // 17
        }
        tag.between(tagFrom, tagEnd);
        return true;
    }

    /** [ display-name ] LAQUOT addr-spec RAQUOT */
    private boolean nameAddr() {
        final int from = at;
        if (!quotedString()) {
            at = from;
            while (token()) {
                sws(); // 11
            }
        }
        sws();
        final int uri = at + 1;
        if (!(one('<', '<') && scheme() && one(':', ':') && some(uriCharacter, true) && one('>', '>'))) { // 8
            return false;
        }
        message.addressUri.between(uri, at - 1);
        return sws();
    }

    private boolean bareAddrSpec() {
        final int uri = at;
        if (!(scheme() && one(':', ':') && some(bareUriCharacter, true))) { // 9
            return false;
        }
        message.addressUri.between(uri, at);
        return sws();
    }

    /** word [ "@" word ] */
    private boolean callId() {
        final int from = at;
        if (!some(wordCharacter) || at < limit && !(one('@', '@') && some(wordCharacter)) || at != limit) {
            return false;
        }
        if (at - from > SipScanner.MAX_IDENTIFIER_LENGTH) {
            fault(SipFault.VALUE_TOO_LONG); // 17
        }
        message.callId.between(from, at);
        return true;
    }

    /** 1*DIGIT LWS Method */
    private boolean cseq() {
        final int from = at;
        if (!some(digit)) {
            return false;
        }
        final long number = number(from, at, Integer.MAX_VALUE); // 17
        if (number == NOTHING || !lws()) {
            return false;
        }
        final int method = at;
        if (!token() || at != limit) {
            return false;
        }
        message.cseq = number;
        final String name = string(method, limit);
        message.cseqMethod = OracleNames.method(name);
        if (message.isRequest && !name.equals(string(message.methodName.from, message.methodName.to))) {
            fault(SipFault.CSEQ_METHOD_MISMATCH);
        }
        return true;
    }

    /** 1*DIGIT */
    private void maxForwards() {
        final int from = at;
        final long number = some(digit) && at == limit ? number(from, limit, 255) : NOTHING;
        if (number == NOTHING || message.maxForwards != NOTHING) {
            fault(SipFault.BAD_MAX_FORWARDS); // 17
        } else {
            message.maxForwards = (int) number;
        }
    }

    /** 1*DIGIT */
    private void contentLength(final boolean isFirst) {
        final int from = at;
        if (!isFirst) {
            fault(SipFault.DUPLICATE_CONTENT_LENGTH); // 17
        } else if (!some(digit) || at != limit) {
            fault(SipFault.BAD_CONTENT_LENGTH);
        } else {
            contentLength = number(from, limit, Integer.MAX_VALUE);
            // Beyond any number is beyond any datagram.
            contentLength = contentLength == NOTHING ? Long.MAX_VALUE : contentLength;
        }
    }

    private void mandatoryHeaders() {
        if (viaCount == 0) {
            fault(SipFault.MISSING_VIA);
        }
        missing(SipHeader.FROM, SipFault.MISSING_FROM);
        missing(SipHeader.TO, SipFault.MISSING_TO);
        missing(SipHeader.CALL_ID, SipFault.MISSING_CALL_ID);
        missing(SipHeader.CSEQ, SipFault.MISSING_CSEQ);
    }

    private void missing(final SipHeader header, final SipFault fault) {
        if (message.lineCounts[header.ordinal()] == 0) {
            fault(fault);
        }
    }

    /** §18.3: without Content-Length, all that is left; what is left over is not looked at. */
    private void messageBody() {
        final int available = end - at;
        if (contentLength > available) {
            fault(SipFault.BODY_TOO_SHORT);
        }
        message.bodyFrom = at;
        message.bodyLength = contentLength == NOTHING || contentLength > available ? available : (int) contentLength;
        message.length = at + message.bodyLength - message.start;
    }

    // ---- URIs

    /** SIP-URI / SIPS-URI / absoluteURI; 3 */
    private boolean requestUri() {
        final int from = at;
        if (!scheme()) {
            return false;
        }
        final String scheme = string(from, at).toLowerCase(Locale.ROOT);
        if (!one(':', ':')) {
            return false;
        }
        return switch (scheme) {
            case "sip", "sips" -> sipUri();
            case "tel" -> telephone();
            default -> some(uriCharacter, true); // 8
        };
    }

    /** ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ) */
    private boolean scheme() {
        return at < limit && isIn(alphanum, at) && !isIn(digit, at) && some(schemeCharacter);
    }

    /** 7 */
    private boolean telephone() {
        final int from = at;
        if (!some(telephoneCharacter)) {
            return false;
        }
        message.uriUser.between(from, at);
        return uriParameters();
    }

    /** [ userinfo ] hostport uri-parameters; 6 */
    private boolean sipUri() {
        final int from = at;
        if (!userinfo()) {
            at = from;
            message.uriUser.clear();
        }
        final int host = at;
        if (!host()) {
            return false;
        }
        message.uriHost.between(host, at);
        if (one(':', ':')) {
            final int digits = at;
            if (!some(digit)) {
                return false;
            }
            message.uriPort = port(digits, at);
            if (message.uriPort == NOTHING) {
                return false;
            }
        }
        return uriParameters();
    }

    /** user [ ":" password ] "@" */
    private boolean userinfo() {
        final int from = at;
        if (!some(userCharacter, true)) {
            return false;
        }
        message.uriUser.between(from, at);
        if (one(':', ':')) {
            some(passwordCharacter, true);
        }
        return one('@', '@');
    }

    /** *( ";" pname [ "=" pvalue ] ); 6 */
    private boolean uriParameters() {
        while (one(';', ';')) {
            if (!some(paramCharacter, true) || one('=', '=') && !some(paramCharacter, true)) {
                return false;
            }
        }
        return true;
    }

    /** 4 */
    private boolean host() {
        if (one('[', '[')) {
            final int from = at;
            return some(ipv6Character) && at - from >= 2 && one(']', ']');
        }
        return some(hostCharacter);
    }

    /** 5 */
    private int port(final int from, final int to) {
        final long port = number(from, to, 65_535);
        return port == 0 ? NOTHING : (int) port;
    }

    // ---- basic rules

    /** token [ EQUAL gen-value ] */
    private boolean genericParam() {
        final int name = at;
        if (!token()) {
            return false;
        }
        paramName.between(name, at);
        paramValue.clear();
        if (!equal()) {
            return true;
        }
        final int value = at;
        if (!quotedString()) {
            at = value;
            if (!some(valueCharacter)) { // 12
                return false;
            }
        }
        paramValue.between(value, at);
        return true;
    }

    private boolean isNamed(final String name) {
        return paramName.length() == name.length()
                && string(paramName.from, paramName.to).equalsIgnoreCase(name);
    }

    private boolean isTokenValue() {
        for (int i = paramValue.from; i < paramValue.to; i++) {
            if (!isIn(tokenCharacter, i)) {
                return false;
            }
        }
        return paramValue.length() > 0;
    }

    private boolean token() {
        return some(tokenCharacter);
    }

    /** SWS DQUOTE *(qdtext / quoted-pair ) DQUOTE, without its SWS */
    private boolean quotedString() {
        if (!one('"', '"')) {
            return false;
        }
        while (at < limit) {
            final int c = text[at++];
            if (c == '"') {
                return true;
            }
            if (c == '\\') {
                // quoted-pair = "\" (%x00-09 / %x0B-0C / %x0E-7F)
                if (at == limit || text[at] == LF || text[at] == CR || text[at] < 0) {
                    return false;
                }
                at++;
            } else if (isControl(c) && !isLwsCharacter(at - 1)) {
                return false;
            }
        }
        return false;
    }

    /** 10 */
    private boolean lws() {
        final int from = at;
        sws();
        return at > from;
    }

    private boolean sws() {
        while (at < limit && isLwsCharacter(at)) {
            at++;
        }
        return true;
    }

    private boolean slash() {
        return separator('/');
    }

    private boolean equal() {
        return separator('=');
    }

    private boolean semi() {
        return separator(';');
    }

    private boolean colon() {
        return separator(':');
    }

    private boolean comma() {
        return separator(',');
    }

    /** SWS c SWS, or nothing */
    private boolean separator(final char c) {
        final int from = at;
        sws();
        if (!one(c, c)) {
            at = from;
            return false;
        }
        return sws();
    }

    /** Letters of either case are equal in what the ABNF quotes. */
    private boolean literal(final String quoted) {
        for (int i = 0; i < quoted.length(); i++) {
            if (at + i >= limit || Character.toUpperCase((char) text[at + i]) != quoted.charAt(i)) {
                return false;
            }
        }
        at += quoted.length();
        return true;
    }

    private boolean one(final char first, final char last) {
        if (at < limit && text[at] >= first && text[at] <= last) {
            at++;
            return true;
        }
        return false;
    }

    private boolean some(final boolean[] set) {
        return some(set, false);
    }

    /** One or more of a set, and of {@code escaped = "%" HEXDIG HEXDIG} where that may stand. */
    private boolean some(final boolean[] set, final boolean mayBeEscaped) {
        final int from = at;
        while (at < limit) {
            if (mayBeEscaped && text[at] == '%' && at + 2 < limit && isIn(hexdig, at + 1) && isIn(hexdig, at + 2)) {
                at += 3;
            } else if (isIn(set, at)) {
                at++;
            } else {
                break;
            }
        }
        return at > from;
    }

    private boolean isIn(final boolean[] set, final int place) {
        return text[place] >= 0 && set[text[place]];
    }

    /** SP, HTAB or part of a fold: within a line CR and LF are nothing else. */
    private boolean isLwsCharacter(final int place) {
        return text[place] == ' ' || text[place] == '\t' || text[place] == CR || text[place] == LF;
    }

    private static boolean isControl(final int c) {
        return c >= 0 && c < ' ' || c == 0x7F;
    }

    private boolean hasControl(final int from, final int to) {
        for (int i = from; i < to; i++) {
            if (isControl(text[i]) && text[i] != '\t') {
                return true;
            }
        }
        return false;
    }

    /** The number that digits make, or {@link #NOTHING} when it is larger than the largest. */
    private long number(final int from, final int to, final long largest) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text[i] - '0';
            if (number > largest) {
                return NOTHING;
            }
        }
        return number;
    }

    private String string(final int from, final int to) {
        return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private void fault(final SipFault fault) {
        if (message.verdict == SipFault.NONE) {
            message.verdict = fault; // 18
        }
    }

    private static boolean[] set(final String members, final boolean[] others) {
        final boolean[] set = new boolean[128];
        System.arraycopy(others, 0, set, 0, others.length);
        for (final char member : members.toCharArray()) {
            set[member] = true;
        }
        return set;
    }
}
