package midplane.blade.media;

import java.util.ArrayDeque;
import java.util.Objects;
import midplane.blade.core.Deadlines;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.KeyedHash;
import midplane.blade.core.UnitMeter;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Entropy;
import midplane.signalling.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The conferences of one blade, by name, whatever protocol their legs come by. All are made with the plane, and so are
 * their legs. Not thread-safe.
 */
public final class Conferences {
    /** Told when a conference begins and ends. */
    public interface Listener {
        /** It was opened. */
        void onConferenceOpened(Conference conference);

        /** Its last leg has left, or it was closed before the first came. The reference dies when this returns. */
        void onConferenceEnded(Conference conference);
    }

    private static final Listener NOBODY = new Listener() {
        @Override
        public void onConferenceOpened(final Conference conference) {}

        @Override
        public void onConferenceEnded(final Conference conference) {}
    };

    private static final int NAME = 1;
    private static final UnitMeter NO_METER = new UnitMeter(0);

    private final KeyedHash hash;
    private final KeyIndex names;
    private final Conference[] all;
    private final @Nullable Conference[] opened;
    private final ArrayDeque<Conference> idle;
    private final ArrayDeque<ConferenceLeg> idleLegs;
    private final int maxLegs;
    private final long joinWindowNs;
    private final MediaCounters counters;
    private int open;
    private long nextDecayNs = Deadlines.NO_DEADLINE;
    private Listener listener = NOBODY;

    /**
     * None open.
     *
     * @param settings of legs there may be so many in all conferences together, and as many conferences.
     */
    Conferences(final ConferenceSettings settings, final Entropy entropy, final MediaCounters counters) {
        this.counters = counters;
        maxLegs = settings.maxLegs();
        joinWindowNs = settings.joinWindowNs();
        hash = new KeyedHash(entropy);
        names = new KeyIndex(maxLegs);
        all = new Conference[maxLegs];
        opened = new @Nullable Conference[maxLegs];
        idle = new ArrayDeque<>(maxLegs);
        idleLegs = new ArrayDeque<>(maxLegs);
        for (int i = 0; i < maxLegs; i++) {
            all[i] = new Conference(this, i);
            idle.addLast(all[i]);
            idleLegs.addLast(new ConferenceLeg(counters));
        }
    }

    /** Who is told when a conference ends; one per plane. */
    public void listener(final Listener newListener) {
        listener = newListener;
    }

    /** The open conference of a name; ASCII letters of either case are equal. Null when there is none. */
    public @Nullable Conference find(final Slice name) {
        hashOf(name);
        final int index = names.find(hash.high(), hash.low());
        return index == KeyIndex.MISSING ? null : all[index];
    }

    /** Opens a conference that nobody outside the blade knows of, and that holds no units. */
    public @Nullable Conference open(final Slice name) {
        return open(name, Conference.NO_ENTRY, 0, NO_METER, 0);
    }

    /**
     * Opens a conference of a name that {@link #find} did not know. Whoever opens it opens a session for it, or calls
     * {@link Conference#closeIfEmpty}.
     *
     * @param entry whose it is elsewhere, {@link Conference#NO_ENTRY} for nobody's.
     * @param size units it holds for its legs, until the join window is over.
     * @param meter where it holds them.
     * @param nowNs the agent's monotonic time.
     * @return null when no other can be had, or so many units are not free.
     */
    public @Nullable Conference open(
            final Slice name, final int entry, final int size, final UnitMeter meter, final long nowNs) {
        if (idle.isEmpty() || !meter.tryHold(size)) {
            return null;
        }
        hashOf(name);
        final Conference conference = idle.removeFirst();
        final boolean isNew = names.put(hash.high(), hash.low(), conference.index);
        assert isNew : "two conferences of one name";
        conference.keyHigh = hash.high();
        conference.keyLow = hash.low();
        conference.open(entry, size, meter, nowNs + joinWindowNs);
        conference.place = open;
        opened[open++] = conference;
        counters.conferencesOpened.incrementRelease();
        nextDecayNs = Deadlines.earlier(nextDecayNs, conference.decayNs());
        listener.onConferenceOpened(conference);
        return conference;
    }

    /** When {@link #onDeadline} has something to do, or {@link Deadlines#NO_DEADLINE}. */
    public long nextDeadlineNs() {
        return nextDecayNs;
    }

    /** Lets go what is held for those who did not come in time; returns of how many conferences. */
    public int onDeadline(final long nowNs) {
        int decayed = 0;
        nextDecayNs = Deadlines.NO_DEADLINE;
        for (int i = 0; i < open; i++) {
            final Conference conference = opened(i);
            if (Deadlines.isDue(conference.decayNs(), nowNs)) {
                conference.decay();
                decayed++;
            }
            nextDecayNs = Deadlines.earlier(nextDecayNs, conference.decayNs());
        }
        return decayed;
    }

    /** Whether one more leg can be had, in whatever conference. */
    public boolean hasRoom() {
        return !idleLegs.isEmpty();
    }

    /** Conferences that are open. */
    public int size() {
        return open;
    }

    /** Legs in all of them. */
    public int legs() {
        return maxLegs - idleLegs.size();
    }

    ConferenceLeg join(final Conference conference) {
        final ConferenceLeg leg = idleLegs.removeFirst();
        conference.join(leg);
        counters.legsJoined.incrementRelease();
        return leg;
    }

    void onLeft(final ConferenceLeg leg) {
        idleLegs.addLast(leg);
        counters.legsLeft.incrementRelease();
    }

    /** Sums up what is said in a tick, in each of them. */
    void mix() {
        for (int i = 0; i < open; i++) {
            opened(i).mix();
        }
    }

    void close(final Conference conference) {
        assert opened[conference.place] == conference : "a conference ends once";
        names.remove(conference.keyHigh, conference.keyLow);
        conference.decay();
        final Conference last = opened(--open);
        opened[conference.place] = last;
        last.place = conference.place;
        opened[open] = null;
        conference.place = Conference.NOWHERE;
        counters.conferencesClosed.incrementRelease();
        listener.onConferenceEnded(conference);
        idle.addLast(conference);
    }

    private Conference opened(final int place) {
        return Objects.requireNonNull(opened[place]);
    }

    private void hashOf(final Slice name) {
        hash.begin(NAME).addLowerCase(name).end();
    }
}
