package midplane.blade.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Ports joined in memory: what is offered to an address waits at the port bound there. Nothing is lost or late. */
public final class MemoryNetwork implements DatagramPort.Supplier {
    private final Map<Peer, Port> ports = new HashMap<>();

    @Override
    public Port bind(final InetSocketAddress address) {
        final Port port = new Port(address);
        if (ports.putIfAbsent(Peer.of(address), port) != null) {
            throw new UncheckedIOException(new IOException("taken: " + address));
        }
        return port;
    }

    public Port port(final Peer address) {
        return Objects.requireNonNull(ports.get(address));
    }

    public final class Port implements DatagramPort {
        private final InetSocketAddress address;
        private final Peer self;
        private final Deque<byte[]> datagrams = new ArrayDeque<>();
        private final Deque<Peer> sources = new ArrayDeque<>();
        private boolean refuses;
        private boolean isBroken;

        private Port(final InetSocketAddress address) {
            this.address = address;
            self = Peer.of(address);
        }

        public Peer self() {
            return self;
        }

        /** From now on datagrams do not leave: the socket's buffer is full. */
        void refuse(final boolean newRefuses) {
            refuses = newRefuses;
        }

        /** From now on the port throws, as no port should. */
        void broken(final boolean newIsBroken) {
            isBroken = newIsBroken;
        }

        public void send(final byte[] datagram, final int destinationPort) {
            offer(ByteBuffer.wrap(datagram), self.withPort(destinationPort));
        }

        /** Everything that has arrived, oldest first. */
        public List<byte[]> take() {
            sources.clear();
            final List<byte[]> taken = new ArrayList<>(datagrams);
            datagrams.clear();
            return taken;
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            int count = 0;
            while (count < limit && !datagrams.isEmpty()) {
                final byte[] datagram = datagrams.removeFirst();
                // Not at the buffer's start, as in a receive buffer that holds several.
                final MutableDirectBuffer buffer = new UnsafeBuffer(new byte[datagram.length + 7]);
                buffer.putBytes(7, datagram);
                handler.onDatagram(buffer, 7, datagram.length, sources.removeFirst());
                count++;
            }
            return count;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            if (isBroken) {
                throw new IllegalStateException("as a test wants it");
            }
            if (refuses) {
                return false;
            }
            final byte[] copy = new byte[datagram.remaining()];
            datagram.duplicate().get(copy);
            final Port port = ports.get(destination);
            if (port != null) {
                port.datagrams.addLast(copy);
                port.sources.addLast(self);
            }
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {
            ports.remove(self);
        }
    }
}
