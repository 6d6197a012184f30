package midplane.fabric;

/** The signalling protocol of a frame's message, as one byte of its header. */
public final class Protocol {
    public static final byte SIP = 1;
    public static final byte MGCP = 2;

    private Protocol() {}
}
