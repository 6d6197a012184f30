package midplane.fabric;

/** Wakes an agent that may be parked. Cheap when it is not. Any thread may ring. */
@FunctionalInterface
public interface Doorbell {
    /** For agents that never park. */
    Doorbell NONE = () -> {};

    void ring();
}
