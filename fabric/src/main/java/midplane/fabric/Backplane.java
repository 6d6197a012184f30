package midplane.fabric;

/** A blade's two ends of the fabric. Not thread-safe: used by the blade's agent only. */
public interface Backplane {
    /** Hands waiting frames from the dispatcher to the handler, oldest first; returns how many. */
    int poll(FrameHandler handler, int limit);

    /** Whether a poll would find a frame now. */
    boolean hasFrames();

    /**
     * Frames waiting and cells in all, for the load report.
     *
     * @return waiting frames in 1/1000 of the ring's length.
     */
    int fillPermille();

    /**
     * Claims a cell towards the dispatcher, as {@link Downlink#claim} does towards the blade. A frame that came down fits
     * a cell back up. Long frames and short ones may overtake each other.
     *
     * @return false when the ring is full or the frame would not fit a cell.
     */
    boolean claim(FrameClaim claim, int length);

    /**
     * Says that what is committed by the next {@link #flush} must not wait until the dispatcher wakes by itself. A load
     * report whose state differs from the last one's is urgent. Other load reports and settled notices are not: the
     * dispatcher reads them in the cycle in which it next hears a client, and that is early enough.
     *
     * <p>A fabric that wakes the dispatcher for every frame may ignore it.
     */
    default void urgent() {}

    /**
     * Called once per duty cycle. Rings the dispatcher's doorbell once if anything was committed since it last rang, and
     * either that is {@link #urgent} or half of the ring is taken: a dispatcher that hears no client must not let the
     * ring fill up.
     */
    void flush();
}
