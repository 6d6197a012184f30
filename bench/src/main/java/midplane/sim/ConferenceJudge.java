package midplane.sim;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/** Judges where conferences are: as long as one has legs, all of them are on one blade. */
final class ConferenceJudge {
    private final Watch watch;
    private final Int2ObjectHashMap<List<CallRecord>> rooms = new Int2ObjectHashMap<>();
    private long joined;

    ConferenceJudge(final Watch watch) {
        this.watch = watch;
    }

    /** A leg was answered. */
    void onAnswered(final CallRecord record) {
        if (record.plan.kind() != CallPlan.Kind.CONFERENCE) {
            return;
        }
        final List<CallRecord> legs = rooms.computeIfAbsent(record.call.room(), room -> new ArrayList<>());
        legs.removeIf(CallRecord::isEnded);
        for (final CallRecord leg : legs) {
            joined += leg == legs.get(0) ? 1 : 0;
            watch.require(
                    leg.blade == record.blade,
                    record,
                    "a conference on two blades: " + record.blade + ", and " + leg.blade + " has " + leg.callId);
        }
        legs.add(record);
    }

    /** Legs that found others in their conference. */
    long joined() {
        return joined;
    }
}
