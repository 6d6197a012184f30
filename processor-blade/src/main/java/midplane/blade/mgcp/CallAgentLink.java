package midplane.blade.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.Outbox;
import midplane.net.Peer;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.MgcpSettings;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.GatewayTransactionId;
import midplane.signalling.mgcp.MgcpCommandWriter;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway says of its own accord, and to whom: Notify, DeleteConnection, RestartInProgress, and final responses
 * that want to be acknowledged. Knows who has yet to hear of a restart, and which endpoints have lost their call agent.
 */
final class CallAgentLink implements OutgoingCommands.Owner {
    private static final String OUT_OF_SERVICE = "901 Endpoint taken out-of-service";

    /** Call agents that are told of a drain, for each type of endpoints. */
    private static final int DRAIN_TOLD_MAX = 64;

    private final MgcpSettings settings;
    private final int bladeId;
    private final Entropy entropy;
    private final Endpoint.Gateway gateway;
    private final EndpointTable endpoints;
    private final Entities entities;
    private final OutgoingCommands outgoing;
    private final MgcpCommandWriter commands = new MgcpCommandWriter();
    private final UnsafeBuffer commandBytes = new UnsafeBuffer(new byte[TransactionHistory.RESPONSE_LENGTH_MAX]);
    private final Slice value = new Slice();
    private final Restart[] restarts = new Restart[EndpointType.values().length];
    private final AtomicCounter disconnected;

    /** What the command in hand gives cause to notify: told behind its response (§4.4.1). */
    private final List<Notification> notifications = new ArrayList<>();

    private @Nullable Peer answerer;
    private boolean isExecuting;
    private int lostCount;
    private long commandCount;

    private record Notification(Endpoint endpoint, NotificationRequest request, String observed) {}

    /** Reads the names of call agents. */
    interface Entities {
        /** Whom a text names; null for nobody. */
        @Nullable
        Peer notifiedEntity(String text, Peer source);
    }

    CallAgentLink(
            final MgcpSettings settings,
            final int bladeId,
            final int epoch,
            final int commandsMax,
            final Entropy entropy,
            final Counters counters,
            final String prefix,
            final Outbox outbox,
            final ByteStore store,
            final Endpoint.Gateway gateway,
            final EndpointTable endpoints,
            final Entities entities) {
        this.settings = settings;
        this.bladeId = bladeId;
        this.entropy = entropy;
        this.gateway = gateway;
        this.endpoints = endpoints;
        this.entities = entities;
        outgoing = new OutgoingCommands(
                commandsMax, outbox, store, new RetransmissionTimer(entropy), this, entropy, counters, prefix);
        for (final EndpointType type : EndpointType.values()) {
            restarts[type.ordinal()] = new Restart(type, bladeId);
        }
        // Ids of an earlier life would be taken for copies by whoever remembers them.
        commandCount = Math.floorMod(epoch * 1_000_003L + entropy.nextInt(1_000_000), GatewayTransactionId.CYCLE);
        disconnected = counters.counter(prefix + ".endpoints.disconnected");
    }

    // ---- what the gateway does meanwhile

    /** The first moment of its life: a restart is told after a random delay (§4.4.6). */
    void begin(final Peer nameless, final long nowNs) {
        final String text = settings.notifiedEntity();
        final Peer entity = text.isEmpty() ? null : entities.notifiedEntity(text, nameless);
        final long delayNs = settings.restartDelayMaxNs() / 1024 * entropy.nextInt(1024);
        for (final Restart restart : restarts) {
            restart.begin(entity, nowNs + delayNs);
        }
    }

    /** A command is being executed: what it gives cause to notify waits for its response. */
    void onExecuting() {
        isExecuting = true;
    }

    /** Its response has been sent. */
    void onExecuted() {
        isExecuting = false;
        tellNotifications();
    }

    /** Our code broke on it. */
    void onBroken() {
        isExecuting = false;
        notifications.clear();
    }

