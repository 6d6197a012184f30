package midplane.fabric;

/** The dispatcher's sending end towards one slot. Not thread-safe: one producer. */
public interface Downlink {
    /**
     * Claims a cell to write a frame into. At most one claim is open at a time.
     *
     * @param length bytes that will be written at most.
     * @return false when the ring is full or the frame would not fit a cell; nothing is claimed then.
     */
    boolean claim(FrameClaim claim, int length);

    /** Whether so many frames would find room now. */
    boolean hasRoom(int frames);

    /** Frames that the way to the slot holds at most. */
    int length();

    /** The longest frame a cell holds, in bytes. */
    int frameCapacity();

    /** Rings the slot's doorbell if anything was committed since the last flush. Called once per duty cycle. */
    void flush();

    /** Whom to wake at {@link #flush()}. Set before the agents start. */
    void doorbell(Doorbell doorbell);
}
