package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Steps over the ranges of {@code K:} (RFC 3435 §3.2.2.19): {@code 6234-6255, 6257, 19030-19044}. A range may span a
 * thousand million ids: whoever acts upon one bounds what he does. Not thread-safe.
 */
public final class ResponseAckCursor {
    private static final int DIGITS = 9;

    private DirectBuffer buffer = new UnsafeBuffer(new byte[0]);
    private int position;
    private int end;
    private int first;
    private int last;
    private boolean isFaulty;

    public ResponseAckCursor wrap(final Slice value) {
        buffer = value.buffer();
        position = value.offset();
        end = position + value.length();
        isFaulty = false;
        return this;
    }

    /**
     * Goes to the next range.
     *
     * @return false behind the last, and where the list is broken: {@link #isFaulty()}.
     */
    public boolean next() {
        final int from = MgcpGrammar.skipBlanks(buffer, position, end);
        if (from == end || isFaulty) {
            return false;
        }
        int at = MgcpGrammar.skip(MgcpGrammar.DIGIT, buffer, from, end);
        first = MgcpGrammar.number(buffer, from, at, DIGITS);
        last = first;
        at = MgcpGrammar.skipBlanks(buffer, at, end);
        if (at < end && buffer.getByte(at) == '-') {
            final int second = MgcpGrammar.skipBlanks(buffer, at + 1, end);
            at = MgcpGrammar.skip(MgcpGrammar.DIGIT, buffer, second, end);
            last = MgcpGrammar.number(buffer, second, at, DIGITS);
            at = MgcpGrammar.skipBlanks(buffer, at, end);
        }
        isFaulty = first < 0 || last < first || (at < end && buffer.getByte(at) != ',');
        position = Math.min(end, at + 1);
        return !isFaulty;
    }

    /** The lowest id of the range. */
    public int first() {
        return first;
    }

    /** The highest id of the range, itself included. */
    public int last() {
        return last;
    }

    /** Whether what stands behind the range gone to last is no range. */
    public boolean isFaulty() {
        return isFaulty;
    }
}
