package midplane.signalling.sip.oracle;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMethod;

/**
 * What names mean, written down a second time: from the IANA registry "Header Fields" of SIP with its compact forms, and
 * our own. Who gives {@link SipHeader} a new member adds a line here; a test asks for it.
 */
final class OracleNames {
    private static final Map<String, SipHeader> HEADERS = new HashMap<>();
    private static final Map<String, SipMethod> METHODS = new HashMap<>();

    static {
        header(SipHeader.VIA, "Via", "v");
        header(SipHeader.FROM, "From", "f");
        header(SipHeader.TO, "To", "t");
        header(SipHeader.CALL_ID, "Call-ID", "i");
        header(SipHeader.CSEQ, "CSeq");
        header(SipHeader.CONTACT, "Contact", "m");
        header(SipHeader.CONTENT_LENGTH, "Content-Length", "l");
        header(SipHeader.CONTENT_TYPE, "Content-Type", "c");
        header(SipHeader.CONTENT_ENCODING, "Content-Encoding", "e");
        header(SipHeader.CONTENT_DISPOSITION, "Content-Disposition");
        header(SipHeader.MAX_FORWARDS, "Max-Forwards");
        header(SipHeader.ROUTE, "Route");
        header(SipHeader.RECORD_ROUTE, "Record-Route");
        header(SipHeader.REQUIRE, "Require");
        header(SipHeader.PROXY_REQUIRE, "Proxy-Require");
        header(SipHeader.SUPPORTED, "Supported", "k");
        header(SipHeader.ALLOW, "Allow");
        header(SipHeader.ACCEPT, "Accept");
        header(SipHeader.EXPIRES, "Expires");
        header(SipHeader.SESSION_EXPIRES, "Session-Expires", "x");
        header(SipHeader.MIN_SE, "Min-SE");
        header(SipHeader.RSEQ, "RSeq");
        header(SipHeader.RACK, "RAck");
        header(SipHeader.REPLACES, "Replaces");
        header(SipHeader.JOIN, "Join");
        header(SipHeader.TARGET_DIALOG, "Target-Dialog");
        header(SipHeader.EVENT, "Event", "o");
        header(SipHeader.INFO_PACKAGE, "Info-Package");
        header(SipHeader.RECV_INFO, "Recv-Info");
        header(SipHeader.TIMESTAMP, "Timestamp");
        header(SipHeader.SESSION_SIZE, "Session-Size");
        header(SipHeader.MIDPLANE_PORT, "Midplane-Port", "X-Midplane-Port");
        for (final String name : ("INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK UPDATE INFO MESSAGE SUBSCRIBE NOTIFY"
                        + " PUBLISH REFER")
                .split(" ")) {
            METHODS.put(name, SipMethod.valueOf(name));
        }
    }

    private OracleNames() {}

    /** RFC 3261 §7.3.1: field names are compared without regard to case. */
    static SipHeader header(final String name) {
        return HEADERS.getOrDefault(name.toLowerCase(Locale.ROOT), SipHeader.OTHER);
    }

    /** RFC 3261 §7.1: methods are compared with regard to case. */
    static SipMethod method(final String name) {
        return METHODS.getOrDefault(name, SipMethod.OTHER);
    }

    private static void header(final SipHeader header, final String... names) {
        for (final String name : names) {
            HEADERS.put(name.toLowerCase(Locale.ROOT), header);
        }
    }
}
