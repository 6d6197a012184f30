package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JitterBufferTest {
    private static final int TICK = MediaPlane.SAMPLES_PER_TICK;
    private static final byte MARK = G711.encodeUlaw((short) 8031);

    private final JitterBuffer jitter = new JitterBuffer();
    private final short[] frame = new short[TICK];

    @Test
    void shouldBeginWithATickOfSilence() {
        assertFalse(jitter.take(frame));
        put(1000, TICK, 5);
        assertEquals(2 * TICK, jitter.inStore());
        assertTrue(jitter.take(frame));
        assertFrame(0);
        assertTrue(jitter.take(frame));
        assertFrame(5);
        Arrays.fill(frame, (short) 99);
        assertFalse(jitter.take(frame));
        assertEquals(99, frame[0], "the frame is as it was");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -80, Integer.MAX_VALUE - 200, Integer.MIN_VALUE})
    void shouldGiveWhatItGotWhateverTheTimestamps(final int start) {
        put(start, TICK, 1);
        take(0);
        for (int i = 1; i < 1000; i++) {
            put(start + i * TICK, TICK, i % 20 + 1);
            take((i - 1) % 20 + 1);
        }
    }

    @Test
    void shouldBearAPacketThatIsATickLate() {
        put(0, TICK, 1);
        take(0);
        put(TICK, TICK, 2);
        take(1);
        take(2);
        put(2 * TICK, TICK, 3);
        put(3 * TICK, TICK, 4);
        take(3);
        take(4);
    }

    @Test
    void shouldBeLongerDelayedOnceItRanDry() {
        put(0, TICK, 1);
        take(0);
        take(1);
        assertFalse(jitter.take(frame));
        assertTrue(put(TICK, TICK, 2), "nothing is lost");
        take(0);
        take(2);
    }

    @Test
    void shouldPutInOrderWhatOvertookEachOther() {
        put(0, TICK, 1);
        take(0);
        put(2 * TICK, TICK, 3);
        assertTrue(putLate(TICK, TICK, 2));
        take(1);
        take(2);
        take(3);
    }

    @Test
    void shouldHearADuplicateOnce() {
        put(0, TICK, 1);
        putLate(0, TICK, 1);
        take(0);
        putLate(0, TICK, 1);
        take(1);
        assertFalse(putLate(0, TICK, 1), "its time is over");
        assertFalse(jitter.take(frame), "and it begins nothing");
        assertFalse(putLate(0, TICK, 1));
        assertFalse(jitter.take(frame));
    }

    @Test
    void shouldFillALossWithSilence() {
        put(0, TICK, 1);
        take(0);
        put(2 * TICK, TICK, 3);
        take(1);
        put(3 * TICK, TICK, 4);
        take(0);
        take(3);
        take(4);
    }

    @Test
    void shouldNotRepeatWhatStoodInTheRingARoundAgo() {
        put(0, TICK, 1);
        take(0);
        int timestamp = TICK;
        for (int i = 0; i < 3 * JitterBuffer.CAPACITY / TICK; i++) {
            put(timestamp, TICK, 7);
            timestamp += TICK;
            assertTrue(jitter.take(frame));
        }
        timestamp += 3 * TICK;
        put(timestamp, TICK, 9);
        take(7);
        take(0);
        take(0);
        take(0);
        take(9);
    }

    @Test
    void shouldPlayWhatIsLeftOfAPacketThatCameInTheMiddleOfItsTime() {
        put(0, TICK, 1);
        put(2 * TICK, TICK, 3);
        take(0);
        take(1);
        assertTrue(jitter.take(frame));
        assertFalse(putLate(TICK, 2 * TICK, 5), "its first half is late");
        take(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 160, 240, 320, 480, 1600})
    void shouldTakePacketsOfAnyLength(final int samples) {
        int said = 0;
        int heard = -TICK;
        while (said < 160_000) {
            while (said <= heard + TICK) {
                assertTrue(put(said, samples, said / samples % 19 + 1), "packets are as even as ticks are");
                said += samples;
            }
            assertTrue(jitter.take(frame));
            for (int i = 0; i < TICK; i++) {
                final int at = heard + i;
                assertEquals(at < 0 ? 0 : at / samples % 19 + 1, value(frame[i]), "sample " + at);
            }
            heard += TICK;
        }
    }

    @Test
    void shouldNotTakeAPacketLongerThanItself() {
        assertFalse(put(0, JitterBuffer.CAPACITY - TICK + 1, 1));
        assertFalse(jitter.take(frame));
        assertTrue(put(0, JitterBuffer.CAPACITY - TICK, 1));
    }

    @Test
    void shouldBeginAnewWhenTheOtherSideDoes() {
        put(1_000_000, TICK, 1);
        take(0);
        assertFalse(put(-500, TICK, 2), "what was there is lost");
        take(0);
        take(2);
        assertFalse(put(2_000_000_000, TICK, 3) && jitter.take(frame), "nothing was there");
        jitter.clear();
        put(5, TICK, 4);
        assertFalse(put(5 + JitterBuffer.CAPACITY, TICK, 5), "too far ahead");
        take(0);
        take(5);
    }

    /** A burst after a stall must not delay the conference for ever. */
    @Test
    void shouldLoseADelayThatIsOfNoUse() {
        int timestamp = 0;
        for (int i = 0; i < 8; i++) {
            put(timestamp, TICK, 1);
            timestamp += TICK;
        }
        int shrunk = 0;
        for (int i = 0; i < 20 * JitterBuffer.WINDOW_TICKS; i++) {
            assertTrue(jitter.take(frame));
            shrunk += jitter.shrink() ? 1 : 0;
            put(timestamp, TICK, 1);
            timestamp += TICK;
        }
        assertEquals(7, shrunk);
        assertEquals(2 * TICK, jitter.inStore(), "a tick to take and one in reserve");
    }

    /** RFC 3550 promises nothing of two clocks: half a percent is far more than crystals do. */
    @ParameterizedTest
    @ValueSource(ints = {-5, 5})
    void shouldBearASenderWhoseClockIsWrong(final int permille) {
        long said = 0;
        int takes = 0;
        int dry = 0;
        int shrunk = 0;
        int most = 0;
        for (int tick = 0; tick < 10_000; tick++) {
            while (said * 1000 <= (long) tick * TICK * (1000 + permille)) {
                put((int) said, TICK, 1);
                said += TICK;
            }
            if (jitter.take(frame)) {
                takes++;
            } else {
                dry++;
            }
            shrunk += jitter.shrink() ? 1 : 0;
            most = Math.max(most, jitter.inStore());
        }
        assertTrue(most <= 4 * TICK, "in store " + most);
        assertTrue(
                permille > 0 ? shrunk >= 45 && shrunk <= 52 && dry == 0 : shrunk == 0 && dry >= 20 && dry <= 52,
                shrunk + " left out, " + dry + " missing");
        assertTrue(takes > 9900, "taken " + takes);
    }

    /** Up to 19 ms of jitter around a tick are hidden by the reserve; nothing is lost and nothing added. */
    @Test
    void shouldHideJitterOfATick() {
        final Random random = new Random(4711);
        final double[] arrivals = new double[5000];
        for (int i = 0; i < arrivals.length; i++) {
            arrivals[i] = i + (i == 0 ? 0 : 0.95 * random.nextDouble());
        }
        int next = 0;
        int taken = 0;
        for (int tick = 0; next < arrivals.length; tick++) {
            while (next < arrivals.length && arrivals[next] <= tick) {
                put(next * TICK, TICK, next % 17 + 1);
                next++;
            }
            assertTrue(jitter.take(frame), "tick " + tick);
            assertEquals(taken == 0 ? 0 : (taken - 1) % 17 + 1, value(frame[0]));
            assertFalse(jitter.shrink());
            taken++;
        }
    }

    private boolean put(final int timestamp, final int samples, final int value) {
        return jitter.put(timestamp, payload(samples, value), 3, samples, true, true);
    }

    private boolean putLate(final int timestamp, final int samples, final int value) {
        return jitter.put(timestamp, payload(samples, value), 3, samples, true, false);
    }

    private void take(final int value) {
        assertTrue(jitter.take(frame));
        assertFrame(value);
    }

    private void assertFrame(final int value) {
        for (int i = 0; i < TICK; i++) {
            assertEquals(value, value(frame[i]), "sample " + i);
        }
    }

    /** Samples are told apart by their codes: so many steps from silence. */
    private static UnsafeBuffer payload(final int samples, final int value) {
        final byte[] bytes = new byte[samples + 3];
        Arrays.fill(bytes, MARK);
        Arrays.fill(bytes, 3, bytes.length, (byte) (0xFF - value));
        return new UnsafeBuffer(bytes);
    }

    private static int value(final short sample) {
        return 0xFF - (G711.encodeUlaw(sample) & 0xFF);
    }
}
