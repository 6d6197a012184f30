package midplane.sim;

/** Whoever asked to be woken. */
@FunctionalInterface
interface Alarmed {
    /**
     * The time has come.
     *
     * @param argument as it was given with the alarm.
     */
    void onAlarm(int argument, long nowNs);
}
