package midplane.chassis;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import org.jspecify.annotations.Nullable;

/**
 * A port lent to a blade. The socket stays the chassis' own: whoever closes a lease ends the lease, and after
 * {@link #revoke()} nothing is polled and nothing leaves through it any more, whatever a blade that was given up still
 * tries. Any thread may revoke; a datagram that another thread is just offering may still leave.
 */
final class PortLease implements DatagramPort {
    private final DatagramPort port;
    private final boolean mayPoll;
    private volatile boolean isRevoked;

    private PortLease(final DatagramPort port, final boolean mayPoll) {
        this.port = port;
        this.mayPoll = mayPoll;
    }

    /** For the blade whose own port it is. */
    static PortLease toPollAndOffer(final DatagramPort port) {
        return new PortLease(port, true);
    }

    /** For a port that somebody else polls. */
    static PortLease toOffer(final DatagramPort port) {
        return new PortLease(port, false);
    }

    void revoke() {
        isRevoked = true;
    }

    @Override
    public int poll(final Handler handler, final int limit) {
        assert mayPoll : "this port is lent for offering only";
        return isRevoked || !mayPoll ? 0 : port.poll(handler, limit);
    }

    @Override
    public boolean offer(final ByteBuffer datagram, final Peer destination) {
        return !isRevoked && port.offer(datagram, destination);
    }

    @Override
    public InetSocketAddress localAddress() {
        return port.localAddress();
    }

    @Override
    public @Nullable SelectableChannel selectable() {
        return isRevoked || !mayPoll ? null : port.selectable();
    }

    @Override
    public void close() {
        revoke();
    }
}
