package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import midplane.blade.media.MediaSession;
import midplane.net.AllowList;
import midplane.net.NumericHost;
import midplane.net.Peer;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EndpointName;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpVerb;
import midplane.signalling.mgcp.NotifiedEntity;
import org.jspecify.annotations.Nullable;

/**
 * Executes commands (RFC 3435 §2.3). Each reads all it is told and finds all it needs before it changes anything, so a
 * refusal leaves everything as it was.
 */
final class CommandExecutor {
    /** What executing needs of the gateway. */
    interface Gateway {
        long nowNs();

        /** Opens media for a connection of an endpoint, which takes units of load; refuses with 403. */
        MediaSession openMedia(Endpoint endpoint, int units) throws Refusal;

        /** A connection that never was, or is no more: its media and units are free. */
        void closeMedia(Endpoint endpoint, MediaSession session, int units);

        /** Makes a connection of a session. */
        Connection connection(Endpoint endpoint, String callId, MediaSession session, int units);

        /** The audio of an endpoint's connections is joined anew, after one came, went or changed its mode. */
        void rewire(Endpoint endpoint);

        /** Whatever is being executed for an endpoint ends with 407. */
        void abortPending(Endpoint endpoint);

        boolean isDraining();

        /** The domain behind an endpoint's local name in {@code Z:}. */
        String redirectedDomain(String domain);

        /** How an endpoint stands to its call agent. */
        Auditor.Service service(Endpoint endpoint);

        /** {@code X-Midplane-Port:}. */
        int portId();
    }

    private static final Set<MgcpParameter> REQUEST = EnumSet.of(
            MgcpParameter.REQUEST_IDENTIFIER,
            MgcpParameter.REQUESTED_EVENTS,
            MgcpParameter.SIGNAL_REQUESTS,
            MgcpParameter.DIGIT_MAP,
            MgcpParameter.QUARANTINE_HANDLING,
            MgcpParameter.DETECT_EVENTS,
            MgcpParameter.NOTIFIED_ENTITY,
            MgcpParameter.BEARER_INFORMATION);
    private static final Set<MgcpParameter> EVERYWHERE = EnumSet.of(
            MgcpParameter.RESPONSE_ACK,
            MgcpParameter.SESSION_SIZE,
            MgcpParameter.MIDPLANE_PORT,
            MgcpParameter.EXTENSION,
            MgcpParameter.PACKAGE_EXTENSION);

    private final EndpointTable endpoints;
    private final RequestReader reader;
    private final AllowList callAgents;
    private final String localAddress;
    private final Gateway gateway;
    private final Slice value = new Slice();
    private final EndpointName secondName = new EndpointName();
    private final NotifiedEntity entity = new NotifiedEntity();
    private @Nullable Endpoint changed;

    CommandExecutor(
            final EndpointTable endpoints,
            final RequestReader reader,
            final AllowList callAgents,
            final String localAddress,
            final Gateway gateway) {
        this.endpoints = endpoints;
        this.reader = reader;
        this.callAgents = callAgents;
        this.localAddress = localAddress;
        this.gateway = gateway;
    }

    /**
     * Executes a command.
     *
     * @param units the size of its session; 0 when nobody said.
     * @return the response.
     */
    Reply execute(final MgcpMessage command, final Peer source, final int units) throws Refusal {
        if (!command.verb().isForGateway()) {
            throw new Refusal(504, "Not a gateway's command");
        }
        if (command.endpoint().name().isEmpty()) {
            throw new Refusal(500, "No endpoint");
        }
        expectParameters(command);
        return switch (command.verb()) {
            case CRCX -> createConnection(command, source, units);
            case MDCX -> modifyConnection(command, source);
            case DLCX -> deleteConnection(command, source);
            case RQNT -> notificationRequest(command, source);
            case EPCF -> endpointConfiguration(command, source);
            case AUEP -> auditEndpoint(command);
            case AUCX -> auditConnection(command);
            case NTFY, RSIP, MESG, OTHER -> throw new Refusal(504, "Not a gateway's command");
        };
    }

