package midplane.blade.mgcp;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.KeyedHash;
import midplane.blade.core.Outbox;
import midplane.net.Peer;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.signalling.mgcp.MgcpMessage;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * What we have sent and want an answer to (RFC 3435 §3.5.3, §3.5.6, §4.3): our commands, and final responses that ask to
 * be acknowledged. Copies leave after growing, random waits, until T-MAX or Max2 copies; who then has not answered is
 * lost. Of fixed size. Not thread-safe.
 */
final class OutgoingCommands {
    /** After that no copy leaves. */
    static final long T_MAX_NS = TimeUnit.SECONDS.toNanos(20);

    /** After a provisional answer. */
    static final long LONGTRAN_NS = TimeUnit.SECONDS.toNanos(5);

    /** How long a final answer is waited for after a provisional one: twice T-HIST. */
    static final long GIVE_UP_NS = 2 * TransactionHistory.LIFETIME_NS;

    /** Copies after the first. Names are not looked up, so there is nothing for Max1 to do. */
    static final int MAX2 = 7;

    /** Unanswered commands that are repeated together with a new one, so that they keep their order. */
    static final int PIGGYBACK_MAX = 8;

    private static final int COMMANDS = 0;
    private static final int RESPONSES = 1;

    /** What an entry is. */
    enum Kind {
        NOTIFY,
        DELETE,
        RESTART,
        /** A final response after a provisional one. */
        RESPONSE
    }

    /** Who sent them. */
    interface Owner {
        /** A final answer came. The entry dies when this returns. */
        void onAnswered(Entry entry, int returnCode, MgcpMessage response);

        /** No answer will come any more. The entry dies when this returns. */
        void onUnanswered(Entry entry);

        /** Where an endpoint's commands go now. */
        @Nullable
        Peer destination(Entry entry);
    }

    /** One of them. */
    static final class Entry {
        private final int id;
        private Kind kind = Kind.NOTIFY;
        private int transactionId;
        private Outbox.Exit exit = Outbox.Exit.OWN_PORT;
        private @Nullable Peer destination;
        private @Nullable Object subject;
        private int handle = ByteStore.NOTHING;
        private long firstNs;
        private long delayNs;
        private int repeats;
        private boolean isProvisional;
        private boolean isHeld;
        private boolean isOpen;
        private long order;

        private Entry(final int id) {
            this.id = id;
        }

        Kind kind() {
            return kind;
        }

        int transactionId() {
            return transactionId;
        }

        /** The endpoint, or whatever else it is about. */
        @Nullable
        Object subject() {
            return subject;
        }
    }

    private final Outbox outbox;
    private final ByteStore store;
    private final RetransmissionTimer timer;
    private final Owner owner;
    private final Deadlines deadlines;
    private final KeyedHash keys;
    private final KeyIndex index;
    private final Entry[] entries;
    private final ArrayDeque<Entry> idle;
    private final UnsafeBuffer dot = new UnsafeBuffer(new byte[] {'.', '\r', '\n'});
    private final AtomicCounter sent;
    private final AtomicCounter repeated;
    private final AtomicCounter answered;
    private final AtomicCounter unanswered;
    private final AtomicCounter refused;
    private final Entry[] before = new Entry[PIGGYBACK_MAX];
    private long opened;

    OutgoingCommands(
            final int limit,
            final Outbox outbox,
            final ByteStore store,
            final RetransmissionTimer timer,
            final Owner owner,
            final Entropy entropy,
            final Counters counters,
            final String prefix) {
        this.outbox = outbox;
        this.store = store;
        this.timer = timer;
        this.owner = owner;
        deadlines = new Deadlines(limit);
        keys = new KeyedHash(entropy);
        index = new KeyIndex(limit);
        entries = new Entry[limit];
        idle = new ArrayDeque<>(limit);
        for (int i = 0; i < limit; i++) {
            entries[i] = new Entry(i);
            idle.addLast(entries[i]);
        }
        sent = counters.counter(prefix + ".commands.sent");
        repeated = counters.counter(prefix + ".commands.repeated");
        answered = counters.counter(prefix + ".commands.answered");
        unanswered = counters.counter(prefix + ".commands.unanswered");
        refused = counters.counter(prefix + ".commands.dropped.full");
    }

    /**
     * Sends something for the first time.
     *
     * @param subject what it is about.
     * @param isHeld whether it is only kept, until {@link #release}.
     * @return false when there is no room: it is lost, and counted.
     */
    boolean send(
            final Kind kind,
            final int transactionId,
            final @Nullable Object subject,
            final Outbox.Exit exit,
            final Peer destination,
            final DirectBuffer bytes,
            final int length,
            final boolean isHeld,
            final long nowNs) {
        final int handle = idle.isEmpty() ? ByteStore.NOTHING : store.put(bytes, 0, length);
        if (handle == ByteStore.NOTHING) {
            refused.incrementRelease();
            return false;
        }
        final Entry entry = idle.removeFirst();
        entry.kind = kind;
        entry.transactionId = transactionId;
        entry.subject = subject;
        entry.exit = exit;
        entry.destination = destination;
        entry.handle = handle;
        entry.firstNs = nowNs;
        entry.repeats = 0;
        entry.isProvisional = false;
        entry.isHeld = isHeld;
        entry.isOpen = true;
        entry.order = opened++;
        entry.delayNs = timer.firstDelayNs();
        key(keyKind(kind), transactionId);
        index.put(keys.high(), keys.low(), entry.id);
        sent.incrementRelease();
        if (isHeld) {
            deadlines.set(entry.id, nowNs + T_MAX_NS);
        } else {
            transmit(entry);
            deadlines.set(entry.id, nowNs + entry.delayNs);
        }
        return true;
    }

