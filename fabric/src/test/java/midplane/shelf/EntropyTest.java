package midplane.shelf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import midplane.testing.Allocation;
import org.junit.jupiter.api.Test;

class EntropyTest {
    @Test
    void shouldRepeatItselfUnderEqualSeeds() {
        final Entropy one = new Entropy(1, 2);
        final Entropy two = new Entropy(1, 2);
        for (int i = 0; i < 1000; i++) {
            assertEquals(one.nextLong(), two.nextLong());
        }
    }

    /** Recorded histories are replayed from their seed: the stream must not change by the machine or the version. */
    @Test
    void shouldGiveTheSameStreamEverywhere() {
        final Entropy entropy = new Entropy(0, 0);
        assertEquals(0xE849_E8BB_6FFE_2567L, entropy.nextLong(), "SipHash of eight zeros, by OpenSSL 3");
        assertEquals(0x8004_C5A6_9410_5F5EL, entropy.nextLong(), "and of one, little endian");
    }

    @Test
    void shouldDependOnBothSeeds() {
        final long reference = new Entropy(1, 2).nextLong();
        assertNotEquals(reference, new Entropy(1, 3).nextLong());
        assertNotEquals(reference, new Entropy(2, 2).nextLong());
        assertNotEquals(reference, new Entropy(2, 1).nextLong());
    }

    @Test
    void shouldNotRepeatNumbers() {
        final Entropy entropy = new Entropy(1, 2);
        final Set<Long> drawn = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(drawn.add(entropy.nextLong()));
        }
    }

    @Test
    void shouldStayBelowTheBoundAndReachAllOfIt() {
        final Entropy entropy = new Entropy(1, 2);
        final int[] hits = new int[7];
        for (int i = 0; i < 70_000; i++) {
            hits[entropy.nextInt(7)]++;
        }
        for (final int hit : hits) {
            assertTrue(hit > 9_500 && hit < 10_500, "about one in seven: " + hit);
        }
        assertEquals(0, entropy.nextInt(1));
        for (int i = 0; i < 1000; i++) {
            final int drawn = entropy.nextInt(Integer.MAX_VALUE);
            assertTrue(drawn >= 0 && drawn < Integer.MAX_VALUE);
        }
    }

    @Test
    void shouldDrawWithoutGarbage() {
        final Entropy entropy = new Entropy(1, 2);
        final long[] sum = new long[1];
        assertTrue(Allocation.bytesPerCycle(() -> sum[0] += entropy.nextLong() + entropy.nextInt(100)) < 0.5);
    }
}
