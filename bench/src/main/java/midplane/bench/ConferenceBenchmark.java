package midplane.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import midplane.blade.media.Conference;
import midplane.blade.media.G711;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does 20 ms of a conference cost, sockets left out? A tick of the real plane: every leg's packet is read, put into
 * its jitter buffer, summed up, and answered by one of its own; a third of the legs speak A-law. Silent legs send
 * packets of silence.
 *
 * <pre>java -jar bench/target/benchmarks.jar ConferenceBenchmark -prof gc -p legs=100</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class ConferenceBenchmark {
    private static final Peer CALLER = Peer.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9000));
    private static final int RTP_HEADER_LENGTH = 12;
    private static final byte RTP_VERSION = (byte) 0x80;

    @Param({"100"})
    public int legs = 100;

    @Param({"100", "3", "0"})
    public int speakers = 3;

    private MediaPlane plane = plane();
    private int bound;

    @Setup
    public void setup() {
        bound = 0;
        plane = plane();
        final byte[] name = "conf=bench".getBytes(StandardCharsets.US_ASCII);
        final Conference conference = Objects.requireNonNull(
                plane.conferences().open(new Slice().wrap(new UnsafeBuffer(name), 0, name.length)));
        for (int leg = 0; leg < legs; leg++) {
            final MediaSession session = Objects.requireNonNull(plane.open(conference));
            session.connect(CALLER, null, encoding(leg), -1, true, true);
            session.start(0);
        }
    }

    @Benchmark
    public int tick() {
        return plane.tick(plane.nextTickNs());
    }

    private static int encoding(final int leg) {
        return leg % 3 == 0 ? MediaPlane.PCMA : MediaPlane.PCMU;
    }

    private MediaPlane plane() {
        return new MediaPlane(
                new PortPairPool(this::port, InetAddress.getLoopbackAddress(), 20_000, 29_999),
                () -> 0,
                new Entropy(1, 2),
                new MediaSettings("127.0.0.1", Long.MAX_VALUE),
                new Counters(),
                0,
                legs);
    }

    private DatagramPort port(final InetSocketAddress address) {
        final int leg = bound++ / 2;
        return new Port(address, encoding(leg), leg < speakers);
    }

    /** A caller whose packets are always there, one in each tick. */
    private static final class Port implements DatagramPort {
        private final InetSocketAddress address;
        private final UnsafeBuffer packet = new UnsafeBuffer(new byte[RTP_HEADER_LENGTH + MediaPlane.SAMPLES_PER_TICK]);
        private int packets;

        Port(final InetSocketAddress address, final int encoding, final boolean speaks) {
            this.address = address;
            packet.putByte(0, RTP_VERSION);
            packet.putByte(1, (byte) encoding);
            for (int i = 0; i < MediaPlane.SAMPLES_PER_TICK; i++) {
                final double angle = 2 * Math.PI * address.getPort() * i / MediaPlane.SAMPLES_PER_TICK;
                final short sample = (short) (speaks ? 2000 * Math.sin(angle / 16) : 0);
                packet.putByte(
                        RTP_HEADER_LENGTH + i,
                        encoding == MediaPlane.PCMU ? G711.encodeUlaw(sample) : G711.encodeAlaw(sample));
            }
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            if (limit > MediaPlane.SAMPLES_PER_TICK || address.getPort() % 2 != 0) {
                // The pool looks for old datagrams; and there is no RTCP.
                return 0;
            }
            packet.putShort(2, (short) ++packets, ByteOrder.BIG_ENDIAN);
            packet.putInt(4, packets * MediaPlane.SAMPLES_PER_TICK, ByteOrder.BIG_ENDIAN);
            handler.onDatagram(packet, 0, packet.capacity(), CALLER);
            return 1;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public void close() {}
    }
}
