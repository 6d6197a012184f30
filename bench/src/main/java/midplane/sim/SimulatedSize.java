package midplane.sim;

/**
 * What an application server says about the size of a session: nothing mostly, sometimes a number, sometimes something that is
 * none. Whatever it is, the call must be answered as if it had not been said.
 */
final class SimulatedSize {
    private static final String[] LINES = {
        "Session-Size: 40\r\n",
        "session-size \t:   7\r\n",
        "Session-Size: 0\r\n",
        "Session-Size: 99999999999999999999\r\n",
        "Session-Size: 3\r\nSession-Size: 5\r\n",
        "Session-Size: many;of=them\r\n"
    };

    /** A size in the Request-URI, too, for every so many calls. */
    private static final int PARAMETER_EVERY = 7;

    /** A line, or lines, for every so many calls. */
    private static final int LINE_EVERY = 3;

    private SimulatedSize() {}

    /** Header lines of the call of a number; mostly none. */
    static String lines(final int call) {
        return call % LINE_EVERY == 0 ? LINES[call / LINE_EVERY % LINES.length] : "";
    }

    /** A parameter for its Request-URI; mostly none. */
    static String parameter(final int call) {
        return call % PARAMETER_EVERY == 0 ? ";session-size=" + (call % 2 == 0 ? "12" : "-12") : "";
    }
}
