package midplane.chassis;

import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import midplane.dispatcher.BladeSelector;
import midplane.dispatcher.Dispatcher;
import midplane.dispatcher.DispatcherSettings;
import midplane.dispatcher.PlacementSettings;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.NumericHost;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.BladeFactory;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Counters;
import midplane.shelf.LoadSettings;
import midplane.shelf.MediaSettings;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.PortInsertion;
import midplane.shelf.PromptStore;
import midplane.shelf.ResponseFrom;
import midplane.shelf.SipSettings;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a chassis that can be chosen: settings, each of which is a {@link ChassisProperty} too, and
 * collaborators. Whatever is left alone has its default. Values are checked when the chassis is launched, once.
 *
 * <pre>{@code
 * Chassis.launch(new ChassisContext()
 *         .bladeCount(4)
 *         .wellKnownSipPort(5060)
 *         .threadingMode(ThreadingMode.DEDICATED));
 * }</pre>
 *
 * <p>The context reads no system properties; {@link ChassisMain} does. Not thread-safe.
 */
public final class ChassisContext {
    private static final long SECOND_NS = 1_000_000_000L;

    /** RFC 3261 §16.6, Timer C: a proxy before us gives up on a ringing call after more than this. */
    private static final long RINGING_MAX_NS = 180 * SECOND_NS;

    /** More than a cell of a ring takes beside its frame. */
    private static final int CELL_OVERHEAD_LENGTH = 256;

    private final PropertyValues values = new PropertyValues();
    private boolean isInvoker;
    private boolean isConcluded;

    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private Dispatcher.StateListener stateListener = (slot, state, sessions) -> {};
    private int availableProcessors = Runtime.getRuntime().availableProcessors();
    private PrintStream errorOutput = System.err;
    private long parkMaxMs = Parker.PARK_MAX_MS;
    private @Nullable Counters counters;
    private @Nullable LongSupplier entropySeed;
    private DatagramPort.@Nullable Supplier datagramPortSupplier;
    private DatagramPort.@Nullable Supplier mediaPortSupplier;
    private @Nullable PromptStore promptStore;
    private @Nullable BladeFactory bladeFactory;
    private @Nullable ErrorHandler errorHandler;

    // ---- Settings ----

    /** {@link ChassisProperty#BLADE_COUNT}. */
    public ChassisContext bladeCount(final int count) {
        return set(ChassisProperty.BLADE_COUNT, count);
    }

    /** {@link ChassisProperty#BLADE_PORT_BASE}. */
    public ChassisContext bladePortBase(final int port) {
        return set(ChassisProperty.BLADE_PORT_BASE, port);
    }

    /** {@link ChassisProperty#SIP_PORT}. */
    public ChassisContext wellKnownSipPort(final int port) {
        return set(ChassisProperty.SIP_PORT, port);
    }

    /** {@link ChassisProperty#MGCP_ENABLED}. */
    public ChassisContext mgcp(final boolean isEnabled) {
        return set(ChassisProperty.MGCP_ENABLED, Boolean.toString(isEnabled));
    }

    /** {@link ChassisProperty#MGCP_PORT}. */
    public ChassisContext wellKnownMgcpPort(final int port) {
        return set(ChassisProperty.MGCP_PORT, port);
    }

    /** {@link ChassisProperty#MGCP_BLADE_PORT_BASE}. */
    public ChassisContext mgcpBladePortBase(final int port) {
        return set(ChassisProperty.MGCP_BLADE_PORT_BASE, port);
    }

    /** {@link ChassisProperty#MGCP_REDIRECT}. */
    public ChassisContext mgcpRedirect(final MgcpRedirect redirect) {
        return set(ChassisProperty.MGCP_REDIRECT, redirect);
    }

    /** {@link ChassisProperty#MGCP_BLADE_ADDRESS_BASE}, numeric. */
    public ChassisContext mgcpBladeAddressBase(final String address) {
        return set(ChassisProperty.MGCP_BLADE_ADDRESS_BASE, address);
    }

    /** {@link ChassisProperty#MGCP_ALLOW}: CIDR blocks. */
    public ChassisContext mgcpAllow(final String... blocks) {
        return set(ChassisProperty.MGCP_ALLOW, String.join(",", blocks));
    }

