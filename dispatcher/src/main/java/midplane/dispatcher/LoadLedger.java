package midplane.dispatcher;

import midplane.fabric.LoadReport;

/** What is known of each slot: its state, from its reports. Not thread-safe. */
public final class LoadLedger {
    private final int slots;
    private final int[] states;
    private final int[] sessions;
    private final long[] reports;
    private long up;

    /** All slots start up: a blade that has not reported yet has nothing else to do. */
    public LoadLedger(final int slots) {
        this.slots = slots;
        states = new int[slots];
        sessions = new int[slots];
        reports = new long[slots];
        for (int slot = 0; slot < slots; slot++) {
            states[slot] = LoadReport.UP;
            up |= 1L << slot;
        }
    }

    public int slots() {
        return slots;
    }

    /**
     * Takes a report in.
     *
     * @return whether the slot's state changed.
     */
    public boolean onReport(final int slot, final LoadReport report) {
        final boolean changed = states[slot] != report.state();
        states[slot] = report.state();
        sessions[slot] = report.sessions();
        reports[slot] = report.sequence();
        up = report.state() == LoadReport.UP ? up | 1L << slot : up & ~(1L << slot);
        return changed;
    }

    /** One bit for each slot that takes new dialogs. */
    public long candidates() {
        return up;
    }

    /** {@link LoadReport#UP} and its like. */
    public int state(final int slot) {
        return states[slot];
    }

    /** Sessions at the last report. */
    public int sessions(final int slot) {
        return sessions[slot];
    }

    /** Reports taken in. */
    public long reports(final int slot) {
        return reports[slot];
    }
}
