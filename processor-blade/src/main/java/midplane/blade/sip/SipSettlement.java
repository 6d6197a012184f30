package midplane.blade.sip;

/** Told when the INVITE behind an entry of the dispatch table has its final response. */
@FunctionalInterface
public interface SipSettlement {
    /**
     * The entry may go in 64·T1 from now.
     *
     * @param entry as the frame named it.
     * @param sequence the frame's dispatch sequence.
     */
    void onSettled(int entry, long sequence);
}
