package midplane.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;

/**
 * A host that says what it likes and keeps no promise, beside the application servers whose calls are judged. Nothing the
 * chassis tells it is judged either; it is all kept.
 */
final class Stranger {
    private final Peer wellKnown;
    private final VirtualPort port;
    private final List<String> heard = new ArrayList<>();

    Stranger(final InetSocketAddress address, final VirtualNetwork network, final Peer wellKnown) {
        this.wellKnown = wellKnown;
        port = network.attach(address, (buffer, offset, length, source) -> {});
    }

    /** Sends bytes to the well-known port. */
    void say(final byte[] bytes) {
        say(bytes, wellKnown.port());
    }

    /** Sends bytes to any port of the chassis. */
    void say(final byte[] bytes, final int chassisPort) {
        port.offer(ByteBuffer.wrap(bytes), wellKnown.withPort(chassisPort));
    }

    /** Whatever the chassis sent to this host, at whichever port, in order. */
    List<String> heard() {
        return List.copyOf(heard);
    }

    Peer local() {
        return port.local();
    }

    void onSent(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        heard.add(new String(bytes, StandardCharsets.UTF_8));
    }

    /** How many INVITEs of this host were answered with 200, repeats not counted. */
    long answered() {
        return heard.stream()
                .filter(text -> text.startsWith("SIP/2.0 200 ") && text.contains(" INVITE\r\n"))
                .distinct()
                .count();
    }
}
