package midplane.fabric;

/** The first byte of every frame. */
public final class FrameType {
    /** Dispatcher → blade: the first copy of an initial message. */
    public static final byte INITIAL = 1;

    /** Dispatcher → blade: another copy of an initial message, or a CANCEL or ACK that follows one. */
    public static final byte REPEAT = 2;

    /** Dispatcher → blade: an in-dialog message that came to the well-known port. */
    public static final byte STRAY = 3;

    /** Dispatcher → blade: end all sessions, take no new ones. Header only. */
    public static final byte HANG_UP = 4;

    /**
     * Dispatcher → blade: a command for endpoints on every blade. Laid out as {@link InitialFrame}. The blade answers by
     * {@link ResponsePart}s over the fabric and not to its sender: of all blades' answers one is made.
     */
    public static final byte EVERY_BLADE = 5;

    /**
     * Dispatcher → blade: somebody has received responses of this blade, and said so in a command that went to another.
     * Laid out as {@link InitialFrame}; the message is the value of an MGCP {@code K:} line.
     */
    public static final byte ACKNOWLEDGED = 6;

    /** Blade → dispatcher: {@link LoadReport}. */
    public static final byte LOAD_REPORT = 17;

    /** Blade → dispatcher: {@link SettledNotice}. */
    public static final byte SETTLED = 18;

    /** Blade → dispatcher: {@link ResponsePart}. */
    public static final byte RESPONSE_PART = 19;

    /** Blade → dispatcher: {@link ProvenNotice}. */
    public static final byte PROVEN = 20;

    /** Blade → dispatcher: {@link ConferenceNotice}. */
    public static final byte CONFERENCE_OVER = 22;

    /**
     * Blade → dispatcher: {@link SettledNotice} of an initial message whose first response is out and was not the final
     * one.
     */
    public static final byte RINGING = 21;

    /** Blade → dispatcher: an {@link #INITIAL} or {@link #REPEAT} as it came, which another blade is to serve. */
    public static final byte HANDED_BACK = 23;

    private FrameType() {}
}
