package midplane.sim;

import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/** Time that stands still until the simulation moves it. Wall time is derived from it. Not thread-safe. */
public final class VirtualClock implements NanoClock {
    /** Where every simulation starts: an hour after the machine did, as it were. */
    public static final long START_NS = 3_600_000_000_000L;

    /** Wall time at {@link #START_NS}: 1 January 2030, 00:00 UTC, in milliseconds. */
    public static final long START_EPOCH_MS = 1_893_456_000_000L;

    private final EpochClock epochClock = this::epochMs;
    private long nowNs = START_NS;

    @Override
    public long nanoTime() {
        return nowNs;
    }

    /** The wall clock that goes with this one. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Since the simulation started. */
    public long elapsedNs() {
        return nowNs - START_NS;
    }

    /** Moves time on; a moment that has passed already leaves it where it is. */
    public void advanceTo(final long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }

    private long epochMs() {
        return START_EPOCH_MS + elapsedNs() / 1_000_000L;
    }
}
