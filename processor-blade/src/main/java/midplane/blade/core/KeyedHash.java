package midplane.blade.core;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import midplane.net.DatagramPort;
import midplane.shelf.Entropy;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes a key of 128 bits from the parts of a name that strangers choose: {@link #begin}, {@link #add} each part,
 * {@link #end}, then {@link #high()} and {@link #low()}. Each part goes in with its length, so that parts cannot be
 * shifted against each other. Not thread-safe.
 */
public final class KeyedHash {
    /** Room for a message, a URI beside it, and the lengths of the parts. */
    private static final int CAPACITY = 2 * DatagramPort.MAX_DATAGRAM_LENGTH + 1024;

    private final SipHash highHash;
    private final SipHash lowHash;
    private final UnsafeBuffer parts = new UnsafeBuffer(new byte[CAPACITY]);
    private int length;
    private long high;
    private long low;

    /** Draws the keys. */
    public KeyedHash(final Entropy entropy) {
        highHash = new SipHash(entropy.nextLong(), entropy.nextLong());
        lowHash = new SipHash(entropy.nextLong(), entropy.nextLong());
    }

    /** Starts a key of one kind; equal parts of different kinds make different keys. */
    public KeyedHash begin(final int kind) {
        length = 0;
        return add(kind);
    }

    public KeyedHash add(final long number) {
        parts.putLong(length, number, LITTLE_ENDIAN);
        length += Long.BYTES;
        return this;
    }

    /** Adds a word of ours. */
    public KeyedHash add(final String ascii) {
        parts.putInt(length, ascii.length(), LITTLE_ENDIAN);
        length += Integer.BYTES;
        length += parts.putStringWithoutLengthAscii(length, ascii);
        return this;
    }

    /** Adds bytes as they are. */
    public KeyedHash add(final Slice part) {
        parts.putInt(length, part.length(), LITTLE_ENDIAN);
        length += Integer.BYTES;
        length += part.putTo(parts, length);
        return this;
    }

    /** Adds bytes with ASCII letters made small: hosts are equal in any case. */
    public KeyedHash addLowerCase(final Slice part) {
        final int from = length + Integer.BYTES;
        add(part);
        for (int i = from; i < length; i++) {
            final byte b = parts.getByte(i);
            if (b >= 'A' && b <= 'Z') {
                parts.putByte(i, (byte) (b + ('a' - 'A')));
            }
        }
        return this;
    }

    /** Computes the key. */
    public KeyedHash end() {
        high = highHash.hash(parts, 0, length);
        low = lowHash.hash(parts, 0, length);
        return this;
    }

    public long high() {
        return high;
    }

    public long low() {
        return low;
    }
}
