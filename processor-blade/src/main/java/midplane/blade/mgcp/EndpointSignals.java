package midplane.blade.mgcp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import midplane.blade.core.Deadlines;
import midplane.blade.media.MediaSession;
import midplane.blade.media.PromptSequence;
import org.jspecify.annotations.Nullable;

/**
 * The signals of an endpoint (RFC 3435 §2.1.7, §2.3.3). A list of signals replaces the time-out signals before it; one
 * that is in both goes on as it began. Brief signals are sounded one after the other.
 *
 * <p>A signal on the endpoint is heard on its connections, as their modes allow; one on a connection is heard there
 * whatever its mode. With no connection there is nobody to hear it, and it lasts as long all the same.
 */
final class EndpointSignals {
    /** Brief signals that wait. */
    static final int BRIEF_MAX = 32;

    private static final String CONNECTION_DELETED = "connection deleted";
    private static final int KEYS_BEFORE_MAX = 64;

    private final Endpoint endpoint;
    private final List<Active> active = new ArrayList<>();
    private final Deque<SignalRequest> briefs = new ArrayDeque<>();
    private final StringBuilder keysBefore = new StringBuilder();
    private @Nullable Active brief;

    /** A signal that lasts. */
    private final class Active implements PlayCollect.Stage {
        private final SignalRequest request;
        private @Nullable PlayCollect collect;
        private @Nullable PromptSequence playing;
        private boolean isHeard;
        private long deadlineNs = Deadlines.NO_DEADLINE;
        /** When the prompt is over that nobody hears. */
        private long unheardUntilNs = Deadlines.NO_DEADLINE;

        private long startedNs;

        Active(final SignalRequest request) {
            this.request = request;
        }

        void start(final long nowNs) {
            final SignalRequest.Plan plan = request.plan();
            if (plan instanceof SignalRequest.Play play) {
                play(play.sequence());
            } else if (plan instanceof SignalRequest.Sound sound) {
                for (final Connection connection : hearers()) {
                    connection.session().play(sound.tone(), isRegardless());
                    isHeard = true;
                }
                if (sound.durationNs() > 0) {
                    deadlineNs = nowNs + sound.durationNs();
                } else if (!request.isTimeOut() && !isHeard) {
                    deadlineNs = nowNs;
                }
            } else if (plan instanceof SignalRequest.Wait wait) {
                deadlineNs = wait.durationNs() == 0 ? Deadlines.NO_DEADLINE : nowNs + wait.durationNs();
            } else if (plan instanceof SignalRequest.Collect collecting) {
                collect = new PlayCollect(collecting.parameters(), this);
                final String before = keysBefore.toString();
                keysBefore.setLength(0);
                collect.start(before, nowNs);
            } else if (plan instanceof SignalRequest.Fail) {
                deadlineNs = nowNs;
            }
        }

        /** Connections that hear it. */
        List<Connection> hearers() {
            final String id = request.event().connection();
            if (id.isEmpty() || id.equals("*")) {
                return endpoint.connections();
            }
            final Connection one = endpoint.connection(id);
            return one == null ? List.of() : List.of(one);
        }

        boolean isRegardless() {
            return !request.event().connection().isEmpty();
        }

        /** A connection joined an endpoint whose signal nobody heard: it hears all of it. */
        void onConnection(final Connection connection) {
            if (isRegardless() && !request.event().connection().equals("*")) {
                return;
            }
            if (playing != null && (!isHeard || unheardUntilNs != Deadlines.NO_DEADLINE)) {
                unheardUntilNs = Deadlines.NO_DEADLINE;
                isHeard = true;
                connection.session().play(playing, isRegardless());
            } else if (request.plan() instanceof SignalRequest.Sound sound) {
                connection.session().play(sound.tone(), isRegardless());
                isHeard = true;
            }
        }

