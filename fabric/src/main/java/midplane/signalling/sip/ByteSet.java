package midplane.signalling.sip;

/** A set of ASCII bytes, as two words of bits. */
record ByteSet(long low, long high) {
    static final String DIGITS = "0123456789";
    static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    static ByteSet of(final String members) {
        long low = 0;
        long high = 0;
        for (int i = 0; i < members.length(); i++) {
            final char c = members.charAt(i);
            assert c < 128 : "not ASCII: " + (int) c;
            if (c < 64) {
                low |= 1L << c;
            } else {
                high |= 1L << (c - 64);
            }
        }
        return new ByteSet(low, high);
    }

    boolean contains(final byte b) {
        // A shift uses the six lowest bits of its distance, which is what is wanted in either word.
        return b >= 0 && ((b < 64 ? low : high) >>> b & 1) != 0;
    }
}
