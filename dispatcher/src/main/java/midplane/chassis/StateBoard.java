package midplane.chassis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import midplane.dispatcher.Dispatcher;
import midplane.fabric.LoadReport;

/**
 * The state of each slot as the dispatcher saw it last, for somebody who may block while he tells it on. Bounded: of
 * several changes in quick succession only the last is told, and a blade that is full and not full by turns is told of
 * once a second.
 */
final class StateBoard implements Dispatcher.StateListener {
    private static final int STATE_BITS = 8;
    private static final long STATE_MASK = (1L << STATE_BITS) - 1;

    private static final long QUIET_NS = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLongArray states;
    private final long[] told;
    private final long[] toldNs;
    private final boolean[] isToldBefore;
    private volatile Runnable wake = () -> {};

    StateBoard(final int slots) {
        states = new AtomicLongArray(slots);
        told = new long[slots];
        toldNs = new long[slots];
        isToldBefore = new boolean[slots];
        for (int slot = 0; slot < slots; slot++) {
            states.set(slot, LoadReport.UP);
            told[slot] = LoadReport.UP;
        }
    }

    /** What to run when there is something to tell; must not block. */
    void wake(final Runnable wake) {
        this.wake = wake;
    }

    @Override
    public void onState(final int slot, final int state, final int sessions) {
        states.set(slot, (long) sessions << STATE_BITS | state);
        wake.run();
    }

    /** Tells what has changed since the last call, but for what must wait its second. For one thread. */
    void poll(final long nowNs, final Dispatcher.StateListener listener) {
        for (int slot = 0; slot < told.length; slot++) {
            final long now = states.get(slot);
            final long state = now & STATE_MASK;
            if (state != told[slot] && (state == LoadReport.DRAINING || !isQuiet(slot, nowNs))) {
                told[slot] = state;
                toldNs[slot] = nowNs;
                isToldBefore[slot] = true;
                listener.onState(slot, (int) state, (int) (now >>> STATE_BITS));
            }
        }
    }

    private boolean isQuiet(final int slot, final long nowNs) {
        return isToldBefore[slot] && nowNs - toldNs[slot] < QUIET_NS;
    }
}
