package midplane.sim;

import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.Object2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network that exists in memory and in virtual time. It loses, delays, doubles and reorders datagrams as its
 * {@link FaultPlan} says and as its seed decides. Not thread-safe.
 *
 * <p>A port that is {@link #bind bound} queues what arrives until somebody polls it, as a socket does; a port that is
 * {@link #attach attached} gets it at once, as the simulated application servers do. What arrives where nobody is bound
 * is dropped and counted.
 */
public final class VirtualNetwork implements DatagramPort.Supplier {
    /** Sees every datagram when it is sent, whatever becomes of it, and when it arrives. */
    public interface Tap {
        /**
         * A datagram leaves.
         *
         * @param target the port it goes to, or null when there is none at present.
         */
        void onSent(
                VirtualPort source,
                @Nullable VirtualPort target,
                Peer destination,
                DirectBuffer buffer,
                int offset,
                int length);

        /** A datagram has arrived, and its receiver has it or will find it. */
        void onDelivered(VirtualPort target, Peer source, DirectBuffer buffer, int offset, int length);
    }

    private static final int PACKET_LENGTH = 4096;
    private static final int QUEUE_LENGTH = 512;
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int LAST_PORT = 65_535;

    private static final Tap NO_TAP = new Tap() {
        @Override
        public void onSent(
                final VirtualPort source,
                final @Nullable VirtualPort target,
                final Peer destination,
                final DirectBuffer buffer,
                final int offset,
                final int length) {}

        @Override
        public void onDelivered(
                final VirtualPort target,
                final Peer source,
                final DirectBuffer buffer,
                final int offset,
                final int length) {}
    };

    private final VirtualClock clock;
    private final Chance chance;
    private final FaultPlan plan;
    private final Long2ObjectHashMap<FaultPlan> links = new Long2ObjectHashMap<>();
    private final Object2ObjectHashMap<Peer, VirtualPort> ports = new Object2ObjectHashMap<>();
    private final EventQueue<Packet> inFlight = new EventQueue<>();
    private final ArrayDeque<Packet> pool = new ArrayDeque<>();
    private final HistoryHash history = new HistoryHash();
    private Tap tap = NO_TAP;
    private int nextEphemeralPort = FIRST_EPHEMERAL_PORT;
    private long sent;
    private long delivered;
    private long lost;
    private long duplicated;
    private long droppedUnbound;
    private long droppedFull;

    /** A network of one's own, for a test of something that needs just that. */
    public VirtualNetwork(final VirtualClock clock, final long seed, final FaultPlan plan) {
        this(clock, new Chance(seed), plan);
    }

    VirtualNetwork(final VirtualClock clock, final Chance chance, final FaultPlan plan) {
        this.clock = clock;
        this.chance = chance;
        this.plan = plan;
    }

    /** Lets somebody watch. */
    public void tap(final Tap tap) {
        this.tap = tap;
    }

    /** Gives what one host sends to another a plan of its own. */
    public void link(final Peer from, final Peer to, final FaultPlan plan) {
        links.put(linkKey(from, to), plan);
    }

    @Override
    public VirtualPort bind(final InetSocketAddress address) {
        return open(address, null);
    }

    /** Binds a port that hands over what arrives at once. */
    public VirtualPort attach(final InetSocketAddress address, final DatagramPort.Handler handler) {
        return open(address, handler);
    }

    /** The port bound there, or null. */
    public @Nullable VirtualPort portAt(final Peer address) {
        return ports.get(address);
    }

    /** When the next datagram arrives, or {@link Long#MAX_VALUE}. */
    public long nextArrivalNs() {
        return inFlight.nextNs();
    }

    /**
     * Delivers one datagram that is due.
     *
     * @return the port in whose queue it now waits, so that somebody should poll; null when there is none.
     */
    public @Nullable VirtualPort deliverNext() {
        final Packet packet = inFlight.poll();
        final VirtualPort target = ports.get(packet.destination);
        if (target == null) {
            droppedUnbound++;
            pool.push(packet);
            return null;
        }
        if (target.handler == null && target.queue.size() == QUEUE_LENGTH) {
            droppedFull++;
            pool.push(packet);
            return null;
        }
        delivered++;
        history.add(inFlight.polledNs());
        history.add(packet.source.addressLow() << Short.SIZE ^ packet.source.port());
        history.add(packet.destination.addressLow() << Short.SIZE ^ packet.destination.port());
        history.add(packet.buffer, 0, packet.length);
        tap.onDelivered(target, packet.source, packet.buffer, 0, packet.length);
        final DatagramPort.Handler handler = target.handler;
        if (handler == null) {
            target.queue.add(packet);
            return target;
        }
        try {
            handler.onDatagram(packet.buffer, 0, packet.length, packet.source);
        } finally {
            pool.push(packet);
        }
        return null;
    }

    /** Everything delivered so far, in 64 bits. */
    public long historyHash() {
        return history.value();
    }

    public long sent() {
        return sent;
    }

    public long delivered() {
        return delivered;
    }

    public long lost() {
        return lost;
    }

    public long duplicated() {
        return duplicated;
    }

    public long droppedUnbound() {
        return droppedUnbound;
    }

    public long droppedFull() {
        return droppedFull;
    }

    private VirtualPort open(final InetSocketAddress address, final DatagramPort.@Nullable Handler handler) {
        final Peer wanted = Peer.of(address);
        final Peer local = wanted.port() == 0 ? ephemeral(wanted) : wanted;
        if (ports.containsKey(local)) {
            throw new UncheckedIOException(new BindException("Address already in use: " + local));
        }
        final VirtualPort port = new VirtualPort(local, handler);
        ports.put(local, port);
        return port;
    }

    private Peer ephemeral(final Peer host) {
        for (int tries = FIRST_EPHEMERAL_PORT; tries <= LAST_PORT; tries++) {
            final Peer candidate =
                    Peer.of(new InetSocketAddress(host.socketAddress().getAddress(), nextEphemeralPort));
            nextEphemeralPort = nextEphemeralPort == LAST_PORT ? FIRST_EPHEMERAL_PORT : nextEphemeralPort + 1;
            if (!ports.containsKey(candidate)) {
                return candidate;
            }
        }
        throw new UncheckedIOException(new BindException("No port is free: " + host.host()));
    }

    private void send(final VirtualPort source, final Peer destination, final ByteBuffer datagram) {
        sent++;
        final Packet packet = packet(datagram.remaining());
        packet.source = source.local;
        packet.destination = destination;
        packet.buffer.putBytes(0, datagram, datagram.position(), packet.length);
        tap.onSent(source, ports.get(destination), destination, packet.buffer, 0, packet.length);
        final FaultPlan plan = planOf(source.local, destination);
        if (isCutOff(plan, source.local, destination) || chance.inPpm(plan.lossPpm())) {
            lost++;
            pool.push(packet);
            return;
        }
        if (chance.inPpm(plan.duplicationPpm())) {
            duplicated++;
            final Packet copy = packet(packet.length);
            copy.source = packet.source;
            copy.destination = packet.destination;
            copy.buffer.putBytes(0, packet.buffer, 0, packet.length);
            inFlight.add(clock.nanoTime() + delayNs(plan), copy, 0);
        }
        inFlight.add(clock.nanoTime() + delayNs(plan), packet, 0);
    }

    private FaultPlan planOf(final Peer from, final Peer to) {
        if (links.isEmpty()) {
            return plan;
        }
        final FaultPlan own = links.get(linkKey(from, to));
        return own == null ? plan : own;
    }

    private boolean isCutOff(final FaultPlan plan, final Peer from, final Peer to) {
        for (int i = 0; i < plan.partitions().size(); i++) {
            if (plan.partitions().get(i).cuts(from, to, clock.elapsedNs())) {
                return true;
            }
        }
        return false;
    }

    private long delayNs(final FaultPlan plan) {
        return plan.jitterNs() == 0 ? plan.delayNs() : plan.delayNs() + chance.betweenNs(0, plan.jitterNs());
    }

    private Packet packet(final int length) {
        final Packet pooled = pool.poll();
        final Packet packet = pooled == null ? new Packet() : pooled;
        if (packet.buffer.capacity() < length) {
            packet.buffer.wrap(new byte[DatagramPort.MAX_DATAGRAM_LENGTH]);
        }
        packet.length = length;
        return packet;
    }

    /** The last 32 bits of an address tell the hosts of a simulation apart. */
    private static long linkKey(final Peer from, final Peer to) {
        return from.addressLow() << Integer.SIZE | (to.addressLow() & 0xFFFF_FFFFL);
    }

    /** One datagram on its way; pooled. */
    private static final class Packet {
        private static final Peer NOBODY = Peer.of(0, 0, 0);

        private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[PACKET_LENGTH]);
        private Peer source = NOBODY;
        private Peer destination = NOBODY;
        private int length;
    }

    /** A port on this network. */
    public final class VirtualPort implements DatagramPort {
        private final Peer local;
        private final DatagramPort.@Nullable Handler handler;
        private final ArrayDeque<Packet> queue = new ArrayDeque<>();
        private @Nullable Object attachment;
        private boolean isClosed;

        private VirtualPort(final Peer local, final DatagramPort.@Nullable Handler handler) {
            this.local = local;
            this.handler = handler;
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            int polled = 0;
            while (polled < limit) {
                final Packet packet = queue.poll();
                if (packet == null) {
                    break;
                }
                polled++;
                try {
                    handler.onDatagram(packet.buffer, 0, packet.length, packet.source);
                } finally {
                    pool.push(packet);
                }
            }
            return polled;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            if (isClosed || datagram.remaining() > MAX_DATAGRAM_LENGTH) {
                return false;
            }
            send(this, destination, datagram);
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return local.socketAddress();
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                ports.remove(local);
                pool.addAll(queue);
                queue.clear();
            }
        }

        /** Where this port is bound. */
        public Peer local() {
            return local;
        }

        /** Whether what arrives waits to be polled. */
        public boolean isPolled() {
            return handler == null;
        }

        /** Datagrams that wait to be polled. */
        public int waiting() {
            return queue.size();
        }

        /** Whatever its owner tied to this port. */
        @Nullable
        Object attachment() {
            return attachment;
        }

        void attach(final Object attachment) {
            this.attachment = attachment;
        }
    }
}