    /** The endpoint whose connection was created or modified last. */
    Endpoint changed() {
        return Objects.requireNonNull(changed, "none was");
    }

    // ---- parameters

    private static Set<MgcpParameter> allowed(final MgcpVerb verb) {
        return switch (verb) {
            case CRCX ->
                with(
                        REQUEST,
                        MgcpParameter.CALL_ID,
                        MgcpParameter.LOCAL_CONNECTION_OPTIONS,
                        MgcpParameter.CONNECTION_MODE,
                        MgcpParameter.SECOND_ENDPOINT_ID);
            case MDCX ->
                with(
                        REQUEST,
                        MgcpParameter.CALL_ID,
                        MgcpParameter.CONNECTION_ID,
                        MgcpParameter.LOCAL_CONNECTION_OPTIONS,
                        MgcpParameter.CONNECTION_MODE);
            case DLCX -> with(REQUEST, MgcpParameter.CALL_ID, MgcpParameter.CONNECTION_ID, MgcpParameter.REASON_CODE);
            case RQNT -> REQUEST;
            case EPCF -> EnumSet.of(MgcpParameter.BEARER_INFORMATION);
            case AUEP -> EnumSet.of(MgcpParameter.REQUESTED_INFO);
            case AUCX -> EnumSet.of(MgcpParameter.REQUESTED_INFO, MgcpParameter.CONNECTION_ID);
            case NTFY, RSIP, MESG, OTHER -> EnumSet.noneOf(MgcpParameter.class);
        };
    }

    private static Set<MgcpParameter> with(final Set<MgcpParameter> some, final MgcpParameter... more) {
        final Set<MgcpParameter> all = EnumSet.copyOf(some);
        all.addAll(List.of(more));
        return all;
    }

    private void expectParameters(final MgcpMessage command) throws Refusal {
        final Set<MgcpParameter> allowed = allowed(command.verb());
        final int persistentLine = RequestReader.persistentLine(command);
        for (int i = 0; i < command.parameterCount(); i++) {
            final MgcpParameter parameter = command.parameter(i);
            if (parameter == MgcpParameter.CRITICAL_EXTENSION) {
                throw new Refusal(511, "Unknown critical extension");
            }
            if (parameter == MgcpParameter.PACKAGE_EXTENSION && i != persistentLine) {
                throw new Refusal(518, "Unsupported package of a parameter");
            }
            if (!allowed.contains(parameter) && !EVERYWHERE.contains(parameter)) {
                throw new Refusal(
                        539, "Parameter " + shown(command.name(i, value).toString()) + " does not belong here");
            }
        }
        if (command.descriptionCount() > 0 && command.verb() != MgcpVerb.CRCX && command.verb() != MgcpVerb.MDCX) {
            throw new Refusal(539, "Session description does not belong here");
        }
    }

    private static String shown(final String text) {
        return text.length() <= 20 ? text : text.substring(0, 20);
    }

    private String text(final MgcpMessage command, final MgcpParameter parameter) {
        return command.value(parameter, value).toString();
    }

    private String callId(final MgcpMessage command) throws Refusal {
        final String callId = text(command, MgcpParameter.CALL_ID);
        if (!callId.matches("[0-9A-Fa-f]{1,32}")) {
            throw new Refusal(510, callId.isEmpty() ? "C: is missing" : "C: is no hexadecimal string");
        }
        return callId;
    }

    private ConnectionMode mode(final MgcpMessage command) throws Refusal {
        final String text = text(command, MgcpParameter.CONNECTION_MODE);
        if (text.isEmpty()) {
            throw new Refusal(510, "M: is missing");
        }
        final ConnectionMode mode = ConnectionMode.of(text);
        if (mode == null) {
            throw text.indexOf('/') > 0
                    ? new Refusal(518, "Unsupported package of a mode")
                    : new Refusal(517, "Unsupported mode");
        }
        return mode;
    }

