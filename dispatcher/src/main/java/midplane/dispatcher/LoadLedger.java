package midplane.dispatcher;

import java.util.Arrays;
import midplane.fabric.LoadReport;
import midplane.fabric.SwitchFabric;

/**
 * The load of every slot, in units, for all protocols together: what its blade reported last, and what was dispatched to
 * it that the report does not know of yet. Not thread-safe.
 *
 * <pre>
 *   effective load = used + reserved units of the last report
 *                  + units booked with a dispatch sequence beyond the last one the blade had seen
 * </pre>
 *
 * That is exact however old the report is, as long as no more than {@link #BOOKINGS_MAX} bookings are outstanding; a slot
 * with so many gets no more until it reports.
 *
 * <p>Whether a blade has room is decided by that load alone. Which of two blades is {@linkplain #isLighter lighter} is
 * decided by what is believed of them: a report that cannot be true ({@link LoadAudit}) is not, and a blade whose callers
 * wait longer than others' ({@link ResponseTimes}) weighs more than it says.
 *
 * <p>A report older than three intervals makes its slot suspect: a blade that has stopped telling may have stopped
 * working. A suspect slot is a last resort.
 */
public final class LoadLedger {
    /** Bookings that one slot may have beyond its last report; a power of two. */
    public static final int BOOKINGS_MAX = 1 << 14;

    /** Missed reports that make a slot suspect. */
    static final int INTERVALS_MAX = 3;

    private static final int BOOKINGS_MASK = BOOKINGS_MAX - 1;

    private final int slots;
    private final long suspectAfterNs;
    private final int[] states;
    private final int[] sessions;
    private final int[] capacities;
    private final long[] reported;
    private final long[] outstanding;
    private final long[] dispatched;
    private final long[] seen;
    private final long[] reports;
    private final long[] reportedNs;
    private final int[][] bookings;
    private final LoadAudit audit;
    private final ResponseTimes responseTimes;
    private final long judgeIntervalNs;
    private long judgedNs;
    private long up;

    /**
     * Of slots that nothing was heard of yet: all are up, empty and fresh.
     *
     * @param capacities units by slot, until the blade itself tells; at least one.
     * @param reportIntervalNs time between two reports of a healthy blade.
     * @param nowNs when the first reports may be expected from.
     */
    public LoadLedger(final int[] capacities, final long reportIntervalNs, final long nowNs) {
        slots = capacities.length;
        suspectAfterNs = INTERVALS_MAX * reportIntervalNs;
        this.capacities = capacities.clone();
        states = new int[slots];
        sessions = new int[slots];
        reported = new long[slots];
        outstanding = new long[slots];
        dispatched = new long[slots];
        seen = new long[slots];
        reports = new long[slots];
        reportedNs = new long[slots];
        bookings = new int[slots][BOOKINGS_MAX];
        audit = new LoadAudit(slots);
        responseTimes = new ResponseTimes(slots, nowNs);
        judgeIntervalNs = reportIntervalNs;
        judgedNs = nowNs;
        Arrays.fill(states, LoadReport.UP);
        Arrays.fill(reportedNs, nowNs);
        up = slots == SwitchFabric.MAX_SLOTS ? -1L : (1L << slots) - 1;
    }

    public int slots() {
        return slots;
    }

    /**
     * Takes a report in. One that is not newer than the last is ignored: its blade repeats itself.
     *
     * @param nowNs what an age is measured against; the report says when it was written.
     * @return whether the slot's state changed.
     */
    public boolean onReport(final int slot, final LoadReport report, final long nowNs) {
        if (report.sequence() <= reports[slot]) {
            return false;
        }
        reports[slot] = report.sequence();
        reportedNs[slot] = Math.min(nowNs, report.writtenNs());
        reported[slot] = (long) report.usedUnits() + report.reservedUnits();
        capacities[slot] = Math.max(0, report.capacity());
        sessions[slot] = report.sessions();
        acknowledge(slot, Math.min(report.lastDispatch(), dispatched[slot]));
        final boolean isChanged = states[slot] != report.state();
        states[slot] = report.state();
        up = report.state() == LoadReport.UP ? up | 1L << slot : up & ~(1L << slot);
        return isChanged;
    }

    /** Each booking is passed over once, so a report costs no more than the dispatches it acknowledges. */
    private void acknowledge(final int slot, final long lastDispatch) {
        final int[] units = bookings[slot];
        long sequence = seen[slot];
        while (sequence < lastDispatch) {
            final int index = (int) ++sequence & BOOKINGS_MASK;
            outstanding[slot] -= units[index];
            audit.onSeen(slot, units[index]);
            units[index] = 0;
        }
        seen[slot] = sequence;
    }

    /** The dispatch sequence that the slot's next booking must have; they count from 1. */
    public long nextSequence(final int slot) {
        return dispatched[slot] + 1;
    }

    /**
     * Books what was dispatched, at once.
     *
     * @param sequence {@link #nextSequence} of the slot.
     */
    public void book(final int slot, final long sequence, final int units) {
        assert sequence == dispatched[slot] + 1 : sequence + " after " + dispatched[slot];
        assert canBook(slot) : "slot " + slot + " has too many bookings outstanding";
        dispatched[slot] = sequence;
        bookings[slot][(int) sequence & BOOKINGS_MASK] = units;
        outstanding[slot] += units;
    }

