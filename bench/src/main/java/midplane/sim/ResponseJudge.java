package midplane.sim;

import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;

/** Judges the responses of the chassis: RFC 3261 §8.2.6, §12.1.1, §13.3.1, §17.2, §18.2, RFC 3581 and the wire contract. */
final class ResponseJudge {
    private final VirtualClock clock;
    private final SimulationPlan plan;
    private final Watch watch;
    private final Promises promises;
    private final MediaJudge media;
    private final Shelf shelf;
    private final ConferenceJudge conferences;
    private final RefreshJudge refreshes;
    private long answeredSessions;

    ResponseJudge(
            final VirtualClock clock,
            final SimulationPlan plan,
            final Watch watch,
            final Promises promises,
            final MediaJudge media,
            final Shelf shelf,
            final RefreshJudge refreshes) {
        this.refreshes = refreshes;
        this.clock = clock;
        this.plan = plan;
        this.watch = watch;
        this.promises = promises;
        this.media = media;
        this.shelf = shelf;
        conferences = new ConferenceJudge(watch);
    }

    /** Legs that found others in their conference. */
    long joinedLegs() {
        return conferences.joined();
    }

    /** INVITEs answered with 200, repeats not counted. */
    long answeredSessions() {
        return answeredSessions;
    }

    void onSent(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        final WireTransaction transaction = record.transaction(text.branch(), text.cseqMethod());
        if (transaction == null || transaction.arrived == 0) {
            watch.fail(record, "an answer to what never arrived: " + text.startLine());
            return;
        }
        watch.require(
                destination.equals(transaction.answerTo),
                record,
                "the answer went to " + destination + " instead of " + transaction.answerTo);
        watch.require(record.call.isAnsweredIn(text), record, "From or To of the answer is not that of the request");
        judgeVia(record, transaction, text);
        judgeSource(record, transaction, source, text);
        if (text.status() > 100) {
            judgeTag(record, transaction, text);
        }
        if (text.status() >= 200) {
            judgeFinal(record, transaction, text);
        } else {
            watch.require(transaction.status < 200, record, "a provisional response after the final one");
        }
        if (transaction.isInvite() && text.status() > 100 && text.status() < 300) {
            judgeDialog(record, transaction, text);
        }
    }

    /** RFC 3261 §18.2.1, RFC 3581 §4. */
    private void judgeVia(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final String via = text.header("Via");
        final String received = SipText.param(via, "received");
        final String rport = SipText.param(via, "rport");
        final Peer client = transaction.trueSource;
        watch.require(
                received.equals(client.host()) || !(transaction.needsReceived || transaction.hasRport),
                record,
                "received is '" + received + "', the client is " + client);
        watch.require(
                !transaction.hasRport || rport.equals(Integer.toString(client.port())),
                record,
                "rport is '" + rport + "', the client is " + client);
    }

    /** The setting {@code response-from}; what came to a blade's port is answered from there. */
    private void judgeSource(
            final CallRecord record, final WireTransaction transaction, final Peer source, final SipText text) {
        final int owner = Shelf.blade(text.toTag());
        final int expected;
        if (transaction.arrivalPort != shelf.wellKnownPort()) {
            expected = transaction.arrivalPort;
        } else if (owner < 0) {
            expected = shelf.wellKnownPort();
        } else {
            expected = switch (plan.responseFrom()) {
                case AUTO -> transaction.hasRport ? shelf.wellKnownPort() : shelf.bladePort(owner);
                case WELLKNOWN -> shelf.wellKnownPort();
                case BLADE -> shelf.bladePort(owner);
            };
        }
        watch.require(
                source.port() == expected, record, "answered from port " + source.port() + " instead of " + expected);
    }

    private void judgeTag(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final String tag = text.toTag();
        if (!watch.require(!tag.isEmpty(), record, "an answer without a To-tag")) {
            return;
        }
        if (transaction.tag.isEmpty()) {
            transaction.tag = tag;
        }
        watch.require(
                transaction.tag.equals(tag),
                record,
                "another To-tag for the same request: " + tag + " after " + transaction.tag);
        final int owner = Shelf.blade(tag);
        if (owner >= 0) {
            watch.require(owner < shelf.blades(), record, "a tag names blade " + owner + ", which does not exist");
            watch.require(record.blade < 0 || record.blade == owner, record, "one dialog on two blades");
            record.blade = owner;
        }
    }

    private void judgeFinal(final CallRecord record, final WireTransaction transaction, final SipText text) {
        final int status = text.status();
        if (transaction.status < 200) {
            judgeStatus(record, transaction, status);
            transaction.status = status;
            transaction.intervalNs = Watch.T1_NS;
            transaction.firstFinalNs = clock.nanoTime();
            record.extendEnd(clock.nanoTime());
            onFirstFinal(record, transaction);
            if (status < 300 && (transaction.isInvite() || transaction.method.equals("UPDATE"))) {
                refreshes.onAgreed(record, text);
            }
            noteTimed(record, transaction);
        } else {
            watch.require(
                    transaction.status == status,
                    record,
                    "the final response was " + transaction.status + " and is now " + status);
            judgeRepeat(record, transaction);
        }
        transaction.finals++;
        watch.require(
                transaction.isInvite() || transaction.finals <= transaction.arrived,
                record,
                transaction.method + " arrived " + transaction.arrived + " times and was answered once more");
    }

