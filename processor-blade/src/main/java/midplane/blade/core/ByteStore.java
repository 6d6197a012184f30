package midplane.blade.core;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Keeps bytes that must outlive the message they came in: final responses that may be asked for again, what a dialog must
 * remember. One stretch of memory in blocks of equal size; a piece takes as many as it needs. Makes no garbage. Not
 * thread-safe.
 */
public final class ByteStore {
    /** The handle of nothing: what {@link #put} says when there is no room. */
    public static final int NOTHING = -1;

    /** Bytes in a block: most final responses without a body fit two. */
    public static final int BLOCK_LENGTH = 256;

    /** The most blocks a store can have: an array holds no more. */
    public static final int BLOCKS_MAX = Integer.MAX_VALUE / BLOCK_LENGTH - 1;

    private final UnsafeBuffer bytes;
    private final int[] nextBlocks;
    private final int[] lengths;
    private int firstFree;
    private int freeBlocks;

    /** A store of a fixed number of blocks, 1 to {@link #BLOCKS_MAX}, all of them free. */
    public ByteStore(final int blocks) {
        assert blocks > 0 && blocks <= BLOCKS_MAX : blocks;
        bytes = new UnsafeBuffer(new byte[blocks * BLOCK_LENGTH]);
        nextBlocks = new int[blocks];
        lengths = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            nextBlocks[i] = i + 1;
        }
        nextBlocks[blocks - 1] = NOTHING;
        freeBlocks = blocks;
    }

    /** Whether a piece of this length would find room now. */
    public boolean hasRoom(final int length) {
        return blocksFor(length) <= freeBlocks;
    }

    /**
     * Copies a piece in.
     *
     * @return its handle, or {@link #NOTHING} when there is no room.
     */
    public int put(final DirectBuffer source, final int offset, final int length) {
        final int blocks = blocksFor(length);
        if (blocks > freeBlocks) {
            return NOTHING;
        }
        final int handle = firstFree;
        int last = handle;
        for (int done = 0, block = handle; ; block = nextBlocks[block]) {
            final int part = Math.min(BLOCK_LENGTH, length - done);
            bytes.putBytes(block * BLOCK_LENGTH, source, offset + done, part);
            done += part;
            last = block;
            if (done == length) {
                break;
            }
        }
        firstFree = nextBlocks[last];
        nextBlocks[last] = NOTHING;
        lengths[handle] = length;
        freeBlocks -= blocks;
        return handle;
    }

    public int length(final int handle) {
        return lengths[handle];
    }

    /** Copies a piece out; returns its length. */
    public int copy(final int handle, final MutableDirectBuffer target, final int targetOffset) {
        final int length = lengths[handle];
        int block = handle;
        for (int done = 0; done < length; block = nextBlocks[block]) {
            final int part = Math.min(BLOCK_LENGTH, length - done);
            target.putBytes(targetOffset + done, bytes, block * BLOCK_LENGTH, part);
            done += part;
        }
        return length;
    }

    /** Gives a piece's blocks back; {@link #NOTHING} is allowed. */
    public void free(final int handle) {
        if (handle == NOTHING) {
            return;
        }
        int blocks = 1;
        int last = handle;
        while (nextBlocks[last] != NOTHING) {
            last = nextBlocks[last];
            blocks++;
        }
        nextBlocks[last] = firstFree;
        firstFree = handle;
        freeBlocks += blocks;
    }

    public int freeBlocks() {
        return freeBlocks;
    }

    private static int blocksFor(final int length) {
        return Math.max(1, (length + BLOCK_LENGTH - 1) / BLOCK_LENGTH);
    }
}
