package midplane.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import midplane.testing.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Talking between two fixed peers makes no garbage, nor does turning a stranger away. */
class UdpPortGarbageTest {
    private static final double BYTES_MAX = 0.5;

    private long bytesSeen;
    private final DatagramPort.Handler onDatagram = (buffer, offset, length, source) -> bytesSeen += length;

    @Test
    void shouldSendAndReceiveWithoutGarbage() {
        measure("127.0.0.1");
    }

    @Test
    @EnabledIf("midplane.net.UdpPortTest#hasIpv6")
    void shouldSendAndReceiveOverIpv6WithoutGarbage() {
        measure("::1");
    }

    private void measure(final String host) {
        try (UdpPort one = UdpPort.bind(new InetSocketAddress(host, 0));
                UdpPort two = UdpPort.bind(new InetSocketAddress(host, 0))) {
            final Peer first = Peer.of(one.localAddress());
            final Peer second = Peer.of(two.localAddress());
            final ByteBuffer datagram = ByteBuffer.allocateDirect(500);
            assertNone(() -> {
                while (!one.offer(datagram, second)) {
                    Thread.onSpinWait();
                }
                while (two.poll(onDatagram, 64) == 0) {
                    Thread.onSpinWait();
                }
                while (!two.offer(datagram, first)) {
                    Thread.onSpinWait();
                }
                while (one.poll(onDatagram, 64) == 0) {
                    Thread.onSpinWait();
                }
            });
            assertTrue(bytesSeen > 0);
        }
    }

    @Test
    void shouldFindNothingWithoutGarbage() {
        try (UdpPort port = UdpPort.bind(new InetSocketAddress("127.0.0.1", 0))) {
            assertNone(() -> port.poll(onDatagram, 64));
        }
    }

    @Test
    void shouldLookSourcesUpWithoutGarbage() {
        final AllowList allowList = AllowList.parse(List.of("10.0.0.0/8", "2001:db8::/32"));
        final PeerCache cache = new PeerCache(64);
        final InetSocketAddress address = new InetSocketAddress("10.0.0.1", 5060);
        assertNone(() -> {
            final Peer peer = cache.of(address);
            if (!allowList.allows(peer)
                    || !cache.of(peer.addressHigh(), peer.addressLow(), 5060).isIpv4()) {
                throw new AssertionError();
            }
        });
    }

    private static void assertNone(final Runnable cycle) {
        final double bytes = Allocation.bytesPerCycle(cycle);
        assertTrue(bytes < BYTES_MAX, bytes + " bytes per cycle");
    }
}
