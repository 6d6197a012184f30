package midplane.blade.mgcp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import midplane.blade.core.Deadlines;
import org.jspecify.annotations.Nullable;

/**
 * What happens on an endpoint and what becomes of it (RFC 3435 §4.4.1): events are matched against the request in force,
 * accumulated, matched against the digit map, notified; while a Notify is under way they wait in quarantine.
 */
final class EndpointEvents {
    /** Observed events that wait for the one that makes a Notify. */
    static final int OBSERVED_MAX = 64;

    /** Events in quarantine. */
    static final int QUARANTINE_MAX = 64;

    /** RFC 3660 §2.2: when at least one more key is needed. */
    static final long PARTIAL_NS = TimeUnit.SECONDS.toNanos(16);

    /** When a timer is all that is needed. */
    static final long CRITICAL_NS = TimeUnit.SECONDS.toNanos(4);

    /** RFC 3435 §4.4.1, as appendix B.2.2 names them. */
    enum State {
        NORMAL("o"),
        /** A Notify is under way. */
        NOTIFYING("ns"),
        /** One was answered, and only one was wanted. */
        LOCKSTEP("ls");

        private final String text;

        State(final String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final Endpoint endpoint;
    private final List<Occurrence> observed = new ArrayList<>();
    private final List<String> observedTexts = new ArrayList<>();
    private final Deque<Occurrence> quarantine = new ArrayDeque<>();
    private final StringBuilder dialled = new StringBuilder();
    private State state = State.NORMAL;
    private NotificationRequest request = NotificationRequest.NOTHING;
    private List<RequestedEvent> events = List.of();
    private String eventsText = "";
    private List<RequestedEvent> detected = List.of();
    private String detectText = "";
    private List<RequestedEvent> persistent = List.of();
    private String persistentText = "";
    private @Nullable DigitMap digitMap;
    private long digitTimerNs = Deadlines.NO_DEADLINE;
    private boolean hasOverflown;

    EndpointEvents(final Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** As after a restart. */
    void reset() {
        observed.clear();
        observedTexts.clear();
        quarantine.clear();
        dialled.setLength(0);
        state = State.NORMAL;
        request = NotificationRequest.NOTHING;
        events = List.of();
        eventsText = "";
        detected = List.of();
        detectText = "";
        persistent = List.of();
        persistentText = "";
        digitMap = null;
        digitTimerNs = Deadlines.NO_DEADLINE;
        hasOverflown = false;
    }

    State state() {
        return state;
    }

    NotificationRequest request() {
        return request;
    }

    String eventsText() {
        return eventsText;
    }

    String detectText() {
        return detectText;
    }

    String persistentText() {
        return persistentText;
    }

    String observedText() {
        return String.join(", ", observedTexts);
    }

    @Nullable
    DigitMap digitMap() {
        return digitMap;
    }

    /** Whether an event of a kind is asked for, wherever it is asked for. */
    @Nullable
    RequestedEvent requested(final EventPackage eventPackage, final String name, final String connection) {
        return find(new Occurrence(eventPackage, name, connection, ""));
    }

    // ---- requests

    /** A request takes the place of the one before; its signals have been applied. */
    void onRequest(final NotificationRequest newRequest, final long nowNs) {
        final List<Occurrence> carried = new ArrayList<>();
        if (!newRequest.discards()) {
            if (state == State.NORMAL) {
                carried.addAll(observed);
            }
            carried.addAll(quarantine);
        }
        quarantine.clear();
        observed.clear();
        observedTexts.clear();
        hasOverflown = false;
        state = State.NORMAL;
        request = newRequest;
        if (newRequest.detectEvents() != null) {
            detected = newRequest.detectEvents();
            detectText = newRequest.detectText() == null ? "" : newRequest.detectText();
        }
        if (newRequest.persistentEvents() != null) {
            persistent = newRequest.persistentEvents();
            persistentText = newRequest.persistentText() == null ? "" : newRequest.persistentText();
        }
        listenFor(newRequest, nowNs);
        for (final Occurrence occurrence : carried) {
            onEvent(occurrence, nowNs);
        }
    }

    /** Requested events, digit map and dial string of a request or an embedded one. */
    private void listenFor(final NotificationRequest newRequest, final long nowNs) {
        events = newRequest.events();
        eventsText = newRequest.eventsText();
        if (newRequest.digitMap() != null) {
            digitMap = newRequest.digitMap();
        }
        resetDialled();
        final RequestedEvent timer = find(new Occurrence(EventPackage.D, "t", "", ""));
        if (timer != null && !timer.has(RequestedEvent.DIGIT_MAP)) {
            digitTimerNs = nowNs + CRITICAL_NS;
        }
    }

    private void resetDialled() {
        dialled.setLength(0);
        digitTimerNs = Deadlines.NO_DEADLINE;
        if (digitMap != null) {
            digitMap.reset();
        }
    }

    // ---- events

    /** Something happened. */
    void onEvent(final Occurrence occurrence, final long nowNs) {
        if (state != State.NORMAL) {
            quarantine(occurrence);
            return;
        }
        final RequestedEvent match = find(occurrence);
        if (match == null) {
            return;
        }
        if (!match.has(RequestedEvent.KEEP_SIGNALS)) {
            endpoint.signals().stopTimeOuts();
        }
        final boolean isKey =
                occurrence.eventPackage() == EventPackage.D && occurrence.name().length() == 1;
        if (isKey && !occurrence.name().equals("t") && !match.has(RequestedEvent.DIGIT_MAP)) {
            digitTimerNs = Deadlines.NO_DEADLINE;
        }
        if (match.has(RequestedEvent.IGNORE)) {
            return;
        }
        boolean triggers = match.has(RequestedEvent.NOTIFY);
        if (triggers || match.has(RequestedEvent.ACCUMULATE) || match.has(RequestedEvent.DIGIT_MAP)) {
            observe(occurrence, match);
        }
        if (state != State.NORMAL) {
            // The list was full, and that was to be notified.
            return;
        }
        if (match.has(RequestedEvent.DIGIT_MAP)) {
            triggers |= dial(occurrence, nowNs);
        }
        final NotificationRequest embedded = match.embedded();
        if (embedded != null) {
            listenFor(embedded, nowNs);
            endpoint.signals().onRequest(embedded.signals(), nowNs);
        }
        if (triggers) {
            notifyObserved();
        }
    }

    private void observe(final Occurrence occurrence, final RequestedEvent match) {
        if (observed.size() < OBSERVED_MAX) {
            observed.add(occurrence);
            observedTexts.add(occurrence.text(match.namesConnection()));
        } else if (!hasOverflown) {
            hasOverflown = true;
            final Occurrence full = new Occurrence(EventPackage.B, "oef", "", "");
            final RequestedEvent wanted = find(full);
            if (wanted != null) {
                observed.add(full);
                observedTexts.add(full.text(false));
                if (wanted.has(RequestedEvent.NOTIFY)) {
                    notifyObserved();
                }
            }
        }
    }

    /** Whether what was dialled is complete, or can never be. */
    private boolean dial(final Occurrence occurrence, final long nowNs) {
        final DigitMap map = digitMap;
        if (map == null || occurrence.name().length() != 1 || dialled.length() == OBSERVED_MAX) {
            return true;
        }
        dialled.append(occurrence.name());
        final DigitMap.Match match = map.dial(occurrence.name().charAt(0));
        final RequestedEvent timer = find(new Occurrence(EventPackage.D, "t", "", ""));
        digitTimerNs = timer != null && timer.has(RequestedEvent.DIGIT_MAP)
                ? nowNs + (match == DigitMap.Match.CRITICAL ? CRITICAL_NS : PARTIAL_NS)
                : Deadlines.NO_DEADLINE;
        return match == DigitMap.Match.PERFECT || match == DigitMap.Match.IMPOSSIBLE;
    }

    private void notifyObserved() {
        digitTimerNs = Deadlines.NO_DEADLINE;
        state = State.NOTIFYING;
        endpoint.sendNotify(request, observedText());
    }

    private void quarantine(final Occurrence occurrence) {
        if (find(occurrence) == null && find(detected, occurrence) == null) {
            return;
        }
        if (quarantine.size() < QUARANTINE_MAX) {
            quarantine.addLast(occurrence);
        } else if (quarantine.size() == QUARANTINE_MAX) {
            // The one place beyond is kept for this (RFC 3435 §4.4.1).
            quarantine.addLast(new Occurrence(EventPackage.B, "qbo", "", ""));
        }
    }

    private @Nullable RequestedEvent find(final Occurrence occurrence) {
        final RequestedEvent match = find(events, occurrence);
        return match == null ? find(persistent, occurrence) : match;
    }

    private static @Nullable RequestedEvent find(final List<RequestedEvent> list, final Occurrence occurrence) {
        for (final RequestedEvent candidate : list) {
            if (candidate.matches(occurrence)) {
                return candidate;
            }
        }
        return null;
    }

    // ---- after a Notify

    /** Our Notify was answered, or the association was lost and found again. */
    void onNotified(final long nowNs) {
        if (state != State.NOTIFYING) {
            return;
        }
        observed.clear();
        observedTexts.clear();
        hasOverflown = false;
        resetDialled();
        if (!request.isLoop()) {
            state = State.LOCKSTEP;
            return;
        }
        state = State.NORMAL;
        while (state == State.NORMAL && !quarantine.isEmpty()) {
            onEvent(quarantine.removeFirst(), nowNs);
        }
    }

    // ---- time

    long nextDeadlineNs() {
        return digitTimerNs;
    }

    void onDeadline(final long nowNs) {
        if (Deadlines.isDue(digitTimerNs, nowNs)) {
            digitTimerNs = Deadlines.NO_DEADLINE;
            onEvent(new Occurrence(EventPackage.D, "t", "", ""), nowNs);
        }
    }
}
