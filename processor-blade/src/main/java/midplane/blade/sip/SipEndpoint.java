package midplane.blade.sip;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import midplane.admission.Budget;
import midplane.admission.HostShares;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.HalfOpenCalls;
import midplane.blade.core.HandBack;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.Outbox;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.shelf.BrokenMessageException;
import midplane.shelf.Entropy;
import midplane.shelf.PortInsertion;
import midplane.shelf.SipSettings;
import midplane.shelf.Slot;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipResponseWriter;
import midplane.signalling.sip.SipScanner;
import midplane.signalling.sip.SipUri;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * The SIP core of a blade: messages and the time go in, datagrams come out in the outbox. Sans-IO and single-threaded; of
 * its slot it uses settings, entropy, prompts and counters, never the ports or the clock.
 *
 * <p>It reads a message, finds its transaction, answers what concerns no call, and hands the rest to
 * {@link CallControl}.
 */
public final class SipEndpoint {
    /** Server transactions per dialog the blade may have: those of past calls included, which live 64·T1. */
    static final int SERVER_TRANSACTIONS_PER_DIALOG = 4;

    /** BYEs and UPDATEs of ours per dialog the blade may have: the BYE of the last call may still be absorbing copies. */
    static final int CLIENT_TRANSACTIONS_PER_DIALOG = 2;

    /** The least number of transactions of a kind, for blades with few dialogs. */
    static final int TRANSACTIONS_MIN = 64;

    /** Blocks of the byte store per dialog: its words, its 200, and the answers of its transactions. */
    static final int STORE_BLOCKS_PER_DIALOG = 20;

    /** The least number of blocks: two of the largest messages. */
    static final int STORE_BLOCKS_MIN = 1024;

    /**
     * One part in so many of dialogs, media ports and units is kept for calls that are acknowledged: a blade that half-open
     * ones have filled would get no others from the dispatcher.
     */
    static final int PART_FOR_PROVEN = 4;

    /** Timers that are served in one duty cycle. */
    static final int DEADLINE_LIMIT = 64;

    private final int portId;
    private final PortInsertion portInsertion;
    private final long t1Ns;
    private final Outbox outbox;
    private final HandBack handBack;
    private final ErrorHandler errorHandler;
    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final SipUri uri = new SipUri();
    private final OptionTags options = new OptionTags();
    private final Slice value = new Slice();
    private final SipKeys keys;
    private final Arrival arrival;
    private final KeyIndex merges;
    private final Deadlines deadlines;
    private final int storeBlocks;
    private final ByteStore store;
    private final DialogTable dialogs;
    private final TransactionTable<InviteServerTransaction> invites;
    private final TransactionTable<NonInviteServerTransaction> others;
    private final TransactionTable<NonInviteClientTransaction> clients;
    private final TransactionTable<InviteClientTransaction> inviteClients;
    private final int firstInvite;
    private final int firstOther;
    private final int firstClient;
    private final int firstInviteClient;
    private final Responder responder;
    private final HalfOpenCalls halfOpen;
    private final CallControl calls;
    private final CallCounters callCounters;
    private final AtomicCounter received;
    private final AtomicCounter broken;
    private final Map<Outcome, AtomicCounter> outcomes = new EnumMap<>(Outcome.class);

    private final Budget refusalBudget;
    private Consumer<Peer> proofListener = source -> {};

    /** The message in hand has waited in the fabric until its client was about to repeat it. */
    private boolean isStale;