    /** Something is to be told of an endpoint. */
    void tellOf(final Endpoint endpoint, final NotificationRequest request, final String observed) {
        notifications.add(new Notification(endpoint, request, observed));
        if (!isExecuting) {
            tellNotifications();
        }
    }

    /** A lost endpoint is given to somebody else. */
    void onAbandoned(final Endpoint endpoint) {
        lostCount--;
        outgoing.forget(OutgoingCommands.Kind.RESTART, endpoint);
        outgoing.forget(OutgoingCommands.Kind.NOTIFY, endpoint);
    }

    /** A response came; returns whether it answers anything of ours. */
    boolean onResponse(final MgcpMessage response, final Peer source, final long nowNs) {
        answerer = source;
        return outgoing.onResponse(response, nowNs);
    }

    /** Whether a call agent has yet to hear of a restart, or of a loss; nearly never. */
    boolean hasUntold() {
        boolean isUntold = lostCount > 0;
        for (final Restart restart : restarts) {
            isUntold |= restart.isUntold();
        }
        return isUntold;
    }

    /**
     * Copies the RestartInProgress that must come before a response to a command for these endpoints (§4.4.6, §4.4.7).
     *
     * @param localName of one endpoint; empty when the command names several.
     * @return its length; 0 when none must.
     */
    int copyUntold(final EndpointType type, final String localName, final UnsafeBuffer target, final int offset) {
        final Restart restart = restarts[type.ordinal()];
        if (restart.isUntold()) {
            return outgoing.copy(OutgoingCommands.Kind.RESTART, restart, target, offset);
        }
        final Endpoint endpoint = lost(localName);
        return endpoint == null ? 0 : outgoing.copy(OutgoingCommands.Kind.RESTART, endpoint, target, offset);
    }

    private @Nullable Endpoint lost(final String localName) {
        final Endpoint endpoint = lostCount == 0 || localName.isEmpty() ? null : endpoints.known(localName);
        return endpoint != null && endpoint.association().isLost() ? endpoint : null;
    }

    /** A final response after a provisional one: repeated until it is acknowledged. */
    boolean sendAcknowledged(
            final int transactionId,
            final Object subject,
            final Outbox.Exit exit,
            final Peer destination,
            final UnsafeBuffer bytes,
            final int length) {
        return outgoing.send(
                OutgoingCommands.Kind.RESPONSE,
                transactionId,
                subject,
                exit,
                destination,
                bytes,
                length,
                false,
                gateway.nowNs());
    }

    // ---- time

    int onDeadline(final long nowNs, final int limit) {
        int work = outgoing.onDeadline(nowNs, limit);
        for (final Restart restart : restarts) {
            if (restart.isDue(nowNs)) {
                tellRestart(restart, restart.method());
                work++;
            }
        }
        return work;
    }

    /** The endpoint's own time may have come. */
    void onDeadline(final Endpoint endpoint, final long nowNs) {
        if (endpoint.association().isDue(nowNs)) {
            tellDisconnected(endpoint);
        }
    }

    long nextDeadlineNs() {
        long nextNs = outgoing.nextDeadlineNs();
        for (final Restart restart : restarts) {
            nextNs = Deadlines.earlier(nextNs, restart.nextDeadlineNs());
        }
        return nextNs;
    }

    // ---- what is said

    private int nextTransactionId() {
        return GatewayTransactionId.of(bladeId, commandCount++);
    }

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private MgcpCommandWriter command(final String verb, final int transactionId, final String endpoint) {
        return commands.wrap(commandBytes, 0, commandBytes.capacity()).begin(verb, transactionId, slice(endpoint));
    }

