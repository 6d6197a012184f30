package midplane.signalling.sip.oracle;

import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts how often it is read: a step is one look at a byte, or at a word where a reader takes several at once. While it
 * counts, a read of another kind is an error: whoever needs one counts it first.
 */
public final class CountingBuffer extends UnsafeBuffer {
    private long steps;
    private boolean isCounting;

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
        isCounting = true;
        return this;
    }

    /** What is read from now on is read by others. */
    public void stop() {
        isCounting = false;
    }

    /** What is read from now on is read by who is counted. */
    public void resume() {
        isCounting = true;
    }

    @Override
    public byte getByte(final int index) {
        steps += isCounting ? 1 : 0;
        return super.getByte(index);
    }

    @Override
    public short getShort(final int index, final ByteOrder byteOrder) {
        steps += isCounting ? 1 : 0;
        return super.getShort(index, byteOrder);
    }

    @Override
    public int getInt(final int index, final ByteOrder byteOrder) {
        steps += isCounting ? 1 : 0;
        return super.getInt(index, byteOrder);
    }

    @Override
    public long getLong(final int index, final ByteOrder byteOrder) {
        steps += isCounting ? 1 : 0;
        return super.getLong(index, byteOrder);
    }

    @Override
    public long addressOffset() {
        uncounted("addressOffset");
        return super.addressOffset();
    }

    @Override
    public short getShort(final int index) {
        uncounted("getShort without order");
        return super.getShort(index);
    }

    @Override
    public int getInt(final int index) {
        uncounted("getInt without order");
        return super.getInt(index);
    }

    @Override
    public long getLong(final int index) {
        uncounted("getLong without order");
        return super.getLong(index);
    }

    @Override
    public int parseNaturalIntAscii(final int index, final int length) {
        uncounted("parseNaturalIntAscii");
        return super.parseNaturalIntAscii(index, length);
    }

    @Override
    public long parseNaturalLongAscii(final int index, final int length) {
        uncounted("parseNaturalLongAscii");
        return super.parseNaturalLongAscii(index, length);
    }

    @Override
    public void getBytes(final int index, final byte[] into, final int offset, final int length) {
        uncounted("getBytes");
        super.getBytes(index, into, offset, length);
    }

    private void uncounted(final String what) {
        assert !isCounting : what + " is a read that nobody counts";
    }
}
