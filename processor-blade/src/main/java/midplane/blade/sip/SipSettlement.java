package midplane.blade.sip;

import midplane.fabric.SettledNotice;

/** Told when the INVITE behind an entry of the dispatch table has its first response, and when it has its final one. */
@FunctionalInterface
public interface SipSettlement {
    /**
     * A response is out.
     *
     * @param isFinal whether the entry may go in 64·T1 from now.
     * @param entry as the frame named it.
     * @param sequence the frame's dispatch sequence.
     * @param responseNs from the frame's arrival at the dispatcher to the first response; {@link SettledNotice#UNTOLD}
     *     when it was told before.
     */
    void onResponse(boolean isFinal, int entry, long sequence, long responseNs);
}
