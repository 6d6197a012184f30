package midplane.sim;

import java.util.ArrayList;
import java.util.List;
import midplane.net.Peer;
import org.jspecify.annotations.Nullable;

/** What passed over the wire for one Call-ID. Kept by the {@link Watch}. */
final class CallRecord {
    static final long NEVER = Long.MIN_VALUE;

    final String callId;
    final CallPlan plan;
    final SimulatedCall call;
    final List<WireTransaction> transactions = new ArrayList<>();
    final RtpJudge rtp;

    /** The blade that answered for it, by the tag; -1 before. */
    int blade = -1;

    /** The tag of the dialog, from the first 1xx or 2xx that made one. */
    String dialogTag = "";

    /** The chassis' port for RTP, from its SDP; 0 before. */
    int mediaPort;

    /** The number of the latest INVITE answered with 200. */
    int lastOkCseq;

    /** Whether the chassis got an ACK in the dialog. */
    boolean hasAckArrived;

    boolean hasByeArrived;

    /**
     * When the chassis was done with the session: BYE answered, BYE sent, or refused; later, when it answered a merged
     * request after that.
     */
    long endedNs = NEVER;

    /** When anything reached the chassis for this call. */
    long lastArrivalNs = NEVER;

    @Nullable
    WireTransaction chassisBye;

    /** The refresh of the chassis that was sent last. */
    @Nullable
    WireTransaction chassisRefresh;

    /** When the session was last agreed to live on (RFC 4028). */
    long refreshedNs = NEVER;

    /** When the chassis is to refresh, or may do so again after a refusal; {@link #NEVER} when it is not. */
    long refreshDueNs = NEVER;

    /** The call whose place this one takes. */
    @Nullable
    CallRecord replaced;

    /** Another call wants to take the place of this one, and the chassis knows. */
    boolean mayBeReplaced;

    boolean isChassisByeAnswered;

    CallRecord(final String callId, final CallPlan plan, final SimulatedCall call) {
        this.callId = callId;
        this.plan = plan;
        this.call = call;
        rtp = new RtpJudge(plan);
    }

    @Nullable
    WireTransaction transaction(final String branch, final String method) {
        for (int i = transactions.size() - 1; i >= 0; i--) {
            final WireTransaction transaction = transactions.get(i);
            if (transaction.branch.equals(branch) && transaction.method.equals(method)) {
                return transaction;
            }
        }
        return null;
    }

    boolean isEnded() {
        return endedNs != NEVER;
    }

    void end(final long nowNs) {
        if (!isEnded()) {
            endedNs = nowNs;
        }
    }

    /** A new answer was begun; its repeats have their own time. */
    void extendEnd(final long nowNs) {
        if (isEnded()) {
            endedNs = nowNs;
        }
    }

    /** Whether the final response need not be repeated any more; that to a later INVITE takes an earlier one's place. */
    boolean isSettled(final WireTransaction transaction) {
        return transaction.isAcknowledged || (transaction.status < 300 && (isEnded() || lastOkCseq > transaction.cseq));
    }

    /** One request and what was answered. */
    static final class WireTransaction {
        final String branch;
        final String method;
        final int cseq;

        /** Where the answer has to go (RFC 3261 §18.2.2, RFC 3581 §4). */
        final Peer answerTo;

        /** {@code received} and {@code rport} must say this; the port only if the client asked. */
        final Peer trueSource;

        final boolean hasRport;
        final boolean needsReceived;
        final boolean isMerged;

        int arrived;
        int arrivalPort;
        long lastArrivalNs = NEVER;
        /** Final responses sent; those of them that no repeated request called for. */
        int finals;

        int timed;
        int status;
        String tag = "";
        long firstFinalNs = NEVER;
        long lastFinalNs = NEVER;
        long intervalNs;
        boolean isAcknowledged;

        /** A CANCEL that came in time: this must be answered 487. */
        boolean mustBeTerminated;

        /** A CANCEL that came while its INVITE must still be remembered: this must be answered 200. */
        boolean mustSucceed;

        /** A CANCEL before its INVITE: this must be answered 481. */
        boolean mustFail;

        WireTransaction(
                final String branch,
                final String method,
                final int cseq,
                final Peer answerTo,
                final Peer trueSource,
                final boolean hasRport,
                final boolean needsReceived,
                final boolean isMerged) {
            this.branch = branch;
            this.method = method;
            this.cseq = cseq;
            this.answerTo = answerTo;
            this.trueSource = trueSource;
            this.hasRport = hasRport;
            this.needsReceived = needsReceived;
            this.isMerged = isMerged;
        }

        boolean isAnsweredInvite() {
            return isInvite() && status >= 200 && status < 300;
        }

        boolean isInvite() {
            return method.equals("INVITE");
        }
    }
}