    private void tellRestart(final Restart restart, final String method) {
        final Peer entity = restart.entity();
        if (entity == null) {
            return;
        }
        final int transactionId = nextTransactionId();
        final MgcpCommandWriter writer = command("RSIP", transactionId, restart.localName() + '@' + settings.host())
                .parameter("RM", method);
        if (!method.equals("restart")) {
            writer.parameter("E", OUT_OF_SERVICE);
        }
        final int length = writer.finish();
        restart.onTold();
        if (!outgoing.send(
                OutgoingCommands.Kind.RESTART,
                transactionId,
                restart,
                Outbox.Exit.OWN_PORT,
                entity,
                commandBytes,
                length,
                false,
                gateway.nowNs())) {
            restart.onUnanswered(gateway.nowNs());
        }
    }

    private void tellDisconnected(final Endpoint endpoint) {
        final Peer entity = endpoint.notifiedEntity();
        if (entity == null) {
            return;
        }
        outgoing.forget(OutgoingCommands.Kind.RESTART, endpoint);
        final int transactionId = nextTransactionId();
        final int length = command("RSIP", transactionId, endpoint.name())
                .parameter("RM", "disconnected")
                .parameter("RD", endpoint.association().lostS(gateway.nowNs()))
                .finish();
        endpoint.association().onTold();
        if (!outgoing.send(
                OutgoingCommands.Kind.RESTART,
                transactionId,
                endpoint,
                Outbox.Exit.OWN_PORT,
                entity,
                commandBytes,
                length,
                false,
                gateway.nowNs())) {
            endpoint.association().onStillLost(gateway.nowNs());
        }
        gateway.reschedule(endpoint);
    }

    /** Sends what was held back until the response. */
    private void tellNotifications() {
        for (final Notification notification : List.copyOf(notifications)) {
            notifications.remove(notification);
            tell(notification.endpoint(), notification.request(), notification.observed());
        }
    }

    private void tell(final Endpoint endpoint, final NotificationRequest request, final String observed) {
        final Peer entity = endpoint.notifiedEntity();
        if (entity == null) {
            return;
        }
        if (endpoint.association().mayTellOfActivity(gateway.nowNs())) {
            tellDisconnected(endpoint);
        }
        final int transactionId = nextTransactionId();
        final MgcpCommandWriter writer = command("NTFY", transactionId, endpoint.name());
        if (!request.notifiedEntity().isEmpty()) {
            writer.parameter("N", request.notifiedEntity());
        }
        final int length = writer.parameter("X", request.requestId())
                .parameter("O", observed)
                .finish();
        outgoing.send(
                OutgoingCommands.Kind.NOTIFY,
                transactionId,
                endpoint,
                Outbox.Exit.OWN_PORT,
                entity,
                commandBytes,
                length,
                endpoint.association().isLost(),
                gateway.nowNs());
    }

    /** A command came for endpoints of a type: whoever has yet to tell of a restart, or was lost, does so at once. */
    void onActivity(final EndpointType type, final String localName) {
        final Restart restart = restarts[type.ordinal()];
        if (restart.isWaiting() || restart.wantsAgain()) {
            tellRestart(restart, "restart");
        }
        final Endpoint endpoint = lost(localName);
        if (endpoint != null) {
            tellDisconnected(endpoint);
        }
    }

    /** The endpoints are being taken out of service: every call agent is told. */
    void tellDrain() {
        for (final Restart restart : restarts) {
            tellDrain(restart);
        }
    }

    /** {@code graceful}, to the provisioned call agent and to those who hold endpoints of the type. */
    private void tellDrain(final Restart restart) {
        final List<Peer> told = new ArrayList<>();
        final Peer provisioned = restart.entity();
        restart.drain();
        if (provisioned != null) {
            told.add(provisioned);
        }
        endpoints.forEachInUse(endpoint -> {
            final Peer entity = endpoint.notifiedEntity();
            if (endpoint.type() == restart.type()
                    && entity != null
                    && told.size() < DRAIN_TOLD_MAX
                    && !told.contains(entity)) {
                told.add(entity);
            }
        });
        for (final Peer entity : told) {
            final int transactionId = nextTransactionId();
            final int length = command("RSIP", transactionId, restart.localName() + '@' + settings.host())
                    .parameter("RM", "graceful")
                    .parameter("E", OUT_OF_SERVICE)
                    .finish();
            outgoing.send(
                    OutgoingCommands.Kind.RESTART,
                    transactionId,
                    null,
                    Outbox.Exit.OWN_PORT,
                    entity,
                    commandBytes,
                    length,
                    false,
                    gateway.nowNs());
        }
    }

