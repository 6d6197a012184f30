package midplane.dispatcher;

import java.util.Locale;
import midplane.shelf.Counters;
import midplane.signalling.sip.SipFault;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * The dispatcher's counters. Each datagram is counted as received and then exactly once more, so that at any rest
 *
 * <pre>
 *   received = forwarded.* + answered + absorbed.* + dropped.*
 * </pre>
 *
 * {@code fault.*} tells besides what was wrong with the faulty ones.
 */
final class DispatcherCounters {
    final AtomicCounter received;
    final AtomicCounter forwardedInitial;
    final AtomicCounter forwardedRepeat;
    final AtomicCounter forwardedInDialog;
    final AtomicCounter answered;
    final AtomicCounter absorbedAck;
    final AtomicCounter droppedNotAllowed;
    final AtomicCounter droppedNoise;
    final AtomicCounter droppedKeepAlive;
    final AtomicCounter droppedUnanswerable;
    final AtomicCounter droppedResponse;
    final AtomicCounter droppedRingFull;
    final AtomicCounter droppedOverBudget;
    final AtomicCounter droppedNotSent;
    final AtomicCounter droppedError;
    final AtomicCounter droppedStale;
    /** Besides the above: answers by what they said. */
    final AtomicCounter answeredUnavailable;

    final AtomicCounter answeredBusy;

    /** Besides the above: new requests that wait; not received yet as far as the sum above is concerned. */
    final AtomicCounter waiting;

    /** Besides the above: requests that had to give up their place to those of other hosts. */
    final AtomicCounter crowdedOut;

    final AtomicCounter tableEvicted;

    /** Besides the above: entries of the dispatch table. */
    final AtomicCounter tableSize;

    final AtomicCounter tableSettled;
    final AtomicCounter tableExpired;
    /** Besides the above: conferences known, legs sent to the blade of a known one, and conferences forgotten. */
    final AtomicCounter conferences;

    final AtomicCounter conferencesJoined;
    final AtomicCounter conferencesOver;
    final AtomicCounter uplinkMalformed;

    /** Units that were booked and that no report has covered yet, over all slots. */
    final AtomicCounter unitsOutstanding;

    /** Slots whose reports cannot be true, and slots whose callers wait longer than others'. */
    final AtomicCounter slotsDoubted;

    final AtomicCounter slotsSlow;

    /**
     * Messages that blades handed back: each is placed again, answered, or dropped, so that at any rest
     *
     * <pre>
     *   handed-back.received = handed-back.placed + handed-back.answered + handed-back.dropped
     * </pre>
     */
    final AtomicCounter handedBack;

    final AtomicCounter handedBackPlaced;
    final AtomicCounter handedBackAnswered;
    final AtomicCounter handedBackDropped;
    private final AtomicCounter[] faults;

    DispatcherCounters(final Counters counters) {
        received = counters.counter("dispatcher.received");
        forwardedInitial = counters.counter("dispatcher.forwarded.initial");
        forwardedRepeat = counters.counter("dispatcher.forwarded.repeat");
        forwardedInDialog = counters.counter("dispatcher.forwarded.in-dialog");
        answered = counters.counter("dispatcher.answered");
        absorbedAck = counters.counter("dispatcher.absorbed.ack");
        droppedNotAllowed = counters.counter("dispatcher.dropped.not-allowed");
        droppedNoise = counters.counter("dispatcher.dropped.noise");
        droppedKeepAlive = counters.counter("dispatcher.dropped.keep-alive");
        droppedUnanswerable = counters.counter("dispatcher.dropped.unanswerable");
        droppedResponse = counters.counter("dispatcher.dropped.response");
        droppedRingFull = counters.counter("dispatcher.dropped.ring-full");
        droppedOverBudget = counters.counter("dispatcher.dropped.over-budget");
        droppedNotSent = counters.counter("dispatcher.dropped.not-sent");
        droppedError = counters.counter("dispatcher.dropped.error");
        droppedStale = counters.counter("dispatcher.dropped.stale");
        waiting = counters.counter("dispatcher.intake.waiting");
        crowdedOut = counters.counter("dispatcher.intake.crowded-out");
        tableEvicted = counters.counter("dispatcher.table.evicted");
        answeredUnavailable = counters.counter("dispatcher.unavailable");
        answeredBusy = counters.counter("dispatcher.no-room-for-size");
        tableSize = counters.counter("dispatcher.table.size");
        tableSettled = counters.counter("dispatcher.table.settled");
        tableExpired = counters.counter("dispatcher.table.expired");
        conferences = counters.counter("dispatcher.conferences");
        conferencesJoined = counters.counter("dispatcher.conferences.joined");
        conferencesOver = counters.counter("dispatcher.conferences.over");
        unitsOutstanding = counters.counter("dispatcher.units.outstanding");
        slotsDoubted = counters.counter("dispatcher.slots.doubted");
        slotsSlow = counters.counter("dispatcher.slots.slow");
        handedBack = counters.counter("dispatcher.handed-back.received");
        handedBackPlaced = counters.counter("dispatcher.handed-back.placed");
        handedBackAnswered = counters.counter("dispatcher.handed-back.answered");
        handedBackDropped = counters.counter("dispatcher.handed-back.dropped");
        uplinkMalformed = counters.counter("dispatcher.uplink.malformed");
        final SipFault[] kinds = SipFault.values();
        faults = new AtomicCounter[kinds.length];
        for (int i = 1; i < kinds.length; i++) {
            faults[i] = counters.counter("dispatcher.fault."
                    + kinds[i].name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    void fault(final SipFault fault) {
        faults[fault.ordinal()].incrementRelease();
    }
}
