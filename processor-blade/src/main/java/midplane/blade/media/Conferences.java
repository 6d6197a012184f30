package midplane.blade.media;

import java.util.ArrayDeque;
import java.util.Objects;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.KeyedHash;
import midplane.shelf.Entropy;
import midplane.signalling.Slice;
import org.jspecify.annotations.Nullable;

/**
 * The conferences of one blade, by name, whatever protocol their legs come by. All are made with the plane, and so are
 * their legs. Not thread-safe.
 */
public final class Conferences {
    /** Told when a conference has ended. */
    @FunctionalInterface
    public interface Listener {
        /** Its last leg has left, or it was closed before the first came. The reference dies when this returns. */
        void onConferenceEnded(Conference conference);
    }

    private static final int NAME = 1;

    private final KeyedHash hash;
    private final KeyIndex names;
    private final Conference[] all;
    private final @Nullable Conference[] opened;
    private final ArrayDeque<Conference> idle;
    private final ArrayDeque<ConferenceLeg> idleLegs;
    private final int maxLegs;
    private final MediaCounters counters;
    private int size;
    private Listener listener = conference -> {};

    /**
     * None open.
     *
     * @param maxLegs legs of all conferences together; and as many conferences there may be.
     */
    Conferences(final int maxLegs, final Entropy entropy, final MediaCounters counters) {
        this.maxLegs = maxLegs;
        this.counters = counters;
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

    /**
     * Opens a conference of a name that {@link #find} did not know. Whoever opens it opens a session for it, or calls
     * {@link Conference#closeIfEmpty}.
     *
     * @return null when no other can be had.
     */
    public @Nullable Conference open(final Slice name) {
        if (idle.isEmpty()) {
            return null;
        }
        hashOf(name);
        final Conference conference = idle.removeFirst();
        final boolean isNew = names.put(hash.high(), hash.low(), conference.index);
        assert isNew : "two conferences of one name";
        conference.keyHigh = hash.high();
        conference.keyLow = hash.low();
        conference.open();
        conference.place = size;
        opened[size++] = conference;
        counters.conferencesOpened.incrementRelease();
        return conference;
    }

    /** Whether one more leg can be had, in whatever conference. */
    public boolean hasRoom() {
        return !idleLegs.isEmpty();
    }

    /** Conferences that are open. */
    public int size() {
        return size;
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
        for (int i = 0; i < size; i++) {
            opened(i).mix();
        }
    }

    void close(final Conference conference) {
        assert opened[conference.place] == conference : "a conference ends once";
        names.remove(conference.keyHigh, conference.keyLow);
        final Conference last = opened(--size);
        opened[conference.place] = last;
        last.place = conference.place;
        opened[size] = null;
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
