package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EventReader;
import midplane.signalling.mgcp.ListCursor;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parameters of a NotificationRequest, alone or within a connection command, and refuses what the endpoint
 * cannot do. Changes nothing.
 */
final class RequestReader {
    /** The most events, or signals, in one list. */
    static final int LIST_LENGTH_MAX = 64;

    private static final String KEYS = "0123456789*#ABCDTX";

    private final SignalPlanner planner;
    private final Slice value = new Slice();

    RequestReader(final SignalPlanner planner) {
        this.planner = planner;
    }

    /** Whether a command carries any part of a NotificationRequest. */
    static boolean isIn(final MgcpMessage message) {
        return message.has(MgcpParameter.REQUEST_IDENTIFIER)
                || message.has(MgcpParameter.REQUESTED_EVENTS)
                || message.has(MgcpParameter.SIGNAL_REQUESTS)
                || message.has(MgcpParameter.DIGIT_MAP)
                || message.has(MgcpParameter.QUARANTINE_HANDLING)
                || message.has(MgcpParameter.DETECT_EVENTS);
    }

    /**
     * Reads it.
     *
     * @param endpoint whose packages, connections and digit map there are to go by.
     * @param current the connection being created or modified, for {@code $}; or null.
     */
    NotificationRequest read(final MgcpMessage message, final Endpoint endpoint, final @Nullable Connection current)
            throws Refusal {
        final String requestId = text(message, MgcpParameter.REQUEST_IDENTIFIER);
        if (!requestId.matches("[0-9A-Fa-f]{1,32}")) {
            throw new Refusal(510, requestId.isEmpty() ? "X: is missing" : "X: is no hexadecimal string");
        }
        final String digitMapText = text(message, MgcpParameter.DIGIT_MAP);
        final DigitMap digitMap = digitMapText.isEmpty() ? null : DigitMap.of(digitMapText);
        final boolean hasMap = digitMap != null || endpoint.events().digitMap() != null;
        final String quarantine = text(message, MgcpParameter.QUARANTINE_HANDLING);
        boolean isLoop = false;
        boolean discards = false;
        if (!quarantine.isEmpty()) {
            for (final String word : quarantine.split(",", -1)) {
                switch (word.strip().toLowerCase(Locale.ROOT)) {
                    case "loop" -> isLoop = true;
                    case "discard" -> discards = true;
                    case "step", "process" -> {}
                    default -> throw new Refusal(508, "Unknown quarantine handling");
                }
            }
        }
        final List<RequestedEvent> events =
                events(message.value(MgcpParameter.REQUESTED_EVENTS, value), endpoint, current, hasMap, isLoop, true);
        final List<SignalRequest> signals =
                signals(message.value(MgcpParameter.SIGNAL_REQUESTS, value), endpoint, current);
        final int persistentLine = persistentLine(message);
        return new NotificationRequest(
                requestId,
                text(message, MgcpParameter.NOTIFIED_ENTITY),
                events,
                signals,
                digitMap,
                isLoop,
                discards,
                message.has(MgcpParameter.DETECT_EVENTS)
                        ? events(
                                message.value(MgcpParameter.DETECT_EVENTS, value),
                                endpoint,
                                current,
                                hasMap,
                                isLoop,
                                false)
                        : null,
                persistentLine < 0
                        ? null
                        : events(message.value(persistentLine, value), endpoint, current, hasMap, isLoop, false),
                text(message, MgcpParameter.REQUESTED_EVENTS),
                quarantine.isEmpty() ? "process,step" : quarantine,
                message.has(MgcpParameter.DETECT_EVENTS) ? text(message, MgcpParameter.DETECT_EVENTS) : null,
                persistentLine < 0 ? null : message.value(persistentLine, value).toString());
    }

    private String text(final MgcpMessage message, final MgcpParameter parameter) {
        return message.value(parameter, value).toString();
    }

    /** Where {@code B/PR:} of RFC 3435 appendix B.2.1 is, or -1. */
    static int persistentLine(final MgcpMessage message) {
        final Slice name = new Slice();
        int line = message.first(MgcpParameter.PACKAGE_EXTENSION);
        while (line >= 0 && !message.name(line, name).equalsIgnoreCase("B/PR")) {
            line = message.next(line);
        }
        return line;
    }

    // ---- events

