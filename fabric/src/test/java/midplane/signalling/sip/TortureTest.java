package midplane.signalling.sip;

import static midplane.signalling.sip.SipFault.BAD_CONTENT_LENGTH;
import static midplane.signalling.sip.SipFault.BAD_CSEQ;
import static midplane.signalling.sip.SipFault.BAD_FROM;
import static midplane.signalling.sip.SipFault.BAD_REQUEST_LINE;
import static midplane.signalling.sip.SipFault.BAD_REQUEST_URI;
import static midplane.signalling.sip.SipFault.BAD_STATUS_LINE;
import static midplane.signalling.sip.SipFault.BAD_TO;
import static midplane.signalling.sip.SipFault.BAD_VIA;
import static midplane.signalling.sip.SipFault.BODY_TOO_SHORT;
import static midplane.signalling.sip.SipFault.CSEQ_METHOD_MISMATCH;
import static midplane.signalling.sip.SipFault.DUPLICATE_CONTENT_LENGTH;
import static midplane.signalling.sip.SipFault.DUPLICATE_CSEQ;
import static midplane.signalling.sip.SipFault.KEEP_ALIVE;
import static midplane.signalling.sip.SipFault.MISSING_CALL_ID;
import static midplane.signalling.sip.SipFault.MISSING_FROM;
import static midplane.signalling.sip.SipFault.MISSING_VIA;
import static midplane.signalling.sip.SipFault.NONE;
import static midplane.signalling.sip.SipFault.UNSUPPORTED_VERSION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What the scanner says to messages others wrote to be hard, and to the flows the RFCs print. */
final class TortureTest {
    private record Verdict(SipFault fault, boolean isAnswerable, String reason) {}

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();

    @Test
    @Conforms("RFC 4475 §3")
    void shouldJudgeEachTortureMessageOfRfc4475() {
        final Map<String, Verdict> table = new TreeMap<>();
        // 3.1.1: must be read
        good(table, "wsinv", "3.1.1.1: folds and blanks everywhere, compact names, parameters nobody knows");
        good(table, "intmeth", "3.1.1.2: every character a token, a user or a quoted pair may have, NUL included");
        good(table, "esc01", "3.1.1.3: escapes in URIs");
        good(table, "escnull", "3.1.1.4: %00 in URIs");
        good(table, "esc02", "3.1.1.5: a percent sign that is no escape, in a display name and a branch");
        good(table, "lwsdisp", "3.1.1.6: no blank between display name and bracket");
        good(table, "longreq", "3.1.1.7: long names and values, many Vias");
        good(table, "dblreq", "3.1.1.8: a second message behind the first is not looked at");
        good(table, "semiuri", "3.1.1.9: semicolons in the user part");
        good(table, "transports", "3.1.1.10: transports nobody knows");
        good(table, "mpart01", "3.1.1.11: a body of binary parts");
        response(table, "unreason", NONE, "3.1.1.12: a reason phrase in UTF-8");
        response(table, "noreason", NONE, "3.1.1.13: an empty reason phrase behind its blank");
        // 3.1.2: must be refused
        silent(table, "badinv01", BAD_VIA, "3.1.2.1: empty parameters and values in Via; no Via, no answer");
        bad(table, "clerr", BODY_TOO_SHORT, "3.1.2.2: Content-Length beyond the datagram");
        bad(table, "ncl", BAD_CONTENT_LENGTH, "3.1.2.3: negative");
        bad(table, "scalar02", BAD_CSEQ, "3.1.2.4: CSeq beyond 2**31");
        response(table, "scalarlg", BAD_CSEQ, "3.1.2.5: CSeq beyond 2**31 in a response");
        bad(table, "quotbal", BAD_TO, "3.1.2.6: a quote never closed");
        bad(table, "ltgtruri", BAD_REQUEST_URI, "3.1.2.7: brackets around the Request-URI");
        bad(table, "lwsruri", BAD_REQUEST_URI, "3.1.2.8: a blank inside the Request-URI");
        bad(table, "lwsstart", BAD_REQUEST_LINE, "3.1.2.9: two blanks in the request line");
        bad(table, "trws", BAD_REQUEST_LINE, "3.1.2.10: blanks behind the version");
        bad(table, "escruri", BAD_REQUEST_URI, "3.1.2.11: headers in a Request-URI");
        good(table, "baddate", "3.1.2.12: nobody here reads Date, and the RFC lets it be ignored");
        good(table, "regbadct", "3.1.2.13: Contact is read by who needs it: SipAddressTest");
        bad(table, "badaspec", BAD_TO, "3.1.2.14: blanks inside the brackets");
        bad(table, "baddn", BAD_FROM, "3.1.2.15: a comma in a display name without quotes");
        bad(table, "badvers", UNSUPPORTED_VERSION, "3.1.2.16: SIP/7.0");
        bad(table, "mismatch01", CSEQ_METHOD_MISMATCH, "3.1.2.17: OPTIONS with the CSeq of an INVITE");
        bad(table, "mismatch02", CSEQ_METHOD_MISMATCH, "3.1.2.18: the same with a method nobody knows");
        response(table, "bigcode", BAD_STATUS_LINE, "3.1.2.19: a status of ten digits");
        // 3.2 to 3.4: well-formed; what to answer is for the layers above, but for these two
        good(table, "badbranch", "3.2.1: nothing behind the magic cookie: SipViaTest");
        silent(table, "insuf", MISSING_FROM, "3.3.1: no From, To, Call-ID: nothing to repeat");
        good(table, "unkscm", "3.3.2: a scheme nobody knows: 416 is for the layer above");
        good(table, "novelsc", "3.3.3: a scheme that is not SIP's");
        good(table, "unksm2", "3.3.4: such schemes in From, To and Contact");
        good(table, "bext01", "3.3.5: Require and Proxy-Require nobody knows");
        good(table, "invut", "3.3.6: a Content-Type nobody knows");
        good(table, "regaut01", "3.3.7: an authorization scheme nobody knows");
        bad(table, "multi01", DUPLICATE_CSEQ, "3.3.8: several CSeq, Call-ID, From, To; CSeq is the first");
        bad(table, "mcl01", DUPLICATE_CONTENT_LENGTH, "3.3.9: two lengths");
        response(table, "bcast", NONE, "3.3.10: a response sent by broadcast; whose it is, is not for the scanner");
        good(table, "zeromf", "3.3.11: Max-Forwards 0 is fine for who is addressed");
        good(table, "cparam01", "3.3.12: an unknown parameter of Contact");
        good(table, "cparam02", "3.3.13: an unknown parameter of the URI in Contact");
        good(table, "regescrt", "3.3.14: headers in the URI of Contact");
        good(table, "sdp01", "3.3.15: an Accept without SDP");
        good(table, "inv2543", "3.4.1: neither tag nor branch");
        judge("rfc4475", ".dat", table);
    }

