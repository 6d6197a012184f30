package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import midplane.blade.core.Deadlines;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint: its connections, its signals, its events, and the call agent that is told of them. Made with the gateway
 * and never thrown away; {@link #reset} makes it as good as new for whoever gets it by {@code $}.
 */
final class Endpoint implements MediaSession.Listener {
    /** What an endpoint needs of its gateway. */
    interface Gateway {
        long nowNs();

        /** Sends Notify to the endpoint's notified entity. */
        void sendNotify(Endpoint endpoint, NotificationRequest request, String observed);

        /** Breaks off what is played into a connection, and lets it say what its endpoint says otherwise. */
        void restoreSound(Connection connection);

        /** A lost endpoint is given to somebody else: whom it lost does not matter any more. */
        void onAbandoned(Endpoint endpoint);

        /** Whether a conference has this name, be it SIP's. */
        boolean hasConference(String id);

        /** The endpoint's earliest deadline may have changed. */
        void reschedule(Endpoint endpoint);
    }

    private final int id;
    private final EndpointType type;
    private final int number;
    private final int bladeId;
    private final Gateway gateway;
    private final EndpointEvents events;
    private final EndpointSignals signals;
    private final Association association = new Association();
    /** Signals that ended while the request was applied that asked for them: told to those events, not the old ones. */
    private final List<Occurrence> ended = new ArrayList<>();

    private final List<Connection> connections = new ArrayList<>();

    private String localName;
    private String conferenceId = "";
    private String name;
    private String bearer = "";
    private @Nullable Peer notifiedEntity;
    private String notifiedEntityText = "";
    private @Nullable Peer lastCommander;
    private long watchNs = Deadlines.NO_DEADLINE;
    private boolean isPending;
    private int bookedUnits;
    private boolean isRequesting;

    Endpoint(final int id, final EndpointType type, final int number, final int bladeId, final Gateway gateway) {
        this.id = id;
        this.type = type;
        this.number = number;
        this.bladeId = bladeId;
        this.gateway = gateway;
        localName = type.term() + '/' + bladeId + '/' + number;
        name = localName;
        events = new EndpointEvents(this);
        signals = new EndpointSignals(this);
    }

    /** As after a restart: nothing requested, nothing sounding. Connections are gone already. */
    void reset() {
        signals.reset();
        events.reset();
        bearer = "";
        watchNs = Deadlines.NO_DEADLINE;
        if (association.isLost()) {
            gateway.onAbandoned(this);
            association.onFound();
        }
    }

    int id() {
        return id;
    }

    EndpointType type() {
        return type;
    }

    int number() {
        return number;
    }

    EndpointEvents events() {
        return events;
    }

    EndpointSignals signals() {
        return signals;
    }

    /** How it stands to its call agent. */
    Association association() {
        return association;
    }

    String bearer() {
        return bearer;
    }

    void bearer(final String newBearer) {
        bearer = newBearer;
    }

    long nowNs() {
        return gateway.nowNs();
    }

    // ---- names

    /** {@code ann/3/17}. */
    String localName() {
        return localName;
    }

    /** The whole name in the form its call agent has got or written last (RFC 3435 §2.1.2). */
    String name() {
        return name;
    }

    void domain(final String domain) {
        name = localName + '@' + domain;
    }

    /** What the conference of a bridge is called: its number, or what the call agent called it. */
    String conferenceId() {
        return conferenceId.isEmpty() ? String.valueOf(number) : conferenceId;
    }

    /** Calls a bridge by the name of its conference; empty for its number. */
    void conferenceId(final String newConferenceId) {
        conferenceId = newConferenceId;
        localName = type.term() + '/' + bladeId + '/' + conferenceId();
    }

    // ---- the notified entity (RFC 3435 §2.1.4)

    /** Where this endpoint's commands go; null when nobody has ever spoken to it and none was provisioned. */
    @Nullable
    Peer notifiedEntity() {
        return notifiedEntity == null ? lastCommander : notifiedEntity;
    }

    /** As it was named; empty when it was not. */
    String notifiedEntityText() {
        return notifiedEntityText;
    }

    /** A call agent was named; null and empty to go by the source of commands again. */
    void notifiedEntity(final @Nullable Peer entity, final String text) {
        notifiedEntity = entity;
        notifiedEntityText = text;
    }

    /** A command that is no audit was executed. */
    void onCommand(final Peer source) {
        lastCommander = source;
    }

    // ---- connections

    List<Connection> connections() {
        return connections;
    }

    /** The connection of an id, or null. */
    @Nullable
    Connection connection(final String connectionId) {
        for (final Connection connection : connections) {
            if (connection.id().equalsIgnoreCase(connectionId)) {
                return connection;
            }
        }
        return null;
    }

    void add(final Connection connection) {
        connections.add(connection);
        signals.onConnection(connection);
    }

    void remove(final Connection connection) {
        signals.onDisconnection(connection);
        connections.remove(connection);
    }

    /** Units of load that a bridge holds for all its connections. */
    int bookedUnits() {
        return bookedUnits;
    }

    void bookedUnits(final int newUnits) {
        bookedUnits = newUnits;
    }

    /** Whether a CreateConnection is being executed. */
    boolean isPending() {
        return isPending;
    }

    void pending(final boolean newPending) {
        isPending = newPending;
    }

    // ---- what happens

    /** A request was accepted: signals first, since events of the past may stop them. */
    void onRequest(final NotificationRequest request, final long nowNs) {
        isRequesting = true;
        signals.onRequest(request.signals(), nowNs);
        isRequesting = false;
        events.onRequest(request, nowNs);
        for (final Occurrence early : List.copyOf(ended)) {
            events.onEvent(early, nowNs);
        }
        ended.clear();
        watchConnections(nowNs);
        gateway.reschedule(this);
    }

    void sendNotify(final NotificationRequest request, final String observed) {
        gateway.sendNotify(this, request, observed);
    }

    void restoreSound(final Connection connection) {
        gateway.restoreSound(connection);
    }

    /** A signal came to its end. */
    void onOperation(final EventName signal, final boolean isComplete, final String parameters) {
        final boolean isAudio = signal.eventPackage() == EventPackage.AU;
        final String text;
        if (isAudio) {
            text = parameters;
        } else {
            text = signal + (isComplete || parameters.isEmpty() ? "" : ',' + parameters);
        }
        final Occurrence end = new Occurrence(signal.eventPackage(), isComplete ? "oc" : "of", "", text);
        if (isRequesting) {
            ended.add(end);
        } else {
            events.onEvent(end, gateway.nowNs());
            gateway.reschedule(this);
        }
    }

    @Override
    public void onServiceEnded(final MediaSession session) {
        if (session.attachment() instanceof Connection connection) {
            gateway.restoreSound(connection);
        }
        signals.onPlayed(session, gateway.nowNs());
        gateway.reschedule(this);
    }

    @Override
    public void onKey(final MediaSession session, final char key) {
        if (session.attachment() instanceof Connection connection
                && !connection.mode().isNetworkTest()) {
            final String event = String.valueOf(Character.toLowerCase(key));
            signals.onKey(key, gateway.nowNs());
            events.onEvent(new Occurrence(EventPackage.D, event, connection.id(), ""), gateway.nowNs());
            gateway.reschedule(this);
        }
    }

    @Override
    public void onLongKey(final MediaSession session, final char key) {
        if (session.attachment() instanceof Connection connection) {
            events.onEvent(new Occurrence(EventPackage.D, "l", connection.id(), ""), gateway.nowNs());
            gateway.reschedule(this);
        }
    }

    @Override
    public void onMediaStarted(final MediaSession session) {
        if (session.attachment() instanceof Connection connection) {
            events.onEvent(new Occurrence(EventPackage.R, "ma", connection.id(), ""), gateway.nowNs());
            gateway.reschedule(this);
        }
    }

    // ---- time

    /** Begins to look for silence on the network, and for connections that last, if anybody wants to know. */
    void watchConnections(final long nowNs) {
        for (final Connection connection : connections) {
            connection.watch(nowNs);
        }
        scheduleWatch(nowNs);
    }

    private void scheduleWatch(final long nowNs) {
        watchNs = Deadlines.NO_DEADLINE;
        for (final Connection connection : connections) {
            final RequestedEvent silence = events.requested(EventPackage.R, "rto", connection.id());
            if (silence != null) {
                watchNs = Deadlines.earlier(watchNs, connection.silentAtNs(silence.parameters(), nowNs));
            }
            if (events.requested(EventPackage.G, "ld", connection.id()) != null) {
                watchNs = Deadlines.earlier(watchNs, connection.longAtNs());
            }
        }
    }

    private void onWatch(final long nowNs) {
        for (final Connection connection : List.copyOf(connections)) {
            final RequestedEvent silence = events.requested(EventPackage.R, "rto", connection.id());
            if (silence != null && Deadlines.isDue(connection.silentAtNs(silence.parameters(), nowNs), nowNs)) {
                connection.onSilenceTold();
                final RtpTimeout timeout = Objects.requireNonNull(RtpTimeout.of(silence.parameters()));
                events.onEvent(
                        new Occurrence(EventPackage.R, "rto", connection.id(), String.valueOf(timeout.seconds())),
                        nowNs);
            }
            if (events.requested(EventPackage.G, "ld", connection.id()) != null
                    && Deadlines.isDue(connection.longAtNs(), nowNs)) {
                connection.onLongTold();
                events.onEvent(new Occurrence(EventPackage.G, "ld", connection.id(), ""), nowNs);
            }
        }
        scheduleWatch(nowNs);
    }

    long nextDeadlineNs() {
        return Deadlines.earlier(
                Deadlines.earlier(watchNs, association.nextDeadlineNs()),
                Deadlines.earlier(events.nextDeadlineNs(), signals.nextDeadlineNs()));
    }

    void onDeadline(final long nowNs) {
        signals.onDeadline(nowNs);
        events.onDeadline(nowNs);
        if (Deadlines.isDue(watchNs, nowNs)) {
            onWatch(nowNs);
        }
        gateway.reschedule(this);
    }

    @Override
    public String toString() {
        return localName;
    }
}
