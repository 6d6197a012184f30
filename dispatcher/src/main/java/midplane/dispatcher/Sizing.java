package midplane.dispatcher;

import java.util.Locale;
import midplane.shelf.Counters;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SizeReader;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * How big the session of an initial message will be, and what was wrong with what its sender said about it. Not
 * thread-safe.
 */
public final class Sizing {
    private static final SizeSource[] SOURCES = SizeSource.values();

    private final SizeReader reader = new SizeReader();
    private final AtomicCounter[] faults = new AtomicCounter[SOURCES.length];
    private final AtomicCounter contradictory;

    public Sizing(final Counters counters) {
        for (final SizeSource source : SOURCES) {
            if (source != SizeSource.SERVICE) {
                faults[source.ordinal()] = counters.counter("dispatcher.size.fault."
                        + source.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            }
        }
        contradictory = counters.counter("dispatcher.size.contradictory");
    }

    /** What an INVITE asks for; {@link SessionService#NEW_CONFERENCE} for every conference, known or not. */
    public SessionService service(final SipMessage invite) {
        return reader.service(invite);
    }

    /**
     * Reads the size out of an INVITE and counts what could not be read.
     *
     * @param service gives the size when nothing else does.
     * @return good until the next call.
     */
    public SizeIndication read(final SipMessage invite, final SessionService service) {
        return count(reader.read(invite, service));
    }

    /** Counts what was wrong with a size, whatever protocol it came by; returns it. */
    public SizeIndication count(final SizeIndication size) {
        int left = size.faults();
        while (left != 0) {
            faults[Integer.numberOfTrailingZeros(left)].incrementRelease();
            left &= left - 1;
        }
        if (size.isContradictory()) {
            contradictory.incrementRelease();
        }
        return size;
    }
}
