package midplane.signalling;

/**
 * Where a session's size was found, strongest first. Not one of them can make a call fail: what cannot be read is as if
 * it were missing, and counted by its source.
 */
public enum SizeSource {
    /** A SIP header, {@code Session-Size: 40}. */
    HEADER(true),
    /** A parameter of the Request-URI, {@code sip:conf=77@ms;session-size=40}. */
    REQUEST_URI(true),
    /** An MSCML body (RFC 5022 §5.2), {@code <configure_conference reservedtalkers="40"/>}. */
    MSCML(true),
    /** A body for an MRB (RFC 6917 §5.2), {@code <mix users="40"/>}. */
    MRB(true),
    /** An MSML body (RFC 5707 §7), {@code <resource n="20"/>}. */
    MSML(true),
    /** A parameter of an MGCP command, {@code X-Session-Size: 40}. */
    MGCP(true),
    /** A session description: one leg for each audio stream that is offered. */
    SDP(false),
    /** Nobody said: what a session of this service usually takes. */
    SERVICE(false);

    private static final SizeSource[] SOURCES = values();

    private final boolean isStatement;

    SizeSource(final boolean isStatement) {
        this.isStatement = isStatement;
    }

    /** Whether the application server said so in as many words, and did not leave it to be guessed. */
    public boolean isStatement() {
        return isStatement;
    }

    /** As one byte of a frame. */
    public byte code() {
        return (byte) ordinal();
    }

    /** What {@link #code} made; {@link #SERVICE} for a byte that it did not make. */
    public static SizeSource ofCode(final byte code) {
        return code >= 0 && code < SOURCES.length ? SOURCES[code] : SERVICE;
    }
}
