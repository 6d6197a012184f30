package midplane.bench;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import midplane.dispatcher.LoadLedger;
import midplane.dispatcher.PlacementTrace;
import midplane.dispatcher.RingTrace;
import midplane.fabric.Protocol;
import midplane.shelf.Counters;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.Slice;
import org.agrona.concurrent.MessageHandler;
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
 * What does the dispatcher pay to be able to explain a decision? {@code decide} is all it does for one, with the ring emptied;
 * {@code full} is the same when nobody empties the ring and the event is lost.
 *
 * <pre>java -jar bench/target/benchmarks.jar TraceBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class TraceBenchmark {
    private static final int RING_LENGTH = 1024 * 1024;
    private static final int CAPACITY = 1_000;
    private static final long INTERVAL_NS = 100_000_000;
    private static final byte[] CALL_ID = "3848276298220188511@192.0.2.7".getBytes(StandardCharsets.US_ASCII);

    @Param({"4", "64"})
    public int blades = 4;

    private final Slice name = new Slice().wrap(new UnsafeBuffer(CALL_ID), 0, CALL_ID.length);
    private final SizeIndication size = new SizeIndication().begin(SessionService.DIALOG);
    private RingTrace drained = trace();
    private RingTrace full = trace();
    private LoadLedger ledger = new LoadLedger(new int[] {CAPACITY}, INTERVAL_NS, 0);
    private long bytes;
    private final MessageHandler onEvent = (type, buffer, index, length) -> bytes += length;

    @Setup
    public void setup() {
        final int[] capacities = new int[blades];
        Arrays.fill(capacities, CAPACITY);
        ledger = new LoadLedger(capacities, INTERVAL_NS, 0);
        drained = trace();
        full = trace();
    }

    @Benchmark
    public long decide() {
        tell(drained);
        drained.drain(onEvent, 1);
        return bytes;
    }

    @Benchmark
    public void full() {
        tell(full);
    }

    private void tell(final RingTrace trace) {
        trace.opens(Protocol.SIP, bytes, name, size, 2);
        trace.weighs(ledger, -1L, 0, 0);
        trace.decides(PlacementTrace.Reason.POLICY, 0, bytes, 0, 0);
    }

    private static RingTrace trace() {
        return new RingTrace(RING_LENGTH, new Counters().counter("lost"));
    }
}