    /** What was held for an endpoint may go. */
    void release(final Object subject, final long nowNs) {
        for (final Entry entry : entries) {
            if (entry.isOpen && entry.isHeld && subject.equals(entry.subject)) {
                entry.isHeld = false;
                transmit(entry);
                deadlines.set(entry.id, nowNs + entry.delayNs);
            }
        }
    }

    /** Whatever is under way about a subject is void, and nobody is told. */
    void forget(final Kind kind, final Object subject) {
        for (final Entry entry : entries) {
            if (entry.isOpen && entry.kind == kind && subject.equals(entry.subject)) {
                close(entry);
            }
        }
    }

    /** The bytes of a command under way, for a response that must come behind it; its length, or 0. */
    int copy(final Kind kind, final Object subject, final UnsafeBuffer target, final int offset) {
        for (final Entry entry : entries) {
            if (entry.isOpen && entry.kind == kind && subject.equals(entry.subject)) {
                return store.copy(entry.handle, target, offset);
            }
        }
        return 0;
    }

    /**
     * A response came, or a response acknowledgement.
     *
     * @return whether it answers anything of ours.
     */
    boolean onResponse(final MgcpMessage response, final long nowNs) {
        final boolean isAcknowledgement = response.returnCode() < 100;
        key(isAcknowledgement ? RESPONSES : COMMANDS, response.transactionId());
        final int found = index.find(keys.high(), keys.low());
        if (found == KeyIndex.MISSING) {
            return false;
        }
        final Entry entry = entries[found];
        if (response.returnCode() >= 100 && response.returnCode() < 200) {
            entry.isProvisional = true;
            deadlines.set(entry.id, nowNs + LONGTRAN_NS);
            return true;
        }
        if (!isAcknowledgement) {
            timer.onAnswer(nowNs - entry.firstNs, entry.repeats, entry.delayNs);
        }
        answered.incrementRelease();
        entry.isOpen = false;
        owner.onAnswered(entry, response.returnCode(), response);
        close(entry);
        return true;
    }

    int onDeadline(final long nowNs, final int limit) {
        int work = 0;
        while (work < limit) {
            final int id = deadlines.pollDue(nowNs);
            if (id == Deadlines.NONE) {
                break;
            }
            onDeadline(entries[id], nowNs);
            work++;
        }
        return work;
    }

    private void onDeadline(final Entry entry, final long nowNs) {
        final long elapsedNs = nowNs - entry.firstNs;
        final boolean mayRepeat = !entry.isHeld && elapsedNs <= T_MAX_NS && entry.repeats < MAX2;
        if (mayRepeat) {
            entry.repeats++;
            entry.delayNs = entry.isProvisional ? LONGTRAN_NS : timer.nextDelayNs(entry.repeats);
            repeated.incrementRelease();
            transmit(entry);
            deadlines.set(entry.id, nowNs + entry.delayNs);
        } else if (entry.isProvisional && elapsedNs < GIVE_UP_NS) {
            deadlines.set(entry.id, entry.firstNs + GIVE_UP_NS);
        } else {
            unanswered.incrementRelease();
            entry.isOpen = false;
            owner.onUnanswered(entry);
            close(entry);
        }
    }

    private void transmit(final Entry entry) {
        final Peer current = entry.kind == Kind.RESPONSE ? entry.destination : owner.destination(entry);
        final Peer destination = current == null ? entry.destination : current;
        if (destination == null) {
            return;
        }
        int length = store.length(entry.handle);
        int count = 0;
        if (entry.kind == Kind.NOTIFY) {
            count = before(entry);
            for (int i = 0; i < count; i++) {
                length += store.length(before[i].handle) + dot.capacity();
            }
        }
        if (!outbox.claim(entry.exit, destination, length)) {
            return;
        }
        int at = outbox.offset();
        for (int i = 0; i < count; i++) {
            at += store.copy(before[i].handle, outbox.buffer(), at);
            outbox.buffer().putBytes(at, dot, 0, dot.capacity());
            at += dot.capacity();
        }
        at += store.copy(entry.handle, outbox.buffer(), at);
        outbox.commit(at - outbox.offset());
    }

    /** §4.4.1: Notify commands of the same endpoint that are older and unanswered, oldest first. */
    private int before(final Entry entry) {
        int count = 0;
        for (final Entry other : entries) {
            if (other.isOpen
                    && other != entry
                    && other.kind == Kind.NOTIFY
                    && Objects.equals(other.subject, entry.subject)
                    && other.order < entry.order
                    && count < PIGGYBACK_MAX) {
                int place = count++;
                while (place > 0 && before[place - 1].order > other.order) {
                    before[place] = before[place - 1];
                    place--;
                }
                before[place] = other;
            }
        }
        return count;
    }

    private void close(final Entry entry) {
        entry.isOpen = false;
        deadlines.cancel(entry.id);
        key(keyKind(entry.kind), entry.transactionId);
        index.remove(keys.high(), keys.low());
        store.free(entry.handle);
        entry.handle = ByteStore.NOTHING;
        entry.subject = null;
        entry.destination = null;
        idle.addLast(entry);
    }

    /** The ids of our commands are our own; those of responses are the call agent's. */
    private static int keyKind(final Kind kind) {
        return kind == Kind.RESPONSE ? RESPONSES : COMMANDS;
    }

    private void key(final int kind, final int transactionId) {
        keys.begin(kind).add(transactionId).end();
    }

    long nextDeadlineNs() {
        return deadlines.nextNs();
    }

    int size() {
        return index.size();
    }
}