    private void judgeStatus(final CallRecord record, final WireTransaction transaction, final int status) {
        final boolean isExpected;
        if (transaction.isMerged) {
            isExpected = status == 482;
        } else if (transaction.mustBeTerminated) {
            isExpected = status == 487;
        } else if (transaction.method.equals("CANCEL")) {
            isExpected = (status == 200 && !transaction.mustFail) || (status == 481 && !transaction.mustSucceed);
        } else if (record.transactions.get(0) == transaction) {
            isExpected = record.plan.kind().status() == status
                    || (status == 503 && (watch.isDraining() || plan.isScarce()))
                    || (isReplacedEnded(record) && (status == 481 || status == 603));
        } else {
            // Within the dialog: the other side may have ended it meanwhile, or wait for the answer to its offer.
            isExpected = status == 200
                    || (status == 481 && record.isEnded())
                    || (status == 491 && record.plan.delayedOffer() && !record.hasAckArrived);
        }
        watch.require(isExpected, record, transaction.method + " was answered " + status);
    }

    /** RFC 3891 §3: a call that is over cannot be replaced. */
    private static boolean isReplacedEnded(final CallRecord record) {
        final CallRecord replaced = record.replaced;
        return replaced != null && (replaced.isEnded() || replaced.hasByeArrived);
    }

    private void judgeReplaced(final CallRecord record, final CallRecord replaced, final WireTransaction transaction) {
        watch.require(record.blade == replaced.blade, record, "the call it replaces is on blade " + replaced.blade);
        promises.add(Promises.Due.REPLACED, replaced, transaction, clock.nanoTime() + Watch.PATIENCE_NS);
    }

    private void onFirstFinal(final CallRecord record, final WireTransaction transaction) {
        final long nowNs = clock.nanoTime();
        final boolean isFirst = record.transactions.get(0) == transaction;
        if (transaction.isInvite() && transaction.status < 300) {
            answeredSessions += isFirst ? 1 : 0;
            if (isFirst) {
                conferences.onAnswered(record);
            }
            record.lastOkCseq = Math.max(record.lastOkCseq, transaction.cseq);
            final CallRecord replaced = record.replaced;
            if (isFirst && replaced != null) {
                judgeReplaced(record, replaced, transaction);
            }
            promises.add(
                    Promises.Due.END_WITHOUT_ACK, record, transaction, nowNs + Watch.TIMEOUT_NS + Watch.PATIENCE_NS);
        } else if (transaction.method.equals("BYE") || isFirst) {
            record.end(nowNs);
            media.onEnded(record);
        }
    }

    /** Timer G (RFC 3261 §17.2.1) and its like for 2xx (§13.3.1.4): T1, doubling to T2, until the ACK or 64·T1. */
    private void judgeRepeat(final CallRecord record, final WireTransaction transaction) {
        final long nowNs = clock.nanoTime();
        final long gapNs = nowNs - transaction.lastFinalNs;
        final boolean isOnTime = Watch.isOnTime(gapNs, transaction.intervalNs);
        final boolean isCalledFor = transaction.lastArrivalNs == nowNs;
        if (!transaction.isInvite() || (isCalledFor && !isOnTime)) {
            return;
        }
        watch.require(isCalledFor || !transaction.isAcknowledged, record, "a final response repeated after its ACK");
        watch.require(
                isOnTime,
                record,
                "a final response repeated after " + gapNs / 1_000_000L + " ms instead of "
                        + transaction.intervalNs / 1_000_000L);
        watch.require(
                nowNs - transaction.firstFinalNs <= Watch.TIMEOUT_NS, record, "a final response repeated after 64·T1");
        transaction.intervalNs = Math.min(2 * transaction.intervalNs, Watch.T2_NS);
        noteTimed(record, transaction);
    }

    private void noteTimed(final CallRecord record, final WireTransaction transaction) {
        transaction.timed++;
        transaction.lastFinalNs = clock.nanoTime();
        if (transaction.isInvite() && !mayLeaveNoTrace(transaction.status)) {
            promises.add(
                    Promises.Due.RESPONSE_REPEAT,
                    record,
                    transaction,
                    transaction.lastFinalNs + transaction.intervalNs + Watch.PATIENCE_NS);
        }
    }

    /**
     * RFC 3261 §8.2.7 lets a server answer without keeping a transaction, and so without repeating itself. The chassis does
     * where it refuses what came to the well-known port, and a blade where nobody's call is meant.
     */
    private static boolean mayLeaveNoTrace(final int status) {
        return status == 481 || status == 486 || status == 503;
    }

    /** RFC 3261 §12.1.1, and the wire contract: the port of the Contact is the port of the blade in the tag. */
    private void judgeDialog(final CallRecord record, final WireTransaction transaction, final SipText text) {
        if (record.dialogTag.isEmpty()) {
            record.dialogTag = text.toTag();
        }
        watch.require(record.dialogTag.equals(text.toTag()), record, "a second dialog for one INVITE");
        final int owner = Shelf.blade(text.toTag());
        if (!watch.require(owner >= 0 && owner < shelf.blades(), record, "a dialog of no blade: " + text.toTag())) {
            return;
        }
        final String contact = text.contactUri();
        watch.require(
                SipText.host(contact).equals(shelf.host()) && SipText.port(contact) == shelf.bladePort(owner),
                record,
                "the Contact is " + contact + ", the blade of the tag has port " + shelf.bladePort(owner));
        watch.require(
                text.header("Record-Route").isEmpty() != record.plan.recordRouted(),
                record,
                "Record-Route was " + (record.plan.recordRouted() ? "not copied" : "made up"));
        if (text.status() >= 200 && transaction.finals == 1) {
            if (record.mediaPort == 0) {
                media.onPortNamed(record, owner, text.audioPort());
            }
            watch.require(text.audioPort() == record.mediaPort, record, "another RTP port: " + text.audioPort());
        }
    }
}
