package midplane.admission;

import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.AdmissionSettings;
import midplane.signalling.FirstLook;
import midplane.signalling.FirstLook.Finding;
import midplane.signalling.SipHash;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a port and whoever serves it, and decides who is served in which order; see the package's chapter.
 * Bounded and allocated at start; makes no garbage. Not thread-safe: its agent's own.
 */
public final class Intake {
    /** Served in one poll without a backlog. A poll that finds as many has not emptied the socket: a backlog. */
    public static final int CALM_LIMIT = 64;

    /** Read from the socket in one poll with a backlog. */
    public static final int DRAIN_LIMIT = 1024;

    /** New requests served in one poll with a backlog. */
    public static final int NEW_LIMIT = 64;

    /**
     * The longest datagram that can wait, in bytes; RFC 3261 §18.1.1 wants longer ones by TCP. A longer one is served while
     * nobody waits.
     */
    public static final int WAITING_LENGTH_MAX = 2048;

    /** How long a waiting request may wait for the next poll: whoever makes room does not tell. */
    private static final long RETRY_NS = 1_000_000L;

    private static final int NONE = HostShares.NONE;

    /** Of so many turns one is that of hosts that are not proven. */
    private static final int TURNS = 4;

    /** Serves what the intake lets through, in its agent's thread. */
    public interface Desk {
        /** From a source on no list; to be counted. */
        void onStranger(MutableDirectBuffer buffer, int offset, int length, Peer source);

        /** To be served now. */
        void onAdmitted(MutableDirectBuffer buffer, int offset, int length, Peer source, long arrivalNs);

        /**
         * Whether a datagram that seems to begin something belongs to what has begun, or is refused without effort. Asked
         * only when there is a backlog; {@link #onAdmitted} follows when it is so.
         */
        boolean isKnown(MutableDirectBuffer buffer, int offset, int length, Peer source);

        /** Whether something new could be served. */
        boolean hasRoom();

        /** Not served: its client repeats it about now. */
        void onStale();

        /** Not served: the host with the most waiting had to give one up, or it is too long to wait. */
        void onCrowdedOut(MutableDirectBuffer buffer, int offset, int length, Peer source);
    }

    private final FirstLook look;
    private final Desk desk;
    private final AllowList allowList;
    private final SourceLedger ledger;
    private final long staleNs;
    private final HostShares proven;
    private final HostShares others;

    /** Where requests wait. In the order of arrival they form a list, so that the stale are found at its head. */
    private final UnsafeBuffer[] waiting;

    private final int[] lengths;
    private final long[] arrivalsNs;
    private final boolean[] isOfProven;
    private final @Nullable Peer[] sources;
    private final int[] earlier;
    private final int[] later;
    private int first = NONE;
    private int last = NONE;
    private int free;
    private int size;
    private int turns;

    private final DatagramPort.Handler onCalm = this::onCalm;
    private final DatagramPort.Handler onBacklog = this::onBacklog;
    private boolean isBacklogged;
    private long nowNs;

    /**
     * Allocates {@code places} times {@link #WAITING_LENGTH_MAX}.
     *
     * @param places requests that wait at most.
     * @param ledger tells who is proven.
     * @param hash keyed by a secret.
     */
    public Intake(
            final FirstLook look,
            final Desk desk,
            final AdmissionSettings settings,
            final SourceLedger ledger,
            final int places,
            final SipHash hash) {
        this.look = look;
        this.desk = desk;
        allowList = settings.allowList();
        staleNs = settings.staleNs();
        this.ledger = ledger;
        proven = new HostShares(places, places, hash);
        others = new HostShares(places, places, hash);
        final byte[] bytes = new byte[places * WAITING_LENGTH_MAX];
        waiting = new UnsafeBuffer[places];
        lengths = new int[places];
        arrivalsNs = new long[places];
        isOfProven = new boolean[places];
        sources = new @Nullable Peer[places];
        earlier = new int[places];
        later = new int[places];
        for (int place = 0; place < places; place++) {
            waiting[place] = new UnsafeBuffer(bytes, place * WAITING_LENGTH_MAX, WAITING_LENGTH_MAX);
            later[place] = place + 1 < places ? place + 1 : NONE;
        }
    }

