package midplane.blade.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.Outbox;
import midplane.blade.core.SignallingCore;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.MgcpSettings;
import midplane.shelf.MgcpSlot;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import midplane.shelf.Slot;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpResponseWriter;
import midplane.signalling.mgcp.MgcpScanner;
import midplane.signalling.mgcp.MgcpVerb;
import midplane.signalling.mgcp.ResponseAckCursor;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The MGCP core of a blade: messages and the time go in, datagrams come out in the outbox. Sans-IO and single-threaded.
 *
 * <p>It splits datagrams, finds each command's transaction, has new ones executed by a {@link CommandExecutor} and keeps
 * their responses, and speaks to call agents on its own: Notify, DeleteConnection, RestartInProgress.
 */
public final class MgcpGateway implements SignallingCore {
    /** Transactions remembered for each session the blade may have: those of half a minute. */
    static final int TRANSACTIONS_PER_SESSION = 4;

    static final int TRANSACTIONS_MIN = 1024;
    static final int TRANSACTIONS_MAX = 32_768;

    /** Commands of ours under way: as many as sessions, and some. */
    static final int COMMANDS_MIN = 64;

    /** Timers that are served, transactions forgotten, connections ended in one duty cycle. */
    static final int WORK_LIMIT = 64;

    private static final int SCRATCH_LENGTH = 2 * TransactionHistory.RESPONSE_LENGTH_MAX;
    /** Whom a provisioned name stands for: names are not looked up. */
    private static final Peer LOCALHOST = Objects.requireNonNull(Peer.ofNumeric("127.0.0.1", 2727));

    private static final byte[] DOT = {'.', '\r', '\n'};
    private static final String OUT_OF_SERVICE = "901 Endpoint taken out-of-service";

