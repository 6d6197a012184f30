package midplane.fabric;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A claimed cell. Write from {@link #offset()}, then {@link #commit} or {@link #abort}: a claim left open stops the ring.
 * Reused from claim to claim by whoever sends. Not thread-safe.
 */
public final class FrameClaim {
    /** The fabric's side of a claim. */
    public interface Owner {
        void commit(long position, int length);

        void abort(long position);
    }

    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private @Nullable Owner owner;
    private MutableDirectBuffer buffer = NOTHING;
    private int offset;
    private long position;

    /** For the fabric: opens the claim. */
    public void wrap(final Owner owner, final MutableDirectBuffer buffer, final int offset, final long position) {
        assert this.owner == null : "a claim is still open";
        this.owner = owner;
        this.buffer = buffer;
        this.offset = offset;
        this.position = position;
    }

    public MutableDirectBuffer buffer() {
        return buffer;
    }

    public int offset() {
        return offset;
    }

    /** Hands the frame over; the cell is no longer ours. */
    public void commit(final int length) {
        final Owner open = close();
        open.commit(position, length);
    }

    /** Gives the cell back; the far end never sees it. */
    public void abort() {
        final Owner open = close();
        open.abort(position);
    }

    private Owner close() {
        final Owner open = owner;
        if (open == null) {
            throw new IllegalStateException("no claim is open");
        }
        owner = null;
        return open;
    }
}
