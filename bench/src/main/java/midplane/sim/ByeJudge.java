package midplane.sim;

import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;

/** Judges the BYEs of the chassis: RFC 3261 §15.1.1 and the client transaction of §17.1.2. */
final class ByeJudge {
    private final VirtualClock clock;
    private final Watch watch;
    private final Promises promises;
    private final MediaJudge media;
    private final Shelf shelf;

    ByeJudge(
            final VirtualClock clock,
            final Watch watch,
            final Promises promises,
            final MediaJudge media,
            final Shelf shelf) {
        this.clock = clock;
        this.watch = watch;
        this.promises = promises;
        this.media = media;
        this.shelf = shelf;
    }

    void onSent(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        judgeWords(record, source, destination, text);
        final WireTransaction bye = record.chassisBye;
        if (bye == null) {
            onFirst(record, source, text);
        } else if (watch.require(bye.branch.equals(text.branch()), record, "a second BYE")) {
            judgeRepeat(record, bye);
        }
    }

    /** RFC 3261 §12.2.1.1: the dialog's words, the other way round. */
    void judgeWords(final CallRecord record, final Peer source, final Peer destination, final SipText text) {
        watch.require(
                record.blade >= 0 && source.port() == shelf.bladePort(record.blade),
                record,
                text.method() + " from port " + source.port());
        watch.require(destination.equals(record.call.contact()), record, text.method() + " to " + destination);
        watch.require(
                text.fromTag().equals(record.dialogTag) && text.toTag().equals(record.call.fromTag()),
                record,
                text.method() + " with the wrong tags");
        watch.require(
                text.requestUri().equals(record.call.contactUri()),
                record,
                text.method() + " for " + text.requestUri());
        watch.require(
                text.header("Route").isEmpty() != record.plan.recordRouted(),
                record,
                "Route of the " + text.method() + ": " + text.header("Route"));
        watch.require(text.branch().startsWith("z9hG4bK"), record, text.method() + " without a branch of RFC 3261");
        watch.require(
                SipText.viaPort(text.header("Via")) == source.port(),
                record,
                "the Via of the " + text.method() + " names another port");
    }

    private void onFirst(final CallRecord record, final Peer source, final SipText text) {
        watch.require(!record.hasByeArrived, record, "BYE after the client's own");
        if (watch.isDraining()) {
            watch.require(record.hasAckArrived, record, "BYE before the ACK");
        } else if (record.hasAckArrived && record.plan.isTimed()) {
            watch.require(RefreshJudge.mayEnd(record, clock.nanoTime()), record, "BYE before the session has expired");
        } else if (record.hasAckArrived && !record.mayBeReplaced) {
            final String fault = record.rtp.completeness();
            if (fault != null) {
                watch.fail(record, "RTP: " + fault);
            }
        } else if (!record.hasAckArrived) {
            // RFC 3261 §13.3.1.4: without an ACK the session is ended, but not before 64·T1.
            watch.require(
                    clock.nanoTime() - record.transactions.get(0).firstFinalNs >= Watch.TIMEOUT_NS,
                    record,
                    "BYE before the ACK and before 64·T1");
        }
        final WireTransaction bye =
                new WireTransaction(text.branch(), "BYE", text.cseq(), source, source, false, false, false);
        bye.intervalNs = Watch.T1_NS;
        bye.firstFinalNs = clock.nanoTime();
        record.chassisBye = bye;
        record.end(clock.nanoTime());
        media.onEnded(record);
        note(record, bye);
    }

    /** Timers E and F. */
    private void judgeRepeat(final CallRecord record, final WireTransaction bye) {
        final long gapNs = clock.nanoTime() - bye.lastFinalNs;
        watch.require(!record.isChassisByeAnswered, record, "BYE repeated after its answer");
        watch.require(
                Watch.isOnTime(gapNs, bye.intervalNs),
                record,
                "BYE repeated after " + gapNs / 1_000_000L + " ms instead of " + bye.intervalNs / 1_000_000L);
        bye.intervalNs = Math.min(2 * bye.intervalNs, Watch.T2_NS);
        note(record, bye);
    }

    private void note(final CallRecord record, final WireTransaction bye) {
        bye.timed++;
        bye.lastFinalNs = clock.nanoTime();
        promises.add(Promises.Due.BYE_REPEAT, record, bye, bye.lastFinalNs + bye.intervalNs + Watch.PATIENCE_NS);
    }
}
