package midplane.blade.mgcp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 3435 §2.3.3, read and found possible. Nothing in it has happened yet.
 *
 * @param requestId {@code X:}.
 * @param notifiedEntity {@code N:} as it was written, to be repeated in Notify; empty when there was none.
 * @param digitMap null to keep the endpoint's.
 * @param isLoop whether several Notify commands may come of it.
 * @param discards whether what has happened before is void.
 * @param detectEvents null to keep the endpoint's.
 * @param persistentEvents null to keep the endpoint's.
 * @param eventsText {@code R:} as it was written, and so on, for audits.
 */
record NotificationRequest(
        String requestId,
        String notifiedEntity,
        List<RequestedEvent> events,
        List<SignalRequest> signals,
        @Nullable DigitMap digitMap,
        boolean isLoop,
        boolean discards,
        @Nullable List<RequestedEvent> detectEvents,
        @Nullable List<RequestedEvent> persistentEvents,
        String eventsText,
        String quarantineText,
        @Nullable String detectText,
        @Nullable String persistentText) {
    /** What there is before the first request. */
    static final NotificationRequest NOTHING = new NotificationRequest(
            "0", "", List.of(), List.of(), null, false, false, null, null, "", "process,step", null, null);
}
