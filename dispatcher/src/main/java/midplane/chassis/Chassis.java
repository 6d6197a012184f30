package midplane.chassis;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import midplane.dispatcher.Dispatcher;
import midplane.dispatcher.MgcpInlet;
import midplane.fabric.FabricTap;
import midplane.fabric.RingFabric;
import midplane.net.DatagramPort;
import midplane.shelf.Blade;
import midplane.shelf.BladeFactory;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MgcpSlot;
import midplane.shelf.ParkableAgent;
import midplane.shelf.PromptStore;
import midplane.shelf.Slot;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.jspecify.annotations.Nullable;

/**
 * A running chassis: a dispatcher, its blades, the fabric between them, their sockets and threads.
 *
 * <p>Any thread may use it, but for {@link #doWork()} and its like, which belong to the one caller that drives a chassis
 * in {@link ThreadingMode#INVOKER}.
 */
public final class Chassis implements AutoCloseable {
    private static final int EPOCH_MASK = 0xFFFF;
    private static final long AWAIT_STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ChassisSettings settings;
    private final Counters counters;
    private final ChassisPorts ports;
    private final RingFabric fabric;
    private final Dispatcher dispatcher;
    private final AgentGroup everybody;
    private final Housekeeping housekeeping;
    private final ErrorHandler errorHandler;
    private final Resources resources;
    private final List<AgentHost> hosts = new ArrayList<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private boolean isStarted;

    private Chassis(
            final ChassisSettings settings,
            final Counters counters,
            final ChassisPorts ports,
            final RingFabric fabric,
            final Dispatcher dispatcher,
            final AgentGroup everybody,
            final Housekeeping housekeeping,
            final ErrorHandler errorHandler,
            final Resources resources) {
        this.settings = settings;
        this.counters = counters;
        this.ports = ports;
        this.fabric = fabric;
        this.dispatcher = dispatcher;
        this.everybody = everybody;
        this.housekeeping = housekeeping;
        this.errorHandler = errorHandler;
        this.resources = resources;
    }

    /**
     * Concludes the context, binds the ports, puts blades into all slots and starts the threads. What was opened is
     * closed again if anything fails.
     *
     * @throws ConfigurationException when the settings are wrong.
     * @throws LaunchException when the machine does not give what they ask for.
     */
    public static Chassis launch(final ChassisContext context) {
        final ChassisSettings settings = context.conclude();
        final Resources resources = new Resources();
        boolean isLaunched = false;
        try {
            final Chassis chassis = assemble(context, settings, resources);
            isLaunched = true;
            return chassis;
        } catch (final OutOfMemoryError ex) {
            throw tooLarge(context.values(), ex);
        } finally {
            if (!isLaunched) {
                resources.close(trouble -> {});
            }
        }
    }

