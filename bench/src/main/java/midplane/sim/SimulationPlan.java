package midplane.sim;

import java.util.Locale;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;

/**
 * What is to be simulated. Everything that follows is drawn from the seed: who calls, when, what is lost. Set, then
 * {@link #start}.
 */
public final class SimulationPlan {
    private static final double PPM = 1_000_000.0;
    private static final long MS = 1_000_000L;
    private static final int[] BLADES = {1, 2, 3, 4, 8, 16, 64};

    /** Small enough to be short of some soon when they leak, large enough for all that is drawn. */
    private static final int DIALOGS_PER_BLADE = 512;

    private final long seed;
    private int blades = 4;
    private int servers = 4;
    private int dialogsPerBlade = DIALOGS_PER_BLADE;
    private int calls;
    private int conferences;
    private int callsPerSecond = 20;
    private long eventsMax = Long.MAX_VALUE;
    private FaultPlan faults = FaultPlan.NONE;
    private boolean isPartitioned;
    private long answerDelayNs;
    private int refusalsPerSecond = 1_000;
    private PortInsertion portInsertion = PortInsertion.HEADER;
    private ResponseFrom responseFrom = ResponseFrom.AUTO;

    SimulationPlan(final long seed) {
        this.seed = seed;
    }

    /** Boots the chassis on its virtual network. */
    public Simulation start() {
        return new Simulation(this);
    }

    public SimulationPlan blades(final int blades) {
        this.blades = blades;
        return this;
    }

    /** Fewer dialogs than calls may need, so that blades hand calls back; for calls without surprises. */
    public SimulationPlan dialogsPerBlade(final int dialogsPerBlade) {
        this.dialogsPerBlade = dialogsPerBlade;
        return this;
    }

    /** Application servers. */
    public SimulationPlan servers(final int servers) {
        this.servers = servers;
        return this;
    }

    /** Calls to be drawn from the seed, besides those that a test places itself. */
    public SimulationPlan calls(final int calls) {
        this.calls = calls;
        return this;
    }

    /** How many of a hundred calls are legs of conferences. */
    public SimulationPlan conferences(final int conferences) {
        this.conferences = conferences;
        return this;
    }

    public SimulationPlan callsPerSecond(final int callsPerSecond) {
        this.callsPerSecond = callsPerSecond;
        return this;
    }

    /** No new calls after so many events; those that are up still come to their end. */
    public SimulationPlan eventsMax(final long eventsMax) {
        this.eventsMax = eventsMax;
        return this;
    }

    public SimulationPlan faults(final FaultPlan faults) {
        this.faults = faults;
        return this;
    }

    /** Draws from the seed what the chassis, its settings and its network are like, so that seeds differ in more than dice. */
    public SimulationPlan vary() {
        final Chance chance = new Chance(~seed);
        blades = BLADES[chance.nextInt(BLADES.length)];
        callsPerSecond = Math.min(callsPerSecond, 10 * blades);
        answerDelayNs = chance.inPercent(40) ? MS * chance.nextInt(300) : 0;
        isPartitioned = chance.inPercent(20);
        // A server that is cut off has calls hang for 32 s: with all calls its own, no chassis of this size had ports
        // left.
        servers = (isPartitioned ? 3 : 1) + chance.nextInt(4);
        portInsertion = PortInsertion.values()[chance.nextInt(PortInsertion.values().length)];
        responseFrom = ResponseFrom.values()[chance.nextInt(ResponseFrom.values().length)];
        faults = FaultPlan.NONE
                .withLoss(chance.inPercent(70) ? chance.nextInt(30) / 100.0 : 0)
                .withDuplication(chance.inPercent(60) ? chance.nextInt(40) / 100.0 : 0)
                .withDelayNs(MS * (1 + chance.nextInt(40)))
                .withJitterNs(chance.inPercent(70) ? MS * chance.nextInt(400) : 0);
        return this;
    }

    /** Cuts the first application server off now and then, for longer than some transactions live. */
    public SimulationPlan isPartitioned(final boolean isPartitioned) {
        this.isPartitioned = isPartitioned;
        return this;
    }

    /** How often the dispatcher says no. */
    public SimulationPlan refusalsPerSecond(final int refusals) {
        refusalsPerSecond = refusals;
        return this;
    }

    int refusalsPerSecond() {
        return refusalsPerSecond;
    }

    /** How long blades ring before they answer. */
    public SimulationPlan answerDelayNs(final long answerDelayNs) {
        this.answerDelayNs = answerDelayNs;
        return this;
    }

    public SimulationPlan portInsertion(final PortInsertion portInsertion) {
        this.portInsertion = portInsertion;
        return this;
    }

    public SimulationPlan responseFrom(final ResponseFrom responseFrom) {
        this.responseFrom = responseFrom;
        return this;
    }

    public long seed() {
        return seed;
    }

    int blades() {
        return blades;
    }

    int dialogsPerBlade() {
        return dialogsPerBlade;
    }

    /** Whether blades may be short of dialogs. */
    boolean isScarce() {
        return dialogsPerBlade < DIALOGS_PER_BLADE;
    }

    int servers() {
        return servers;
    }

    int conferences() {
        return conferences;
    }

    int calls() {
        return calls;
    }

    int callsPerSecond() {
        return callsPerSecond;
    }

    long eventsMax() {
        return eventsMax;
    }

    FaultPlan faults() {
        return faults;
    }

    boolean isPartitioned() {
        return isPartitioned;
    }

    /** Whether every datagram arrives. */
    boolean isFaultless() {
        return faults.isFaultless() && !isPartitioned;
    }

    long answerDelayNs() {
        return answerDelayNs;
    }

    PortInsertion portInsertion() {
        return portInsertion;
    }

    ResponseFrom responseFrom() {
        return responseFrom;
    }

    /** The command line that simulates the same again, in a clean clone too. */
    String command() {
        final StringBuilder command = new StringBuilder(
                "mvn -q -DskipTests package && java -ea"
                        + " --add-opens java.base/jdk.internal.misc=ALL-UNNAMED -cp bench/target/benchmarks.jar midplane.sim.SimulationMain");
        command.append(" --seed ").append(seed);
        command.append(" --calls ").append(calls);
        command.append(" --rate ").append(callsPerSecond);
        command.append(" --blades ").append(blades);
        command.append(" --servers ").append(servers);
        if (eventsMax != Long.MAX_VALUE) {
            command.append(" --events ").append(eventsMax);
        }
        command.append(" --loss ").append(faults.lossPpm() / PPM);
        command.append(" --duplication ").append(faults.duplicationPpm() / PPM);
        command.append(" --delay-us ").append(faults.delayNs() / 1000L);
        command.append(" --jitter-us ").append(faults.jitterNs() / 1000L);
        if (conferences > 0) {
            command.append(" --conferences ").append(conferences);
        }
        if (isPartitioned) {
            command.append(" --partitions");
        }
        command.append(" --answer-delay-ms ").append(answerDelayNs / MS);
        command.append(" --port-insertion ").append(portInsertion.name().toLowerCase(Locale.ROOT));
        command.append(" --response-from ").append(responseFrom.name().toLowerCase(Locale.ROOT));
        return command.toString();
    }
}