    /** {@link ChassisProperty#MGCP_NOTIFIED_ENTITY}. */
    public ChassisContext mgcpNotifiedEntity(final String entity) {
        return set(ChassisProperty.MGCP_NOTIFIED_ENTITY, entity);
    }

    /** {@link ChassisProperty#MGCP_RESTART_DELAY}. */
    public ChassisContext mgcpRestartDelayNs(final long ns) {
        return setDuration(ChassisProperty.MGCP_RESTART_DELAY, ns);
    }

    /** {@link ChassisProperty#BIND_ADDRESS}, numeric. */
    public ChassisContext bindAddress(final String address) {
        return set(ChassisProperty.BIND_ADDRESS, address);
    }

    /** {@link ChassisProperty#ADVERTISED_HOST}. */
    public ChassisContext advertisedHost(final String host) {
        return set(ChassisProperty.ADVERTISED_HOST, host);
    }

    /** {@link ChassisProperty#ALLOW}: CIDR blocks. */
    public ChassisContext allow(final String... blocks) {
        return set(ChassisProperty.ALLOW, String.join(",", blocks));
    }

    /** {@link ChassisProperty#THREADING_MODE}, and {@link ThreadingMode#INVOKER}. */
    public ChassisContext threadingMode(final ThreadingMode mode) {
        isInvoker = mode == ThreadingMode.INVOKER;
        return isInvoker ? this : set(ChassisProperty.THREADING_MODE, mode);
    }

    /** {@link ChassisProperty#IDLE}. */
    public ChassisContext idleMode(final IdleMode mode) {
        return set(ChassisProperty.IDLE, mode);
    }

    /** {@link ChassisProperty#RING_LENGTH}. */
    public ChassisContext ringLength(final int length) {
        return set(ChassisProperty.RING_LENGTH, length);
    }

    /** {@link ChassisProperty#RING_FRAME_CAPACITY}, in bytes. */
    public ChassisContext ringFrameCapacity(final int capacity) {
        return setSize(ChassisProperty.RING_FRAME_CAPACITY, capacity);
    }

    /** {@link ChassisProperty#DISPATCHER_POLICY}. */
    public ChassisContext policy(final BladeSelector.Policy policy) {
        return set(ChassisProperty.DISPATCHER_POLICY, policy);
    }

    /** {@link ChassisProperty#DISPATCHER_PORT_INSERTION}. */
    public ChassisContext portInsertion(final PortInsertion portInsertion) {
        return set(ChassisProperty.DISPATCHER_PORT_INSERTION, portInsertion);
    }

    /** {@link ChassisProperty#DISPATCHER_TABLE_CAPACITY}. */
    public ChassisContext tableCapacity(final int capacity) {
        return set(ChassisProperty.DISPATCHER_TABLE_CAPACITY, capacity);
    }

    /** {@link ChassisProperty#ADMISSION_STRANGERS}: whether they hear 403 instead of nothing. */
    public ChassisContext forbidsStrangers(final boolean forbids) {
        return set(ChassisProperty.ADMISSION_STRANGERS, forbids ? "forbid" : "silence");
    }

    /** {@link ChassisProperty#ADMISSION_AMPLIFICATION_MAX}. */
    public ChassisContext amplificationMax(final int times) {
        return set(ChassisProperty.ADMISSION_AMPLIFICATION_MAX, times);
    }

    /** {@link ChassisProperty#ADMISSION_SOURCES}. */
    public ChassisContext admissionSources(final int hosts) {
        return set(ChassisProperty.ADMISSION_SOURCES, hosts);
    }

    /** {@link ChassisProperty#RTP_ALLOW}. */
    public ChassisContext rtpAllow(final String blocks) {
        return set(ChassisProperty.RTP_ALLOW, blocks);
    }

    /** {@link ChassisProperty#QUARANTINE_DIRECTORY}. */
    public ChassisContext quarantineDirectory(final Path directory) {
        return set(ChassisProperty.QUARANTINE_DIRECTORY, directory.toString());
    }

    /** {@link ChassisProperty#QUARANTINE_MAX_FILES}. */
    public ChassisContext quarantineMaxFiles(final int files) {
        return set(ChassisProperty.QUARANTINE_MAX_FILES, files);
    }

    /** {@link ChassisProperty#DISPATCHER_REFUSALS_PER_SECOND}. */
    public ChassisContext refusalsPerSecond(final int refusals) {
        return set(ChassisProperty.DISPATCHER_REFUSALS_PER_SECOND, refusals);
    }

