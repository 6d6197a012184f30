package midplane.signalling.sip;

/** What the media server serves, in the words of its headers: one place, so that every answer says the same. */
public final class SipCapabilities {
    /** The value of Allow. */
    public static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE";

    /** The value of Accept. */
    public static final String ACCEPT = "application/sdp";

    /** The value of Supported: no option tag yet. An empty value is legal (RFC 3261 §20.37). */
    public static final String SUPPORTED = "";

    private SipCapabilities() {}
}
