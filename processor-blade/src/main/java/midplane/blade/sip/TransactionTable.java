package midplane.blade.sip;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import midplane.blade.core.Deadlines;
import midplane.blade.core.KeyIndex;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * All transactions of one kind: a fixed pool, an index by key, their deadlines. When all are taken, the one that has been
 * expendable longest gives way to a new one and is counted: a busy blade remembers answered requests for less than 64·T1
 * rather than refuse new ones.
 */
final class TransactionTable<T extends Transaction> {
    static final int NOBODY = -1;

    private final List<T> transactions;
    private final int[] free;
    private final KeyIndex index;
    private final KeyIndex merges;
    private final Deadlines deadlines;
    private final int firstDeadline;
    private final AtomicCounter evicted;
    private int freeCount;
    private int oldest = NOBODY;
    private int youngest = NOBODY;

    /**
     * Makes the whole pool.
     *
     * @param limit transactions at most.
     * @param merges the index of requests that may meet merged copies (RFC 3261 §8.2.2.2), shared by the server tables.
     * @param firstDeadline this table's ids in {@code deadlines} begin here.
     * @param evicted counts transactions that gave way.
     */
    TransactionTable(
            final int limit,
            final IntFunction<T> factory,
            final KeyIndex merges,
            final Deadlines deadlines,
            final int firstDeadline,
            final AtomicCounter evicted) {
        transactions = IntStream.range(0, limit).mapToObj(factory).toList();
        free = IntStream.range(0, limit).map(i -> limit - 1 - i).toArray();
        freeCount = limit;
        index = new KeyIndex(limit);
        this.merges = merges;
        this.deadlines = deadlines;
        this.firstDeadline = firstDeadline;
        this.evicted = evicted;
    }

    T get(final int id) {
        return transactions.get(id);
    }

    @Nullable
    T find(final long keyHigh, final long keyLow) {
        final int id = index.find(keyHigh, keyLow);
        return id == KeyIndex.MISSING ? null : transactions.get(id);
    }

    /** Opens a transaction; null when all are taken and none is expendable. */
    @Nullable
    T open(final long keyHigh, final long keyLow, final Exit exit, final Peer peer) {
        if (freeCount == 0) {
            if (oldest == NOBODY) {
                return null;
            }
            close(transactions.get(oldest));
            evicted.incrementRelease();
        }
        final T transaction = transactions.get(free[--freeCount]);
        transaction.keyHigh = keyHigh;
        transaction.keyLow = keyLow;
        transaction.open(exit, peer);
        final boolean isNew = index.put(keyHigh, keyLow, transaction.id);
        assert isNew : "a transaction is looked for before it is opened";
        return transaction;
    }

    /** Makes a transaction findable for merged copies of its request. */
    void mergeKey(final T transaction, final long high, final long low) {
        transaction.mergeHigh = high;
        transaction.mergeLow = low;
        transaction.hasMergeKey = merges.put(high, low, transaction.id);
    }

    /** To be called after anything happened to a transaction: sets its deadline, and frees it when it is over. */
    void settle(final T transaction) {
        if (transaction.isOver()) {
            close(transaction);
            return;
        }
        deadlines.set(firstDeadline + transaction.id, transaction.nextDeadlineNs());
        if (transaction.isExpendable() && !transaction.isQueued) {
            enqueue(transaction);
        }
    }

    /** Transactions in use. */
    int size() {
        return transactions.size() - freeCount;
    }

    private void close(final T transaction) {
        index.remove(transaction.keyHigh, transaction.keyLow);
        if (transaction.hasMergeKey) {
            merges.remove(transaction.mergeHigh, transaction.mergeLow);
            transaction.hasMergeKey = false;
        }
        if (transaction.isQueued) {
            dequeue(transaction);
        }
        deadlines.cancel(firstDeadline + transaction.id);
        transaction.release();
        free[freeCount++] = transaction.id;
    }

    private void enqueue(final T transaction) {
        transaction.isQueued = true;
        transaction.older = youngest;
        transaction.younger = NOBODY;
        if (youngest == NOBODY) {
            oldest = transaction.id;
        } else {
            transactions.get(youngest).younger = transaction.id;
        }
        youngest = transaction.id;
    }

    private void dequeue(final T transaction) {
        transaction.isQueued = false;
        if (transaction.older == NOBODY) {
            oldest = transaction.younger;
        } else {
            transactions.get(transaction.older).younger = transaction.younger;
        }
        if (transaction.younger == NOBODY) {
            youngest = transaction.older;
        } else {
            transactions.get(transaction.younger).older = transaction.older;
        }
    }
}
