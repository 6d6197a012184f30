package midplane.blade;

import java.nio.ByteBuffer;
import midplane.blade.core.SignallingCore;
import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.ResponsePart;
import midplane.shelf.Counters;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Parts of responses on their way to the dispatcher, oldest first. What finds no room is lost and counted: the command
 * comes again, and so does its answer. Not thread-safe.
 */
final class PartQueue implements SignallingCore.PartSink {
    /** Parts that wait at most. */
    static final int LIMIT = 64;

    /** Bytes of lines that wait at most; one part is never longer than half of it. */
    static final int BYTE_LIMIT = 64 * 1024;

    private final Backplane backplane;
    private final UnsafeBuffer lines = new UnsafeBuffer(ByteBuffer.allocateDirect(BYTE_LIMIT));
    private final int[] entries = new int[LIMIT];
    private final long[] sequences = new long[LIMIT];
    private final int[] returnCodes = new int[LIMIT];
    private final int[] lengths = new int[LIMIT];
    private final AtomicCounter sent;
    private final AtomicCounter lost;
    private final FrameClaim claim = new FrameClaim();
    private int count;
    private int next;
    private int end;

    /** How much of the next part's lines is out, and where in {@link #lines} it stands. */
    private int isOut;

    private int start;

    PartQueue(final Backplane backplane, final Counters counters, final String prefix) {
        this.backplane = backplane;
        sent = counters.counter(prefix + ".parts.sent");
        lost = counters.counter(prefix + ".parts.lost");
    }

    @Override
    public void part(
            final int entry,
            final long sequence,
            final int returnCode,
            final DirectBuffer source,
            final int offset,
            final int length) {
        if (count == LIMIT || length > BYTE_LIMIT - end) {
            lost.incrementRelease();
            return;
        }
        lines.putBytes(end, source, offset, length);
        end += length;
        entries[count] = entry;
        sequences[count] = sequence;
        returnCodes[count] = returnCode;
        lengths[count++] = length;
    }

    boolean isEmpty() {
        return next == count;
    }

    /** Writes as much as the uplink takes; returns how many frames. */
    int drain() {
        int frames = 0;
        while (next < count) {
            final int length = Math.min(ResponsePart.TEXT_LENGTH_MAX, lengths[next] - isOut);
            if (!backplane.claim(claim, ResponsePart.TEXT_OFFSET + length)) {
                return frames;
            }
            final boolean isLast = isOut + length == lengths[next];
            ResponsePart.write(
                    claim.buffer(), claim.offset(), isLast, returnCodes[next], entries[next], sequences[next]);
            claim.buffer().putBytes(claim.offset() + ResponsePart.TEXT_OFFSET, lines, start, length);
            claim.commit(ResponsePart.TEXT_OFFSET + length);
            // Somebody waits for the last part.
            backplane.urgent();
            start += length;
            isOut += length;
            frames++;
            if (isLast) {
                sent.incrementRelease();
                isOut = 0;
                next++;
            }
        }
        count = 0;
        next = 0;
        start = 0;
        end = 0;
        return frames;
    }
}