    private static Chassis assemble(
            final ChassisContext context, final ChassisSettings settings, final Resources resources) {
        final BladeFactory factory = bladeFactory(context);
        final Counters counters = context.counters();
        final Housekeeping housekeeping = new Housekeeping(context, settings, counters);
        final ErrorHandler errorHandler = housekeeping.errorHandler();
        final int slots = settings.fabric().slots();
        final ChassisPorts ports = ChassisPorts.bind(
                settings.ports(),
                settings.mgcp(),
                slots,
                context.values(),
                context.datagramPortSupplier(),
                context.mediaPortSupplier(),
                resources);
        final RingFabric fabric = resources.add(new RingFabric(
                slots, settings.fabric().ringLength(), settings.fabric().frameCapacity()));
        housekeeping.tap(tap(context, settings, fabric, resources));
        housekeeping.ports(ports);
        final PromptStore prompts = prompts(context, settings, housekeeping);

        final LongSupplier seed = context.entropySeed();
        final int[] epochs = new int[slots];
        final int[] portIds = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            epochs[slot] = (int) seed.getAsLong() & EPOCH_MASK;
            portIds[slot] = ports.blades().get(slot).localAddress().getPort();
        }
        final Dispatcher dispatcher = new Dispatcher(
                settings.dispatcher(),
                fabric,
                portIds,
                epochs,
                ports.wellKnown(),
                mgcpInlet(settings, ports),
                settings.admission(),
                context.nanoClock(),
                entropy(seed),
                counters,
                housekeeping.stateListener(),
                errorHandler);
        housekeeping.trace(Tracing.start(context, settings.trace(), counters, dispatcher, resources));
        final List<Blade> blades = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            blades.add(factory.create(new Slot(
                    slot,
                    epochs[slot],
                    fabric.backplane(slot),
                    lease(PortLease.toPollAndOffer(ports.blades().get(slot)), resources),
                    lease(PortLease.toOffer(ports.wellKnown()), resources),
                    ports.media().get(slot),
                    settings.admission(),
                    context.nanoClock(),
                    context.epochClock(),
                    entropy(seed),
                    prompts,
                    counters,
                    settings.sip(),
                    settings.media(),
                    settings.load().get(slot),
                    mgcpSlot(settings, ports, slot, resources),
                    errorHandler)));
        }
        final List<ParkableAgent> agents = new ArrayList<>();
        agents.add(dispatcher);
        agents.addAll(blades);
        final Chassis chassis = new Chassis(
                settings,
                counters,
                ports,
                fabric,
                dispatcher,
                new AgentGroup("midplane-chassis", agents, errorHandler),
                housekeeping,
                errorHandler,
                resources);
        chassis.start(context, blades);
        return chassis;
    }

    private static BladeFactory bladeFactory(final ChassisContext context) {
        final BladeFactory given = context.bladeFactory();
        if (given != null) {
            return given;
        }
        try {
            return ServiceLoader.load(BladeFactory.class)
                    .findFirst()
                    .orElseThrow(() -> new LaunchException(
                            "no processor blade was found: the processor-blade module must be on the class path.",
                            null));
        } catch (final ServiceConfigurationError ex) {
            throw new LaunchException("the processor blade cannot be loaded: " + ex.getMessage() + '.', ex);
        }
    }

    private static LaunchException tooLarge(final PropertyValues values, final OutOfMemoryError cause) {
        return new LaunchException(
                values.assignment(ChassisProperty.BLADE_COUNT) + " with "
                        + values.assignment(ChassisProperty.SIP_MAX_DIALOGS) + ", "
                        + values.assignment(ChassisProperty.RING_LENGTH) + ", "
                        + values.assignment(ChassisProperty.RING_FRAME_CAPACITY) + " and "
                        + values.assignment(ChassisProperty.DISPATCHER_TABLE_CAPACITY)
                        + " do not fit into the memory of this JVM: set less, or more by -Xmx and"
                        + " -XX:MaxDirectMemorySize.",
                cause);
    }

    private static @Nullable FabricTap tap(
            final ChassisContext context,
            final ChassisSettings settings,
            final RingFabric fabric,
            final Resources resources) {
        final FabricSettings tapped = settings.fabric();
        if (tapped.tap() == null) {
            return null;
        }
        try {
            return resources.add(FabricTap.open(
                    fabric,
                    tapped.tapSlots(),
                    tapped.tap(),
                    tapped.tapLengthMax(),
                    context.epochClock(),
                    settings.ports().bindAddress()));
        } catch (final UncheckedIOException ex) {
            throw new LaunchException(
                    context.values().assignment(ChassisProperty.FABRIC_TAP) + " cannot be used: " + ex.getMessage()
                            + '.',
                    ex);
        }
    }

    private static PromptStore prompts(
            final ChassisContext context, final ChassisSettings settings, final Housekeeping housekeeping) {
        final PromptStore given = context.promptStore();
        if (given != null) {
            return given;
        }
        final FilePromptStore files = new FilePromptStore(settings.promptsRoot());
        housekeeping.prompts(files);
        return files;
    }

    private static @Nullable MgcpInlet mgcpInlet(final ChassisSettings settings, final ChassisPorts ports) {
        final MgcpPorts mgcp = ports.mgcp();
        final MgcpChassisSettings mgcpSettings = settings.mgcp();
        return mgcp == null || mgcpSettings == null
                ? null
                : new MgcpInlet(
                        mgcp.wellKnown(),
                        mgcp.blades().stream()
                                .map(blade -> blade.localAddress().getPort())
                                .toList(),
                        mgcpSettings.blade().callAgents(),
                        mgcpSettings.blade().portInsertion(),
                        mgcpSettings.tableCapacity(),
                        mgcpSettings.blade().historyNs(),
                        settings.dispatcher().refusalsPerSecond());
    }

    private static @Nullable MgcpSlot mgcpSlot(
            final ChassisSettings settings, final ChassisPorts ports, final int slot, final Resources resources) {
        final MgcpPorts mgcp = ports.mgcp();
        final MgcpChassisSettings mgcpSettings = settings.mgcp();
        return mgcp == null || mgcpSettings == null
                ? null
                : new MgcpSlot(
                        lease(PortLease.toPollAndOffer(mgcp.blades().get(slot)), resources),
                        lease(PortLease.toOffer(mgcp.wellKnown()), resources),
                        mgcpSettings.blade(mgcp.blades().get(slot).localAddress()));
    }

    private static Entropy entropy(final LongSupplier seed) {
        return new Entropy(seed.getAsLong(), seed.getAsLong());
    }

    private static PortLease lease(final PortLease lease, final Resources resources) {
        return resources.add(lease);
    }

    // ---- Threads ----

    private void start(final ChassisContext context, final List<Blade> blades) {
        switch (settings.threads().mode()) {
            case INVOKER -> {
                everybody.onStart();
                isStarted = true;
                return;
            }
            case SINGLE -> host(context, everybody, true, allSlots());
            case SHARED, DEDICATED -> {
                host(
                        context,
                        new AgentGroup("midplane-dispatcher", List.of(dispatcher), errorHandler),
                        true,
                        List.of());
                for (int thread = 0; thread < settings.threads().bladeThreads(); thread++) {
                    hostBlades(context, blades, thread);
                }
            }
        }
        // Closed after the hosts and before the tap: what they did last is written and told.
        final Housekeeper housekeeper = housekeeping.housekeeper();
        resources.add(housekeeper);
        hosts.forEach(resources::add);
        housekeeper.start();
        hosts.forEach(AgentHost::start);
        isStarted = true;
    }

    /** Every n-th blade. */
    private void hostBlades(final ChassisContext context, final List<Blade> blades, final int thread) {
        final List<Blade> hosted = new ArrayList<>();
        final List<Integer> slots = new ArrayList<>();
        for (int slot = thread; slot < blades.size(); slot += settings.threads().bladeThreads()) {
            hosted.add(blades.get(slot));
            slots.add(slot);
        }
        host(context, new AgentGroup("midplane-blades-" + thread, hosted, errorHandler), false, slots);
    }

    private List<Integer> allSlots() {
        final List<Integer> slots = new ArrayList<>();
        for (int slot = 0; slot < fabric.slots(); slot++) {
            slots.add(slot);
        }
        return slots;
    }

    /** Gives agents a thread, and lets it wait for what they wait for. */
    private void host(
            final ChassisContext context,
            final AgentGroup group,
            final boolean hasDispatcher,
            final List<Integer> slots) {
        final IdleStrategy idleStrategy;
        final Runnable wake;
        if (settings.threads().parks()) {
            final Parker parker = resources.add(Parker.open(group, context.nanoClock(), context.parkMaxMs()));
            final MgcpPorts mgcp = ports.mgcp();
            if (hasDispatcher) {
                parker.watch(ports.wellKnown().selectable());
                if (mgcp != null) {
                    parker.watch(mgcp.wellKnown().selectable());
                }
                for (int slot = 0; slot < fabric.slots(); slot++) {
                    fabric.uplink(slot).doorbell(parker);
                }
            }
            for (final int slot : slots) {
                parker.watch(ports.blades().get(slot).selectable());
                if (mgcp != null) {
                    parker.watch(mgcp.blades().get(slot).selectable());
                }
                fabric.downlink(slot).doorbell(parker);
            }
            idleStrategy = parker;
            wake = parker::wake;
        } else {
            idleStrategy = settings.threads().unparkedIdleStrategy();
            wake = () -> {};
        }
        hosts.add(new AgentHost(group, idleStrategy, wake, errorHandler));
    }

    // ---- The public story ----

    /**
     * {@link ThreadingMode#INVOKER}: one duty cycle of the dispatcher and then of each blade.
     *
     * @return how much was done; 0 when nothing was.
     */
    public int doWork() {
        expectInvoker();
        final int work = everybody.doWork();
        housekeeping.runInline();
        return work;
    }

    /** {@link ThreadingMode#INVOKER}: when {@link #doWork()} must run though nothing arrives. */
    public long nextDeadlineNs() {
        expectInvoker();
        return everybody.nextDeadlineNs();
    }

    /** {@link ThreadingMode#INVOKER}: whether a frame waits in a ring. Datagrams are the network's to know. */
    public boolean hasWork() {
        expectInvoker();
        return everybody.hasWork();
    }

    private void expectInvoker() {
        if (settings.threads().mode() != ThreadingMode.INVOKER) {
            throw new IllegalStateException(
                    "the chassis has threads of its own: " + settings.threads().mode());
        }
    }

    /** Asks all blades to end their sessions and take no new ones. Does not wait. */
    public void hangUp() {
        dispatcher.hangUp();
        hosts.forEach(AgentHost::wake);
    }

    /**
     * After {@link #hangUp()}, waits until every blade has ended what it had.
     *
     * @return false when it had not within the time.
     */
    public boolean awaitSilence(final long timeoutNs) {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (dispatcher.sessions() != 0) {
            if (deadlineNs - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(this, AWAIT_STEP_NS);
        }
        return true;
    }

    public Counters counters() {
        return counters;
    }

    public Dispatcher dispatcher() {
        return dispatcher;
    }

    public RingFabric fabric() {
        return fabric;
    }

    /** Where initial messages are heard. */
    public InetSocketAddress wellKnownAddress() {
        return ports.wellKnown().localAddress();
    }

    /** The blades' ports by slot, which are their port identifiers. */
    public int[] bladePorts() {
        return ports.blades().stream()
                .map(DatagramPort::localAddress)
                .mapToInt(InetSocketAddress::getPort)
                .toArray();
    }

    /** Where MGCP commands are heard; null where the chassis does not speak it. */
    public @Nullable InetSocketAddress mgcpAddress() {
        final MgcpPorts mgcp = ports.mgcp();
        return mgcp == null ? null : mgcp.wellKnown().localAddress();
    }

    /** The blades' MGCP addresses by slot; none where the chassis does not speak it. */
    public List<InetSocketAddress> mgcpBladeAddresses() {
        final MgcpPorts mgcp = ports.mgcp();
        return mgcp == null
                ? List.of()
                : mgcp.blades().stream().map(DatagramPort::localAddress).toList();
    }

    /** The least receive buffer that the system granted for a signalling port, in bytes. */
    public int receiveBufferLength() {
        return ports.receiveBufferLength(settings.ports().socketBufferLength());
    }

    ChassisSettings settings() {
        return settings;
    }

    /** Stops the threads and closes the sockets; calls in progress are cut off. Does nothing the second time. */
    @Override
    public void close() {
        if (!isClosed.compareAndSet(false, true)) {
            return;
        }
        // All first, so that they end side by side.
        hosts.forEach(AgentHost::stop);
        if (isStarted && settings.threads().mode() == ThreadingMode.INVOKER) {
            everybody.onClose();
            housekeeping.runInline();
        }
        resources.close(errorHandler::onError);
        housekeeping.printErrors();
    }
}
