package midplane.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A real UDP socket on a NIO channel. */
public final class UdpPort implements DatagramPort {
    @Override
    public int poll(final Handler handler, final int limit) {
        return 0;
    }

    @Override
    public boolean offer(final ByteBuffer datagram, final Peer destination) {
        return false;
    }

    @Override
    public InetSocketAddress localAddress() {
        throw new IllegalStateException();
    }

    @Override
    public void close() {}
}