    /** {@link ChassisProperty#SIP_RESPONSE_FROM}. */
    public ChassisContext responseFrom(final ResponseFrom responseFrom) {
        return set(ChassisProperty.SIP_RESPONSE_FROM, responseFrom);
    }

    /** {@link ChassisProperty#SIP_T1}. */
    public ChassisContext t1Ns(final long t1Ns) {
        return setDuration(ChassisProperty.SIP_T1, t1Ns);
    }

    /** {@link ChassisProperty#SIP_T2}. */
    public ChassisContext t2Ns(final long t2Ns) {
        return setDuration(ChassisProperty.SIP_T2, t2Ns);
    }

    /** {@link ChassisProperty#SIP_T4}. */
    public ChassisContext t4Ns(final long t4Ns) {
        return setDuration(ChassisProperty.SIP_T4, t4Ns);
    }

    /** {@link ChassisProperty#SIP_ANSWER_DELAY}. */
    public ChassisContext answerDelayNs(final long answerDelayNs) {
        return setDuration(ChassisProperty.SIP_ANSWER_DELAY, answerDelayNs);
    }

    /** {@link ChassisProperty#SIP_MAX_DIALOGS}. */
    public ChassisContext maxDialogs(final int dialogs) {
        return set(ChassisProperty.SIP_MAX_DIALOGS, dialogs);
    }

    /** {@link ChassisProperty#SIP_MAX_UNACKNOWLEDGED}. */
    public ChassisContext maxUnacknowledged(final int calls) {
        return set(ChassisProperty.SIP_MAX_UNACKNOWLEDGED, calls);
    }

    /** {@link ChassisProperty#SIP_MAX_UNACKNOWLEDGED_PER_SOURCE}. */
    public ChassisContext maxUnacknowledgedPerSource(final int calls) {
        return set(ChassisProperty.SIP_MAX_UNACKNOWLEDGED_PER_SOURCE, calls);
    }

    /** {@link ChassisProperty#SIP_SESSION_EXPIRES}. */
    public ChassisContext sessionExpiresNs(final long sessionExpiresNs) {
        return setDuration(ChassisProperty.SIP_SESSION_EXPIRES, sessionExpiresNs);
    }

    /** {@link ChassisProperty#SIP_MIN_SE}. */
    public ChassisContext minSeNs(final long minSeNs) {
        return setDuration(ChassisProperty.SIP_MIN_SE, minSeNs);
    }

    /** {@link ChassisProperty#RTP_PORT_RANGE}, both ends included. */
    public ChassisContext rtpPortRange(final int first, final int last) {
        return set(ChassisProperty.RTP_PORT_RANGE, first + "-" + last);
    }

    /** {@link ChassisProperty#RTP_ADVERTISED_ADDRESS}, numeric. */
    public ChassisContext rtpAdvertisedAddress(final String address) {
        return set(ChassisProperty.RTP_ADVERTISED_ADDRESS, address);
    }

    /** {@link ChassisProperty#PROMPTS_ROOT}. */
    public ChassisContext promptsRoot(final Path root) {
        return set(ChassisProperty.PROMPTS_ROOT, root.toString());
    }

    /** {@link ChassisProperty#MEDIA_MAX_PLAY}. */
    public ChassisContext maxPlayNs(final long maxPlayNs) {
        return setDuration(ChassisProperty.MEDIA_MAX_PLAY, maxPlayNs);
    }

    /** {@link ChassisProperty#BLADE_CAPACITY}, the same for all. */
    public ChassisContext bladeCapacity(final int units) {
        return set(ChassisProperty.BLADE_CAPACITY, units);
    }

    /** {@link ChassisProperty#LOAD_REPORT_INTERVAL}. */
    public ChassisContext reportIntervalNs(final long intervalNs) {
        return setDuration(ChassisProperty.LOAD_REPORT_INTERVAL, intervalNs);
    }

    /** {@link ChassisProperty#MEDIA_SILENCE_LIMIT}. */
    public ChassisContext silenceLimitNs(final long silenceLimitNs) {
        return setDuration(ChassisProperty.MEDIA_SILENCE_LIMIT, silenceLimitNs);
    }