    @Test
    @Conforms("RFC 5118 §4")
    void shouldJudgeEachTortureMessageOfRfc5118() {
        final Map<String, Verdict> table = new TreeMap<>();
        good(table, "ipv6-good", "4.1");
        bad(table, "ipv6-bad", BAD_REQUEST_URI, "4.2: no brackets in the Request-URI");
        good(table, "port-ambiguous", "4.3: what looks like a port is part of the address");
        good(table, "port-unambiguous", "4.4");
        good(table, "via-received-param-no-delim", "4.5: received as the grammar wants it");
        good(table, "via-received-param-with-delim", "4.5: received in brackets");
        bad(table, "ipv6-in-sdp", BODY_TOO_SHORT, "4.6: as archived, Content-Length is 268 and the body 251");
        good(table, "mult-ip-in-header", "4.7");
        good(table, "mult-ip-in-sdp", "4.8");
        good(table, "ipv4-mapped-ipv6", "4.9");
        good(table, "ipv6-bug-abnf-3-colons", "4.10: what RFC 3261's grammar allows by mistake");
        good(table, "ipv6-correct-abnf-2-colons", "4.10");
        judge("rfc5118", ".sip", table);
    }

    @Test
    void shouldJudgeTheBadMessagesOfTheNpmPackage() {
        final Map<String, Verdict> table = new TreeMap<>();
        bad(table, "badcseq", BAD_CSEQ, "no number");
        silent(table, "baddn_sep", KEEP_ALIVE, "one line end and nothing else");
        judge("npm-sip", ".dat", table);
    }

    @Test
    @Conforms("RFC 3665")
    void shouldReadTheFlowsOfRfc3665() {
        final Map<String, Verdict> table = new HashMap<>();
        silent(table, "159-s3.10-F4-INVITE", MISSING_FROM, "breaks off behind a Record-Route");
        judgeFlow("flows-rfc3665", 178, table);
    }

