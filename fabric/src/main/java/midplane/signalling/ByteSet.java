package midplane.signalling;

/** A set of ASCII bytes, as a table: no branch to guess wrong. */
public record ByteSet(boolean[] members) {
    public static final String DIGITS = "0123456789";
    public static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static final int SIZE = 256;

    /** The set of the characters of a text. Start-up only. */
    public static ByteSet of(final String ascii) {
        final boolean[] members = new boolean[SIZE];
        for (int i = 0; i < ascii.length(); i++) {
            assert ascii.charAt(i) < 128 : "not ASCII: " + (int) ascii.charAt(i);
            members[ascii.charAt(i)] = true;
        }
        return new ByteSet(members);
    }

    public boolean contains(final byte b) {
        return members[b & 0xFF];
    }
}
