package midplane.dispatcher;

import java.util.Arrays;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import midplane.signalling.sip.ConferenceName;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipUri;
import org.agrona.BitUtil;

/**
 * Remembers which slot has a conference, so that whoever joins it lands there. Bounded, allocated at start, entries never
 * move. Not thread-safe.
 *
 * <p>An entry is made before the first leg's message is dispatched, so that a second that comes a moment later finds it.
 * It goes when its blade says that it has no such conference and has seen the last message that was dispatched for it; a
 * notice that a later message has crossed on its way is therefore without effect, and the blade sends another.
 *
 * <p>The key is a keyed hash of the name. Two names of equal hash would share a blade, nothing worse: the blade compares
 * 128 bits of its own.
 */
public final class ConferenceIndex {
    public static final int NO_ENTRY = -1;

    private final SipHash hash;
    private final SipUri uri = new SipUri();
    private final ConferenceName conferenceName = new ConferenceName();
    private final int[] buckets;
    private final int[] nextInBucket;
    private final long[] keys;
    private final long[] sequences;
    private final byte[] slots;
    private final boolean[] isUsed;
    private int free;
    private int size;

    /**
     * Allocates the index.
     *
     * @param capacity conferences at most.
     * @param hash keyed by a secret.
     */
    public ConferenceIndex(final int capacity, final SipHash hash) {
        this.hash = hash;
        buckets = new int[BitUtil.findNextPositivePowerOfTwo(capacity)];
        Arrays.fill(buckets, NO_ENTRY);
        nextInBucket = new int[capacity];
        keys = new long[capacity];
        sequences = new long[capacity];
        slots = new byte[capacity];
        isUsed = new boolean[capacity];
        for (int entry = 0; entry < capacity; entry++) {
            nextInBucket[entry] = entry + 1 < capacity ? entry + 1 : NO_ENTRY;
        }
    }

    /** Reads the Request-URI of an INVITE; whether it names a conference, for which {@link #key} is good then. */
    public boolean names(final SipMessage invite) {
        final Slice requestUri = invite.requestUri();
        return uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length())
                && (uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS)
                && conferenceName.read(uri.user()) == ConferenceName.Kind.NAMED;
    }

    /** The key of the conference that {@link #names} read. */
    public long key() {
        final Slice name = conferenceName.name();
        return hash.hash(name.buffer(), name.offset(), name.length());
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
     * Adds an entry for a key that has none; {@link #assign} it, or {@link #remove} it.
     *
     * @return the entry, or {@link #NO_ENTRY} when the index is full.
     */
    public int add(final long key) {
        final int entry = free;
        if (entry != NO_ENTRY) {
            free = nextInBucket[entry];
            final int bucket = bucket(key);
            keys[entry] = key;
            nextInBucket[entry] = buckets[bucket];
            buckets[bucket] = entry;
            isUsed[entry] = true;
            size++;
        }
        return entry;
    }

    /** Notes which slot got a message for the conference, and as which of the slot's messages. */
    public void assign(final int entry, final int slot, final long sequence) {
        slots[entry] = (byte) slot;
        sequences[entry] = sequence;
    }

    public int slot(final int entry) {
        return slots[entry];
    }

    /**
     * A slot has no conference of this entry.
     *
     * @param sequence of the last message for it that the slot has seen.
     * @return whether the entry is forgotten; false when it is another slot's by now, or later messages are on their way.
     */
    public boolean release(final int entry, final int slot, final long sequence) {
        if (entry < 0
                || entry >= keys.length
                || !isUsed[entry]
                || slots[entry] != slot
                || sequences[entry] != sequence) {
            return false;
        }
        remove(entry);
        return true;
    }

    /** Takes an entry out, as when no blade had room for its first leg. */
    public void remove(final int entry) {
        assert isUsed[entry] : "an entry is removed once";
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
        isUsed[entry] = false;
        nextInBucket[entry] = free;
        free = entry;
        size--;
    }

    /** Conferences that are known. */
    public int size() {
        return size;
    }

    private int bucket(final long key) {
        return (int) key & (buckets.length - 1);
    }
}
