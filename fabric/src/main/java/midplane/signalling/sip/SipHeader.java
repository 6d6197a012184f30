package midplane.signalling.sip;

import midplane.signalling.NameTable;

/** The header fields somebody here cares about. Names are case-insensitive and may have a one-letter form (RFC 3261 §7.3). */
public enum SipHeader {
    VIA("Via", 'v'),
    FROM("From", 'f'),
    TO("To", 't'),
    CALL_ID("Call-ID", 'i'),
    CSEQ("CSeq"),
    CONTACT("Contact", 'm'),
    CONTENT_LENGTH("Content-Length", 'l'),
    CONTENT_TYPE("Content-Type", 'c'),
    CONTENT_ENCODING("Content-Encoding", 'e'),
    CONTENT_DISPOSITION("Content-Disposition"),
    MAX_FORWARDS("Max-Forwards"),
    ROUTE("Route"),
    RECORD_ROUTE("Record-Route"),
    REQUIRE("Require"),
    PROXY_REQUIRE("Proxy-Require"),
    SUPPORTED("Supported", 'k'),
    ALLOW("Allow"),
    ACCEPT("Accept"),
    EXPIRES("Expires"),
    SESSION_EXPIRES("Session-Expires", 'x'),
    MIN_SE("Min-SE"),
    RSEQ("RSeq"),
    RACK("RAck"),
    REPLACES("Replaces"),
    JOIN("Join"),
    TARGET_DIALOG("Target-Dialog"),
    EVENT("Event", 'o'),
    INFO_PACKAGE("Info-Package"),
    RECV_INFO("Recv-Info"),
    TIMESTAMP("Timestamp"),
    SESSION_SIZE("Session-Size"),
    /** Ours: removed from what comes in, then written by the dispatcher. */
    MIDPLANE_PORT("Midplane-Port"),
    OTHER("");

    /** Finds a header by any of its names. */
    static final NameTable<SipHeader> NAMES = names();

    private static final char NONE = 0;

    private final String canonicalName;
    private final char compactForm;

    SipHeader(final String canonicalName) {
        this(canonicalName, NONE);
    }

    SipHeader(final String canonicalName, final char compactForm) {
        this.canonicalName = canonicalName;
        this.compactForm = compactForm;
    }

    /** The name as the RFC spells it; empty for {@link #OTHER}. */
    public String canonicalName() {
        return canonicalName;
    }

    /** The one-letter form in lower case, or NUL when there is none. */
    public char compactForm() {
        return compactForm;
    }

    private static NameTable<SipHeader> names() {
        final var names = new NameTable<>(false, OTHER);
        for (final SipHeader header : values()) {
            if (header != OTHER) {
                names.with(header.canonicalName, header);
            }
            if (header.compactForm != NONE) {
                names.with(String.valueOf(header.compactForm), header);
            }
        }
        return names.with("X-Midplane-Port", MIDPLANE_PORT);
    }
}
