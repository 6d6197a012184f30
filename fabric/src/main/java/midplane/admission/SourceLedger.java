package midplane.admission;

import java.util.concurrent.TimeUnit;
import midplane.net.Peer;
import midplane.signalling.SipHash;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What each host has sent us, what it got, and whether it has proven that it hears us. A table of fixed size: a host has
 * eight places it may be in, found by a keyed hash, so nobody can choose whom it meets there. When they are taken, the one
 * that was heard longest ago gives way, unproven before proven. Not thread-safe; each agent has one of its own, so the
 * bound on what an unproven host gets holds for each and therefore for all.
 *
 * <p>A host that gave way begins anew: unproven, with no bytes to its credit but those still to come.
 */
public final class SourceLedger {
    /** How long a proof lasts; hosts that call prove themselves again with every ACK. */
    public static final long PROOF_NS = TimeUnit.HOURS.toNanos(1);

    /**
     * The credit of a listed host that never spoke to us, in bytes: a proven host may name it in Contact or in a route,
     * and a BYE then has to go there.
     */
    public static final int FIRST_CREDIT = 512;

    private static final int WAYS = 8;

    private final SipHash hash;
    private final int amplificationMax;
    private final int setMask;
    private final UnsafeBuffer address = new UnsafeBuffer(new byte[2 * Long.BYTES]);
    private final long[] addressHigh;
    private final long[] addressLow;
    private final long[] receivedBytes;
    private final long[] sentBytes;
    private final long[] heardNs;
    private final long[] provenNs;
    private final byte[] states;

    private static final byte FREE = 0;
    private static final byte UNPROVEN = 1;
    private static final byte PROVEN = 2;

    /**
     * Allocates.
     *
     * @param hosts remembered at most, rounded up to a power of two.
     * @param amplificationMax how many times what it sent an unproven host may get.
     * @param hash keyed by a secret.
     */
    public SourceLedger(final int hosts, final int amplificationMax, final SipHash hash) {
        this.hash = hash;
        this.amplificationMax = amplificationMax;
        final int places = BitUtil.findNextPositivePowerOfTwo(Math.max(WAYS, hosts));
        setMask = places / WAYS - 1;
        addressHigh = new long[places];
        addressLow = new long[places];
        receivedBytes = new long[places];
        sentBytes = new long[places];
        heardNs = new long[places];
        provenNs = new long[places];
        states = new byte[places];
    }

    /** Bytes came from a host. */
    public void received(final Peer source, final int length, final long nowNs) {
        final int place = findOrTake(source.addressHigh(), source.addressLow(), nowNs);
        receivedBytes[place] += length;
        heardNs[place] = nowNs;
    }

    /**
     * Whether a host may get so many bytes more; they count as sent then.
     *
     * @return false when the host is not proven and has got its share.
     */
    public boolean mayGet(final Peer destination, final int length, final long nowNs) {
        final int place = findOrTake(destination.addressHigh(), destination.addressLow(), nowNs);
        if (!isProven(place, nowNs)) {
            final long credit = receivedBytes[place] == 0 ? FIRST_CREDIT : receivedBytes[place];
            if (sentBytes[place] + length > credit * amplificationMax) {
                return false;
            }
        }
        sentBytes[place] += length;
        return true;
    }

    /** A host has sent back a tag of ours. */
    public void prove(final long high, final long low, final long nowNs) {
        final int place = findOrTake(high, low, nowNs);
        heardNs[place] = nowNs;
        states[place] = PROVEN;
        provenNs[place] = nowNs;
    }

    /** Whether the proof of a host is in the first half of its life: another is no news. */
    public boolean isFreshlyProven(final Peer source, final long nowNs) {
        final int place = find(source.addressHigh(), source.addressLow());
        return place >= 0 && states[place] == PROVEN && nowNs - provenNs[place] < PROOF_NS / 2;
    }

    public boolean isProven(final Peer source, final long nowNs) {
        return isProven(source.addressHigh(), source.addressLow(), nowNs);
    }

    public boolean isProven(final long high, final long low, final long nowNs) {
        final int place = find(high, low);
        return place >= 0 && isProven(place, nowNs);
    }

    private boolean isProven(final int place, final long nowNs) {
        return states[place] == PROVEN && nowNs - provenNs[place] < PROOF_NS;
    }

    private int find(final long high, final long low) {
        final int first = firstPlace(high, low);
        for (int place = first; place < first + WAYS; place++) {
            if (states[place] != FREE && addressHigh[place] == high && addressLow[place] == low) {
                return place;
            }
        }
        return -1;
    }

    private int findOrTake(final long high, final long low, final long nowNs) {
        final int first = firstPlace(high, low);
        int worst = first;
        for (int place = first; place < first + WAYS; place++) {
            if (states[place] != FREE && addressHigh[place] == high && addressLow[place] == low) {
                return place;
            }
            if (isLessWorth(place, worst)) {
                worst = place;
            }
        }
        states[worst] = UNPROVEN;
        addressHigh[worst] = high;
        addressLow[worst] = low;
        receivedBytes[worst] = 0;
        sentBytes[worst] = 0;
        heardNs[worst] = nowNs;
        return worst;
    }

    /** Free before unproven before proven; of equals the one heard longest ago. */
    private boolean isLessWorth(final int place, final int other) {
        return states[place] != states[other]
                ? states[place] < states[other]
                : states[place] != FREE && heardNs[place] - heardNs[other] < 0;
    }

    private int firstPlace(final long high, final long low) {
        address.putLong(0, high);
        address.putLong(Long.BYTES, low);
        return ((int) hash.hash(address, 0, 2 * Long.BYTES) & setMask) * WAYS;
    }
}
