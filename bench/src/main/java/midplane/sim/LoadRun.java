package midplane.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;
import midplane.chassis.ThreadingMode;
import midplane.net.Peer;
import midplane.shelf.BladeFactory;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A chassis on a virtual clock whose calls come and go as a {@link LoadPlan} says, and how many units each blade has of
 * them: counted by the caller, by what the blades answer, whatever the blades report. Single-threaded.
 */
public final class LoadRun implements AutoCloseable {
    private static final String CHASSIS_HOST = "10.0.0.1";
    private static final int WELL_KNOWN_PORT = 5060;
    private static final int BLADE_PORT_BASE = 5071;
    private static final int FIRST_MEDIA_PORT = 10_000;
    private static final int LAST_MEDIA_PORT = 60_000;
    private static final int UNITS_PER_BLADE = 100_000;
    private static final int DIALOGS_PER_BLADE = 3000;
    private static final int CYCLES_MAX = 10_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long DAY_NS = 86_400 * SECOND_NS;
    private static final Pattern STATUS = Pattern.compile("SIP/2\\.0 (\\d{3})");
    private static final Pattern CALL = Pattern.compile("Call-ID: (\\d+)@");
    private static final Pattern CONTACT = Pattern.compile("Contact: <([^>]*:(\\d+)[^>]*)>");
    private static final Pattern TO = Pattern.compile("To: ([^\r]*)");

    private final LoadPlan plan;
    private final VirtualClock clock = new VirtualClock();
    private final EventQueue<Alarmed> alarms = new EventQueue<>();
    private final VirtualNetwork network;
    private final Chassis chassis;
    private final Chance chance;
    private final VirtualNetwork.VirtualPort port;
    private final Peer wellKnown;
    private final Map<Integer, Call> calls = new HashMap<>();
    private final long[] units;
    private final long[] placedUnits;
    private final long[] placedCalls;
    private final LoadSeries series;
    private int placed;
    private long refused;
    private boolean isPlacing;
    private boolean hasDatagrams;

    /** One call, once it is answered. */
    private static final class Call {
        private final int number;
        private final int size;
        private int blade = -1;
        private String to = "<sip:echo@" + CHASSIS_HOST + ">";
        private String target = "";

        Call(final int number, final int size) {
            this.number = number;
            this.size = size;
        }
    }

    /** With the blades that ship. */
    public LoadRun(final LoadPlan plan) {
        this(plan, null);
    }

    /**
     * A run.
     *
     * @param factory makes the blades; null: those that ship.
     */
    LoadRun(final LoadPlan plan, final @Nullable BladeFactory factory) {
        this.plan = plan;
        chance = new Chance(plan.seed());
        final Chance entropy = chance.fork();
        network = new VirtualNetwork(clock, chance.nextLong(), FaultPlan.NONE);
        final ChassisContext context = new ChassisContext()
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(clock)
                .epochClock(clock.epochClock())
                .datagramPortSupplier(network)
                .entropySeed(entropy::nextLong)
                .promptStore(SimulatedPrompts.store())
                .errorHandler(LoadRun::onError)
                .stateListener((slot, state, sessions) -> {})
                .bindAddress(CHASSIS_HOST)
                .allow("10.0.0.0/8")
                .wellKnownSipPort(WELL_KNOWN_PORT)
                .mgcp(false)
                .bladePortBase(BLADE_PORT_BASE)
                .bladeCount(plan.blades())
                .policy(plan.policy())
                .rtpPortRange(FIRST_MEDIA_PORT, LAST_MEDIA_PORT)
                .maxDialogs(DIALOGS_PER_BLADE)
                .maxUnacknowledged(DIALOGS_PER_BLADE)
                .maxUnacknowledgedPerSource(DIALOGS_PER_BLADE)
                .bladeCapacity(UNITS_PER_BLADE)
                .ringLength(4096)
                .maxPlayNs(DAY_NS);
        chassis = Chassis.launch(factory == null ? context : context.bladeFactory(factory));
        wellKnown = Peer.of(chassis.wellKnownAddress());
        port = network.attach(new InetSocketAddress("10.1.0.1", WELL_KNOWN_PORT), this::onDatagram);
        units = new long[plan.blades()];
        placedUnits = new long[plan.blades()];
        placedCalls = new long[plan.blades()];
        series = new LoadSeries(plan.largeUnits());
        alarms.add(clock.nanoTime() + SECOND_NS, this::sample, 0);
        work();
    }

    private static void onError(final Throwable error) {
        throw new IllegalStateException("the chassis stumbled", error);
    }

    /** Lets calls come from now on, or no more. */
    void placesCalls(final boolean isPlacing) {
        if (isPlacing && !this.isPlacing) {
            alarms.add(clock.nanoTime(), this::placeNext, 0);
        }
        this.isPlacing = isPlacing;
    }

    /** Runs the whole plan. */
    public LoadSeries run() {
        placesCalls(true);
        runFor(plan.durationNs());
        return series;
    }

    void runFor(final long durationNs) {
        final long endNs = clock.nanoTime() + durationNs;
        alarms.add(endNs, (argument, nowNs) -> {}, 0);
        while (clock.nanoTime() < endNs) {
            step();
        }
    }

    /** Places so many calls of a size in this very moment. */
    void burst(final int count, final int size) {
        for (int i = 0; i < count; i++) {
            place(size);
        }
    }

