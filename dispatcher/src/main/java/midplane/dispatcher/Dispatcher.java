package midplane.dispatcher;

import midplane.admission.Intake;
import midplane.admission.SourceLedger;
import midplane.fabric.ConferenceNotice;
import midplane.fabric.Downlink;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.Protocol;
import midplane.fabric.ProvenNotice;
import midplane.fabric.ResponsePart;
import midplane.fabric.SettledNotice;
import midplane.fabric.SwitchFabric;
import midplane.fabric.Uplink;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PeerCache;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.BrokenMessageException;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.ParkableAgent;
import midplane.signalling.BladeTag;
import midplane.signalling.SessionService;
import midplane.signalling.SipHash;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.Slice;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipFirstLook;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipUri;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** The duty cycle of the dispatcher blade: uplinks, the well-known port, what has expired. */
public final class Dispatcher implements ParkableAgent {
    /** New requests that wait at the well-known port when there is a backlog. */
    static final int WAITING_MAX = 256;

    /** One part in so many of each ring is kept for what belongs to admitted calls. */
    static final int RING_RESERVE_PART = 8;

    private static final int UPLINK_LIMIT = 64;
    private static final int EXPIRY_LIMIT = 64;
    private static final int PEER_CACHE_LENGTH = 64;

    /** Told when a slot's state changes. Called on the dispatcher's thread; must not block. */
    @FunctionalInterface
    public interface StateListener {
        /**
         * A slot's state changed.
         *
         * @param state as in {@link LoadReport}.
         * @param sessions it has.
         */
        void onState(int slot, int state, int sessions);
    }

    private final int slots;
    private final int[] portIds;
    private final int[] epochs;
    private final int wellKnownPortId;
    private final DatagramPort wellKnownPort;
    private final boolean forbidsStrangers;
    private final SourceLedger sources;
    private final Intake intake;
    private final NanoClock clock;
    private final StateListener stateListener;
    private final ErrorHandler errorHandler;
    private final DispatcherCounters counters;

    private final Triage triage = new Triage();
    private final DispatchTable table;
    private final ConferenceIndex conferences;
    private final LoadLedger ledger;
    private final Placement placement;
    private final int handBacksMax;
    private final Placement.Carrier carrier = this::carryInitial;
    private final Sizing sizing;
    private final SizeIndication unread = new SizeIndication();
    private final PortStamp stamp;
    private final @Nullable MgcpDispatcher mgcp;
    private final Refusals refusals;

    private final Downlink[] downlinks;
    private final Uplink[] uplinks;
    private final FrameHandler[] onUplinkFrame;
    private final int ringReserve;
    private final FrameClaim claim = new FrameClaim();
    private final InitialFrame frame = new InitialFrame();
    private final LoadReport report = new LoadReport();
    private final SipUri uri = new SipUri();
    private final OptionTags options = new OptionTags();

    private final InitialFrame returned = new InitialFrame();
    private final Slice placedUri = new Slice();
    private final PeerCache peers = new PeerCache(PEER_CACHE_LENGTH);
    private final Slice returnedUri = new Slice();
    private Peer placedSource = Peer.of(0, 0, 0);
    private long placedArrivalNs;
    private int placed;
    private int placedConference = ConferenceIndex.NO_ENTRY;
    private long nowNs;
    private long arrivalNs;
    private long unflushed;
    private long toHangUp;
    private volatile boolean isHangUpAsked;
    private volatile int sessions;
    private volatile boolean isQuiet;

