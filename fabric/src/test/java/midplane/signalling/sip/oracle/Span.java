package midplane.signalling.sip.oracle;

/** A stretch of the text: where it begins, and where what follows it begins. */
final class Span {
    int from;
    int to;

    void between(final int from, final int to) {
        this.from = from;
        this.to = to;
    }

    void clear() {
        between(0, 0);
    }

    boolean isEmpty() {
        return from == to;
    }

    int length() {
        return to - from;
    }
}
