package midplane.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Taps the network and judges every datagram of the chassis against what had reached the chassis before it. It never
 * throws into the chassis, which would swallow it: the first finding is kept until the simulation asks.
 *
 * <p>What a blade does at a deadline it does exactly then, since the clock stands still meanwhile; so timing is judged to
 * the millisecond.
 */
final class Watch implements VirtualNetwork.Tap, Alarmed {
    /** RFC 3261's T1, T2 and 64·T1. */
    static final long T1_NS = 500_000_000L;

    static final long T2_NS = 4_000_000_000L;
    static final long TIMEOUT_NS = 64 * T1_NS;

    /** No blade is asked to be more punctual than its slowest clock, the 20 ms tick. */
    private static final long TOLERANCE_NS = 25_000_000L;

    /** A request that has arrived is answered within this, ringing apart. */
    private static final long ANSWER_LIMIT_NS = 100_000_000L;

    /** A pair of ports rests while at least so many others are lent. */
    private static final int RESTING_LOANS = 8;

    private final VirtualClock clock;
    private final SimulationPlan plan;
    private final EventQueue<Alarmed> alarms;
    private final Map<String, CallRecord> records = new HashMap<>();
    private final Int2ObjectHashMap<CallRecord> mediaOwners = new Int2ObjectHashMap<>();
    private final Int2ObjectHashMap<Loan> lastLoans = new Int2ObjectHashMap<>();
    private final int[] loans;
    private final Trail trail = new Trail();
    private int wellKnownPort;
    private int[] bladePorts = {};
    private String advertisedHost = "";
    private LongSupplier eventNumber = () -> 0;
    private @Nullable String finding;
    private long arrivedAtWellKnown;
    private long strayArrivals;
    private long rtpPackets;
    private long answeredSessions;

    /** When a pair of ports was given back, counted in its blade's loans. */
    private record Loan(int loansAtReturn) {}

    Watch(final VirtualClock clock, final SimulationPlan plan, final EventQueue<Alarmed> alarms) {
        this.clock = clock;
        this.plan = plan;
        this.alarms = alarms;
        loans = new int[plan.blades()];
    }

    /**
     * Tells what is to be watched.
     *
     * @param eventNumber for the story of a violation.
     */
    void chassis(
            final String advertisedHost,
            final int wellKnownPort,
            final int[] bladePorts,
            final LongSupplier eventNumber) {
        this.advertisedHost = advertisedHost;
        this.wellKnownPort = wellKnownPort;
        this.bladePorts = bladePorts.clone();
        this.eventNumber = eventNumber;
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

    @Nullable
    CallRecord record(final String callId) {
        return records.get(callId);
    }

    int openRecords() {
        return records.size();
    }

    /** Datagrams that arrived at the well-known port. */
    long arrivedAtWellKnown() {
        return arrivedAtWellKnown;
    }

    /** Of those, requests with a tag of ours that are not the ACK of a refusal. */
    long strayArrivals() {
        return strayArrivals;
    }

    /** RTP packets the chassis sent. */
    long rtpPackets() {
        return rtpPackets;
    }

    /** Calls answered with 200. */
    long answeredSessions() {
        return answeredSessions;
    }

    /** The first violation, told; or null. */
    @Nullable
    String finding() {
        return finding;
    }

    void fail(final @Nullable CallRecord record, final String what) {
        if (finding == null) {
            finding = "seed " + plan.seed() + ", event " + eventNumber.getAsLong() + ", "
                    + clock.elapsedNs() / 1e9 + " s: " + what
                    + (record == null ? "" : "\nCall " + record.callId + ": " + record.plan) + '\n'
                    + trail.tell(record == null ? null : record.callId) + "See it again with\n  " + plan.command();
        }
    }

    /** Timer B or F of a client. */
    void onTimeout(final CallRecord record, final String method) {
        if (plan.isFaultless()) {
            fail(record, method + " got no final response though nothing was lost");
        }
    }

    private boolean require(final boolean holds, final CallRecord record, final String what) {
        if (!holds) {
            fail(record, what);
        }
        return holds;
    }

    // What arrives.

    @Override
    public void onDelivered(
            final VirtualPort target,
            final Peer source,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!target.isPolled()) {
            if (isSignalling(source)) {
                final SipText text = SipText.of(buffer, offset, length);
                trail.add(eventNumber.getAsLong(), clock.elapsedNs(), true, source, target.local(), text);
            }
            return;
        }
        if (!isSignalling(target.local())) {
            return;
        }
        final boolean isWellKnown = target.local().port() == wellKnownPort;
        if (isWellKnown) {
            arrivedAtWellKnown++;
        }
        if (length == 0 || !Character.isLetter(buffer.getByte(offset))) {
            return;
        }
        final SipText text = SipText.of(buffer, offset, length);
        trail.add(eventNumber.getAsLong(), clock.elapsedNs(), true, source, target.local(), text);
        final CallRecord record = text.fault() == null ? records.get(text.callId()) : null;
        if (record == null) {
            return;
        }
        record.lastArrivalNs = clock.nanoTime();
        if (text.isResponse()) {
            onResponseArrived(record, text);
        } else {
            onRequestArrived(record, text, target.local().port(), isWellKnown);
        }
    }

