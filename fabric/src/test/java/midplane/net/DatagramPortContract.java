package midplane.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every datagram port promises. Whoever implements {@link DatagramPort} subclasses this and says how to bind one.
 *
 * <p>The network between the ports must lose, double and reorder nothing while these tests run. Datagrams are awaited,
 * and {@link #carry} is called while they are.
 */
@Timeout(60)
public abstract class DatagramPortContract {
    private static final int CARRIES_UNTIL_QUIET = 100;

    protected final Received received = new Received();

    private final List<DatagramPort> bound = new ArrayList<>();

    /** How ports are bound. What is bound through {@link #bind} is closed after each test. */
    protected abstract DatagramPort.Supplier supplier();

    /** An address of ours with a port number of 0. */
    protected InetSocketAddress anyPort() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    /** Lets the network do its work, where it does not by itself: a virtual one moves its clock here. */
    protected void carry() {}

    @AfterEach
    void closePorts() {
        bound.forEach(DatagramPort::close);
    }

    @Test
    void shouldChooseAPortOfItsOwnWhenAskedForNone() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        assertNotEquals(0, one.localAddress().getPort());
        assertNotEquals(one.localAddress().getPort(), two.localAddress().getPort());
        assertEquals(anyPort().getAddress(), one.localAddress().getAddress());
    }

    @Test
    void shouldRefuseAnAddressThatIsTakenAndNameIt() {
        final DatagramPort one = bind(anyPort());
        final UncheckedIOException ex = assertThrows(UncheckedIOException.class, () -> bind(one.localAddress()));
        assertTrue(ex.getMessage().contains(String.valueOf(one.localAddress().getPort())), ex.getMessage());
    }

    @Test
    void shouldFreeItsAddressWhenClosed() {
        final DatagramPort one = bind(anyPort());
        one.close();
        assertEquals(one.localAddress(), bind(one.localAddress()).localAddress());
    }

    @Test
    void shouldFindNothingWhereNothingCame() {
        assertEquals(0, bind(anyPort()).poll(received, 10));
        assertEquals(0, received.datagrams.size());
    }

    @Test
    void shouldDeliverWhatWasSentAndSayFromWhere() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        assertTrue(one.offer(datagram(1, 100), peer(two)));

        await(two, 1);
        assertArrayEquals(bytes(1, 100), received.datagrams.get(0));
        assertEquals(peer(one), received.sources.get(0));
        assertEquals(one.localAddress(), received.sources.get(0).socketAddress());
        assertQuiet(one);
    }

    @Test
    void shouldAnswerToTheSourceItWasGiven() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        one.offer(datagram(1, 10), peer(two));
        await(two, 1);
        assertTrue(two.offer(datagram(2, 10), received.sources.get(0)));
        await(one, 1);
        assertArrayEquals(bytes(2, 10), received.datagrams.get(1));
    }

    @Test
    void shouldSendToItself() {
        final DatagramPort one = bind(anyPort());
        assertTrue(one.offer(datagram(1, 10), peer(one)));
        await(one, 1);
        assertEquals(peer(one), received.sources.get(0));
    }

    @Test
    void shouldSendFromPositionToLimitAndLeaveBoth() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        final ByteBuffer datagram = datagram(1, 100);
        datagram.position(10).limit(30);
        for (int i = 0; i < 3; i++) {
            assertTrue(one.offer(datagram, peer(two)));
            assertEquals(10, datagram.position());
            assertEquals(30, datagram.limit());
        }
        await(two, 3);
        final byte[] expected = new byte[20];
        System.arraycopy(bytes(1, 100), 10, expected, 0, 20);
        received.datagrams.forEach(bytes -> assertArrayEquals(expected, bytes));
    }

    @Test
    void shouldKeepTheOrderAndTheLimit() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        for (int i = 0; i < 20; i++) {
            assertTrue(one.offer(datagram(i, 50 + i), peer(two)));
        }
        assertEquals(0, two.poll(received, 0));
        while (received.datagrams.size() < 20) {
            carry();
            assertTrue(two.poll(received, 3) <= 3);
        }
        for (int i = 0; i < 20; i++) {
            assertArrayEquals(bytes(i, 50 + i), received.datagrams.get(i));
        }
        assertQuiet(two);
    }

    @Test
    void shouldDeliverTheEmptyDatagramAndTheLongest() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        assertTrue(one.offer(datagram(0, 0), peer(two)));
        assertTrue(one.offer(datagram(1, DatagramPort.MAX_DATAGRAM_LENGTH), peer(two)));
        await(two, 2);
        assertEquals(0, received.datagrams.get(0).length);
        assertArrayEquals(bytes(1, DatagramPort.MAX_DATAGRAM_LENGTH), received.datagrams.get(1));
    }

    @Test
    void shouldRefuseADatagramTooLong() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        final ByteBuffer datagram = datagram(1, DatagramPort.MAX_DATAGRAM_LENGTH + 1);
        assertFalse(one.offer(datagram, peer(two)));
        assertEquals(0, datagram.position());
        assertQuiet(two);
    }

    /** What ICMP says about one destination must not spoil the port for the others. */
    @Test
    void shouldOutliveADestinationWhereNobodyListens() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        final DatagramPort gone = bind(anyPort());
        gone.close();
        for (int i = 0; i < 10; i++) {
            one.offer(datagram(9, 10), peer(gone));
            assertQuiet(one);
        }
        assertTrue(one.offer(datagram(1, 10), peer(two)));
        await(two, 1);
        assertTrue(two.offer(datagram(2, 10), peer(one)));
        await(one, 1);
        assertEquals(2, received.datagrams.size());
    }

    @Test
    void shouldSayNoOnceClosedAndNothingElse() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        two.offer(datagram(1, 10), peer(one));
        one.close();
        one.close();
        final ByteBuffer datagram = datagram(1, 10);
        assertFalse(one.offer(datagram, peer(two)));
        assertEquals(0, datagram.position());
        assertQuiet(one);
        assertQuiet(two);
    }

    @Test
    void shouldLoseOnlyTheDatagramWhoseHandlerThrows() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        for (int i = 0; i < 3; i++) {
            one.offer(datagram(i, 10), peer(two));
        }
        final RuntimeException poison = new IllegalStateException("poison");
        final DatagramPort.Handler broken = (buffer, offset, length, source) -> {
            throw poison;
        };
        final RuntimeException caught = assertThrows(RuntimeException.class, () -> {
            for (int i = 0; i < CARRIES_UNTIL_QUIET; i++) {
                carry();
                two.poll(broken, 1);
            }
        });
        assertSame(poison, caught);
        await(two, 2);
        assertArrayEquals(bytes(1, 10), received.datagrams.get(0));
        assertArrayEquals(bytes(2, 10), received.datagrams.get(1));
        assertQuiet(two);
    }

    @Test
    void shouldLetAHandlerCloseThePort() {
        final DatagramPort one = bind(anyPort());
        final DatagramPort two = bind(anyPort());
        one.offer(datagram(1, 10), peer(two));
        one.offer(datagram(2, 10), peer(two));
        final int[] seen = new int[1];
        for (int i = 0; i < CARRIES_UNTIL_QUIET; i++) {
            carry();
            two.poll(
                    (buffer, offset, length, source) -> {
                        seen[0]++;
                        two.close();
                    },
                    10);
        }
        assertEquals(1, seen[0]);
    }

    /** Keeps a copy of every datagram. */
    protected static final class Received implements DatagramPort.Handler {
        public final List<byte[]> datagrams = new ArrayList<>();
        public final List<Peer> sources = new ArrayList<>();

        @Override
        public void onDatagram(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            datagrams.add(bytes);
            sources.add(source);
        }
    }

    protected final DatagramPort bind(final InetSocketAddress address) {
        final DatagramPort port = supplier().bind(address);
        bound.add(port);
        return port;
    }

    protected static Peer peer(final DatagramPort port) {
        return Peer.of(port.localAddress());
    }

    /** Polls until so many datagrams more have come. */
    protected final void await(final DatagramPort port, final int count) {
        final long deadline = System.nanoTime() + 10_000_000_000L;
        int come = 0;
        while (come < count) {
            carry();
            final int polled = port.poll(received, count - come);
            come += polled;
            if (polled == 0) {
                assertTrue(System.nanoTime() - deadline < 0, "only " + come + " of " + count + " came");
                Thread.yield();
            }
        }
    }

    protected final void assertQuiet(final DatagramPort port) {
        for (int i = 0; i < CARRIES_UNTIL_QUIET; i++) {
            carry();
            assertEquals(0, port.poll(received, 10));
        }
    }

    /** A direct buffer with a datagram nobody mistakes for another. */
    protected static ByteBuffer datagram(final int number, final int length) {
        return ByteBuffer.allocateDirect(length).put(bytes(number, length)).flip();
    }

    protected static byte[] bytes(final int number, final int length) {
        final byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (number * 31 + i);
        }
        return bytes;
    }
}
