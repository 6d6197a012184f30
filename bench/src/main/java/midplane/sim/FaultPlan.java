package midplane.sim;

import java.util.List;
import midplane.net.Peer;

/**
 * What a network does to datagrams.
 *
 * @param lossPpm how many of a million are lost.
 * @param duplicationPpm how many of a million arrive twice.
 * @param delayNs how long each takes at least.
 * @param jitterNs how much longer each may take, evenly drawn: more than the gap between two, and they change order.
 * @param partitions when hosts are cut off.
 */
public record FaultPlan(int lossPpm, int duplicationPpm, long delayNs, long jitterNs, List<Partition> partitions) {
    /** A network that loses nothing and keeps the order. */
    public static final FaultPlan NONE = new FaultPlan(0, 0, 500_000L, 0, List.of());

    /** 10 % lost, 5 % doubled, order lost within 30 ms. */
    public static final FaultPlan ROUGH = new FaultPlan(100_000, 50_000, 1_000_000L, 30_000_000L, List.of());

    private static final double PPM = 1_000_000.0;

    /**
     * A host hears nothing and is not heard.
     *
     * @param host at any port.
     * @param fromNs since the simulation started.
     * @param untilNs since the simulation started.
     */
    public record Partition(Peer host, long fromNs, long untilNs) {
        /** Whether this keeps a datagram from its destination. */
        public boolean cuts(final Peer from, final Peer to, final long elapsedNs) {
            return elapsedNs >= fromNs && elapsedNs < untilNs && (host.isSameHost(from) || host.isSameHost(to));
        }
    }

    public FaultPlan {
        partitions = List.copyOf(partitions);
    }

    /** The same with another share of lost datagrams, 0 to 1. */
    public FaultPlan withLoss(final double share) {
        return new FaultPlan((int) Math.round(share * PPM), duplicationPpm, delayNs, jitterNs, partitions);
    }

    /** The same with another share of doubled datagrams, 0 to 1. */
    public FaultPlan withDuplication(final double share) {
        return new FaultPlan(lossPpm, (int) Math.round(share * PPM), delayNs, jitterNs, partitions);
    }

    public FaultPlan withDelayNs(final long delayNs) {
        return new FaultPlan(lossPpm, duplicationPpm, delayNs, jitterNs, partitions);
    }

    public FaultPlan withJitterNs(final long jitterNs) {
        return new FaultPlan(lossPpm, duplicationPpm, delayNs, jitterNs, partitions);
    }

    public FaultPlan withPartitions(final List<Partition> partitions) {
        return new FaultPlan(lossPpm, duplicationPpm, delayNs, jitterNs, partitions);
    }

    /** Whether everything sent arrives, once. */
    public boolean isFaultless() {
        return lossPpm == 0 && duplicationPpm == 0 && partitions.isEmpty();
    }
}
