package midplane.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remembers peers, so that talking to known ones makes no garbage. Direct-mapped and of fixed size: a stranger can push
 * an entry out, never make it grow. Not thread-safe.
 */
public final class PeerCache {
    private final @Nullable Peer[] peers;

    /**
     * A cache of fixed size.
     *
     * @param length a power of two.
     */
    public PeerCache(final int length) {
        assert Integer.bitCount(length) == 1 : "length must be a power of two: " + length;
        peers = new @Nullable Peer[length];
    }

    public Peer of(final InetSocketAddress socketAddress) {
        final InetAddress address = socketAddress.getAddress();
        final int port = socketAddress.getPort();
        final int index = (address.hashCode() * 31 + port) & (peers.length - 1);
        final Peer known = peers[index];
        if (known != null
                && known.port() == port
                && known.socketAddress().getAddress().equals(address)) {
            return known;
        }
        final Peer fresh = Peer.of(socketAddress);
        peers[index] = fresh;
        return fresh;
    }

    public Peer of(final long addressHigh, final long addressLow, final int port) {
        final int index = Peer.hash(addressHigh, addressLow, port) & (peers.length - 1);
        final Peer known = peers[index];
        if (known != null
                && known.addressHigh() == addressHigh
                && known.addressLow() == addressLow
                && known.port() == port) {
            return known;
        }
        final Peer fresh = Peer.of(addressHigh, addressLow, port);
        peers[index] = fresh;
        return fresh;
    }
}
