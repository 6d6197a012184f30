package midplane.signalling.sip.oracle;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts how often it is read: a step is one look at a byte, or at a word where a reader takes several at once. A read of
 * another kind is not counted, so it is an error here: whoever needs one counts it first.
 */
public final class CountingBuffer extends UnsafeBuffer {
    private long steps;

    public CountingBuffer() {
        super(new byte[0]);
    }

    public long steps() {
        return steps;
    }

    /** Wraps a datagram and begins to count. */
    public CountingBuffer count(final byte[] bytes, final int length) {
        wrap(bytes, 0, length);
        steps = 0;
        return this;
    }

    @Override
    public byte getByte(final int index) {
        steps++;
        return super.getByte(index);
    }

    @Override
    public short getShort(final int index, final ByteOrder byteOrder) {
        steps++;
        return super.getShort(index, byteOrder);
    }

    @Override
    public int getInt(final int index, final ByteOrder byteOrder) {
        steps++;
        return super.getInt(index, byteOrder);
    }

    @Override
    public long getLong(final int index, final ByteOrder byteOrder) {
        steps++;
        return super.getLong(index, byteOrder);
    }

    @Override
    public long addressOffset() {
        throw uncounted("addressOffset");
    }

    @Override
    public short getShort(final int index) {
        throw uncounted("getShort without order");
    }

    @Override
    public int getInt(final int index) {
        throw uncounted("getInt without order");
    }

    @Override
    public long getLong(final int index) {
        throw uncounted("getLong without order");
    }

    @Override
    public int parseNaturalIntAscii(final int index, final int length) {
        throw uncounted("parseNaturalIntAscii");
    }

    @Override
    public long parseNaturalLongAscii(final int index, final int length) {
        throw uncounted("parseNaturalLongAscii");
    }

    @Override
    public void getBytes(final int index, final byte[] into, final int offset, final int length) {
        throw uncounted("getBytes");
    }

    private static AssertionError uncounted(final String what) {
        return new AssertionError(what + " is a read that nobody counts");
    }
}
