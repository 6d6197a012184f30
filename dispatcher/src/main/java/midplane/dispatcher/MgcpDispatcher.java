package midplane.dispatcher;

import midplane.fabric.Downlink;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.Protocol;
import midplane.fabric.ResponsePart;
import midplane.fabric.SettledNotice;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.signalling.BladeTerm;
import midplane.signalling.SessionService;
import midplane.signalling.SipHash;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EndpointName;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpVerb;
import midplane.signalling.mgcp.ResponseAckCursor;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * MGCP at its well-known port: each message of a datagram goes to the blade that has its endpoint, had its first copy, or
 * is chosen for it. Part of the dispatcher's duty cycle; not thread-safe.
 *
 * <p>A command's transaction id is looked up first, whoever sent it and whatever it names: the chassis has one space of
 * ids (RFC 3435 §3.2.1.2), so a second copy meets its first on the same blade, which alone knows whether it was executed.
 */
final class MgcpDispatcher {
    /** Messages of one datagram that are looked at; the next is answered 409, and what follows it is not read. */
    static final int PIGGYBACK_MAX = 32;

    /** Ids that one {@code K:} may confirm; a range of a million costs no more than this. */
    static final int ACKNOWLEDGED_MAX = 256;

    private static final int DATAGRAM_LIMIT = 64;
    private static final int EXPIRY_LIMIT = 64;

    /** In a frame's entry: it belongs to this table and not to SIP's. */
    private static final int MGCP_ENTRY = 1 << 30;

    /** The slot of a command for every blade. */
    private static final int EVERY_SLOT = 64;

    private static final int CONFERENCES_MAX = 4096;
    private static final long CONFERENCE_LIFETIME_NS = 3_600_000_000_000L;
    private static final int OVERLOADED = 409;

    private final int slots;
    private final int[] portIds;
    private final int[] epochs;
    private final Downlink[] downlinks;
    private final DatagramPort wellKnownPort;
    private final int wellKnownPortId;
    private final MgcpInlet inlet;
    private final Placement placement;
    private final Sizing sizing;
    private final ErrorHandler errorHandler;
    private final MgcpCounters counters;

    private final MgcpTriage triage;
    private final MgcpStamp stamp;
    private final MgcpReplies replies;
    private final MgcpGather gather;
    private final DispatchTable table;
    private final DispatchTable conferences;
    private final SipHash conferenceHash;
    private final boolean[] isAcknowledged;
    private final @Nullable Peer[] sources;
    private final SizeIndication size = new SizeIndication();
    private final ResponseAckCursor acks = new ResponseAckCursor();
    private final FrameClaim claim = new FrameClaim();
    private final FrameClaim[] claims;
    private final InitialFrame frame = new InitialFrame();
    private final Slice value = new Slice();
    private final UnsafeBuffer lowered = new UnsafeBuffer(new byte[EndpointName.MAX_PART_LENGTH]);
    private final DatagramPort.Handler onDatagram = this::onDatagram;
    private final Placement.Carrier carrier = this::carryPlaced;

    private Peer source = Peer.of(0, 0, 0);
    private int placed;

    /** The conference that is named by what is placed, and has no slot yet. */
    private int placedConference;

    private long nowNs;
    private long unflushed;
    private long lastUnbooked;
    private boolean isHangingUp;

