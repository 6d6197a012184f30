package midplane.blade.media;

/** Told of keys pressed by the other side, however they came. */
interface KeyListener {
    /** A key went down: {@code 0-9 * # A-D}. */
    void onKey(char key);

    /** The same key has been down for two seconds (RFC 3660 §2.2, event L). */
    void onLongKey(char key);
}
