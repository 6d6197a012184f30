package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import midplane.shelf.PromptStore.Broken;
import midplane.shelf.PromptStore.Found;
import midplane.shelf.PromptStore.Lookup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WavDecoderTest {
    @Test
    void shouldReadLinear16BitSamples() {
        assertArrayEquals(
                new short[] {0, 1, -1, Short.MAX_VALUE, Short.MIN_VALUE},
                samples(Wav.pcm16((short) 0, (short) 1, (short) -1, Short.MAX_VALUE, Short.MIN_VALUE)));
    }

    @Test
    void shouldReadLinear8BitSamplesWhichHaveNoSign() {
        assertArrayEquals(new short[] {Short.MIN_VALUE, 0, Short.MAX_VALUE}, samples(Wav.pcm(8000, 1, 8, new byte[] {
            0, (byte) 0x80, (byte) 0xFF
        })));
    }

    @Test
    void shouldReadUlaw() {
        final byte[] codes = {0x00, 0x7F, (byte) 0x80, (byte) 0xFF, (byte) 0xF0};
        assertArrayEquals(
                new short[] {-32_124, 0, 32_124, 0, 120},
                samples(Wav.of(Wav.ULAW, 8000, 1, 8, codes)),
                "G.711, table 2");
    }

    @Test
    void shouldReadAlaw() {
        final byte[] codes = {0x2A, 0x55, (byte) 0xAA, (byte) 0xD5, (byte) 0xD4};
        assertArrayEquals(
                new short[] {-32_256, -8, 32_256, 8, 24},
                samples(Wav.of(Wav.ALAW, 8000, 1, 8, codes)),
                "G.711, table 1");
    }

    @Test
    void shouldMixTwoChannels() {
        assertArrayEquals(new short[] {0x1800}, samples(Wav.pcm(8000, 2, 16, new byte[] {0, 0x10, 0, 0x20})));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 44100, 2, 16, needs 8000 Hz mono PCM16 or G.711, has 44100 Hz stereo",
        "1, 16000, 1, 16, needs 8000 Hz mono PCM16 or G.711, has 16000 Hz mono",
        "1, 8001, 1, 16, needs 8000 Hz mono PCM16 or G.711, has 8001 Hz mono",
        "7, 11025, 1, 8, needs 8000 Hz mono PCM16 or G.711, has 11025 Hz mono",
        "7, 8000, 2, 8, needs 8000 Hz mono PCM16 or G.711, has 8000 Hz stereo ULAW",
        "49, 8000, 1, 8, needs 8000 Hz mono PCM16 or G.711, has another coding or a damaged header",
    })
    void shouldSayWhatItNeedsAndWhatThereIs(
            final int coding,
            final int rate,
            final int channels,
            final int bits,
            final String needs,
            final String has) {
        assertEquals(new Broken(needs + ", " + has), decode(Wav.of(coding, rate, channels, bits, new byte[64])));
    }

    @Test
    void shouldFindNoAudioInAnEmptyFile() {
        assertEquals(new Broken("no audio in it"), decode(Wav.pcm16()));
    }

    @Test
    void shouldPlayWhatThereIsWhenAWriterThatCouldNotSeekLeftTheLengthsOpen() {
        final byte[] file = Wav.pcm16((short) 1, (short) 2);
        Arrays.fill(file, 4, 8, (byte) 0xFF);
        Arrays.fill(file, 40, 44, (byte) 0xFF);
        assertArrayEquals(new short[] {1, 2}, samples(file));
    }

    @Test
    void shouldRefuseWhatElseTheJdkCouldRead() {
        final byte[] midi = {'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 0, 0, 1, 0, 96};
        assertEquals(new Broken("no WAV file"), decode(midi));
        assertEquals(new Broken("no WAV file"), decode(new byte[0]));
    }

    @Test
    void shouldAnswerForAFileCutAtAnyByte() {
        final byte[] file = Wav.of(Wav.ULAW, 8000, 1, 8, new byte[16]);
        for (int length = 0; length < file.length; length++) {
            final Lookup lookup = decode(Arrays.copyOf(file, length));
            final int headerLength = file.length - 16;
            if (length <= headerLength) {
                assertInstanceOf(Broken.class, lookup, "cut at " + length);
            } else {
                assertTrue(lookup instanceof Broken || lookup instanceof Found, "cut at " + length);
            }
        }
    }

    @Test
    void shouldAnswerForAnyDamage() {
        final Random random = new Random(4711);
        for (int run = 0; run < 3000; run++) {
            final byte[] file = Wav.of(run % 2 == 0 ? Wav.PCM : Wav.ALAW, 8000, 1, 8, new byte[32]);
            for (int i = random.nextInt(4); i >= 0; i--) {
                file[12 + random.nextInt(file.length - 12)] = (byte) random.nextInt();
            }
            assertNotNull(decode(file));
        }
    }

    private static Lookup decode(final byte[] file) {
        return WavDecoder.decode("name", file);
    }

    private static short[] samples(final byte[] file) {
        return assertInstanceOf(Found.class, decode(file)).prompt().samples();
    }
}
