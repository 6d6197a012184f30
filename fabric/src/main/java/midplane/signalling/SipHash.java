package midplane.signalling;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): a keyed hash, for tables whose keys a
 * stranger chooses. Who does not know the key cannot find keys that collide. Immutable. Makes no garbage.
 */
public final class SipHash {
    private static final long SOMEPSEUD = 0x736f_6d65_7073_6575L;
    private static final long DORANDOM = 0x646f_7261_6e64_6f6dL;
    private static final long LYGENERA = 0x6c79_6765_6e65_7261L;
    private static final long TEDBYTES = 0x7465_6462_7974_6573L;
    private static final int ROUNDS_PER_WORD = 2;
    private static final int ROUNDS_AT_END = 4;

    private final long k0;
    private final long k1;

    /**
     * A hash under a key.
     *
     * @param k0 the key's first eight bytes, little endian.
     * @param k1 the key's last eight bytes, little endian.
     */
    public SipHash(final long k0, final long k1) {
        this.k0 = k0;
        this.k1 = k1;
    }

    public long hash(final DirectBuffer buffer, final int offset, final int length) {
        long v0 = k0 ^ SOMEPSEUD;
        long v1 = k1 ^ DORANDOM;
        long v2 = k0 ^ LYGENERA;
        long v3 = k1 ^ TEDBYTES;
        final int tail = offset + (length & -Long.BYTES);
        for (int i = offset; i <= tail; i += Long.BYTES) {
            final long word = i < tail ? buffer.getLong(i, LITTLE_ENDIAN) : lastWord(buffer, i, length);
            v3 ^= word;
            // The round stands here twice: in locals it stays in registers, in fields it would not.
            for (int round = 0; round < ROUNDS_PER_WORD; round++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        v2 ^= 0xFF;
        for (int round = 0; round < ROUNDS_AT_END; round++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** What is left over, less than eight bytes, below the length's lowest byte. */
    private static long lastWord(final DirectBuffer buffer, final int offset, final int length) {
        long word = (long) length << 56;
        for (int i = 0; i < (length & (Long.BYTES - 1)); i++) {
            word |= (buffer.getByte(offset + i) & 0xFFL) << (i * Byte.SIZE);
        }
        return word;
    }
}