    private final int bladeId;
    private final int portId;
    private final MgcpSettings settings;
    private final Entropy entropy;
    private final Outbox outbox;
    private final PartSink parts;
    private final Runnable flush;
    private final ErrorHandler errorHandler;
    private final GatewayMedia media;
    private final String localAddress;
    private final MgcpScanner scanner = new MgcpScanner();
    private final MgcpMessage message = new MgcpMessage();
    private final MgcpResponseWriter responses = new MgcpResponseWriter();
    private final ResponseAckCursor acknowledged = new ResponseAckCursor();
    private final Slice value = new Slice();
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[SCRATCH_LENGTH]);
    private final UnsafeBuffer commandBytes = new UnsafeBuffer(new byte[TransactionHistory.RESPONSE_LENGTH_MAX]);
    private final SipHash fingerprints;
    private final TransactionHistory history;
    private final CallAgentLink link;
    private final EndpointTable endpoints;
    private final CommandExecutor executor;
    private final Deadlines endpointDeadlines;
    private final List<PendingReply> pending = new ArrayList<>();
    private final long executionDelayNs;
    private final int sessionsMax;
    private final AtomicCounter received;
    private final AtomicCounter confirmed;
    private final AtomicCounter connectionsOpened;
    private final AtomicCounter connectionsClosed;
    private final AtomicCounter overloaded;
    private final Map<Outcome, AtomicCounter> outcomes = new EnumMap<>(Outcome.class);

    private long nowNs;
    private boolean hasBegun;
    private boolean isDraining;
    private boolean isDrainUntold;

    /** Of the message in hand. */
    private Outbox.Exit exit = Outbox.Exit.OWN_PORT;

    private @Nullable Peer source;
    private int units;
    private int partEntry;
    private long partSequence;
    private boolean isPart;

    /** A command that is executed but not yet answered with a final response. */
    private static final class PendingReply {
        private final int entry;
        private final int transactionId;
        private final Outbox.Exit exit;
        private final Peer destination;
        private final Endpoint endpoint;
        private final long dueNs;
        private Reply reply;

        PendingReply(
                final int entry,
                final int transactionId,
                final Outbox.Exit exit,
                final Peer destination,
                final Endpoint endpoint,
                final Reply reply,
                final long dueNs) {
            this.entry = entry;
            this.transactionId = transactionId;
            this.exit = exit;
            this.destination = destination;
            this.endpoint = endpoint;
            this.reply = reply;
            this.dueNs = dueNs;
        }
    }

    /**
     * Allocates what is of fixed size. Sends nothing. Of the slot it uses settings, entropy, prompts and counters, never
     * the ports or the clock; the number of its own port is its port identifier.
     *
     * @param flush called when the outbox is half full and the datagram in hand may hold more.
     */
    public MgcpGateway(
            final Slot slot,
            final MgcpSlot mgcpSlot,
            final MediaPlane plane,
            final UnitMeter meter,
            final Outbox outbox,
            final PartSink parts,
            final Runnable flush) {
        settings = mgcpSlot.settings();
        bladeId = slot.index();
        portId = mgcpSlot.port().localAddress().getPort();
        sessionsMax = slot.sip().maxDialogs();
        localAddress = slot.media().advertisedAddress();
        executionDelayNs = settings.executionDelayNs();
        entropy = slot.entropy();
        errorHandler = slot.errorHandler();
        this.outbox = outbox;
        this.parts = parts;
        this.flush = flush;
        final Counters counters = slot.counters();
        media = new GatewayMedia(plane, meter);
        fingerprints = new SipHash(entropy.nextLong(), entropy.nextLong());

        final String prefix = "blade." + bladeId + ".mgcp";
        final int transactions =
                Math.min(TRANSACTIONS_MAX, Math.max(TRANSACTIONS_MIN, TRANSACTIONS_PER_SESSION * sessionsMax));
        final int commandsMax = Math.max(COMMANDS_MIN, 2 * sessionsMax);
        final ByteStore store = new ByteStore(2 * transactions + 2 * commandsMax);
        history = new TransactionHistory(transactions, settings.historyNs(), store, entropy);
        final Floor floor = new Floor();
        endpoints = new EndpointTable(bladeId, sessionsMax, floor);
        executor = new CommandExecutor(
                endpoints,
                new RequestReader(new SignalPlanner(slot.prompts())),
                settings.callAgents(),
                localAddress,
                floor);
        endpointDeadlines = new Deadlines(EndpointTable.limit(sessionsMax));
        link = new CallAgentLink(
                settings,
                bladeId,
                slot.epoch(),
                commandsMax,
                entropy,
                counters,
                prefix,
                outbox,
                store,
                floor,
                endpoints,
                executor::notifiedEntity);

        received = counters.counter(prefix + ".received");
        for (final Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, counters.counter(prefix + '.' + outcome.counterName()));
        }
        confirmed = counters.counter(prefix + ".responses.confirmed");
        connectionsOpened = counters.counter(prefix + ".connections.opened");
        connectionsClosed = counters.counter(prefix + ".connections.closed");
        overloaded = counters.counter(prefix + ".refused.overload");
    }

    // ---- what arrives

    @Override
    public void onFrame(final InitialFrame frame, final Peer sender, final long now) {
        begin(now);
        source = sender;
        exit = settings.responseFrom() == ResponseFrom.BLADE ? Outbox.Exit.OWN_PORT : Outbox.Exit.WELL_KNOWN_PORT;
        units = frame.units();
        if (frame.type() == FrameType.ACKNOWLEDGED) {
            confirm(value.wrap(frame.buffer(), frame.messageOffset(), frame.messageLength()), sender);
            return;
        }
        isPart = frame.type() == FrameType.EVERY_BLADE;
        partEntry = frame.entry();
        partSequence = frame.sequence();
        handleAll(frame.buffer(), frame.messageOffset(), frame.messageLength(), true);
        isPart = false;
    }

    @Override
    public void onDatagram(
            final MutableDirectBuffer buffer, final int offset, final int length, final Peer sender, final long now) {
        begin(now);
        source = sender;
        exit = Outbox.Exit.OWN_PORT;
        units = 0;
        isPart = false;
        handleAll(buffer, offset, length, false);
    }

    private void begin(final long now) {
        nowNs = now;
        if (!hasBegun) {
            hasBegun = true;
            link.begin(LOCALHOST, now);
        }
    }

    /** RFC 3435 §3.5.5: each as if it had come alone, in order. A datagram's length bounds their number. */
    private void handleAll(final DirectBuffer buffer, final int offset, final int length, final boolean isFabric) {
        final int end = offset + length;
        int at = offset;
        do {
            final MgcpFault fault = scanner.scan(buffer, at, end - at, message);
            at = message.nextOffset();
            if (fault == MgcpFault.EMPTY && at < end) {
                continue;
            }
            handle(fault, isFabric);
            if (outbox.isHalfFull()) {
                flush.run();
            }
        } while (at < end);
    }

    private void handle(final MgcpFault fault, final boolean isFabric) {
        received.incrementRelease();
        Outcome outcome = Outcome.FAILURE;
        try {
            outcome = dispose(fault, isFabric);
        } catch (final RuntimeException ex) {
            // One message is lost, and whoever runs the chassis hears of it; the blade goes on.
            outbox.abort();
            link.onBroken();
            errorHandler.onError(ex);
            abandon();
        }
        Objects.requireNonNull(outcomes.get(outcome)).incrementRelease();
    }

    /** Forgets a transaction that our code broke on; a copy of the command begins anew. */
    private void abandon() {
        if (message.isAnswerable()) {
            final int entry = history.find(message.transactionId());
            if (entry != TransactionHistory.NONE && history.isExecuting(entry)) {
                history.abandon(entry);
            }
        }
    }

    private Outcome dispose(final MgcpFault fault, final boolean isFabric) {
        if (fault == MgcpFault.NOISE) {
            return Outcome.NOISE;
        }
        if (fault == MgcpFault.EMPTY) {
            return Outcome.EMPTY;
        }
        if (message.isResponse()) {
            return fault == MgcpFault.NONE ? onResponse() : Outcome.MALFORMED;
        }
        if (!message.isAnswerable()) {
            return Outcome.MALFORMED;
        }
        if (isFabric && !isPart && settings.portInsertion() == PortInsertion.HEADER && !namesOurPort()) {
            return Outcome.MISROUTED;
        }
        return onCommand(fault);
    }

    /** Whether the dispatcher wrote our port into the command: {@code X-Midplane-Port: 2443}. */
    private boolean namesOurPort() {
        final int line = message.first(MgcpParameter.MIDPLANE_PORT);
        return line >= 0
                && message.next(line) < 0
                && message.value(line, value).equalsIgnoreCase(String.valueOf(portId));
    }

    private Outcome onResponse() {
        final Peer sender = Objects.requireNonNull(source);
        if (message.has(MgcpParameter.RESPONSE_ACK)) {
            confirm(message.value(MgcpParameter.RESPONSE_ACK, value), sender);
        }
        return link.onResponse(message, sender, nowNs) ? Outcome.ABSORBED : Outcome.STRAY_RESPONSE;
    }

    private void confirm(final Slice ranges, final Peer sender) {
        acknowledged.wrap(ranges);
        int count = 0;
        while (acknowledged.next()) {
            count += history.confirm(acknowledged.first(), acknowledged.last(), sender);
        }
        confirmed.getAndAddRelease(count);
    }

    // ---- transactions (§3.5.1)

    private Outcome onCommand(final MgcpFault fault) {
        final Peer sender = Objects.requireNonNull(source);
        final long fingerprint = fingerprint();
        final int known = history.find(message.transactionId());
        if (known != TransactionHistory.NONE) {
            return onRepeat(known, history.isSame(known, fingerprint));
        }
        if (fault != MgcpFault.NONE) {
            respondOnce(new Reply(fault.returnCode(), fault.commentary()));
            return Outcome.REFUSED;
        }
        if (message.has(MgcpParameter.RESPONSE_ACK)) {
            confirm(message.value(MgcpParameter.RESPONSE_ACK, value), sender);
        }
        final int entry = history.open(message.transactionId(), fingerprint, sender);
        if (entry == TransactionHistory.NONE) {
            overloaded.incrementRelease();
            respondOnce(new Reply(409, "Too many transactions"));
            return Outcome.REFUSED;
        }
        final boolean isAudit = message.verb() == MgcpVerb.AUEP || message.verb() == MgcpVerb.AUCX;
        final EndpointType type = EndpointType.of(firstTerm());
        if (!isAudit && type != null) {
            link.onActivity(type, oneName());
        }
        Reply reply;
        Outcome outcome = Outcome.EXECUTED;
        link.onExecuting();
        try {
            reply = executor.execute(message, sender, units);
        } catch (final Refusal refusal) {
            outcome = Outcome.REFUSED;
            reply = Reply.of(refusal);
            if (refusal.code() == 518) {
                reply.with("PL", Auditor.packageList(type == null ? EndpointType.IVR : type));
            }
        }
        if (outcome == Outcome.EXECUTED && executionDelayNs > 0 && isSlow() && !isPart) {
            answerLater(entry, reply);
        } else {
            answer(entry, reply, isAudit ? null : type);
        }
        link.onExecuted();
        return outcome;
    }

    private boolean isSlow() {
        return message.verb() == MgcpVerb.CRCX || message.verb() == MgcpVerb.MDCX;
    }

    private Outcome onRepeat(final int entry, final boolean isSame) {
        if (history.isConfirmed(entry)) {
            return isSame ? Outcome.ABSORBED : Outcome.REUSED;
        }
        if (history.isExecuting(entry)) {
            respondOnce(new Reply(100, "Executing"));
        } else {
            final int length = history.responseLength(entry);
            history.copyResponse(entry, scratch, 0);
            send(scratch, length, link.hasUntold() ? EndpointType.of(firstTerm()) : null);
        }
        return isSame ? Outcome.REPEATED : Outcome.REUSED;
    }

    /** Verb and endpoint: what a copy cannot differ in, whatever else its sender adds. */
    private long fingerprint() {
        final Slice name = message.endpoint().name();
        int length = message.verbName().putTo(scratch, 0);
        length += name.putTo(scratch, length);
        for (int i = 0; i < length; i++) {
            final byte b = scratch.getByte(i);
            if (b >= 'A' && b <= 'Z') {
                scratch.putByte(i, (byte) (b + ('a' - 'A')));
            }
        }
        return fingerprints.hash(scratch, 0, length);
    }

    private String firstTerm() {
        final String local = message.endpoint().localName().toString();
        final int slash = local.indexOf('/');
        return slash < 0 ? local : local.substring(0, slash);
    }

    private void answer(final int entry, final Reply reply, final @Nullable EndpointType type) {
        int length = write(reply, reply.code(), false, message.transactionId());
        if (length < 0) {
            length = write(new Reply(533, "Response too large"), 533, false, message.transactionId());
        }
        history.onAnswered(entry, scratch, 0, length, nowNs);
        send(scratch, length, type);
    }

    private int write(final Reply reply, final int code, final boolean asksAcknowledgement, final int transactionId) {
        if (isPart) {
            final byte[] text = (String.valueOf(code) + reply.text()).getBytes(StandardCharsets.ISO_8859_1);
            if (text.length > TransactionHistory.RESPONSE_LENGTH_MAX) {
                return -1;
            }
            scratch.putBytes(0, text);
            return text.length;
        }
        return reply.write(
                responses, scratch, TransactionHistory.RESPONSE_LENGTH_MAX, transactionId, code, asksAcknowledgement);
    }

    /** A response that is not kept: to what is not executed. */
    private void respondOnce(final Reply reply) {
        final int length = write(reply, reply.code(), false, message.transactionId());
        send(scratch, length, null);
    }

    /**
     * Sends a response to where the command came from; behind RestartInProgress while its call agent has yet to hear of
     * that (§4.4.6, §4.4.7).
     */
    private void send(final DirectBuffer bytes, final int length, final @Nullable EndpointType type) {
        if (isPart) {
            final int code = Integer.parseInt(bytes.getStringWithoutLengthAscii(0, 3));
            parts.part(partEntry, partSequence, code, bytes, 3, length - 3);
            return;
        }
        final Peer destination = Objects.requireNonNull(source);
        final int before = type == null ? 0 : link.copyUntold(type, oneName(), commandBytes, 0);
        final int dots = before == 0 ? 0 : DOT.length;
        if (outbox.claim(exit, destination, before + dots + length)) {
            final int offset = outbox.offset();
            outbox.buffer().putBytes(offset, commandBytes, 0, before);
            outbox.buffer().putBytes(offset + before, DOT, 0, dots);
            outbox.buffer().putBytes(offset + before + dots, bytes, 0, length);
            outbox.commit(before + dots + length);
        }
    }

    /** The local name of the one endpoint that the command in hand is for; empty when it is for several. */
    private String oneName() {
        return message.endpoint().hasAny() || message.endpoint().hasAll()
                ? ""
                : message.endpoint().localName().toString();
    }

    // ---- provisional responses (§3.5.6)

    private void answerLater(final int entry, final Reply reply) {
        final Endpoint endpoint = executor.changed();
        endpoint.pending(true);
        pending.add(new PendingReply(
                entry,
                message.transactionId(),
                exit,
                Objects.requireNonNull(source),
                endpoint,
                reply,
                nowNs + executionDelayNs));
        final int length = write(reply, 100, false, message.transactionId());
        send(scratch, length, null);
    }

    private int finishPending() {
        int work = 0;
        for (int i = 0; i < pending.size(); ) {
            final PendingReply next = pending.get(i);
            if (next.dueNs - nowNs > 0) {
                i++;
                continue;
            }
            pending.remove(i);
            finish(next);
            work++;
        }
        return work;
    }

    private void finish(final PendingReply done) {
        done.endpoint.pending(false);
        final int length = write(done.reply, done.reply.code(), true, done.transactionId);
        history.onAnswered(done.entry, scratch, 0, length, nowNs);
        if (!link.sendAcknowledged(done.transactionId, done, done.exit, done.destination, scratch, length)) {
            source = done.destination;
            exit = done.exit;
            send(scratch, length, null);
        }
    }

    // ---- the endpoints' and executor's view of the gateway

    private final class Floor implements Endpoint.Gateway, CommandExecutor.Gateway {
        @Override
        public long nowNs() {
            return nowNs;
        }

        @Override
        public void sendNotify(final Endpoint endpoint, final NotificationRequest request, final String observed) {
            link.tellOf(endpoint, request, observed);
        }

        @Override
        public void restoreSound(final Connection connection) {
            media.restore(connection);
        }

        @Override
        public void onAbandoned(final Endpoint endpoint) {
            link.onAbandoned(endpoint);
        }

        @Override
        public boolean hasConference(final String id) {
            return media.hasConference(id);
        }

        @Override
        public void reschedule(final Endpoint endpoint) {
            schedule(endpoint);
        }

        @Override
        public MediaSession openMedia(final Endpoint endpoint, final int wanted) throws Refusal {
            return media.open(endpoint, wanted);
        }

        @Override
        public void closeMedia(final Endpoint endpoint, final MediaSession session, final int booked) {
            media.close(endpoint, session, booked, nowNs);
            connectionsClosed.incrementRelease();
        }

        @Override
        public Connection connection(
                final Endpoint endpoint, final String callId, final MediaSession session, final int booked) {
            connectionsOpened.incrementRelease();
            final String id =
                    Long.toHexString(entropy.nextLong() | Long.MIN_VALUE).toUpperCase(Locale.ROOT);
            return new Connection(id, callId, endpoint, session, localAddress, booked, entropy.nextLong() >>> 1, nowNs);
        }

        @Override
        public void rewire(final Endpoint endpoint) {
            media.rewire(endpoint);
        }

        @Override
        public void abortPending(final Endpoint endpoint) {
            for (int i = 0; i < pending.size(); ) {
                final PendingReply aborted = pending.get(i);
                if (aborted.endpoint != endpoint) {
                    i++;
                    continue;
                }
                pending.remove(i);
                final boolean wasPart = isPart;
                isPart = false;
                aborted.reply = new Reply(407, "Aborted by DLCX");
                finish(aborted);
                isPart = wasPart;
            }
        }

        @Override
        public boolean isDraining() {
            return isDraining;
        }

        @Override
        public String redirectedDomain(final String domain) {
            final String written = domain.isEmpty() ? settings.host() : domain;
            return settings.redirect() == MgcpRedirect.PORT
                    ? written + ':' + portId
                    : settings.redirect() == MgcpRedirect.ADDR ? settings.host() : written;
        }

        @Override
        public Auditor.Service service(final Endpoint endpoint) {
            if (isDraining) {
                return new Auditor.Service("graceful", 0, OUT_OF_SERVICE);
            }
            return new Auditor.Service(
                    endpoint.association().isLost() ? "disconnected" : "restart",
                    endpoint.association().lostS(nowNs),
                    "000");
        }

        @Override
        public int portId() {
            return portId;
        }
    }

    // ---- time

    @Override
    public int onDeadline(final long now) {
        begin(now);
        int work = history.expire(now, WORK_LIMIT);
        work += link.onDeadline(now, WORK_LIMIT);
        work += finishPending();
        for (int i = 0; i < WORK_LIMIT; i++) {
            final int id = endpointDeadlines.pollDue(now);
            if (id == Deadlines.NONE) {
                break;
            }
            final Endpoint endpoint = endpoints.at(id);
            link.onDeadline(endpoint, now);
            endpoint.onDeadline(now);
            work++;
        }
        return hasToHangUp() ? work + hangUpSome() : work;
    }

    private void schedule(final Endpoint endpoint) {
        endpointDeadlines.set(endpoint.id(), endpoint.nextDeadlineNs());
    }

    @Override
    public long nextDeadlineNs() {
        if (!hasBegun) {
            return Deadlines.NO_DEADLINE;
        }
        long nextNs = Deadlines.earlier(history.nextDeadlineNs(), link.nextDeadlineNs());
        nextNs = Deadlines.earlier(nextNs, endpointDeadlines.nextNs());
        for (int i = 0; i < pending.size(); i++) {
            nextNs = Deadlines.earlier(nextNs, pending.get(i).dueNs);
        }
        return nextNs;
    }

    @Override
    public boolean hasWork() {
        return !hasBegun || hasToHangUp();
    }

    // ---- drain

    @Override
    public void hangUp() {
        if (isDraining) {
            return;
        }
        isDraining = true;
        isDrainUntold = true;
    }

    private boolean hasToHangUp() {
        return isDraining && (isDrainUntold || media.sessions() > 0);
    }

    /** Tells every call agent, then ends connections, some in each call. */
    private int hangUpSome() {
        if (isDrainUntold) {
            isDrainUntold = false;
            link.tellDrain();
            return 1;
        }
        final List<Connection> some = new ArrayList<>();
        endpoints.forEachInUse(endpoint -> {
            for (final Connection connection : endpoint.connections()) {
                if (some.size() < WORK_LIMIT / 2) {
                    some.add(connection);
                }
            }
        });
        for (final Connection connection : some) {
            link.tellDeletion(connection);
            executor.delete(connection.endpoint(), connection);
        }
        return some.size();
    }

    // ---- what the blade reports

    @Override
    public boolean isDraining() {
        return isDraining;
    }

    @Override
    public boolean isFull() {
        return media.sessions() >= sessionsMax;
    }

    @Override
    public int sessions() {
        return media.sessions();
    }
}
