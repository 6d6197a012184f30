package midplane.net;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.agrona.collections.IntArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Lends pairs of neighbouring ports: the even one for RTP, the odd one above for RTCP (RFC 3550 §11). Ports are bound
 * when first needed and kept bound; a pair given back rests at the end of the queue, so that late packets of the last
 * call find nobody. Not thread-safe: one blade's agent uses it.
 *
 * <p>First come the pairs not used yet, then those that rest. Another program may hold ports of the range: a pair that
 * could not be bound is passed over, and tried again when no other is left.
 */
public final class PortPairPool implements AutoCloseable {
    /** Two bound ports. */
    public record PortPair(DatagramPort rtp, DatagramPort rtcp) {
        public int rtpPort() {
            return rtp.localAddress().getPort();
        }
    }

    /** The most pairs one {@link #borrow} tries to bind: an agent's cycle must not become a port scan. */
    static final int BIND_ATTEMPTS_MAX = 16;

    /** The most old datagrams one {@link #borrow} removes from a port; whoever still gets more stays at rest. */
    static final int OLD_DATAGRAMS_MAX = 1024;

    private static final DatagramPort.Handler DISCARD = (buffer, offset, length, source) -> {};

    private final DatagramPort.Supplier supplier;
    private final InetAddress address;
    private final int firstRtpPort;
    private final @Nullable PortPair[] pairs;
    private final boolean[] lent;
    private final IntArrayQueue resting = new IntArrayQueue();
    private final IntArrayQueue unbindable = new IntArrayQueue();
    private int unused;
    private boolean closed;

    /**
     * A pool over a range of ports. Binds nothing yet.
     *
     * @param firstPort the lowest port; when odd, the range begins one above.
     * @param lastPort the highest port, inclusive; when even, it is not used.
     * @throws IllegalArgumentException when the range holds no pair.
     */
    public PortPairPool(
            final DatagramPort.Supplier supplier, final InetAddress address, final int firstPort, final int lastPort) {
        firstRtpPort = firstPort + (firstPort & 1);
        final int count = (lastPort + 1 - firstRtpPort) / 2;
        if (firstPort < 1 || lastPort > 65_535 || count < 1) {
            throw new IllegalArgumentException("ports " + firstPort + " to " + lastPort
                    + ": expected a range within 1 to 65535 that holds an even port and the odd one above it");
        }
        this.supplier = supplier;
        this.address = address;
        pairs = new @Nullable PortPair[count];
        lent = new boolean[count];
    }

    /**
     * Borrows a pair, empty of old datagrams.
     *
     * @return null when all are lent or none can be bound.
     */
    public @Nullable PortPair borrow() {
        int bindAttempts = 0;
        while (unused < pairs.length && bindAttempts < BIND_ATTEMPTS_MAX) {
            bindAttempts++;
            final PortPair pair = bind(unused++);
            if (pair != null) {
                return pair;
            }
        }
        for (int i = resting.size(); i > 0; i--) {
            final int index = resting.pollInt();
            final PortPair pair = pairs[index];
            if (pair != null && drain(pair.rtp()) && drain(pair.rtcp())) {
                lent[index] = true;
                return pair;
            }
            resting.offerInt(index);
        }
        for (int i = Math.min(unbindable.size(), BIND_ATTEMPTS_MAX - bindAttempts); i > 0; i--) {
            final PortPair pair = bind(unbindable.pollInt());
            if (pair != null) {
                return pair;
            }
        }
        return null;
    }

    /**
     * Gives a pair back.
     *
     * @throws IllegalArgumentException when this pool has not lent it.
     */
    public void restore(final PortPair pair) {
        if (closed) {
            return;
        }
        final int index = (pair.rtpPort() - firstRtpPort) >> 1;
        if (index < 0 || index >= pairs.length || !pair.equals(pairs[index]) || !lent[index]) {
            throw new IllegalArgumentException("not lent by this pool: " + pair);
        }
        lent[index] = false;
        resting.offerInt(index);
    }

    /** Pairs that could still be borrowed, as far as is known: one that another program was found to hold is not. */
    public int available() {
        return pairs.length - unused + resting.size();
    }

    /** Closes every port, the lent ones too. */
    @Override
    public void close() {
        closed = true;
        unused = pairs.length;
        resting.clear();
        unbindable.clear();
        for (int i = 0; i < pairs.length; i++) {
            final PortPair pair = pairs[i];
            pairs[i] = null;
            if (pair != null) {
                pair.rtp().close();
                pair.rtcp().close();
            }
        }
    }

    private @Nullable PortPair bind(final int index) {
        final PortPair pair = bindPorts(firstRtpPort + 2 * index);
        pairs[index] = pair;
        if (pair == null) {
            unbindable.offerInt(index);
        } else {
            lent[index] = true;
        }
        return pair;
    }

    private @Nullable PortPair bindPorts(final int rtpPort) {
        final DatagramPort rtp = tryBind(rtpPort);
        if (rtp == null) {
            return null;
        }
        final DatagramPort rtcp = tryBind(rtpPort + 1);
        if (rtcp == null) {
            rtp.close();
            return null;
        }
        return new PortPair(rtp, rtcp);
    }

    private @Nullable DatagramPort tryBind(final int port) {
        try {
            return supplier.bind(new InetSocketAddress(address, port));
        } catch (final UncheckedIOException ex) {
            return null;
        }
    }

    private static boolean drain(final DatagramPort port) {
        return port.poll(DISCARD, OLD_DATAGRAMS_MAX) < OLD_DATAGRAMS_MAX;
    }
}
