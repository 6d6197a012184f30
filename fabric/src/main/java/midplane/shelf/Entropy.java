package midplane.shelf;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import midplane.signalling.SipHash;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A part's own stream of numbers nobody can guess: SipHash-2-4 in counter mode. Makes no garbage and takes no lock,
 * which {@code SecureRandom} does; the chassis seeds it from one. Equal seeds give equal streams. Not thread-safe.
 */
public final class Entropy {
    private final SipHash hash;
    private final UnsafeBuffer counter = new UnsafeBuffer(new byte[Long.BYTES]);
    private long drawn;

    public Entropy(final long seed0, final long seed1) {
        hash = new SipHash(seed0, seed1);
    }

    public long nextLong() {
        counter.putLong(0, drawn++, LITTLE_ENDIAN);
        return hash.hash(counter, 0, Long.BYTES);
    }

    /** Uniform enough for tags, SSRCs and jitter: 0 ≤ result &lt; bound. */
    public int nextInt(final int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }
}
