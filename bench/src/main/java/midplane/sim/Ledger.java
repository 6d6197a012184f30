package midplane.sim;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import midplane.shelf.Counters;
import org.jspecify.annotations.Nullable;

/** The chassis' own books: whether they balance once it rests, and agree with what passed over the wire. */
final class Ledger {
    /**
     * How long a chassis at rest may remember something: entries of the dispatch table live 64·T1 and T4 after the
     * final response, transactions no longer.
     */
    static final long MEMORY_NS = Watch.TIMEOUT_NS + 8_000_000_000L;

    /** Never to be seen in a simulation, which is laid out so that there is always room. */
    private static final String[] ALWAYS_ZERO = {
        "dispatcher.back-pressure",
        "dispatcher.dropped.not-allowed",
        "dispatcher.dropped.ring-full",
        "dispatcher.dropped.over-budget",
        "dispatcher.dropped.not-sent",
        "dispatcher.dropped.error",
        "dispatcher.uplink.malformed"
    };

    /** Nor these, unless the chassis was asked to take nothing new, or is laid out to be short of dialogs. */
    private static final String[] ZERO_WITH_ROOM = {
        "dispatcher.unavailable",
        "dispatcher.handed-back.received",
        ".sip.calls.refused.draining",
        ".sip.calls.refused.full"
    };

    private static final String[] ALWAYS_ZERO_IN_BLADES = {
        ".frames.dropped.",
        ".datagrams.dropped.",
        ".sip.dropped.misrouted",
        ".sip.dropped.failure",
        ".sip.calls.refused.busy",
        ".sip.calls.bye-unrepeated",
        ".sip.transactions.evicted",
        ".outbox.failed",
        ".outbox.overflow",
        ".settled.lost",
        ".media.refused",
        ".rtp.unsent",
        ".rtcp.unsent"
    };

    private final Counters counters;
    private final int blades;
    private final boolean isScarce;

    Ledger(final Counters counters, final SimulationPlan plan) {
        this.counters = counters;
        blades = plan.blades();
        isScarce = plan.isScarce();
    }

    long value(final String name) {
        return counters.value(name);
    }

    /** The sum of a counter over all blades. */
    long sumOfBlades(final String suffix) {
        return sum(name -> name.startsWith("blade.") && name.endsWith(suffix));
    }

    /** What does not balance, or null. */
    @Nullable
    String faultAtRest(final Watch watch) {
        final String fault = firstNotZero(watch.isDraining());
        if (fault != null) {
            return fault;
        }
        final Balance balance = new Balance();
        dispatcher(balance, watch);
        for (int blade = 0; blade < blades; blade++) {
            blade(balance, "blade." + blade);
        }
        balance.equal(
                "frames dispatched",
                sum("dispatcher.forwarded.") + value("dispatcher.handed-back.placed"),
                "frames that blades received, but for the order to hang up",
                sumOfBlades(".frames.received") - sumOfBlades(".frames.hang-up"));
        balance.equal(
                "messages handed back",
                sumOfBlades(".handed-back.sent"),
                "dispatcher.handed-back.received",
                value("dispatcher.handed-back.received"));
        balance.equal(
                "calls answered by the counters",
                sumOfBlades(".sip.calls.answered"),
                "calls answered on the wire",
                watch.answeredSessions());
        balance.equal("rtp.sent", sumOfBlades(".rtp.sent"), "RTP packets on the wire", watch.rtpPackets());
        return balance.fault;
    }

    private void dispatcher(final Balance balance, final Watch watch) {
        balance.equal(
                "dispatcher.received",
                value("dispatcher.received"),
                "datagrams that arrived at the well-known port",
                watch.arrivedAtWellKnown());
        balance.equal(
                "dispatcher.received",
                value("dispatcher.received"),
                "forwarded + answered + absorbed + dropped",
                sum("dispatcher.forwarded.")
                        + value("dispatcher.answered")
                        + sum("dispatcher.absorbed.")
                        + sum("dispatcher.dropped."));
        balance.equal(
                "dispatcher.forwarded.in-dialog",
                value("dispatcher.forwarded.in-dialog"),
                "requests with a blade's tag that arrived at the well-known port",
                watch.strayArrivals());
        balance.equal("dispatcher.conferences", value("dispatcher.conferences"), "no conference", 0);
        balance.equal("dispatcher.table.size", value("dispatcher.table.size"), "an empty table", 0);
        balance.equal(
                "dispatcher.table.settled",
                value("dispatcher.table.settled"),
                "dispatcher.forwarded.initial, but for those handed back and refused",
                value("dispatcher.forwarded.initial") - value("dispatcher.handed-back.answered"));
        balance.equal(
                "dispatcher.handed-back.received",
                value("dispatcher.handed-back.received"),
                "placed + answered + dropped",
                value("dispatcher.handed-back.placed")
                        + value("dispatcher.handed-back.answered")
                        + value("dispatcher.handed-back.dropped"));
        balance.equal("dispatcher.units.outstanding", value("dispatcher.units.outstanding"), "nothing", 0);
    }

