package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Makes a {@link Tone}, tick by tick. */
final class TonePlayer implements AudioSource {
    /** Of each wave, on a scale of 32767: −13 dBm0, loud enough for every detector and far from clipping. */
    private static final double AMPLITUDE = 4000;

    private static final int SAMPLE_RATE = 8000;
    private static final int SAMPLES_PER_MS = SAMPLE_RATE / 1000;

    private double lowStep;
    private double highStep;
    private double highAmplitude;
    private long onSamples;
    private long periodSamples;
    private long totalSamples;
    private long position;
    private boolean isDue;

    void open(final Tone tone, final long maxPlayNs) {
        lowStep = 2 * Math.PI * tone.lowHz() / SAMPLE_RATE;
        highStep = 2 * Math.PI * tone.highHz() / SAMPLE_RATE;
        highAmplitude = tone.highHz() == 0 ? 0 : AMPLITUDE;
        onSamples = tone.onMs() == 0 ? Long.MAX_VALUE : (long) tone.onMs() * SAMPLES_PER_MS;
        periodSamples = tone.onMs() == 0 ? Long.MAX_VALUE : (long) (tone.onMs() + tone.offMs()) * SAMPLES_PER_MS;
        final long limit = maxPlayNs / MediaSession.NANOS_PER_SAMPLE;
        totalSamples =
                tone.repeats() == 0 || tone.onMs() == 0 ? limit : Math.min(limit, tone.repeats() * periodSamples);
        position = 0;
        isDue = false;
    }

    @Override
    public void onTick() {
        isDue = true;
    }

    @Override
    public void onSkippedTicks(final long ticks) {
        position += ticks * MediaPlane.SAMPLES_PER_TICK;
    }

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        if (!isDue) {
            return NOTHING;
        }
        isDue = false;
        if (position >= totalSamples) {
            return ENDED;
        }
        for (int i = 0; i < MediaPlane.SAMPLES_PER_TICK; i++) {
            final short sample = sampleAt(position + i);
            buffer.putByte(
                    offset + i, payloadType == MediaPlane.PCMU ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
        }
        position += MediaPlane.SAMPLES_PER_TICK;
        return MediaPlane.SAMPLES_PER_TICK;
    }

    private short sampleAt(final long at) {
        final long within = at % periodSamples;
        if (at >= totalSamples || within >= onSamples) {
            return 0;
        }
        return (short) (AMPLITUDE * Math.sin(lowStep * within) + highAmplitude * Math.sin(highStep * within));
    }

    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        return true;
    }

    @Override
    public void forget() {}
}
