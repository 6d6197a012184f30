package midplane.chassis;

/** Who runs the dispatcher and the blades. */
public enum ThreadingMode {
    /** A thread for the dispatcher; the blades share min(blades, processors − 1) threads, at least one. */
    SHARED,
    /** A thread for the dispatcher and one for each blade. */
    DEDICATED,
    /** One thread for all. */
    SINGLE,
    /** No thread: the caller runs {@link Chassis#doWork()}. Only by {@link ChassisContext}, not by a property. */
    INVOKER
}
