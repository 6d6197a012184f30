package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of one blade, {@code ann/3/1} to {@code pe/3/n}: so many of each type as there may be sessions. They are
 * virtual, as RFC 3435 §2.1.1 has them for conference bridges: one that was never used takes no memory, and a wildcard
 * means those in use. A bridge may also be called by the id of its conference, {@code cnf/3/77} or {@code cnf/77}.
 */
final class EndpointTable {
    private final int bladeId;
    private final int perType;
    private final Endpoint.Gateway gateway;
    private final @Nullable Endpoint[] endpoints;
    private final int[] lastTaken = new int[EndpointType.values().length];

    EndpointTable(final int bladeId, final int perType, final Endpoint.Gateway gateway) {
        this.bladeId = bladeId;
        this.perType = perType;
        this.gateway = gateway;
        endpoints = new @Nullable Endpoint[limit(perType)];
    }

    /** How many endpoints there may be. */
    static int limit(final int perType) {
        return perType * EndpointType.values().length;
    }

    /** The endpoint of an id, which is in use or was. */
    Endpoint at(final int id) {
        final Endpoint endpoint = endpoints[id];
        assert endpoint != null : id;
        return endpoint;
    }

    /** The endpoint of a name, if it is in use; calls nothing into being. */
    @Nullable
    Endpoint known(final String localName) {
        for (final Endpoint endpoint : endpoints) {
            if (endpoint != null && endpoint.localName().equalsIgnoreCase(localName)) {
                return endpoint;
            }
        }
        return null;
    }

    /** Whether a term is this blade's. */
    boolean isOwn(final String term) {
        return term.equals(String.valueOf(bladeId));
    }

    /** The endpoint that a name without wildcards means; null when there is no such endpoint here. */
    @Nullable
    Endpoint find(final String localName) {
        final String[] terms = localName.split("/", -1);
        final EndpointType type = EndpointType.of(terms[0]);
        if (type == null || terms.length < 2 || terms.length > 3) {
            return null;
        }
        if (terms.length == 3 && !isOwn(terms[1])) {
            return null;
        }
        final String last = terms[terms.length - 1];
        if (type == EndpointType.CNF) {
            return bridge(last, terms.length == 2);
        }
        final int number = terms.length == 3 ? number(last) : 0;
        return number == 0 ? null : endpoint(type, number);
    }

    /** Bridges have the number, or the name of their conference, which calls one into being. */
    private @Nullable Endpoint bridge(final String id, final boolean isShort) {
        for (int number = 1; number <= perType; number++) {
            final Endpoint known = endpoints[index(EndpointType.CNF, number)];
            if (known != null && isInUse(known) && known.conferenceId().equalsIgnoreCase(id)) {
                return known;
            }
        }
        final int number = number(id);
        if (number > 0 && !isShort) {
            final Endpoint endpoint = endpoint(EndpointType.CNF, number);
            if (!isInUse(endpoint)) {
                endpoint.conferenceId("");
            }
            return endpoint.conferenceId().equals(id) ? endpoint : null;
        }
        final Endpoint taken = take(EndpointType.CNF);
        if (taken != null) {
            taken.conferenceId(id.toLowerCase(Locale.ROOT));
        }
        return taken;
    }

    /** An endpoint without connections, as good as new, for {@code $}; null when there is none. */
    @Nullable
    Endpoint take(final EndpointType type) {
        for (int i = 0; i < perType; i++) {
            final int number = (lastTaken[type.ordinal()] + i) % perType + 1;
            final Endpoint known = endpoints[index(type, number)];
            final boolean isFree = known == null || (known.connections().isEmpty() && !known.isPending());
            if (isFree && (type != EndpointType.CNF || !gateway.hasConference(String.valueOf(number)))) {
                lastTaken[type.ordinal()] = number;
                final Endpoint taken = endpoint(type, number);
                taken.reset();
                taken.conferenceId("");
                return taken;
            }
        }
        return null;
    }

    /** The endpoints in use that a name with {@code *} means; null when it can mean none here. */
    @Nullable
    List<Endpoint> matching(final String localName) {
        final String[] terms = localName.split("/", -1);
        final boolean isKnown = terms[0].equals("*") || EndpointType.of(terms[0]) != null;
        if (!isKnown || terms.length > 3 || (terms.length == 1 && !terms[0].equals("*"))) {
            return null;
        }
        if (terms.length > 1 && !terms[1].equals("*") && !isOwn(terms[1])) {
            return null;
        }
        final List<Endpoint> matching = new ArrayList<>();
        forEachInUse(endpoint -> {
            final boolean isOfType = terms[0].equals("*") || EndpointType.of(terms[0]) == endpoint.type();
            final boolean isOfNumber = terms.length < 3
                    || terms[2].equals("*")
                    || endpoint.localName().endsWith('/' + terms[2].toLowerCase(Locale.ROOT));
            if (isOfType && isOfNumber) {
                matching.add(endpoint);
            }
        });
        return matching;
    }

    /** In order of type and number. */
    void forEachInUse(final Consumer<Endpoint> action) {
        for (final Endpoint endpoint : endpoints) {
            if (endpoint != null && isInUse(endpoint)) {
                action.accept(endpoint);
            }
        }
    }

    private static boolean isInUse(final Endpoint endpoint) {
        return !endpoint.connections().isEmpty()
                || endpoint.isPending()
                || !endpoint.events().request().equals(NotificationRequest.NOTHING);
    }

    private Endpoint endpoint(final EndpointType type, final int number) {
        final int index = index(type, number);
        Endpoint endpoint = endpoints[index];
        if (endpoint == null) {
            endpoint = new Endpoint(index, type, number, bladeId, gateway);
            endpoints[index] = endpoint;
        }
        return endpoint;
    }

    private int index(final EndpointType type, final int number) {
        return type.ordinal() * perType + number - 1;
    }

    /** 1 to how many there are, or 0. */
    private int number(final String text) {
        if (!text.matches("[1-9][0-9]{0,8}")) {
            return 0;
        }
        final int number = Integer.parseInt(text);
        return number > perType ? 0 : number;
    }
}
