package midplane.shelf;

/** Which socket answers a message that came to the well-known port (RFC 3581 §4, RFC 3261 §18.2.2). */
public enum ResponseFrom {
    /** The well-known port when the client asked by {@code rport}, else the blade's own. */
    AUTO,
    /** Always the well-known port. */
    WELLKNOWN,
    /** Always the blade's own port. */
    BLADE
}