    private void onResponseArrived(final CallRecord record, final SipText text) {
        final WireTransaction bye = record.chassisBye;
        if (bye != null && bye.branch.equals(text.branch()) && text.status() >= 200) {
            record.isChassisByeAnswered = true;
        }
    }

    private void onRequestArrived(
            final CallRecord record, final SipText text, final int port, final boolean isWellKnown) {
        final String method = text.method();
        if (method.equals("ACK")) {
            onAckArrived(record, text, isWellKnown);
            return;
        }
        if (isWellKnown && isOurTag(text.toTag())) {
            strayArrivals++;
            require(!record.plan.followsContact(), record, "a client that follows Contact came to the well-known port");
        }
        final WireTransaction transaction = record.transaction(text.branch(), method);
        if (transaction == null) {
            fail(record, "the simulation lost track of its own request: " + text.startLine());
            return;
        }
        if (transaction.arrived == 0) {
            transaction.arrivalPort = port;
            alarms.add(clock.nanoTime() + answerLimitNs(transaction), this, addDue(record, transaction, Due.ANSWER));
            if (method.equals("CANCEL")) {
                onCancelArrived(record, transaction);
            }
        }
        transaction.arrived++;
        transaction.lastArrivalNs = clock.nanoTime();
        record.hasByeArrived |= method.equals("BYE");
    }

    private void onAckArrived(final CallRecord record, final SipText text, final boolean isWellKnown) {
        final boolean isStray = isWellKnown && isOurTag(text.toTag());
        strayArrivals += isStray ? 1 : 0;
        final WireTransaction refused = record.transaction(text.branch(), "INVITE");
        if (refused != null && refused.status >= 300) {
            refused.isAcknowledged = true;
            return;
        }
        require(!isStray || !record.plan.followsContact(), record, "an ACK for a 200 came to the well-known port");
        if (text.toTag().equals(record.dialogTag)) {
            record.hasAckArrived = true;
        }
    }

    /** RFC 3261 §9.2: a CANCEL that finds its INVITE unanswered ends it; one that comes too late changes nothing. */
    private void onCancelArrived(final CallRecord record, final WireTransaction cancel) {
        final WireTransaction invite = record.transaction(cancel.branch, "INVITE");
        if (invite != null && invite.arrived > 0) {
            cancel.mustSucceed = invite.status == 0 || clock.nanoTime() - invite.firstFinalNs < Watch.T2_NS;
            invite.mustBeTerminated = invite.status == 0;
        }
    }

    private long answerLimitNs(final WireTransaction transaction) {
        return ANSWER_LIMIT_NS + (transaction.isInvite() ? plan.answerDelayNs() : 0);
    }

    // What the chassis sends.