    /** {@link ChassisProperty#FABRIC_TAP}. */
    public ChassisContext fabricTap(final Path file) {
        return set(ChassisProperty.FABRIC_TAP, file.toString());
    }

    /** {@link ChassisProperty#FABRIC_TAP_SLOTS}: {@code all}, or numbers separated by commas. */
    public ChassisContext fabricTapSlots(final String slots) {
        return set(ChassisProperty.FABRIC_TAP_SLOTS, slots);
    }

    /** {@link ChassisProperty#FABRIC_TAP_MAX_SIZE}, in bytes. */
    public ChassisContext fabricTapLengthMax(final long length) {
        return setSize(ChassisProperty.FABRIC_TAP_MAX_SIZE, length);
    }

    /** {@link ChassisProperty#TRACE_FILE}. */
    public ChassisContext traceFile(final Path file) {
        return set(ChassisProperty.TRACE_FILE, file.toString());
    }

    /** {@link ChassisProperty#TRACE_MAX_SIZE}, in bytes. */
    public ChassisContext traceLengthMax(final long length) {
        return setSize(ChassisProperty.TRACE_MAX_SIZE, length);
    }

    /** {@link ChassisProperty#SOCKET_BUFFER}, in bytes. */
    public ChassisContext socketBufferLength(final int length) {
        return setSize(ChassisProperty.SOCKET_BUFFER, length);
    }

    /** {@link ChassisProperty#SHUTDOWN_TIMEOUT}. */
    public ChassisContext shutdownTimeoutNs(final long timeoutNs) {
        return setDuration(ChassisProperty.SHUTDOWN_TIMEOUT, timeoutNs);
    }

    /**
     * Any property by its name, as {@code --set} does.
     *
     * @throws ConfigurationException when there is no such property or the value is not one of its values.
     */
    public ChassisContext property(final String name, final String value) {
        values.put(name, value, "ChassisContext");
        return this;
    }

    // ---- Collaborators ----

    /** Monotonic time; the system's unless replaced. */
    public ChassisContext nanoClock(final NanoClock nanoClock) {
        this.nanoClock = nanoClock;
        return this;
    }

    /** Wall time; the system's unless replaced. */
    public ChassisContext epochClock(final EpochClock epochClock) {
        this.epochClock = epochClock;
        return this;
    }

    /** Binds all ports, those for media too unless they have a supplier of their own; real sockets unless replaced. */
    public ChassisContext datagramPortSupplier(final DatagramPort.Supplier supplier) {
        datagramPortSupplier = supplier;
        return this;
    }

    /** Binds the ports for RTP and RTCP, from a blade's thread. */
    public ChassisContext mediaPortSupplier(final DatagramPort.Supplier supplier) {
        mediaPortSupplier = supplier;
        return this;
    }

    /** Seeds for everything that nobody may guess; {@link SecureRandom} unless replaced. */
    public ChassisContext entropySeed(final LongSupplier seed) {
        entropySeed = seed;
        return this;
    }

    /** Where announcements come from; the jar and {@link ChassisProperty#PROMPTS_ROOT} unless replaced. */
    public ChassisContext promptStore(final PromptStore store) {
        promptStore = store;
        return this;
    }

    /** Makes the blades; found by {@link java.util.ServiceLoader} unless replaced. */
    public ChassisContext bladeFactory(final BladeFactory factory) {
        bladeFactory = factory;
        return this;
    }

    /** Where all counters of the chassis are made. */
    public ChassisContext counters(final Counters counters) {
        this.counters = counters;
        return this;
    }

    /**
     * Told about broken code and a broken environment, by any thread of the chassis; must not block. Unless replaced,
     * each distinct error is printed once and all are counted.
     */
    public ChassisContext errorHandler(final ErrorHandler handler) {
        errorHandler = handler;
        return this;
    }

    /** Where distinct errors are printed unless {@link #errorHandler} is replaced; {@code System.err}. */
    public ChassisContext errorOutput(final PrintStream output) {
        errorOutput = output;
        return this;
    }

    /**
     * Told when a blade's state changes: by the housekeeping thread, where it may block; in
     * {@link ThreadingMode#INVOKER} by the caller's. Of several changes in quick succession it hears the last.
     */
    public ChassisContext stateListener(final Dispatcher.StateListener listener) {
        stateListener = listener;
        return this;
    }

