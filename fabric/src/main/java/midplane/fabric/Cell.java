package midplane.fabric;

import java.lang.invoke.VarHandle;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One cell of a ring: a view of its own stretch of the ring's memory, so that a frame written too long is caught at the
 * cell's end and never reaches the neighbour.
 *
 * <pre>
 *   0  long  position of the frame in the cell, or -1 while it is being written
 *   8  int   length of the frame, or -1 when its claim was aborted
 *  16  frame
 * </pre>
 *
 * <p>The consumer needs no more than the ring's own sequences. The position is there for an onlooker who holds nobody
 * up: he copies first and looks then. Positions never come again, so a cell that still has the position looked for
 * was not touched before the look ({@link #copy}).
 */
final class Cell {
    static final int FRAME_OFFSET = 16;

    /** Instead of a length: nothing to see here. */
    static final int ABORTED = -1;

    /** Instead of a length: the producer was faster. */
    static final int OVERWRITTEN = -2;

    private static final int POSITION_OFFSET = 0;
    private static final int LENGTH_OFFSET = 8;
    private static final long BEING_WRITTEN = -1;

    private final UnsafeBuffer bytes;

    Cell(final UnsafeBuffer bytes) {
        this.bytes = bytes;
        begin();
    }

    UnsafeBuffer bytes() {
        return bytes;
    }

    int length() {
        return bytes.getInt(LENGTH_OFFSET);
    }

    /** Producer: before the frame's first byte. A claim that never ends as it should leaves an aborted cell. */
    void begin() {
        bytes.putLong(POSITION_OFFSET, BEING_WRITTEN);
        bytes.putInt(LENGTH_OFFSET, ABORTED);
        VarHandle.storeStoreFence();
    }

    /** Producer: after the frame's last byte, before the cell is published. */
    void end(final long position, final int length) {
        bytes.putInt(LENGTH_OFFSET, length);
        bytes.putLongRelease(POSITION_OFFSET, position);
    }

    /**
     * Onlooker: copies the frame of a published position while the producer may be writing.
     *
     * @return its length, {@link #ABORTED} or {@link #OVERWRITTEN}.
     */
    int copy(final long position, final MutableDirectBuffer target) {
        final int length = bytes.getInt(LENGTH_OFFSET);
        if (length > 0 && length <= bytes.capacity() - FRAME_OFFSET) {
            target.putBytes(0, bytes, FRAME_OFFSET, length);
        }
        VarHandle.loadLoadFence();
        return bytes.getLong(POSITION_OFFSET) == position ? length : OVERWRITTEN;
    }
}
