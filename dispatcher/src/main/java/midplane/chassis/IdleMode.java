package midplane.chassis;

/** How a thread waits when its agents have nothing to do. */
public enum IdleMode {
    /** In a Selector over its sockets; a publisher wakes it if it is parked. Costs nothing while idle. */
    PARK,
    /** Not at all. Needs a core for each thread. */
    SPIN,
    /** By giving way to other threads. Takes whatever the machine has left. */
    YIELD,
    /** Spins, then yields, then parks for up to a millisecond. */
    BACKOFF
}
