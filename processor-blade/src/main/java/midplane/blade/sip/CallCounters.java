package midplane.blade.sip;

import midplane.shelf.Counters;
import org.agrona.concurrent.status.AtomicCounter;

/** What became of calls, beside what became of messages. */
final class CallCounters {
    final AtomicCounter answered;
    final AtomicCounter cancelled;
    /** No dialog, transaction, media port or memory left: 503. */
    final AtomicCounter refusedFull;
    /** No room left for one more leg of its conference: 486. */
    final AtomicCounter refusedBusy;
    /** The host has too many calls without ACK: 503. */
    final AtomicCounter refusedUnacknowledged;
    /** A call without ACK that gave way to a newer one. */
    final AtomicCounter droppedUnacknowledged;
    /** The blade takes nothing new: 503. */
    final AtomicCounter refusedDraining;
    /** Refused for what they ask or how they ask it. */
    final AtomicCounter refused;
    /** A 2xx whose ACK never came. */
    final AtomicCounter ackMissing;
    /** A reliable 180 whose PRACK never came. */
    final AtomicCounter prackMissing;
    /** The ACK to our offer brought no answer that fits. */
    final AtomicCounter answerMissing;
    /** A session interval below ours: 422. */
    final AtomicCounter sessionTooShort;
    /** Sessions ended since nobody refreshed them (RFC 4028). */
    final AtomicCounter sessionsExpired;

    /** Ended since neither packet nor request came from the caller any more. */
    final AtomicCounter callsSilent;
    /** An INVITE whose Expires came before its answer: 487. */
    final AtomicCounter callsExpired;
    /** Ended in favour of another call (RFC 3891). */
    final AtomicCounter callsReplaced;

    final AtomicCounter refreshesSent;
    /** No transaction or memory was left. */
    final AtomicCounter refreshesUnsent;

    final AtomicCounter refreshesAnswered;
    final AtomicCounter refreshesRefused;
    final AtomicCounter refreshesUnanswered;
    /** A BYE of ours that nobody answered. */
    final AtomicCounter byeUnanswered;
    /** A BYE of ours that was sent only once, since no transaction was left. */
    final AtomicCounter byeUnrepeated;

    CallCounters(final Counters counters, final String prefix) {
        answered = counters.counter(prefix + ".calls.answered");
        cancelled = counters.counter(prefix + ".calls.cancelled");
        refusedFull = counters.counter(prefix + ".calls.refused.full");
        refusedBusy = counters.counter(prefix + ".calls.refused.busy");
        refusedUnacknowledged = counters.counter(prefix + ".calls.refused.unacknowledged");
        droppedUnacknowledged = counters.counter(prefix + ".calls.dropped.unacknowledged");
        refusedDraining = counters.counter(prefix + ".calls.refused.draining");
        refused = counters.counter(prefix + ".calls.refused.request");
        ackMissing = counters.counter(prefix + ".calls.ack-missing");
        prackMissing = counters.counter(prefix + ".calls.prack-missing");
        answerMissing = counters.counter(prefix + ".calls.answer-missing");
        sessionTooShort = counters.counter(prefix + ".sessions.too-short");
        sessionsExpired = counters.counter(prefix + ".sessions.expired");
        callsSilent = counters.counter(prefix + ".calls.silent");
        callsExpired = counters.counter(prefix + ".calls.expired");
        callsReplaced = counters.counter(prefix + ".calls.replaced");
        refreshesSent = counters.counter(prefix + ".refreshes.sent");
        refreshesUnsent = counters.counter(prefix + ".refreshes.unsent");
        refreshesAnswered = counters.counter(prefix + ".refreshes.answered");
        refreshesRefused = counters.counter(prefix + ".refreshes.refused");
        refreshesUnanswered = counters.counter(prefix + ".refreshes.unanswered");
        byeUnanswered = counters.counter(prefix + ".calls.bye-unanswered");
        byeUnrepeated = counters.counter(prefix + ".calls.bye-unrepeated");
    }
}
