package midplane.blade.media;

import java.util.Objects;
import midplane.blade.core.Deadlines;
import midplane.blade.core.UnitMeter;
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

    static final int NOWHERE = -1;

    private final Conferences conferences;
    private final Mixer mixer = new Mixer();
    private @Nullable ConferenceLeg first;
    private int legs;
    private int entry = NO_ENTRY;
    private UnitMeter meter = new UnitMeter(0);
    private int size;
    private int used;
    private long decayNs = Deadlines.NO_DEADLINE;

    /** Its number, its key, and its place among those that are open: the business of {@link Conferences}. */
    final int index;

    long keyHigh;

    long keyLow;
    int place = NOWHERE;

    Conference(final Conferences conferences, final int index) {
        this.conferences = conferences;
        this.index = index;
    }

    /** Legs in it, started or not. */
    public int legs() {
        return legs;
    }

    /** Whose it is elsewhere, as its opener said. */
    public int entry() {
        return entry;
    }

    /**
     * Units for one more leg: what the conference holds comes first, and only what goes beyond it is taken from what is
     * free.
     *
     * @return false when there is not enough of both; nothing is taken then.
     */
    public boolean tryUse(final int units) {
        final int fromHeld = Math.min(units, held());
        if (!meter.tryUse(units - fromHeld)) {
            return false;
        }
        meter.consume(fromHeld);
        used += units;
        return true;
    }

    /** A leg gives its units back, before it leaves: within the join window they are held for the next. */
    public void release(final int units) {
        final int heldBefore = held();
        used -= units;
        final int heldAgain = held() - heldBefore;
        meter.giveBack(heldAgain);
        meter.release(units - heldAgain);
    }

    /** Ends a conference that nobody has joined; does nothing to one that has legs, or has ended. */
    public void closeIfEmpty() {
        if (legs == 0 && place != NOWHERE) {
            conferences.close(this);
        }
    }

    void open(final int newEntry, final int newSize, final UnitMeter newMeter, final long newDecayNs) {
        entry = newEntry;
        size = newSize;
        used = 0;
        meter = newMeter;
        decayNs = newDecayNs;
        mixer.open();
    }

    /** When what is still held is to be let go; no deadline when nothing is. */
    long decayNs() {
        return decayNs;
    }

    /** Lets go what is held: the join window is over, or the conference. */
    void decay() {
        meter.decay(held());
        size = 0;
        decayNs = Deadlines.NO_DEADLINE;
    }

    /** Units that the meter holds for legs to come. */
    private int held() {
        return Math.max(0, size - used);
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
