package midplane.blade.sip;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import midplane.blade.core.ByteStore;
import midplane.signalling.BladeTag;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a dialog must remember of its INVITE, word for word (RFC 3261 §12.1.1): a desk on which one dialog's words are put
 * together, or laid out again from the store. Slices live until the next dialog's words are laid out.
 *
 * <p>To write: {@link #begin}, then each part in order: {@link #append} and {@link #endPart}; then {@link #save}. The
 * order is Call-ID, remote, local, Contact, routes, target.
 */
final class DialogText {
    /** The most bytes one dialog may ask us to remember. */
    static final int LENGTH_MAX = 8 * 1024;

    private static final int PARTS = 6;
    private static final int HEADER_LENGTH = PARTS * Integer.BYTES;
    private static final int TARGET = PARTS - 1;

    private final UnsafeBuffer text = new UnsafeBuffer(new byte[LENGTH_MAX]);
    private final Slice callId = new Slice();
    private final Slice remote = new Slice();
    private final Slice local = new Slice();
    private final Slice localTag = new Slice();
    private final Slice contact = new Slice();
    private final Slice routes = new Slice();
    private final Slice target = new Slice();
    private final Slice[] parts = {callId, remote, local, contact, routes, target};
    private int part;
    private int end;
    private boolean isTooLong;

    void begin() {
        part = 0;
        end = HEADER_LENGTH;
        isTooLong = false;
    }

    /** Adds bytes to the present part; line ends of folds are left out, the blanks behind them stay. */
    DialogText append(final Slice value) {
        if (value.length() > LENGTH_MAX - end) {
            isTooLong = true;
            return this;
        }
        for (int i = 0, length = value.length(); i < length; i++) {
            final byte b = value.byteAt(i);
            if (b != '\r' && b != '\n') {
                text.putByte(end++, b);
            }
        }
        return this;
    }

    DialogText append(final String ascii) {
        if (ascii.length() > LENGTH_MAX - end) {
            isTooLong = true;
        } else {
            end += text.putStringWithoutLengthAscii(end, ascii);
        }
        return this;
    }

    void endPart() {
        text.putInt(part++ * Integer.BYTES, end, LITTLE_ENDIAN);
        if (part == PARTS) {
            layOut();
        }
    }

    /** Whether more was appended than there is room for; what is on the desk is then of no use. */
    boolean isTooLong() {
        return isTooLong;
    }

    /** Replaces the remote target, RFC 3261 §12.2.2. */
    void target(final Slice uri) {
        part = TARGET;
        end = text.getInt((TARGET - 1) * Integer.BYTES, LITTLE_ENDIAN);
        append(uri).endPart();
    }

    /**
     * Copies the words into the store.
     *
     * @return their handle, or {@link ByteStore#NOTHING} when they are too long or the store has no room.
     */
    int save(final ByteStore store) {
        return isTooLong ? ByteStore.NOTHING : store.put(text, 0, end);
    }

    /** Lays a dialog's words out. */
    DialogText load(final ByteStore store, final int handle) {
        isTooLong = false;
        end = store.copy(handle, text, 0);
        layOut();
        return this;
    }

    Slice callId() {
        return callId;
    }

    /** The value of From in the INVITE: To in requests of ours. */
    Slice remote() {
        return remote;
    }

    /** The value of To with our tag: From in requests of ours. */
    Slice local() {
        return local;
    }

    Slice localTag() {
        return localTag;
    }

    /** The value of our Contact, the same in every message. */
    Slice contact() {
        return contact;
    }

    /** The Record-Route values in order, as one list; empty when there are none. */
    Slice routes() {
        return routes;
    }

    /** The URI of the other side's Contact. */
    Slice target() {
        return target;
    }

    private void layOut() {
        int from = HEADER_LENGTH;
        for (int i = 0; i < PARTS; i++) {
            final int to = text.getInt(i * Integer.BYTES, LITTLE_ENDIAN);
            parts[i].wrap(text, from, to - from);
            from = to;
        }
        localTag.wrap(text, local.offset() + local.length() - BladeTag.LENGTH, BladeTag.LENGTH);
    }
}
