package midplane.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.agrona.concurrent.UnsafeBuffer;

/** A port for tests of cores: datagrams in by hand, datagrams out as a list. */
public final class ScriptedPort implements DatagramPort {
    /** One datagram with its other end. */
    public record Datagram(byte[] bytes, Peer peer) {
        public String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private final InetSocketAddress address;
    private final Queue<Datagram> waiting = new ArrayDeque<>();
    private final List<Datagram> sent = new ArrayList<>();
    private boolean isClogged;
    private boolean isBroken;

    public ScriptedPort(final int portNumber) {
        address = new InetSocketAddress("127.0.0.1", portNumber);
    }

    /** Lets a datagram arrive at the next poll. */
    public void arrive(final byte[] bytes, final Peer source) {
        waiting.add(new Datagram(bytes, source));
    }

    /** Everything sent since the last call. */
    public List<Datagram> takeSent() {
        final List<Datagram> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** Whether the port refuses to send from now on. */
    public void clogged(final boolean isClogged) {
        this.isClogged = isClogged;
    }

    /** Whether the port throws when something is sent from now on, as no port should. */
    public void broken(final boolean isBroken) {
        this.isBroken = isBroken;
    }

    @Override
    public int poll(final Handler handler, final int limit) {
        int polled = 0;
        while (polled < limit && !waiting.isEmpty()) {
            final Datagram datagram = waiting.remove();
            polled++;
            handler.onDatagram(new UnsafeBuffer(datagram.bytes().clone()), 0, datagram.bytes().length, datagram.peer());
        }
        return polled;
    }

    @Override
    public boolean offer(final ByteBuffer datagram, final Peer destination) {
        if (isBroken) {
            throw new IllegalStateException("as a test wants it");
        }
        if (isClogged) {
            return false;
        }
        final byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        sent.add(new Datagram(bytes, destination));
        return true;
    }

    @Override
    public InetSocketAddress localAddress() {
        return address;
    }

    @Override
    public void close() {
        waiting.clear();
    }
}
