package midplane.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.RingFabric;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a frame pay to cross into a slot? {@code crossing} sends and receives on one thread: the work without the
 * waiting. {@code roundTrip} goes to another spinning thread and back, and wants a core for each. Yardsticks: a blocking
 * queue of the JDK, which allocates a copy per frame, and Agrona's ring.
 *
 * <pre>java -jar bench/target/benchmarks.jar FabricHopBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class FabricHopBenchmark {
    private static final int FRAME_LENGTH = 700;
    private static final int RING_LENGTH = 512;

    /** A way to get a frame from one thread to another. */
    private interface Hop {
        boolean send(UnsafeBuffer frame);

        int receive();
    }

    /** The queues compared. */
    public enum Kind {
        RING_FABRIC,
        AGRONA_RING,
        ARRAY_BLOCKING_QUEUE;

        private Hop create() {
            return switch (this) {
                case RING_FABRIC -> new FabricHop();
                case AGRONA_RING -> new AgronaHop();
                case ARRAY_BLOCKING_QUEUE -> new QueueHop();
            };
        }
    }

    @Param
    public Kind kind = Kind.RING_FABRIC;

    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(FRAME_LENGTH));
    private Hop there = Kind.RING_FABRIC.create();
    private Hop back = Kind.RING_FABRIC.create();
    private Thread echo = new Thread();
    private volatile boolean isRunning;

    @Setup
    public void setup() {
        there = kind.create();
        back = kind.create();
        isRunning = true;
        final UnsafeBuffer reply = new UnsafeBuffer(ByteBuffer.allocateDirect(FRAME_LENGTH));
        echo = new Thread(() -> {
            while (isRunning) {
                if (there.receive() > 0) {
                    back.send(reply);
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        echo.start();
    }

    @TearDown
    public void tearDown() throws InterruptedException {
        isRunning = false;
        echo.join();
    }

    @Benchmark
    public int crossing() {
        // The echo thread never looks at this hop's sending side: it is only received from here.
        back.send(frame);
        return back.receive();
    }

    @Benchmark
    public int roundTrip() {
        there.send(frame);
        int received = back.receive();
        while (received == 0) {
            Thread.onSpinWait();
            received = back.receive();
        }
        return received;
    }

    private static final class FabricHop implements Hop {
        private long sum;
        private final RingFabric fabric = new RingFabric(1, RING_LENGTH, 2048);
        private final FrameClaim claim = new FrameClaim();
        private final FrameHandler handler = (buffer, offset, length) -> sum += buffer.getByte(offset);

        @Override
        public boolean send(final UnsafeBuffer frame) {
            if (!fabric.downlink(0).claim(claim, FRAME_LENGTH)) {
                return false;
            }
            claim.buffer().putBytes(claim.offset(), frame, 0, FRAME_LENGTH);
            claim.commit(FRAME_LENGTH);
            fabric.downlink(0).flush();
            return true;
        }

        @Override
        public int receive() {
            return fabric.backplane(0).poll(handler, 1);
        }
    }

    private static final class AgronaHop implements Hop {
        private long sum;
        private final OneToOneRingBuffer ring = new OneToOneRingBuffer(
                new UnsafeBuffer(ByteBuffer.allocateDirect(RING_LENGTH * 2048 + RingBufferDescriptor.TRAILER_LENGTH)));
        private final MessageHandler handler = (type, buffer, index, length) -> sum += buffer.getByte(index);

        @Override
        public boolean send(final UnsafeBuffer frame) {
            return ring.write(1, frame, 0, FRAME_LENGTH);
        }

        @Override
        public int receive() {
            return ring.read(handler, 1);
        }
    }

    @SuppressWarnings("UnusedVariable") // The sum keeps the reads from being optimised away.
    private static final class QueueHop implements Hop {
        private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(RING_LENGTH);
        private long sum;

        @Override
        public boolean send(final UnsafeBuffer frame) {
            final byte[] copy = new byte[FRAME_LENGTH];
            frame.getBytes(0, copy);
            return queue.offer(copy);
        }

        @Override
        public int receive() {
            final byte[] frame = queue.poll();
            if (frame == null) {
                return 0;
            }
            sum += frame[0];
            return 1;
        }
    }
}
