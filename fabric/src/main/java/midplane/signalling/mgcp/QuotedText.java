package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.MutableDirectBuffer;

/** Quoted strings: two quotes in a row inside them are one that is meant (RFC 3435, appendix A). */
public final class QuotedText {
    private QuotedText() {}

    /** Whether the whole slice is one quoted string. */
    public static boolean isQuoted(final Slice slice) {
        return slice.length() > 1
                && slice.byteAt(0) == '"'
                && MgcpGrammar.skipQuoted(slice.buffer(), slice.offset(), slice.offset() + slice.length())
                        == slice.offset() + slice.length();
    }

    /**
     * Copies what a slice says: what is in the quotes, if it {@link #isQuoted}, or the bytes as they are.
     *
     * @param target with room for as many bytes as the slice has.
     * @return bytes copied.
     */
    public static int putTo(final Slice slice, final MutableDirectBuffer target, final int targetOffset) {
        if (!isQuoted(slice)) {
            return slice.putTo(target, targetOffset);
        }
        int at = targetOffset;
        for (int i = 1; i < slice.length() - 1; i++) {
            final byte b = slice.byteAt(i);
            target.putByte(at++, b);
            if (b == '"') {
                i++;
            }
        }
        return at - targetOffset;
    }
}
