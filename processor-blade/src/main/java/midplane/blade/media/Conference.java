package midplane.blade.media;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4240 §5: all sessions opened for it hear each other, and none hears itself. Opened by {@link Conferences#open};
 * it ends when its last leg leaves, and the reference is dead then. A leg is a {@link MediaSession} opened with the
 * conference as its service; it joins at once, is heard from its start on, and leaves when it is closed. Pooled; not
 * thread-safe.
 */
public final class Conference implements MediaService {
    /** {@link #entry} of a conference that nobody outside the blade keeps an entry for. */
    public static final int NO_ENTRY = -1;

    private final Conferences conferences;
    private final Mixer mixer = new Mixer();
    private @Nullable ConferenceLeg first;
    private int legs;
    private int entry = NO_ENTRY;

    /** Its number, its key, and its place among those that are open: the business of {@link Conferences}. */
    final int index;

    long keyHigh;

    long keyLow;
    int place;

    Conference(final Conferences conferences, final int index) {
        this.conferences = conferences;
        this.index = index;
    }

    /** Legs in it, started or not. */
    public int legs() {
        return legs;
    }

    /** Whose it is elsewhere: a number its opener gave it, {@link #NO_ENTRY} until then. */
    public int entry() {
        return entry;
    }

    public void entry(final int newEntry) {
        entry = newEntry;
    }

    /** Ends a conference that nobody has joined; does nothing to one that has legs. */
    public void closeIfEmpty() {
        if (legs == 0) {
            conferences.close(this);
        }
    }

    void open() {
        entry = NO_ENTRY;
        mixer.open();
    }

    Mixer mixer() {
        return mixer;
    }

    void join(final ConferenceLeg leg) {
        leg.open(this);
        leg.previous = null;
        leg.next = first;
        if (first != null) {
            first.previous = leg;
        }
        first = leg;
        legs++;
    }

    void onLeave(final ConferenceLeg leg) {
        final ConferenceLeg after = leg.next;
        if (leg.previous == null) {
            first = after;
        } else {
            leg.previous.next = after;
        }
        if (after != null) {
            after.previous = leg.previous;
        }
        leg.next = null;
        leg.previous = null;
        legs--;
        conferences.onLeft(leg);
        closeIfEmpty();
    }

    /** Sums up what all legs say in a tick. */
    void mix() {
        mixer.begin();
        ConferenceLeg leg = Objects.requireNonNull(first, "a conference without legs is closed");
        while (leg != null) {
            leg.addTo(mixer);
            leg = leg.next;
        }
        mixer.end();
    }
}