    /** Cores to plan threads for; those of the machine unless replaced. */
    public ChassisContext availableProcessors(final int processors) {
        availableProcessors = processors;
        return this;
    }

    /** A test that lets threads park for ever shows a wake-up that is missing. */
    ChassisContext parkMaxMs(final long milliseconds) {
        parkMaxMs = milliseconds;
        return this;
    }

    long parkMaxMs() {
        return parkMaxMs;
    }

    NanoClock nanoClock() {
        return nanoClock;
    }

    EpochClock epochClock() {
        return epochClock;
    }

    Counters counters() {
        return counters == null ? new Counters() : counters;
    }

    Dispatcher.StateListener stateListener() {
        return stateListener;
    }

    PrintStream errorOutput() {
        return errorOutput;
    }

    DatagramPort.@Nullable Supplier datagramPortSupplier() {
        return datagramPortSupplier;
    }

    DatagramPort.@Nullable Supplier mediaPortSupplier() {
        return mediaPortSupplier == null ? datagramPortSupplier : mediaPortSupplier;
    }

    LongSupplier entropySeed() {
        return entropySeed == null ? new SecureRandom()::nextLong : entropySeed;
    }

    @Nullable
    PromptStore promptStore() {
        return promptStore;
    }

    @Nullable
    BladeFactory bladeFactory() {
        return bladeFactory;
    }

    @Nullable
    ErrorHandler errorHandler() {
        return errorHandler;
    }

    PropertyValues values() {
        return values;
    }

    // ---- Conclusion ----

    /**
     * Checks everything and makes the records of the parts.
     *
     * @throws ConfigurationException naming the property, its value and what was expected.
     * @throws IllegalStateException when it was called before.
     */
    ChassisSettings conclude() {
        if (isConcluded) {
            throw new IllegalStateException("a context is concluded once: each chassis has its own");
        }
        isConcluded = true;
        values.check();
        final int blades = values.wholeNumber(ChassisProperty.BLADE_COUNT);
        final PortSettings ports = portSettings(blades);
        final long t1Ns = t1Ns();
        final String advertisedHost = advertisedHost(ports.bindAddress());
        return new ChassisSettings(
                ports,
                fabricSettings(blades),
                threadSettings(blades),
                dispatcherSettings(t1Ns, blades),
                sipSettings(t1Ns, advertisedHost),
                new MediaSettings(
                        hostText(mediaAddress(ports.bindAddress())),
                        values.durationNs(ChassisProperty.MEDIA_MAX_PLAY),
                        new ConferenceSettings(
                                values.wholeNumber(ChassisProperty.CONFERENCE_MAX_LEGS),
                                values.durationNs(ChassisProperty.CONFERENCE_JOIN_WINDOW),
                                values.durationNs(ChassisProperty.CONFERENCE_MAX_STAY))),
                loadSettings(blades),
                MgcpChassisSettings.conclude(values, ports, blades, advertisedHost),
                admissionSettings(ports.bindAddress(), t1Ns),
                new QuarantineSettings(
                        values.path(ChassisProperty.QUARANTINE_DIRECTORY),
                        values.wholeNumber(ChassisProperty.QUARANTINE_MAX_FILES)),
                values.path(ChassisProperty.PROMPTS_ROOT),
                traceSettings(),
                values.durationNs(ChassisProperty.SHUTDOWN_TIMEOUT));
    }

    private PortSettings portSettings(final int blades) {
        final int sipPort = values.wholeNumber(ChassisProperty.SIP_PORT);
        final int base = values.wholeNumber(ChassisProperty.BLADE_PORT_BASE);
        final int lastBladePort = base + blades - 1;
        if (lastBladePort > 65_535) {
            throw wrong(ChassisProperty.BLADE_PORT_BASE, "leaves no ports up to 65535 for " + blades + " blades");
        }
        if (base != 0 && base <= sipPort && sipPort <= lastBladePort) {
            throw wrong(
                    ChassisProperty.BLADE_PORT_BASE,
                    "gives the blades ports " + base + " to " + lastBladePort + ", and "
                            + values.assignment(ChassisProperty.SIP_PORT) + " is one of them");
        }
        final int[] range = PropertyKind.PortRange.parse(values.text(ChassisProperty.RTP_PORT_RANGE));
        if (range == null) {
            throw new IllegalStateException("checked before");
        }
        final int firstPair = range[0] + (range[0] & 1);
        final int pairs = Math.max(0, (range[1] + 1 - firstPair) / 2);
        if (pairs < blades) {
            throw wrong(
                    ChassisProperty.RTP_PORT_RANGE,
                    "holds " + pairs + " pairs of an even port and the next, and " + blades
                            + " blades need at least one each");
        }
        expectOutsideMediaPorts(range, sipPort, sipPort, ChassisProperty.SIP_PORT);
        expectOutsideMediaPorts(range, base, lastBladePort, ChassisProperty.BLADE_PORT_BASE);
        return new PortSettings(
                PropertyKind.address(values.text(ChassisProperty.BIND_ADDRESS)),
                sipPort,
                base,
                firstPair,
                pairs / blades,
                (int) values.bytes(ChassisProperty.SOCKET_BUFFER));
    }

