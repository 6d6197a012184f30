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

    /** Blade → dispatcher: {@link LoadReport}. */
    public static final byte LOAD_REPORT = 17;

    /** Blade → dispatcher: {@link SettledNotice}. */
    public static final byte SETTLED = 18;

    private FrameType() {}
}
