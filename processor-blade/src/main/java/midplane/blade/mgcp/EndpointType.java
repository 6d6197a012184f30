package midplane.blade.mgcp;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of endpoints (RFC 3435 §2.1.1): the first term of a local name. */
@SuppressWarnings("ImmutableEnumChecker") // The list is List.of's, which nobody can change.
enum EndpointType {
    /** An announcement server's access point. */
    ANN(1, 1, EventPackage.A, EventPackage.G, EventPackage.D, EventPackage.R, EventPackage.B),
    /** Interactive voice response. */
    IVR(1, 2, EventPackage.AU, EventPackage.A, EventPackage.G, EventPackage.D, EventPackage.R, EventPackage.B),
    /** A conference bridge. */
    CNF(64, 4, EventPackage.G, EventPackage.A, EventPackage.D, EventPackage.R, EventPackage.B),
    /** A packet relay. */
    PE(2, 1, EventPackage.G, EventPackage.A, EventPackage.D, EventPackage.R, EventPackage.B);

    private final String term = name().toLowerCase(Locale.ROOT);
    private final int connectionsMax;
    private final int defaultUnits;
    private final List<EventPackage> packages;

    EndpointType(final int connectionsMax, final int defaultUnits, final EventPackage... packages) {
        this.connectionsMax = connectionsMax;
        this.defaultUnits = defaultUnits;
        this.packages = List.of(packages);
    }

    static @Nullable EndpointType of(final String term) {
        for (final EndpointType candidate : values()) {
            if (candidate.term.equalsIgnoreCase(term)) {
                return candidate;
            }
        }
        return null;
    }

    String term() {
        return term;
    }

    /** One more is refused with 540. */
    int connectionsMax() {
        return connectionsMax;
    }

    /** What a session is worth when nobody said. */
    int defaultUnits() {
        return defaultUnits;
    }

    /** The first is the default package. */
    List<EventPackage> packages() {
        return packages;
    }
}