    /**
     * Reads the port and has the desk serve.
     *
     * @return datagrams read, and requests served or given up that had waited.
     */
    public int poll(final DatagramPort port, final long nowNs) {
        this.nowNs = nowNs;
        if (!isBacklogged) {
            final int polled = port.poll(onCalm, CALM_LIMIT);
            isBacklogged = polled == CALM_LIMIT;
            return polled;
        }
        final int polled = port.poll(onBacklog, DRAIN_LIMIT);
        final int work = polled + dropStale() + serveNew();
        isBacklogged = size > 0 || polled >= CALM_LIMIT;
        return work;
    }

    /** Requests that wait. */
    public int waiting() {
        return size;
    }

    /** Whether the last poll left something, in the socket or here. */
    public boolean isBacklogged() {
        return isBacklogged;
    }

    /** Whether a poll would serve something although nothing arrives. */
    public boolean hasWork() {
        return size > 0 && desk.hasRoom();
    }

    /** When {@link #poll} wants to be called though nothing arrives; {@link Long#MAX_VALUE} when nothing waits. */
    public long nextDeadlineNs() {
        return size > 0 ? nowNs + RETRY_NS : Long.MAX_VALUE;
    }

    private void onCalm(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        if (allowList.allows(source)) {
            desk.onAdmitted(buffer, offset, length, source, nowNs);
        } else {
            desk.onStranger(buffer, offset, length, source);
        }
    }

    private void onBacklog(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final boolean mayBeNew = look.look(buffer, offset, length) == Finding.BEGINS;
        if (!allowList.allows(source)) {
            desk.onStranger(buffer, offset, length, source);
        } else if (!mayBeNew || desk.isKnown(buffer, offset, length, source)) {
            desk.onAdmitted(buffer, offset, length, source, nowNs);
        } else if (length > WAITING_LENGTH_MAX) {
            onTooLongToWait(buffer, offset, length, source);
        } else {
            putAside(buffer, offset, length, source);
        }
    }

    /** It takes its turn at once if it takes nobody else's. */
    private void onTooLongToWait(
            final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        if (size == 0 && desk.hasRoom()) {
            desk.onAdmitted(buffer, offset, length, source, nowNs);
        } else {
            desk.onCrowdedOut(buffer, offset, length, source);
        }
    }

    private void putAside(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        if (free == NONE) {
            crowdOut();
        }
        final int place = free;
        free = later[place];
        waiting[place].putBytes(0, buffer, offset, length);
        lengths[place] = length;
        arrivalsNs[place] = nowNs;
        sources[place] = source;
        isOfProven[place] = ledger.isProven(source, nowNs);
        shares(place).add(place, source);
        earlier[place] = last;
        later[place] = NONE;
        if (last == NONE) {
            first = place;
        } else {
            later[last] = place;
        }
        last = place;
        size++;
    }

    /** The kind of hosts that has more waiting gives up one: the oldest of the host with the most. */
    private void crowdOut() {
        final HostShares more = proven.size() > others.size() ? proven : others;
        final int place = more.oldestOfGreediest();
        final Peer source = remove(place);
        desk.onCrowdedOut(waiting[place], 0, lengths[place], source);
    }

    private int dropStale() {
        int dropped = 0;
        while (first != NONE && arrivalsNs[first] + staleNs - nowNs <= 0) {
            remove(first);
            desk.onStale();
            dropped++;
        }
        return dropped;
    }

    private int serveNew() {
        int served = 0;
        while (served < NEW_LIMIT && size > 0 && desk.hasRoom()) {
            final boolean isTurnOfOthers = ++turns % TURNS == 0;
            final HostShares turn = proven.size() > 0 && (!isTurnOfOthers || others.size() == 0) ? proven : others;
            final int place = turn.newestOfNextHost();
            final Peer source = remove(place);
            desk.onAdmitted(waiting[place], 0, lengths[place], source, arrivalsNs[place]);
            served++;
        }
        return served;
    }

    /** Its bytes stay as they are until something else is put aside. */
    private Peer remove(final int place) {
        shares(place).remove(place);
        if (earlier[place] == NONE) {
            first = later[place];
        } else {
            later[earlier[place]] = later[place];
        }
        if (later[place] == NONE) {
            last = earlier[place];
        } else {
            earlier[later[place]] = earlier[place];
        }
        final Peer source = sources[place];
        assert source != null : "nobody waits there";
        sources[place] = null;
        later[place] = free;
        free = place;
        size--;
        return source;
    }

    private HostShares shares(final int place) {
        return isOfProven[place] ? proven : others;
    }
}
