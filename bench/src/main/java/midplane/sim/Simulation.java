package midplane.sim;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;
import midplane.chassis.ThreadingMode;
import midplane.net.Peer;

/**
 * A chassis under simulated fire. Single-threaded; nothing happens but in {@link #step}.
 *
 * <p>An event is a datagram delivered, an alarm of the simulated world, or a deadline of the chassis.
 */
public final class Simulation implements AutoCloseable {
    /** Where the chassis lives on its network. */
    public static final String CHASSIS_HOST = "10.0.0.1";

    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final String SERVER_NETWORK = "10.1.0.";
    private static final String STRANGER_NETWORK = "10.2.0.";
    private static final int WELL_KNOWN_PORT = 5060;
    private static final int BLADE_PORT_BASE = 5071;
    private static final int FIRST_MEDIA_PORT = 20_000;

    // Small enough to be short of something soon when anything leaks, large enough for all that is drawn.
    private static final int MEDIA_PAIRS_PER_BLADE = 160;
    private static final int UNITS_PER_BLADE = 4096;
    private static final int TABLE_CAPACITY = 16_384;
    private static final int RING_LENGTH = 256;

    /** No call is as long. */
    private static final long MAX_PLAY_NS = 600 * NS_PER_SECOND;

    /** A leg of a conference that does not hang up ends after this. */
    private static final long MAX_STAY_NS = 20 * NS_PER_SECOND;

    /** An echo whose caller says nothing any more ends after this. */
    private static final long SILENCE_LIMIT_NS = 15 * NS_PER_SECOND;

    private static final int REPLACEMENTS_PERCENT = 3;

    private static final long PARTITION_PERIOD_NS = 60 * NS_PER_SECOND;
    private static final long PARTITION_DELAY_NS = 15 * NS_PER_SECOND;
    private static final long SHORT_PARTITION_NS = 5 * NS_PER_SECOND;
    private static final long LONG_PARTITION_NS = 40 * NS_PER_SECOND;
    private static final int PARTITIONS = 300;

    /** Less than T1: what is repeated for 64·T1 - T1 must be remembered for 64·T1. */
    private static final long DELAY_MAX_NS = 450_000_000L;

    /** More duty cycles than this without rest at one moment, and the chassis will never rest. */
    private static final int CYCLES_MAX = 10_000;

    private static final long NOISE_ONE_IN = 20;

    private final SimulationPlan plan;
    private final VirtualClock clock = new VirtualClock();
    private final EventQueue<Alarmed> alarms = new EventQueue<>();
    private final Watch watch;
    private final VirtualNetwork network;
    private final Chassis chassis;
    private final Ledger ledger;
    private final List<SimulatedAppServer> servers = new ArrayList<>();
    private final SimulatedAppServer.Calls numbers = new SimulatedAppServer.Calls();
    private final Chance callChance;
    private long events;
    private int placed;
    private boolean isRunOut;
    private int strangers;
    private boolean hasDatagrams = true;

    Simulation(final SimulationPlan plan) {
        if (plan.faults().delayNs() + plan.faults().jitterNs() > DELAY_MAX_NS) {
            throw new IllegalArgumentException("datagrams that take longer than " + DELAY_MAX_NS / 1_000_000L
                    + " ms outlive RFC 3261's timers: the last repeat of a request comes 31.5 s after the first,"
                    + " and is remembered for 32 s");
        }
        this.plan = plan;
        final Chance chance = new Chance(plan.seed());
        network = new VirtualNetwork(clock, chance.fork(), plan.faults());
        final Chance entropyChance = chance.fork();
        chassis = Chassis.launch(new ChassisContext()
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(clock)
                .epochClock(clock.epochClock())
                .datagramPortSupplier(network)
                .entropySeed(entropyChance::nextLong)
                .promptStore(SimulatedPrompts.store())
                .errorHandler(this::onError)
                .stateListener((slot, state, sessions) -> {})
                .bindAddress(CHASSIS_HOST)
                .allow("10.0.0.0/8")
                .wellKnownSipPort(WELL_KNOWN_PORT)
                .bladePortBase(BLADE_PORT_BASE)
                .bladeCount(plan.blades())
                .rtpPortRange(FIRST_MEDIA_PORT, FIRST_MEDIA_PORT + 2 * MEDIA_PAIRS_PER_BLADE * plan.blades() - 1)
                .maxDialogs(plan.dialogsPerBlade())
                .bladeCapacity(UNITS_PER_BLADE)
                .tableCapacity(TABLE_CAPACITY)
                .ringLength(RING_LENGTH)
                .maxPlayNs(MAX_PLAY_NS)
                .property("midplane.conference.max-stay", MAX_STAY_NS / NS_PER_SECOND + "s")
                .silenceLimitNs(SILENCE_LIMIT_NS)
                .answerDelayNs(plan.answerDelayNs())
                .refusalsPerSecond(plan.refusalsPerSecond())
                .portInsertion(plan.portInsertion())
                .responseFrom(plan.responseFrom()));
        ledger = new Ledger(chassis.counters(), plan);
        watch = new Watch(
                clock, plan, alarms, new Shelf(CHASSIS_HOST, WELL_KNOWN_PORT, chassis.bladePorts()), this::events);
        network.tap(watch);
        final Peer wellKnown = Peer.of(chassis.wellKnownAddress());
        callChance = chance.fork();
        for (int i = 0; i < plan.servers(); i++) {
            final Peer local = Peer.of(new InetSocketAddress(SERVER_NETWORK + (i + 1), WELL_KNOWN_PORT));
            servers.add(
                    new SimulatedAppServer(local, network, clock, alarms, watch, wellKnown, numbers, chance.fork()));
        }
        if (plan.isPartitioned()) {
            partition(servers.get(0).local(), wellKnown);
        }
        if (plan.calls() > 0) {
            alarms.add(clock.nanoTime(), this::placeNext, 0);
        }
    }

