package midplane.signalling.sip;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * The value of Session-Expires or Min-SE (RFC 4028 §4, §5): {@code delta-seconds *(SEMI generic-param)}. A flyweight, not
 * thread-safe.
 */
public final class SessionInterval {
    /** Who is to refresh the session, as seen from whoever sent the request: {@code uac} or {@code uas}. */
    public enum Refresher {
        UNSAID,
        UAC,
        UAS
    }

    /** RFC 3261 §25.1: delta-seconds fit into 32 bits. */
    private static final long SECONDS_MAX = 0xFFFF_FFFFL;

    private final ParamCursor cursor = new ParamCursor();
    private final Slice token = new Slice();
    private long seconds;
    private Refresher refresher = Refresher.UNSAID;

    /** Reads a whole value. Returns false when the grammar is broken; then nothing else here means anything. */
    public boolean parse(final Slice value) {
        final DirectBuffer buffer = value.buffer();
        final int end = value.offset() + value.length();
        refresher = Refresher.UNSAID;
        final int digitsEnd = Grammar.skip(Grammar.DIGIT, buffer, value.offset(), end);
        seconds = Grammar.number(buffer, value.offset(), digitsEnd, SECONDS_MAX);
        int position = seconds < 0 ? -1 : Grammar.skipLws(buffer, digitsEnd, end);
        while (position >= 0 && position < end && buffer.getByte(position) == ';') {
            position = cursor.read(buffer, position + 1, end);
            if (position >= 0 && cursor.hasName(buffer, "refresher") && !refresher(buffer)) {
                return false;
            }
        }
        return position == end;
    }

    /** The interval; after a {@link #parse} that found no fault. */
    public long seconds() {
        return seconds;
    }

    /** The parameter {@code refresher}. */
    public Refresher refresher() {
        return refresher;
    }

    private boolean refresher(final DirectBuffer buffer) {
        if (refresher != Refresher.UNSAID || !cursor.tokenValue(buffer, token)) {
            return false;
        }
        if (token.equalsIgnoreCase("uac")) {
            refresher = Refresher.UAC;
        } else if (token.equalsIgnoreCase("uas")) {
            refresher = Refresher.UAS;
        }
        return refresher != Refresher.UNSAID;
    }
}