    private @Nullable ConnectionOptions options(final MgcpMessage command) throws Refusal {
        return command.has(MgcpParameter.LOCAL_CONNECTION_OPTIONS)
                ? ConnectionOptions.of(text(command, MgcpParameter.LOCAL_CONNECTION_OPTIONS))
                : null;
    }

    private Connection.Negotiated negotiate(
            final MgcpMessage command, final @Nullable Connection connection, final @Nullable ConnectionOptions options)
            throws Refusal {
        final boolean isDescribed = command.descriptionCount() > 0;
        return Connection.negotiate(
                connection,
                options,
                command.buffer(),
                isDescribed ? command.descriptionOffset(0) : 0,
                isDescribed ? command.descriptionLength(0) : 0,
                localAddress);
    }

    // ---- what every command may carry

    /** Read before anything changes, applied when all of the command is good. */
    private final class Extras {
        private final boolean namesEntity;
        private final @Nullable Peer notified;
        private final String notifiedText;
        private final @Nullable String bearer;

        Extras(final MgcpMessage command, final Peer source) throws Refusal {
            namesEntity = command.has(MgcpParameter.NOTIFIED_ENTITY);
            notifiedText = text(command, MgcpParameter.NOTIFIED_ENTITY);
            notified = notifiedText.isEmpty() ? null : notified(notifiedText, source);
            bearer = command.has(MgcpParameter.BEARER_INFORMATION) ? bearer(command) : null;
        }

        void apply(final Endpoint endpoint, final Peer source, final String domain) {
            endpoint.onCommand(source);
            endpoint.domain(gateway.redirectedDomain(domain));
            if (namesEntity) {
                endpoint.notifiedEntity(notified, notifiedText);
            }
            if (bearer != null) {
                endpoint.bearer(bearer);
            }
        }
    }

    /**
     * RFC 3435 §2.1.4. A name is not looked up, an agent does not wait for a resolver: it stands for the host that the
     * command came from, at the port it names.
     *
     * @return null when the text names nobody.
     */
    @Nullable
    Peer notifiedEntity(final String text, final Peer source) {
        final Slice slice = slice(text);
        if (!entity.parse(slice.buffer(), slice.offset(), slice.length())) {
            return null;
        }
        final String domain = entity.domain().toString();
        return NumericHost.parse(domain) == null
                ? source.withPort(entity.port())
                : Peer.ofNumeric(domain, entity.port());
    }