    private List<RequestedEvent> events(
            final Slice list,
            final Endpoint endpoint,
            final @Nullable Connection current,
            final boolean hasMap,
            final boolean isLoop,
            final boolean mayEmbed)
            throws Refusal {
        final List<RequestedEvent> events = new ArrayList<>();
        final Set<String> seen = new HashSet<>();
        final ListCursor cursor = new ListCursor().wrap(list);
        final EventReader reader = new EventReader();
        while (cursor.next()) {
            if (!reader.parse(cursor.item())) {
                throw new Refusal(510, "Bad event in a list");
            }
            final RequestedEvent event = event(reader, endpoint, current, hasMap, isLoop, mayEmbed);
            if (!seen.add(event.eventPackage() + "/" + event.name() + '@' + event.connection())) {
                throw new Refusal(510, "Event twice in a list");
            }
            if (events.size() == LIST_LENGTH_MAX) {
                throw new Refusal(502, "More than " + LIST_LENGTH_MAX + " events");
            }
            events.add(event);
        }
        if (cursor.isFaulty()) {
            throw new Refusal(510, "Bad list of events");
        }
        return List.copyOf(events);
    }

    private RequestedEvent event(
            final EventReader reader,
            final Endpoint endpoint,
            final @Nullable Connection current,
            final boolean hasMap,
            final boolean isLoop,
            final boolean mayEmbed)
            throws Refusal {
        final EventPackage eventPackage = eventPackage(reader, endpoint);
        final String name = reader.event().toString().toLowerCase(Locale.ROOT);
        String range = "";
        if (name.startsWith("[")) {
            if (eventPackage != null
                    && eventPackage != EventPackage.D
                    && reader.packageName().isEmpty()) {
                return event(reader, EventPackage.D, name, range(name), endpoint, current, hasMap, isLoop, mayEmbed);
            }
            if (eventPackage != null && eventPackage != EventPackage.D) {
                throw new Refusal(522, "No keys in package " + eventPackage.name());
            }
            range = range(name);
        } else if (!name.equals("all") && eventPackage != null) {
            eventPackage.expectEvent(name);
        }
        return event(reader, eventPackage, name, range, endpoint, current, hasMap, isLoop, mayEmbed);
    }

    private RequestedEvent event(
            final EventReader reader,
            final @Nullable EventPackage eventPackage,
            final String name,
            final String range,
            final Endpoint endpoint,
            final @Nullable Connection current,
            final boolean hasMap,
            final boolean isLoop,
            final boolean mayEmbed)
            throws Refusal {
        final String connection = connection(reader, endpoint, current);
        final Actions actions = new Actions();
        if (reader.hasFirst()) {
            actions(reader.first(), actions, endpoint, current, hasMap, isLoop, mayEmbed);
        }
        if (actions.bits == 0) {
            actions.bits = RequestedEvent.NOTIFY;
        }
        actions.expectCombinable(isLoop);
        if ((actions.bits & RequestedEvent.DIGIT_MAP) != 0 && !hasMap) {
            throw new Refusal(519, "No digit map");
        }
        final String parameters = reader.second().toString();
        expectParameters(eventPackage, name, parameters);
        return new RequestedEvent(eventPackage, name, range, connection, actions.bits, actions.embedded, parameters);
    }

    private static void expectParameters(
            final @Nullable EventPackage eventPackage, final String name, final String parameters) throws Refusal {
        if (parameters.isEmpty()) {
            return;
        }
        final boolean isTimeout = eventPackage == EventPackage.R && name.equals("rto");
        if (!isTimeout || RtpTimeout.of(parameters) == null) {
            throw new Refusal(538, "Event parameters of " + name);
        }
    }

    /** The package of an event or signal; null for all of them. */
    private static @Nullable EventPackage eventPackage(final EventReader reader, final Endpoint endpoint)
            throws Refusal {
        if (reader.packageName().isEmpty()) {
            return endpoint.type().packages().get(0);
        }
        final String name = reader.packageName().toString();
        if (name.equals("*")) {
            return null;
        }
        final EventPackage eventPackage = EventPackage.of(name);
        if (eventPackage == null || !endpoint.type().packages().contains(eventPackage)) {
            throw new Refusal(518, "Unsupported package");
        }
        return eventPackage;
    }

