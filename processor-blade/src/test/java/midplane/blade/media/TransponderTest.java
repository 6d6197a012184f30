package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransponderTest {
    private final Transponder transponder = new Transponder();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[MediaPlane.SAMPLES_PER_TICK]);

    @ParameterizedTest
    @CsvSource({"2010, 1780, 0", "1780, 2010, 0", "2010, 1780, 8", "1780, 2010, 8"})
    void shouldAnswerOneToneByTheOther(final int heardHz, final int answeredHz, final int payloadType) {
        transponder.open();
        assertEquals(AudioSource.NOTHING, answer(payloadType));
        for (int block = 0; block < 3; block++) {
            hear(heardHz, block, payloadType, 0);
            assertEquals(MediaPlane.SAMPLES_PER_TICK, answer(payloadType));
            assertEquals(answeredHz / 50.0, crossings(payloadType), 1.5, "zeros crossed in 20 ms");
        }
        hear(0, 0, payloadType, 0);
        assertEquals(AudioSource.NOTHING, answer(payloadType));
    }

    @Test
    void shouldAnswerNothingElse() {
        transponder.open();
        for (final int hz : new int[] {440, 1000, 1900, 2100, 2600}) {
            hear(hz, 0, MediaPlane.PCMU, 0);
            assertEquals(AudioSource.NOTHING, answer(MediaPlane.PCMU), hz + " Hz");
        }
        hear(0, 0, MediaPlane.PCMU, 3000);
        assertEquals(AudioSource.NOTHING, answer(MediaPlane.PCMU), "noise");
    }

    private void hear(final int hz, final int block, final int payloadType, final int noise) {
        final Random random = new Random(3);
        for (int i = 0; i < MediaPlane.SAMPLES_PER_TICK; i++) {
            final int at = block * MediaPlane.SAMPLES_PER_TICK + i;
            final short sample =
                    (short) (5000 * Math.sin(2 * Math.PI * hz * at / 8000) + noise * random.nextGaussian());
            payload.putByte(i, payloadType == MediaPlane.PCMU ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
        }
        transponder.onAudio(payload, 0, MediaPlane.SAMPLES_PER_TICK);
    }

    private int answer(final int payloadType) {
        transponder.onTick();
        return transponder.nextPayload(payload, 0, payloadType);
    }

    /** How often the payload's wave goes through zero, upwards. */
    private int crossings(final int payloadType) {
        int crossings = 0;
        short before = 0;
        for (int i = 0; i < MediaPlane.SAMPLES_PER_TICK; i++) {
            final short sample = payloadType == MediaPlane.PCMU
                    ? G711.decodeUlaw(payload.getByte(i))
                    : G711.decodeAlaw(payload.getByte(i));
            crossings += before < 0 && sample >= 0 ? 1 : 0;
            before = sample;
        }
        return crossings;
    }
}
