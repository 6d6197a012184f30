package midplane.blade;

import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.SettledNotice;
import midplane.shelf.Counters;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Settled notices on their way to the dispatcher. While the uplink is full they wait here, oldest first; when there are
 * too many the newest is lost and counted, and its entry lives as long as one that was never answered. Not thread-safe.
 */
final class SettledQueue {
    /** Notices that wait at most; a power of two. */
    static final int LIMIT = 1024;

    private final Backplane backplane;
    private final int[] entries = new int[LIMIT];
    private final long[] sequences = new long[LIMIT];
    private final long[] responsesNs = new long[LIMIT];
    private final byte[] types = new byte[LIMIT];
    private final AtomicCounter sent;
    private final AtomicCounter lost;
    private final FrameClaim claim = new FrameClaim();
    private int head;
    private int tail;

    SettledQueue(final Backplane backplane, final Counters counters, final String prefix) {
        this.backplane = backplane;
        sent = counters.counter(prefix + ".settled.sent");
        lost = counters.counter(prefix + ".settled.lost");
    }

    /** The final response is out; how long the first one took is not told. */
    void add(final int entry, final long sequence) {
        add(true, entry, sequence, SettledNotice.UNTOLD);
    }

    void add(final boolean isFinal, final int entry, final long sequence, final long responseNs) {
        if (tail - head == LIMIT) {
            lost.incrementRelease();
            return;
        }
        entries[tail & (LIMIT - 1)] = entry;
        sequences[tail & (LIMIT - 1)] = sequence;
        responsesNs[tail & (LIMIT - 1)] = responseNs;
        types[tail & (LIMIT - 1)] = isFinal ? FrameType.SETTLED : FrameType.RINGING;
        tail++;
    }

    boolean isEmpty() {
        return head == tail;
    }

    /** Writes as many as the uplink takes; returns how many. */
    int drain() {
        int drained = 0;
        while (head != tail && backplane.claim(claim, SettledNotice.LENGTH)) {
            final int index = head++ & (LIMIT - 1);
            SettledNotice.write(
                    claim.buffer(), claim.offset(), types[index], entries[index], sequences[index], responsesNs[index]);
            claim.commit(SettledNotice.LENGTH);
            sent.incrementRelease();
            drained++;
        }
        return drained;
    }
}
