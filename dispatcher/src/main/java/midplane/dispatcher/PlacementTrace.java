package midplane.dispatcher;

import midplane.signalling.SizeIndication;
import midplane.signalling.Slice;

/**
 * Is told what the dispatcher decides about each session, and why, so that somebody may ask later. Whoever places calls, in
 * this order, without anything else in between:
 *
 * <pre>
 *   opens    what is to be placed: name, size and who said so
 *   weighs   what the placement sees, before it books anything
 *   decides  where it goes and why, or why nowhere
 *   hops     later, as often as it happens: copies, strays, hand-backs, the end
 * </pre>
 *
 * No call blocks, makes garbage or fails; what cannot be kept is counted by whoever keeps it. Called by the dispatcher's
 * thread only.
 */
public interface PlacementTrace {
    /** Why a session went where it went. */
    enum Reason {
        /** The policy selected it among the candidates whose reports are fresh. */
        POLICY,
        /** No fresh blade took it; the policy selected it among those whose reports are old. */
        LAST_RESORT,
        /** Its conference is there. */
        CONFERENCE,
        /** The dialog that it names in Replaces, Join or Target-Dialog is there. */
        NAMED_DIALOG,
        /** Blades take sessions, but none has room for one of this size. */
        NO_ROOM,
        /** No blade takes any session. */
        NO_BLADE,
        /** There were candidates, and all their rings were full. */
        RINGS_FULL,
        /** The chassis is about to stop. */
        HANGING_UP,
        /** The dispatch table has no entry left. */
        TABLE_FULL
    }

    /** What happened to a session that was placed. */
    enum Hop {
        /** A copy of its opening message, or its CANCEL, followed it to its blade. */
        REPEAT,
        /** A later message came to the well-known port and went to the blade it names. */
        STRAY,
        /** Its blade handed it back. A decision may follow. */
        HANDED_BACK,
        /** Its blade has given the final answer to its opening. */
        SETTLED
    }

    /** Tells nobody. */
    PlacementTrace NONE = new PlacementTrace() {
        @Override
        public void opens(
                final byte protocol, final long key, final Slice name, final SizeIndication size, final int units) {}

        @Override
        public void weighs(final LoadLedger ledger, final long candidates, final long excluded, final long nowNs) {}

        @Override
        public void decides(
                final Reason reason, final int slot, final long sequence, final long tried, final long nowNs) {}

        @Override
        public void hops(final Hop hop, final byte protocol, final long key, final int slot, final long nowNs) {}

        @Override
        public boolean isOn() {
            return false;
        }
    };

    /**
     * A session is about to be placed.
     *
     * @param protocol one of {@link midplane.fabric.Protocol}.
     * @param key names the session in what follows.
     * @param name by which people know it: Call-ID, transaction and endpoint. Read before this returns.
     * @param size as it was read.
     * @param units that it is placed by.
     */
    void opens(byte protocol, long key, Slice name, SizeIndication size, int units);

    /**
     * What there is to choose from. The loads are those of the ledger at this moment.
     *
     * @param candidates one bit for each slot that can take the session.
     * @param excluded one bit for each slot that may not have it, as it handed it back.
     */
    void weighs(LoadLedger ledger, long candidates, long excluded, long nowNs);

    /**
     * The decision about the session that was opened last.
     *
     * @param slot where it went, or a negative number.
     * @param sequence the dispatch sequence in that slot.
     * @param tried one bit for each slot whose ring was found full.
     */
    void decides(Reason reason, int slot, long sequence, long tried, long nowNs);

    /** Something happened to a session; the key may be of one that was never opened here. */
    void hops(Hop hop, byte protocol, long key, int slot, long nowNs);

    /** Whether anybody listens: for those who must work out a key first. */
    boolean isOn();
}