    MgcpDispatcher(
            final MgcpInlet inlet,
            final Downlink[] downlinks,
            final int[] epochs,
            final Placement placement,
            final Sizing sizing,
            final Entropy entropy,
            final Counters counters,
            final ErrorHandler errorHandler) {
        this.inlet = inlet;
        this.downlinks = downlinks;
        this.epochs = epochs;
        this.placement = placement;
        this.sizing = sizing;
        this.errorHandler = errorHandler;
        slots = downlinks.length;
        portIds = inlet.portIds().stream().mapToInt(Integer::intValue).toArray();
        wellKnownPort = inlet.wellKnownPort();
        wellKnownPortId = wellKnownPort.localAddress().getPort();
        this.counters = new MgcpCounters(counters);
        triage = new MgcpTriage(slots);
        stamp = new MgcpStamp(inlet.portInsertion());
        replies = new MgcpReplies(wellKnownPort, inlet.refusalsPerSecond());
        gather = new MgcpGather(slots, this::onGathered);
        // A transaction runs for less than T-HIST, and is remembered for T-HIST after that (§3.5.6).
        table = new DispatchTable(
                inlet.tableCapacity(),
                new SipHash(entropy.nextLong(), entropy.nextLong()),
                2 * inlet.historyNs(),
                inlet.historyNs());
        conferenceHash = new SipHash(entropy.nextLong(), entropy.nextLong());
        conferences =
                new DispatchTable(CONFERENCES_MAX, conferenceHash, CONFERENCE_LIFETIME_NS, CONFERENCE_LIFETIME_NS);
        isAcknowledged = new boolean[inlet.tableCapacity()];
        sources = new @Nullable Peer[inlet.tableCapacity()];
        claims = new FrameClaim[slots];
        for (int slot = 0; slot < slots; slot++) {
            claims[slot] = new FrameClaim();
        }
    }

    // ---- the duty cycle

    /** Hears what waits at the port; returns how much. */
    int work(final long nowNs, final boolean isHangingUp) {
        this.nowNs = nowNs;
        this.isHangingUp = isHangingUp;
        int work = wellKnownPort.poll(onDatagram, DATAGRAM_LIMIT);
        work += gather.onDeadline(nowNs);
        final int expired = table.expire(nowNs, EXPIRY_LIMIT) + conferences.expire(nowNs, EXPIRY_LIMIT);
        if (expired > 0) {
            counters.tableExpired.getAndAddRelease(expired);
        }
        counters.tableSize.setRelease(table.size());
        while (unflushed != 0) {
            downlinks[Long.numberOfTrailingZeros(unflushed)].flush();
            unflushed &= unflushed - 1;
        }
        return work + expired;
    }

    long nextDeadlineNs() {
        return earlier(earlier(table.nextDeadlineNs(), conferences.nextDeadlineNs()), gather.nextDeadlineNs());
    }

    /** The earlier of two deadlines, each {@link Long#MAX_VALUE} when there is none. */
    static long earlier(final long oneNs, final long otherNs) {
        if (oneNs == Long.MAX_VALUE || otherNs == Long.MAX_VALUE) {
            return Math.min(oneNs, otherNs);
        }
        return oneNs - otherNs < 0 ? oneNs : otherNs;
    }

    /** Whether a notice or part from a blade speaks of an entry of this table. */
    static boolean isEntry(final int entry) {
        return entry >= 0 && (entry & MGCP_ENTRY) != 0;
    }

    void onSettled(final int slot, final DirectBuffer buffer, final int offset, final long nowNs) {
        final int entry = SettledNotice.entry(buffer, offset) & ~MGCP_ENTRY;
        if (table.settle(entry, slot, SettledNotice.sequence(buffer, offset), nowNs)) {
            counters.tableSettled.incrementRelease();
            placement.trace().hops(PlacementTrace.Hop.SETTLED, Protocol.MGCP, table.keyOf(entry), slot, nowNs);
        }
    }

    void onPart(final int slot, final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        this.nowNs = nowNs;
        gather.onPart(slot, ResponsePart.entry(buffer, offset) & ~MGCP_ENTRY, buffer, offset, length);
    }

    // ---- what arrives

    private void onDatagram(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        if (!inlet.callAgents().allows(source)) {
            counters.received.incrementRelease();
            counters.droppedNotAllowed.incrementRelease();
            return;
        }
        this.source = source;
        final int end = offset + length;
        int at = offset;
        int count = 0;
        // An empty datagram is a message, too: an empty one.
        do {
            counters.received.incrementRelease();
            count++;
            if (count > PIGGYBACK_MAX + 1) {
                counters.droppedPiggyback.incrementRelease();
                return;
            }
            at = onMessage(buffer, at, end, count > PIGGYBACK_MAX);
        } while (at < end);
    }

