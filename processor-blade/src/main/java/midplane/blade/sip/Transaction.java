package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;

import java.util.Objects;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.signalling.sip.SipMethod;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the four transaction machines have in common: a place in a {@link TransactionTable}, the key they are found by,
 * where their messages leave and go to, and the bytes of the last one. Pooled; {@link #open} to {@link #release} is one
 * life.
 */
abstract class Transaction {
    /** The {@link #dialog} of a transaction that belongs to none. */
    static final int NO_DIALOG = -1;

    /** Its number in its table. */
    final int id;

    final ByteStore store;
    final Transmitter transmitter;

    /** The dialog it works for, or {@link #NO_DIALOG}. */
    int dialog = NO_DIALOG;

    /** The dialog of a request of ours that must not outlive it, by its key. */
    long dialogHigh;

    long dialogLow;

    /** The method of a request of ours. */
    SipMethod method = SipMethod.OTHER;

    int message = ByteStore.NOTHING;
    Exit exit = Exit.OWN_PORT;
    long endNs = NO_DEADLINE;

    private @Nullable Peer peer;

    // For the table: the keys it is found by and its neighbours in the queue of those that may be given up.
    long keyHigh;
    long keyLow;
    long mergeHigh;
    long mergeLow;
    boolean hasMergeKey;
    int older = TransactionTable.NOBODY;
    int younger = TransactionTable.NOBODY;
    boolean isQueued;

    Transaction(final int id, final ByteStore store, final Transmitter transmitter) {
        this.id = id;
        this.store = store;
        this.transmitter = transmitter;
    }

    /** Begins a life: messages leave by this socket and go to this peer. */
    void open(final Exit exit, final Peer peer) {
        this.exit = exit;
        this.peer = peer;
        dialog = NO_DIALOG;
        dialogHigh = 0;
        dialogLow = 0;
        method = SipMethod.OTHER;
        endNs = NO_DEADLINE;
    }

    /** From now on messages go to this peer. */
    final void moveTo(final Peer newPeer) {
        peer = newPeer;
    }

    /** When {@link #onDeadline} wants to be called, or {@link midplane.blade.core.Deadlines#NO_DEADLINE}. */
    abstract long nextDeadlineNs();

    /** A timer fired. */
    abstract void onDeadline(long nowNs);

    /** Whether the machine is in its "Terminated" state and can be freed. */
    abstract boolean isOver();

    /** Whether losing it now would do little harm: all it still does is absorb repeats that hardly ever come. */
    abstract boolean isExpendable();

    /** Ends a life. */
    void release() {
        forgetMessage();
        peer = null;
        dialog = NO_DIALOG;
        endNs = NO_DEADLINE;
    }

    final boolean hasDialog() {
        return dialog != NO_DIALOG;
    }

    final Peer peer() {
        return Objects.requireNonNull(peer, "a transaction in use has a peer");
    }

    /** Keeps and sends a message; without room to keep it, it is sent once. */
    final void keepAndSend(final DirectBuffer bytes, final int length) {
        forgetMessage();
        message = store.put(bytes, 0, length);
        transmitter.send(exit, peer(), bytes, length);
    }

    /** Sends the kept message again; returns whether there is one. */
    final boolean sendAgain() {
        if (message == ByteStore.NOTHING) {
            return false;
        }
        transmitter.sendAgain(exit, peer(), message);
        return true;
    }

    final void forgetMessage() {
        store.free(message);
        message = ByteStore.NOTHING;
    }
}
