package midplane.shelf;

/** How a blade tells a call agent where its endpoint is from now on: what {@code Z:} says (RFC 3435 §2.3.5). */
public enum MgcpRedirect {
    /** {@code ann/3/17@[127.0.0.13]}: the blade has an address of its own, and the well-known port on it. */
    ADDR,
    /** {@code ann/3/17@ms.example.net:2443}: the blade's own port behind the domain. */
    PORT,
    /** {@code ann/3/17@ms.example.net}: everything goes by the well-known port, and finds its blade by its name. */
    RELAY
}