    /**
     * Wires a dispatcher; sends and starts nothing.
     *
     * @param portIds the port identifier of each slot's blade.
     * @param epochs which life each slot's blade is in.
     * @param mgcpInlet where MGCP is heard; null where it is not spoken.
     */
    public Dispatcher(
            final DispatcherSettings settings,
            final SwitchFabric fabric,
            final int[] portIds,
            final int[] epochs,
            final DatagramPort wellKnownPort,
            final @Nullable MgcpInlet mgcpInlet,
            final AdmissionSettings admission,
            final NanoClock clock,
            final Entropy entropy,
            final Counters counters,
            final StateListener stateListener,
            final ErrorHandler errorHandler) {
        this.slots = fabric.slots();
        this.portIds = portIds.clone();
        this.epochs = epochs.clone();
        this.wellKnownPort = wellKnownPort;
        this.wellKnownPortId = wellKnownPort.localAddress().getPort();
        this.forbidsStrangers = admission.forbidsStrangers();
        this.clock = clock;
        this.stateListener = stateListener;
        this.errorHandler = errorHandler;
        this.counters = new DispatcherCounters(counters);
        final SipHash hash = new SipHash(entropy.nextLong(), entropy.nextLong());
        table = new DispatchTable(
                settings.tableCapacity(), hash, settings.pendingLifetimeNs(), settings.settledLifetimeNs());
        ledger = new LoadLedger(
                settings.placement().capacities().stream()
                        .mapToInt(Integer::intValue)
                        .toArray(),
                settings.placement().reportIntervalNs(),
                clock.nanoTime());
        handBacksMax = settings.placement().handBacksMax();
        placement = new Placement(settings.placement(), ledger, entropy, counters);
        sizing = new Sizing(counters);
        conferences = new ConferenceIndex(ConferenceSettings.ENTRIES_MAX, hash);
        stamp = new PortStamp(settings.portInsertion());
        refusals = new Refusals(
                wellKnownPort,
                settings.product(),
                settings.refusalsPerSecond(),
                admission.amplificationMax(),
                new SipHash(entropy.nextLong(), entropy.nextLong()));
        final SipHash hostHash = new SipHash(entropy.nextLong(), entropy.nextLong());
        sources = new SourceLedger(admission.sourcesMax(), admission.amplificationMax(), hostHash);
        intake = new Intake(SipFirstLook::look, new Desk(), admission, sources, WAITING_MAX, hostHash);
        ringReserve = fabric.downlink(0).length() / RING_RESERVE_PART;
        downlinks = new Downlink[slots];
        uplinks = new Uplink[slots];
        onUplinkFrame = new FrameHandler[slots];
        for (int i = 0; i < slots; i++) {
            final int slot = i;
            downlinks[slot] = fabric.downlink(slot);
            uplinks[slot] = fabric.uplink(slot);
            onUplinkFrame[slot] = (buffer, offset, length) -> onUplinkFrame(slot, buffer, offset, length);
        }
        mgcp = mgcpInlet == null
                ? null
                : new MgcpDispatcher(
                        mgcpInlet, downlinks, this.epochs, placement, sizing, entropy, counters, errorHandler);
        toHangUp = slots == Long.SIZE ? -1L : (1L << slots) - 1;
    }

    /** Tells the trace what is decided about each session. Before this starts. */
    public void traceTo(final PlacementTrace trace) {
        placement.traceTo(trace);
    }

    /** Asks, from any thread, that all blades end their sessions and take no new ones. Wake the agent afterwards. */
    public void hangUp() {
        isHangUpAsked = true;
    }

    /**
     * Sessions all blades reported last. Once {@link #hangUp} was asked, 0 means that every blade has seen it and has
     * ended what it had. Any thread may ask.
     */
    public int sessions() {
        return isHangUpAsked && !isQuiet ? Math.max(1, sessions) : sessions;
    }

    @Override
    public int doWork() {
        nowNs = clock.nanoTime();
        int work = 0;
        for (int slot = 0; slot < slots; slot++) {
            final int polled = uplinks[slot].poll(onUplinkFrame[slot], UPLINK_LIMIT);
            if (polled < UPLINK_LIMIT) {
                ledger.responseTimes().onDrained(slot, nowNs);
            }
            work += polled;
        }
        work += intake.poll(wellKnownPort, nowNs);
        if (mgcp != null) {
            work += mgcp.work(nowNs, isHangUpAsked);
        }
        if (isHangUpAsked && toHangUp != 0) {
            work += sendHangUps();
        }
        work += expire();
        flush();
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        final long tableNs = table.nextDeadlineNs();
        final long intakeNs = intake.nextDeadlineNs();
        final long sipNs =
                intakeNs == NO_DEADLINE || (tableNs != NO_DEADLINE && tableNs - intakeNs < 0) ? tableNs : intakeNs;
        return mgcp == null ? sipNs : MgcpDispatcher.earlier(sipNs, mgcp.nextDeadlineNs());
    }

