package midplane.dispatcher;

import java.util.Arrays;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Remembers which slot got a dialog's initial message, for as long as copies of it may still come: repeats, CANCEL, the
 * ACK of a refusal, merged requests. Bounded, allocated at start, entries never move. Not thread-safe.
 *
 * <p>An entry is pending until its blade says that the final response is out, then settled. All pending entries live
 * equally long, and so do all settled ones, so each kind expires in the order of a queue.
 */
public final class DispatchTable {
    public static final int NO_ENTRY = -1;

    private static final int PENDING = 0;
    private static final int SETTLED = 1;
    private static final int QUEUES = 2;

    private static final int UNITS_MASK = 0xFFFF;
    private static final int SOURCE_SHIFT = 16;
    private static final int REQUIRED = 1 << 24;

    private final SipHash hash;
    private final UnsafeBuffer parts = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private final long[] lifetimeNs = new long[QUEUES];

    private final int[] buckets;
    private final int[] nextInBucket;
    private final long[] keys;
    private final long[] sequences;
    private final long[] deadlineNs;
    /** Units, source and whether they are required, in one word. */
    private final int[] sizes;

    private final int[] newer;
    private final int[] older;
    private final byte[] slots;
    private final byte[] queues;
    private final long[] handedBack;

    private final int[] oldest = {NO_ENTRY, NO_ENTRY};
    private final int[] newest = {NO_ENTRY, NO_ENTRY};
    private long callIdHash;
    private int free;
    private int size;

