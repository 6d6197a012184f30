package midplane.signalling.mgcp;

import org.agrona.DirectBuffer;

/** The verbs of RFC 3435 §3.2.1.1, with MESG of its appendix B.3; every other four characters are {@link #OTHER}. */
public enum MgcpVerb {
    EPCF,
    CRCX,
    MDCX,
    DLCX,
    RQNT,
    NTFY,
    AUEP,
    AUCX,
    RSIP,
    MESG,
    OTHER;

    static final int LENGTH = 4;

    private static final MgcpVerb[] VERBS = values();
    private static final int[] WORDS = words();
    private static final int UPPER = ~0x20;

    /** Whether a gateway may be sent this; the others are what a gateway sends. */
    public boolean isForGateway() {
        return switch (this) {
            case EPCF, CRCX, MDCX, DLCX, RQNT, AUEP, AUCX -> true;
            case NTFY, RSIP, MESG, OTHER -> false;
        };
    }

    /** The verb in four letters or digits, the first of them a letter. */
    static MgcpVerb of(final DirectBuffer buffer, final int offset) {
        int word = 0;
        for (int i = 0; i < LENGTH; i++) {
            // A digit loses a bit here, too, and is then no letter.
            word = word << Byte.SIZE | (buffer.getByte(offset + i) & UPPER & 0xFF);
        }
        for (int i = 0; i < WORDS.length; i++) {
            if (WORDS[i] == word) {
                return VERBS[i];
            }
        }
        return OTHER;
    }

    private static int[] words() {
        final int[] words = new int[OTHER.ordinal()];
        for (int i = 0; i < words.length; i++) {
            for (final char c : VERBS[i].name().toCharArray()) {
                words[i] = words[i] << Byte.SIZE | c;
            }
        }
        return words;
    }
}