    private static String connection(
            final EventReader reader, final Endpoint endpoint, final @Nullable Connection current) throws Refusal {
        final String connection = reader.connection().toString();
        if (connection.isEmpty() || connection.equals("*")) {
            return connection;
        }
        if (connection.equals("$")) {
            if (current == null) {
                throw new Refusal(515, "No current connection");
            }
            return current.id();
        }
        if (current != null && current.id().equalsIgnoreCase(connection)) {
            return current.id();
        }
        final Connection known = endpoint.connection(connection);
        if (known == null) {
            throw new Refusal(515, "Unknown connection in an event");
        }
        return known.id();
    }

    /** {@code [0-9*#A-D]}, as the names of events: small letters. */
    private static String range(final String text) throws Refusal {
        final StringBuilder keys = new StringBuilder();
        final String inside = text.substring(1, text.length() - 1);
        for (int i = 0; i < inside.length(); i++) {
            final char first = Character.toUpperCase(inside.charAt(i));
            if (KEYS.indexOf(first) < 0) {
                throw new Refusal(522, "No such key");
            }
            if (first == 'X') {
                keys.append("0123456789");
            } else if (i + 2 < inside.length() && inside.charAt(i + 1) == '-') {
                final char last = Character.toUpperCase(inside.charAt(i + 2));
                if (KEYS.indexOf(last) < 0 || last < first || Character.isDigit(first) != Character.isDigit(last)) {
                    throw new Refusal(510, "Bad range of keys");
                }
                for (char key = first; key <= last; key++) {
                    keys.append(Character.toLowerCase(key));
                }
                i += 2;
            } else {
                keys.append(Character.toLowerCase(first));
            }
        }
        if (keys.length() == 0) {
            throw new Refusal(510, "Empty range of keys");
        }
        return keys.toString();
    }

    // ---- actions

    private static final class Actions {
        private int bits;
        private @Nullable NotificationRequest embedded;

        /** The table of RFC 3435 §2.3.3. */
        void expectCombinable(final boolean isLoop) throws Refusal {
            final int main = bits
                    & (RequestedEvent.NOTIFY
                            | RequestedEvent.ACCUMULATE
                            | RequestedEvent.DIGIT_MAP
                            | RequestedEvent.IGNORE);
            final boolean embeds = (bits & RequestedEvent.EMBEDDED) != 0;
            final boolean cannotEmbed = (bits & (RequestedEvent.DIGIT_MAP | RequestedEvent.IGNORE)) != 0
                    || ((bits & RequestedEvent.NOTIFY) != 0 && !isLoop);
            if (Integer.bitCount(main) > 1 || (embeds && cannotEmbed)) {
                throw new Refusal(523, "Actions that cannot be combined");
            }
        }
    }

    private void actions(
            final Slice list,
            final Actions actions,
            final Endpoint endpoint,
            final @Nullable Connection current,
            final boolean hasMap,
            final boolean isLoop,
            final boolean mayEmbed)
            throws Refusal {
        final ListCursor cursor = new ListCursor().wrap(list);
        while (cursor.next()) {
            final Slice item = cursor.item();
            final int bit = switch (Character.toUpperCase(item.byteAt(0))) {
                case 'N' -> RequestedEvent.NOTIFY;
                case 'A' -> RequestedEvent.ACCUMULATE;
                case 'D' -> RequestedEvent.DIGIT_MAP;
                case 'I' -> RequestedEvent.IGNORE;
                case 'K' -> RequestedEvent.KEEP_SIGNALS;
                case 'E' -> RequestedEvent.EMBEDDED;
                default -> 0;
            };
            final boolean isEmbedded = bit == RequestedEvent.EMBEDDED;
            if (bit == 0 || (actions.bits & bit) != 0 || (item.length() > 1) != isEmbedded) {
                throw item.toString().indexOf('/') > 0
                        ? new Refusal(518, "Unsupported package of an action")
                        : new Refusal(523, "Unknown action");
            }
            if (isEmbedded) {
                if (!mayEmbed) {
                    throw new Refusal(523, "Requests are embedded one deep");
                }
                actions.embedded = embedded(item, endpoint, current, hasMap, isLoop);
            }
            actions.bits |= bit;
        }
        if (cursor.isFaulty() || actions.bits == 0) {
            throw new Refusal(523, "Bad actions");
        }
    }

