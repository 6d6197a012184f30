package midplane.blade.media;

import org.agrona.MutableDirectBuffer;

/**
 * ITU-T G.711: 16-bit linear samples to 8-bit codes and back, PCMU and PCMA of RFC 3551 §4.5.14.
 *
 * <p>Samples on a decision value go where the ITU's reference code (G.191) puts them: negative ones are taken by their
 * one's complement, so that both halves of the scale are alike but for the sign bit.
 */
public final class G711 {
    /** The µ-law code of silence. */
    public static final byte ULAW_SILENCE = (byte) 0xFF;
    /** The A-law code of silence. */
    public static final byte ALAW_SILENCE = (byte) 0xD5;

    /** Added to a µ-law magnitude so that every segment starts at a power of two. */
    private static final int ULAW_BIAS = 33;
    /** The largest 14-bit magnitude below µ-law's virtual decision value, 8159. */
    private static final int ULAW_MAGNITUDE_MAX = 8158;
    /** Leading zeros of the smallest biased magnitude: segment 0. */
    private static final int ULAW_SEGMENT_0_LEADING_ZEROS = 26;
    /** Below this 12-bit magnitude A-law is linear: segments 0 and 1 have equal steps. */
    private static final int ALAW_LINEAR_END = 32;
    /** Leading zeros that a magnitude in A-law's (virtual) segment 0 would have. */
    private static final int ALAW_SEGMENT_0_LEADING_ZEROS = 28;

    private static final int STEP_MASK = 0x0F;
    private static final int SEGMENT_MASK = 0x07;
    private static final int SIGN_BIT = 0x80;
    /** A-law turns every other bit over, for the sake of line clocks. */
    private static final int ALAW_EVEN_BITS = 0x55;

    private static final short[] LINEAR_OF_ULAW = new short[256];
    private static final short[] LINEAR_OF_ALAW = new short[256];

    static {
        for (int code = 0; code < 256; code++) {
            LINEAR_OF_ULAW[code] = linearOfUlaw(code);
            LINEAR_OF_ALAW[code] = linearOfAlaw(code);
        }
    }

    private G711() {}

    /** The µ-law code of a linear sample. */
    public static byte encodeUlaw(final short sample) {
        final int magnitude = Math.min((sample < 0 ? ~sample : sample) >> 2, ULAW_MAGNITUDE_MAX) + ULAW_BIAS;
        final int segment = ULAW_SEGMENT_0_LEADING_ZEROS - Integer.numberOfLeadingZeros(magnitude);
        final int code = (segment << 4) | ((magnitude >> (segment + 1)) & STEP_MASK);
        return (byte) (code ^ (sample < 0 ? 0x7F : 0xFF));
    }

    /** The A-law code of a linear sample. */
    public static byte encodeAlaw(final short sample) {
        final int magnitude = (sample < 0 ? ~sample : sample) >> 4;
        final int code;
        if (magnitude < ALAW_LINEAR_END) {
            code = magnitude;
        } else {
            final int segment = ALAW_SEGMENT_0_LEADING_ZEROS - Integer.numberOfLeadingZeros(magnitude);
            code = (segment << 4) | ((magnitude >> (segment - 1)) & STEP_MASK);
        }
        return (byte) (code ^ ALAW_EVEN_BITS ^ (sample < 0 ? 0 : SIGN_BIT));
    }

    /** The linear sample in the middle of a µ-law code's interval. */
    public static short decodeUlaw(final byte code) {
        return LINEAR_OF_ULAW[code & 0xFF];
    }

    /** The linear sample in the middle of an A-law code's interval. */
    public static short decodeAlaw(final byte code) {
        return LINEAR_OF_ALAW[code & 0xFF];
    }

    /**
     * Turns µ-law codes into A-law codes where they stand, or the other way round.
     *
     * @param toUlaw whether µ-law is wanted.
     */
    static void transcode(final MutableDirectBuffer buffer, final int offset, final int length, final boolean toUlaw) {
        for (int i = offset; i < offset + length; i++) {
            final byte code = buffer.getByte(i);
            buffer.putByte(i, toUlaw ? encodeUlaw(decodeAlaw(code)) : encodeAlaw(decodeUlaw(code)));
        }
    }

    private static short linearOfUlaw(final int code) {
        final int bits = ~code;
        final int segment = (bits >> 4) & SEGMENT_MASK;
        final int magnitude = ((((bits & STEP_MASK) * 2 + ULAW_BIAS) << segment) - ULAW_BIAS) << 2;
        return (short) ((bits & SIGN_BIT) == 0 ? magnitude : -magnitude);
    }

    private static short linearOfAlaw(final int code) {
        final int bits = code ^ ALAW_EVEN_BITS;
        final int segment = (bits >> 4) & SEGMENT_MASK;
        final int halfSteps = (bits & STEP_MASK) * 2 + 1;
        final int magnitude = (segment == 0 ? halfSteps : (halfSteps + 32) << (segment - 1)) << 3;
        return (short) ((bits & SIGN_BIT) == 0 ? -magnitude : magnitude);
    }
}