    /**
     * Allocates the table.
     *
     * @param capacity entries at most.
     * @param hash keyed by a secret.
     * @param pendingLifetimeNs how long an entry waits for its blade's final response.
     * @param settledLifetimeNs how long it stays after that; at least 64·T1.
     */
    public DispatchTable(
            final int capacity, final SipHash hash, final long pendingLifetimeNs, final long settledLifetimeNs) {
        this.hash = hash;
        lifetimeNs[PENDING] = pendingLifetimeNs;
        lifetimeNs[SETTLED] = settledLifetimeNs;
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(capacity)];
        Arrays.fill(buckets, NO_ENTRY);
        nextInBucket = new int[capacity];
        keys = new long[capacity];
        sequences = new long[capacity];
        deadlineNs = new long[capacity];
        sizes = new int[capacity];
        newer = new int[capacity];
        older = new int[capacity];
        slots = new byte[capacity];
        queues = new byte[capacity];
        handedBack = new long[capacity];
        for (int entry = 0; entry < capacity; entry++) {
            nextInBucket[entry] = entry + 1 < capacity ? entry + 1 : NO_ENTRY;
        }
    }

    /** The key of a dialog's initial message: what a repeat, a CANCEL and a merged copy have in common. */
    public long key(final Slice callId, final Slice fromTag) {
        callIdHash = hash.hash(callId.buffer(), callId.offset(), callId.length());
        parts.putLong(0, callIdHash);
        parts.putLong(Long.BYTES, hash.hash(fromTag.buffer(), fromTag.offset(), fromTag.length()));
        return hash.hash(parts, 0, 2 * Long.BYTES);
    }

    /** The key of a transaction id. */
    public long key(final int transactionId) {
        parts.putLong(0, transactionId);
        return hash.hash(parts, 0, Long.BYTES);
    }

    /** Of the Call-ID in the last {@link #key}: what all dialogs of a call have in common, and nobody can guess. */
    public long callIdHash() {
        return callIdHash;
    }

    /** The key of an entry that is in use. */
    public long keyOf(final int entry) {
        return keys[entry];
    }

    /** The entry of a key, or {@link #NO_ENTRY}. */
    public int find(final long key) {
        int entry = buckets[bucket(key)];
        while (entry != NO_ENTRY && keys[entry] != key) {
            entry = nextInBucket[entry];
        }
        return entry;
    }

    /**
     * Adds a pending entry for a key that has none.
     *
     * @return the entry, or {@link #NO_ENTRY} when the table is full.
     */
    public int add(final long key, final long nowNs) {
        final int entry = free;
        if (entry == NO_ENTRY) {
            return NO_ENTRY;
        }
        free = nextInBucket[entry];
        final int bucket = bucket(key);
        keys[entry] = key;
        nextInBucket[entry] = buckets[bucket];
        buckets[bucket] = entry;
        handedBack[entry] = 0;
        enqueue(entry, PENDING, nowNs);
        size++;
        return entry;
    }

    /** Notes which slot got the message, and as which of the slot's messages. */
    public void assign(final int entry, final int slot, final long sequence) {
        slots[entry] = (byte) slot;
        sequences[entry] = sequence;
    }

    /**
     * Notes how big the session will be: a repeat may be the first copy that its blade acts upon.
     *
     * @param units at most {@link midplane.signalling.SizeIndication#MAX_UNITS}.
     * @param source who said so.
     * @param isRequired whether it is refused where it does not fit.
     */
    public void size(final int entry, final int units, final byte source, final boolean isRequired) {
        sizes[entry] = (units & UNITS_MASK) | ((source & 0xFF) << SOURCE_SHIFT) | (isRequired ? REQUIRED : 0);
    }

    public int units(final int entry) {
        return sizes[entry] & UNITS_MASK;
    }

    public byte sizeSource(final int entry) {
        return (byte) (sizes[entry] >> SOURCE_SHIFT);
    }

    public boolean isSizeRequired(final int entry) {
        return (sizes[entry] & REQUIRED) != 0;
    }

    public int slot(final int entry) {
        return slots[entry];
    }

    public long sequence(final int entry) {
        return sequences[entry];
    }

    /** Whether the blade's final response is not known to be out. */
    public boolean isPending(final int entry) {
        return queues[entry] == PENDING;
    }

    /**
     * The blade's final response is out.
     *
     * @return false when the entry has another tenant by now, or was settled before.
     */
    public boolean settle(final int entry, final int slot, final long sequence, final long nowNs) {
        if (!isPending(entry, slot, sequence)) {
            return false;
        }
        dequeue(entry);
        enqueue(entry, SETTLED, nowNs);
        return true;
    }

    /** Makes room by forgetting the entry that was settled longest ago; false when none is settled. */
    public boolean removeOldestSettled() {
        final int entry = oldest[SETTLED];
        if (entry == NO_ENTRY) {
            return false;
        }
        remove(entry);
        return true;
    }

    /** Whether the slot's message of this sequence still awaits its final response, for what a stranger says of it. */
    public boolean isPending(final int entry, final int slot, final long sequence) {
        return entry >= 0
                && entry < keys.length
                && slots[entry] == slot
                && sequences[entry] == sequence
                && queues[entry] == PENDING
                && find(keys[entry]) == entry;
    }

    /**
     * The slot has handed the message back.
     *
     * @return one bit for each slot that has.
     */
    public long handBack(final int entry, final int slot) {
        handedBack[entry] |= 1L << slot;
        return handedBack[entry];
    }

    /** Takes an entry back, as when no blade had room for its message. */
    public void remove(final int entry) {
        dequeue(entry);
        final int bucket = bucket(keys[entry]);
        if (buckets[bucket] == entry) {
            buckets[bucket] = nextInBucket[entry];
        } else {
            int before = buckets[bucket];
            while (nextInBucket[before] != entry) {
                before = nextInBucket[before];
            }
            nextInBucket[before] = nextInBucket[entry];
        }
        nextInBucket[entry] = free;
        free = entry;
        size--;
    }

    /** Forgets entries whose time is over, at most so many; returns how many. */
    public int expire(final long nowNs, final int limit) {
        int expired = 0;
        for (int queue = 0; queue < QUEUES; queue++) {
            int entry = oldest[queue];
            while (entry != NO_ENTRY && expired < limit && deadlineNs[entry] - nowNs <= 0) {
                remove(entry);
                expired++;
                entry = oldest[queue];
            }
        }
        return expired;
    }

    /** When {@link #expire} has something to do; {@link Long#MAX_VALUE} when the table is empty. */
    public long nextDeadlineNs() {
        final int pending = oldest[PENDING];
        final int settled = oldest[SETTLED];
        if (pending == NO_ENTRY) {
            return settled == NO_ENTRY ? Long.MAX_VALUE : deadlineNs[settled];
        }
        if (settled == NO_ENTRY) {
            return deadlineNs[pending];
        }
        return deadlineNs[pending] - deadlineNs[settled] < 0 ? deadlineNs[pending] : deadlineNs[settled];
    }

    public int size() {
        return size;
    }

    private int bucket(final long key) {
        return (int) key & (buckets.length - 1);
    }

    private void enqueue(final int entry, final int queue, final long nowNs) {
        queues[entry] = (byte) queue;
        deadlineNs[entry] = nowNs + lifetimeNs[queue];
        newer[entry] = NO_ENTRY;
        older[entry] = newest[queue];
        if (newest[queue] == NO_ENTRY) {
            oldest[queue] = entry;
        } else {
            newer[newest[queue]] = entry;
        }
        newest[queue] = entry;
    }

    private void dequeue(final int entry) {
        final int queue = queues[entry];
        if (older[entry] == NO_ENTRY) {
            oldest[queue] = newer[entry];
        } else {
            newer[older[entry]] = newer[entry];
        }
        if (newer[entry] == NO_ENTRY) {
            newest[queue] = older[entry];
        } else {
            older[newer[entry]] = older[entry];
        }
    }
}
