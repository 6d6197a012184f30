package midplane.blade.mgcp;

/**
 * What became of one message. Every message that reaches the gateway ends in exactly one of these, and each is a counter:
 * at rest, received is the sum of all.
 */
enum Outcome {
    /** A command met for the first time and executed. */
    EXECUTED("executed"),
    /** A command met for the first time and refused with a code of RFC 3435 §2.4. */
    REFUSED("refused"),
    /** Another copy of a command, answered as the first was. */
    REPEATED("repeated"),
    /** Another command under the id of one before: by RFC 3435 §3.5.1 a copy of that, and answered so. */
    REUSED("reused"),
    /** Did its work and wants no answer: a response to a command of ours, a copy of a command already confirmed. */
    ABSORBED("absorbed"),
    /** Not MGCP at all. */
    NOISE("dropped.noise"),
    /** Nothing but line ends. */
    EMPTY("dropped.empty"),
    /** Broken, and without a transaction id to answer to. */
    MALFORMED("dropped.malformed"),
    /** The dispatcher meant another port. */
    MISROUTED("dropped.misrouted"),
    /** A response to nothing we asked. */
    STRAY_RESPONSE("dropped.stray-response"),
    /** Our own code broke on it. */
    FAILURE("dropped.failure");

    private final String counterName;

    Outcome(final String counterName) {
        this.counterName = counterName;
    }

    String counterName() {
        return counterName;
    }
}
