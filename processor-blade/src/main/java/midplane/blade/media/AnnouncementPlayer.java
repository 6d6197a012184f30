package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Plays one {@link Announcement}: prompt, delay, prompt, and so on, for as long as it may. */
final class AnnouncementPlayer implements AudioSource {
    private static final short[] NO_SAMPLES = {};

    private short[] samples = NO_SAMPLES;
    private int position;
    private boolean isForever;
    private int playsLeft;
    private long delayTicks;
    private long silentTicksLeft;
    private long elapsedNs;
    private long limitNs;
    private boolean isDue;
    private boolean hasEnded;

    void open(final Announcement announcement, final long maxPlayNs) {
        samples = announcement.prompt().samples();
        position = 0;
        isForever = announcement.repeats() == 0;
        playsLeft = Math.max(0, announcement.repeats() - 1);
        delayTicks = wholeTicks(announcement.delayNs());
        silentTicksLeft = 0;
        elapsedNs = 0;
        limitNs = Math.min(announcement.durationNs(), maxPlayNs);
        isDue = false;
        hasEnded = samples.length == 0;
    }

    /** A pooled player must not keep a prompt alive. */
    void close() {
        samples = NO_SAMPLES;
        hasEnded = true;
    }

    @Override
    public void onTick() {
        isDue = true;
    }

    @Override
    public void onSkippedTicks(final long ticks) {
        elapsedNs += ticks * MediaPlane.TICK_NS;
    }

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        if (!isDue) {
            return NOTHING;
        }
        isDue = false;
        hasEnded |= elapsedNs >= limitNs;
        if (hasEnded) {
            return ENDED;
        }
        elapsedNs += MediaPlane.TICK_NS;
        if (silentTicksLeft > 0) {
            silentTicksLeft--;
            return NOTHING;
        }
        putSamples(buffer, offset, payloadType);
        return MediaPlane.SAMPLES_PER_TICK;
    }

    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        return true;
    }

    @Override
    public void forget() {}

    private void putSamples(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        final boolean isUlaw = payloadType == MediaPlane.PCMU;
        int written = 0;
        while (written < MediaPlane.SAMPLES_PER_TICK && !hasEnded && silentTicksLeft == 0) {
            final int length = Math.min(MediaPlane.SAMPLES_PER_TICK - written, samples.length - position);
            for (int i = 0; i < length; i++) {
                final short sample = samples[position + i];
                buffer.putByte(offset + written + i, isUlaw ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
            }
            written += length;
            position += length;
            if (position == samples.length) {
                onPlayed();
            }
        }
        final byte silence = isUlaw ? G711.ULAW_SILENCE : G711.ALAW_SILENCE;
        buffer.setMemory(offset + written, MediaPlane.SAMPLES_PER_TICK - written, silence);
    }

    private void onPlayed() {
        if (!isForever && playsLeft == 0) {
            hasEnded = true;
            return;
        }
        playsLeft--;
        position = 0;
        silentTicksLeft = delayTicks;
    }

    private static long wholeTicks(final long durationNs) {
        return durationNs / MediaPlane.TICK_NS + (durationNs % MediaPlane.TICK_NS == 0 ? 0 : 1);
    }
}
