package midplane.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A real UDP socket on a non-blocking NIO channel.
 *
 * <p>{@link #poll} belongs to one thread; {@link #offer} and {@link #close} are for any. Nothing that the network does
 * makes it throw: trouble is a {@code false}, or a datagram that is not handed over, and is counted by
 * {@link #failures()}.
 */
public final class UdpPort implements DatagramPort {
    /** What is asked of the system for each direction unless said otherwise. What it granted: {@link #receiveBufferLength()}. */
    public static final int SOCKET_BUFFER_LENGTH = 4 * 1024 * 1024;

    private static final int SOURCES_REMEMBERED = 256;

    private final DatagramChannel channel;
    private final InetSocketAddress localAddress;
    private final boolean ipv4Only;
    private final int receiveBufferLength;
    private final int sendBufferLength;
    private final int receiveCapacity;
    private final ByteBuffer received;
    private final UnsafeBuffer receivedView;
    private final PeerCache sources = new PeerCache(SOURCES_REMEMBERED);
    private final AtomicLong failures = new AtomicLong();

    private UdpPort(final DatagramChannel channel, final boolean ipv4Only, final int receiveCapacity)
            throws IOException {
        this.channel = channel;
        this.ipv4Only = ipv4Only;
        this.receiveCapacity = receiveCapacity;
        localAddress = (InetSocketAddress) channel.getLocalAddress();
        receiveBufferLength = channel.getOption(StandardSocketOptions.SO_RCVBUF);
        sendBufferLength = channel.getOption(StandardSocketOptions.SO_SNDBUF);
        // One byte more than may arrive shows a datagram that the system has cut.
        received = ByteBuffer.allocateDirect(receiveCapacity + 1);
        receivedView = new UnsafeBuffer(received);
    }

    /**
     * Binds a socket that takes every datagram that can arrive. This method is the {@link DatagramPort.Supplier} of a
     * real chassis.
     *
     * @throws UncheckedIOException when the address is taken, not ours or not resolved.
     */
    public static UdpPort bind(final InetSocketAddress address) {
        return bind(address, MAX_DATAGRAM_LENGTH);
    }

    /**
     * Binds a socket whose datagrams are known to be short. RTP is an example: a thousand such ports must not hold
     * 64 KiB each.
     *
     * @param receiveCapacity the longest datagram handed over, in bytes; a longer one is dropped and counted.
     * @throws UncheckedIOException when the address is taken, not ours or not resolved.
     */
    public static UdpPort bind(final InetSocketAddress address, final int receiveCapacity) {
        return bind(address, receiveCapacity, SOCKET_BUFFER_LENGTH);
    }

    /**
     * Binds a socket and says how much the system should hold for it.
     *
     * @param receiveCapacity the longest datagram handed over, in bytes; a longer one is dropped and counted.
     * @param socketBufferLength bytes asked for each direction; the system may grant less.
     * @throws UncheckedIOException when the address is taken, not ours or not resolved.
     */
    public static UdpPort bind(
            final InetSocketAddress address, final int receiveCapacity, final int socketBufferLength) {
        if (receiveCapacity < 1 || receiveCapacity > MAX_DATAGRAM_LENGTH) {
            throw new IllegalArgumentException(
                    "receiveCapacity " + receiveCapacity + ": expected 1 to " + MAX_DATAGRAM_LENGTH);
        }
        if (address.isUnresolved()) {
            throw cannotBind(address, new IOException("the host is not a known address"));
        }
        final boolean ipv4 = !(address.getAddress() instanceof Inet6Address);
        final ProtocolFamily family = ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        try {
            final DatagramChannel channel = DatagramChannel.open(family);
            try {
                channel.configureBlocking(false);
                ask(channel, StandardSocketOptions.SO_RCVBUF, socketBufferLength);
                ask(channel, StandardSocketOptions.SO_SNDBUF, socketBufferLength);
                channel.bind(address);
                return new UdpPort(channel, ipv4, receiveCapacity);
            } catch (final IOException | RuntimeException ex) {
                channel.close();
                throw ex;
            }
        } catch (final IOException ex) {
            throw cannotBind(address, ex);
        } catch (final UnsupportedOperationException ex) {
            throw cannotBind(address, new IOException("this machine has no " + family, ex));
        }
    }

    /** A system that grants less, or refuses to be asked, is no reason not to run. */
    private static void ask(final DatagramChannel channel, final SocketOption<Integer> option, final int length)
            throws IOException {
        try {
            channel.setOption(option, length);
        } catch (final IOException ex) {
            if (!channel.isOpen()) {
                throw ex;
            }
        }
    }

    private static UncheckedIOException cannotBind(final InetSocketAddress address, final IOException cause) {
        return new UncheckedIOException("cannot bind " + address + ": " + cause.getMessage(), cause);
    }

    @Override
    public int poll(final Handler handler, final int limit) {
        int handedOver = 0;
        for (int i = 0; i < limit; i++) {
            final InetSocketAddress source = receive();
            if (source == null) {
                break;
            }
            final int length = received.position();
            if (length > receiveCapacity) {
                failures.incrementAndGet();
            } else {
                handedOver++;
                handler.onDatagram(receivedView, 0, length, sources.of(source));
            }
        }
        return handedOver;
    }

    /** The next datagram's source; null when none waits, or the system reports trouble: the next cycle looks again. */
    private @Nullable InetSocketAddress receive() {
        received.clear();
        try {
            return (InetSocketAddress) channel.receive(received);
        } catch (final ClosedChannelException ex) {
            return null;
        } catch (final IOException ex) {
            failures.incrementAndGet();
            return null;
        }
    }

    @Override
    public boolean offer(final ByteBuffer datagram, final Peer destination) {
        if (datagram.remaining() > MAX_DATAGRAM_LENGTH
                || destination.port() == 0
                || (ipv4Only && !destination.isIpv4())) {
            failures.incrementAndGet();
            return false;
        }
        final int position = datagram.position();
        final int length = datagram.remaining();
        try {
            return channel.send(datagram, destination.socketAddress()) == length;
        } catch (final ClosedChannelException ex) {
            return false;
        } catch (final IOException ex) {
            failures.incrementAndGet();
            return false;
        } finally {
            datagram.position(position);
        }
    }

    @Override
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** The receive buffer that the system granted, in bytes as the system counts them. */
    public int receiveBufferLength() {
        return receiveBufferLength;
    }

    /** The send buffer that the system granted, in bytes as the system counts them. */
    public int sendBufferLength() {
        return sendBufferLength;
    }

    /**
     * Errors swallowed in either direction: what ICMP brought back, destinations nothing can be sent to, datagrams
     * longer than was agreed. A full socket buffer is not among them. Any thread may ask.
     */
    public long failures() {
        return failures.get();
    }

    @Override
    public SelectableChannel selectable() {
        return channel;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException ex) {
            failures.incrementAndGet();
        }
    }
}