    /** Disposes of one message; returns where the next begins. */
    private int onMessage(final MutableDirectBuffer buffer, final int at, final int end, final boolean isOneTooMany) {
        try {
            final MgcpTriage.Verdict verdict = triage.look(buffer, at, end - at);
            if (!isOneTooMany) {
                dispose(verdict, triage.message());
            } else if (triage.message().isAnswerable()) {
                reply(OVERLOADED, "Too many messages in one datagram");
            } else {
                counters.droppedPiggyback.incrementRelease();
            }
            return triage.message().nextOffset();
        } catch (final RuntimeException ex) {
            // The rest of the datagram is lost, and whoever runs the chassis hears of it; the agent goes on.
            counters.droppedError.incrementRelease();
            errorHandler.onError(ex);
            return end;
        }
    }

    private void dispose(final MgcpTriage.Verdict verdict, final MgcpMessage message) {
        switch (verdict) {
            case FAULTY -> {
                counters.fault(message.fault());
                reply(message.fault().returnCode(), message.fault().commentary());
            }
            case UNANSWERABLE -> onUnanswerable(message.fault());
            case RESPONSE -> count(forwardStray(triage.slot()), counters.forwardedResponse);
            case STRANGE_RESPONSE -> counters.droppedResponse.incrementRelease();
            case ACKNOWLEDGEMENT -> onAcknowledgement(message);
            default -> onCommand(verdict, message);
        }
    }

    private void onUnanswerable(final MgcpFault fault) {
        counters.fault(fault);
        switch (fault) {
            case NOISE -> counters.droppedNoise.incrementRelease();
            case EMPTY -> counters.droppedEmpty.incrementRelease();
            default -> counters.droppedUnanswerable.incrementRelease();
        }
    }

    private void onCommand(final MgcpTriage.Verdict verdict, final MgcpMessage message) {
        final long key = table.key(message.transactionId());
        final int known = table.find(key);
        if (known != DispatchTable.NO_ENTRY) {
            onRepeat(known);
            return;
        }
        if (stamp.maxFrameLength(message) > downlinks[0].frameCapacity()) {
            counters.fault(MgcpFault.MESSAGE_TOO_LONG);
            reply(MgcpFault.MESSAGE_TOO_LONG.returnCode(), MgcpFault.MESSAGE_TOO_LONG.commentary());
            return;
        }
        placedConference = DispatchTable.NO_ENTRY;
        final int slot = slot(verdict, message);
        if (slot == BladeTerm.UNKNOWN) {
            return;
        }
        final int entry = table.add(key, nowNs);
        if (entry == DispatchTable.NO_ENTRY) {
            reply(OVERLOADED, "Too many transactions");
            forgetConference();
            return;
        }
        isAcknowledged[entry] = false;
        sources[entry] = source;
        if (!forwardFirst(slot, entry, message)) {
            table.remove(entry);
            forgetConference();
        }
    }

    private void forgetConference() {
        if (placedConference != DispatchTable.NO_ENTRY) {
            conferences.remove(placedConference);
        }
    }

    /**
     * Where a command goes: a slot, {@link BladeTerm#ANY} for placement, {@link BladeTerm#ALL}, or
     * {@link BladeTerm#UNKNOWN} when it was refused.
     */
    private int slot(final MgcpTriage.Verdict verdict, final MgcpMessage message) {
        switch (verdict) {
            case PLACEABLE -> {
                return BladeTerm.ANY;
            }
            case NAMED -> {
                return triage.slot();
            }
            case EVERY_BLADE -> {
                return BladeTerm.ALL;
            }
            case CONFERENCE -> {
                return conferenceSlot(message);
            }
            case UNKNOWN_ENDPOINT -> reply(500, "Unknown endpoint");
            case UNKNOWN_VERB -> reply(504, "Unknown or unsupported command");
            case ANY_FORBIDDEN -> reply(510, "$ is for CRCX only");
            default -> reply(503, "* is not for this command");
        }
        return BladeTerm.UNKNOWN;
    }

