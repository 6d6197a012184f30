package midplane.blade.core;

import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A signalling protocol on a blade, sans-IO: it is told what arrived and what time it is, and leaves datagrams in the
 * outbox it was made with. Not thread-safe.
 */
public interface SignallingCore {
    /** Takes the answers to commands for every blade's endpoints; the dispatcher makes one response of them. */
    interface PartSink {
        /**
         * Takes one blade's whole part.
         *
         * @param entry of the frame that is answered, as is the sequence.
         * @param returnCode as a response would have it.
         * @param lines of the response that are this blade's, each with its line end; copied.
         */
        void part(int entry, long sequence, int returnCode, DirectBuffer lines, int offset, int length);
    }

    /**
     * A frame from the dispatcher: of type initial, repeat, stray, every-blade or acknowledged.
     *
     * @param source who sent the message.
     */
    void onFrame(InitialFrame frame, Peer source, long nowNs);

    /** A datagram at the blade's own port, from a source that is listened to. */
    void onDatagram(MutableDirectBuffer buffer, int offset, int length, Peer source, long nowNs);

    /** Called when a deadline is due or {@link #hasWork()} says so; returns how much was done. */
    int onDeadline(long nowNs);

    /** When {@link #onDeadline} must be called though nothing arrives. */
    long nextDeadlineNs();

    /** Whether there is something to do at once. */
    boolean hasWork();

    /** Ends all sessions and takes no new ones. */
    void hangUp();

    boolean isDraining();

    /** Whether no session more would fit. */
    boolean isFull();

    /** Sessions there are; the units they take are in the blade's {@link UnitMeter}. */
    int sessions();
}