    /** What follows is drawn from the seed. */
    public static SimulationPlan of(final long seed) {
        return new SimulationPlan(seed);
    }

    /** The first application server. */
    SimulatedAppServer uac() {
        return servers.get(0);
    }

    /** A new host that is not judged. */
    Stranger stranger() {
        final Stranger stranger = new Stranger(
                new InetSocketAddress(STRANGER_NETWORK + ++strangers, WELL_KNOWN_PORT),
                network,
                Peer.of(chassis.wellKnownAddress()));
        watch.pardon(stranger);
        return stranger;
    }

    /** The ports of the blades, by slot. */
    int[] bladePorts() {
        return chassis.bladePorts();
    }

    Watch watch() {
        return watch;
    }

    VirtualNetwork network() {
        return network;
    }

    VirtualClock clock() {
        return clock;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Everything that was delivered so far, in 64 bits. */
    public long historyHash() {
        return network.historyHash();
    }

    public long events() {
        return events;
    }

    public long elapsedNs() {
        return clock.elapsedNs();
    }

    /** Calls that were answered with 200. */
    public long answeredCalls() {
        return watch.answeredSessions();
    }

    /** Calls and other first requests that were placed. */
    public int placedCalls() {
        return numbers.placed();
    }

    /**
     * Of those that are over, how many did not go as their plans wanted: no final response in the client's time, another one
     * than the request deserves, or an ACK that never got through. Callers that mean to fall silent are not counted.
     */
    public int failedCalls() {
        return numbers.failed();
    }

    /** The first failed calls, told: what went wrong and what was planned. */
    public List<String> failures() {
        return numbers.failures();
    }

    /** Legs that found others in their conference. */
    public long joinedLegs() {
        return watch.joinedLegs();
    }

    /** RTP packets that the chassis sent. */
    public long rtpPackets() {
        return watch.rtpPackets();
    }

    /**
     * Lets the next thing happen, and the chassis work until it rests.
     *
     * @throws Violation when something was seen that must not be.
     */
    public void step() {
        final long nextNs = Math.min(Math.min(network.nextArrivalNs(), alarms.nextNs()), chassis.nextDeadlineNs());
        clock.advanceTo(nextNs);
        final long nowNs = clock.nanoTime();
        while (network.nextArrivalNs() <= nowNs) {
            events++;
            final VirtualNetwork.VirtualPort polled = network.deliverNext();
            // Media is read at the tick, and only then.
            hasDatagrams |= polled != null && polled.local().port() < FIRST_MEDIA_PORT;
        }
        while (alarms.nextNs() <= nowNs) {
            events++;
            final Alarmed alarmed = alarms.poll();
            alarmed.onAlarm(alarms.polledArgument(), alarms.polledNs());
        }
        final boolean isDue = chassis.nextDeadlineNs() - nowNs <= 0;
        events += isDue ? 1 : 0;
        if (isDue || hasDatagrams) {
            hasDatagrams = false;
            work();
        }
        if (watch.finding() != null) {
            throw violation();
        }
    }

    /**
     * Runs until no call is left, no message is under way and all that the chassis remembers has had its time; then
     * asks the chassis whether its books balance.
     *
     * @throws Violation when something was seen that must not be.
     */
    public void runUntilIdle() {
        while (isBusy()) {
            step();
        }
        // What has nobody left to answer for is held no longer than this.
        final long restNs = clock.nanoTime() + Ledger.MEMORY_NS;
        while (clock.nanoTime() < restNs) {
            alarms.add(Math.min(restNs, clock.nanoTime() + NS_PER_SECOND), (argument, nowNs) -> {}, 0);
            step();
        }
        atRest();
    }

    /** Places no more calls, and runs until those that are up have come to their end. */
    void endCalls() {
        isRunOut = true;
        while (watch.openRecords() > 0) {
            step();
        }
    }

    Shelf shelf() {
        return new Shelf(CHASSIS_HOST, WELL_KNOWN_PORT, chassis.bladePorts());
    }

    /** Runs on for so long. */
    public void runFor(final long durationNs) {
        final long endNs = clock.nanoTime() + durationNs;
        alarms.add(endNs, (argument, nowNs) -> {}, 0);
        while (clock.nanoTime() < endNs) {
            step();
        }
    }

    /** Asks the chassis to end its sessions and to take no new ones, as its operator would. */
    public void hangUp() {
        watch.drain();
        chassis.hangUp();
        work();
    }

    /** How many blades answered for a call. */
    int bladesThatAnswered(final SimulatedCall call) {
        return call.record().blade < 0 ? 0 : 1;
    }

    /** Takes the chassis out of its slots. */
    @Override
    public void close() {
        chassis.close();
    }

    private boolean isBusy() {
        return (placed < plan.calls() && events < plan.eventsMax())
                || watch.openRecords() > 0
                || network.nextArrivalNs() != EventQueue.NEVER;
    }

    private void work() {
        try {
            for (int cycle = 0; cycle < CYCLES_MAX; cycle++) {
                if (chassis.doWork() == 0 && !chassis.hasWork()) {
                    return;
                }
            }
            watch.fail(null, "the chassis does not rest");
        } catch (final RuntimeException | AssertionError trouble) {
            onError(trouble);
        }
    }

    private void atRest() {
        final String fault = ledger.faultAtRest(watch);
        if (fault != null) {
            watch.fail(null, "at rest: " + fault);
        }
        if (watch.finding() != null) {
            throw violation();
        }
    }

    private Violation violation() {
        final String finding = watch.finding();
        return new Violation(finding == null ? "" : finding);
    }

    private void onError(final Throwable error) {
        final StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        watch.fail(null, "uncaught: " + trace);
    }

    private void placeNext(final int argument, final long nowNs) {
        if (isRunOut || placed >= plan.calls() || events >= plan.eventsMax()) {
            return;
        }
        placed++;
        final SimulatedAppServer server = servers.get(callChance.nextInt(servers.size()));
        final SimulatedCall replaceable = callChance.inPercent(REPLACEMENTS_PERCENT) ? server.replaceable() : null;
        if (replaceable == null) {
            server.place(CallPlan.draw(callChance, plan.conferences()));
        } else {
            server.replace(replaceable);
        }
        if (callChance.nextInt((int) NOISE_ONE_IN) == 0) {
            server.send(Noise.draw(callChance));
        }
        final long meanNs = NS_PER_SECOND / plan.callsPerSecond();
        alarms.add(nowNs + callChance.betweenNs(0, 2 * meanNs), this::placeNext, 0);
    }

    /** Cut off now and then: for less than a transaction lives, for more, and deaf for more without being mute. */
    private void partition(final Peer server, final Peer wellKnown) {
        final List<FaultPlan.Partition> both = new ArrayList<>();
        final List<FaultPlan.Partition> towardsServer = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
            final long fromNs = i * PARTITION_PERIOD_NS + PARTITION_DELAY_NS;
            final long untilNs = fromNs + (i % 3 == 0 ? SHORT_PARTITION_NS : LONG_PARTITION_NS);
            (i % 3 == 1 ? towardsServer : both).add(new FaultPlan.Partition(server, fromNs, untilNs));
        }
        network.link(server, wellKnown, plan.faults().withPartitions(both));
        towardsServer.addAll(both);
        network.link(wellKnown, server, plan.faults().withPartitions(towardsServer));
    }
}
