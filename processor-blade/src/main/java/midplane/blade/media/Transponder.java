package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The far end of a dual-tone continuity test (RFC 3435 §2.3.1, after GR-246): who sends the one tone gets the other back,
 * 1780 Hz for 2010 and 2010 for 1780, for as long as it is heard. Anything else gets silence.
 */
final class Transponder implements AudioSource {
    private static final int SAMPLE_RATE = 8000;
    private static final int LOW_HZ = 1780;
    private static final int HIGH_HZ = 2010;
    private static final int BLOCK_LENGTH = MediaPlane.SAMPLES_PER_TICK;
    private static final double AMPLITUDE = 4000;
    /** A sine of amplitude 300 over a block. */
    private static final double POWER_MIN = 5.8e8;
    /** Part of all energy that the tone must have. */
    private static final double PURITY_MIN = 0.7;

    /** Who has sent nothing for so long is not heard any more. */
    private static final int UNHEARD_TICKS_MAX = 3;

    private final double[] coefficients = {coefficient(LOW_HZ), coefficient(HIGH_HZ)};
    private final double[] last = new double[2];
    private final double[] beforeLast = new double[2];
    private int encoding;
    private double energy;
    private int samples;
    private int answerHz;
    private long position;
    private boolean isDue;
    private int unheardTicks;

    void open() {
        forget();
        position = 0;
        isDue = false;
    }

    private static double coefficient(final int hz) {
        return 2 * Math.cos(2 * Math.PI * hz / SAMPLE_RATE);
    }

    @Override
    public void onTick() {
        isDue = true;
        if (++unheardTicks > UNHEARD_TICKS_MAX) {
            answerHz = 0;
        }
    }

    @Override
    public void onSkippedTicks(final long ticks) {}

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        encoding = payloadType;
        if (!isDue || answerHz == 0) {
            return NOTHING;
        }
        isDue = false;
        final double step = 2 * Math.PI * answerHz / SAMPLE_RATE;
        for (int i = 0; i < MediaPlane.SAMPLES_PER_TICK; i++) {
            final short sample = (short) (AMPLITUDE * Math.sin(step * position++));
            buffer.putByte(
                    offset + i, payloadType == MediaPlane.PCMU ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
        }
        return MediaPlane.SAMPLES_PER_TICK;
    }

    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        unheardTicks = 0;
        for (int i = offset; i < offset + length; i++) {
            final byte code = buffer.getByte(i);
            onSample(encoding == MediaPlane.PCMU ? G711.decodeUlaw(code) : G711.decodeAlaw(code));
        }
        return true;
    }

    private void onSample(final short sample) {
        energy += (double) sample * sample;
        for (int i = 0; i < 2; i++) {
            final double next = sample + coefficients[i] * last[i] - beforeLast[i];
            beforeLast[i] = last[i];
            last[i] = next;
        }
        if (++samples == BLOCK_LENGTH) {
            final boolean isHigh = power(1) > power(0);
            final double power = power(isHigh ? 1 : 0);
            final boolean isTone = power >= POWER_MIN && power >= PURITY_MIN * energy * BLOCK_LENGTH / 2;
            clear();
            answerHz = isTone ? isHigh ? LOW_HZ : HIGH_HZ : 0;
        }
    }

    private double power(final int i) {
        return last[i] * last[i] + beforeLast[i] * beforeLast[i] - coefficients[i] * last[i] * beforeLast[i];
    }

    private void clear() {
        for (int i = 0; i < 2; i++) {
            last[i] = 0;
            beforeLast[i] = 0;
        }
        energy = 0;
        samples = 0;
    }

    @Override
    public void forget() {
        clear();
        answerHz = 0;
        encoding = MediaPlane.PCMU;
    }
}
