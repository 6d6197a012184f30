package midplane.blade.mgcp;

import java.util.concurrent.TimeUnit;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.KeyedHash;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * RFC 3435 §3.5.1: a command is executed at most once. Keeps every transaction from its first copy until T-HIST after its
 * response, with the response, unless that was confirmed. The transaction id alone is the key: whoever controls the
 * gateway shares one number space, and a call agent that takes over repeats from another address. Of fixed size. Not
 * thread-safe.
 */
final class TransactionHistory {
    /** T-HIST, by default. */
    static final long LIFETIME_NS = TimeUnit.SECONDS.toNanos(30);

    /** The largest response; one is only executed when there is room for it. */
    static final int RESPONSE_LENGTH_MAX = 20 * 1024;

    /** What {@link #find} and {@link #open} say when there is none, or no room. */
    static final int NONE = -1;

    private static final int KEY_KIND = 1;

    private enum State {
        EXECUTING,
        ANSWERED,
        CONFIRMED
    }

    private final long lifetimeNs;
    private final KeyedHash keys;
    private final KeyIndex index;
    private final ByteStore store;
    private final Deadlines deadlines;
    private final int[] transactionIds;
    private final long[] fingerprints;
    private final State[] states;
    private final @Nullable Peer[] sources;
    private final int[] handles;
    private final int[] free;
    private int freeCount;

    /** An empty history for so many transactions. */
    TransactionHistory(final int limit, final long lifetimeNs, final ByteStore store, final Entropy entropy) {
        this.lifetimeNs = lifetimeNs;
        this.store = store;
        keys = new KeyedHash(entropy);
        index = new KeyIndex(limit);
        deadlines = new Deadlines(limit);
        transactionIds = new int[limit];
        fingerprints = new long[limit];
        states = new State[limit];
        sources = new @Nullable Peer[limit];
        handles = new int[limit];
        free = new int[limit];
        for (int i = 0; i < limit; i++) {
            free[i] = limit - 1 - i;
            handles[i] = ByteStore.NOTHING;
        }
        freeCount = limit;
    }

    /** The entry of a transaction, or {@link #NONE}. */
    int find(final int transactionId) {
        key(transactionId);
        return index.find(keys.high(), keys.low());
    }

    /**
     * A transaction begins.
     *
     * @param fingerprint tells this command from others that may come under its id.
     * @return its entry, or {@link #NONE} when there is no room for it or its response.
     */
    int open(final int transactionId, final long fingerprint, final Peer source) {
        if (freeCount == 0 || !store.hasRoom(RESPONSE_LENGTH_MAX)) {
            return NONE;
        }
        final int entry = free[--freeCount];
        key(transactionId);
        index.put(keys.high(), keys.low(), entry);
        transactionIds[entry] = transactionId;
        fingerprints[entry] = fingerprint;
        states[entry] = State.EXECUTING;
        sources[entry] = source;
        return entry;
    }

    /** The final response has been sent; T-HIST begins. */
    void onAnswered(
            final int entry, final DirectBuffer response, final int offset, final int length, final long nowNs) {
        states[entry] = State.ANSWERED;
        store.free(handles[entry]);
        handles[entry] = store.put(response, offset, length);
        assert handles[entry] != ByteStore.NOTHING : "room was looked for";
        deadlines.set(entry, nowNs + lifetimeNs);
    }

    boolean isExecuting(final int entry) {
        return states[entry] == State.EXECUTING;
    }

    boolean isConfirmed(final int entry) {
        return states[entry] == State.CONFIRMED;
    }

    boolean isSame(final int entry, final long fingerprint) {
        return fingerprints[entry] == fingerprint;
    }

    int responseLength(final int entry) {
        return store.length(handles[entry]);
    }

    void copyResponse(final int entry, final MutableDirectBuffer target, final int offset) {
        store.copy(handles[entry], target, offset);
    }

    /**
     * §3.5.2: responses were received. Costs as many steps as there are ids in the range, or as there are entries here,
     * whichever is less; only the host that sent a command may confirm its response.
     *
     * @return how many responses were dropped.
     */
    int confirm(final int firstId, final int lastId, final Peer source) {
        int confirmed = 0;
        if (lastId - firstId < states.length) {
            for (int id = firstId; id <= lastId; id++) {
                final int entry = find(id);
                if (entry != NONE && confirm(entry, source)) {
                    confirmed++;
                }
            }
        } else {
            for (int entry = 0; entry < states.length; entry++) {
                final int id = transactionIds[entry];
                if (id >= firstId && id <= lastId && sources[entry] != null && confirm(entry, source)) {
                    confirmed++;
                }
            }
        }
        return confirmed;
    }

    private boolean confirm(final int entry, final Peer source) {
        final Peer sender = sources[entry];
        if (states[entry] != State.ANSWERED || sender == null || !sender.isSameHost(source)) {
            return false;
        }
        states[entry] = State.CONFIRMED;
        store.free(handles[entry]);
        handles[entry] = ByteStore.NOTHING;
        return true;
    }

    /** Forgets what is older than T-HIST, some in each call; returns how many. */
    int expire(final long nowNs, final int limit) {
        int expired = 0;
        while (expired < limit) {
            final int entry = deadlines.pollDue(nowNs);
            if (entry == Deadlines.NONE) {
                break;
            }
            release(entry);
            expired++;
        }
        return expired;
    }

    /** Forgets a transaction that our code broke on. */
    void abandon(final int entry) {
        deadlines.cancel(entry);
        release(entry);
    }

    private void release(final int entry) {
        key(transactionIds[entry]);
        index.remove(keys.high(), keys.low());
        store.free(handles[entry]);
        handles[entry] = ByteStore.NOTHING;
        sources[entry] = null;
        free[freeCount++] = entry;
    }

    long nextDeadlineNs() {
        return deadlines.nextNs();
    }

    int size() {
        return index.size();
    }

    private void key(final int transactionId) {
        keys.begin(KEY_KIND).add(transactionId).end();
    }
}
