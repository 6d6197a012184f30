package midplane.chassis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore.Broken;
import midplane.shelf.PromptStore.Found;
import midplane.shelf.PromptStore.Lookup;

/**
 * Reads WAV files by the JDK's sound API, which needs no audio device for it.
 *
 * <p>Only 8000 Hz is taken, though the JDK would convert other rates: its converter does not filter. A tone of 6000 Hz
 * sampled at 44100 Hz came out as one of 2000 Hz and hardly weaker, and speech so treated lisps. And a damaged header
 * with an absurd rate keeps its resampler running without end. Other sample sizes, and two channels, which the JDK
 * mixes, are fine.
 */
final class WavDecoder {
    private static final AudioFormat WANTED = new AudioFormat(Prompt.SAMPLE_RATE, Short.SIZE, 1, true, false);
    private static final String NEEDS = "needs " + Prompt.SAMPLE_RATE + " Hz mono PCM16 or G.711, has ";
    private static final int RIFF_HEADER_LENGTH = 12;

    private WavDecoder() {}

    /**
     * Decodes a whole file.
     *
     * @return {@link Found}, or {@link Broken} with a reason for people.
     */
    static Lookup decode(final String name, final byte[] file) {
        if (!isWav(file)) {
            return new Broken("no WAV file");
        }
        try (AudioInputStream stream = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file))) {
            return decode(name, stream);
        } catch (final UnsupportedAudioFileException ex) {
            return new Broken(NEEDS + "another coding or a damaged header");
        } catch (final IOException | RuntimeException ex) {
            // The JDK's reader meets a header that makes no sense with whatever exception comes of it.
            return new Broken("damaged WAV file");
        }
    }

    private static Lookup decode(final String name, final AudioInputStream stream) throws IOException {
        final AudioFormat format = stream.getFormat();
        if (format.getSampleRate() != Prompt.SAMPLE_RATE || !AudioSystem.isConversionSupported(WANTED, format)) {
            return new Broken(NEEDS + text(format));
        }
        final byte[] bytes = AudioSystem.getAudioInputStream(WANTED, stream).readAllBytes();
        final short[] samples = new short[bytes.length / Short.BYTES];
        if (samples.length == 0) {
            return new Broken("no audio in it");
        }
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return new Found(new Prompt(name, samples));
    }

    /** The JDK would also read AIFF, AU and even MIDI. */
    private static boolean isWav(final byte[] file) {
        return file.length >= RIFF_HEADER_LENGTH
                && new String(file, 0, 4, StandardCharsets.ISO_8859_1).equals("RIFF")
                && new String(file, 8, 4, StandardCharsets.ISO_8859_1).equals("WAVE");
    }

    private static String text(final AudioFormat format) {
        final String channels = switch (format.getChannels()) {
            case 1 -> "mono";
            case 2 -> "stereo";
            default -> format.getChannels() + " channels";
        };
        final int rate = Math.round(format.getSampleRate());
        return rate == Prompt.SAMPLE_RATE
                ? rate + " Hz " + channels + ' ' + format.getEncoding()
                : rate + " Hz " + channels;
    }
}