    /** {@code E(R(...),S(...),D(...))}, in any order. */
    private NotificationRequest embedded(
            final Slice item,
            final Endpoint endpoint,
            final @Nullable Connection current,
            final boolean hasMap,
            final boolean isLoop)
            throws Refusal {
        final Slice inside = insideBrackets(item, 1);
        final Slice eventsPart = new Slice();
        final Slice signalsPart = new Slice();
        DigitMap digitMap = null;
        final Set<Character> seen = new HashSet<>();
        final ListCursor cursor = new ListCursor().wrap(inside);
        while (cursor.next()) {
            final Slice part = cursor.item();
            final char kind = (char) Character.toUpperCase(part.byteAt(0));
            final Slice content = insideBrackets(part, 1);
            if (!seen.add(kind)) {
                throw new Refusal(523, "Embedded part twice");
            }
            switch (kind) {
                case 'R' -> eventsPart.wrap(content.buffer(), content.offset(), content.length());
                case 'S' -> signalsPart.wrap(content.buffer(), content.offset(), content.length());
                case 'D' -> digitMap = DigitMap.of(content.toString());
                default -> throw new Refusal(523, "Unknown embedded part");
            }
        }
        if (cursor.isFaulty()) {
            throw new Refusal(523, "Bad embedded request");
        }
        return new NotificationRequest(
                "",
                "",
                events(eventsPart, endpoint, current, hasMap || digitMap != null, isLoop, false),
                signals(signalsPart, endpoint, current),
                digitMap,
                isLoop,
                false,
                null,
                null,
                eventsPart.toString(),
                "",
                null,
                null);
    }

    private static Slice insideBrackets(final Slice item, final int nameLength) throws Refusal {
        int open = item.offset() + nameLength;
        final int end = item.offset() + item.length();
        while (open < end && item.buffer().getByte(open) == ' ') {
            open++;
        }
        if (open >= end || item.buffer().getByte(open) != '(' || item.buffer().getByte(end - 1) != ')') {
            throw new Refusal(523, "Bad embedded request");
        }
        return new Slice().wrap(item.buffer(), open + 1, end - open - 2);
    }

    // ---- signals

    private List<SignalRequest> signals(final Slice list, final Endpoint endpoint, final @Nullable Connection current)
            throws Refusal {
        final List<SignalRequest> signals = new ArrayList<>();
        final Set<EventName> seen = new HashSet<>();
        final ListCursor cursor = new ListCursor().wrap(list);
        final EventReader reader = new EventReader();
        int sounding = 0;
        while (cursor.next()) {
            if (!reader.parse(cursor.item())) {
                throw new Refusal(510, "Bad signal in a list");
            }
            final EventPackage eventPackage = eventPackage(reader, endpoint);
            if (eventPackage == null) {
                throw new Refusal(513, "A signal needs a package");
            }
            final String name = reader.event().toString().toLowerCase(Locale.ROOT);
            eventPackage.expectSignal(name);
            final EventName event = new EventName(eventPackage, name, connection(reader, endpoint, current));
            final SignalRequest signal = new SignalRequest(
                    event,
                    cursor.item().toString(),
                    planner.plan(
                            event, reader.first().toString(), reader.selectors().toString()));
            expectRemote(signal, endpoint, current);
            if (!seen.add(event)) {
                throw new Refusal(510, "Signal twice in a list");
            }
            if (signals.size() == LIST_LENGTH_MAX) {
                throw new Refusal(502, "More than " + LIST_LENGTH_MAX + " signals");
            }
            sounding += signal.isTimeOut() && signal.hasSound() ? 1 : 0;
            if (sounding > 1 || (sounding == 1 && signal.hasSound() && !signal.isTimeOut())) {
                throw new Refusal(403, "One signal can sound at a time");
            }
            signals.add(signal);
        }
        if (cursor.isFaulty()) {
            throw new Refusal(510, "Bad list of signals");
        }
        return List.copyOf(signals);
    }

    /** §2.3.3: a signal on a connection needs somebody to hear it. */
    private static void expectRemote(
            final SignalRequest signal, final Endpoint endpoint, final @Nullable Connection current) throws Refusal {
        final String id = signal.event().connection();
        if (signal.event().eventPackage() == EventPackage.R && id.isEmpty()) {
            throw new Refusal(538, "Signals of package R need a connection");
        }
        if (id.isEmpty() || id.equals("*")) {
            return;
        }
        final Connection connection = current != null && current.id().equals(id) ? current : endpoint.connection(id);
        if (connection != null && !connection.hasRemote()) {
            throw new Refusal(527, "No remote description for a signal on a connection");
        }
    }
}
