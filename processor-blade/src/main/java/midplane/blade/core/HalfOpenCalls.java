package midplane.blade.core;

import midplane.admission.HostShares;
import midplane.signalling.SipHash;

/**
 * Calls whose caller has yet to prove, by an ACK, that he is where his datagrams say. Whoever forges sources can fill a
 * blade with such calls; so there is a limit, and when it is reached the host with the most of them loses its oldest. Hosts
 * that have proven themselves before lose none: their ACK is on its way.
 * Calls have the numbers of their dialogs. Not thread-safe.
 */
public final class HalfOpenCalls extends HostShares {
    private Hosts proven = (high, low) -> false;

    /**
     * Allocates.
     *
     * @param limit calls at most.
     * @param ids calls are numbered from 0 to one less than this.
     * @param hash keyed by a secret, so that nobody can choose addresses that collide.
     */
    public HalfOpenCalls(final int limit, final int ids, final SipHash hash) {
        super(limit, ids, hash);
    }

    /** Which hosts are proven; none, unless set. */
    public void proven(final Hosts hosts) {
        proven = hosts;
    }

    /** The call that gives way to a new one; {@link #NONE} when every host is proven. */
    public int firstToLose() {
        return oldestOfGreediest(proven);
    }
}
