package midplane.blade.media;

import java.util.List;
import midplane.shelf.Prompt;

/** Sines, and how much of one there is in what was heard (Goertzel's algorithm). */
final class Tones {
    private static final double RATE = Prompt.SAMPLE_RATE;

    private Tones() {}

    /** So many samples of a sine, from a place in it on. */
    static short[] sine(final double hertz, final int amplitude, final int from, final int samples) {
        final short[] sine = new short[samples];
        for (int i = 0; i < samples; i++) {
            sine[i] = (short) Math.round(amplitude * Math.sin(2 * Math.PI * hertz * (from + i) / RATE));
        }
        return sine;
    }

    static byte[] encoded(final short[] samples, final int encoding) {
        final byte[] codes = new byte[samples.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = encoding == MediaPlane.PCMU ? G711.encodeUlaw(samples[i]) : G711.encodeAlaw(samples[i]);
        }
        return codes;
    }

    /** The samples of packets in a row. */
    static short[] decoded(final List<Rtp> packets) {
        final short[] samples = new short
                [packets.stream().mapToInt(packet -> packet.payload().length).sum()];
        int at = 0;
        for (final Rtp packet : packets) {
            for (final byte code : packet.payload()) {
                samples[at++] = packet.payloadType() == MediaPlane.PCMU ? G711.decodeUlaw(code) : G711.decodeAlaw(code);
            }
        }
        return samples;
    }

    /** The amplitude of a frequency in samples. */
    static double amplitude(final short[] samples, final double hertz) {
        final double coefficient = 2 * Math.cos(2 * Math.PI * hertz / RATE);
        double last = 0;
        double beforeLast = 0;
        for (final short sample : samples) {
            final double now = sample + coefficient * last - beforeLast;
            beforeLast = last;
            last = now;
        }
        final double power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
        return 2 * Math.sqrt(Math.max(0, power)) / samples.length;
    }

    static int peak(final short[] samples) {
        int peak = 0;
        for (final short sample : samples) {
            peak = Math.max(peak, Math.abs(sample));
        }
        return peak;
    }
}
