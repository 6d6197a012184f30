package midplane.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class UdpPortTest extends DatagramPortContract {
    @Override
    protected DatagramPort.Supplier supplier() {
        return UdpPort::bind;
    }

    @Test
    void shouldSayWhatBuffersTheSystemGranted() throws IOException {
        final UdpPort port = udp();
        final int byDefault;
        try (DatagramChannel channel = DatagramChannel.open()) {
            byDefault = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        }
        assertTrue(port.receiveBufferLength() >= byDefault, "asked for more than the default");
        assertTrue(port.sendBufferLength() > 0);
    }

    @Test
    void shouldWakeASelector() throws IOException {
        final UdpPort one = udp();
        final UdpPort two = udp();
        try (Selector selector = Selector.open()) {
            assertInstanceOf(DatagramChannel.class, two.selectable());
            two.selectable().register(selector, SelectionKey.OP_READ);
            one.offer(datagram(1, 10), peer(two));
            assertEquals(1, selector.select(key -> {}, 10_000));
            assertEquals(1, two.poll(received, 10));
            assertEquals(0, selector.selectNow(key -> {}), "drained");
        }
    }

    /** Agrona's runner interrupts the thread of an agent that is slow to stop; the chassis still needs the port. */
    @Test
    void shouldOutliveAnInterruptOfItsThread() {
        final UdpPort one = udp();
        final UdpPort two = udp();
        Thread.currentThread().interrupt();
        try {
            assertTrue(one.offer(datagram(1, 10), peer(two)));
            assertEquals(0, one.poll(received, 10));
        } finally {
            assertTrue(Thread.interrupted());
        }
        await(two, 1);
        assertTrue(two.selectable().isOpen() && one.selectable().isOpen());
    }

    @Test
    void shouldRememberItsSources() {
        final UdpPort one = udp();
        final UdpPort two = udp();
        final UdpPort three = udp();
        for (int i = 0; i < 3; i++) {
            one.offer(datagram(i, 10), peer(three));
            two.offer(datagram(i, 10), peer(three));
        }
        await(three, 6);
        assertSame(received.sources.get(0), received.sources.get(2));
        assertSame(received.sources.get(1), received.sources.get(5));
    }

    @Test
    void shouldDropWhatIsLongerThanAgreedAndCountIt() {
        final UdpPort one = udp();
        try (UdpPort shortPort = UdpPort.bind(anyPort(), 100)) {
            one.offer(datagram(1, 101), peer(shortPort));
            one.offer(datagram(2, DatagramPort.MAX_DATAGRAM_LENGTH), peer(shortPort));
            one.offer(datagram(3, 100), peer(shortPort));
            await(shortPort, 1);
            assertEquals(100, received.datagrams.get(0).length);
            assertEquals(2, shortPort.failures());
        }
    }

    @Test
    void shouldRefuseASillyReceiveCapacity() {
        assertThrows(IllegalArgumentException.class, () -> UdpPort.bind(anyPort(), 0));
        assertThrows(
                IllegalArgumentException.class, () -> UdpPort.bind(anyPort(), DatagramPort.MAX_DATAGRAM_LENGTH + 1));
    }

    @Test
    void shouldRefuseToBindWhatIsNotOurs() {
        assertThrows(UncheckedIOException.class, () -> UdpPort.bind(new InetSocketAddress("192.0.2.1", 0)));
        final var ex = assertThrows(
                UncheckedIOException.class,
                () -> UdpPort.bind(InetSocketAddress.createUnresolved("nowhere.invalid", 5060)));
        assertTrue(ex.getMessage().contains("nowhere.invalid"), ex.getMessage());
    }

    @Test
    void shouldCountDestinationsThatCannotBeReached() {
        final UdpPort one = udp();
        assertFalse(one.offer(datagram(1, 10), Peer.of(0, 0x0000_FFFF_7F00_0001L, 0)), "port 0");
        assertFalse(one.offer(datagram(1, 10), Peer.ofNumeric("2001:db8::1", 5060)), "IPv6 from an IPv4 port");
        assertFalse(one.offer(datagram(1, 10), Peer.ofNumeric("192.0.2.1", 5060)), "out of loopback");
        assertEquals(3, one.failures());
        assertTrue(one.offer(datagram(1, 10), peer(one)), "none of which hurts the others");
    }

    @Test
    void shouldTakeABufferOnTheHeapToo() {
        final UdpPort one = udp();
        final ByteBuffer heap = ByteBuffer.wrap(bytes(1, 10));
        assertTrue(one.offer(heap, peer(one)));
        assertEquals(0, heap.position());
        await(one, 1);
    }

    @Test
    void shouldHearAnOrdinarySocket() throws IOException {
        final UdpPort one = udp();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(bytes(1, 10), 10, one.localAddress()));
            await(one, 1);
            assertEquals(socket.getLocalPort(), received.sources.get(0).port());
            assertTrue(one.offer(datagram(2, 20), received.sources.get(0)));
            final DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            socket.receive(packet);
            assertEquals(20, packet.getLength());
        }
    }

    static boolean hasIpv6() {
        try (UdpPort port = UdpPort.bind(new InetSocketAddress("::1", 0))) {
            return port.selectable().isOpen();
        } catch (final UncheckedIOException ex) {
            return false;
        }
    }

    @Test
    @EnabledIf("hasIpv6")
    void shouldSpeakIpv6() {
        final DatagramPort one = bind(new InetSocketAddress("::1", 0));
        final DatagramPort two = bind(new InetSocketAddress("::1", 0));
        assertTrue(one.offer(datagram(1, 10), peer(two)));
        await(two, 1);
        assertEquals(peer(one), received.sources.get(0));
        assertFalse(one.offer(datagram(1, 10), peer(udp())), "from ::1 there is no way to 127.0.0.1");
    }

    @Test
    @EnabledIf("hasIpv6")
    void shouldSpeakBothFamiliesFromTheIpv6Wildcard() {
        final DatagramPort wild = bind(new InetSocketAddress("::", 0));
        final UdpPort four = udp();
        assertTrue(four.offer(
                datagram(1, 10),
                Peer.of(new InetSocketAddress("127.0.0.1", wild.localAddress().getPort()))));
        await(wild, 1);
        assertEquals(peer(four), received.sources.get(0));
        assertTrue(received.sources.get(0).isIpv4());
        assertTrue(wild.offer(datagram(2, 10), received.sources.get(0)));
        await(four, 1);
    }

    @Test
    void shouldLetManyThreadsOfferAtOnce() throws InterruptedException {
        final int threads = 4;
        final int each = 2000;
        final UdpPort one = udp();
        final UdpPort two = udp();
        final AtomicReference<Throwable> trouble = new AtomicReference<>();
        final Thread[] senders = new Thread[threads];
        final int[] left = new int[threads];
        for (int t = 0; t < threads; t++) {
            final int number = t;
            senders[t] = new Thread(() -> {
                try {
                    final ByteBuffer datagram = datagram(number, 40 + number);
                    for (int i = 0; i < each; i++) {
                        left[number] += one.offer(datagram, peer(two)) ? 1 : 0;
                    }
                } catch (final Throwable ex) {
                    trouble.set(ex);
                }
            });
            senders[t].start();
        }
        boolean sending = true;
        while (sending) {
            sending = false;
            for (final Thread sender : senders) {
                sending |= sender.isAlive();
            }
            two.poll(received, 64);
        }
        for (final Thread sender : senders) {
            sender.join();
        }
        while (two.poll(received, 64) > 0) {
            Thread.onSpinWait();
        }
        assertNull(trouble.get());
        final int[] come = new int[threads];
        for (final byte[] bytes : received.datagrams) {
            final int number = bytes.length - 40;
            assertArrayEquals(bytes(number, 40 + number), bytes);
            come[number]++;
        }
        for (int t = 0; t < threads; t++) {
            assertTrue(come[t] > 0 && come[t] <= left[t], "thread " + t + ": " + come[t] + " of " + left[t]);
        }
    }

    @Test
    void shouldEndAPollWhenAnotherThreadCloses() throws InterruptedException {
        for (int round = 0; round < 50; round++) {
            final UdpPort one = udp();
            final AtomicReference<Throwable> trouble = new AtomicReference<>();
            final Thread poller = new Thread(() -> {
                try {
                    final ByteBuffer datagram = datagram(1, 10);
                    while (one.selectable().isOpen()) {
                        one.offer(datagram, peer(one));
                        one.poll((buffer, offset, length, source) -> {}, 10);
                    }
                } catch (final Throwable ex) {
                    trouble.set(ex);
                }
            });
            poller.start();
            Thread.yield();
            one.close();
            poller.join();
            assertNull(trouble.get());
        }
    }

    private UdpPort udp() {
        return (UdpPort) bind(anyPort());
    }
}
