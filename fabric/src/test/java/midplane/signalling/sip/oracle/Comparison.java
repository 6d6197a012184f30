package midplane.signalling.sip.oracle;

import midplane.signalling.Slice;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipVia;
import org.jspecify.annotations.Nullable;

/** Holds what the scanner says of a datagram that begins at 0 against what the oracle says. */
final class Comparison {
    private Comparison() {}

    /** The first difference, or null. Of noise and keep-alives nothing but the verdict is promised. */
    static @Nullable String difference(final SipMessage scanned, final OracleMessage wanted) {
        if (scanned.fault() != wanted.verdict) {
            return "verdict: " + scanned.fault() + ", by the grammar " + wanted.verdict;
        }
        if (wanted.verdict == SipFault.NOISE || wanted.verdict == SipFault.KEEP_ALIVE) {
            return scanned.isAnswerable() || scanned.isRequest() ? "noise taken for a request" : null;
        }
        String found = startLine(scanned, wanted);
        found = found == null ? headers(scanned, wanted) : found;
        found = found == null ? values(scanned, wanted) : found;
        return found == null ? body(scanned, wanted) : found;
    }

    private static @Nullable String startLine(final SipMessage scanned, final OracleMessage wanted) {
        if (scanned.isRequest() != wanted.isRequest || scanned.isAnswerable() != wanted.isAnswerable) {
            return "isRequest " + scanned.isRequest() + ", isAnswerable " + scanned.isAnswerable() + ", by the grammar "
                    + wanted.isRequest + ", " + wanted.isAnswerable;
        }
        if (scanned.method() != wanted.method) {
            return "method: " + scanned.method() + ", by the grammar " + wanted.method;
        }
        if (wanted.isStartLineGood && scanned.statusCode() != wanted.statusCode) {
            return number("status", scanned.statusCode(), wanted.statusCode);
        }
        String found = number("start", scanned.offset(), wanted.start);
        found = found == null ? span("method", scanned.methodName(), wanted.methodName) : found;
        found = found == null ? span("Request-URI", scanned.requestUri(), wanted.requestUri) : found;
        return found == null ? number("first header", scanned.firstHeaderOffset(), wanted.firstHeader) : found;
    }

    private static @Nullable String headers(final SipMessage scanned, final OracleMessage wanted) {
        if (scanned.headerCount() != wanted.headerCount) {
            return number("headers", scanned.headerCount(), wanted.headerCount);
        }
        for (int i = 0; i < wanted.headerCount; i++) {
            if (scanned.header(i) != wanted.headers[i]) {
                return "header " + i + ": " + scanned.header(i) + ", by the grammar " + wanted.headers[i];
            }
            if (scanned.lineOffset(i) != wanted.lineOffsets[i]
                    || scanned.lineLength(i) != wanted.lineLengths[i]
                    || scanned.nameOffset(i) != wanted.lineOffsets[i]
                    || scanned.nameLength(i) != wanted.nameLengths[i]
                    || scanned.valueOffset(i) != wanted.valueOffsets[i]
                    || scanned.valueLength(i) != wanted.valueLengths[i]) {
                return "borders of header " + i + ", " + wanted.headers[i] + ": line "
                        + border(scanned.lineOffset(i), scanned.lineLength(i)) + ", name " + scanned.nameLength(i)
                        + ", value " + border(scanned.valueOffset(i), scanned.valueLength(i)) + ", by the grammar line "
                        + border(wanted.lineOffsets[i], wanted.lineLengths[i]) + ", name " + wanted.nameLengths[i]
                        + ", value " + border(wanted.valueOffsets[i], wanted.valueLengths[i]);
            }
        }
        return chains(scanned, wanted);
    }

    /** The lines of one header are linked, each once. */
    private static @Nullable String chains(final SipMessage scanned, final OracleMessage wanted) {
        for (int i = 0; i < wanted.headerCount; i++) {
            int next = i + 1;
            while (next < wanted.headerCount && wanted.headers[next] != wanted.headers[i]) {
                next++;
            }
            if (scanned.next(i) != (next == wanted.headerCount ? -1 : next)) {
                return number("line after " + i, scanned.next(i), next);
            }
            int first = 0;
            while (wanted.headers[first] != wanted.headers[i]) {
                first++;
            }
            if (scanned.first(wanted.headers[i]) != first) {
                return number("first " + wanted.headers[i], scanned.first(wanted.headers[i]), first);
            }
        }
        return null;
    }

    private static @Nullable String values(final SipMessage scanned, final OracleMessage wanted) {
        String found = span("Call-ID", scanned.callId(), wanted.callId);
        found = found == null ? span("From-tag", scanned.fromTag(), wanted.fromTag) : found;
        found = found == null ? span("To-tag", scanned.toTag(), wanted.toTag) : found;
        found = found == null ? number("CSeq", scanned.cseq(), wanted.cseq) : found;
        found = found == null ? number("Max-Forwards", scanned.maxForwards(), wanted.maxForwards) : found;
        if (found == null && scanned.cseqMethod() != wanted.cseqMethod) {
            found = "method of CSeq: " + scanned.cseqMethod() + ", by the grammar " + wanted.cseqMethod;
        }
        return found == null && wanted.hasTopVia ? via(scanned.topVia(), wanted) : found;
    }

    /** The first difference between two readings of one Via, or null. */
    static @Nullable String via(final SipVia scanned, final OracleMessage wanted) {
        String found = span("transport of Via", scanned.transport(), wanted.viaTransport);
        found = found == null ? span("host of Via", scanned.host(), wanted.viaHost) : found;
        found = found == null ? number("port of Via", scanned.port(), wanted.viaPort) : found;
        found = found == null ? span("branch", scanned.branch(), wanted.viaBranch) : found;
        found = found == null ? number("length of Via", scanned.length(), wanted.viaLength) : found;
        if (found == null && scanned.hasRport() != wanted.viaHasRport) {
            found = "rport: " + scanned.hasRport();
        }
        return found == null && scanned.hasMagicCookie() != wanted.viaHasCookie
                ? "magic cookie: " + scanned.hasMagicCookie()
                : found;
    }

    private static @Nullable String body(final SipMessage scanned, final OracleMessage wanted) {
        String found = number("body", scanned.bodyOffset(), wanted.bodyFrom);
        found = found == null ? number("length of body", scanned.bodyLength(), wanted.bodyLength) : found;
        return found == null ? number("length", scanned.length(), wanted.length) : found;
    }

    static @Nullable String number(final String what, final long scanned, final long wanted) {
        return scanned == wanted ? null : what + ": " + scanned + ", by the grammar " + wanted;
    }

    static @Nullable String span(final String what, final Slice scanned, final Span wanted) {
        final boolean isSame =
                scanned.length() == wanted.length() && (scanned.isEmpty() || scanned.offset() == wanted.from);
        return isSame
                ? null
                : what + ": " + border(scanned.offset(), scanned.length()) + ", by the grammar "
                        + border(wanted.from, wanted.length());
    }

    private static String border(final int offset, final int length) {
        return offset + "+" + length;
    }
}
