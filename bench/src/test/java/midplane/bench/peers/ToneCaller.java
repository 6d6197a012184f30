package midplane.bench.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import midplane.bench.peers.WireClient.Incoming;
import midplane.blade.media.G711;

/** A caller who says one tone in G.711 µ-law and listens, over real sockets. */
final class ToneCaller implements AutoCloseable {
    private static final int SAMPLES = 160;
    private static final int HEADER_LENGTH = 12;
    private static final double RATE = 8000;
    private static final double AMPLITUDE = 4000;

    private final WireClient signalling = new WireClient();
    private final DatagramSocket media;
    private final int hertz;
    private final SipRequest invite;
    private final Incoming ok;
    private final int bladePort;
    private final int mediaPort;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int said;

    /** Calls, and is answered. */
    ToneCaller(final String uri, final int port, final int hertz) {
        this.hertz = hertz;
        try {
            media = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        invite = SipRequest.invite(uri, signalling).offering(media.getLocalPort());
        ok = signalling.exchange(invite, port);
        final String contact = ok.header("Contact");
        bladePort = Integer.parseInt(contact.replaceAll(".*:(\\d+)>.*", "$1"));
        mediaPort = Integer.parseInt(ok.text().replaceAll("(?s).*m=audio (\\d+) .*", "$1"));
        signalling.send(invite.inDialog("ACK", ok).text(), bladePort);
    }

    int status() {
        return ok.status();
    }

    /** Where its dialog lives. */
    int bladePort() {
        return bladePort;
    }

    /** Says 20 ms. */
    void speak() {
        final ByteBuffer packet = ByteBuffer.allocate(HEADER_LENGTH + SAMPLES);
        packet.put((byte) 0x80)
                .put((byte) 0)
                .putShort((short) said)
                .putInt(said * SAMPLES)
                .putInt(hertz);
        for (int i = 0; i < SAMPLES; i++) {
            final double angle = 2 * Math.PI * hertz * (said * SAMPLES + i) / RATE;
            packet.put(G711.encodeUlaw((short) Math.round(AMPLITUDE * Math.sin(angle))));
        }
        said++;
        try {
            media.send(new DatagramPacket(packet.array(), packet.limit(), InetAddress.getLoopbackAddress(), mediaPort));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Reads what has come. */
    void listen() {
        final byte[] bytes = new byte[2048];
        final DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        try {
            media.setSoTimeout(1);
            while (true) {
                media.receive(packet);
                heard.write(bytes, HEADER_LENGTH, Math.max(0, packet.getLength() - HEADER_LENGTH));
            }
        } catch (final SocketTimeoutException ex) {
            // All that had come was read.
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The amplitude of a tone in the last second heard (Goertzel's algorithm). */
    double amplitude(final int tone) {
        final byte[] codes = heard.toByteArray();
        final int from = Math.max(0, codes.length - (int) RATE);
        final double coefficient = 2 * Math.cos(2 * Math.PI * tone / RATE);
        double last = 0;
        double beforeLast = 0;
        for (int i = from; i < codes.length; i++) {
            final double now = G711.decodeUlaw(codes[i]) + coefficient * last - beforeLast;
            beforeLast = last;
            last = now;
        }
        final double power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
        return codes.length == from ? 0 : 2 * Math.sqrt(Math.max(0, power)) / (codes.length - from);
    }

    /** Ticks heard so far. */
    int ticksHeard() {
        return heard.size() / SAMPLES;
    }

    int hertz() {
        return hertz;
    }

    void hangUp() {
        signalling.exchange(invite.inDialog("BYE", ok), bladePort);
    }

    @Override
    public void close() {
        media.close();
        signalling.close();
    }
}
