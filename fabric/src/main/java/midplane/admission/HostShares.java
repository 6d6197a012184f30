package midplane.admission;

import java.util.Arrays;
import midplane.net.Peer;
import midplane.signalling.SipHash;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Who holds how much of something scarce: items by the host they came from, in the order they came. When there is no room
 * the host with the most loses its oldest, so a host with few loses nothing to a host with many; and hosts can be served
 * in turn.
 *
 * <p>Items and hosts are small numbers in fixed arrays; nothing is allocated after the start. Not thread-safe.
 */
public class HostShares {
    /** There is no item. */
    public static final int NONE = -1;

    /** Says something of hosts. */
    @FunctionalInterface
    public interface Hosts {
        /** Whether it is true of this one. */
        boolean contains(long addressHigh, long addressLow);
    }

    private final int limit;
    private final int hostMask;
    /** By host: the address, how many items, the first and the last of them. A host without items is a free place. */
    private final long[] addressHigh;

    private final long[] addressLow;
    private final int[] items;
    private final int[] oldest;
    private final int[] newest;
    /** By item: the host it came from, its neighbours in age. */
    private final int[] host;

    private final int[] older;
    private final int[] newer;
    private final SipHash hash;
    private final UnsafeBuffer address = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private int size;
    private int turn;

    /**
     * Allocates.
     *
     * @param limit items at most.
     * @param ids items are numbered from 0 to one less than this.
     * @param hash keyed by a secret, so that nobody can choose addresses that collide.
     */
    public HostShares(final int limit, final int ids, final SipHash hash) {
        this.limit = limit;
        this.hash = hash;
        final int places = 2 * BitUtil.findNextPositivePowerOfTwo(limit);
        hostMask = places - 1;
        addressHigh = new long[places];
        addressLow = new long[places];
        items = new int[places];
        oldest = new int[places];
        newest = new int[places];
        host = new int[ids];
        older = new int[ids];
        newer = new int[ids];
        Arrays.fill(host, NONE);
    }

    public final boolean isFull() {
        return size == limit;
    }

    public final int size() {
        return size;
    }

    /** How many items a host has. */
    public final int of(final Peer source) {
        return items[place(source.addressHigh(), source.addressLow())];
    }

    /** Notes an item; there must be room. */
    public final void add(final int item, final Peer source) {
        assert host[item] == NONE : "noted already";
        assert !isFull() : "make room first";
        final int place = place(source.addressHigh(), source.addressLow());
        if (items[place]++ == 0) {
            addressHigh[place] = source.addressHigh();
            addressLow[place] = source.addressLow();
            oldest[place] = item;
            older[item] = NONE;
        } else {
            older[item] = newest[place];
            newer[newest[place]] = item;
        }
        newest[place] = item;
        newer[item] = NONE;
        host[item] = place;
        size++;
    }

    /** The item is gone; does nothing when it is not noted. */
    public final void remove(final int item) {
        final int place = host[item];
        if (place == NONE) {
            return;
        }
        if (older[item] == NONE) {
            oldest[place] = newer[item];
        } else {
            newer[older[item]] = newer[item];
        }
        if (newer[item] == NONE) {
            newest[place] = older[item];
        } else {
            older[newer[item]] = older[item];
        }
        host[item] = NONE;
        size--;
        if (--items[place] == 0) {
            closeGap(place);
        }
    }

    /** Whether a host has as many items as any other, and at least one. Looks at every host. */
    public final boolean isGreediest(final Peer source) {
        final int own = of(source);
        for (final int others : items) {
            if (others > own) {
                return false;
            }
        }
        return own > 0;
    }

    /** The oldest item of the host that has the most; {@link #NONE} when there is no item. Looks at every host. */
    public final int oldestOfGreediest() {
        int greediest = 0;
        for (int place = 1; place < items.length; place++) {
            if (items[place] > items[greediest]) {
                greediest = place;
            }
        }
        return items[greediest] == 0 ? NONE : oldest[greediest];
    }

    /** The newest item of the next host in turn; {@link #NONE} when there is no item. */
    public final int newestOfNextHost() {
        if (size == 0) {
            return NONE;
        }
        do {
            turn = (turn + 1) & hostMask;
        } while (items[turn] == 0);
        return newest[turn];
    }

    /** The same, but hosts of this kind lose nothing; {@link #NONE} when there are no others. */
    public final int oldestOfGreediest(final Hosts spared) {
        int greediest = NONE;
        for (int place = 0; place < items.length; place++) {
            if (items[place] > (greediest == NONE ? 0 : items[greediest])
                    && !spared.contains(addressHigh[place], addressLow[place])) {
                greediest = place;
            }
        }
        return greediest == NONE ? NONE : oldest[greediest];
    }

    /** Where the host is, or the empty place where it would go. At most half of the places are taken, so there is one. */
    private int place(final long high, final long low) {
        int place = home(high, low);
        while (items[place] != 0 && (addressHigh[place] != high || addressLow[place] != low)) {
            place = (place + 1) & hostMask;
        }
        return place;
    }

    private int home(final long high, final long low) {
        address.putLong(0, high);
        address.putLong(Long.BYTES, low);
        return (int) hash.hash(address, 0, 2 * Long.BYTES) & hostMask;
    }

    /** Whoever was pushed past the gap moves up, so that a search never meets a hole before its host. */
    private void closeGap(final int emptied) {
        int gap = emptied;
        for (int place = (gap + 1) & hostMask; items[place] != 0; place = (place + 1) & hostMask) {
            final int home = home(addressHigh[place], addressLow[place]);
            if (((place - home) & hostMask) >= ((place - gap) & hostMask)) {
                move(place, gap);
                gap = place;
            }
        }
    }

    private void move(final int from, final int to) {
        addressHigh[to] = addressHigh[from];
        addressLow[to] = addressLow[from];
        items[to] = items[from];
        oldest[to] = oldest[from];
        newest[to] = newest[from];
        items[from] = 0;
        for (int item = oldest[to]; item != NONE; item = newer[item]) {
            host[item] = to;
        }
    }
}
