package midplane.signalling.sip;

/** What the media server serves, in the words of its headers: one place, so that every answer says the same. */
public final class SipCapabilities {
    /** The value of Allow. */
    public static final String ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK";

    /** The type of a session description. */
    public static final String DESCRIPTION = "application/sdp";

    /** The value of Accept: a description, alone or among parts that may be ignored. */
    public static final String ACCEPT = DESCRIPTION + ", multipart/mixed";

    /** RFC 3262: provisional responses that are acknowledged. */
    public static final String RELIABLE = "100rel";

    /** RFC 4028: sessions that end without a sign of life. */
    public static final String TIMER = "timer";

    /** The value of Supported: those two, and dialogs named by others (RFC 3911, RFC 3891, RFC 4538). */
    public static final String SUPPORTED = RELIABLE + ", join, replaces, tdialog, " + TIMER;

    private SipCapabilities() {}
}