    private boolean forwardFirst(final int slot, final int entry, final MgcpMessage message) {
        if (slot == BladeTerm.ANY) {
            return place(entry, message);
        }
        final long sequence = --lastUnbooked;
        table.size(entry, 0, SizeSource.SERVICE.code(), false);
        if (slot == BladeTerm.ALL) {
            table.assign(entry, EVERY_SLOT, sequence);
            return forwardToAll(entry, sequence);
        }
        table.assign(entry, slot, sequence);
        final boolean isForwarded = forward(FrameType.STRAY, message, slot, entry, sequence);
        count(isForwarded, counters.forwardedNamed);
        if (isForwarded) {
            acknowledge(message, slot);
        }
        return isForwarded;
    }

    /** RFC 3435 §3.5.1: its blade answers what it has answered, or that it is still at it. */
    private void onRepeat(final int entry) {
        final int slot = table.slot(entry);
        if (isAcknowledged[entry]) {
            // §3.5.2: silently, for the response has been received.
            counters.absorbedAcknowledged.incrementRelease();
        } else if (slot != EVERY_SLOT) {
            placement.trace().hops(PlacementTrace.Hop.REPEAT, Protocol.MGCP, table.keyOf(entry), slot, nowNs);
            count(
                    forward(FrameType.REPEAT, triage.message(), slot, entry, table.sequence(entry)),
                    counters.forwardedRepeat);
        } else if (gather.isOpen(entry)) {
            reply(100, "Being executed");
        } else {
            forwardToAll(entry, table.sequence(entry));
        }
    }

    // ---- placement

    private boolean place(final int entry, final MgcpMessage message) {
        final SizeIndication asked = sizing.count(size(message));
        final int units = placement.fit(asked.units(), false);
        table.size(entry, units, asked.source().code(), false);
        placed = entry;
        final long key = table.keyOf(entry);
        placement.trace().opens(Protocol.MGCP, key, message.endpoint().name(), asked, units);
        final int slot = isHangingUp ? refusePlace() : placement.place(units, key, 0, nowNs, carrier);
        if (slot < 0) {
            // The code for "any of" that nobody can satisfy.
            reply(410, "No endpoint available");
            return false;
        }
        counters.forwardedPlaced.incrementRelease();
        acknowledge(message, slot);
        return true;
    }

    private int refusePlace() {
        placement.trace().decides(PlacementTrace.Reason.HANGING_UP, Placement.NO_BLADE, 0, 0, nowNs);
        return Placement.NO_BLADE;
    }

    private boolean carryPlaced(final int slot, final long sequence) {
        if (!forward(FrameType.INITIAL, triage.message(), slot, placed, sequence)) {
            return false;
        }
        table.assign(placed, slot, sequence);
        if (placedConference != DispatchTable.NO_ENTRY) {
            conferences.assign(placedConference, slot, sequence);
        }
        return true;
    }

    private SizeIndication size(final MgcpMessage message) {
        size.begin(service(message.endpoint().localName()));
        final int line = message.first(MgcpParameter.SESSION_SIZE);
        if (line >= 0 && message.next(line) >= 0) {
            size.fault(SizeSource.MGCP);
        } else if (line >= 0) {
            size.state(
                    SizeSource.MGCP,
                    SizeIndication.number(message.buffer(), message.valueOffset(line), message.valueLength(line)));
        }
        return size;
    }

    private static SessionService service(final Slice localName) {
        return switch (localName.byteAt(0) | 0x20) {
            case 'i' -> SessionService.MGCP_DIALOG;
            case 'c' -> SessionService.MGCP_CONFERENCE;
            default -> SessionService.MGCP_ANNOUNCEMENT;
        };
    }

