package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

@Conforms("RFC 3551 §4.5.14")
class G711Test {
    /** G.711 table 2: decision values of 14-bit magnitudes, in steps of 2 (the first one half), 4, 8 ... 256. */
    private static final int[] ULAW_DECISIONS = decisions(1, 2, 15, 4, 256);
    /** G.711 table 1: decision values of 12-bit magnitudes, in steps of 1 (two segments), 2, 4 ... 64. */
    private static final int[] ALAW_DECISIONS = decisions(1, 1, 31, 2, 64);

    @Test
    void shouldEncodeUlawByTheDecisionValuesOfTheStandard() {
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            final int interval = interval(ULAW_DECISIONS, (sample < 0 ? ~sample : sample) >> 2);
            final int expected = sample < 0 ? 0x7F - interval : 0xFF - interval;
            assertEquals(expected, G711.encodeUlaw((short) sample) & 0xFF, "sample " + sample);
        }
    }

    @Test
    void shouldEncodeAlawByTheDecisionValuesOfTheStandard() {
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            final int interval = interval(ALAW_DECISIONS, (sample < 0 ? ~sample : sample) >> 4);
            final int expected = (sample < 0 ? interval : 0x80 + interval) ^ 0x55;
            assertEquals(expected, G711.encodeAlaw((short) sample) & 0xFF, "sample " + sample);
        }
    }

    @Test
    void shouldEncodeTheExamplesOfTheStandard() {
        assertEquals((byte) 0x80, G711.encodeUlaw(Short.MAX_VALUE));
        assertEquals((byte) 0x00, G711.encodeUlaw(Short.MIN_VALUE));
        assertEquals((byte) 0xFF, G711.encodeUlaw((short) 0));
        assertEquals((byte) 0x7F, G711.encodeUlaw((short) -1));
        assertEquals((byte) 0xAA, G711.encodeAlaw(Short.MAX_VALUE));
        assertEquals((byte) 0x2A, G711.encodeAlaw(Short.MIN_VALUE));
        assertEquals((byte) 0xD5, G711.encodeAlaw((short) 0));
        assertEquals((byte) 0x55, G711.encodeAlaw((short) -1));
        assertEquals(32_124, G711.decodeUlaw((byte) 0x80));
        assertEquals(-32_256, G711.decodeAlaw((byte) 0x2A));
        assertEquals(0, G711.decodeUlaw(G711.ULAW_SILENCE));
        assertEquals(8, G711.decodeAlaw(G711.ALAW_SILENCE));
    }

    @Test
    void shouldEncodeEveryCodesSampleToThatCode() {
        for (int code = 0; code < 256; code++) {
            final byte ulaw = (byte) (code == 0x7F ? 0xFF : code);
            assertEquals(
                    ulaw,
                    G711.encodeUlaw(G711.decodeUlaw((byte) code)),
                    "µ-law has two zeros, and one of them is enough");
            assertEquals((byte) code, G711.encodeAlaw(G711.decodeAlaw((byte) code)));
        }
    }

    @Test
    void shouldDecodeAsTheJdkDoes() throws IOException {
        final byte[] codes = new byte[256];
        for (int code = 0; code < 256; code++) {
            codes[code] = (byte) code;
        }
        final ByteBuffer ulaw = ByteBuffer.wrap(convert(law(Encoding.ULAW), linear(), codes));
        final ByteBuffer alaw = ByteBuffer.wrap(convert(law(Encoding.ALAW), linear(), codes));
        for (int code = 0; code < 256; code++) {
            assertEquals(ulaw.order(ByteOrder.LITTLE_ENDIAN).getShort(2 * code), G711.decodeUlaw((byte) code));
            assertEquals(alaw.order(ByteOrder.LITTLE_ENDIAN).getShort(2 * code), G711.decodeAlaw((byte) code));
        }
    }

    /**
     * The JDK puts a negative decision value into the interval above. And beyond 32,635 its encoder wraps around: it
     * makes silence of -32,768.
     */
    @Test
    void shouldEncodeUlawAsTheJdkDoesButOnNegativeDecisionValues() throws IOException {
        assertLikeTheJdk(Encoding.ULAW, 32_635, sample -> G711.encodeUlaw((short) sample), ULAW_DECISIONS, 2, 0);
    }

    /** The JDK takes 8 off every negative magnitude, which is half of the finest step, and so moves all its intervals. */
    @Test
    void shouldEncodeAlawAsTheJdkDoesButForItsOffset() throws IOException {
        assertLikeTheJdk(Encoding.ALAW, 32_767, sample -> G711.encodeAlaw((short) sample), ALAW_DECISIONS, 4, 7);
    }

    private static void assertLikeTheJdk(
            final Encoding encoding,
            final int magnitudeMax,
            final IntUnaryOperator encoder,
            final int[] decisions,
            final int shift,
            final int beyondDecisionMax)
            throws IOException {
        final ByteBuffer samples =
                ByteBuffer.allocate(2 * (2 * magnitudeMax + 1)).order(ByteOrder.LITTLE_ENDIAN);
        for (int sample = -magnitudeMax; sample <= magnitudeMax; sample++) {
            samples.putShort((short) sample);
        }
        final byte[] expected = convert(linear(), law(encoding), samples.array());
        for (int sample = -magnitudeMax; sample <= magnitudeMax; sample++) {
            if ((byte) encoder.applyAsInt(sample) != expected[sample + magnitudeMax]) {
                final int beyondDecision = -sample - (decisions[interval(decisions, -sample >> shift)] << shift);
                assertTrue(sample < 0 && beyondDecision <= beyondDecisionMax, "sample " + sample);
            }
        }
    }

    private static byte[] convert(final AudioFormat from, final AudioFormat to, final byte[] bytes) throws IOException {
        final long frames = bytes.length / from.getFrameSize();
        try (AudioInputStream stream = AudioSystem.getAudioInputStream(
                to, new AudioInputStream(new ByteArrayInputStream(bytes), from, frames))) {
            return stream.readAllBytes();
        }
    }

    private static AudioFormat linear() {
        return new AudioFormat(8000, 16, 1, true, false);
    }

    private static AudioFormat law(final Encoding encoding) {
        return new AudioFormat(encoding, 8000, 8, 1, 1, 8000, false);
    }

    /** Which of 128 intervals a magnitude lies in: the last that begins at or below it. */
    private static int interval(final int[] decisions, final int magnitude) {
        int interval = 0;
        while (interval + 1 < decisions.length && decisions[interval + 1] <= magnitude) {
            interval++;
        }
        return interval;
    }

    private static int[] decisions(
            final int second, final int linearStep, final int linearSteps, final int firstStep, final int lastStep) {
        final int[] decisions = new int[128];
        int count = 0;
        decisions[count++] = 0;
        int value = second;
        decisions[count++] = value;
        for (int i = 1; i < linearSteps; i++) {
            value += linearStep;
            decisions[count++] = value;
        }
        // The last linear interval is as wide as those before; then sixteen of each width.
        value += linearStep;
        decisions[count++] = value;
        for (int step = firstStep; step <= lastStep; step *= 2) {
            for (int i = 0; i < 16 && count < decisions.length; i++) {
                value += step;
                decisions[count++] = value;
            }
        }
        assertEquals(128, count);
        return decisions;
    }
}
