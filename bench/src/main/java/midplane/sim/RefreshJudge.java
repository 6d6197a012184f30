package midplane.sim;

import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;
import org.jspecify.annotations.Nullable;

/**
 * Judges session timers (RFC 4028): what the chassis agrees to, its UPDATEs and re-INVITEs with their ACKs, and whether a
 * session ends in time when nobody refreshes it.
 */
final class RefreshJudge {
    private static final long INTERVAL_NS = 90_000_000_000L;

    /** RFC 4028 §10: a third of the interval before its end, where that is less than 32 seconds. */
    private static final long THEIR_TIME_NS = 60_000_000_000L;

    private static final long GLARE_NS = 2_000_000_000L;

    private final VirtualClock clock;
    private final Watch watch;
    private final Promises promises;
    private final ByeJudge byes;

    RefreshJudge(final VirtualClock clock, final Watch watch, final Promises promises, final ByeJudge byes) {
        this.clock = clock;
        this.watch = watch;
        this.promises = promises;
        this.byes = byes;
    }

    /** The chassis answered an INVITE or UPDATE with its first 2xx (RFC 4028 §9, table 2). */
    void onAgreed(final CallRecord record, final SipText text) {
        final CallPlan plan = record.plan;
        final String said = text.header("Session-Expires");
        watch.require(
                said.equals(plan.isTimed() ? "90;refresher=" + plan.timer().refresher() : ""),
                record,
                "the session expires: " + said);
        watch.require(
                text.header("Require").equals(plan.isTimed() ? "timer" : ""),
                record,
                "required: " + text.header("Require"));
        onRefreshed(record);
    }

    /** A 2xx to a refresh of the chassis arrived, or any other answer. */
    void onAnswered(final CallRecord record, final SipText response) {
        final WireTransaction refresh = record.chassisRefresh;
        if (refresh == null || !refresh.branch.equals(response.branch()) || response.status() < 200) {
            return;
        }
        final boolean isFirst = refresh.status < 200;
        refresh.status = isFirst ? response.status() : refresh.status;
        refresh.lastArrivalNs = clock.nanoTime();
        if (isFirst && response.status() < 300) {
            onRefreshed(record);
        } else if (isFirst && response.status() == 491) {
            record.refreshDueNs = clock.nanoTime() + GLARE_NS;
        }
    }

    private void onRefreshed(final CallRecord record) {
        if (!record.plan.isTimed()) {
            return;
        }
        final long nowNs = clock.nanoTime();
        record.refreshedNs = nowNs;
        record.refreshDueNs = record.plan.timer().isOfChassis() ? nowNs + INTERVAL_NS / 2 : CallRecord.NEVER;
        final WireTransaction first = record.transactions.get(0);
        promises.add(Promises.Due.SESSION_END, record, first, dueNs(record) + Watch.PATIENCE_NS);
    }

    /** When the session must have been refreshed or ended. */
    private static long dueNs(final CallRecord record) {
        return record.refreshedNs + (record.plan.timer().isOfChassis() ? INTERVAL_NS : THEIR_TIME_NS);
    }

    /** Whether nobody has refreshed the session though it was time. */
    static boolean isOverdue(final CallRecord record, final long nowNs) {
        return record.refreshedNs != CallRecord.NEVER
                && !record.isEnded()
                && record.hasAckArrived
                && nowNs >= dueNs(record);
    }

    /** Whether the chassis may end the session now: its time is over, or a refresh found nobody. */
    static boolean mayEnd(final CallRecord record, final long nowNs) {
        final WireTransaction refresh = record.chassisRefresh;
        final boolean isUnanswered =
                refresh != null && refresh.status < 200 && nowNs - refresh.firstFinalNs >= Watch.TIMEOUT_NS;
        return nowNs >= dueNs(record) || isUnanswered || (refresh != null && refresh.status == 481);
    }

    /** The chassis sent an UPDATE, a re-INVITE or an ACK. */
    void onSent(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        byes.judgeWords(record, source, destination, text);
        final WireTransaction refresh = record.chassisRefresh;
        if (text.method().equals("ACK")) {
            judgeAck(record, refresh, text);
        } else if (refresh == null || !refresh.branch.equals(text.branch())) {
            onFirst(record, refresh, source, text);
        } else {
            judgeRepeat(record, refresh);
        }
    }

    private void judgeAck(final CallRecord record, final @Nullable WireTransaction invite, final SipText ack) {
        if (invite != null && ack.cseq() < invite.cseq) {
            // RFC 3261 §17.1.1.2: the answer to the one before came again, from a network that reorders.
            return;
        }
        if (invite == null || !invite.isInvite() || invite.status < 200 || invite.cseq != ack.cseq()) {
            watch.fail(record, "an ACK to nothing");
            return;
        }
        watch.require(invite.lastArrivalNs == clock.nanoTime(), record, "an ACK that no answer has called for");
        watch.require(
                invite.branch.equals(ack.branch()) == (invite.status >= 300),
                record,
                "the branch of an ACK to " + invite.status);
        invite.isAcknowledged = true;
    }

    private void onFirst(
            final CallRecord record, final @Nullable WireTransaction before, final Peer source, final SipText text) {
        final long nowNs = clock.nanoTime();
        final boolean isUpdate = record.plan.timer() == CallPlan.Timer.CHASSIS;
        watch.require(
                record.plan.timer().isOfChassis() && text.method().equals(isUpdate ? "UPDATE" : "INVITE"),
                record,
                "refreshed by " + text.method());
        watch.require(!record.hasByeArrived && !record.isEnded(), record, "a refresh of a session that is over");
        watch.require(before == null || before.status >= 200, record, "a refresh while another is out");
        watch.require(before == null || text.cseq() > before.cseq, record, "CSeq " + text.cseq());
        watch.require(
                text.header("Session-Expires").equals("90;refresher=uac"),
                record,
                "a refresh that asks for " + text.header("Session-Expires"));
        final boolean isRetry = before != null && before.status == 491;
        watch.require(
                isRetry ? nowNs <= record.refreshDueNs : nowNs == record.refreshDueNs,
                record,
                "a refresh " + (nowNs - record.refreshDueNs) / 1_000_000L + " ms late");
        watch.require(
                isUpdate || text.sdp("m=audio ").startsWith(Integer.toString(record.mediaPort)),
                record,
                "the offer of a refresh is another");
        final WireTransaction refresh =
                new WireTransaction(text.branch(), text.method(), text.cseq(), source, source, false, false, false);
        refresh.intervalNs = Watch.T1_NS;
        refresh.firstFinalNs = nowNs;
        refresh.lastFinalNs = nowNs;
        record.chassisRefresh = refresh;
    }

    /** Timers A and E. */
    private void judgeRepeat(final CallRecord record, final WireTransaction refresh) {
        final long gapNs = clock.nanoTime() - refresh.lastFinalNs;
        watch.require(refresh.status < 200, record, "a refresh repeated after its answer");
        watch.require(
                Watch.isOnTime(gapNs, refresh.intervalNs),
                record,
                "a refresh repeated after " + gapNs / 1_000_000L + " ms instead of " + refresh.intervalNs / 1_000_000L);
        refresh.intervalNs =
                refresh.isInvite() ? 2 * refresh.intervalNs : Math.min(2 * refresh.intervalNs, Watch.T2_NS);
        refresh.lastFinalNs = clock.nanoTime();
    }
}
