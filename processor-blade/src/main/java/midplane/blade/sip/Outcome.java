package midplane.blade.sip;

/**
 * What became of one message. Every message that reaches the endpoint ends in exactly one of these, and each is a
 * counter: at rest, received is the sum of all.
 */
enum Outcome {
    /** A request met for the first time and answered, be it provisionally. */
    ANSWERED("answered"),
    /** Another copy of a request, answered as the first was. */
    REPEATED("repeated"),
    /** Did its work and wants no answer: an ACK, a response to our BYE, a copy of a request that needs nothing more. */
    ABSORBED("absorbed"),
    /** An INVITE that this blade has no room for: the dispatcher has it again, unanswered. */
    HANDED_BACK("handed-back"),
    /** The same, but the uplink was full: the client's repeat is served instead. */
    HAND_BACK_LOST("dropped.hand-back-lost"),
    /** Another copy of what was handed back: its client's repeats go to the blade that has it now. */
    OF_ANOTHER_BLADE("dropped.of-another-blade"),
    /** Not SIP at all. */
    NOISE("dropped.noise"),
    /** Nothing but line ends. */
    KEEP_ALIVE("dropped.keep-alive"),
    /** Broken, and of a kind that gets no answer. */
    MALFORMED("dropped.malformed"),
    /** The dispatcher meant another port. */
    MISROUTED("dropped.misrouted"),
    /** An ACK of no transaction and no dialog: RFC 3261 has nothing to say to it. */
    STRAY_ACK("dropped.stray-ack"),
    /** A response to nothing we asked. */
    STRAY_RESPONSE("dropped.stray-response"),
    /** For a dialog in which its host has no part: an ACK gets nothing, any other request a 481. */
    FOREIGN_SOURCE("dropped.foreign-source"),
    /** An INVITE that waited so long that its client is about to repeat it: the next copy is served instead. */
    STALE("dropped.stale"),
    /** A new call of a host that has too many half-open ones, and the budget for telling it so is spent. */
    OVER_BUDGET("dropped.over-budget"),
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
