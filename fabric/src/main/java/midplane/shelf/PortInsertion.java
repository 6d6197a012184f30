package midplane.shelf;

/** How the dispatcher writes the port identifier into an initial message, beside the frame's header, which always has it. */
public enum PortInsertion {
    /** A header line right after the start line: {@code Midplane-Port: 5071;wk=5060}. */
    HEADER,
    /** The port of the Request-URI; the frame keeps the original. */
    RURI,
    /** Nothing: the message's bytes stay as they came. */
    ENVELOPE
}
