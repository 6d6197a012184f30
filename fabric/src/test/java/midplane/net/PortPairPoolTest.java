package midplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import midplane.net.PortPairPool.PortPair;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortPairPoolTest {
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final Peer SOURCE = Peer.ofNumeric("192.0.2.7", 4000);

    /** A machine whose other programs hold some ports. */
    private final Set<Integer> taken = new TreeSet<>();

    private final Map<Integer, MachinePort> bound = new TreeMap<>();
    private int attempts;

    private final DatagramPort.Handler discard = (buffer, offset, length, source) -> {};

    @Test
    void shouldBindNothingBeforeItIsNeeded() {
        final PortPairPool pool = pool(40_000, 40_007);
        assertEquals(4, pool.available());
        assertEquals(0, attempts);
        assertEquals(40_000, pool.borrow().rtpPort());
        assertEquals(Set.of(40_000, 40_001), bound.keySet());
    }

    @Test
    void shouldLendAnEvenPortAndTheOddOneAbove() {
        final PortPair pair = pool(40_000, 40_001).borrow();
        assertEquals(new InetSocketAddress(ADDRESS, 40_000), pair.rtp().localAddress());
        assertEquals(new InetSocketAddress(ADDRESS, 40_001), pair.rtcp().localAddress());
    }

    @ParameterizedTest
    @CsvSource({
        "40001, 40005, 2, 40002",
        "40000, 40004, 2, 40000",
        "40001, 40003, 1, 40002",
        "1, 3, 1, 2",
        "65534, 65535, 1, 65534",
        "1, 65535, 32767, 2"
    })
    void shouldUseTheWholePairsOfItsRange(final int first, final int last, final int pairs, final int lowest) {
        final PortPairPool pool = pool(first, last);
        assertEquals(pairs, pool.available());
        assertEquals(lowest, pool.borrow().rtpPort());
    }

    @ParameterizedTest
    @CsvSource({
        "40000, 40000",
        "40001, 40002",
        "40001, 40001",
        "40002, 40001",
        "0, 1",
        "65535, 65535",
        "65534, 65536",
        "-2, -1"
    })
    void shouldRefuseARangeWithoutAPair(final int first, final int last) {
        final var ex = assertThrows(IllegalArgumentException.class, () -> pool(first, last));
        assertTrue(ex.getMessage().contains("ports " + first + " to " + last), ex.getMessage());
    }

    @Test
    void shouldLendEachPairOnceUntilAllAreLent() {
        final PortPairPool pool = pool(40_000, 40_005);
        assertEquals(List.of(40_000, 40_002, 40_004), List.of(rtp(pool), rtp(pool), rtp(pool)));
        assertEquals(0, pool.available());
        assertNull(pool.borrow());
    }

    @Test
    void shouldLetAPairRestAsLongAsItCan() {
        final PortPairPool pool = pool(40_000, 40_005);
        final PortPair first = pool.borrow();
        pool.restore(first);
        assertEquals(3, pool.available());
        assertEquals(List.of(40_002, 40_004), List.of(rtp(pool), rtp(pool)));
        assertSame(first, pool.borrow());
        assertEquals(6, attempts, "kept bound meanwhile");
    }

    @Test
    void shouldTurnItsQueueOverManyTimes() {
        final PortPairPool pool = pool(40_000, 40_009);
        final List<PortPair> lent = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            lent.add(present(pool.borrow()));
            if (lent.size() == 3) {
                pool.restore(lent.remove(i % 3));
            }
            assertEquals(5 - lent.size(), pool.available());
        }
    }

    private static PortPair present(final PortPair pair) {
        assertNotNull(pair);
        return pair;
    }

    @Test
    void shouldPassOverPairsThatOthersHold() {
        taken.addAll(Set.of(40_000, 40_003));
        final PortPairPool pool = pool(40_000, 40_007);
        assertEquals(40_004, rtp(pool));
        assertFalse(bound.containsKey(40_002), "the even port of a half pair is not kept");
        assertEquals(1, pool.available(), "two are known to be out of reach");
        assertEquals(40_006, rtp(pool));
        assertNull(pool.borrow());
    }

    @Test
    void shouldTryAgainAPairThatOthersGaveBack() {
        taken.add(40_000);
        final PortPairPool pool = pool(40_000, 40_003);
        final PortPair other = pool.borrow();
        assertEquals(0, pool.available());
        taken.clear();
        assertEquals(40_000, rtp(pool));
        assertEquals(0, pool.available());
        pool.restore(other);
        assertEquals(1, pool.available());
    }

    @Test
    void shouldNotScanTheWholeRangeInOneCycle() {
        for (int port = 40_000; port < 40_100; port++) {
            taken.add(port);
        }
        final PortPairPool pool = pool(40_000, 40_101);
        int tries = 0;
        PortPair pair = null;
        while (pair == null) {
            final int before = attempts;
            pair = pool.borrow();
            assertTrue(attempts - before <= 2 * PortPairPool.BIND_ATTEMPTS_MAX);
            assertTrue(++tries < 10);
        }
        assertEquals(40_100, pair.rtpPort());
    }

    @Test
    void shouldFindARestingPairBehindManyThatCannotBeBound() {
        for (int port = 40_000; port < 40_100; port++) {
            taken.add(port);
        }
        final PortPairPool pool = pool(40_000, 40_101);
        PortPair pair = null;
        for (int i = 0; i < 10 && pair == null; i++) {
            pair = pool.borrow();
        }
        pool.restore(present(pair));
        final int before = attempts;
        assertSame(pair, pool.borrow());
        assertEquals(before, attempts, "pairs known to be held by others wait until no other is left");
    }

    @Test
    void shouldLendAPairEmptyOfOldDatagrams() {
        final PortPairPool pool = pool(40_000, 40_001);
        final PortPair pair = pool.borrow();
        pool.restore(pair);
        arrive(40_000, 100);
        arrive(40_001, 3);
        assertSame(pair, pool.borrow());
        assertEquals(0, pair.rtp().poll(discard, 1));
        assertEquals(0, pair.rtcp().poll(discard, 1));
    }

    /** Somebody goes on sending to the ports of a call long ended: the next call must not get them. */
    @Test
    void shouldLetAFloodedPairRest() {
        final PortPairPool pool = pool(40_000, 40_003);
        final PortPair flooded = pool.borrow();
        final PortPair quiet = pool.borrow();
        pool.restore(flooded);
        pool.restore(quiet);
        arrive(40_000, PortPairPool.OLD_DATAGRAMS_MAX);
        assertSame(quiet, pool.borrow());
        assertSame(flooded, pool.borrow(), "drained by now");
    }

    @Test
    void shouldRefuseWhatItHasNotLent() {
        final PortPairPool pool = pool(40_000, 40_003);
        final PortPair pair = pool.borrow();
        pool.restore(pair);
        assertThrows(IllegalArgumentException.class, () -> pool.restore(pair), "twice");
        assertEquals(2, pool.available());
        final PortPair foreign = pool(40_000, 40_003).borrow();
        final PortPair lent = pool.borrow();
        assertThrows(IllegalArgumentException.class, () -> pool.restore(foreign), "another pool's");
        final PortPair beyond = pool(50_000, 50_001).borrow();
        assertThrows(IllegalArgumentException.class, () -> pool.restore(beyond), "another range");
        final PortPair below = pool(30_000, 30_001).borrow();
        assertThrows(IllegalArgumentException.class, () -> pool.restore(below), "another range");
        pool.restore(lent);
    }

    @Test
    void shouldCloseEverythingTheLentOnesToo() {
        final PortPairPool pool = pool(40_000, 40_005);
        final PortPair lent = pool.borrow();
        pool.restore(pool.borrow());
        pool.close();
        pool.close();
        assertEquals(4, bound.values().stream().filter(port -> port.closed).count());
        assertEquals(0, pool.available());
        assertNull(pool.borrow());
        pool.restore(lent);
        assertEquals(0, pool.available());
        assertNull(pool.borrow());
    }

    @Test
    void shouldLendRealPorts() {
        try (PortPairPool pool = new PortPairPool(address -> UdpPort.bind(address, 2048), ADDRESS, 30_000, 60_999)) {
            final PortPair pair = pool.borrow();
            assertNotNull(pair);
            final ByteBuffer packet = ByteBuffer.allocateDirect(12);
            assertTrue(pair.rtcp().offer(packet, Peer.of(pair.rtp().localAddress())));
            assertEquals(1, pair.rtp().poll(discard, 10));
        }
    }

    private int rtp(final PortPairPool pool) {
        return pool.borrow().rtpPort();
    }

    private void arrive(final int port, final int datagrams) {
        bound.get(port).waiting = datagrams;
    }

    private PortPairPool pool(final int first, final int last) {
        return new PortPairPool(this::bind, ADDRESS, first, last);
    }

    private DatagramPort bind(final InetSocketAddress address) {
        attempts++;
        if (taken.contains(address.getPort())) {
            throw new UncheckedIOException("taken", new IOException("taken"));
        }
        final MachinePort port = new MachinePort(address);
        bound.put(address.getPort(), port);
        return port;
    }

    private final class MachinePort implements DatagramPort {
        private final InetSocketAddress address;
        private int waiting;
        private boolean closed;

        MachinePort(final InetSocketAddress address) {
            this.address = address;
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            final int polled = Math.min(limit, waiting);
            for (int i = 0; i < polled; i++) {
                handler.onDatagram(new UnsafeBuffer(new byte[1]), 0, 1, SOURCE);
            }
            waiting -= polled;
            return polled;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            return !closed;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {
            closed = true;
            if (bound.get(address.getPort()) == this && taken.contains(address.getPort() + 1)) {
                bound.remove(address.getPort());
            }
        }
    }
}