    /**
     * Allocates all tables. Sends nothing.
     *
     * @param portId the blade's port identifier: the number of its own port.
     * @param meter the blade's, which all its protocols share.
     * @param handBack where INVITEs go that the blade has no room for.
     * @param settlement told when an INVITE that came through the fabric has its responses.
     */
    public SipEndpoint(
            final Slot slot,
            final int portId,
            final MediaPlane media,
            final Outbox outbox,
            final UnitMeter meter,
            final HandBack handBack,
            final SipSettlement settlement) {
        this.portId = portId;
        this.outbox = outbox;
        this.handBack = handBack;
        final SipSettings settings = slot.sip();
        final Entropy entropy = slot.entropy();
        portInsertion = settings.portInsertion();
        t1Ns = settings.t1Ns();
        errorHandler = slot.errorHandler();
        keys = new SipKeys(entropy);
        arrival = new Arrival(settings.responseFrom());

        final int maxDialogs = settings.maxDialogs();
        final int maxServers = Math.max(TRANSACTIONS_MIN, SERVER_TRANSACTIONS_PER_DIALOG * maxDialogs);
        final int maxClients = Math.max(TRANSACTIONS_MIN, CLIENT_TRANSACTIONS_PER_DIALOG * maxDialogs);
        firstInvite = maxDialogs;
        firstOther = firstInvite + maxServers;
        firstClient = firstOther + maxServers;
        firstInviteClient = firstClient + maxClients;
        deadlines = new Deadlines(firstInviteClient + maxDialogs);
        merges = new KeyIndex(2 * maxServers);
        storeBlocks = Math.min(ByteStore.BLOCKS_MAX, Math.max(STORE_BLOCKS_MIN, STORE_BLOCKS_PER_DIALOG * maxDialogs));
        store = new ByteStore(storeBlocks);
        final Transmitter transmitter = new Transmitter(outbox, store);

        final String blade = "blade." + slot.index();
        final String prefix = blade + ".sip";
        received = slot.counters().counter(prefix + ".received");
        broken = slot.counters().counter(prefix + ".calls.broken");
        for (final Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, slot.counters().counter(prefix + '.' + outcome.counterName()));
        }
        callCounters = new CallCounters(slot.counters(), prefix);
        final AtomicCounter evicted = slot.counters().counter(prefix + ".transactions.evicted");
        dialogs = new DialogTable(
                maxDialogs,
                id -> new Dialog(id, store, transmitter, settings),
                store,
                deadlines,
                slot.counters().counter(blade + ".sessions.opened"),
                slot.counters().counter(blade + ".sessions.closed"),
                slot.counters().counter(blade + ".sessions.open"));
        invites = new TransactionTable<>(
                maxServers,
                id -> new InviteServerTransaction(id, store, transmitter, settings),
                merges,
                deadlines,
                firstInvite,
                evicted);
        others = new TransactionTable<>(
                maxServers,
                id -> new NonInviteServerTransaction(id, store, transmitter, settings),
                merges,
                deadlines,
                firstOther,
                evicted);
        clients = new TransactionTable<>(
                maxClients,
                id -> new NonInviteClientTransaction(id, store, transmitter, settings),
                merges,
                deadlines,
                firstClient,
                evicted);
        inviteClients = new TransactionTable<>(
                maxDialogs,
                id -> new InviteClientTransaction(id, store, transmitter, settings),
                merges,
                deadlines,
                firstInviteClient,
                evicted);
        refusalBudget = new Budget(slot.admission().refusalsPerSecond());
        responder = new Responder(
                slot.index(), slot.epoch(), settings, entropy, transmitter, invites, others, keys, settlement);
        halfOpen = new HalfOpenCalls(
                halfOpenLimit(slot, meter.capacity()), maxDialogs, new SipHash(entropy.nextLong(), entropy.nextLong()));
        calls = new CallControl(
                settings,
                slot.media(),
                portId,
                media,
                new ServiceCatalog(slot.prompts()),
                entropy,
                store,
                transmitter,
                keys,
                responder,
                dialogs,
                invites,
                clients,
                inviteClients,
                halfOpen,
                callCounters,
                new SessionCost(slot.load()),
                meter,
                handBack);
    }

    /** Told of each host that has sent back a tag of ours, again and again. Set before the first message. */
    public void proofListener(final Consumer<Peer> listener) {
        proofListener = listener;
    }

    /** Which hosts have proven themselves before: their half-open calls give way to nobody. None, unless set. */
    public void proven(final HostShares.Hosts hosts) {
        halfOpen.proven(hosts);
    }

    /**
     * Whether a message belongs to what has begun, or takes no effort to refuse: everything but a first request outside of
     * a dialog. For a blade that has more to do than it can.
     */
    public boolean isKnown(final DirectBuffer buffer, final int offset, final int length) {
        if (scanner.scan(buffer, offset, length, message) != SipFault.NONE
                || !message.isRequest()
                || !message.toTag().isEmpty()) {
            return true;
        }
        keys.transaction(message, message.method(), message.requestUri());
        return message.method() == SipMethod.INVITE
                ? invites.find(keys.high(), keys.low()) != null
                : others.find(keys.high(), keys.low()) != null;
    }

    private static int halfOpenLimit(final Slot slot, final int units) {
        final int calls = Math.max(
                1,
                Math.min(
                        units,
                        Math.min(slot.sip().maxDialogs(), slot.mediaPorts().available())));
        return Math.min(slot.sip().maxUnacknowledged(), calls - calls / PART_FOR_PROVEN);
    }

    /** A message that came to the well-known port and through the fabric; the frame is this blade's. */
    public void onFrame(final InitialFrame frame, final Peer source, final long nowNs) {
        handBack.begin(frame);
        if (handBack.isOfAnotherBlade()) {
            received.incrementRelease();
            count(Outcome.OF_ANOTHER_BLADE);
            return;
        }
        arrival.throughFabric(source, frame);
        // The copy that follows could not begin a conference.
        isStale = frame.type() == FrameType.INITIAL
                && frame.conference() == InitialFrame.NO_ENTRY
                && frame.arrivalNs() + t1Ns - nowNs <= 0;
        if (frame.originalUriLength() > 0) {
            arrival.originalUri(frame.buffer(), frame.originalUriOffset(), frame.originalUriLength());
        }
        handle(frame.buffer(), frame.messageOffset(), frame.messageLength(), nowNs);
    }

    /** A datagram that came to the blade's own port. */
    public void onDatagram(
            final DirectBuffer buffer, final int offset, final int length, final Peer source, final long nowNs) {
        arrival.atOwnPort(source);
        isStale = false;
        handle(buffer, offset, length, nowNs);
    }

    /** A service has played to its end. */
    public void onServiceEnded(final MediaSession session, final long nowNs) {
        try {
            calls.onServiceEnded(session, nowNs);
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            broken.incrementRelease();
            errorHandler.onError(ex);
            if (session.attachment() instanceof Dialog dialog) {
                giveUp(dialog, nowNs);
            }
        }
    }

    /** Ends all sessions, takes no new ones. The sessions end over the next duty cycles. */
    public void hangUp() {
        calls.drain();
    }

    /**
     * Serves timers that are due, some in each call; returns how many.
     */
    public int onDeadline(final long nowNs) {
        int work = calls.hasToHangUp() ? calls.hangUpSome(nowNs) : 0;
        for (int i = 0; i < DEADLINE_LIMIT; i++) {
            final int id = deadlines.pollDue(nowNs);
            if (id == Deadlines.NONE) {
                break;
            }
            serveDeadline(id, nowNs);
            work++;
        }
        return work;
    }

    /** When {@link #onDeadline} wants to be called, or {@link Deadlines#NO_DEADLINE}. */
    public long nextDeadlineNs() {
        return deadlines.nextNs();
    }

    /** Whether {@link #onDeadline} has something to do whatever the time. */
    public boolean hasWork() {
        return calls.hasToHangUp();
    }

    /** Sessions there are, ringing and ending ones included. */
    public int sessions() {
        return dialogs.size();
    }

    /** Transactions of all kinds there are. */
    int transactions() {
        return invites.size() + others.size() + clients.size() + inviteClients.size();
    }

    /** Blocks of memory in use. */
    int storedBlocks() {
        return storeBlocks - store.freeBlocks();
    }

    public boolean isFull() {
        return dialogs.isFull();
    }

    public boolean isDraining() {
        return calls.isDraining();
    }

    // ---- one message

    private void handle(final DirectBuffer buffer, final int offset, final int length, final long nowNs) {
        received.incrementRelease();
        Outcome outcome = Outcome.FAILURE;
        try {
            outcome = dispose(scanner.scan(buffer, offset, length, message), nowNs);
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            // One message is lost, and whoever runs the chassis gets it; the blade goes on.
            outbox.abort();
            errorHandler.onError(new BrokenMessageException(buffer, offset, length, ex));
            abandon(nowNs);
        }
        count(outcome);
    }

    private void count(final Outcome outcome) {
        Objects.requireNonNull(outcomes.get(outcome)).incrementRelease();
    }

    /**
     * Frees what a message began and our code then broke on, and says 500 where a reply is due (RFC 3261 §21.5.1); a repeat
     * of the message begins anew.
     */
    private void abandon(final long nowNs) {
        if (!message.isAnswerable() || !message.isRequest()) {
            return;
        }
        try {
            final boolean isReplyDue = abandonTransaction(nowNs);
            if (message.method() == SipMethod.BYE) {
                final Dialog dialog = dialogs.find(keys.dialog(message));
                if (dialog != null && calls.isPeer(dialog, arrival.source())) {
                    giveUp(dialog, nowNs);
                }
            }
            if (isReplyDue) {
                arrival.request(message);
                answerStateless(500, "Server Internal Error");
            }
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            outbox.abort();
            errorHandler.onError(ex);
        }
    }

    /** Returns whether nothing final was said yet. */
    private boolean abandonTransaction(final long nowNs) {
        keys.transaction(message, message.method(), arrival.requestUri());
        final InviteServerTransaction invite = invites.find(keys.high(), keys.low());
        calls.abandonSetup(nowNs);
        boolean isReplyDue = message.method() != SipMethod.ACK;
        if (invite != null) {
            isReplyDue &= invite.state() == InviteServerTransaction.State.PROCEEDING;
            if (isReplyDue) {
                if (invite.hasDialog()) {
                    giveUp(dialogs.get(invite.dialog), nowNs);
                }
                invite.abandon();
                invites.settle(invite);
            }
        }
        final NonInviteServerTransaction other = others.find(keys.high(), keys.low());
        if (other != null && other.state() == NonInviteServerTransaction.State.TRYING) {
            other.abandon();
            others.settle(other);
        } else if (other != null) {
            isReplyDue = false;
        }
        return isReplyDue;
    }

    private Outcome dispose(final SipFault fault, final long nowNs) {
        if (fault == SipFault.KEEP_ALIVE) {
            return Outcome.KEEP_ALIVE;
        }
        if (fault == SipFault.NOISE) {
            return Outcome.NOISE;
        }
        if (fault != SipFault.NONE) {
            return onFault(fault);
        }
        if (!message.isRequest()) {
            return onResponse(nowNs);
        }
        if (arrival.isViaWellKnown() && portInsertion == PortInsertion.HEADER && !namesOurPort()) {
            return Outcome.MISROUTED;
        }
        arrival.request(message);
        return switch (message.method()) {
            case ACK -> onAck(nowNs);
            case INVITE -> onInvite(nowNs);
            default -> onOther(nowNs);
        };
    }

    private Outcome onFault(final SipFault fault) {
        if (!message.isAnswerable()) {
            return Outcome.MALFORMED;
        }
        arrival.request(message);
        answerStateless(fault.statusCode(), fault.reason());
        return Outcome.ANSWERED;
    }

    private void answerStateless(final int statusCode, final String reason) {
        final Slice tag = message.toTag().isEmpty() ? responder.statelessTag(message) : message.toTag();
        responder.begin(message, arrival.source(), statusCode, reason, tag);
        responder.sendStateless(arrival);
        if (message.method() == SipMethod.INVITE) {
            responder.settle(arrival);
        }
    }

    /** Whether the dispatcher wrote our port into the message, and no other: {@code Midplane-Port: 5071;wk=5060}. */
    private boolean namesOurPort() {
        final int line = message.first(SipHeader.MIDPLANE_PORT);
        if (line < 0 || message.next(line) >= 0) {
            return false;
        }
        message.value(SipHeader.MIDPLANE_PORT, value);
        int named = 0;
        int i = 0;
        for (; i < value.length() && value.byteAt(i) != ';'; i++) {
            final int digit = value.byteAt(i) - '0';
            if (digit < 0 || digit > 9 || named > portId) {
                return false;
            }
            named = named * 10 + digit;
        }
        return named == portId;
    }

    // ---- INVITE and ACK

    private Outcome onInvite(final long nowNs) {
        keys.transaction(message, SipMethod.INVITE, arrival.requestUri());
        final InviteServerTransaction known = invites.find(keys.high(), keys.low());
        if (known != null) {
            return isFrom(known) ? repeat(known.onRepeat()) : Outcome.FOREIGN_SOURCE;
        }
        if (isStale) {
            return Outcome.STALE;
        }
        if (message.toTag().isEmpty() && calls.isBeyondShare(arrival.source())) {
            return refuseGreedy(nowNs);
        }
        final long keyHigh = keys.high();
        final long keyLow = keys.low();
        final Outcome refusal = refuseOutsider();
        if (refusal != null) {
            return refusal;
        }
        final InviteServerTransaction transaction = invites.open(keyHigh, keyLow, arrival.exit(), arrival.replyTo());
        if (transaction == null) {
            if (message.toTag().isEmpty() && arrival.entry() != InitialFrame.NO_ENTRY) {
                handBack.handBack();
                return handedBack();
            }
            callCounters.refusedFull.incrementRelease();
            answerStateless(503, "Service Unavailable");
            return Outcome.ANSWERED;
        }
        if (!message.toTag().isEmpty()) {
            return onInviteInDialog(transaction, nowNs);
        } else if (isMerged()) {
            callCounters.refused.incrementRelease();
            begin(482, "Loop Detected");
            responder.send(transaction, nowNs);
        } else {
            invites.mergeKey(transaction, keys.high(), keys.low());
            transaction.entry = arrival.entry();
            transaction.sequence = arrival.sequence();
            transaction.arrivalNs = arrival.arrivalNs();
            calls.onInvite(transaction, message, arrival, nowNs);
            return arrival.isViaWellKnown() ? handedBack() : Outcome.ANSWERED;
        }
        return Outcome.ANSWERED;
    }

    /**
     * A host with too many half-open calls is told so without a transaction that would repeat it, and within a budget;
     * then it hears nothing, since a refusal costs more than the asking.
     */
    private Outcome refuseGreedy(final long nowNs) {
        callCounters.refusedUnacknowledged.incrementRelease();
        if (refusalBudget.pay(nowNs)) {
            answerStateless(503, "Service Unavailable");
            return Outcome.ANSWERED;
        }
        responder.settle(arrival);
        return Outcome.OVER_BUDGET;
    }

    /**
     * Whoever guesses tags, or has seen them and speaks from elsewhere, gets a 481 that leaves no trace: a transaction of
     * his would push out those of others, and one with the branch of somebody's INVITE would answer that somebody's CANCEL.
     *
     * @return null for everybody else.
     */
    private @Nullable Outcome refuseOutsider() {
        final boolean isForeign;
        if (message.method() == SipMethod.CANCEL) {
            keys.transaction(message, SipMethod.INVITE, arrival.requestUri());
            final InviteServerTransaction invite = invites.find(keys.high(), keys.low());
            if (invite == null || invite.peer().isSameHost(arrival.source())) {
                return null;
            }
            isForeign = true;
        } else if (message.toTag().isEmpty()) {
            return null;
        } else {
            final Dialog dialog = dialogs.find(keys.dialog(message));
            isForeign = dialog != null;
            if (dialog != null && isFromPeer(dialog)) {
                return null;
            }
        }
        answerStateless(481, "Call/Transaction Does Not Exist");
        return isForeign ? Outcome.FOREIGN_SOURCE : Outcome.ANSWERED;
    }

    /** What became of the INVITE in hand, which came through the fabric. */
    private Outcome handedBack() {
        return switch (handBack.fate()) {
            case KEPT -> Outcome.ANSWERED;
            case HANDED_BACK -> Outcome.HANDED_BACK;
            case LOST -> Outcome.HAND_BACK_LOST;
        };
    }

    private Outcome onInviteInDialog(final InviteServerTransaction transaction, final long nowNs) {
        final Dialog dialog = dialogs.find(keys.dialog(message));
        if (dialog == null || isEnding(dialog)) {
            begin(481, "Call/Transaction Does Not Exist");
            responder.send(transaction, nowNs);
        } else if (isOutOfOrder(dialog, nowNs)) {
            begin(500, "CSeq Out Of Order");
            responder.send(transaction, nowNs);
        } else {
            calls.onReInvite(transaction, dialog, message, arrival, nowNs);
        }
        return Outcome.ANSWERED;
    }

    private Outcome onAck(final long nowNs) {
        keys.transaction(message, SipMethod.INVITE, arrival.requestUri());
        final InviteServerTransaction transaction = invites.find(keys.high(), keys.low());
        if (transaction != null && isRefused(transaction) && isNamedByAck(transaction)) {
            if (!isFrom(transaction)) {
                return Outcome.FOREIGN_SOURCE;
            }
            transaction.onAck(nowNs);
            invites.settle(transaction);
            return Outcome.ABSORBED;
        }
        final Dialog dialog = dialogs.find(keys.dialog(message));
        if (dialog == null) {
            return Outcome.STRAY_ACK;
        }
        if (!isFromPeer(dialog)) {
            return Outcome.FOREIGN_SOURCE;
        }
        calls.onAck(dialog, message, nowNs);
        return Outcome.ABSORBED;
    }

    /** Whether a message of this dialog, our tag in it, comes from a host that has a part in it: then it does hear us. */
    private boolean isFromPeer(final Dialog dialog) {
        if (!calls.isPeer(dialog, arrival.source())) {
            return false;
        }
        proofListener.accept(arrival.source());
        return true;
    }

    /** A copy from another host is somebody else's; answering it would be sending to whom nobody asked for it. */
    private boolean isFrom(final Transaction transaction) {
        return transaction.peer().isSameHost(arrival.source());
    }

    private static Outcome repeat(final boolean isAnswered) {
        return isAnswered ? Outcome.REPEATED : Outcome.ABSORBED;
    }

    private static boolean isRefused(final InviteServerTransaction transaction) {
        return switch (transaction.state()) {
            case COMPLETED, CONFIRMED -> true;
            case PROCEEDING, ACCEPTED, OVER -> false;
        };
    }

    /** RFC 3261 §17.2.3: the ACK of an old-style peer must carry the To tag of our response. */
    private boolean isNamedByAck(final InviteServerTransaction transaction) {
        return message.topVia().hasMagicCookie() || keys.tag(message.toTag()).low() == transaction.toTagKey;
    }

    // ---- all other requests

    private Outcome onOther(final long nowNs) {
        keys.transaction(message, message.method(), arrival.requestUri());
        final NonInviteServerTransaction known = others.find(keys.high(), keys.low());
        if (known != null) {
            return isFrom(known) ? repeat(known.onRepeat()) : Outcome.FOREIGN_SOURCE;
        }
        final long keyHigh = keys.high();
        final long keyLow = keys.low();
        final Outcome refusal = refuseOutsider();
        if (refusal != null) {
            return refusal;
        }
        final NonInviteServerTransaction transaction = others.open(keyHigh, keyLow, arrival.exit(), arrival.replyTo());
        if (transaction == null) {
            answerStateless(503, "Service Unavailable");
        } else if (message.method() == SipMethod.CANCEL) {
            return onCancel(transaction, nowNs);
        } else if (message.first(SipHeader.REPLACES) >= 0 || message.first(SipHeader.JOIN) >= 0) {
            // RFC 3891 §3, RFC 3911 §4: they mean nothing but in an INVITE.
            answer(transaction, 400, "Replaces Or Join In " + message.method(), nowNs);
        } else if (!message.toTag().isEmpty()) {
            return onOtherInDialog(transaction, nowNs);
        } else if (isMerged()) {
            answer(transaction, 482, "Loop Detected", nowNs);
        } else {
            others.mergeKey(transaction, keys.high(), keys.low());
            onOtherOutOfDialog(transaction, nowNs);
        }
        return Outcome.ANSWERED;
    }

    private Outcome onCancel(final NonInviteServerTransaction transaction, final long nowNs) {
        keys.transaction(message, SipMethod.INVITE, arrival.requestUri());
        final InviteServerTransaction invite = invites.find(keys.high(), keys.low());
        if (invite == null) {
            answer(transaction, 481, "Call/Transaction Does Not Exist", nowNs);
        } else {
            calls.onCancel(transaction, invite, message, arrival, nowNs);
        }
        return Outcome.ANSWERED;
    }

    private Outcome onOtherInDialog(final NonInviteServerTransaction transaction, final long nowNs) {
        final Dialog dialog = dialogs.find(keys.dialog(message));
        final boolean isBye = message.method() == SipMethod.BYE;
        if (dialog == null || (isEnding(dialog) && !(isBye && dialog.state == Dialog.State.ENDING))) {
            answer(transaction, 481, "Call/Transaction Does Not Exist", nowNs);
        } else if (isOutOfOrder(dialog, nowNs)) {
            answer(transaction, 500, "CSeq Out Of Order", nowNs);
        } else if (!isSupported(message.method())) {
            refuseMethod(transaction, nowNs);
        } else if (options.requiresUnsupported(message)) {
            refuseExtension(transaction, nowNs);
        } else if (isBye) {
            calls.onBye(transaction, dialog, message, arrival, nowNs);
        } else if (message.method() == SipMethod.UPDATE) {
            calls.onUpdate(transaction, dialog, message, arrival, nowNs);
        } else if (message.method() == SipMethod.PRACK) {
            calls.onPrack(transaction, dialog, message, arrival, nowNs);
        } else if (message.method() == SipMethod.INFO) {
            calls.onInfo(transaction, message, arrival, nowNs);
        } else if (message.method() == SipMethod.OPTIONS) {
            sendCapabilities(transaction, nowNs);
        } else {
            answer(transaction, 200, "OK", nowNs);
        }
        return Outcome.ANSWERED;
    }

    /** RFC 3261 §8.2.1, §11.2; a request that only makes sense within a dialog has none: 481. */
    private void onOtherOutOfDialog(final NonInviteServerTransaction transaction, final long nowNs) {
        switch (message.method()) {
            case BYE, INFO, UPDATE, PRACK -> answer(transaction, 481, "Call/Transaction Does Not Exist", nowNs);
            case OPTIONS -> {
                final Slice requestUri = arrival.requestUri();
                if (!uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length()) || !isSip()) {
                    answer(transaction, 416, "Unsupported URI Scheme", nowNs);
                } else if (options.requiresUnsupported(message)) {
                    refuseExtension(transaction, nowNs);
                } else {
                    sendCapabilities(transaction, nowNs);
                }
            }
            default -> refuseMethod(transaction, nowNs);
        }
    }

    private boolean isSip() {
        return uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS;
    }

    private static boolean isSupported(final SipMethod method) {
        return switch (method) {
            case INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE, PRACK -> true;
            case REGISTER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH, REFER, OTHER -> false;
        };
    }

    private static boolean isEnding(final Dialog dialog) {
        return dialog.state == Dialog.State.ENDING || dialog.state == Dialog.State.LINGERING;
    }

    /** RFC 3261 §12.2.2: sequence numbers never go down. */
    private boolean isOutOfOrder(final Dialog dialog, final long nowNs) {
        if (message.cseq() < dialog.remoteCseq) {
            return true;
        }
        dialog.remoteCseq = message.cseq();
        dialog.signOfLifeNs = nowNs;
        return false;
    }

    /** RFC 3261 §8.2.2.2: the same request came another way before. Leaves its key in {@link #keys}. */
    private boolean isMerged() {
        keys.mergedRequest(message);
        return merges.find(keys.high(), keys.low()) != KeyIndex.MISSING;
    }

    private void sendCapabilities(final NonInviteServerTransaction transaction, final long nowNs) {
        CallRefusals.putCapabilities(begin(200, "OK"));
        responder.send(transaction, nowNs);
    }

    /** RFC 3261 §21.4.6 for a method we know, §21.5.2 for one we never heard of. */
    private void refuseMethod(final NonInviteServerTransaction transaction, final long nowNs) {
        final boolean isKnown = message.method() != SipMethod.OTHER;
        begin(isKnown ? 405 : 501, isKnown ? "Method Not Allowed" : "Not Implemented")
                .header("Allow", SipCapabilities.ALLOW);
        responder.send(transaction, nowNs);
    }

    private void refuseExtension(final NonInviteServerTransaction transaction, final long nowNs) {
        options.putUnsupported(begin(420, "Bad Extension"), message);
        responder.send(transaction, nowNs);
    }

    private void answer(
            final NonInviteServerTransaction transaction, final int statusCode, final String reason, final long nowNs) {
        begin(statusCode, reason);
        responder.send(transaction, nowNs);
    }

    private SipResponseWriter begin(final int statusCode, final String reason) {
        final Slice tag = message.toTag().isEmpty() ? responder.freshTag() : message.toTag();
        return responder.begin(message, arrival.source(), statusCode, reason, tag);
    }

    // ---- responses to requests of ours, and time

    private Outcome onResponse(final long nowNs) {
        return switch (message.cseqMethod()) {
            case INVITE -> onInviteResponse(nowNs);
            case BYE, UPDATE -> onOtherResponse(nowNs);
            default -> Outcome.STRAY_RESPONSE;
        };
    }

    private Outcome onInviteResponse(final long nowNs) {
        keys.clientTransaction(message.topVia().branch(), SipMethod.INVITE);
        final InviteClientTransaction transaction = inviteClients.find(keys.high(), keys.low());
        if (transaction == null) {
            return Outcome.STRAY_RESPONSE;
        }
        if (transaction.onResponse(message.statusCode(), nowNs)) {
            calls.sessions().onAnswer(transaction, message, nowNs);
        } else if (message.statusCode() >= 200) {
            transaction.acknowledgeAgain();
        }
        inviteClients.settle(transaction);
        return Outcome.ABSORBED;
    }

    private Outcome onOtherResponse(final long nowNs) {
        keys.clientTransaction(message.topVia().branch(), message.cseqMethod());
        final NonInviteClientTransaction transaction = clients.find(keys.high(), keys.low());
        if (transaction == null) {
            return Outcome.STRAY_RESPONSE;
        }
        if (transaction.onResponse(message.statusCode(), nowNs)) {
            if (transaction.method == SipMethod.BYE) {
                endDialog(transaction, nowNs);
            } else {
                calls.sessions().onAnswer(transaction, message, nowNs);
            }
        }
        clients.settle(transaction);
        return Outcome.ABSORBED;
    }

    private void endDialog(final NonInviteClientTransaction transaction, final long nowNs) {
        final int dialog = transaction.dialog;
        transaction.dialog = Transaction.NO_DIALOG;
        calls.onByeOver(dialog, nowNs);
    }

    /** A timer that our own code breaks on costs the dialog or the transaction that it belongs to, and no more. */
    private void serveDeadline(final int id, final long nowNs) {
        try {
            onDeadline(id, nowNs);
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            outbox.abort();
            broken.incrementRelease();
            errorHandler.onError(ex);
            if (id < firstInvite) {
                giveUp(dialogs.get(id), nowNs);
            } else if (id < firstOther) {
                invites.get(id - firstInvite).abandon();
                invites.settle(invites.get(id - firstInvite));
            } else if (id < firstClient) {
                others.get(id - firstOther).abandon();
                others.settle(others.get(id - firstOther));
            }
        }
    }

    private void giveUp(final Dialog dialog, final long nowNs) {
        try {
            if (dialog.state != Dialog.State.FREE) {
                calls.giveUp(dialog, nowNs);
            }
        } catch (final RuntimeException | AssertionError | StackOverflowError ex) {
            errorHandler.onError(ex);
        }
    }

    private void onDeadline(final int id, final long nowNs) {
        if (id < firstInvite) {
            calls.onDeadline(dialogs.get(id), nowNs);
        } else if (id < firstOther) {
            onDeadline(invites, invites.get(id - firstInvite), nowNs);
        } else if (id < firstClient) {
            onDeadline(others, others.get(id - firstOther), nowNs);
        } else if (id < firstInviteClient) {
            final NonInviteClientTransaction transaction = clients.get(id - firstClient);
            transaction.onDeadline(nowNs);
            if (transaction.state() == NonInviteClientTransaction.State.TIMED_OUT) {
                onUnanswered(transaction, nowNs);
            }
            clients.settle(transaction);
        } else {
            final InviteClientTransaction transaction = inviteClients.get(id - firstInviteClient);
            transaction.onDeadline(nowNs);
            if (transaction.state() == InviteClientTransaction.State.TIMED_OUT) {
                calls.sessions().onTimeout(transaction, nowNs);
            }
            inviteClients.settle(transaction);
        }
    }

    private void onUnanswered(final NonInviteClientTransaction transaction, final long nowNs) {
        if (transaction.method == SipMethod.BYE) {
            callCounters.byeUnanswered.incrementRelease();
            endDialog(transaction, nowNs);
        } else {
            calls.sessions().onTimeout(transaction, nowNs);
        }
    }

    private static <T extends Transaction> void onDeadline(
            final TransactionTable<T> table, final T transaction, final long nowNs) {
        transaction.onDeadline(nowNs);
        table.settle(transaction);
    }
}