    private Peer notified(final String text, final Peer source) throws Refusal {
        final Peer peer = notifiedEntity(text, source);
        if (peer == null) {
            throw new Refusal(510, "N: is no entity");
        }
        if (!callAgents.allows(peer)) {
            throw new Refusal(539, "N: is no call agent of this gateway");
        }
        return peer;
    }

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return new Slice().wrap(new org.agrona.concurrent.UnsafeBuffer(bytes), 0, bytes.length);
    }

    private String bearer(final MgcpMessage command) throws Refusal {
        final String text = text(command, MgcpParameter.BEARER_INFORMATION);
        for (final String attribute : text.split(",", -1)) {
            final String word = attribute.strip().toLowerCase(Locale.ROOT);
            if (word.indexOf('/') > 0) {
                throw new Refusal(518, "Unsupported package of bearer information");
            }
            if (!word.equals("e:a") && !word.equals("e:mu")) {
                throw new Refusal(539, "Unsupported bearer information");
            }
        }
        return text;
    }

    private Endpoint exact(final MgcpMessage command) throws Refusal {
        if (command.endpoint().hasAll()) {
            throw new Refusal(503, "One endpoint is wanted here");
        }
        if (command.endpoint().hasAny()) {
            throw new Refusal(500, "$ means no endpoint here");
        }
        final Endpoint endpoint = endpoints.find(command.endpoint().localName().toString());
        if (endpoint == null) {
            throw new Refusal(500, "Unknown endpoint");
        }
        return endpoint;
    }

    /** One endpoint, or all that {@code *} means. */
    private List<Endpoint> one(final MgcpMessage command) throws Refusal {
        if (!command.endpoint().hasAll() || command.endpoint().hasAny()) {
            return List.of(exact(command));
        }
        final List<Endpoint> matching =
                endpoints.matching(command.endpoint().localName().toString());
        if (matching == null) {
            throw new Refusal(500, "Unknown endpoints");
        }
        return matching;
    }

    private static String domain(final MgcpMessage command) {
        return command.endpoint().domain().toString();
    }

    private Connection connection(final MgcpMessage command, final Endpoint endpoint) throws Refusal {
        final String id = text(command, MgcpParameter.CONNECTION_ID);
        if (id.isEmpty()) {
            throw new Refusal(510, "I: is missing");
        }
        final Connection connection = endpoint.connection(id);
        if (connection == null) {
            throw new Refusal(515, "No such connection");
        }
        return connection;
    }

    private void expectCall(final MgcpMessage command, final Connection connection) throws Refusal {
        if (!callId(command).equalsIgnoreCase(connection.callId())) {
            throw new Refusal(516, "The connection is of another call");
        }
    }

    // ---- CreateConnection

    private Reply createConnection(final MgcpMessage command, final Peer source, final int units) throws Refusal {
        final String callId = callId(command);
        final ConnectionMode mode = mode(command);
        final ConnectionOptions options = options(command);
        final boolean isLocal = command.has(MgcpParameter.SECOND_ENDPOINT_ID);
        if (isLocal && command.descriptionCount() > 0) {
            throw new Refusal(510, "Z2: and a session description");
        }
        final Connection.Negotiated negotiated = negotiate(command, null, options);
        if (mode.needsRemote() && negotiated.remote() == null && !isLocal) {
            throw new Refusal(527, "No remote description for mode " + mode);
        }
        if (gateway.isDraining()) {
            throw new Refusal(501, "Going out of service");
        }
        final Extras extras = new Extras(command, source);
        final Endpoint endpoint = created(command);
        changed = endpoint;
        final Endpoint second = isLocal ? second(command, endpoint) : null;
        final int booked = Math.max(units, endpoint.type().defaultUnits());
        final MediaSession session = gateway.openMedia(endpoint, booked);
        final Connection connection = gateway.connection(endpoint, callId, session, booked);
        Connection peer = null;
        NotificationRequest request = null;
        try {
            if (second != null) {
                final int secondUnits = second.type().defaultUnits();
                peer = gateway.connection(second, callId, gateway.openMedia(second, secondUnits), secondUnits);
                peer.connectLocally(connection, negotiated.options(), ConnectionMode.SENDRECV);
                connection.connectLocally(peer, negotiated.options(), mode);
            } else {
                connection.adopt(negotiated, mode);
            }
            if (RequestReader.isIn(command)) {
                request = reader.read(command, endpoint, connection);
            }
        } catch (final Refusal refusal) {
            gateway.closeMedia(endpoint, session, booked);
            if (second != null && peer != null) {
                gateway.closeMedia(second, peer.session(), peer.units());
            }
            throw refusal;
        }
        extras.apply(endpoint, source, domain(command));
        open(endpoint, connection);
        if (second != null && peer != null) {
            second.onCommand(source);
            second.domain(gateway.redirectedDomain(domain(command)));
            open(second, peer);
        }
        if (request != null) {
            endpoint.onRequest(request, gateway.nowNs());
        }
        return created(command, endpoint, connection, second, peer);
    }

    private void open(final Endpoint endpoint, final Connection connection) {
        connection.session().start(gateway.nowNs());
        endpoint.add(connection);
        gateway.rewire(endpoint);
    }

    private Reply created(
            final MgcpMessage command,
            final Endpoint endpoint,
            final Connection connection,
            final @Nullable Endpoint second,
            final @Nullable Connection peer) {
        final Reply reply = new Reply(200, "OK").with("I", connection.id());
        if (!endpoint.localName()
                .equalsIgnoreCase(command.endpoint().localName().toString())) {
            reply.with("Z", endpoint.name());
        }
        if (second != null && peer != null) {
            reply.with("I2", peer.id());
            if (!second.localName().equalsIgnoreCase(secondName.localName().toString())) {
                reply.with("Z2", second.name());
            }
        }
        reply.with("X-Midplane-Port", String.valueOf(gateway.portId()));
        return reply.description(connection.localDescription());
    }

    /** The endpoint a connection is to be created on. */
    private Endpoint created(final MgcpMessage command) throws Refusal {
        final EndpointName name = command.endpoint();
        if (name.hasAll()) {
            throw new Refusal(503, "One endpoint is wanted here, which $ would choose");
        }
        return name.hasAny() ? any(name) : withRoom(exact(command), 1);
    }

    private Endpoint any(final EndpointName name) throws Refusal {
        final String[] terms = name.localName().toString().split("/", -1);
        final EndpointType type = terms[0].equals("$") ? EndpointType.IVR : EndpointType.of(terms[0]);
        final boolean isOurs = terms.length < 3 || terms[1].equals("$") || endpoints.isOwn(terms[1]);
        if (type == null || terms.length > 3 || !isOurs || !terms[terms.length - 1].equals("$")) {
            throw new Refusal(500, "Unknown endpoints");
        }
        final Endpoint taken = endpoints.take(type);
        if (taken == null) {
            throw new Refusal(410, "No endpoint available");
        }
        return taken;
    }

    private static Endpoint withRoom(final Endpoint endpoint, final int connections) throws Refusal {
        if (endpoint.connections().size() + connections > endpoint.type().connectionsMax()) {
            throw new Refusal(540, "No more connections on this endpoint");
        }
        return endpoint;
    }

    /** §2.3.5: the other end of a connection within this gateway; M9 wants both on one blade. */
    private Endpoint second(final MgcpMessage command, final Endpoint first) throws Refusal {
        final Slice text = command.value(MgcpParameter.SECOND_ENDPOINT_ID, value);
        if (!secondName.parse(text.buffer(), text.offset(), text.length()) || secondName.hasAll()) {
            throw new Refusal(500, "Bad second endpoint");
        }
        if (secondName.hasAny()) {
            first.pending(true);
            try {
                return any(secondName);
            } finally {
                first.pending(false);
            }
        }
        final Endpoint second = endpoints.find(secondName.localName().toString());
        if (second == null) {
            throw new Refusal(500, "Unknown second endpoint");
        }
        return withRoom(second, second == first ? 2 : 1);
    }

    // ---- ModifyConnection

    private Reply modifyConnection(final MgcpMessage command, final Peer source) throws Refusal {
        final Endpoint endpoint = exact(command);
        changed = endpoint;
        if (endpoint.isPending()) {
            throw new Refusal(400, "The connection is being created");
        }
        final Connection connection = connection(command, endpoint);
        expectCall(command, connection);
        final ConnectionMode mode = command.has(MgcpParameter.CONNECTION_MODE) ? mode(command) : connection.mode();
        final ConnectionOptions options = options(command);
        final boolean isOnlyMode = options == null && command.descriptionCount() == 0;
        final Connection.Negotiated negotiated = isOnlyMode ? null : negotiate(command, connection, options);
        final boolean hasRemote = connection.hasRemote() || (negotiated != null && negotiated.remote() != null);
        if (mode.needsRemote() && !hasRemote) {
            throw new Refusal(527, "No remote description for mode " + mode);
        }
        final Extras extras = new Extras(command, source);
        final NotificationRequest request =
                RequestReader.isIn(command) ? reader.read(command, endpoint, connection) : null;
        extras.apply(endpoint, source, domain(command));
        boolean isChanged = false;
        if (negotiated == null) {
            connection.mode(mode);
        } else {
            isChanged = connection.adopt(negotiated, mode);
        }
        gateway.rewire(endpoint);
        if (request != null) {
            endpoint.onRequest(request, gateway.nowNs());
        }
        final Reply reply = new Reply(200, "OK");
        return isChanged ? reply.description(connection.localDescription()) : reply;
    }

    // ---- DeleteConnection

    private Reply deleteConnection(final MgcpMessage command, final Peer source) throws Refusal {
        if (!command.has(MgcpParameter.CONNECTION_ID)) {
            return deleteConnections(command, source);
        }
        final Endpoint endpoint = exact(command);
        gateway.abortPending(endpoint);
        final Connection connection = connection(command, endpoint);
        if (command.has(MgcpParameter.CALL_ID)) {
            expectCall(command, connection);
        }
        final Extras extras = new Extras(command, source);
        final NotificationRequest request = RequestReader.isIn(command) ? reader.read(command, endpoint, null) : null;
        extras.apply(endpoint, source, domain(command));
        final Reply reply = new Reply(250, "OK")
                .with("P", Connection.parameters(connection.session().statistics()));
        delete(endpoint, connection);
        if (request != null) {
            endpoint.onRequest(request, gateway.nowNs());
        }
        return reply;
    }

    /** §2.3.9: all of a call, of an endpoint, of many endpoints. */
    private Reply deleteConnections(final MgcpMessage command, final Peer source) throws Refusal {
        if (RequestReader.isIn(command)) {
            throw new Refusal(539, "A request with a DLCX of many connections");
        }
        final String callId = command.has(MgcpParameter.CALL_ID) ? callId(command) : "";
        final Extras extras = new Extras(command, source);
        for (final Endpoint endpoint : one(command)) {
            gateway.abortPending(endpoint);
            extras.apply(endpoint, source, domain(command));
            for (final Connection connection : new ArrayList<>(endpoint.connections())) {
                if (callId.isEmpty() || callId.equalsIgnoreCase(connection.callId())) {
                    delete(endpoint, connection);
                }
            }
        }
        return new Reply(250, "OK");
    }

    /** Ends a connection. */
    void delete(final Endpoint endpoint, final Connection connection) {
        endpoint.remove(connection);
        gateway.closeMedia(endpoint, connection.session(), connection.units());
        gateway.rewire(endpoint);
    }

    // ---- the others

    private Reply notificationRequest(final MgcpMessage command, final Peer source) throws Refusal {
        final Extras extras = new Extras(command, source);
        final List<Endpoint> all = one(command);
        final List<NotificationRequest> requests = new ArrayList<>();
        for (final Endpoint endpoint : all) {
            requests.add(reader.read(command, endpoint, null));
        }
        for (int i = 0; i < all.size(); i++) {
            extras.apply(all.get(i), source, domain(command));
            all.get(i).onRequest(requests.get(i), gateway.nowNs());
        }
        return new Reply(200, "OK");
    }

    private Reply endpointConfiguration(final MgcpMessage command, final Peer source) throws Refusal {
        if (!command.has(MgcpParameter.BEARER_INFORMATION)) {
            throw new Refusal(510, "B: is missing");
        }
        final Extras extras = new Extras(command, source);
        for (final Endpoint endpoint : one(command)) {
            extras.apply(endpoint, source, domain(command));
        }
        return new Reply(200, "OK");
    }

    private Reply auditEndpoint(final MgcpMessage command) throws Refusal {
        if (command.endpoint().hasAll() && !command.endpoint().hasAny()) {
            final Reply reply = new Reply(200, "OK");
            for (final Endpoint endpoint : one(command)) {
                reply.with("Z", endpoint.name());
            }
            return reply;
        }
        final Endpoint endpoint = exact(command);
        return Auditor.endpoint(endpoint, text(command, MgcpParameter.REQUESTED_INFO), gateway.service(endpoint));
    }

    private Reply auditConnection(final MgcpMessage command) throws Refusal {
        final Endpoint endpoint = exact(command);
        return Auditor.connection(connection(command, endpoint), text(command, MgcpParameter.REQUESTED_INFO));
    }
}