    /** Units on each blade now. */
    long[] units() {
        return units.clone();
    }

    /** Units of all calls that each blade has answered so far. */
    long[] placedUnits() {
        return placedUnits.clone();
    }

    /** Calls that each blade has answered so far. */
    long[] placedCalls() {
        return placedCalls.clone();
    }

    /** Calls that were refused so far. */
    public long refused() {
        return refused;
    }

    /** Calls placed so far. */
    public int placed() {
        return placed;
    }

    long counter(final String name) {
        return chassis.counters().value(name);
    }

    /** Nanoseconds since the run began. */
    long elapsedNs() {
        return clock.elapsedNs();
    }

    VirtualClock clock() {
        return clock;
    }

    @Override
    public void close() {
        chassis.close();
    }

    private void step() {
        clock.advanceTo(Math.min(Math.min(network.nextArrivalNs(), alarms.nextNs()), chassis.nextDeadlineNs()));
        final long nowNs = clock.nanoTime();
        while (network.nextArrivalNs() <= nowNs) {
            final VirtualNetwork.VirtualPort polled = network.deliverNext();
            hasDatagrams |= polled != null && polled.local().port() < FIRST_MEDIA_PORT;
        }
        while (alarms.nextNs() <= nowNs) {
            final Alarmed alarmed = alarms.poll();
            alarmed.onAlarm(alarms.polledArgument(), alarms.polledNs());
        }
        if (hasDatagrams || chassis.nextDeadlineNs() - nowNs <= 0) {
            hasDatagrams = false;
            work();
        }
    }

    private void work() {
        for (int cycle = 0; cycle < CYCLES_MAX; cycle++) {
            if (chassis.doWork() == 0 && !chassis.hasWork()) {
                return;
            }
        }
        throw new IllegalStateException("the chassis does not rest");
    }

    private void sample(final int argument, final long nowNs) {
        series.add(units);
        alarms.add(nowNs + SECOND_NS, this::sample, 0);
    }

    private void placeNext(final int argument, final long nowNs) {
        if (isPlacing) {
            place(chance.inPercent(plan.largePercent()) ? plan.largeUnits() : 1);
            alarms.add(nowNs + chance.betweenNs(0, 2 * SECOND_NS / plan.callsPerSecond()), this::placeNext, 0);
        }
    }

    private void place(final int size) {
        final Call call = new Call(++placed, size);
        calls.put(call.number, call);
        final String body = String.join(
                "\r\n",
                "v=0",
                "o=- 1 1 IN IP4 10.1.0.1",
                "s=-",
                "c=IN IP4 10.1.0.1",
                "t=0 0",
                "m=audio 30000 RTP/AVP 0",
                "");
        send(
                request(call, "INVITE", 1, "sip:echo@" + CHASSIS_HOST)
                        + (plan.announcesSizes() ? "Session-Size: " + size + "\r\n" : "")
                        + "Contact: <sip:as@10.1.0.1>\r\nContent-Type: application/sdp\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body,
                wellKnown);
    }

    private static String request(final Call call, final String method, final int cseq, final String uri) {
        return method + ' ' + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1:5060;rport;branch=z9hG4bK" + method
                + call.number + "\r\nMax-Forwards: 70\r\nFrom: <sip:as@10.1.0.1>;tag=f" + call.number + "\r\nTo: "
                + call.to + "\r\nCall-ID: " + call.number + "@10.1.0.1\r\nCSeq: " + cseq + ' ' + method + "\r\n";
    }

    private void send(final String text, final Peer target) {
        port.offer(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), target);
    }

    private void onDatagram(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final String text = new String(bytes, StandardCharsets.US_ASCII);
        final Matcher status = STATUS.matcher(text);
        final Matcher named = CALL.matcher(text);
        if (!status.lookingAt() || !named.find() || !text.contains("INVITE\r\n")) {
            return;
        }
        final Call call = calls.get(Integer.parseInt(named.group(1)));
        if (call != null && call.blade < 0) {
            onAnswer(call, Integer.parseInt(status.group(1)), text);
        }
    }

    private void onAnswer(final Call call, final int status, final String text) {
        final Matcher contact = CONTACT.matcher(text);
        final Matcher to = TO.matcher(text);
        if (status == 200 && contact.find() && to.find()) {
            call.blade = Integer.parseInt(contact.group(2)) - BLADE_PORT_BASE;
            call.target = contact.group(1);
            call.to = to.group(1);
            units[call.blade] += call.size;
            placedUnits[call.blade] += call.size;
            placedCalls[call.blade]++;
            send(request(call, "ACK", 1, call.target) + "Content-Length: 0\r\n\r\n", bladePeer(call));
            alarms.add(
                    clock.nanoTime() + chance.betweenNs(plan.holdNs() / 2, plan.holdNs() / 2 * 3),
                    this::hangUp,
                    call.number);
        } else if (status >= 300) {
            refused++;
            calls.remove(call.number);
        }
    }

    private void hangUp(final int number, final long nowNs) {
        final Call call = calls.remove(number);
        if (call != null) {
            units[call.blade] -= call.size;
            send(request(call, "BYE", 2, call.target) + "Content-Length: 0\r\n\r\n", bladePeer(call));
        }
    }

    private Peer bladePeer(final Call call) {
        return wellKnown.withPort(BLADE_PORT_BASE + call.blade);
    }
}
