package midplane.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound datagram socket that never blocks.
 *
 * <p>One agent polls it. Any agent may {@link #offer} through it, as blades do through the well-known port; the buffer
 * offered belongs to the caller.
 */
public interface DatagramPort extends AutoCloseable {
    /** The largest datagram that can arrive: the UDP payload limit. */
    int MAX_DATAGRAM_LENGTH = 65_507;

    /** Called once per datagram. The buffer's content dies when the call returns. */
    @FunctionalInterface
    interface Handler {
        void onDatagram(MutableDirectBuffer buffer, int offset, int length, Peer source);
    }

    /** Binds ports. Production binds real sockets, the simulation virtual ones. */
    @FunctionalInterface
    interface Supplier {
        /**
         * Binds a port.
         *
         * @param address where; a port number of 0 lets the system choose.
         * @return the bound port.
         * @throws java.io.UncheckedIOException when the address is taken or not ours.
         */
        DatagramPort bind(InetSocketAddress address);
    }

    /**
     * Hands waiting datagrams to the handler, oldest first.
     *
     * @param limit the most to hand over.
     * @return how many were handed over.
     */
    int poll(Handler handler, int limit);

    /**
     * Sends one datagram, from the buffer's position to its limit.
     *
     * @param datagram a direct buffer that belongs to the caller; its position is left where it was.
     * @return false when the datagram did not leave (socket buffer full, unreachable, closed): datagrams get lost, and
     *     whoever must have an answer repeats.
     */
    boolean offer(ByteBuffer datagram, Peer destination);

    /** Where this port is bound. */
    InetSocketAddress localAddress();

    /** The channel an idle agent may wait on, or null when there is nothing to wait on. */
    default @Nullable SelectableChannel selectable() {
        return null;
    }

    @Override
    void close();
}