    private void expectOutsideMediaPorts(
            final int[] range, final int first, final int last, final ChassisProperty property) {
        if (first != 0 && first <= range[1] && range[0] <= last) {
            throw wrong(ChassisProperty.RTP_PORT_RANGE, "overlaps the ports of " + values.assignment(property));
        }
    }

    private FabricSettings fabricSettings(final int blades) {
        final int ringLength = values.wholeNumber(ChassisProperty.RING_LENGTH);
        final int frameCapacity = (int) values.bytes(ChassisProperty.RING_FRAME_CAPACITY);
        if ((long) ringLength * (frameCapacity + CELL_OVERHEAD_LENGTH) > Integer.MAX_VALUE) {
            throw wrong(
                    ChassisProperty.RING_LENGTH,
                    "with " + values.assignment(ChassisProperty.RING_FRAME_CAPACITY)
                            + " makes a ring of more than 2GiB");
        }
        final String slots = values.text(ChassisProperty.FABRIC_TAP_SLOTS);
        final long tapSlots = PropertyKind.SlotList.bits(slots);
        final long allSlots = -1L >>> (Long.SIZE - blades);
        if (!slots.equals(PropertyKind.SlotList.ALL) && (tapSlots & ~allSlots) != 0) {
            throw wrong(ChassisProperty.FABRIC_TAP_SLOTS, "names a slot beyond 0 to " + (blades - 1));
        }
        return new FabricSettings(
                blades,
                ringLength,
                frameCapacity,
                values.path(ChassisProperty.FABRIC_TAP),
                tapSlots & allSlots,
                values.bytes(ChassisProperty.FABRIC_TAP_MAX_SIZE));
    }

    private TraceSettings traceSettings() {
        final int port = values.wholeNumber(ChassisProperty.SIP_PORT);
        return TraceSettings.of(
                values.text(ChassisProperty.TRACE_FILE),
                values.bytes(ChassisProperty.TRACE_MAX_SIZE),
                isInvoker || port == 0 ? null : Integer.toString(port));
    }

    private ThreadSettings threadSettings(final int blades) {
        final ThreadSettings threads = ThreadSettings.of(
                isInvoker ? ThreadingMode.INVOKER : values.choice(ChassisProperty.THREADING_MODE, ThreadingMode.class),
                values.choice(ChassisProperty.IDLE, IdleMode.class),
                blades,
                availableProcessors);
        if (threads.idle() == IdleMode.SPIN && threads.agentThreads() > availableProcessors) {
            throw wrong(
                    ChassisProperty.IDLE,
                    "needs a core for each of the " + threads.agentThreads() + " threads of "
                            + values.assignment(ChassisProperty.THREADING_MODE) + ", and there are "
                            + availableProcessors + ": set another threading mode, or park");
        }
        return threads;
    }

    private long t1Ns() {
        final long t1Ns = values.durationNs(ChassisProperty.SIP_T1);
        if (values.durationNs(ChassisProperty.SIP_T2) < t1Ns) {
            throw wrong(ChassisProperty.SIP_T2, "is below " + values.assignment(ChassisProperty.SIP_T1));
        }
        return t1Ns;
    }

