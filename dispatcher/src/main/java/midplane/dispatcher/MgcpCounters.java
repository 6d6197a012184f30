package midplane.dispatcher;

import java.util.Locale;
import midplane.shelf.Counters;
import midplane.signalling.mgcp.MgcpFault;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The dispatcher's counters for MGCP. Each message is counted as received (a datagram nobody reads as one message) and
 * then exactly once more, so that at any rest
 *
 * <pre>
 *   received = forwarded.* + answered + absorbed.* + dropped.*
 * </pre>
 *
 * {@code fault.*} tells besides what was wrong with the faulty ones.
 */
final class MgcpCounters {
    private static final String PREFIX = "dispatcher.mgcp.";

    final AtomicCounter received;
    final AtomicCounter forwardedPlaced;
    final AtomicCounter forwardedNamed;
    final AtomicCounter forwardedEvery;
    final AtomicCounter forwardedRepeat;
    final AtomicCounter forwardedResponse;
    final AtomicCounter answered;
    final AtomicCounter absorbedAcknowledged;
    final AtomicCounter droppedNotAllowed;
    final AtomicCounter droppedNoise;
    final AtomicCounter droppedEmpty;
    final AtomicCounter droppedUnanswerable;
    final AtomicCounter droppedResponse;
    final AtomicCounter droppedPiggyback;
    final AtomicCounter droppedRingFull;
    final AtomicCounter droppedOverBudget;
    final AtomicCounter droppedNotSent;
    final AtomicCounter droppedError;

    /** Besides the above: frames that were given to blades; a command for all is one for each. */
    final AtomicCounter frames;

    /** Besides the above: answers made of every blade's, and those of them that did not leave. */
    final AtomicCounter gathered;

    final AtomicCounter gatheredNotSent;

    /** Besides the above: transactions that somebody said to have the response of, and ids that were too many to look at. */
    final AtomicCounter acknowledged;

    final AtomicCounter acknowledgedIgnored;
    final AtomicCounter acknowledgedMalformed;
    final AtomicCounter tableSize;
    final AtomicCounter tableSettled;
    final AtomicCounter tableExpired;
    private final AtomicCounter[] faults;

    MgcpCounters(final Counters counters) {
        received = counters.counter(PREFIX + "received");
        forwardedPlaced = counters.counter(PREFIX + "forwarded.placed");
        forwardedNamed = counters.counter(PREFIX + "forwarded.named");
        forwardedEvery = counters.counter(PREFIX + "forwarded.every-blade");
        forwardedRepeat = counters.counter(PREFIX + "forwarded.repeat");
        forwardedResponse = counters.counter(PREFIX + "forwarded.response");
        answered = counters.counter(PREFIX + "answered");
        absorbedAcknowledged = counters.counter(PREFIX + "absorbed.acknowledged");
        droppedNotAllowed = counters.counter(PREFIX + "dropped.not-allowed");
        droppedNoise = counters.counter(PREFIX + "dropped.noise");
        droppedEmpty = counters.counter(PREFIX + "dropped.empty");
        droppedUnanswerable = counters.counter(PREFIX + "dropped.unanswerable");
        droppedResponse = counters.counter(PREFIX + "dropped.response");
        droppedPiggyback = counters.counter(PREFIX + "dropped.piggyback");
        droppedRingFull = counters.counter(PREFIX + "dropped.ring-full");
        droppedOverBudget = counters.counter(PREFIX + "dropped.over-budget");
        droppedNotSent = counters.counter(PREFIX + "dropped.not-sent");
        droppedError = counters.counter(PREFIX + "dropped.error");
        frames = counters.counter(PREFIX + "frames");
        gathered = counters.counter(PREFIX + "gathered");
        gatheredNotSent = counters.counter(PREFIX + "gathered.not-sent");
        acknowledged = counters.counter(PREFIX + "acknowledged");
        acknowledgedIgnored = counters.counter(PREFIX + "acknowledged.ignored");
        acknowledgedMalformed = counters.counter(PREFIX + "acknowledged.malformed");
        tableSize = counters.counter(PREFIX + "table.size");
        tableSettled = counters.counter(PREFIX + "table.settled");
        tableExpired = counters.counter(PREFIX + "table.expired");
        final MgcpFault[] kinds = MgcpFault.values();
        faults = new AtomicCounter[kinds.length];
        for (int i = 1; i < kinds.length; i++) {
            faults[i] = counters.counter(
                    PREFIX + "fault." + kinds[i].name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    void fault(final MgcpFault fault) {
        faults[fault.ordinal()].incrementRelease();
    }
}