    /** A conference that is named for the first time is placed where it then stays. */
    private int conferenceSlot(final MgcpMessage message) {
        final Slice name = message.endpoint().localName();
        final int from = BladeTerm.conferenceIdOffset(name.offset());
        final int length = name.offset() + name.length() - from;
        for (int i = 0; i < length; i++) {
            final byte b = name.buffer().getByte(from + i);
            lowered.putByte(i, b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b);
        }
        final long key = conferenceHash.hash(lowered, 0, length);
        final int known = conferences.find(key);
        if (known != DispatchTable.NO_ENTRY) {
            return conferences.slot(known);
        }
        placedConference = message.verb() == MgcpVerb.CRCX ? conferences.add(key, nowNs) : DispatchTable.NO_ENTRY;
        if (placedConference == DispatchTable.NO_ENTRY) {
            reply(500, "Unknown endpoint");
            return BladeTerm.UNKNOWN;
        }
        return BladeTerm.ANY;
    }

    // ---- frames

    private boolean forwardStray(final int slot) {
        return forward(FrameType.STRAY, triage.message(), slot, InitialFrame.NO_ENTRY, 0);
    }

    private boolean forward(
            final byte type, final MgcpMessage message, final int slot, final int entry, final long sequence) {
        final int capacity = stamp.maxFrameLength(message);
        if (!downlinks[slot].claim(claim, capacity)) {
            return false;
        }
        write(claim, type, message, slot, entry, sequence, capacity);
        return true;
    }

    private void write(
            final FrameClaim into,
            final byte type,
            final MgcpMessage message,
            final int slot,
            final int entry,
            final long sequence,
            final int capacity) {
        boolean isStamped = false;
        try {
            head(into, type, slot, entry, sequence, capacity);
            stamp.stamp(message, frame, portIds[slot]);
            isStamped = true;
        } finally {
            if (!isStamped) {
                into.abort();
            }
        }
        into.commit(frame.length());
        counters.frames.incrementRelease();
        unflushed |= 1L << slot;
    }

    private void head(
            final FrameClaim into,
            final byte type,
            final int slot,
            final int entry,
            final long sequence,
            final int capacity) {
        final boolean hasEntry = entry != InitialFrame.NO_ENTRY;
        frame.wrap(into.buffer(), into.offset(), capacity)
                .type(type)
                .carriage(Protocol.MGCP, InitialFrame.UDP)
                .portId(portIds[slot])
                .sequence(sequence)
                .arrivalNs(nowNs)
                .source(source.addressHigh(), source.addressLow(), source.port())
                .wellKnownPort(wellKnownPortId)
                .entry(hasEntry ? entry | MGCP_ENTRY : entry)
                .epoch(epochs[slot])
                .size(
                        hasEntry ? table.units(entry) : 0,
                        hasEntry ? table.sizeSource(entry) : SizeSource.SERVICE.code(),
                        false);
    }

    /** To every blade or to none: half a command is worse than a late one. */
    private boolean forwardToAll(final int entry, final long sequence) {
        final MgcpMessage message = triage.message();
        if (gather.isFull()) {
            reply(OVERLOADED, "Too many commands for all endpoints");
            return false;
        }
        final int capacity = stamp.maxFrameLength(message);
        for (int slot = 0; slot < slots; slot++) {
            if (!downlinks[slot].claim(claims[slot], capacity)) {
                for (int claimed = 0; claimed < slot; claimed++) {
                    claims[claimed].abort();
                }
                counters.droppedRingFull.incrementRelease();
                return false;
            }
        }
        gather.open(entry, sequence, message.transactionId(), source, nowNs);
        for (int slot = 0; slot < slots; slot++) {
            write(claims[slot], FrameType.EVERY_BLADE, message, slot, entry, sequence, capacity);
        }
        counters.forwardedEvery.incrementRelease();
        acknowledge(message, EVERY_SLOT);
        return true;
    }

