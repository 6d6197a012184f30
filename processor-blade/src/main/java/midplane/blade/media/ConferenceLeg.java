package midplane.blade.media;

import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One session's part in a conference: what its caller says, and what he hears. There is a packet in every tick, of
 * silence when nobody speaks, so that no one's jitter buffer and no one's NAT forgets us. Pooled.
 */
final class ConferenceLeg implements AudioSource {
    /** Samples no louder than this are silence: the least codes of both laws, which decode to 8. */
    private static final int SILENCE_MAX = 15;

    private final MediaCounters counters;
    private final JitterBuffer heard = new JitterBuffer();
    private final Limiter limiter = new Limiter();
    private final short[] frame = new short[MediaPlane.SAMPLES_PER_TICK];

    private @Nullable Conference conference;
    private boolean speaks;
    private boolean isDue;

    /** Links of the conference's list, which is its own business. */
    @Nullable
    ConferenceLeg next;

    @Nullable
    ConferenceLeg previous;

    ConferenceLeg(final MediaCounters counters) {
        this.counters = counters;
    }

    void open(final Conference joined) {
        conference = joined;
        heard.clear();
        limiter.open();
        speaks = false;
        isDue = false;
    }

    Conference conference() {
        return Objects.requireNonNull(conference, "a leg has a conference");
    }

    /** Out of the conference, which may end by that. */
    void leave() {
        final Conference left = Objects.requireNonNull(conference, "a leg leaves once");
        conference = null;
        left.onLeave(this);
    }

    /** A tick is due: adds to the sum what its caller says, if he says anything. */
    void addTo(final Mixer mixer) {
        speaks = heard.take(frame) && isAudible();
        if (speaks) {
            mixer.add(frame);
        }
        if (heard.shrink()) {
            counters.conferenceShrunk.incrementRelease();
        }
    }

    @Override
    public void onTick() {
        isDue = true;
    }

    /** What was said meanwhile is old: the delay it makes goes as any delay does. */
    @Override
    public void onSkippedTicks(final long ticks) {}

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        if (!isDue) {
            return NOTHING;
        }
        isDue = false;
        final Mixer mixer = conference().mixer();
        final boolean isUlaw = payloadType == MediaPlane.PCMU;
        if (speaks) {
            mixer.putLess(frame, limiter, buffer, offset, isUlaw);
        } else {
            limiter.follow(mixer.limiter());
            mixer.put(buffer, offset, isUlaw);
        }
        return MediaPlane.SAMPLES_PER_TICK;
    }

    /**
     * Its caller says something.
     *
     * @param packet wrapped around the buffer, whose content dies when the call returns.
     * @param isNewest false for a duplicate, or for one that came after its successor.
     * @return false when some of it came too late or too early and was thrown away.
     */
    boolean hear(final RtpPacket packet, final DirectBuffer buffer, final boolean isUlaw, final boolean isNewest) {
        return heard.put(packet.timestamp(), buffer, packet.payloadOffset(), packet.payloadLength(), isUlaw, isNewest);
    }

    /** What the caller says goes to {@link #hear}, and what others say is mixed. */
    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        return true;
    }

    /** What was heard is linear already: another codec changes nothing. */
    @Override
    public void forget() {}

    private boolean isAudible() {
        int bits = 0;
        for (final short sample : frame) {
            bits |= sample ^ (sample >> 31);
        }
        return bits > SILENCE_MAX;
    }
}
