package midplane.signalling;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * Known names, found by their length and their last eight bytes in one word, which the scanner gathers while it steps
 * over a name. The bytes in front of those are compared one by one.
 *
 * @param <E> what a name means.
 */
public final class NameTable<E> {
    private static final int MAX_LENGTH = 31;
    private static final int PACKED_LENGTH = Long.BYTES;

    /** Or-ed to every byte of a word: makes letters lower-case, maps no other token character to a letter. */
    private final long caseBits;

    private final E unknown;
    private final Object[][] meanings = new Object[MAX_LENGTH + 1][0];
    private final long[][] packed = new long[MAX_LENGTH + 1][0];
    private final byte[][][] names = new byte[MAX_LENGTH + 1][0][];

    /**
     * An empty table.
     *
     * @param unknown what every other name means.
     */
    public NameTable(final boolean isCaseSensitive, final E unknown) {
        this.caseBits = isCaseSensitive ? 0 : 0x2020_2020_2020_2020L;
        this.unknown = unknown;
    }

    /** Adds a name. Start-up only. */
    public NameTable<E> with(final String name, final E meaning) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        long word = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] |= (byte) caseBits;
            word = pack(word, bytes[i]);
        }
        final int length = bytes.length;
        meanings[length] = append(meanings[length], meaning);
        packed[length] = Arrays.copyOf(packed[length], packed[length].length + 1);
        packed[length][packed[length].length - 1] = word | caseBits;
        names[length] = Arrays.copyOf(names[length], names[length].length + 1);
        names[length][names[length].length - 1] = bytes;
        return this;
    }

    /** The word after one more byte of a name. */
    public static long pack(final long word, final byte b) {
        return (word << Byte.SIZE) | (b & 0xFF);
    }

    /**
     * What a name means.
     *
     * @param word of its bytes, gathered by {@link #pack}.
     */
    @SuppressWarnings("unchecked") // only with() puts something in
    public E find(final DirectBuffer buffer, final int offset, final int length, final long word) {
        if (length > MAX_LENGTH) {
            return unknown;
        }
        final long[] candidates = packed[length];
        for (int i = 0; i < candidates.length; i++) {
            if (candidates[i] == (word | caseBits) && beginsAlike(names[length][i], buffer, offset)) {
                return (E) meanings[length][i];
            }
        }
        return unknown;
    }

    private boolean beginsAlike(final byte[] name, final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < name.length - PACKED_LENGTH; i++) {
            if (name[i] != (byte) (buffer.getByte(offset + i) | caseBits)) {
                return false;
            }
        }
        return true;
    }

    private static Object[] append(final Object[] values, final Object value) {
        final Object[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }
}
