package midplane.blade.media;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Plays one {@link Announcement} or {@link PromptSequence}: prompt, delay, prompt, and so on, for as long as it may. */
final class AnnouncementPlayer implements AudioSource {
    private static final short[] NO_SAMPLES = {};

    /** What is played in turn; a pause has a length and no samples. */
    private final short[][] segments = new short[PromptSequence.SEGMENTS_MAX][];

    private final int[] lengths = new int[PromptSequence.SEGMENTS_MAX];
    private int segmentCount;
    private int segment;
    private int position;
    private double gain;
    private boolean isForever;
    private int playsLeft;
    private long delayTicks;
    private long silentTicksLeft;
    private long elapsedNs;
    private long limitNs;
    private boolean isDue;
    private boolean hasEnded;

    AnnouncementPlayer() {
        close();
    }

    void open(final Announcement announcement, final long maxPlayNs) {
        segments[0] = announcement.prompt().samples();
        lengths[0] = segments[0].length;
        start(1, announcement.repeats(), announcement.delayNs(), announcement.durationNs(), maxPlayNs);
        gain = 1;
    }

    void open(final PromptSequence sequence, final long maxPlayNs) {
        int count = 0;
        for (int i = 0; i < sequence.segments().size(); i++) {
            final PromptSequence.Segment added = sequence.segments().get(i);
            if (added.length() > 0) {
                segments[count] = added instanceof PromptSequence.Recording recording
                        ? recording.prompt().samples()
                        : NO_SAMPLES;
                lengths[count++] = added.length();
            }
        }
        start(count, sequence.repeats(), sequence.delayNs(), sequence.durationNs(), maxPlayNs);
        gain = sequence.gainDb() == 0 ? 1 : Math.pow(10, sequence.gainDb() / 20.0);
    }

    private void start(
            final int count, final int repeats, final long delayNs, final long durationNs, final long maxPlayNs) {
        segmentCount = count;
        segment = 0;
        position = 0;
        isForever = repeats == 0;
        playsLeft = Math.max(0, repeats - 1);
        delayTicks = wholeTicks(delayNs);
        silentTicksLeft = 0;
        elapsedNs = 0;
        limitNs = Math.min(durationNs, maxPlayNs);
        isDue = false;
        hasEnded = count == 0 || lengths[0] == 0;
    }

    /** A pooled player must not keep a prompt alive. */
    void close() {
        Arrays.fill(segments, NO_SAMPLES);
        segmentCount = 0;
        hasEnded = true;
    }

    /** How long it has played, in whole ticks. */
    long elapsedNs() {
        return elapsedNs;
    }

    /** Which segment of a sequence is being played, from 0. */
    int segment() {
        return segment;
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
        final byte silence = isUlaw ? G711.ULAW_SILENCE : G711.ALAW_SILENCE;
        int written = 0;
        while (written < MediaPlane.SAMPLES_PER_TICK && !hasEnded && silentTicksLeft == 0) {
            final short[] samples = segments[segment];
            final int length = Math.min(MediaPlane.SAMPLES_PER_TICK - written, lengths[segment] - position);
            if (samples.length == 0) {
                buffer.setMemory(offset + written, length, silence);
            } else {
                for (int i = 0; i < length; i++) {
                    final short sample = amplified(samples[position + i]);
                    buffer.putByte(offset + written + i, isUlaw ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
                }
            }
            written += length;
            position += length;
            if (position == lengths[segment]) {
                onSegmentPlayed();
            }
        }
        buffer.setMemory(offset + written, MediaPlane.SAMPLES_PER_TICK - written, silence);
    }

    private short amplified(final short sample) {
        return gain == 1 ? sample : (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sample * gain));
    }

    private void onSegmentPlayed() {
        position = 0;
        if (++segment < segmentCount) {
            return;
        }
        segment = 0;
        if (!isForever && playsLeft == 0) {
            hasEnded = true;
            return;
        }
        playsLeft--;
        silentTicksLeft = delayTicks;
    }

    private static long wholeTicks(final long durationNs) {
        return durationNs / MediaPlane.TICK_NS + (durationNs % MediaPlane.TICK_NS == 0 ? 0 : 1);
    }
}
