package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * The value of Replaces (RFC 3891 §6.1), Join (RFC 3911 §7.1) or Target-Dialog (RFC 4538 §7): another dialog, named as
 * whoever receives the request knows it. A flyweight, not thread-safe; slices are its own and die with the buffer's
 * content or the next {@link #parse}.
 */
public final class DialogReference {
    private final ParamCursor cursor = new ParamCursor();
    private final Slice callId = new Slice();
    private final Slice localTag = new Slice();
    private final Slice remoteTag = new Slice();
    private boolean isEarlyOnly;

    /**
     * Reads the one value of such a header.
     *
     * @return false when there are several, or the grammar is broken; then nothing else here means anything.
     */
    public boolean parse(final SipMessage message, final SipHeader header) {
        final int line = message.first(header);
        localTag.clear();
        remoteTag.clear();
        isEarlyOnly = false;
        return line >= 0
                && message.next(line) < 0
                && parse(
                        message.buffer(),
                        message.valueOffset(line),
                        message.valueOffset(line) + message.valueLength(line),
                        header == SipHeader.TARGET_DIALOG ? "local-tag" : "to-tag",
                        header == SipHeader.TARGET_DIALOG ? "remote-tag" : "from-tag");
    }

    public Slice callId() {
        return callId;
    }

    /** The tag that the receiver of the request gave itself. */
    public Slice localTag() {
        return localTag;
    }

    /** The other side's tag. RFC 3891 §6.1: {@code 0} stands for a peer of RFC 2543 that had none. */
    public Slice remoteTag() {
        return remoteTag;
    }

    /** Whether only a dialog that is not confirmed may be replaced. */
    public boolean isEarlyOnly() {
        return isEarlyOnly;
    }

    private boolean parse(
            final DirectBuffer buffer, final int from, final int end, final String localName, final String remoteName) {
        int position = Grammar.skip(Grammar.WORD, buffer, from, end);
        if (position < end && position > from && buffer.getByte(position) == '@') {
            final int word = position + 1;
            position = Grammar.skip(Grammar.WORD, buffer, word, end);
            if (position == word) {
                return false;
            }
        }
        callId.wrap(buffer, from, position - from);
        position = callId.isEmpty() ? -1 : Grammar.skipLws(buffer, position, end);
        while (position >= 0 && position < end && buffer.getByte(position) == ';') {
            position = cursor.read(buffer, position + 1, end);
            if (position < 0
                    || (cursor.hasName(buffer, localName) && !keep(buffer, localTag))
                    || (cursor.hasName(buffer, remoteName) && !keep(buffer, remoteTag))) {
                return false;
            }
            isEarlyOnly |= cursor.hasName(buffer, "early-only");
        }
        return position == end && !localTag.isEmpty() && !remoteTag.isEmpty();
    }

    private boolean keep(final DirectBuffer buffer, final Slice into) {
        return into.isEmpty() && cursor.tokenValue(buffer, into);
    }
}
