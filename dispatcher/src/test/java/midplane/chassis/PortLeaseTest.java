package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.net.UdpPort;
import org.junit.jupiter.api.Test;

class PortLeaseTest {
    private static final Peer PEER = Peer.of(new InetSocketAddress("127.0.0.1", 5099));
    private static final DatagramPort.Handler IGNORE = (buffer, offset, length, source) -> {};

    private final ScriptedPort port = new ScriptedPort(5071);

    @Test
    void shouldPassEverythingOnWhileItLasts() {
        final PortLease lease = PortLease.toPollAndOffer(port);
        port.arrive(new byte[3], PEER);
        assertEquals(1, lease.poll(IGNORE, 64));
        assertTrue(lease.offer(ByteBuffer.wrap(new byte[3]), PEER));
        assertEquals(1, port.takeSent().size());
        assertEquals(port.localAddress(), lease.localAddress());
    }

    @Test
    void shouldNeitherSendNorHearAfterItIsRevoked() {
        final PortLease lease = PortLease.toPollAndOffer(port);
        port.arrive(new byte[3], PEER);
        lease.revoke();
        assertEquals(0, lease.poll(IGNORE, 64));
        assertFalse(lease.offer(ByteBuffer.wrap(new byte[3]), PEER));
        assertEquals(List.of(), port.takeSent());
        assertEquals(5071, lease.localAddress().getPort());
        assertEquals(1, port.poll(IGNORE, 64), "what waits is left to the next holder");
    }

    @Test
    void shouldLeaveTheSocketOpenWhenItsHolderClosesIt() {
        try (UdpPort socket = UdpPort.bind(new InetSocketAddress("127.0.0.1", 0))) {
            final PortLease lease = PortLease.toPollAndOffer(socket);
            final PortLease next = PortLease.toPollAndOffer(socket);
            lease.close();
            assertNull(lease.selectable());
            assertTrue(next.offer(ByteBuffer.allocateDirect(3), Peer.of(socket.localAddress())));
        }
    }

    @Test
    void shouldNotLetABladePollThePortOfTheDispatcher() {
        final PortLease lease = PortLease.toOffer(port);
        assertThrows(AssertionError.class, () -> lease.poll(IGNORE, 64));
        assertNull(lease.selectable());
        assertTrue(lease.offer(ByteBuffer.wrap(new byte[3]), PEER));
    }
}
