package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of several parts, encodings, what a client accepts, and INFO (RFC 3261 §8.2.3, §20.1; RFC 5621; RFC 6086). */
class ContentTest extends EndpointTest {
    private static final String MIXED = "multipart/mixed;boundary=x1";
    private static final String DESCRIPTION = "--x1\r\nContent-Type: application/sdp\r\n\r\n" + SipText.OFFER + "\r\n";
    private static final String ISUP = "--x1\r\nContent-Type: application/isup;version=itu\r\n"
            + "Content-Disposition: signal;\r\n  handling=optional\r\n\r\n\u0001--x1\r\n\r\n";
    private static final String END = "--x1--\r\n";

    private final Caller caller = new Caller("content", ECHO);

    private SipText invited(final String type, final String body) {
        return only(fabric(caller.invite().body(type, body)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                MIXED,
                "Multipart/Mixed; a=\";boundary=no\" ; BOUNDARY=\"x1\"",
                "multipart/mixed ;boundary=x1 ;charset=utf-8",
            })
    @Conforms({"RFC 5621 §3", "RFC 3261 §7.4"})
    void shouldFindTheDescriptionAmongTheParts(final String type) {
        final SipText ok = invited(type, "preamble\r\n" + ISUP + DESCRIPTION + END + "epilogue");

        assertEquals(200, ok.status());
        assertTrue(ok.body().contains("m=audio 16000 RTP/AVP 0\r\n"), ok::body);
        assertEquals("application/sdp", ok.header("Content-Type"));
    }

    @Test
    void shouldMakeAnOfferWhenNoPartIsOne() {
        final SipText ok = invited(MIXED, ISUP + END);

        assertEquals(200, ok.status());
        assertTrue(ok.body().contains("RTP/AVP 0 8 101"), "our own offer");
    }

    /** The size that such a body reserves is what it was sent for; RFC 5022 §10.1 refuses other types only. */
    @ParameterizedTest
    @ValueSource(strings = {"mediaservercontrol+xml", "mrb-consumer+xml", "msml+xml", "vnd.radisys.msml+xml"})
    void shouldTakeABodyThatReservesAloneAndAmongParts(final String subtype) {
        final String part = "--x1\r\nContent-Type: application/" + subtype + ";charset=utf-8\r\n\r\n<xml/>\r\n";
        final SipText ok = invited(MIXED, part + DESCRIPTION + END);

        assertEquals(200, ok.status());
        assertTrue(ok.body().contains("m=audio 16000 RTP/AVP 0\r\n"), ok::body);
        assertEquals(
                200,
                only(fabric(new Caller("alone", ECHO).invite().body("application/" + subtype, "<xml/>")))
                        .status());
    }

    /** RFC 5621 §3: a part must be understood unless it says otherwise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/isup",
                "X: y",
                "Content-Type: application/sdp\r\nContent-Encoding: gzip",
                "Content-Type: application/sdp\r\nContent-Disposition: early-session",
            })
    @Conforms({"RFC 5621 §3", "RFC 3261 §8.2.3"})
    void shouldRefuseAPartItMustUnderstand(final String headers) {
        final String part = "--x1\r\n" + headers + "\r\n\r\nbody\r\n";

        assertEquals(415, invited(MIXED, DESCRIPTION + part + END).status());
    }

    @ParameterizedTest
    @CsvSource({
        "multipart/mixed, true",
        "multipart/mixed;boundary=, true",
        "multipart/mixed;boundary=\"x1, true",
        "multipart/mixed;boundary=x2, true",
        "multipart/mixed;boundary=x1, false",
    })
    @Conforms("RFC 3261 §8.2.3")
    void shouldRefusePartsItCannotTellApart(final String type, final boolean isClosed) {
        final SipText refused = invited(type, DESCRIPTION + (isClosed ? END : ""));

        assertEquals("SIP/2.0 400 Malformed Multipart Body", refused.startLine());
        assertEquals(0, endpoint().sessions());
    }

    @Test
    void shouldRefuseTwoDescriptions() {
        assertEquals(400, invited(MIXED, DESCRIPTION + DESCRIPTION + END).status());
    }

    @Test
    void shouldTakeTheAnswerOutOfTheParts() {
        caller.learn(only(fabric(caller.invite().withoutBody())));
        own(caller.ack().body(MIXED, DESCRIPTION + END));

        assertEquals(0, counter("sip.calls.answer-missing"));
        assertEquals(200, only(own(caller.inDialog("BYE"))).status());
    }

    /** RFC 3261 §8.2.3: what encodings would do. */
    @Test
    @Conforms({"RFC 3261 §8.2.3", "RFC 3261 §21.4.13", "S19"})
    void shouldSayWhichEncodingsItTakes() {
        final SipText refused = only(fabric(caller.invite().with("Content-Encoding", "gzip")));

        assertEquals(415, refused.status());
        assertEquals("identity", refused.header("Accept-Encoding"));
        assertEquals(
                200,
                only(fabric(new Caller("plain", ECHO).invite().with("Content-Encoding", "Identity")))
                        .status());
    }

    /** RFC 3261 §20.1, §21.4.7: every 200 to an INVITE brings a description. */
    @ParameterizedTest
    @CsvSource({
        "text/html, 406",
        "'', 406",
        "application/sdpx, 406",
        "application/sdp, 200",
        "'text/html, Application/SDP;q=0.5', 200",
        "application/*, 200",
        "*/*;q=0.1, 200",
    })
    @Conforms({"RFC 3261 §20.1", "RFC 3261 §21.4.7"})
    void shouldAnswerOnlyWhoTakesADescription(final String accept, final int status) {
        assertEquals(status, only(fabric(caller.invite().and("Accept", accept))).status());
    }

    /** RFC 6086 §4.2.2: no package is ours. */
    @Test
    @Conforms("RFC 6086 §4.2.2")
    void shouldRefuseAnInfoPackage() {
        final Caller inCall = connected("info", ECHO);

        final SipText refused = only(own(inCall.inDialog("INFO").and("Info-Package", "foo")));

        assertEquals("SIP/2.0 469 Bad Info Package", refused.startLine());
        assertTrue(refused.has("Recv-Info"));
        assertEquals("", refused.header("Recv-Info"));
        assertEquals(
                200,
                only(own(inCall.inDialog("INFO").body("application/dtmf-relay", "Signal=1\r\n")))
                        .status());
        assertEquals(1, endpoint().sessions());
    }

    /** RFC 6086 §5.2.3: only who says Recv-Info is told ours. */
    @Test
    @Conforms("RFC 6086 §5.2.3")
    void shouldTellWhichPackagesItTakesToWhoAsks() {
        assertTrue(only(fabric(caller.invite().and("Recv-Info", "foo"))).has("Recv-Info"));
        assertFalse(only(fabric(new Caller("silent", ECHO).invite())).has("Recv-Info"));
    }
}