    private DispatcherSettings dispatcherSettings(final long t1Ns, final int blades) {
        final long transactionTimeoutNs = 64 * t1Ns;
        return new DispatcherSettings(
                placementSettings(blades),
                values.choice(ChassisProperty.DISPATCHER_PORT_INSERTION, PortInsertion.class),
                values.wholeNumber(ChassisProperty.DISPATCHER_TABLE_CAPACITY),
                // T4 more: the longest that a last repeat may still be on its way.
                transactionTimeoutNs + values.durationNs(ChassisProperty.SIP_T4),
                Math.max(RINGING_MAX_NS, values.durationNs(ChassisProperty.SIP_ANSWER_DELAY)) + transactionTimeoutNs,
                values.wholeNumber(ChassisProperty.DISPATCHER_REFUSALS_PER_SECOND),
                Product.token());
    }

    private PlacementSettings placementSettings(final int blades) {
        return new PlacementSettings(
                values.choice(ChassisProperty.DISPATCHER_POLICY, BladeSelector.Policy.class),
                values.isOpen(ChassisProperty.DISPATCHER_SHADOW_POLICY)
                        ? null
                        : values.choice(ChassisProperty.DISPATCHER_SHADOW_POLICY, BladeSelector.Policy.class),
                capacities(blades),
                bySlot(ChassisProperty.BLADE_WEIGHT, blades),
                values.wholeNumber(ChassisProperty.DISPATCHER_HAND_BACKS_MAX),
                values.durationNs(ChassisProperty.LOAD_REPORT_INTERVAL));
    }

    private List<LoadSettings> loadSettings(final int blades) {
        return capacities(blades).stream()
                .map(capacity -> new LoadSettings(
                        capacity,
                        values.durationNs(ChassisProperty.LOAD_REPORT_INTERVAL),
                        values.wholeNumber(ChassisProperty.LOAD_UNITS_ANNOUNCEMENT),
                        values.wholeNumber(ChassisProperty.LOAD_UNITS_ECHO),
                        values.wholeNumber(ChassisProperty.LOAD_UNITS_CONFERENCE_LEG),
                        values.wholeNumber(ChassisProperty.LOAD_UNITS_PCMU_PERCENT),
                        values.wholeNumber(ChassisProperty.LOAD_UNITS_PCMA_PERCENT)))
                .toList();
    }

    private List<Integer> capacities(final int blades) {
        return values.isOpen(ChassisProperty.BLADE_CAPACITY)
                ? Collections.nCopies(blades, values.wholeNumber(ChassisProperty.SIP_MAX_DIALOGS))
                : bySlot(ChassisProperty.BLADE_CAPACITY, blades);
    }

    private List<Integer> bySlot(final ChassisProperty property, final int blades) {
        final List<Integer> numbers = PropertyKind.WholeNumbers.bySlot(values.text(property), blades);
        if (numbers == null) {
            throw wrong(property, "is neither one number nor one for each of the " + blades + " blades");
        }
        return numbers;
    }

    private SipSettings sipSettings(final long t1Ns, final String advertisedHost) {
        final long sessionExpiresNs = values.durationNs(ChassisProperty.SIP_SESSION_EXPIRES);
        final long minSeNs = values.durationNs(ChassisProperty.SIP_MIN_SE);
        if (sessionExpiresNs != 0 && sessionExpiresNs < minSeNs) {
            throw wrong(
                    ChassisProperty.SIP_SESSION_EXPIRES, "is below " + values.assignment(ChassisProperty.SIP_MIN_SE));
        }
        return new SipSettings(
                advertisedHost,
                t1Ns,
                values.durationNs(ChassisProperty.SIP_T2),
                values.durationNs(ChassisProperty.SIP_T4),
                values.durationNs(ChassisProperty.SIP_ANSWER_DELAY),
                values.choice(ChassisProperty.SIP_RESPONSE_FROM, ResponseFrom.class),
                values.choice(ChassisProperty.DISPATCHER_PORT_INSERTION, PortInsertion.class),
                values.wholeNumber(ChassisProperty.SIP_MAX_DIALOGS),
                values.wholeNumber(ChassisProperty.SIP_MAX_UNACKNOWLEDGED),
                values.wholeNumber(ChassisProperty.SIP_MAX_UNACKNOWLEDGED_PER_SOURCE),
                TimeUnit.NANOSECONDS.toSeconds(sessionExpiresNs),
                TimeUnit.NANOSECONDS.toSeconds(minSeNs),
                values.durationNs(ChassisProperty.MEDIA_SILENCE_LIMIT),
                Product.token());
    }

