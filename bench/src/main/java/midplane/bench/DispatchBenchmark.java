package midplane.bench;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import midplane.dispatcher.BladeSelector;
import midplane.dispatcher.DispatchTable;
import midplane.dispatcher.Dispatcher;
import midplane.dispatcher.DispatcherSettings;
import midplane.dispatcher.LoadLedger;
import midplane.dispatcher.PlacementSettings;
import midplane.dispatcher.PortStamp;
import midplane.dispatcher.Triage;
import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.RingFabric;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.PortInsertion;
import midplane.signalling.SipHash;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
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
 * What does it cost to dispatch an INVITE, in parts and whole, sockets left out? {@code whole} is a duty cycle of the
 * real dispatcher with one new call in it: scan, table, select, claim, stamp, publish, and the blade's end of the ring
 * emptied.
 *
 * <pre>java -jar bench/target/benchmarks.jar DispatchBenchmark -prof gc -p blades=8</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class DispatchBenchmark {
    private static final int FRAME_CAPACITY = 8192;
    private static final int RING_LENGTH = 512;
    private static final int CAPACITY = 1_000_000;

    /** Calls between two reports of all blades: at a hundred thousand calls a second, a hundred times a second. */
    private static final int REPORT_CALLS = 1_000;

    private static final long STEP_NS = 100_000;
    private static final long LIFETIME_NS = 1_000_000_000L;

    @Param({"4"})
    public int blades = 4;

    @Param({"sipp", "baresip"})
    public String client = "sipp";

    @Param({"HEADER"})
    public PortInsertion portInsertion = PortInsertion.HEADER;

    private Bench bench = new Bench(4, "sipp", PortInsertion.HEADER);

    @Setup
    public void setup() {
        bench = new Bench(blades, client, portInsertion);
    }

    /** Find out where the headers stand. */
    @Benchmark
    public SipFault scan() {
        return bench.scanner.scan(bench.datagram, 0, bench.length, bench.message);
    }

    /** Scan, and decide what it is. */
    @Benchmark
    public Triage.Verdict triage() {
        return bench.triage.look(bench.datagram, 0, bench.length);
    }

    /** Key, look-up that fails, new entry, and the oldest of ten thousand forgotten. */
    @Benchmark
    public int table() {
        bench.nextCall();
        final long key = bench.table.key(bench.scanned.callId(), bench.scanned.fromTag());
        int entry = bench.table.find(key);
        if (entry == DispatchTable.NO_ENTRY) {
            entry = bench.table.add(key, bench.nowNs);
            bench.table.assign(entry, 0, 1);
        }
        bench.table.expire(bench.nowNs, 64);
        return entry;
    }

    @Benchmark
    public int select() {
        return bench.selector.select(bench.ledger.candidates(1), 1, bench.calls);
    }

    /** The one copy, with the port identifier inserted. */
    @Benchmark
    public InitialFrame stamp() {
        bench.stamp.stamp(bench.scanned, bench.frame, 5071, 5060);
        return bench.frame;
    }

    /** Claim a cell, commit it, and have the blade's end empty it. */
    @Benchmark
    public int publish() {
        bench.fabric.downlink(0).claim(bench.claim, bench.length);
        bench.claim.commit(bench.length);
        bench.fabric.downlink(0).flush();
        return bench.fabric.backplane(0).poll(bench.onFrame, 1);
    }

    @Benchmark
    public int whole() {
        bench.nextCall();
        int work = bench.dispatcher.doWork();
        for (int slot = 0; slot < blades; slot++) {
            work += bench.fabric.backplane(slot).poll(bench.onBladeFrame[slot], 1);
        }
        bench.reportIfDue();
        return work;
    }

    /** Everything the parts and the whole need, wired once per trial. */
    private static final class Bench implements DatagramPort {
        final int length;
        final UnsafeBuffer datagram;
        final SipScanner scanner = new SipScanner();
        final SipMessage message = new SipMessage();
        final SipMessage scanned = new SipMessage();
        final Triage triage = new Triage();
        final LoadLedger ledger;
        final BladeSelector selector;
        final PortStamp stamp;
        final InitialFrame frame = new InitialFrame();
        final RingFabric fabric;
        final FrameClaim claim = new FrameClaim();
        final DispatchTable table = new DispatchTable(262_144, new SipHash(1, 2), LIFETIME_NS, LIFETIME_NS);
        final Dispatcher dispatcher;
        private long consumed;
        final FrameHandler onFrame = (buffer, offset, frameLength) -> consumed += buffer.getByte(offset);

        final FrameHandler[] onBladeFrame;
        private final long[] seen;
        private final LoadReport report = new LoadReport();
        private long reports;

        private final Peer source = Peer.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5080));
        private final int callIdOffset;
        private long calls;
        long nowNs;

        Bench(final int blades, final String client, final PortInsertion insertion) {
            final RecordedMessage recorded = new RecordedMessage(client);
            length = recorded.length();
            datagram = recorded.buffer();
            if (scanner.scan(datagram, 0, length, scanned) != SipFault.NONE) {
                throw new IllegalStateException("not a clean message: " + client);
            }
            callIdOffset = scanned.callId().offset();
            ledger = new LoadLedger(
                    IntStream.generate(() -> CAPACITY).limit(blades).toArray(), LIFETIME_NS, 0);
            selector = BladeSelector.Policy.ROUND_ROBIN.create(ledger, new int[blades], new Entropy(1, 2));
            stamp = new PortStamp(insertion);
            frame.wrap(new UnsafeBuffer(ByteBuffer.allocateDirect(FRAME_CAPACITY)), 0, FRAME_CAPACITY);
            fabric = new RingFabric(blades, RING_LENGTH, FRAME_CAPACITY);
            seen = new long[blades];
            onBladeFrame = new FrameHandler[blades];
            for (int i = 0; i < blades; i++) {
                final int slot = i;
                onBladeFrame[slot] = (buffer, offset, frameLength) ->
                        seen[slot] = buffer.getLong(offset + InitialFrame.SEQUENCE_OFFSET, LITTLE_ENDIAN);
            }
            final int[] portIds = new int[blades];
            for (int slot = 0; slot < blades; slot++) {
                portIds[slot] = 5071 + slot;
            }
            dispatcher = new Dispatcher(
                    new DispatcherSettings(
                            PlacementSettings.of(BladeSelector.Policy.ROUND_ROBIN, blades, CAPACITY),
                            insertion,
                            262_144,
                            LIFETIME_NS,
                            LIFETIME_NS,
                            1000,
                            "Midplane"),
                    fabric,
                    portIds,
                    new int[blades],
                    this,
                    null,
                    AdmissionSettings.of(AllowList.LOOPBACK),
                    () -> nowNs,
                    new Entropy(1, 2),
                    new Counters(),
                    (slot, state, sessions) -> {},
                    ex -> {
                        throw new IllegalStateException(ex);
                    });
        }

        /** As blades do, whose calls are over at once: else the ledger would hold them all. */
        void reportIfDue() {
            if (calls % REPORT_CALLS != 0) {
                return;
            }
            reports++;
            for (int slot = 0; slot < seen.length; slot++) {
                final Backplane backplane = fabric.backplane(slot);
                if (backplane.claim(claim, LoadReport.LENGTH)) {
                    report.wrap(claim.buffer(), claim.offset())
                            .begin()
                            .slot(slot)
                            .portId(5071 + slot)
                            .sequence(reports)
                            .lastDispatch(seen[slot])
                            .state(LoadReport.UP)
                            .capacity(CAPACITY)
                            .writtenNs(nowNs);
                    claim.commit(LoadReport.LENGTH);
                    backplane.flush();
                }
            }
        }

        /** Another Call-ID, and time for the oldest call to be forgotten. */
        void nextCall() {
            datagram.putNaturalPaddedIntAscii(callIdOffset, 6, (int) (calls++ % 1_000_000));
            nowNs += STEP_NS;
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            handler.onDatagram(datagram, 0, length, source);
            return 1;
        }

        @Override
        public boolean offer(final ByteBuffer refusal, final Peer destination) {
            throw new IllegalStateException("the dispatcher refused a call that should have been dispatched");
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 5060);
        }

        @Override
        public void close() {}
    }
}
