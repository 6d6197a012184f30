package midplane.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PeerTest {
    @Test
    void shouldHoldIpv4AsMapped() {
        final Peer peer = Peer.ofNumeric("192.0.2.255", 5060);
        assertEquals(0, peer.addressHigh());
        assertEquals(0x0000_FFFF_C000_02FFL, peer.addressLow());
        assertTrue(peer.isIpv4());
        assertEquals("192.0.2.255:5060", peer.toString());
    }

    @Test
    void shouldHoldIpv6() {
        final Peer peer = Peer.ofNumeric("[2001:db8::8000:0:0:1]", 5060);
        assertEquals(0x2001_0DB8_0000_0000L, peer.addressHigh());
        assertEquals(0x8000_0000_0000_0001L, peer.addressLow());
        assertFalse(peer.isIpv4());
        assertEquals("[2001:db8:0:0:8000:0:0:1]:5060", peer.toString());
        assertFalse(Peer.ofNumeric("::", 1).isIpv4());
        assertFalse(Peer.ofNumeric("::1", 1).isIpv4());
    }

    @Test
    void shouldSurviveAFrame() {
        for (final String host : new String[] {"192.0.2.7", "2001:db8::7", "0.0.0.0", "255.255.255.255"}) {
            final Peer peer = Peer.ofNumeric(host, 65_535);
            final Peer copy = Peer.of(peer.addressHigh(), peer.addressLow(), peer.port());
            assertEquals(peer, copy);
            assertEquals(peer.hashCode(), copy.hashCode());
            assertEquals(peer.socketAddress(), copy.socketAddress());
            assertEquals(peer.host(), copy.host());
        }
    }

    @Test
    void shouldBeEqualByAddressAndPort() {
        final Peer peer = Peer.ofNumeric("192.0.2.7", 5060);
        assertEquals(peer, Peer.of(new InetSocketAddress("192.0.2.7", 5060)));
        assertEquals(peer, Peer.ofNumeric("::ffff:192.0.2.7", 5060));
        assertNotEquals(peer, Peer.ofNumeric("192.0.2.8", 5060));
        assertNotEquals(peer, peer.withPort(5061));
        assertTrue(peer.isSameHost(peer.withPort(5061)));
        assertSame(peer, peer.withPort(5060));
    }

    @Test
    void shouldWriteItsHost() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[20]);
        assertEquals(9, Peer.ofNumeric("192.0.2.7", 5060).putHost(buffer, 3));
        assertEquals("192.0.2.7", buffer.getStringWithoutLengthAscii(3, 9));
    }

    @Test
    void shouldRefuseNamesAndPortsThatAreNone() {
        assertNull(Peer.ofNumeric("localhost", 5060));
        assertNull(Peer.ofNumeric("192.0.2.7", 0));
        assertNull(Peer.ofNumeric("192.0.2.7", -1));
        assertNull(Peer.ofNumeric("192.0.2.7", 65_536));
    }

    @Test
    void shouldBeRememberedByACache() {
        final PeerCache cache = new PeerCache(64);
        final Peer peer = cache.of(new InetSocketAddress("192.0.2.7", 5060));
        assertSame(peer, cache.of(new InetSocketAddress("192.0.2.7", 5060)));
        assertNotSame(peer, cache.of(new InetSocketAddress("192.0.2.7", 5061)));
        final Peer byNumbers = cache.of(peer.addressHigh(), peer.addressLow(), 7777);
        assertSame(byNumbers, cache.of(peer.addressHigh(), peer.addressLow(), 7777));
        assertEquals(peer.withPort(7777), byNumbers);
    }

    /** More strangers than room: they push each other out, and everyone still gets the right peer. */
    @Test
    void shouldNeverTakeOnePeerForAnother() {
        final PeerCache cache = new PeerCache(4);
        for (int round = 0; round < 3; round++) {
            for (int i = 1; i < 1000; i++) {
                final InetSocketAddress address = new InetSocketAddress("10.0." + (i & 7) + ".1", i);
                final Peer expected = Peer.of(address);
                assertEquals(expected, cache.of(address));
                assertEquals(expected, cache.of(expected.addressHigh(), expected.addressLow(), i));
            }
        }
    }
}