        @Override
        public void play(final PromptSequence sequence) {
            playing = sequence;
            isHeard = false;
            startedNs = endpoint.nowNs();
            for (final Connection connection : hearers()) {
                connection.session().play(sequence, isRegardless());
                isHeard = true;
            }
            unheardUntilNs = isHeard || sequence.lengthNs() == Long.MAX_VALUE
                    ? Deadlines.NO_DEADLINE
                    : startedNs + sequence.lengthNs();
        }

        @Override
        public void stopPlaying() {
            if (isHeard) {
                for (final Connection connection : hearers()) {
                    endpoint.restoreSound(connection);
                }
            }
            playing = null;
            isHeard = false;
            unheardUntilNs = Deadlines.NO_DEADLINE;
        }

        @Override
        public long playedNs() {
            final List<Connection> hearers = hearers();
            return hearers.isEmpty()
                    ? endpoint.nowNs() - startedNs
                    : hearers.get(0).session().playedNs();
        }

        @Override
        public int playedSegment() {
            final List<Connection> hearers = hearers();
            return hearers.isEmpty() ? 0 : hearers.get(0).session().playedSegment();
        }

        @Override
        public void onCollected(final boolean isSuccess, final String parameters) {
            if (active.remove(this)) {
                endpoint.onOperation(request.event(), isSuccess, parameters);
            }
        }

        /** Its prompt, or tone, has been played to the end. */
        void onPlayed(final long nowNs) {
            playing = null;
            isHeard = false;
            unheardUntilNs = Deadlines.NO_DEADLINE;
            if (collect != null) {
                collect.onPlayed(nowNs);
            } else if (this == brief) {
                brief = null;
                nextBrief(nowNs);
            } else {
                complete(this);
            }
        }

        long nextDeadlineNs() {
            final long own = Deadlines.earlier(deadlineNs, unheardUntilNs);
            return collect == null ? own : Deadlines.earlier(own, collect.nextDeadlineNs());
        }

        void onDeadline(final long nowNs) {
            if (Deadlines.isDue(unheardUntilNs, nowNs)) {
                onPlayed(nowNs);
            } else if (Deadlines.isDue(deadlineNs, nowNs)) {
                deadlineNs = Deadlines.NO_DEADLINE;
                if (request.plan() instanceof SignalRequest.Fail fail) {
                    active.remove(this);
                    endpoint.onOperation(request.event(), false, "rc=" + fail.returnCode());
                } else if (this == brief) {
                    stopPlaying();
                    onPlayed(nowNs);
                } else {
                    silence();
                    complete(this);
                }
            } else if (collect != null) {
                collect.onDeadline(nowNs);
            }
        }

        /** Stops it, and nobody is told. */
        void silence() {
            stopPlaying();
            deadlineNs = Deadlines.NO_DEADLINE;
            collect = null;
        }
    }

