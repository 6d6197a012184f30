package midplane.signalling.sip;

/** A set of ASCII bytes, as a table: no branch to guess wrong. */
record ByteSet(boolean[] members) {
    static final String DIGITS = "0123456789";
    static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static final int SIZE = 256;

    static ByteSet of(final String ascii) {
        final boolean[] members = new boolean[SIZE];
        for (int i = 0; i < ascii.length(); i++) {
            assert ascii.charAt(i) < 128 : "not ASCII: " + (int) ascii.charAt(i);
            members[ascii.charAt(i)] = true;
        }
        return new ByteSet(members);
    }

    boolean contains(final byte b) {
        return members[b & 0xFF];
    }
}
