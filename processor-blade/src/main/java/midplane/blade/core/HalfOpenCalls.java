package midplane.blade.core;

import java.util.Arrays;
import midplane.net.Peer;
import midplane.signalling.SipHash;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Calls whose caller has yet to prove, by an ACK, that he is where his datagrams say: how many there are, from which
 * host, in which order. Whoever forges sources can fill a blade with such calls; so there is a limit, and when it is
 * reached the host with the most of them loses its oldest. A host of few calls loses nothing to a host of many.
 *
 * <p>Calls and hosts are small numbers in fixed arrays; nothing is allocated after the start. Not thread-safe.
 */
public final class HalfOpenCalls {
    /** {@link #oldestOfGreediest} when there is no call. */
    public static final int NONE = -1;

    private final int limit;
    private final int hostMask;
    /** By host: the address, how many calls, the first and the last of them. A host without calls is a free place. */
    private final long[] addressHigh;

    private final long[] addressLow;
    private final int[] calls;
    private final int[] oldest;
    private final int[] newest;
    /** By call: the host it came from, its neighbours in age. */
    private final int[] host;

    private final int[] older;
    private final int[] newer;
    private final SipHash hash;
    private final UnsafeBuffer address = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private int size;

    /**
     * Allocates.
     *
     * @param limit calls at most.
     * @param ids calls are numbered from 0 to one less than this.
     * @param hash keyed by a secret, so that nobody can choose addresses that collide.
     */
    public HalfOpenCalls(final int limit, final int ids, final SipHash hash) {
        this.limit = limit;
        this.hash = hash;
        final int places = 2 * BitUtil.findNextPositivePowerOfTwo(limit);
        hostMask = places - 1;
        addressHigh = new long[places];
        addressLow = new long[places];
        calls = new int[places];
        oldest = new int[places];
        newest = new int[places];
        host = new int[ids];
        older = new int[ids];
        newer = new int[ids];
        Arrays.fill(host, NONE);
    }

    public boolean isFull() {
        return size == limit;
    }

    public int size() {
        return size;
    }

    /** How many calls of a host are half open. */
    public int of(final Peer source) {
        return calls[place(source.addressHigh(), source.addressLow())];
    }

    /** Notes a call as half open; there must be room. */
    public void add(final int call, final Peer source) {
        assert host[call] == NONE : "noted already";
        assert !isFull() : "make room first";
        final int place = place(source.addressHigh(), source.addressLow());
        if (calls[place]++ == 0) {
            addressHigh[place] = source.addressHigh();
            addressLow[place] = source.addressLow();
            oldest[place] = call;
            older[call] = NONE;
        } else {
            older[call] = newest[place];
            newer[newest[place]] = call;
        }
        newest[place] = call;
        newer[call] = NONE;
        host[call] = place;
        size++;
    }

    /** The call was acknowledged, or is over; does nothing when it is not half open. */
    public void remove(final int call) {
        final int place = host[call];
        if (place == NONE) {
            return;
        }
        if (older[call] == NONE) {
            oldest[place] = newer[call];
        } else {
            newer[older[call]] = newer[call];
        }
        if (newer[call] == NONE) {
            newest[place] = older[call];
        } else {
            older[newer[call]] = older[call];
        }
        host[call] = NONE;
        size--;
        if (--calls[place] == 0) {
            closeGap(place);
        }
    }

    /** The oldest call of the host that has the most; {@link #NONE} when there is no call. Looks at every host. */
    public int oldestOfGreediest() {
        int greediest = 0;
        for (int place = 1; place < calls.length; place++) {
            if (calls[place] > calls[greediest]) {
                greediest = place;
            }
        }
        return calls[greediest] == 0 ? NONE : oldest[greediest];
    }

    /** Where the host is, or the empty place where it would go. At most half of the places are taken, so there is one. */
    private int place(final long high, final long low) {
        int place = home(high, low);
        while (calls[place] != 0 && (addressHigh[place] != high || addressLow[place] != low)) {
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
        for (int place = (gap + 1) & hostMask; calls[place] != 0; place = (place + 1) & hostMask) {
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
        calls[to] = calls[from];
        oldest[to] = oldest[from];
        newest[to] = newest[from];
        calls[from] = 0;
        for (int call = oldest[to]; call != NONE; call = newer[call]) {
            host[call] = to;
        }
    }
}
