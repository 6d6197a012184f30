package midplane.blade;

import midplane.fabric.Backplane;
import midplane.fabric.ConferenceNotice;
import midplane.fabric.FrameClaim;
import midplane.shelf.Counters;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * What the blade owes the dispatcher for each entry of its conference index: as long as it says nothing the entry stays,
 * and everybody who joins is sent here. So for every message that names an entry it either holds a conference, or says
 * that it holds none. A notice waits until the uplink takes it, and none is lost: there is one place for each entry. Not
 * thread-safe.
 */
final class ConferenceEntries {
    private final Backplane backplane;
    private final long[] sequences;
    private final int[] held;
    private final boolean[] isWaiting;
    private final int[] waiting;
    private final FrameClaim claim = new FrameClaim();
    private final AtomicCounter sent;
    private int first;
    private int count;

    ConferenceEntries(final int capacity, final Backplane backplane, final Counters counters, final String prefix) {
        this.backplane = backplane;
        sequences = new long[capacity];
        held = new int[capacity];
        isWaiting = new boolean[capacity];
        waiting = new int[capacity];
        sent = counters.counter(prefix + ".conferences.notices.sent");
    }

    /** Whether there can be such an entry. */
    boolean isEntry(final int entry) {
        return entry >= 0 && entry < held.length;
    }

    /** A message for the entry has come. */
    void onMessage(final int entry, final long sequence) {
        sequences[entry] = Math.max(sequences[entry], sequence);
    }

    /** The message has been dealt with. */
    void onMessageDone(final int entry) {
        if (held[entry] == 0) {
            owe(entry);
        }
    }

    /** A conference of the entry has begun. */
    void onOpened(final int entry) {
        held[entry]++;
    }

    /** It has ended. */
    void onEnded(final int entry) {
        if (--held[entry] == 0) {
            owe(entry);
        }
    }

    /** Notices that wait for the uplink. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Writes as many notices as the uplink takes; returns how many. */
    int drain() {
        int drained = 0;
        while (count > 0) {
            final int entry = waiting[first];
            // A conference that began while the notice waited: its own end will be told.
            if (held[entry] == 0) {
                if (!backplane.claim(claim, ConferenceNotice.LENGTH)) {
                    break;
                }
                ConferenceNotice.write(claim.buffer(), claim.offset(), entry, sequences[entry]);
                claim.commit(ConferenceNotice.LENGTH);
                sent.incrementRelease();
                drained++;
            }
            isWaiting[entry] = false;
            first = first + 1 == waiting.length ? 0 : first + 1;
            count--;
        }
        return drained;
    }

    private void owe(final int entry) {
        if (!isWaiting[entry]) {
            isWaiting[entry] = true;
            waiting[(first + count) % waiting.length] = entry;
            count++;
        }
    }
}
