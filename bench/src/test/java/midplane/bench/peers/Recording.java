package midplane.bench.peers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/** Audio in a file, and how like one is to another. */
final class Recording {
    private static final AudioFormat PCM = new AudioFormat(8_000, 16, 1, true, false);
    /** What may be missing at either end: a phone may need a moment to open its ears. */
    private static final int MISSING_MAX = 1_600;

    private Recording() {}

    /** The samples of a WAV file of 8 kHz, one channel. */
    static short[] read(final Path file) throws IOException {
        try (AudioInputStream stream = AudioSystem.getAudioInputStream(file.toFile());
                AudioInputStream linear = AudioSystem.getAudioInputStream(PCM, stream)) {
            final ByteBuffer bytes = ByteBuffer.wrap(linear.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            final short[] samples = new short[bytes.remaining() / Short.BYTES];
            bytes.asShortBuffer().get(samples);
            return samples;
        } catch (final UnsupportedAudioFileException ex) {
            throw new IOException(file.toString(), ex);
        }
    }

    /** The cosine between two recordings where they fit best: 1 for the same, around 0 for strangers. */
    static double likeness(final short[] wanted, final short[] heard) {
        double best = -1;
        for (int lag = -MISSING_MAX; lag <= heard.length - wanted.length + MISSING_MAX; lag++) {
            best = Math.max(best, cosine(wanted, heard, lag));
        }
        return best;
    }

    private static double cosine(final short[] wanted, final short[] heard, final int lag) {
        long product = 0;
        long wantedSquares = 0;
        long heardSquares = 0;
        for (int i = 0; i < wanted.length; i++) {
            final int at = i + lag;
            final int sample = at >= 0 && at < heard.length ? heard[at] : 0;
            product += (long) wanted[i] * sample;
            wantedSquares += (long) wanted[i] * wanted[i];
            heardSquares += (long) sample * sample;
        }
        return wantedSquares == 0 || heardSquares == 0 ? 0 : product / Math.sqrt((double) wantedSquares * heardSquares);
    }
}