    private AdmissionSettings admissionSettings(final InetAddress bindAddress, final long t1Ns) {
        final AllowList allowList = allowList(bindAddress);
        return new AdmissionSettings(
                allowList,
                values.isOpen(ChassisProperty.RTP_ALLOW)
                        ? allowList
                        : AllowList.parse(PropertyKind.Blocks.split(values.text(ChassisProperty.RTP_ALLOW))),
                values.text(ChassisProperty.ADMISSION_STRANGERS).equals("forbid"),
                values.wholeNumber(ChassisProperty.ADMISSION_AMPLIFICATION_MAX),
                values.wholeNumber(ChassisProperty.DISPATCHER_REFUSALS_PER_SECOND),
                t1Ns,
                values.wholeNumber(ChassisProperty.ADMISSION_SOURCES));
    }

    private AllowList allowList(final InetAddress bindAddress) {
        final String blocks = values.text(ChassisProperty.ALLOW);
        if (!bindAddress.isLoopbackAddress() && blocks.equals(ChassisProperty.ALLOW.defaultText())) {
            throw wrong(
                    ChassisProperty.BIND_ADDRESS,
                    "opens the chassis to the network while midplane.allow lets in nobody but this machine: set"
                            + " midplane.allow to the sources that may call, as in 10.0.0.0/8");
        }
        return AllowList.parse(PropertyKind.Blocks.split(blocks));
    }

    private String advertisedHost(final InetAddress bindAddress) {
        if (values.isOpen(ChassisProperty.ADVERTISED_HOST)) {
            if (bindAddress.isAnyLocalAddress()) {
                throw wrong(
                        ChassisProperty.BIND_ADDRESS,
                        "is no address that a client could answer to: set midplane.advertised-host to the name or"
                                + " address that goes into Contact");
            }
            return bracketed(hostText(bindAddress));
        }
        final String host = values.text(ChassisProperty.ADVERTISED_HOST);
        final InetAddress address = NumericHost.parse(host);
        if (address == null) {
            return host;
        }
        expectReachable(ChassisProperty.ADVERTISED_HOST, address);
        return bracketed(hostText(address));
    }

    private InetAddress mediaAddress(final InetAddress bindAddress) {
        if (!values.isOpen(ChassisProperty.RTP_ADVERTISED_ADDRESS)) {
            final InetAddress address = PropertyKind.address(values.text(ChassisProperty.RTP_ADVERTISED_ADDRESS));
            expectReachable(ChassisProperty.RTP_ADVERTISED_ADDRESS, address);
            return address;
        }
        final InetAddress advertised = NumericHost.parse(values.text(ChassisProperty.ADVERTISED_HOST));
        if (advertised != null) {
            return advertised;
        }
        if (bindAddress.isAnyLocalAddress()) {
            throw wrong(
                    ChassisProperty.BIND_ADDRESS,
                    "with a name in midplane.advertised-host leaves no address for SDP: set"
                            + " midplane.rtp.advertised-address to a numeric one");
        }
        return bindAddress;
    }

    private void expectReachable(final ChassisProperty property, final InetAddress address) {
        if (address.isAnyLocalAddress()) {
            throw wrong(property, "is no address that a client could answer to");
        }
    }

    private static String hostText(final InetAddress address) {
        return address.getHostAddress();
    }

    private static String bracketed(final String host) {
        return host.indexOf(':') < 0 ? host : '[' + host + ']';
    }

    private ConfigurationException wrong(final ChassisProperty property, final String why) {
        return new ConfigurationException(values.assignment(property) + ' ' + why + '.');
    }

    // ---- Where settings go ----

    private ChassisContext set(final ChassisProperty property, final int value) {
        return set(property, Integer.toString(value));
    }

    private ChassisContext set(final ChassisProperty property, final Enum<?> value) {
        return set(property, PropertyKind.Choice.nameOf(value));
    }

    private ChassisContext setDuration(final ChassisProperty property, final long ns) {
        return set(property, Quantity.format(ns, Quantity.DURATIONS));
    }

    private ChassisContext setSize(final ChassisProperty property, final long bytes) {
        return set(property, Quantity.format(bytes, Quantity.SIZES));
    }

    private ChassisContext set(final ChassisProperty property, final String text) {
        values.put(property, text);
        return this;
    }
}