    @Test
    @Conforms("RFC 3261 §25.1")
    void shouldReadTheFlowsOfRfc3261() {
        final Map<String, Verdict> table = new HashMap<>();
        bad(table, "001-s19.1-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        response(table, "002-s21-x-200", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        response(table, "004-s11.2-x-200", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        silent(table, "005-s16.12.1.1-x-INVITE", MISSING_VIA, ROUTES_ONLY);
        silent(table, "006-s16.12.1.1-x-200", MISSING_VIA, ROUTES_ONLY);
        silent(table, "007-s16.12.1.2-x-INVITE", MISSING_VIA, ROUTES_ONLY);
        silent(table, "008-s16.12.1.2-x-BYE", MISSING_VIA, ROUTES_ONLY);
        silent(table, "009-s16.12.1.2-x-BYE", MISSING_VIA, ROUTES_ONLY);
        silent(table, "012-s21.4-x-485", MISSING_VIA, "printed to show its Contacts only");
        bad(table, "014-s23.4.2-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "015-s23.4.2-x-INVITE", BAD_TO, "To: Bob <bob@biloxi.com>, without a scheme");
        bad(table, "016-s23.4.3-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        judgeFlow("flows-rfc3261", 18, table);
    }

    @Test
    @Conforms("RFC 4028")
    void shouldReadTheFlowsOfRfc4028() {
        final Map<String, Verdict> table = new HashMap<>();
        bad(table, "001-s13-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "003-s13-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "004-s13-x-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        response(table, "005-s13-x-200", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        judgeFlow("flows-rfc4028", 7, table);
    }

    @Test
    @Conforms("RFC 5407")
    void shouldReadTheFlowsOfRfc5407() {
        final Map<String, Verdict> table = new HashMap<>();
        silent(table, "002-s3.1.4-F4-ACK", MISSING_CALL_ID, "printed without Call-ID");
        bad(table, "003-s3.1.4-F6-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "007-s3.1.5-F6-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "010-s3.3.1-F5-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "012-s3.3.1-F14-INVITE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "013-s3.3.2-F5-UPDATE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        silent(table, "015-s3.3.2-F10-INVITE", MISSING_FROM, "printed without From");
        bad(table, "016-s3.3.2-F13-UPDATE", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        judgeFlow("flows-rfc5407", 16, table);
    }

    @Test
    @Conforms("RFC 6086")
    void shouldReadTheFlowsOfRfc6086() {
        final Map<String, Verdict> table = new HashMap<>();
        bad(table, "001-s12.1.1-x-INVITE", BAD_CONTENT_LENGTH, ELLIPSIS);
        response(table, "002-s12.1.1-x-200", BAD_CONTENT_LENGTH, ELLIPSIS);
        bad(table, "004-s12.1.2-x-UPDATE", BAD_CONTENT_LENGTH, ELLIPSIS);
        response(table, "005-s12.1.2-x-200", BAD_CONTENT_LENGTH, ELLIPSIS);
        bad(table, "006-s12.2.1-x-INFO", BODY_TOO_SHORT, BODY_NOT_PRINTED);
        bad(table, "007-s12.2.2.1-x-INFO", BAD_CONTENT_LENGTH, ELLIPSIS);
        bad(table, "008-s12.2.2.2-x-INFO", BAD_CONTENT_LENGTH, ELLIPSIS);
        bad(table, "009-s12.2.2.3-x-INFO", BAD_CONTENT_LENGTH, ELLIPSIS);
        judgeFlow("flows-rfc6086", 9, table);
    }

    @Test
    void shouldReadRealClients() {
        judgeFlow("clients", 6, Map.of());
    }

    private static final String BODY_NOT_PRINTED = "the RFC prints a Content-Length but not the body";
    private static final String ROUTES_ONLY = "printed to show its Route headers only";
    private static final String ELLIPSIS = "the RFC prints Content-Length: ...";

    private static void good(final Map<String, Verdict> table, final String name, final String reason) {
        table.put(name, new Verdict(NONE, true, reason));
    }

    private static void bad(
            final Map<String, Verdict> table, final String name, final SipFault fault, final String reason) {
        table.put(name, new Verdict(fault, true, reason));
    }

    private static void silent(
            final Map<String, Verdict> table, final String name, final SipFault fault, final String reason) {
        table.put(name, new Verdict(fault, false, reason));
    }

    private static void response(
            final Map<String, Verdict> table, final String name, final SipFault fault, final String reason) {
        table.put(name, new Verdict(fault, false, reason));
    }

    /** Every file has a verdict and every verdict a file. */
    private void judge(final String folder, final String ending, final Map<String, Verdict> table) {
        final Map<String, String> expected = new TreeMap<>();
        table.forEach((name, verdict) ->
                expected.put(name, verdict.fault() + (verdict.isAnswerable() ? ", answerable" : "")));
        final Map<String, String> actual = new TreeMap<>();
        for (final String file : Corpus.names(folder)) {
            final String name = file.substring(0, file.length() - ending.length());
            final SipFault fault = scan(folder + '/' + file);
            actual.put(name, fault + (message.isAnswerable() ? ", answerable" : ""));
        }
        assertEquals(expected, actual);
    }

    /** Whoever is not in the table is good. */
    private void judgeFlow(final String folder, final int count, final Map<String, Verdict> table) {
        final Map<String, Verdict> whole = new TreeMap<>(table);
        for (final String file : Corpus.names(folder)) {
            final String name = file.substring(0, file.length() - ".sip".length());
            if (!whole.containsKey(name)) {
                scan(folder + '/' + file);
                final boolean isAnswerable = message.isRequest() && message.method() != SipMethod.ACK;
                whole.put(name, new Verdict(NONE, isAnswerable, "complete"));
            }
        }
        assertEquals(count, whole.size());
        judge(folder, ".sip", whole);
    }

    private SipFault scan(final String name) {
        final UnsafeBuffer buffer = Corpus.buffer(name);
        return scanner.scan(buffer, 0, buffer.capacity(), message);
    }
}
