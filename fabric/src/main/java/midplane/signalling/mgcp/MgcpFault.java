package midplane.signalling.mgcp;

/** What can be wrong with a message, each with the return code it deserves (RFC 3435 §2.4) and words that name it. */
public enum MgcpFault {
    NONE(0, "OK"),
    /** Does not begin like MGCP at all. Not answered. */
    NOISE(510, "Not MGCP"),
    /** Nothing but line ends. Not answered. */
    EMPTY(510, "Empty"),
    /** No transaction id that could be answered to. */
    BAD_TRANSACTION_ID(510, "Bad transaction id"),
    BAD_COMMAND_LINE(510, "Bad command line"),
    /** No endpoint has such a name; 510 is for when nothing else fits. */
    BAD_ENDPOINT_NAME(500, "Bad endpoint name"),
    /** Another version than 1.0, or a profile: none is served (§3.2.1.4). */
    INCOMPATIBLE_VERSION(528, "Incompatible protocol version"),
    BAD_RESPONSE_LINE(510, "Bad response line"),
    BAD_PARAMETER_LINE(510, "Bad parameter line"),
    /** §3.2.2: a parameter must not be present more than once. */
    DUPLICATE_PARAMETER(539, "Duplicate parameter"),
    TOO_MANY_PARAMETERS(510, "Too many parameters"),
    VALUE_TOO_LONG(510, "Parameter value too long"),
    MESSAGE_TOO_LONG(510, "Message too long"),
    /** A command has one session description, a response two. */
    TOO_MANY_DESCRIPTIONS(509, "Too many session descriptions");

    private final int returnCode;
    private final String commentary;

    MgcpFault(final int returnCode, final String commentary) {
        this.returnCode = returnCode;
        this.commentary = commentary;
    }

    /** The code of the answer, where one is due; 0 for {@link #NONE}. */
    public int returnCode() {
        return returnCode;
    }

    /** The words behind the answer's transaction id: they name the fault. */
    public String commentary() {
        return commentary;
    }
}
