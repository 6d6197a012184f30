package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Keys in the audio: heard through G.711, twist, noise and offset tones, and not heard where there are none. */
class DtmfDetectorTest {
    private static final String KEYS = "0123456789*#ABCD";
    private static final int RATE = 8000;

    private final StringBuilder heard = new StringBuilder();
    private final DtmfDetector detector = new DtmfDetector(new KeyListener() {
        @Override
        public void onKey(final char key) {
            heard.append(key);
        }

        @Override
        public void onLongKey(final char key) {
            heard.append('L').append(key);
        }
    });

    @Test
    void shouldHearEveryKeyThatATonePlayerSounds() {
        for (final int codec : new int[] {MediaPlane.PCMU, MediaPlane.PCMA}) {
            heard.setLength(0);
            detector.open();
            for (final char key : KEYS.toCharArray()) {
                sound(Tone.ofKey(key, 80, 80), codec);
            }
            assertEquals(KEYS, heard.toString());
        }
    }

    @Test
    void shouldHearARepeatedKeyTwiceAndAHeldKeyOnce() {
        sound(Tone.ofKey('5', 50, 50), MediaPlane.PCMU);
        sound(Tone.ofKey('5', 50, 50), MediaPlane.PCMU);
        sound(Tone.ofKey('5', 2500, 100), MediaPlane.PCMU);
        assertEquals("555L5", heard.toString());
    }

    /** ITU-T Q.24: frequencies may be 1.5 % off, and −8 to +4 dB of twist are a telephone's own. */
    @Test
    void shouldHearWhatTelephonesAndLinesMakeOfAKey() {
        for (final double offset : new double[] {0.985, 1.0, 1.015}) {
            for (final double twistDb : new double[] {-6, 0, 4}) {
                for (final double levelDb : new double[] {0, -10, -20}) {
                    heard.setLength(0);
                    detector.open();
                    final double row = 8000 * Math.pow(10, levelDb / 20);
                    final double column = row * Math.pow(10, twistDb / 20);
                    for (int i = 0; i < RATE / 10; i++) {
                        feed(row * wave(770 * offset, i) + column * wave(1336 * offset, i));
                    }
                    silence(400);
                    assertEquals("5", heard.toString(), offset + " " + twistDb + " dB " + levelDb + " dB");
                }
            }
        }
    }

    @Test
    void shouldHearKeysThroughNoiseAndRideOverAClick() {
        final Random random = new Random(1);
        for (int i = 0; i < RATE / 5; i++) {
            final boolean clicks = i >= 700 && i < 720;
            feed(clicks ? 0 : 4000 * wave(852, i) + 4000 * wave(1477, i) + 500 * random.nextGaussian());
        }
        assertEquals("9", heard.toString());
    }

    @Test
    void shouldNotHearABeepThatIsTooShort() {
        for (int i = 0; i < 160; i++) {
            feed(4000 * wave(697, i) + 4000 * wave(1209, i));
        }
        silence(800);
        assertEquals("", heard.toString());
    }

    @Test
    void shouldNotHearOneToneOrTwoOfAGroupOrThree() {
        for (int i = 0; i < RATE; i++) {
            feed(8000 * wave(697, i));
        }
        for (int i = 0; i < RATE; i++) {
            feed(5000 * wave(697, i) + 5000 * wave(852, i));
        }
        for (int i = 0; i < RATE; i++) {
            feed(5000 * wave(697, i) + 5000 * wave(1209, i) + 5000 * wave(1477, i));
        }
        // dial tone, ringback, busy
        for (int i = 0; i < RATE; i++) {
            feed(5000 * wave(350, i) + 5000 * wave(440, i));
        }
        for (int i = 0; i < RATE; i++) {
            feed(5000 * wave(480, i) + 5000 * wave(620, i));
        }
        assertEquals("", heard.toString());
    }

    /** Talk-off: noise, and minutes of vowels gliding through pitches and formants, as speech does. */
    @Test
    void shouldNotTakeNoiseOrSpeechForKeys() {
        final Random random = new Random(7);
        for (int i = 0; i < 60 * RATE; i++) {
            feed(3000 * random.nextGaussian());
        }
        assertEquals("", heard.toString(), "noise");
        int spoken = 0;
        for (int syllable = 0; syllable < 600; syllable++) {
            spoken += vowel(random);
        }
        assertTrue(spoken > 100 * RATE, "minutes of speech: " + spoken / RATE / 60);
        assertTrue(heard.length() <= 1, "taken for keys: " + heard);
    }

    /** A voiced sound: harmonics of a gliding pitch, shaped by three gliding formants. */
    private int vowel(final Random random) {
        final int length = RATE / 10 + random.nextInt(RATE / 5);
        final double pitch = 85 + random.nextDouble() * 220;
        final double glide = (random.nextDouble() - 0.5) * 0.2;
        final double[] formants = {300 + random.nextInt(600), 900 + random.nextInt(1400), 2300 + random.nextInt(800)};
        double phase = 0;
        for (int i = 0; i < length; i++) {
            final double at = (double) i / length;
            final double current = pitch * (1 + glide * at);
            phase += 2 * Math.PI * current / RATE;
            double sample = 0;
            for (int harmonic = 1; harmonic * current < 3400; harmonic++) {
                double weight = 0;
                for (final double formant : formants) {
                    final double distance = (harmonic * current - formant * (1 + 0.1 * at)) / 90;
                    weight += 1 / (1 + distance * distance);
                }
                sample += weight * Math.sin(harmonic * phase);
            }
            feed(6000 * Math.sin(Math.PI * at) * sample + 100 * random.nextGaussian());
        }
        return length;
    }

    private void sound(final Tone tone, final int codec) {
        final TonePlayer player = new TonePlayer();
        player.open(tone, Long.MAX_VALUE);
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[MediaPlane.SAMPLES_PER_TICK]);
        player.onTick();
        while (player.nextPayload(payload, 0, codec) > 0) {
            for (int i = 0; i < payload.capacity(); i++) {
                final byte code = payload.getByte(i);
                detector.onSample(codec == MediaPlane.PCMU ? G711.decodeUlaw(code) : G711.decodeAlaw(code));
            }
            player.onTick();
        }
    }

    private void silence(final int samples) {
        for (int i = 0; i < samples; i++) {
            feed(0);
        }
    }

    private void feed(final double sample) {
        detector.onSample((short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sample)));
    }

    private static double wave(final double hz, final int i) {
        return Math.sin(2 * Math.PI * hz * i / RATE);
    }
}
