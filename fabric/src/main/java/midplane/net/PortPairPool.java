package midplane.net;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Lends pairs of neighbouring ports: the even one for RTP, the odd one above for RTCP (RFC 3550 §11). Ports are bound
 * when first needed and kept bound; a pair given back rests at the end of the queue, so that late packets of the last
 * call find nobody. Not thread-safe: one blade's agent uses it.
 */
public final class PortPairPool implements AutoCloseable {
    /** Two bound ports. */
    public record PortPair(DatagramPort rtp, DatagramPort rtcp) {
        public int rtpPort() {
            return rtp.localAddress().getPort();
        }
    }

    public PortPairPool(
            final DatagramPort.Supplier supplier, final InetAddress address, final int firstPort, final int lastPort) {}

    /**
     * Borrows a pair, empty of old datagrams.
     *
     * @return null when all are lent or none can be bound.
     */
    public @Nullable PortPair borrow() {
        return null;
    }

    public void restore(final PortPair pair) {}

    /** Pairs that could still be borrowed. */
    public int available() {
        return 0;
    }

    @Override
    public void close() {}
}
