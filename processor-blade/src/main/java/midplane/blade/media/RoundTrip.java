package midplane.blade.media;

/** RFC 3550 §6.4.1: how long our sender reports and their echoes are under way, on average. */
final class RoundTrip {
    /** Longer than this is no journey but a clock that was set. */
    private static final long JOURNEY_MAX = 60L << 16;

    private long sum;
    private int count;

    void open() {
        sum = 0;
        count = 0;
    }

    /**
     * The other side's report came.
     *
     * @param epochMs wall time.
     * @param echoedNtpMiddle LSR.
     * @param delay DLSR, in 1/65536 s.
     */
    void onEcho(final long epochMs, final int echoedNtpMiddle, final int delay) {
        final int journey = RtcpWriter.ntpMiddle(epochMs) - echoedNtpMiddle - delay;
        if (journey >= 0 && journey <= JOURNEY_MAX) {
            sum += journey;
            count++;
        }
    }

    /** 0 when nothing is known. */
    long meanMs() {
        return count == 0 ? 0 : (sum / count * 1000) >> 16;
    }
}
