package midplane.bench.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Stretches of free UDP ports on loopback, found by binding them. Below the range from which the system hands out ports
 * of its own, so that a stretch is still free when the process it is meant for binds it a moment later.
 */
final class LoopbackPorts {
    private static final int LOWEST = 10_000;
    private static final int HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private LoopbackPorts() {}

    static int free() {
        return free(1);
    }

    /** The first, even port of a stretch that is free as a whole. */
    static int free(final int count) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int first = ThreadLocalRandom.current().nextInt(LOWEST / 2, (HIGHEST - count) / 2) * 2;
            if (isFree(first, count)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + count + " free UDP ports in a row on loopback");
    }

    private static boolean isFree(final int first, final int count) {
        final List<DatagramChannel> held = new ArrayList<>();
        try {
            for (int port = first; port < first + count; port++) {
                final DatagramChannel channel = DatagramChannel.open();
                held.add(channel);
                channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            }
            return true;
        } catch (final IOException taken) {
            return false;
        } finally {
            held.forEach(LoopbackPorts::close);
        }
    }

    private static void close(final DatagramChannel channel) {
        try {
            channel.close();
        } catch (final IOException ex) {
            throw new IllegalStateException(ex);
        }
    }
}
