package midplane.blade.mgcp;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packages we have, and what of them (RFC 3660, RFC 2897, RFC 3435 appendix B). What a package defines and we do not
 * is named too: it gets another refusal than what nobody knows.
 */
@SuppressWarnings("ImmutableEnumChecker") // The sets are Set.of's, which nobody can change.
enum EventPackage {
    /** Announcement server, RFC 3660 §2.12. */
    A(1, "oc of", "", "ann", "", ""),
    /** Advanced audio, RFC 2897. */
    AU(0, "oc of", "", "pa pc", "es", "pr"),
    /** Generic media, RFC 3660 §2.1. */
    G(1, "ld oc of", "ft mt pat", "cg it pt rbk rt", "cf", "pat"),
    /** DTMF, RFC 3660 §2.2. */
    D(1, "0 1 2 3 4 5 6 7 8 9 # * a b c d l oc of t x", "dd", "t", "0 1 2 3 4 5 6 7 8 9 # * a b c d", "dd do"),
    /** RTP, RFC 3660 §2.10. */
    R(1, "ma oc of rto", "iu ji pl qa sr uc", "co1 co2", "", ""),
    /** Base, RFC 3435 appendix B. */
    B(0, "enf oef qbo", "", "", "", "");

    private final int version;
    private final Set<String> events;
    private final Set<String> undetectedEvents;
    private final Set<String> timeOutSignals;
    private final Set<String> briefSignals;
    private final Set<String> ungeneratedSignals;

    EventPackage(
            final int version,
            final String events,
            final String undetectedEvents,
            final String timeOutSignals,
            final String briefSignals,
            final String ungeneratedSignals) {
        this.version = version;
        this.events = words(events);
        this.undetectedEvents = words(undetectedEvents);
        this.timeOutSignals = words(timeOutSignals);
        this.briefSignals = words(briefSignals);
        this.ungeneratedSignals = words(ungeneratedSignals);
    }

    static @Nullable EventPackage of(final String name) {
        for (final EventPackage candidate : values()) {
            if (candidate.name().equalsIgnoreCase(name)) {
                return candidate;
            }
        }
        return null;
    }

    int version() {
        return version;
    }

    /** Refuses an event that cannot be asked for; names are in small letters. */
    void expectEvent(final String name) throws Refusal {
        if (!events.contains(name)) {
            throw undetectedEvents.contains(name)
                    ? new Refusal(512, "Not equipped to detect " + name() + '/' + name)
                    : new Refusal(522, "No event " + name() + '/' + name.toLowerCase(Locale.ROOT));
        }
    }

    /** Refuses a signal that cannot be asked for. */
    void expectSignal(final String name) throws Refusal {
        if (!timeOutSignals.contains(name) && !briefSignals.contains(name)) {
            throw ungeneratedSignals.contains(name)
                    ? new Refusal(513, "Not equipped to generate " + name() + '/' + name)
                    : new Refusal(522, "No signal " + name() + '/' + name);
        }
    }

    /** RFC 3435 §2.1.7: lasts until it is stopped or its time is over. */
    boolean isTimeOut(final String signal) {
        return timeOutSignals.contains(signal);
    }

    private static Set<String> words(final String list) {
        return list.isEmpty() ? Set.of() : Set.of(list.split(" ", -1));
    }
}
