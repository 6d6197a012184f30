package midplane.signalling.sip;

import static java.nio.ByteOrder.BIG_ENDIAN;

import midplane.signalling.FirstLook.Finding;
import org.agrona.DirectBuffer;

/** What the first four bytes of a SIP message promise. Methods are case-sensitive (RFC 3261 §7.1). */
public final class SipFirstLook {
    private static final int LENGTH = Integer.BYTES;
    private static final int ACK = word("ACK ");
    private static final int BYE = word("BYE ");
    private static final int CANCEL = word("CANC");
    private static final int PRACK = word("PRAC");
    private static final int UPDATE = word("UPDA");
    private static final int INFO = word("INFO");
    private static final int RESPONSE = word("SIP/");

    private SipFirstLook() {}

    /** A {@link midplane.signalling.FirstLook}. */
    public static Finding look(final DirectBuffer buffer, final int offset, final int length) {
        if (length < LENGTH) {
            return Finding.NOISE;
        }
        final int word = buffer.getInt(offset, BIG_ENDIAN);
        if (word == ACK
                || word == BYE
                || word == RESPONSE
                || word == CANCEL
                || word == PRACK
                || word == UPDATE
                || word == INFO) {
            return Finding.CONTINUES;
        }
        final int letter = (word >>> 24 | 0x20) - 'a';
        return letter >= 0 && letter < 26 ? Finding.BEGINS : Finding.NOISE;
    }

    private static int word(final String text) {
        int word = 0;
        for (int i = 0; i < LENGTH; i++) {
            word = word << Byte.SIZE | text.charAt(i);
        }
        return word;
    }
}