    private void blade(final Balance balance, final String blade) {
        balance.equal(
                blade + ".frames.received",
                value(blade + ".frames.received"),
                "delivered + hang-up + dropped",
                value(blade + ".frames.delivered")
                        + value(blade + ".frames.hang-up")
                        + sum(blade + ".frames.dropped."));
        balance.equal(
                blade + ".sip.received",
                value(blade + ".sip.received"),
                "what was delivered to it",
                value(blade + ".frames.delivered") + value(blade + ".datagrams.delivered"));
        balance.equal(
                blade + ".sip.received",
                value(blade + ".sip.received"),
                "answered + repeated + absorbed + handed-back + dropped",
                value(blade + ".sip.answered")
                        + value(blade + ".sip.handed-back")
                        + value(blade + ".sip.repeated")
                        + value(blade + ".sip.absorbed")
                        + sum(blade + ".sip.dropped."));
        balance.equal(
                blade + ".sessions.opened",
                value(blade + ".sessions.opened"),
                "closed",
                value(blade + ".sessions.closed"));
        balance.equal(blade + ".units.used", value(blade + ".units.used"), "nothing", 0);
        balance.equal(blade + ".units.reserved", value(blade + ".units.reserved"), "nothing", 0);
        balance.equal(blade + ".sessions.open", value(blade + ".sessions.open"), "nothing", 0);
        balance.equal(
                blade + ".media.opened", value(blade + ".media.opened"), "closed", value(blade + ".media.closed"));
        balance.equal(
                blade + ".conferences.opened",
                value(blade + ".conferences.opened"),
                "closed",
                value(blade + ".conferences.closed"));
        balance.equal(
                blade + ".conferences.legs.joined",
                value(blade + ".conferences.legs.joined"),
                "left",
                value(blade + ".conferences.legs.left"));
        balance.equal(
                blade + ".rtp.received",
                value(blade + ".rtp.received"),
                "accepted + the reasons why not",
                value(blade + ".rtp.accepted")
                        + value(blade + ".rtp.foreign")
                        + value(blade + ".rtp.malformed")
                        + value(blade + ".rtp.unexpected")
                        + value(blade + ".rtp.jumped")
                        + value(blade + ".rtp.unwanted"));
    }

    private @Nullable String firstNotZero(final boolean isDraining) {
        final String[] found = new String[1];
        counters.forEach((name, value) -> {
            if (value != 0 && found[0] == null && isZero(name, isDraining)) {
                found[0] = name + " is " + value;
            }
        });
        return found[0];
    }

    private boolean isZero(final String name, final boolean isDraining) {
        final boolean isOfBlade = name.startsWith("blade.");
        return List.of(ALWAYS_ZERO).contains(name)
                || (isOfBlade && Stream.of(ALWAYS_ZERO_IN_BLADES).anyMatch(name::contains))
                || (!isDraining && !isScarce && Stream.of(ZERO_WITH_ROOM).anyMatch(name::endsWith));
    }

    private long sum(final String prefix) {
        return sum(name -> name.startsWith(prefix));
    }

    private long sum(final Predicate<String> isMeant) {
        final long[] sum = new long[1];
        counters.forEach((name, value) -> sum[0] += isMeant.test(name) ? value : 0);
        return sum[0];
    }

    /** Remembers the first pair that should be equal and is not. */
    private static final class Balance {
        private @Nullable String fault;

        void equal(final String left, final long leftValue, final String right, final long rightValue) {
            if (leftValue != rightValue && fault == null) {
                fault = left + " is " + leftValue + ", but " + right + " is " + rightValue;
            }
        }
    }
}
