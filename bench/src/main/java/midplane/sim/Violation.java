package midplane.sim;

/** The simulation saw what must not happen. The message tells what, when, after which messages, and how to see it again. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(final String story) {
        super(story);
    }
}
