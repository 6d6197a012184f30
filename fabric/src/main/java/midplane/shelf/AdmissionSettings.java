package midplane.shelf;

import midplane.net.AllowList;

/**
 * Whom to hear and how much to say, for every port alike.
 *
 * @param allowList sources that are listened to.
 * @param mediaAllowList hosts that get RTP although no media came from them; the caller's own host does in any case.
 * @param forbidsStrangers whether the dispatcher tells others so (403), within its budget; else they hear nothing.
 * @param amplificationMax how many times the bytes that came from it a host may get as long as it is not proven.
 * @param refusalsPerSecond refusals for want of room that one part of the chassis gives, at most; then silence.
 * @param staleNs how long after its arrival a new request is worth serving: until its client repeats it (T1).
 * @param sourcesMax hosts that one part of the chassis remembers.
 */
public record AdmissionSettings(
        AllowList allowList,
        AllowList mediaAllowList,
        boolean forbidsStrangers,
        int amplificationMax,
        int refusalsPerSecond,
        long staleNs,
        int sourcesMax) {
    /**
     * What a host gets at most before it has proven itself, as a multiple of what came from it. RFC 3261 §13.3.1.4 wants a
     * 200 repeated until 64·T1 have passed, eleven copies in all, and one that offers is up to three times as long as an
     * INVITE that does not: less would fall silent before its time.
     */
    public static final int AMPLIFICATION_MAX = 33;

    /** Hosts remembered by each part. */
    public static final int SOURCES_MAX = 4096;

    private static final int REFUSALS_PER_SECOND = 1000;
    private static final long STALE_NS = 500_000_000L;

    /** The defaults, for whoever is on the list. */
    public static AdmissionSettings of(final AllowList allowList) {
        return new AdmissionSettings(
                allowList, allowList, false, AMPLIFICATION_MAX, REFUSALS_PER_SECOND, STALE_NS, SOURCES_MAX);
    }
}
