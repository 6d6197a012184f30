package midplane.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Taps the network, keeps a record of every call, and has every datagram of the chassis judged against what had reached
 * the chassis before it. It never throws into the chassis, which would swallow it: the first finding is kept until the
 * simulation asks.
 */
final class Watch implements VirtualNetwork.Tap {
    /** RFC 3261's T1, T2 and 64·T1. */
    static final long T1_NS = 500_000_000L;

    static final long T2_NS = 4_000_000_000L;
    static final long TIMEOUT_NS = 64 * T1_NS;

    /** How long what is overdue is waited for, before it counts as missing. */
    static final long PATIENCE_NS = 25_000_000L;

    /** What a blade does at a deadline it does exactly then, since the clock stands still meanwhile. */
    private static final long PRECISION_NS = 1000L;

    /** A request that has arrived is answered within this, ringing apart. */
    private static final long ANSWER_LIMIT_NS = 100_000_000L;

    private final VirtualClock clock;
    private final SimulationPlan plan;
    private final Shelf shelf;
    private final LongSupplier eventNumber;
    private final Promises promises;
    private final MediaJudge media;
    private final ByeJudge byes;
    private final RefreshJudge refreshes;
    private final ResponseJudge responses;
    private final Map<String, CallRecord> records = new HashMap<>();
    private final List<Stranger> strangers = new ArrayList<>();
    private final Trail trail = new Trail();
    private @Nullable String finding;
    private boolean isDraining;
    private long arrivedAtWellKnown;
    private long strayArrivals;

    /**
     * A watch on one chassis.
     *
     * @param eventNumber for the story of a violation.
     */
    Watch(
            final VirtualClock clock,
            final SimulationPlan plan,
            final EventQueue<Alarmed> alarms,
            final Shelf shelf,
            final LongSupplier eventNumber) {
        this.clock = clock;
        this.plan = plan;
        this.shelf = shelf;
        this.eventNumber = eventNumber;
        promises = new Promises(alarms, this);
        media = new MediaJudge(clock, this, shelf.blades());
        byes = new ByeJudge(clock, this, promises, media, shelf);
        refreshes = new RefreshJudge(clock, this, promises, byes);
        responses = new ResponseJudge(clock, plan, this, promises, media, shelf, refreshes);
    }

    static boolean isOnTime(final long gapNs, final long intervalNs) {
        return Math.abs(gapNs - intervalNs) <= PRECISION_NS;
    }

    CallRecord open(final String callId, final CallPlan plan, final SimulatedCall call) {
        final CallRecord record = new CallRecord(callId, plan, call);
        final CallRecord before = records.put(callId, record);
        assert before == null : "the simulation used a Call-ID twice: " + callId;
        return record;
    }

    /** From now on nothing more may be heard of this call. */
    void forget(final CallRecord record) {
        records.remove(record.callId);
    }

    /** From now on nothing is judged that goes to this host. */
    void pardon(final Stranger stranger) {
        strangers.add(stranger);
    }

    /** From now on there are calls besides those that are judged. */
    void hasUnseenCalls() {
        media.hasUnseenLoans();
    }

    int openRecords() {
        return records.size();
    }

    /** Datagrams that arrived at the well-known port. */
    long arrivedAtWellKnown() {
        return arrivedAtWellKnown;
    }

    /** Of those, requests with the tag of a blade. */
    long strayArrivals() {
        return strayArrivals;
    }

    /** RTP packets the chassis sent. */
    long rtpPackets() {
        return media.rtpPackets();
    }

    /** Legs that found others in their conference. */
    long joinedLegs() {
        return responses.joinedLegs();
    }

    /** Calls answered with 200. */
    long answeredSessions() {
        return responses.answeredSessions()
                + strangers.stream().mapToLong(Stranger::answered).sum();
    }

    // ---- findings

    /** The first violation, told; or null. */
    @Nullable
    String finding() {
        return finding;
    }

    void fail(final @Nullable CallRecord record, final String what) {
        if (finding == null) {
            finding = String.format(
                    "seed %d, event %d, %.6f s: %s%n%s%sSee it again with%s%n  %s",
                    plan.seed(),
                    eventNumber.getAsLong(),
                    clock.elapsedNs() / 1e9,
                    what,
                    record == null ? "" : String.format("Call %s: %s%n", record.callId, record.plan),
                    trail.tell(record == null ? null : record.callId),
                    plan.calls() > 0 ? "" : " the test that placed the calls; what else it set:",
                    plan.command());
        }
    }

    /** Returns whether it holds. */
    boolean require(final boolean holds, final CallRecord record, final String what) {
        if (!holds) {
            fail(record, what);
        }
        return holds;
    }

    /** Timer B or F of a client. */
    void onTimeout(final CallRecord record, final String method) {
        if (plan.isFaultless()) {
            fail(record, method + " got no final response though nothing was lost");
        }
    }

    /** The chassis was asked to end its sessions and to take no new ones. */
    void drain() {
        isDraining = true;
    }

    boolean isDraining() {
        return isDraining;
    }

    // ---- what arrives

