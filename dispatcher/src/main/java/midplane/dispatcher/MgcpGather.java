package midplane.dispatcher;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import midplane.fabric.ResponsePart;
import midplane.net.Peer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes one response of what every blade has to say to one command (RFC 3435 §2.1.2, "all of"): success if all succeeded,
 * else the code of the lowest slot that did not; lines in the order of slots. A few such commands at a time. Not
 * thread-safe.
 */
final class MgcpGather {
    /** Commands in progress at most; one more is answered 409. */
    static final int LIMIT = 8;

    /** How long blades are waited for; then 406. Well below any call agent's patience (RFC 3435 §3.5.3). */
    static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

    /** The most lines of one blade, in bytes; with more the response is too large (533). */
    static final int TEXT_LENGTH_MAX = 8 * 1024;

    static final int TIMED_OUT = 406;
    static final int TOO_LARGE = 533;
    private static final int SUCCESS_MAX = 299;

    /** Sends what became of a command. */
    @FunctionalInterface
    interface Answer {
        void answer(int transactionId, int returnCode, DirectBuffer lines, int length, Peer to);
    }

    private static final int FREE = -1;

    private final int slots;
    private final Answer answer;
    private final int[] entries = new int[LIMIT];
    private final long[] sequences = new long[LIMIT];
    private final int[] transactionIds = new int[LIMIT];
    private final Peer[] sources = new Peer[LIMIT];
    private final long[] deadlineNs = new long[LIMIT];
    private final long[] missing = new long[LIMIT];
    private final int[][] returnCodes;
    private final int[][] lengths;
    private final UnsafeBuffer texts;
    private final UnsafeBuffer joined;
    private int size;

    MgcpGather(final int slots, final Answer answer) {
        this.slots = slots;
        this.answer = answer;
        returnCodes = new int[LIMIT][slots];
        lengths = new int[LIMIT][slots];
        texts = new UnsafeBuffer(ByteBuffer.allocateDirect(LIMIT * slots * TEXT_LENGTH_MAX));
        joined = new UnsafeBuffer(ByteBuffer.allocateDirect(MgcpReplies.CAPACITY));
        for (int i = 0; i < LIMIT; i++) {
            entries[i] = FREE;
            sources[i] = Peer.of(0, 0, 0);
        }
    }

    boolean isFull() {
        return size == LIMIT;
    }

    /** Whether the command of this entry is in progress. */
    boolean isOpen(final int entry) {
        return find(entry) >= 0;
    }

    /** Begins to wait for all blades. */
    void open(final int entry, final long sequence, final int transactionId, final Peer source, final long nowNs) {
        final int index = find(FREE);
        entries[index] = entry;
        sequences[index] = sequence;
        transactionIds[index] = transactionId;
        sources[index] = source;
        deadlineNs[index] = nowNs + TIMEOUT_NS;
        missing[index] = slots == Long.SIZE ? -1L : (1L << slots) - 1;
        for (int slot = 0; slot < slots; slot++) {
            returnCodes[index][slot] = 0;
            lengths[index][slot] = 0;
        }
        size++;
    }

    /** Takes a part in, and answers when it was the last. */
    void onPart(final int slot, final int entry, final DirectBuffer frame, final int offset, final int length) {
        final int index = find(entry);
        if (index < 0
                || sequences[index] != ResponsePart.sequence(frame, offset)
                || (missing[index] & 1L << slot) == 0) {
            return;
        }
        final int textLength = length - ResponsePart.TEXT_OFFSET;
        final int before = lengths[index][slot];
        returnCodes[index][slot] = ResponsePart.returnCode(frame, offset);
        if (before + textLength <= TEXT_LENGTH_MAX) {
            texts.putBytes(textOffset(index, slot) + before, frame, offset + ResponsePart.TEXT_OFFSET, textLength);
        }
        lengths[index][slot] = before + textLength;
        if (ResponsePart.isLast(frame, offset)) {
            missing[index] &= ~(1L << slot);
            if (missing[index] == 0) {
                close(index);
            }
        }
    }

    /** Answers for blades that have not; returns how many commands. */
    int onDeadline(final long nowNs) {
        int closed = 0;
        for (int i = 0; i < LIMIT; i++) {
            if (entries[i] != FREE && deadlineNs[i] - nowNs <= 0) {
                close(i);
                closed++;
            }
        }
        return closed;
    }

    long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < LIMIT && size > 0; i++) {
            if (entries[i] != FREE && (next == Long.MAX_VALUE || deadlineNs[i] - next < 0)) {
                next = deadlineNs[i];
            }
        }
        return next;
    }

    private void close(final int index) {
        int returnCode = 0;
        int length = 0;
        for (int slot = 0; slot < slots; slot++) {
            final int textLength = lengths[index][slot];
            final boolean isTooLarge = textLength > TEXT_LENGTH_MAX || textLength > joined.capacity() - length;
            final int part =
                    (missing[index] & 1L << slot) != 0 ? TIMED_OUT : isTooLarge ? TOO_LARGE : returnCodes[index][slot];
            if (returnCode <= SUCCESS_MAX) {
                returnCode = Math.max(returnCode, part);
            }
            if (part <= SUCCESS_MAX) {
                joined.putBytes(length, texts, textOffset(index, slot), textLength);
                length += textLength;
            }
        }
        entries[index] = FREE;
        size--;
        answer.answer(
                transactionIds[index], returnCode, joined, returnCode <= SUCCESS_MAX ? length : 0, sources[index]);
    }

    private int find(final int entry) {
        for (int i = 0; i < LIMIT; i++) {
            if (entries[i] == entry) {
                return i;
            }
        }
        return -1;
    }

    private int textOffset(final int index, final int slot) {
        return (index * slots + slot) * TEXT_LENGTH_MAX;
    }
}
