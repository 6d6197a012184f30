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
     * Claims a cell towards the dispatcher, as {@link Downlink#claim} does towards the blade.
     *
     * @return false when the ring is full or the frame would not fit a cell.
     */
    boolean claim(FrameClaim claim, int length);

    /** Rings the dispatcher's doorbell if anything urgent was committed since the last flush. */
    void flush();
}
