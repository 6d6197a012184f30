package midplane.signalling.sip;

/** What the media server serves, in the words of its headers: one place, so that every answer says the same. */
public final class SipCapabilities {
    /** The value of Allow. */
    public static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK";

    /** The type of a session description. */
    public static final String DESCRIPTION = "application/sdp";

    /** The value of Accept: a description, alone or among parts that may be ignored. */
    public static final String ACCEPT = DESCRIPTION + ", multipart/mixed";

    /** The value of Supported. */
    public static final String SUPPORTED = "100rel";

    private SipCapabilities() {}
}