    @Override
    public void onDelivered(
            final VirtualPort target,
            final Peer source,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!shelf.isSignalling(target.isPolled() ? target.local() : source)) {
            return;
        }
        final boolean isWellKnown = target.isPolled() && target.local().port() == shelf.wellKnownPort();
        arrivedAtWellKnown += isWellKnown ? 1 : 0;
        if (length == 0 || !Character.isLetter(buffer.getByte(offset))) {
            return;
        }
        trail.add(eventNumber.getAsLong(), clock.elapsedNs(), true, source, target.local(), buffer, offset, length);
        if (!target.isPolled()) {
            return;
        }
        final SipText text = SipText.of(buffer, offset, length);
        final CallRecord record = text.fault() == null ? records.get(text.callId()) : null;
        if (record == null) {
            return;
        }
        record.lastArrivalNs = clock.nanoTime();
        if (text.isResponse()) {
            onResponseArrived(record, text);
        } else if (text.method().equals("ACK")) {
            onAckArrived(record, text, isWellKnown);
        } else {
            onRequestArrived(record, text, target.local().port(), isWellKnown);
        }
    }

    private void onResponseArrived(final CallRecord record, final SipText text) {
        refreshes.onAnswered(record, text);
        final WireTransaction bye = record.chassisBye;
        if (bye != null && bye.branch.equals(text.branch()) && text.status() >= 200) {
            record.isChassisByeAnswered = true;
        }
    }

    private void onRequestArrived(
            final CallRecord record, final SipText text, final int port, final boolean isWellKnown) {
        if (isWellKnown && Shelf.isOurs(text.toTag())) {
            strayArrivals++;
            require(!record.plan.followsContact(), record, "a client that follows Contact came to the well-known port");
        }
        final WireTransaction transaction = record.transaction(text.branch(), text.method());
        if (transaction == null) {
            fail(record, "the simulation lost track of its own request: " + text.startLine());
            return;
        }
        final long nowNs = clock.nanoTime();
        if (transaction.arrived == 0) {
            transaction.arrivalPort = port;
            final long ringingNs = transaction.isInvite() ? plan.answerDelayNs() : 0;
            promises.add(Promises.Due.ANSWER, record, transaction, nowNs + ANSWER_LIMIT_NS + ringingNs);
            if (transaction.method.equals("CANCEL")) {
                onCancelArrived(record, transaction);
            }
        }
        if (record.replaced != null && transaction == record.transactions.get(0)) {
            record.replaced.mayBeReplaced = true;
        }
        transaction.arrived++;
        transaction.lastArrivalNs = nowNs;
        record.hasByeArrived |= transaction.method.equals("BYE");
    }

    private void onAckArrived(final CallRecord record, final SipText text, final boolean isWellKnown) {
        final boolean isStray = isWellKnown && Shelf.isOurs(text.toTag());
        strayArrivals += isStray ? 1 : 0;
        final WireTransaction refused = record.transaction(text.branch(), "INVITE");
        if (refused != null && refused.status >= 300) {
            refused.isAcknowledged = true;
            return;
        }
        require(!isStray || !record.plan.followsContact(), record, "an ACK for a 200 came to the well-known port");
        if (text.toTag().equals(record.dialogTag)) {
            record.hasAckArrived = true;
            for (final WireTransaction transaction : record.transactions) {
                transaction.isAcknowledged |= transaction.isAnsweredInvite() && transaction.cseq == text.cseq();
            }
        }
    }

    /** RFC 3261 §9.2: a CANCEL that finds its INVITE unanswered ends it; one that comes too late changes nothing. */
    private void onCancelArrived(final CallRecord record, final WireTransaction cancel) {
        final WireTransaction invite = record.transaction(cancel.branch, "INVITE");
        if (invite == null || invite.arrived == 0) {
            cancel.mustFail = true;
        } else {
            invite.mustBeTerminated = invite.status == 0;
            cancel.mustSucceed = invite.status == 0 || clock.nanoTime() - invite.firstFinalNs < T2_NS;
        }
    }

    // ---- what the chassis sends

    @Override
    public void onSent(
            final VirtualPort source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!source.isPolled() || isToldToStranger(destination, buffer, offset, length)) {
            return;
        }
        if (shelf.isSignalling(source.local())) {
            trail.add(
                    eventNumber.getAsLong(),
                    clock.elapsedNs(),
                    false,
                    source.local(),
                    destination,
                    buffer,
                    offset,
                    length);
            onSignallingSent(source.local(), destination, SipText.of(buffer, offset, length));
        } else {
            media.onSent(source.local(), target, destination, buffer, offset, length);
        }
    }

    private boolean isToldToStranger(
            final Peer destination, final DirectBuffer buffer, final int offset, final int length) {
        for (final Stranger stranger : strangers) {
            if (stranger.local().isSameHost(destination)) {
                stranger.onSent(buffer, offset, length);
                return true;
            }
        }
        return false;
    }

    private void onSignallingSent(final Peer source, final Peer destination, final SipText text) {
        final CallRecord record = records.get(text.callId());
        if (text.fault() != null) {
            fail(record, "the chassis sent a message that is not SIP: " + text.fault());
        } else if (record == null && text.status() == 481) {
            // A request so late that its call is forgotten here, too, is told so.
            return;
        } else if (record == null) {
            fail(null, "the chassis sent a message for a call that is unknown, or over since long: " + text.callId());
        } else {
            judgeAge(record);
            if (text.isResponse()) {
                responses.onSent(record, source, destination, text);
            } else {
                switch (text.method()) {
                    case "BYE" -> byes.onSent(record, source, destination, text);
                    case "UPDATE", "INVITE", "ACK" -> refreshes.onSent(record, source, destination, text);
                    default -> fail(record, "the chassis sent " + text.startLine());
                }
            }
        }
    }

    /** After the end only repeats are due, and none after 64·T1; an answer to what has just come is always in order. */
    private void judgeAge(final CallRecord record) {
        final long nowNs = clock.nanoTime();
        require(
                !record.isEnded() || nowNs - record.endedNs <= TIMEOUT_NS || record.lastArrivalNs == nowNs,
                record,
                "a message " + (nowNs - record.endedNs) / 1_000_000L + " ms after the end of the session");
    }
}
