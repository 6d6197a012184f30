package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.junit.jupiter.api.Test;

class VirtualNetworkTest {
    private static final int MANY = 10_000;
    private static final long MS = 1_000_000L;

    private final VirtualClock clock = new VirtualClock();
    private final List<Integer> heard = new ArrayList<>();
    private final List<Long> heardNs = new ArrayList<>();

    @Test
    void shouldLoseAndDoubleAboutAsManyAsPlanned() {
        final VirtualNetwork network = network(FaultPlan.NONE.withLoss(0.1).withDuplication(0.05));
        sendMany(network, MANY, 0);
        assertEquals(MANY * 0.1, network.lost(), MANY * 0.02);
        assertEquals(MANY * 0.9 * 0.05, network.duplicated(), MANY * 0.01);
        assertEquals(MANY - network.lost() + network.duplicated(), network.delivered());
        assertEquals(network.delivered(), heard.size());
    }

    @Test
    void shouldKeepTheOrderWithoutJitterAndLoseItWith() {
        sendMany(network(FaultPlan.NONE), 100, MS);
        assertEquals(sorted(), heard);

        heard.clear();
        sendMany(network(FaultPlan.NONE.withJitterNs(30 * MS)), 100, MS);
        assertNotEquals(sorted(), heard);
    }

    @Test
    void shouldDelayWithinThePlan() {
        final VirtualNetwork network =
                network(FaultPlan.NONE.withDelayNs(2 * MS).withJitterNs(3 * MS));
        sendMany(network, MANY, 0);
        for (final long atNs : heardNs) {
            final long delayNs = atNs - VirtualClock.START_NS;
            assertTrue(delayNs >= 2 * MS && delayNs <= 5 * MS, () -> delayNs + " ns");
        }
    }

    @Test
    void shouldCutAHostOffWhileThePartitionLasts() {
        final FaultPlan.Partition partition = new FaultPlan.Partition(peer(2), 10 * MS, 20 * MS);
        sendMany(network(FaultPlan.NONE.withPartitions(List.of(partition))), 30, MS);
        assertEquals(20, heard.size());
        assertFalse(heard.contains(10));
        assertFalse(heard.contains(19));
        assertTrue(heard.contains(9));
        assertTrue(heard.contains(20));
    }

    @Test
    void shouldGiveALinkItsOwnPlan() {
        final VirtualNetwork network = network(FaultPlan.NONE.withLoss(1));
        network.link(peer(1), peer(2), FaultPlan.NONE);
        sendMany(network, 10, 0);
        assertEquals(10, heard.size());
    }

    @Test
    void shouldDropAndCountWhatFindsNobodyOrNoRoom() {
        final VirtualNetwork network = network(FaultPlan.NONE);
        final VirtualPort source = network.bind(peer(1).socketAddress());
        source.offer(datagram(1), peer(3));
        carry(network);
        assertEquals(1, network.droppedUnbound());

        final VirtualPort target = network.bind(peer(2).socketAddress());
        for (int i = 0; i < MANY; i++) {
            source.offer(datagram(i), peer(2));
        }
        carry(network);
        assertEquals(MANY, network.droppedFull() + target.waiting());
        assertTrue(network.droppedFull() > 0);
    }

    @Test
    void shouldHashEqualHistoriesEquallyAndAnyOtherDifferently() {
        final long one = hashOf(7, 100);
        assertEquals(one, hashOf(7, 100));
        assertNotEquals(one, hashOf(8, 100));
        assertNotEquals(one, hashOf(7, 99));
    }

    private static long hashOf(final long seed, final int count) {
        final VirtualNetworkTest fresh = new VirtualNetworkTest();
        return fresh.sendMany(new VirtualNetwork(fresh.clock, seed, FaultPlan.ROUGH), count, MS);
    }

    private VirtualNetwork network(final FaultPlan plan) {
        return new VirtualNetwork(clock, 1, plan);
    }

    /** From host 1 to host 2, numbered, so far apart; returns the hash of the history. */
    private long sendMany(final VirtualNetwork network, final int count, final long gapNs) {
        try (VirtualPort source = network.bind(peer(1).socketAddress());
                VirtualPort target = network.attach(peer(2).socketAddress(), (buffer, offset, length, from) -> {
                    heard.add(buffer.getInt(offset));
                    heardNs.add(clock.nanoTime());
                })) {
            final long startNs = clock.nanoTime();
            for (int i = 0; i < count; i++) {
                clock.advanceTo(startNs + i * gapNs);
                while (network.nextArrivalNs() <= clock.nanoTime()) {
                    network.deliverNext();
                }
                source.offer(datagram(i), target.local());
            }
            carry(network);
        }
        return network.historyHash();
    }

    private void carry(final VirtualNetwork network) {
        while (network.nextArrivalNs() != EventQueue.NEVER) {
            clock.advanceTo(network.nextArrivalNs());
            network.deliverNext();
        }
    }

    private List<Integer> sorted() {
        return heard.stream().sorted().toList();
    }

    private static ByteBuffer datagram(final int number) {
        // Read back by Agrona, in the order of the machine's bytes.
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(java.nio.ByteOrder.nativeOrder())
                .putInt(0, number);
    }

    private static Peer peer(final int host) {
        return Peer.of(new InetSocketAddress("10.9.0." + host, 5060));
    }
}
