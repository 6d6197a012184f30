package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** What a started session has to say, tick by tick. One per service; pooled with the session. */
interface AudioSource {
    /** Nothing more to send in this tick. */
    int NOTHING = 0;
    /** The service ended before this tick, and stays so: the last packet has had its time. */
    int ENDED = -1;

    /** A tick is due: {@link #nextPayload} is asked next, until it answers {@link #NOTHING} or {@link #ENDED}. */
    void onTick();

    /** Ticks went by that nobody could keep. */
    void onSkippedTicks(long ticks);

    /**
     * Writes the next G.711 payload.
     *
     * @param payloadType {@link MediaPlane#PCMU} or {@link MediaPlane#PCMA}.
     * @return its length, or {@link #NOTHING}, or {@link #ENDED}.
     */
    int nextPayload(MutableDirectBuffer buffer, int offset, int payloadType);

    /**
     * The caller's audio, in order and without duplicates. The buffer's content dies when the call returns.
     *
     * @return false when there was no room for it and something was thrown away.
     */
    boolean onAudio(DirectBuffer buffer, int offset, int length);

    /** What was heard and not yet said is void: the codec has changed. */
    void forget();
}