    private void onGathered(
            final int transactionId,
            final int returnCode,
            final DirectBuffer lines,
            final int length,
            final Peer destination) {
        final String commentary = returnCode < 300 ? "OK" : "Not for all endpoints";
        if (replies.replyForAll(transactionId, returnCode, commentary, lines, 0, length, destination)) {
            counters.gathered.incrementRelease();
        } else {
            counters.gatheredNotSent.incrementRelease();
        }
        final int entry = table.find(table.key(transactionId));
        if (entry != DispatchTable.NO_ENTRY && table.settle(entry, EVERY_SLOT, table.sequence(entry), nowNs)) {
            counters.tableSettled.incrementRelease();
        }
    }

    // ---- acknowledgements

    /** 000: the response to one transaction has been received (RFC 3435 §3.5.6). */
    private void onAcknowledgement(final MgcpMessage message) {
        final int entry = table.find(table.key(message.transactionId()));
        if (entry == DispatchTable.NO_ENTRY || table.slot(entry) == EVERY_SLOT) {
            counters.droppedResponse.incrementRelease();
            return;
        }
        count(forwardStray(table.slot(entry)), counters.forwardedResponse);
    }

    /**
     * RFC 3435 §3.5.2: {@code K:} may confirm responses of other blades than the one its command goes to. Those are told,
     * and copies of what was confirmed are ignored from now on.
     */
    private void acknowledge(final MgcpMessage message, final int slot) {
        if (message.value(MgcpParameter.RESPONSE_ACK, value).isEmpty()) {
            return;
        }
        long others = 0;
        int budget = ACKNOWLEDGED_MAX;
        acks.wrap(value);
        while (acks.next()) {
            final int span = acks.last() - acks.first() + 1;
            final int taken = Math.min(budget, span);
            for (int i = 0; i < taken; i++) {
                others |= acknowledged(acks.first() + i);
            }
            budget -= taken;
            if (taken < span) {
                counters.acknowledgedIgnored.getAndAddRelease(span - taken);
            }
        }
        if (acks.isFaulty()) {
            counters.acknowledgedMalformed.incrementRelease();
        }
        if (slot != EVERY_SLOT) {
            others &= ~(1L << slot);
            tell(others);
        }
    }

    /** Notes that a response was received, if he says so who got it; returns the bit of its blade's slot. */
    private long acknowledged(final int transactionId) {
        final int entry = table.find(table.key(transactionId));
        if (entry == DispatchTable.NO_ENTRY || isAcknowledged[entry]) {
            return 0;
        }
        final Peer asker = sources[entry];
        if (asker == null || !asker.isSameHost(source) || table.isPending(entry)) {
            return 0;
        }
        isAcknowledged[entry] = true;
        counters.acknowledged.incrementRelease();
        return table.slot(entry) == EVERY_SLOT ? 0 : 1L << table.slot(entry);
    }

    /** A blade that is not told, for its ring is full, remembers its responses a while longer. */
    private void tell(final long toTell) {
        final int capacity = InitialFrame.HEADER_LENGTH + value.length();
        for (long rest = toTell; rest != 0; rest &= rest - 1) {
            final int slot = Long.numberOfTrailingZeros(rest);
            if (downlinks[slot].claim(claim, capacity)) {
                head(claim, FrameType.ACKNOWLEDGED, slot, InitialFrame.NO_ENTRY, 0, capacity);
                value.putTo(frame.buffer(), frame.messageOffset());
                frame.lengths(value.length(), 0);
                claim.commit(frame.length());
                counters.frames.incrementRelease();
                unflushed |= 1L << slot;
            }
        }
    }

    // ---- counting

    private void count(final boolean isForwarded, final AtomicCounter forwarded) {
        if (isForwarded) {
            forwarded.incrementRelease();
        } else {
            // The call agent repeats, and finds room then.
            counters.droppedRingFull.incrementRelease();
        }
    }

    private void reply(final int returnCode, final String commentary) {
        switch (replies.reply(triage.message().transactionId(), returnCode, commentary, source, nowNs)) {
            case ANSWERED -> counters.answered.incrementRelease();
            case OVER_BUDGET -> counters.droppedOverBudget.incrementRelease();
            case NOT_SENT -> counters.droppedNotSent.incrementRelease();
        }
    }
}