    /** RFC 3435 §2.3.8: DeleteConnection from the gateway. */
    void tellDeletion(final Connection connection) {
        final Endpoint endpoint = connection.endpoint();
        final String parameters = Connection.parameters(connection.session().statistics());
        final Peer entity = endpoint.notifiedEntity();
        if (entity != null) {
            final int transactionId = nextTransactionId();
            final int length = command("DLCX", transactionId, endpoint.name())
                    .parameter("C", connection.callId())
                    .parameter("I", connection.id())
                    .parameter("E", OUT_OF_SERVICE)
                    .parameter("P", parameters)
                    .finish();
            outgoing.send(
                    OutgoingCommands.Kind.DELETE,
                    transactionId,
                    endpoint,
                    Outbox.Exit.OWN_PORT,
                    entity,
                    commandBytes,
                    length,
                    false,
                    gateway.nowNs());
        }
    }

    // ---- what is answered

    @Override
    public void onAnswered(final OutgoingCommands.Entry entry, final int returnCode, final MgcpMessage response) {
        switch (entry.kind()) {
            case NOTIFY -> {
                if (entry.subject() instanceof Endpoint endpoint) {
                    endpoint.events().onNotified(gateway.nowNs());
                    gateway.reschedule(endpoint);
                }
            }
            case RESTART -> onRestartAnswered(entry.subject(), returnCode, response);
            case DELETE, RESPONSE -> {}
        }
    }

    private void onRestartAnswered(final @Nullable Object subject, final int returnCode, final MgcpMessage response) {
        final Peer sender = Objects.requireNonNull(answerer);
        final String text = response.value(MgcpParameter.NOTIFIED_ENTITY, value).toString();
        final Peer named = text.isEmpty() ? null : entities.notifiedEntity(text, sender);
        final Peer redirected = named != null && settings.callAgents().allows(named) ? named : null;
        if (subject instanceof Restart restart) {
            restart.onAnswered(returnCode, redirected, gateway.nowNs());
        } else if (subject instanceof Endpoint endpoint) {
            if (redirected != null) {
                endpoint.notifiedEntity(redirected, text);
            }
            if (returnCode >= 200 && returnCode < 300) {
                lostCount -= endpoint.association().isLost() ? 1 : 0;
                endpoint.association().onFound();
                endpoint.events().onNotified(gateway.nowNs());
                outgoing.release(endpoint, gateway.nowNs());
            } else if (returnCode == 521 && redirected != null) {
                tellDisconnected(endpoint);
            } else {
                endpoint.association().onStillLost(gateway.nowNs());
            }
            gateway.reschedule(endpoint);
        }
    }

    @Override
    public void onUnanswered(final OutgoingCommands.Entry entry) {
        if (entry.subject() instanceof Restart restart) {
            restart.onUnanswered(gateway.nowNs());
        } else if (entry.subject() instanceof Endpoint endpoint) {
            if (entry.kind() == OutgoingCommands.Kind.RESTART) {
                endpoint.association().onStillLost(gateway.nowNs());
            } else if (!endpoint.association().isLost()) {
                disconnected.incrementRelease();
                lostCount++;
                endpoint.association().onLost(entropy, gateway.nowNs());
            }
            gateway.reschedule(endpoint);
        }
    }

    @Override
    public @Nullable Peer destination(final OutgoingCommands.Entry entry) {
        if (entry.subject() instanceof Endpoint endpoint) {
            return endpoint.notifiedEntity();
        }
        return entry.subject() instanceof Restart restart ? restart.entity() : null;
    }
}