    @Override
    public void onSent(
            final VirtualPort source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!source.isPolled()) {
            return;
        }
        if (isSignalling(source.local())) {
            onSignallingSent(source.local(), destination, SipText.of(buffer, offset, length));
        } else {
            onMediaSent(source.local(), target, destination, buffer, offset, length);
        }
    }

    private void onMediaSent(
            final Peer source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (target == null || !(target.attachment() instanceof CallRecord record)) {
            fail(mediaOwners.get(source.port() & ~1), "media to nobody: " + source + " to " + destination);
            return;
        }
        final boolean isRtp = (source.port() & 1) == 0;
        if (!require(
                (source.port() & ~1) == record.mediaPort,
                record,
                "media from port " + source.port() + ", the SDP said " + record.mediaPort)) {
            return;
        }
        require(record.hasAckArrived, record, "media before the ACK");
        if (isRtp) {
            rtpPackets++;
            require(!record.isEnded(), record, "RTP after the end of the session");
            final String fault = record.rtp.fault(buffer, offset, length, record.call.number(), clock.nanoTime());
            if (fault != null) {
                fail(record, "RTP: " + fault);
            }
        }
    }

    private void onSignallingSent(final Peer source, final Peer destination, final SipText text) {
        trail.add(eventNumber.getAsLong(), clock.elapsedNs(), false, source, destination, text);
        final CallRecord record = records.get(text.callId());
        if (text.fault() != null) {
            fail(record, "the chassis sent a message that is not SIP: " + text.fault());
        } else if (record == null) {
            fail(null, "the chassis sent a message for a call that is unknown, or over since long: " + text.callId());
        } else {
            judgeAge(record);
            if (text.isResponse()) {
                judgeResponse(record, source, destination, text);
            } else {
                judgeRequest(record, source, destination, text);
            }
        }
    }

    /** After the end only repeats are due, and none after 64·T1; an answer to what has just come is always in order. */
    private void judgeAge(final CallRecord record) {
        final long nowNs = clock.nanoTime();
        require(
                !record.isEnded()
                        || nowNs - record.endedNs <= TIMEOUT_NS + TOLERANCE_NS
                        || record.lastArrivalNs == nowNs,
                record,
                "a message " + (nowNs - record.endedNs) / 1_000_000L + " ms after the end of the session");
    }

    private void judgeResponse(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        final WireTransaction transaction = record.transaction(text.branch(), text.cseqMethod());
        if (transaction == null || transaction.arrived == 0) {
            fail(record, "an answer to what never arrived: " + text.startLine());
            return;
        }
        require(
                destination.equals(transaction.answerTo),
                record,
                "the answer went to " + destination + " instead of " + transaction.answerTo);
        judgeVia(record, transaction, text);
        judgeSourceOfAnswer(record, transaction, source, text);
        record.call.judgeEcho(text);
        if (text.status() > 100) {
            judgeTag(record, transaction, text);
        }
        if (text.status() >= 200) {
            judgeFinal(record, transaction, text);
        } else if (transaction.status >= 200) {
            fail(record, "a provisional response after the final one");
        }
        if (transaction.isInvite() && text.status() > 100 && text.status() < 300) {
            judgeDialog(record, transaction, text);
        }
    }

    /** RFC 3261 §18.2.1, RFC 3581 §4. */
    private void judgeVia(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final String via = text.header("Via");
        final String received = SipText.param(via, "received");
        if (transaction.needsReceived || transaction.hasRport) {
            require(
                    received.equals(transaction.trueSource.host()),
                    record,
                    "received is '" + received + "', the client is " + transaction.trueSource);
        }
        if (transaction.hasRport) {
            require(
                    SipText.param(via, "rport").equals(Integer.toString(transaction.trueSource.port())),
                    record,
                    "rport is '" + SipText.param(via, "rport") + "', the client is " + transaction.trueSource);
        }
    }

    private void judgeSourceOfAnswer(
            final CallRecord record, final WireTransaction transaction, final Peer source, final SipText text) {
        final int owner = blade(text.toTag());
        final int expected;
        if (transaction.arrivalPort != wellKnownPort) {
            expected = transaction.arrivalPort;
        } else if (owner < 0) {
            expected = text.status() == 100 ? source.port() : wellKnownPort;
        } else {
            expected = switch (plan.responseFrom()) {
                case AUTO -> transaction.hasRport ? wellKnownPort : bladePorts[owner];
                case WELLKNOWN -> wellKnownPort;
                case BLADE -> bladePorts[owner];
            };
        }
        require(source.port() == expected, record, "answered from port " + source.port() + " instead of " + expected);
    }

    private void judgeTag(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final String tag = text.toTag();
        if (!require(!tag.isEmpty(), record, "an answer without a To-tag")) {
            return;
        }
        if (transaction.tag.isEmpty()) {
            transaction.tag = tag;
        }
        require(
                transaction.tag.equals(tag),
                record,
                "another To-tag for the same request: " + tag + " after " + transaction.tag);
        final int owner = blade(tag);
        if (owner >= 0 && record.plan.kind() != CallPlan.Kind.BYE_TO_NOBODY) {
            require(owner < bladePorts.length, record, "a tag names blade " + owner + ", which does not exist");
            require(record.blade < 0 || record.blade == owner, record, "one dialog on two blades");
            record.blade = owner;
        }
    }

    private void judgeFinal(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final long nowNs = clock.nanoTime();
        final int status = text.status();
        if (transaction.status < 200) {
            judgeStatus(record, transaction, status);
            transaction.firstFinalNs = nowNs;
            transaction.intervalNs = T1_NS;
            onFirstFinal(record, transaction, status);
        } else {
            require(
                    transaction.status == status,
                    record,
                    "the final response was " + transaction.status + " and is now " + status);
            if (transaction.isInvite()) {
                judgeRepeat(record, transaction, transaction.status < 300 && record.hasAckArrived, nowNs);
            }
        }
        transaction.status = status;
        transaction.finals++;
        if (transaction.isInvite()) {
            if (transaction.finals == 1 || transaction.lastArrivalNs != nowNs) {
                transaction.lastFinalNs = nowNs;
                transaction.timed++;
                alarms.add(
                        nowNs + transaction.intervalNs + TOLERANCE_NS,
                        this,
                        addDue(record, transaction, Due.RESPONSE_REPEAT));
            }
        } else {
            require(
                    transaction.finals <= transaction.arrived,
                    record,
                    transaction.method + " arrived " + transaction.arrived + " times and was answered once more");
        }
    }

    /** Whether the chassis knows that its 200 was heard, or need not be any more. */
    private static boolean isHeard(final CallRecord record) {
        return record.hasAckArrived || record.isEnded();
    }

    private void judgeStatus(final CallRecord record, final WireTransaction transaction, final int status) {
        if (transaction.isMerged) {
            require(status == 482, record, "a merged request was answered " + status);
        } else if (transaction.mustBeTerminated) {
            require(status == 487, record, "a cancelled INVITE was answered " + status);
        } else if (transaction.method.equals("CANCEL")) {
            require(status == (transaction.mustSucceed ? 200 : 481), record, "CANCEL was answered " + status);
        } else if (record.transactions.get(0) == transaction) {
            require(
                    record.plan.kind().statuses().contains(status),
                    record,
                    transaction.method + " was answered " + status);
        } else {
            // Within the dialog: the other side may have ended it meanwhile.
            require(
                    status == 200 || (status == 481 && record.isEnded()),
                    record,
                    transaction.method + " in a dialog that is up was answered " + status);
        }
    }

    private void onFirstFinal(final CallRecord record, final WireTransaction transaction, final int status) {
        final long nowNs = clock.nanoTime();
        if (transaction.method.equals("BYE") || (transaction.isInvite() && status >= 300 && !transaction.isMerged)) {
            endSession(record);
        } else if (!transaction.isInvite() && record.transactions.get(0) == transaction) {
            record.end(nowNs);
        } else if (transaction.isInvite() && status < 300) {
            answeredSessions++;
            alarms.add(nowNs + TIMEOUT_NS + TOLERANCE_NS, this, addDue(record, transaction, Due.ACK));
        }
    }

    private void endSession(final CallRecord record) {
        if (!record.isEnded()) {
            record.end(clock.nanoTime());
            if (record.mediaPort != 0 && mediaOwners.get(record.mediaPort) == record) {
                mediaOwners.remove(record.mediaPort);
                lastLoans.put(record.mediaPort, new Loan(loans[record.blade]));
            }
        }
    }

    /** Timer G (RFC 3261 §17.2.1) and its like for 2xx (§13.3.1.4): T1, doubling to T2, until the ACK or 64·T1. */
    private void judgeRepeat(
            final CallRecord record, final WireTransaction transaction, final boolean isHeard, final long nowNs) {
        if (transaction.lastArrivalNs == nowNs) {
            return;
        }
        require(!transaction.isAcknowledged && !isHeard, record, "a final response repeated after its ACK");
        final long gapNs = nowNs - transaction.lastFinalNs;
        require(
                Math.abs(gapNs - transaction.intervalNs) <= TOLERANCE_NS,
                record,
                "a final response repeated after " + gapNs / 1_000_000L + " ms instead of "
                        + transaction.intervalNs / 1_000_000L);
        require(
                nowNs - transaction.firstFinalNs <= TIMEOUT_NS + TOLERANCE_NS,
                record,
                "a final response repeated after 64·T1");
        transaction.intervalNs = Math.min(2 * transaction.intervalNs, T2_NS);
    }

    /** RFC 3261 §12.1.1, and the wire contract: the port of the Contact is the port of the blade in the tag. */
    private void judgeDialog(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final String contact = text.contactUri();
        if (record.dialogTag.isEmpty()) {
            record.dialogTag = text.toTag();
        }
        require(record.dialogTag.equals(text.toTag()), record, "a second dialog for one INVITE: " + text.toTag());
        final int owner = blade(text.toTag());
        if (!require(owner >= 0 && owner < bladePorts.length, record, "a dialog of no blade: " + text.toTag())) {
            return;
        }
        require(
                SipText.host(contact).equals(advertisedHost) && SipText.port(contact) == bladePorts[owner],
                record,
                "the Contact is " + contact + ", the blade of the tag has port " + bladePorts[owner]);
        require(
                text.header("Record-Route").isEmpty() != record.plan.recordRouted(),
                record,
                "Record-Route was " + (record.plan.recordRouted() ? "not copied" : "made up"));
        if (text.status() >= 200 && transaction.finals == 1) {
            judgeMediaPort(record, owner, text.audioPort());
        }
    }

    private void judgeMediaPort(final CallRecord record, final int owner, final int port) {
        if (!require(port > 0 && (port & 1) == 0, record, "no RTP port in the SDP, or an odd one: " + port)) {
            return;
        }
        final CallRecord present = mediaOwners.get(port);
        require(
                present == null,
                record,
                "RTP port " + port + " belongs to another call" + (present == null ? "" : ", " + present.callId));
        final Loan last = lastLoans.get(port);
        require(
                last == null || loans[owner] - last.loansAtReturn() >= RESTING_LOANS,
                record,
                "RTP port " + port + " was lent again though others had rested longer");
        loans[owner]++;
        record.mediaPort = port;
        mediaOwners.put(port, record);
    }

    // Requests of the chassis: BYE.

    private void judgeRequest(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        if (!require(text.method().equals("BYE"), record, "the chassis sent " + text.startLine())) {
            return;
        }
        require(
                record.blade >= 0 && source.port() == bladePorts[record.blade],
                record,
                "BYE from port " + source.port());
        require(destination.equals(record.call.contact()), record, "BYE to " + destination);
        require(
                text.fromTag().equals(record.dialogTag) && text.toTag().equals(record.call.fromTag()),
                record,
                "BYE with the wrong tags");
        require(text.requestUri().equals(record.call.contactUri()), record, "BYE for " + text.requestUri());
        require(
                text.header("Route").isEmpty() != record.plan.recordRouted(),
                record,
                "Route of the BYE: " + text.header("Route"));
        require(text.branch().startsWith("z9hG4bK"), record, "BYE without a branch of RFC 3261");
        require(
                SipText.port("sip:" + text.header("Via").substring("SIP/2.0/UDP ".length())) == source.port(),
                record,
                "the Via of the BYE does not name its port");
        final WireTransaction bye = record.chassisBye;
        if (bye == null) {
            onFirstChassisBye(record, source, text);
        } else if (require(bye.branch.equals(text.branch()), record, "a second BYE")) {
            judgeByeRepeat(record, bye);
        }
    }

    private void onFirstChassisBye(final CallRecord record, final Peer source, final SipText text) {
        require(!record.hasByeArrived, record, "BYE after the client's own");
        if (record.hasAckArrived) {
            final String fault = record.rtp.completeness();
            if (fault != null) {
                fail(record, "RTP: " + fault);
            }
        } else {
            // RFC 3261 §13.3.1.4: the dialog is confirmed, but without an ACK the session should be ended.
            final WireTransaction invite = record.transactions.get(0);
            require(
                    clock.nanoTime() - invite.firstFinalNs >= TIMEOUT_NS - TOLERANCE_NS,
                    record,
                    "BYE before the ACK and before 64·T1");
        }
        final WireTransaction bye = new WireTransaction(text.branch(), "BYE", source, source, false, false, false);
        bye.intervalNs = T1_NS;
        bye.firstFinalNs = clock.nanoTime();
        record.chassisBye = bye;
        endSession(record);
        noteBye(record, bye);
    }

    /** Timers E and F: RFC 3261 §17.1.2.2. */
    private void judgeByeRepeat(final CallRecord record, final WireTransaction bye) {
        final long gapNs = clock.nanoTime() - bye.lastFinalNs;
        require(!record.isChassisByeAnswered, record, "BYE repeated after its answer");
        require(
                Math.abs(gapNs - bye.intervalNs) <= TOLERANCE_NS,
                record,
                "BYE repeated after " + gapNs / 1_000_000L + " ms instead of " + bye.intervalNs / 1_000_000L);
        bye.intervalNs = Math.min(2 * bye.intervalNs, T2_NS);
        noteBye(record, bye);
    }

    private void noteBye(final CallRecord record, final WireTransaction bye) {
        bye.timed++;
        bye.lastFinalNs = clock.nanoTime();
        alarms.add(bye.lastFinalNs + bye.intervalNs + TOLERANCE_NS, this, addDue(record, bye, Due.BYE_REPEAT));
    }

    // What must have happened by now.

    private enum Due {
        ANSWER,
        RESPONSE_REPEAT,
        BYE_REPEAT,
        ACK
    }

    /** A promise that the chassis must have kept when the alarm rings. */
    private record Promise(CallRecord record, WireTransaction transaction, Due due, int timed) {}

    private final Int2ObjectHashMap<Promise> promises = new Int2ObjectHashMap<>();
    private int nextPromise;

    private int addDue(final CallRecord record, final WireTransaction transaction, final Due due) {
        final int number = nextPromise++;
        promises.put(number, new Promise(record, transaction, due, transaction.timed));
        return number;
    }

    @Override
    public void onAlarm(final int argument, final long nowNs) {
        final Promise promise = promises.remove(argument);
        assert promise != null : "each promise has one alarm";
        final CallRecord record = promise.record();
        final WireTransaction transaction = promise.transaction();
        switch (promise.due()) {
            case ANSWER ->
                require(transaction.status >= 200, record, transaction.method + " arrived and was not answered");
            case RESPONSE_REPEAT -> judgeMissingRepeat(record, transaction, promise.timed(), nowNs);
            case BYE_REPEAT ->
                require(
                        transaction.timed > promise.timed()
                                || record.isChassisByeAnswered
                                || nowNs - transaction.firstFinalNs >= TIMEOUT_NS,
                        record,
                        "BYE was not answered and not repeated");
            case ACK ->
                require(
                        record.hasAckArrived || record.isEnded(),
                        record,
                        "no ACK came within 64·T1, and the session was not ended");
        }
    }

    private void judgeMissingRepeat(
            final CallRecord record, final WireTransaction transaction, final int timed, final long nowNs) {
        final boolean isSettled = transaction.isAcknowledged
                || (transaction.status < 300 && isHeard(record))
                || nowNs - transaction.firstFinalNs >= TIMEOUT_NS;
        require(isSettled || transaction.timed > timed, record, "a final response without ACK was not repeated");
    }

    // Names.

    private boolean isSignalling(final Peer local) {
        if (local.port() == wellKnownPort) {
            return true;
        }
        for (final int port : bladePorts) {
            if (port == local.port()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOurTag(final String tag) {
        return blade(tag) >= 0;
    }

    /** The blade a tag names, as the wire contract has it: 'b', two hex digits, four of the epoch; or -1. */
    static int blade(final String tag) {
        return tag.length() == 40 && tag.charAt(0) == 'b' && tag.charAt(7) == '-'
                ? Integer.parseInt(tag.substring(1, 3), 16)
                : -1;
    }
}
