package midplane.blade.mgcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Answers AuditEndpoint and AuditConnection (RFC 3435 §2.3.10, §2.3.11). Changes nothing. */
final class Auditor {
    /** The longest message we take. */
    static final int DATAGRAM_LENGTH_MAX = 65_507;

    private static final byte[] NO_DESCRIPTION = "v=0\r\n".getBytes(StandardCharsets.US_ASCII);

    private Auditor() {}

    /** How the endpoint stands to its call agent. */
    record Service(String restartMethod, long restartDelayS, String reasonCode) {}

    /** The answer to AuditEndpoint for one endpoint; what is not understood is left out. */
    static Reply endpoint(final Endpoint endpoint, final String requestedInfo, final Service service) {
        final Reply reply = new Reply(200, "OK");
        for (final String word : requestedInfo.split(",", -1)) {
            final String code = word.strip().toUpperCase(Locale.ROOT);
            switch (code) {
                case "R" -> reply.with("R", endpoint.events().eventsText());
                case "D" -> {
                    final DigitMap map = endpoint.events().digitMap();
                    reply.with("D", map == null ? "" : map.text());
                }
                case "S" -> reply.with("S", endpoint.signals().text());
                case "X" -> reply.with("X", endpoint.events().request().requestId());
                case "Q" -> reply.with("Q", endpoint.events().request().quarantineText());
                case "N" -> reply.with("N", notifiedEntity(endpoint));
                case "I" -> reply.with("I", connectionIds(endpoint));
                case "T" -> reply.with("T", endpoint.events().detectText());
                case "O" -> reply.with("O", endpoint.events().observedText());
                case "ES" -> reply.with("ES", "");
                case "B" -> reply.with("B", endpoint.bearer());
                case "RM" -> reply.with("RM", service.restartMethod());
                case "RD" -> reply.with("RD", String.valueOf(service.restartDelayS()));
                case "E" -> reply.with("E", service.reasonCode());
                case "PL" -> reply.with("PL", packageList(endpoint.type()));
                case "MD" -> reply.with("MD", String.valueOf(DATAGRAM_LENGTH_MAX));
                case "A" -> reply.with("A", capabilities(endpoint.type()));
                case "B/NS" -> reply.with("B/NS", endpoint.events().state().toString());
                case "B/PR" -> reply.with("B/PR", endpoint.events().persistentText());
                default -> {}
            }
        }
        return reply;
    }

    /** The answer to AuditConnection; descriptions come last, ours first. */
    static Reply connection(final Connection connection, final String requestedInfo) {
        final Reply reply = new Reply(200, "OK");
        boolean wantsLocal = false;
        boolean wantsRemote = false;
        for (final String word : requestedInfo.split(",", -1)) {
            switch (word.strip().toUpperCase(Locale.ROOT)) {
                case "C" -> reply.with("C", connection.callId());
                case "N" -> reply.with("N", notifiedEntity(connection.endpoint()));
                case "L" -> reply.with("L", connection.options().toString());
                case "M" -> reply.with("M", connection.mode().toString());
                case "P" ->
                    reply.with("P", Connection.parameters(connection.session().statistics()));
                case "LC" -> wantsLocal = true;
                case "RC" -> wantsRemote = true;
                default -> {}
            }
        }
        if (wantsLocal) {
            reply.description(orNone(connection.localDescription()));
        }
        if (wantsRemote) {
            reply.description(orNone(connection.remoteDescription()));
        }
        return reply;
    }

    private static byte[] orNone(final byte[] description) {
        return description.length == 0 ? NO_DESCRIPTION : description;
    }

    private static String notifiedEntity(final Endpoint endpoint) {
        if (!endpoint.notifiedEntityText().isEmpty() || endpoint.notifiedEntity() == null) {
            return endpoint.notifiedEntityText();
        }
        final var peer = endpoint.notifiedEntity();
        return '[' + peer.host() + "]:" + peer.port();
    }

    private static String connectionIds(final Endpoint endpoint) {
        final List<String> ids = new ArrayList<>();
        endpoint.connections().forEach(connection -> ids.add(connection.id()));
        return String.join(", ", ids);
    }

    /** As {@code PL:} has it, the default package first. */
    static String packageList(final EndpointType type) {
        final List<String> packages = new ArrayList<>();
        type.packages().forEach(known -> packages.add(known.name() + ':' + known.version()));
        return String.join(",", packages);
    }

    private static String capabilities(final EndpointType type) {
        final List<String> packages = new ArrayList<>();
        type.packages().forEach(known -> packages.add(known.name()));
        final List<String> modes = new ArrayList<>();
        for (final ConnectionMode mode : ConnectionMode.values()) {
            modes.add(mode.toString());
        }
        return "a:PCMU;PCMA;telephone-event, p:10-100, e:on, s:on, gc:0, t:0, nt:IN;LOCAL, v:"
                + String.join(";", packages) + ", m:" + String.join(";", modes);
    }
}