    EndpointSignals(final Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** As after a restart. */
    void reset() {
        for (final Active signal : List.copyOf(active)) {
            signal.silence();
        }
        active.clear();
        if (brief != null) {
            brief.silence();
            brief = null;
        }
        briefs.clear();
        keysBefore.setLength(0);
    }

    /** A list of signals, which may be empty, takes the place of the one before. */
    void onRequest(final List<SignalRequest> requests, final long nowNs) {
        for (final Active signal : List.copyOf(active)) {
            if (requests.stream().noneMatch(request -> request.event().equals(signal.request.event()))) {
                signal.silence();
                active.remove(signal);
            }
        }
        briefs.clear();
        for (final SignalRequest request : requests) {
            if (request.plan() instanceof SignalRequest.EndSignal end) {
                end(end.signal(), nowNs);
            } else if (!request.isTimeOut()) {
                briefs.addLast(request);
            } else if (find(request.event()) == null) {
                if (brief != null && request.hasSound()) {
                    brief.silence();
                    brief = null;
                }
                final Active signal = new Active(request);
                active.add(signal);
                signal.start(nowNs);
            }
        }
        if (brief == null) {
            nextBrief(nowNs);
        }
    }

    private @Nullable Active find(final EventName event) {
        for (final Active signal : active) {
            if (signal.request.event().equals(event)) {
                return signal;
            }
        }
        return null;
    }

    private void end(final String name, final long nowNs) {
        for (final Active signal : List.copyOf(active)) {
            if (signal.request.event().eventPackage() == EventPackage.AU
                    && signal.request.event().name().equals(name)) {
                if (signal.collect != null) {
                    signal.collect.end(nowNs);
                } else {
                    signal.silence();
                    complete(signal);
                }
            }
        }
    }

    private void nextBrief(final long nowNs) {
        final SignalRequest next = briefs.pollFirst();
        if (next != null) {
            final Active started = new Active(next);
            brief = started;
            started.start(nowNs);
        }
    }

    private void complete(final Active signal) {
        if (active.remove(signal)) {
            endpoint.onOperation(signal.request.event(), true, "rc=100");
        }
    }

    /** An event was detected: the time-out signals stop, and nobody is told (§2.3.3). */
    void stopTimeOuts() {
        for (final Active signal : List.copyOf(active)) {
            signal.silence();
        }
        active.clear();
    }

    /** Signals that last and those that wait, as AuditEndpoint shows them. */
    String text() {
        final List<String> texts = new ArrayList<>();
        active.forEach(signal -> texts.add(signal.request.text()));
        briefs.forEach(request -> texts.add(request.text()));
        return String.join(", ", texts);
    }

    // ---- what comes from media

    /** A connection was made. */
    void onConnection(final Connection connection) {
        for (final Active signal : List.copyOf(active)) {
            signal.onConnection(connection);
        }
    }

    /** A connection is about to go: a signal that was on it, or heard on it alone, has failed. */
    void onDisconnection(final Connection connection) {
        final boolean isLast = endpoint.connections().size() == 1;
        for (final Active signal : List.copyOf(active)) {
            final boolean isOnIt = signal.request.event().connection().equals(connection.id());
            if (isOnIt || (isLast && signal.request.hasSound())) {
                signal.silence();
                active.remove(signal);
                endpoint.onOperation(
                        signal.request.event(),
                        false,
                        signal.request.event().eventPackage() == EventPackage.AU
                                ? "rc=300"
                                : '"' + CONNECTION_DELETED + '"');
            }
        }
        if (isLast && brief != null) {
            brief = null;
            briefs.clear();
        }
    }

    /** A session has played to the end what it was told to. */
    void onPlayed(final MediaSession session, final long nowNs) {
        for (final Active signal : List.copyOf(active)) {
            if (signal.isHeard && isHeardOn(signal, session)) {
                signal.onPlayed(nowNs);
                return;
            }
        }
        final Active sounding = brief;
        if (sounding != null && sounding.isHeard && isHeardOn(sounding, session)) {
            sounding.onPlayed(nowNs);
        }
    }

    private static boolean isHeardOn(final Active signal, final MediaSession session) {
        for (final Connection connection : signal.hearers()) {
            if (connection.session() == session) {
                return true;
            }
        }
        return false;
    }

    /** A key was pressed; whoever collects keys gets it, else it is kept for who may. */
    void onKey(final char key, final long nowNs) {
        for (final Active signal : List.copyOf(active)) {
            if (signal.collect != null) {
                signal.collect.onKey(key, nowNs);
                return;
            }
        }
        if (keysBefore.length() == KEYS_BEFORE_MAX) {
            keysBefore.deleteCharAt(0);
        }
        keysBefore.append(key);
    }

    // ---- time

    long nextDeadlineNs() {
        long nextNs = brief == null ? Deadlines.NO_DEADLINE : brief.nextDeadlineNs();
        for (int i = 0; i < active.size(); i++) {
            nextNs = Deadlines.earlier(nextNs, active.get(i).nextDeadlineNs());
        }
        return nextNs;
    }

    void onDeadline(final long nowNs) {
        for (final Active signal : List.copyOf(active)) {
            signal.onDeadline(nowNs);
        }
        final Active sounding = brief;
        if (sounding != null) {
            sounding.onDeadline(nowNs);
        }
    }
}
