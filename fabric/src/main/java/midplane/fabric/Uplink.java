package midplane.fabric;

/** The dispatcher's receiving end from one slot. Not thread-safe: one consumer. */
public interface Uplink {
    /** Hands waiting frames to the handler, oldest first; returns how many. */
    int poll(FrameHandler handler, int limit);

    /** Whether a poll would find a frame now. */
    boolean hasFrames();

    /** Whom the blade's {@link Backplane#flush()} wakes. Set before the agents start. */
    void doorbell(Doorbell doorbell);
}
