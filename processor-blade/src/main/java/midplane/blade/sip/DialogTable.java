package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Deadlines;
import midplane.blade.core.KeyIndex;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** All dialogs of a blade: a fixed pool, an index by Call-ID and tags, their deadlines, and how many there are. */
final class DialogTable {
    private final List<Dialog> dialogs;
    private final int[] free;
    private final KeyIndex index;
    private final ByteStore store;
    private final Deadlines deadlines;
    private final AtomicCounter opened;
    private final AtomicCounter closed;
    private final AtomicCounter open;
    private int freeCount;

    /** Makes the whole pool; the ids in {@code deadlines} are those of the dialogs. */
    DialogTable(
            final int limit,
            final IntFunction<Dialog> factory,
            final ByteStore store,
            final Deadlines deadlines,
            final AtomicCounter opened,
            final AtomicCounter closed,
            final AtomicCounter open) {
        dialogs = IntStream.range(0, limit).mapToObj(factory).toList();
        free = IntStream.range(0, limit).map(i -> limit - 1 - i).toArray();
        freeCount = limit;
        index = new KeyIndex(limit);
        this.store = store;
        this.deadlines = deadlines;
        this.opened = opened;
        this.closed = closed;
        this.open = open;
    }

    int limit() {
        return dialogs.size();
    }

    /** Dialogs in use. */
    int size() {
        return dialogs.size() - freeCount;
    }

    boolean isFull() {
        return freeCount == 0;
    }

    Dialog get(final int id) {
        return dialogs.get(id);
    }

    @Nullable
    Dialog find(final SipKeys key) {
        return find(key.high(), key.low());
    }

    @Nullable
    Dialog find(final long keyHigh, final long keyLow) {
        final int id = index.find(keyHigh, keyLow);
        return id == KeyIndex.MISSING ? null : dialogs.get(id);
    }

    /** Takes a dialog out of the pool, which must not be empty, in state {@link Dialog.State#RINGING}. */
    Dialog open(final SipKeys key) {
        final Dialog dialog = dialogs.get(free[--freeCount]);
        dialog.state = Dialog.State.RINGING;
        dialog.keyHigh = key.high();
        dialog.keyLow = key.low();
        final boolean isNew = index.put(key.high(), key.low(), dialog.id);
        assert isNew : "our tag in the key is new";
        opened.incrementRelease();
        open.setRelease(size());
        return dialog;
    }

    /** To be called after anything happened to a dialog: sets its deadline. */
    void settle(final Dialog dialog) {
        if (dialog.state != Dialog.State.FREE) {
            deadlines.set(dialog.id, dialog.nextDeadlineNs());
        }
    }

    /** Gives a dialog back; its media must be closed. */
    void close(final Dialog dialog) {
        index.remove(dialog.keyHigh, dialog.keyLow);
        deadlines.cancel(dialog.id);
        store.free(dialog.text);
        store.free(dialog.invite);
        dialog.ok.finish();
        dialog.prack.reset();
        dialog.session.reset();
        dialog.ringing = Dialog.Ringing.PLAIN;
        dialog.state = Dialog.State.FREE;
        dialog.text = ByteStore.NOTHING;
        dialog.invite = ByteStore.NOTHING;
        dialog.inviteTransaction = 0;
        dialog.inviteCseq = 0;
        dialog.remoteCseq = 0;
        dialog.localCseq = 0;
        dialog.ringEndNs = NO_DEADLINE;
        dialog.ringRepeatNs = NO_DEADLINE;
        dialog.serviceEndNs = NO_DEADLINE;
        dialog.expiryNs = NO_DEADLINE;
        dialog.silenceNs = NO_DEADLINE;
        dialog.signOfLifeNs = 0;
        dialog.replaces = false;
        dialog.endsAfterAck = false;
        dialog.awaitsAnswer = false;
        dialog.service = null;
        dialog.descriptionId = 0;
        dialog.descriptionVersion = 0;
        dialog.source = null;
        dialog.media = null;
        dialog.description = null;
        dialog.agreed = null;
        free[freeCount++] = dialog.id;
        closed.incrementRelease();
        open.setRelease(size());
    }
}