    @Override
    public boolean hasWork() {
        if ((isHangUpAsked && toHangUp != 0) || intake.hasWork()) {
            return true;
        }
        for (final Uplink uplink : uplinks) {
            if (uplink.hasFrames()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String roleName() {
        return "dispatcher";
    }

    /** Serves what the intake lets through. A datagram counts as received when its fate is known: waiting ones do not. */
    private final class Desk implements Intake.Desk {
        @Override
        public void onStranger(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            counters.received.incrementRelease();
            if (forbidsStrangers) {
                forbid(buffer, offset, length, source);
            } else {
                counters.droppedNotAllowed.incrementRelease();
            }
        }

        @Override
        public void onAdmitted(
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final Peer source,
                final long admittedNs) {
            counters.received.incrementRelease();
            arrivalNs = admittedNs;
            try {
                dispose(triage.look(buffer, offset, length), source);
            } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
                onBroken(ex, buffer, offset, length, source);
            }
        }

        @Override
        public boolean isKnown(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            return !isNew(buffer, offset, length);
        }

        @Override
        public boolean hasRoom() {
            return Dispatcher.this.hasRoom();
        }

        @Override
        public void onStale() {
            counters.received.incrementRelease();
            counters.droppedStale.incrementRelease();
        }

        @Override
        public void onCrowdedOut(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            counters.received.incrementRelease();
            counters.crowdedOut.incrementRelease();
            refuseUnread(buffer, offset, length, source);
        }
    }

    /** Whether it would begin something; asked under overload, when there is time for no more than that. */
    private boolean isNew(final MutableDirectBuffer buffer, final int offset, final int length) {
        try {
            return switch (triage.look(buffer, offset, length)) {
                case INITIAL -> {
                    final SipMessage message = triage.message();
                    yield table.find(table.key(message.callId(), message.fromTag())) == DispatchTable.NO_ENTRY;
                }
                case CAPABILITIES, METHOD_NOT_ALLOWED, METHOD_UNKNOWN -> true;
                case FOLLOWS_INITIAL, IN_DIALOG, STRAY_ACK, NO_SUCH_DIALOG, RESPONSE, FAULTY, UNANSWERABLE -> false;
            };
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            // What breaks now breaks once more when it is served, and is accounted for there.
            return false;
        }
    }

    /** Whether some blade would take a new message. */
    private boolean hasRoom() {
        for (int slot = 0; slot < slots; slot++) {
            if (downlinks[slot].hasRoom(ringReserve + 1)) {
                return true;
            }
        }
        return false;
    }

    /** A stranger is told that he is one, if the chassis is set to; never by more bytes than his own. */
    private void forbid(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final SipMessage message = readToRefuse(buffer, offset, length);
        if (message == null) {
            counters.droppedNotAllowed.incrementRelease();
        } else {
            count(refusals.forbid(message, source, nowNs));
        }
    }

    private void refuseUnread(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final SipMessage message = readToRefuse(buffer, offset, length);
        if (message == null) {
            counters.droppedOverBudget.incrementRelease();
        } else {
            counters.answeredUnavailable.incrementRelease();
            refuse(message, source, 503, "Service Unavailable");
        }
    }

    /** Reads a request for nothing but its refusal; null when there is no budget, or nothing to refuse. */
    private @Nullable SipMessage readToRefuse(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (!refusals.hasBudget(nowNs)) {
            return null;
        }
        final Triage.Verdict verdict = triage.look(buffer, offset, length);
        final boolean isRequest = verdict != Triage.Verdict.UNANSWERABLE && verdict != Triage.Verdict.RESPONSE;
        return isRequest && triage.message().method() != SipMethod.ACK ? triage.message() : null;
    }

    /**
     * Our own code broke on a message. It is lost, and its sender hears so where a reply is due; whoever runs the chassis
     * gets the message; the agent goes on.
     */
    private void onBroken(
            final Throwable trouble,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final Peer source) {
        counters.droppedError.incrementRelease();
        errorHandler.onError(new BrokenMessageException(buffer, offset, length, trouble));
        try {
            final SipMessage message = triage.message();
            if (message.isAnswerable() && message.isRequest() && message.method() != SipMethod.ACK) {
                refusals.refuse(message, source, 500, "Server Internal Error", nowNs);
            }
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            errorHandler.onError(ex);
        }
    }

    private void dispose(final Triage.Verdict verdict, final Peer source) {
        final SipMessage message = triage.message();
        switch (verdict) {
            case INITIAL, FOLLOWS_INITIAL, IN_DIALOG -> onBladesMessage(verdict, message, source);
            case STRAY_ACK -> counters.absorbedAck.incrementRelease();
            case NO_SUCH_DIALOG -> refuse(message, source, 481, "Call/Transaction Does Not Exist");
            case CAPABILITIES -> onOptions(message, source);
            case METHOD_NOT_ALLOWED -> count(refusals.refuseMethod(message, source, nowNs));
            case METHOD_UNKNOWN -> refuse(message, source, 501, "Not Implemented");
            case RESPONSE -> counters.droppedResponse.incrementRelease();
            case FAULTY -> {
                counters.fault(message.fault());
                refuse(
                        message,
                        source,
                        message.fault().statusCode(),
                        message.fault().reason());
            }
            case UNANSWERABLE -> onUnanswerable(message.fault());
        }
    }

    /** What goes to a blade, if a cell of its ring can hold it: what no cell holds would find no room later either. */
    private void onBladesMessage(final Triage.Verdict verdict, final SipMessage message, final Peer source) {
        if (isTooLong(message)) {
            onTooLong(message, source);
        } else if (verdict == Triage.Verdict.INITIAL) {
            onInitial(message, source);
        } else if (verdict == Triage.Verdict.IN_DIALOG) {
            onInDialog(message, source);
        } else {
            onFollower(message, source);
        }
    }

    private void onTooLong(final SipMessage message, final Peer source) {
        final SipFault fault = SipFault.MESSAGE_TOO_LONG;
        counters.fault(fault);
        if (message.method() == SipMethod.ACK) {
            counters.droppedUnanswerable.incrementRelease();
        } else {
            refuse(message, source, fault.statusCode(), fault.reason());
        }
    }

    private void onInitial(final SipMessage message, final Peer source) {
        final long key = table.key(message.callId(), message.fromTag());
        final int known = table.find(key);
        if (known != DispatchTable.NO_ENTRY) {
            forwardRepeat(message, source, known);
            return;
        }
        final int entry = isHangUpAsked ? DispatchTable.NO_ENTRY : addEntry(key);
        int slot = Placement.NO_BLADE;
        if (entry != DispatchTable.NO_ENTRY) {
            slot = dispatch(message, source, entry);
            if (slot >= 0) {
                counters.forwardedInitial.incrementRelease();
                return;
            }
            table.remove(entry);
            if (placedConference != ConferenceIndex.NO_ENTRY) {
                // Its blade has the conference, and no other will do; the client repeats, and finds room then.
                counters.droppedRingFull.incrementRelease();
                return;
            }
        } else {
            traceRefusal(message, key);
        }
        count(refuseUnplaced(message, source, slot));
    }

    /**
     * A full table forgets the dialog that was settled longest ago rather than refuse a new one: its late copies are few,
     * and whoever floods us would like nothing better than that we remember it all.
     */
    private int addEntry(final long key) {
        final int entry = table.add(key, nowNs);
        if (entry != DispatchTable.NO_ENTRY || !table.removeOldestSettled()) {
            return entry;
        }
        counters.tableEvicted.incrementRelease();
        return table.add(key, nowNs);
    }

    private Refusals.Outcome refuseUnplaced(final SipMessage message, final Peer source, final int why) {
        if (why == Placement.NO_ROOM) {
            // RFC 5022 §5.2: what was asked to be reserved is not there at present.
            counters.answeredBusy.incrementRelease();
            return refusals.refuse(message, source, 486, "Busy Here", nowNs);
        }
        counters.answeredUnavailable.incrementRelease();
        // Without Retry-After, which would make the client shun the whole chassis (RFC 3261 §21.5.4).
        return refusals.refuse(message, source, 503, "Service Unavailable", nowNs);
    }

    private int dispatch(final SipMessage message, final Peer source, final int entry) {
        carries(message.requestUri(), source, entry, arrivalNs);
        final SessionService service = sizing.service(message);
        final int named = namedSlot();
        if (named < 0 && service == SessionService.NEW_CONFERENCE && conferences.names(message)) {
            placedConference = conferences.find(conferences.key());
            if (placedConference != ConferenceIndex.NO_ENTRY) {
                return join(message, entry);
            }
            placedConference = conferences.add(conferences.key());
            if (placedConference == ConferenceIndex.NO_ENTRY) {
                return Placement.NO_BLADE;
            }
        }
        final SizeIndication size = sizing.read(message, service);
        final int units = placement.fit(size.units(), size.isRequired());
        table.size(entry, units, size.source().code(), size.isRequired());
        placement.trace().opens(Protocol.SIP, table.keyOf(entry), message.callId(), size, units);
        if (named >= 0) {
            return placeOn(named, units, PlacementTrace.Reason.NAMED_DIALOG);
        }
        return placeAnywhere(entry, 0);
    }

    /** What the carrier will carry. */
    private void carries(final Slice originalUri, final Peer source, final int entry, final long sinceNs) {
        placed = entry;
        placedSource = source;
        placedArrivalNs = sinceNs;
        placedUri.wrap(originalUri.buffer(), originalUri.offset(), originalUri.length());
        placedConference = ConferenceIndex.NO_ENTRY;
    }

    /** The slot of the dialog that the message in hand replaces or joins, or a negative number. */
    private int namedSlot() {
        final int named = triage.namedOwner();
        return named >= 0 && named < slots && triage.namedEpoch() == epochs[named] ? named : Placement.NO_BLADE;
    }

    private int placeAnywhere(final int entry, final long excluded) {
        final int slot = placement.place(table.units(entry), table.callIdHash(), excluded, nowNs, carrier);
        if (slot < 0 && placedConference != ConferenceIndex.NO_ENTRY) {
            conferences.remove(placedConference);
            placedConference = ConferenceIndex.NO_ENTRY;
        }
        return slot;
    }

    private int placeOn(final int slot, final int units, final PlacementTrace.Reason reason) {
        return placement.placeOn(slot, units, reason, nowNs, carrier) ? slot : Placement.NO_BLADE;
    }

    /** A leg goes where its conference is, whatever else is there; it takes of what the conference has reserved. */
    private int join(final SipMessage message, final int entry) {
        final SizeIndication size = sizing.read(message, SessionService.CONFERENCE_LEG);
        table.size(entry, 0, size.source().code(), size.isRequired());
        placement.trace().opens(Protocol.SIP, table.keyOf(entry), message.callId(), size, 0);
        final int slot = placeOn(conferences.slot(placedConference), 0, PlacementTrace.Reason.CONFERENCE);
        if (slot >= 0) {
            counters.conferencesJoined.incrementRelease();
        }
        return slot;
    }

    /** What is refused before it is sized is not sized for the trace's sake. */
    private void traceRefusal(final SipMessage message, final long key) {
        final PlacementTrace trace = placement.trace();
        if (trace.isOn()) {
            unread.begin(sizing.service(message));
            trace.opens(Protocol.SIP, key, message.callId(), unread, unread.units());
            trace.decides(
                    isHangUpAsked ? PlacementTrace.Reason.HANGING_UP : PlacementTrace.Reason.TABLE_FULL,
                    Placement.NO_BLADE,
                    0,
                    0,
                    nowNs);
        }
    }

    /** Carries the message just looked at into the ring of the blade that was selected for it. */
    private boolean carryInitial(final int slot, final long sequence) {
        final SipMessage message = triage.message();
        if (!downlinks[slot].hasRoom(ringReserve + 1)
                || !forward(
                        FrameType.INITIAL, message, placedUri, placedSource, placedArrivalNs, slot, placed, sequence)) {
            return false;
        }
        table.assign(placed, slot, sequence);
        if (placedConference != ConferenceIndex.NO_ENTRY) {
            conferences.assign(placedConference, slot, sequence);
        }
        return true;
    }

    private void onFollower(final SipMessage message, final Peer source) {
        final int known = table.find(table.key(message.callId(), message.fromTag()));
        if (known != DispatchTable.NO_ENTRY) {
            forwardRepeat(message, source, known);
        } else if (message.method() == SipMethod.ACK) {
            counters.absorbedAck.incrementRelease();
        } else {
            refuse(message, source, 481, "Call/Transaction Does Not Exist");
        }
    }

    private void forwardRepeat(final SipMessage message, final Peer source, final int entry) {
        final int slot = table.slot(entry);
        placement.trace().hops(PlacementTrace.Hop.REPEAT, Protocol.SIP, table.keyOf(entry), slot, nowNs);
        countForwarded(
                forward(
                        FrameType.REPEAT,
                        message,
                        message.requestUri(),
                        source,
                        arrivalNs,
                        slot,
                        entry,
                        table.sequence(entry)),
                counters.forwardedRepeat);
    }

    private void onInDialog(final SipMessage message, final Peer source) {
        final int slot = triage.owner();
        final Slice toTag = message.toTag();
        if (slot < slots && BladeTag.epoch(toTag.buffer(), toTag.offset()) == epochs[slot]) {
            if (placement.trace().isOn()) {
                final long key = table.key(message.callId(), message.fromTag());
                placement.trace().hops(PlacementTrace.Hop.STRAY, Protocol.SIP, key, slot, nowNs);
            }
            countForwarded(
                    forward(
                            FrameType.STRAY,
                            message,
                            message.requestUri(),
                            source,
                            arrivalNs,
                            slot,
                            InitialFrame.NO_ENTRY,
                            0),
                    counters.forwardedInDialog);
        } else if (message.method() == SipMethod.ACK) {
            counters.absorbedAck.incrementRelease();
        } else {
            refuse(message, source, 481, "Call/Transaction Does Not Exist");
        }
    }

    private void countForwarded(final boolean isForwarded, final AtomicCounter forwarded) {
        if (isForwarded) {
            forwarded.incrementRelease();
        } else {
            // The client repeats, and finds room then: the dialog has its blade and cannot go to another.
            counters.droppedRingFull.incrementRelease();
        }
    }

    private boolean forward(
            final byte type,
            final SipMessage message,
            final Slice originalUri,
            final Peer source,
            final long sinceNs,
            final int slot,
            final int entry,
            final long sequence) {
        // What came back from a blade was in a cell before, and its stamp does not grow.
        final int capacity = Math.min(stamp.maxFrameLength(message), downlinks[slot].frameCapacity());
        if (!downlinks[slot].claim(claim, capacity)) {
            return false;
        }
        boolean isStamped = false;
        try {
            frame.wrap(claim.buffer(), claim.offset(), capacity)
                    .type(type)
                    .carriage(Protocol.SIP, InitialFrame.UDP)
                    .portId(portIds[slot])
                    .sequence(sequence)
                    .arrivalNs(sinceNs)
                    .source(source.addressHigh(), source.addressLow(), source.port())
                    .wellKnownPort(wellKnownPortId)
                    .entry(entry)
                    .epoch(epochs[slot]);
            if (type == FrameType.INITIAL) {
                frame.conference(placedConference);
            }
            if (entry == InitialFrame.NO_ENTRY) {
                frame.size(0, (byte) 0, false);
            } else {
                frame.size(table.units(entry), table.sizeSource(entry), table.isSizeRequired(entry));
            }
            stamp.stamp(message, originalUri, frame, portIds[slot], wellKnownPortId);
            isStamped = true;
        } finally {
            if (!isStamped) {
                claim.abort();
            }
        }
        claim.commit(frame.length());
        unflushed |= 1L << slot;
        return true;
    }

    private boolean isTooLong(final SipMessage message) {
        return stamp.maxFrameLength(message) > downlinks[0].frameCapacity();
    }

    /** RFC 3261 §8.2.2: first the scheme, then what is required. */
    private void onOptions(final SipMessage message, final Peer source) {
        if (!isAddressedBySip(message.requestUri())) {
            refuse(message, source, 416, "Unsupported URI Scheme");
        } else if (options.requiresUnsupported(message)) {
            count(refusals.refuseExtension(message, source, options, nowNs));
        } else {
            count(refusals.capabilities(message, source, nowNs));
        }
    }

    private boolean isAddressedBySip(final Slice requestUri) {
        return uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length())
                && (uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS);
    }

    private void onUnanswerable(final SipFault fault) {
        counters.fault(fault);
        switch (fault) {
            case NOISE -> counters.droppedNoise.incrementRelease();
            case KEEP_ALIVE -> counters.droppedKeepAlive.incrementRelease();
            default -> counters.droppedUnanswerable.incrementRelease();
        }
    }

    private void refuse(final SipMessage message, final Peer source, final int statusCode, final String reason) {
        count(refusals.refuse(message, source, statusCode, reason, nowNs));
    }

    private void count(final Refusals.Outcome outcome) {
        switch (outcome) {
            case ANSWERED -> counters.answered.incrementRelease();
            case OVER_BUDGET -> counters.droppedOverBudget.incrementRelease();
            case NOT_SENT -> counters.droppedNotSent.incrementRelease();
        }
    }

    private void onUplinkFrame(final int slot, final MutableDirectBuffer buffer, final int offset, final int length) {
        final byte type = length > 0 ? buffer.getByte(offset) : 0;
        if (type == FrameType.LOAD_REPORT && length >= LoadReport.LENGTH) {
            onReport(slot, report.wrap(buffer, offset));
        } else if ((type == FrameType.SETTLED || type == FrameType.RINGING) && length >= SettledNotice.LENGTH) {
            final long sequence = SettledNotice.sequence(buffer, offset);
            ledger.responseTimes().onResponse(slot, sequence, SettledNotice.responseNs(buffer, offset), nowNs);
            if (type == FrameType.RINGING) {
                return;
            }
            if (mgcp != null && MgcpDispatcher.isEntry(SettledNotice.entry(buffer, offset))) {
                mgcp.onSettled(slot, buffer, offset, nowNs);
            } else if (table.settle(SettledNotice.entry(buffer, offset), slot, sequence, nowNs)) {
                counters.tableSettled.incrementRelease();
                placement
                        .trace()
                        .hops(
                                PlacementTrace.Hop.SETTLED,
                                Protocol.SIP,
                                table.keyOf(SettledNotice.entry(buffer, offset)),
                                slot,
                                nowNs);
            }
        } else if (type == FrameType.PROVEN && length >= ProvenNotice.LENGTH) {
            sources.prove(ProvenNotice.addressHigh(buffer, offset), ProvenNotice.addressLow(buffer, offset), nowNs);
        } else if (type == FrameType.RESPONSE_PART && length >= ResponsePart.TEXT_OFFSET && mgcp != null) {
            mgcp.onPart(slot, buffer, offset, length, nowNs);
        } else if (type == FrameType.CONFERENCE_OVER && length >= ConferenceNotice.LENGTH) {
            if (conferences.release(
                    ConferenceNotice.entry(buffer, offset), slot, ConferenceNotice.sequence(buffer, offset))) {
                counters.conferencesOver.incrementRelease();
            }
        } else if (type == FrameType.HANDED_BACK && returned.tryWrap(buffer, offset, length)) {
            onHandedBack(slot);
        } else {
            counters.uplinkMalformed.incrementRelease();
        }
    }

    /** A blade cannot serve a call, which has had no response yet: another one gets it, or the chassis refuses it. */
    private void onHandedBack(final int slot) {
        counters.handedBack.incrementRelease();
        final int entry = returned.entry();
        final long sequence = returned.sequence();
        if (!table.isPending(entry, slot, sequence)) {
            counters.handedBackDropped.incrementRelease();
            return;
        }
        ledger.unbook(slot, sequence);
        ledger.responseTimes().onHandedBack(slot, sequence);
        placement.trace().hops(PlacementTrace.Hop.HANDED_BACK, Protocol.SIP, table.keyOf(entry), slot, nowNs);
        final Peer source = peers.of(returned.sourceAddressHigh(), returned.sourceAddressLow(), returned.sourcePort());
        final Triage.Verdict verdict =
                triage.look(returned.buffer(), returned.messageOffset(), returned.messageLength());
        if (verdict != Triage.Verdict.INITIAL) {
            // A blade hands back INVITEs; a repeat of this one begins anew.
            table.remove(entry);
            counters.handedBackDropped.incrementRelease();
            return;
        }
        final SipMessage message = triage.message();
        table.key(message.callId(), message.fromTag());
        final long excluded = table.handBack(entry, slot);
        int placedIn = Placement.NO_BLADE;
        if (!isHangUpAsked && Long.bitCount(excluded) <= handBacksMax) {
            returnedUri(message);
            carries(returnedUri, source, entry, returned.arrivalNs());
            traceReturned(message, entry);
            placedIn = placeAgain(message, entry, slot, excluded);
        }
        if (placedIn >= 0) {
            counters.handedBackPlaced.incrementRelease();
            return;
        }
        table.remove(entry);
        final boolean isAnswered = refuseUnplaced(message, source, placedIn) == Refusals.Outcome.ANSWERED;
        (isAnswered ? counters.handedBackAnswered : counters.handedBackDropped).incrementRelease();
    }

    private void returnedUri(final SipMessage message) {
        if (returned.originalUriLength() == 0) {
            final Slice uriInHand = message.requestUri();
            returnedUri.wrap(uriInHand.buffer(), uriInHand.offset(), uriInHand.length());
        } else {
            returnedUri.wrap(returned.buffer(), returned.originalUriOffset(), returned.originalUriLength());
        }
    }

    private void traceReturned(final SipMessage message, final int entry) {
        if (placement.trace().isOn()) {
            unread.begin(sizing.service(message));
            unread.state(SizeSource.ofCode(table.sizeSource(entry)), table.units(entry));
            placement.trace().opens(Protocol.SIP, table.keyOf(entry), message.callId(), unread, table.units(entry));
        }
    }

    /**
     * Places what a slot handed back. What belongs to a dialog or a conference of that slot finds no other: it was there, or
     * nowhere. A conference that was to begin there begins elsewhere, and its legs follow.
     */
    private int placeAgain(final SipMessage message, final int entry, final int slot, final long excluded) {
        if (namedSlot() >= 0) {
            return Placement.NO_BLADE;
        }
        if (sizing.service(message) == SessionService.NEW_CONFERENCE && conferences.names(message)) {
            placedConference = conferences.find(conferences.key());
            final boolean isKnown = placedConference != ConferenceIndex.NO_ENTRY;
            if (isKnown && conferences.slot(placedConference) != slot) {
                return placeOn(conferences.slot(placedConference), 0, PlacementTrace.Reason.CONFERENCE);
            }
            if (isKnown && returned.conference() != placedConference) {
                placedConference = ConferenceIndex.NO_ENTRY;
                return Placement.NO_BLADE;
            }
            if (!isKnown) {
                placedConference = conferences.add(conferences.key());
                if (placedConference == ConferenceIndex.NO_ENTRY) {
                    return Placement.NO_BLADE;
                }
            }
        }
        return placeAnywhere(entry, excluded);
    }

    private void onReport(final int slot, final LoadReport report) {
        if (ledger.onReport(slot, report, nowNs)) {
            stateListener.onState(slot, report.state(), report.sessions());
        }
        int sum = 0;
        long outstanding = 0;
        int doubted = 0;
        int slow = 0;
        boolean isEveryBladeDraining = true;
        for (int i = 0; i < slots; i++) {
            outstanding += ledger.outstanding(i);
            doubted += ledger.isDoubted(i) ? 1 : 0;
            slow += ledger.slowness(i) > ResponseTimes.ONE ? 1 : 0;
            sum += ledger.sessions(i);
            isEveryBladeDraining &= ledger.state(i) == LoadReport.DRAINING;
        }
        counters.unitsOutstanding.setRelease(outstanding);
        counters.slotsDoubted.setRelease(doubted);
        counters.slotsSlow.setRelease(slow);
        sessions = sum;
        isQuiet = isEveryBladeDraining && sum == 0;
    }

    private int sendHangUps() {
        int sent = 0;
        for (int slot = 0; slot < slots; slot++) {
            final long bit = 1L << slot;
            if ((toHangUp & bit) != 0 && downlinks[slot].claim(claim, InitialFrame.HEADER_LENGTH)) {
                frame.wrap(claim.buffer(), claim.offset(), InitialFrame.HEADER_LENGTH)
                        .type(FrameType.HANG_UP)
                        .carriage(Protocol.SIP, InitialFrame.UDP)
                        .portId(portIds[slot])
                        .sequence(0)
                        .arrivalNs(nowNs)
                        .source(0, 0, 0)
                        .wellKnownPort(wellKnownPortId)
                        .entry(InitialFrame.NO_ENTRY)
                        .epoch(epochs[slot])
                        .size(0, (byte) 0, false)
                        .lengths(0, 0);
                claim.commit(InitialFrame.HEADER_LENGTH);
                toHangUp &= ~bit;
                unflushed |= bit;
                sent++;
            }
        }
        return sent;
    }

    private int expire() {
        final int expired = table.expire(nowNs, EXPIRY_LIMIT);
        if (expired > 0) {
            counters.tableExpired.getAndAddRelease(expired);
        }
        counters.tableSize.setRelease(table.size());
        counters.waiting.setRelease(intake.waiting());
        counters.conferences.setRelease(conferences.size());
        return expired;
    }

    /** Rings each bell once for all that was committed in this cycle. */
    private void flush() {
        while (unflushed != 0) {
            downlinks[Long.numberOfTrailingZeros(unflushed)].flush();
            unflushed &= unflushed - 1;
        }
    }
}
