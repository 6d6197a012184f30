package midplane.signalling;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The blade's name inside an MGCP endpoint's local name (RFC 3435 §2.1.2): the term after the endpoint's type, so that a
 * command which names an endpoint finds its blade without a table.
 *
 * <pre>
 *   ann/3/17     endpoint 17 of type ann on blade 3          cnf/3/77   conference 77 on blade 3
 *   ann/$  $     any blade may take it                       cnf/77     conference 77, wherever it is
 *   ann/*  *     all blades                                  ann/3/$    any endpoint of blade 3
 * </pre>
 *
 * The types are {@code ann}, {@code ivr}, {@code cnf} and {@code pe}; a wildcard may stand for the type. Letters of
 * either case are equal. A blade id has no leading zero.
 */
public final class BladeTerm {
    /** {@link #owner} of a name that any blade may take. */
    public static final int ANY = -1;

    /** {@link #owner} of a name that means endpoints on every blade. */
    public static final int ALL = -2;

    /** {@link #owner} of {@code cnf/ID}: the conference's blade, which only a table knows; {@link #conferenceIdOffset}. */
    public static final int CONFERENCE = -3;

    /** {@link #owner} of a name that can be no endpoint's here. */
    public static final int UNKNOWN = -4;

    /** Blade ids are below this: as many slots as a chassis may have. */
    public static final int BLADES_MAX = 64;

    private static final int TYPE_LENGTH_MAX = 3;
    private static final int CNF = 'c' << 16 | 'n' << 8 | 'f';
    private static final int ANN = 'a' << 16 | 'n' << 8 | 'n';
    private static final int IVR = 'i' << 16 | 'v' << 8 | 'r';
    private static final int PE = 'p' << 8 | 'e';
    private static final int LOWER = 0x20;

    private BladeTerm() {}

    /**
     * Whose endpoint a local name means: a blade id, {@link #ANY}, {@link #ALL}, {@link #CONFERENCE} or {@link #UNKNOWN}.
     * Whether there is such a blade, and such an endpoint on it, is not looked at.
     *
     * @param buffer holds a local name that follows RFC 3435's grammar.
     */
    public static int owner(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        final int typeEnd = termEnd(buffer, offset, end);
        final int type = type(buffer, offset, typeEnd);
        if (typeEnd == end) {
            return type == '$' ? ANY : type == '*' ? ALL : UNKNOWN;
        }
        if (type == 0) {
            return UNKNOWN;
        }
        final int second = typeEnd + 1;
        final int secondEnd = termEnd(buffer, second, end);
        final boolean hasThird = secondEnd < end;
        if (hasThird && termEnd(buffer, secondEnd + 1, end) < end) {
            return UNKNOWN;
        }
        if (secondEnd - second == 1 && buffer.getByte(second) == '$') {
            return ANY;
        }
        if (secondEnd - second == 1 && buffer.getByte(second) == '*') {
            return ALL;
        }
        if (hasThird) {
            return bladeId(buffer, second, secondEnd);
        }
        return type == CNF && secondEnd > second ? CONFERENCE : UNKNOWN;
    }

    /** Where the id begins in a name that {@link #owner} called {@link #CONFERENCE}; it goes to the name's end. */
    public static int conferenceIdOffset(final int offset) {
        return offset + TYPE_LENGTH_MAX + 1;
    }

    /** Writes type and blade, as in {@code ann/3/}; the endpoint's own term comes behind. Returns bytes written. */
    public static int put(final MutableDirectBuffer buffer, final int offset, final String type, final int bladeId) {
        int at = offset + buffer.putStringWithoutLengthAscii(offset, type);
        buffer.putByte(at++, (byte) '/');
        at += buffer.putNaturalIntAscii(at, bladeId);
        buffer.putByte(at++, (byte) '/');
        return at - offset;
    }

    private static int termEnd(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end && buffer.getByte(position) != '/') {
            position++;
        }
        return position;
    }

    /** The type's letters in one word; 0 for a type that is not served here. */
    private static int type(final DirectBuffer buffer, final int from, final int end) {
        if (end - from > TYPE_LENGTH_MAX) {
            return 0;
        }
        int word = 0;
        for (int i = from; i < end; i++) {
            final byte b = buffer.getByte(i);
            word = word << Byte.SIZE | (b >= 'A' && b <= 'Z' ? b | LOWER : b & 0xFF);
        }
        return switch (word) {
            case ANN, IVR, CNF, PE, '$', '*' -> word;
            default -> 0;
        };
    }

    private static int bladeId(final DirectBuffer buffer, final int from, final int end) {
        final int digits = end - from;
        if (digits < 1 || digits > 2 || (digits == 2 && buffer.getByte(from) == '0')) {
            return UNKNOWN;
        }
        int id = 0;
        for (int i = from; i < end; i++) {
            final byte b = buffer.getByte(i);
            if (b < '0' || b > '9') {
                return UNKNOWN;
            }
            id = id * 10 + (b - '0');
        }
        return id < BLADES_MAX ? id : UNKNOWN;
    }
}