    /** The blade will not carry what was booked: it handed it back. Does nothing when a report has covered it. */
    public void unbook(final int slot, final long sequence) {
        if (sequence > seen[slot] && sequence <= dispatched[slot]) {
            final int index = (int) sequence & BOOKINGS_MASK;
            outstanding[slot] -= bookings[slot][index];
            bookings[slot][index] = 0;
        }
    }

    /** Used and reserved units as reported last, and those booked since. */
    public long load(final int slot) {
        return reported[slot] + outstanding[slot];
    }

    /** Used and reserved units as reported last. */
    public long reported(final int slot) {
        return reported[slot];
    }

    /** The part of {@link #load} that the last report did not know of. */
    public long outstanding(final int slot) {
        return outstanding[slot];
    }

    /** Units that the slot's blade can carry. */
    public int capacity(final int slot) {
        return capacities[slot];
    }

    /** Units that the slot could still take; negative when it has taken too much. */
    public long room(final int slot) {
        return capacities[slot] - load(slot);
    }

    /** Whether the last report is older than three intervals. */
    public boolean isSuspect(final int slot, final long nowNs) {
        return nowNs - reportedNs[slot] > suspectAfterNs;
    }

    /**
     * Whether one slot, with so many units more, would be less loaded for its capacity than another, as far as the two can
     * be believed.
     */
    public boolean isLighter(final int slot, final int than, final int units) {
        return weight(slot, units) * Math.max(1, capacities[than])
                < weight(than, units) * Math.max(1, capacities[slot]);
    }

    /** What is left of a slot's capacity once it has taken so many units, as far as it can be believed. */
    public long spare(final int slot, final int units) {
        return capacities[slot] - weight(slot, units) / ResponseTimes.ONE;
    }

    private long weight(final int slot, final int units) {
        final long believed = audit.isDoubted(slot) ? Math.max(reported[slot], audit.expected(slot)) : reported[slot];
        return (believed + outstanding[slot] + units) * responseTimes.factor(slot);
    }

    /** Judges all blades anew when a report interval has passed. */
    void judge(final long nowNs) {
        if (nowNs - judgedNs >= judgeIntervalNs) {
            audit.audit(this, nowNs - judgedNs);
            responseTimes.judge(nowNs);
            judgedNs = nowNs;
        }
    }

    /** How long the slot's callers wait. */
    ResponseTimes responseTimes() {
        return responseTimes;
    }

    /** Whether the slot's reports are doubted. */
    public boolean isDoubted(final int slot) {
        return audit.isDoubted(slot);
    }

    /** How much heavier the slot weighs for its callers' waiting, in parts of {@link ResponseTimes#ONE}. */
    public int slowness(final int slot) {
        return responseTimes.factor(slot);
    }

    /** One bit for each slot that takes new sessions, whatever their size and however old its report. */
    public long candidates() {
        return up;
    }

    /** One bit for each slot that is up and has room for so many units. */
    public long candidates(final int units) {
        long candidates = 0;
        for (long rest = up; rest != 0; rest &= rest - 1) {
            final int slot = Long.numberOfTrailingZeros(rest);
            if (units <= room(slot) && canBook(slot)) {
                candidates |= 1L << slot;
            }
        }
        return candidates;
    }

    /** Units of the largest blade that is up; 0 when none is. */
    public int largestCapacity() {
        int largest = 0;
        for (long rest = up; rest != 0; rest &= rest - 1) {
            largest = Math.max(largest, capacities[Long.numberOfTrailingZeros(rest)]);
        }
        return largest;
    }

    /** The most units that any blade that is up could still take; 0 when none has room. */
    public int largestRoom() {
        long largest = 0;
        for (long rest = up; rest != 0; rest &= rest - 1) {
            largest = Math.max(largest, room(Long.numberOfTrailingZeros(rest)));
        }
        return (int) largest;
    }

    /** Those of the candidates whose reports are fresh. */
    public long fresh(final long candidates, final long nowNs) {
        long fresh = candidates;
        for (long rest = candidates; rest != 0; rest &= rest - 1) {
            final int slot = Long.numberOfTrailingZeros(rest);
            if (isSuspect(slot, nowNs)) {
                fresh &= ~(1L << slot);
            }
        }
        return fresh;
    }

    /** Whether one more booking can be remembered until the slot reports. */
    boolean canBook(final int slot) {
        return dispatched[slot] - seen[slot] < BOOKINGS_MAX;
    }

    /** {@link LoadReport#UP} and its like. */
    public int state(final int slot) {
        return states[slot];
    }

    /** Sessions at the last report. */
    public int sessions(final int slot) {
        return sessions[slot];
    }

    /** The sequence of the last report taken in. */
    public long reports(final int slot) {
        return reports[slot];
    }

    /** The last dispatch sequence that the blade has told to have seen. */
    public long seen(final int slot) {
        return seen[slot];
    }
}
