package midplane.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A bare UDP socket that sends whatever it is told, for what no decent program would send. */
final class WireClient implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** Longer than any chassis under test takes when it is well, so that only a lost message is sent again. */
    private static final Duration REPEAT = Duration.ofSeconds(1);

    private static final Duration SILENCE = Duration.ofMillis(300);

    /** A message that came in, and the port it came from. */
    record Incoming(String text, int port) {
        int status() {
            return text.startsWith("SIP/2.0 ") ? Integer.parseInt(text.substring(8, 11)) : 0;
        }

        String reason() {
            return text.substring(12, text.indexOf('\r'));
        }

        /** The first header of that name; empty without one. */
        String header(final String name) {
            for (final String line : text.substring(0, text.indexOf("\r\n\r\n")).split("\r\n")) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    return line.substring(name.length() + 1).trim();
                }
            }
            return "";
        }
    }

    private final DatagramSocket socket;
    private final byte[] received = new byte[65_536];

    WireClient() {
        this("127.0.0.1");
    }

    /** Another host of loopback, to a chassis that counts by host. */
    WireClient(final String host) {
        try {
            socket = new DatagramSocket(new InetSocketAddress(host, 0));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    void send(final byte[] datagram, final int port) {
        try {
            socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    void send(final String text, final int port) {
        send(text.getBytes(StandardCharsets.UTF_8), port);
    }

    /** The next message, or null when none comes in time. */
    @Nullable
    Incoming receive(final Duration limit) {
        try {
            final DatagramPacket packet = new DatagramPacket(received, received.length);
            socket.setSoTimeout((int) Math.max(1, limit.toMillis()));
            socket.receive(packet);
            return new Incoming(
                    new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8), packet.getPort());
        } catch (final SocketTimeoutException ex) {
            return null;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /**
     * Sends a request and returns the final response to it; whatever else comes meanwhile is passed over. Repeats it like
     * any client over UDP: a busy chassis leaves an INVITE that waited too long to the copy that must follow.
     */
    Incoming exchange(final SipRequest request, final int port) {
        return exchange(request, request.text(), port);
    }

    /** The same, the request being spelled in another way. */
    Incoming exchange(final SipRequest request, final String text, final int port) {
        final long deadlineNs = System.nanoTime() + ANSWER_LIMIT.toNanos();
        Incoming answer = null;
        while (answer == null && deadlineNs - System.nanoTime() > 0) {
            send(text, port);
            answer = finalResponseWithin(request, REPEAT);
        }
        return answered(answer, request);
    }

    Incoming finalResponse(final SipRequest request) {
        return answered(finalResponseWithin(request, ANSWER_LIMIT), request);
    }

    private static Incoming answered(final @Nullable Incoming answer, final SipRequest request) {
        if (answer == null) {
            throw new AssertionError("no final response within " + ANSWER_LIMIT + " to\n" + request.text());
        }
        return answer;
    }

    private @Nullable Incoming finalResponseWithin(final SipRequest request, final Duration limit) {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        while (deadlineNs - System.nanoTime() > 0) {
            final Incoming incoming = receive(Duration.ofNanos(deadlineNs - System.nanoTime()));
            if (incoming != null
                    && incoming.status() >= 200
                    && incoming.header("Call-ID").equals(request.callId())
                    && incoming.header("CSeq").equals(request.cseq())) {
                return incoming;
            }
        }
        return null;
    }

    /** The next request of that method, such as the other side's BYE. */
    Incoming request(final String method, final Duration limit) {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        while (deadlineNs - System.nanoTime() > 0) {
            final Incoming incoming = receive(Duration.ofNanos(deadlineNs - System.nanoTime()));
            if (incoming != null && incoming.text().startsWith(method + " ")) {
                return incoming;
            }
        }
        throw new AssertionError("no " + method + " within " + limit);
    }

    /** Whether nothing comes for a while. */
    boolean hearsNothing() {
        return receive(SILENCE) == null;
    }

    @Override
    public void close() {
        socket.close();
    }
}
