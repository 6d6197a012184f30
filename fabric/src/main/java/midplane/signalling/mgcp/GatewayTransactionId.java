package midplane.signalling.mgcp;

import midplane.signalling.BladeTerm;

/**
 * Transaction ids of the commands we send (NTFY, DLCX, RSIP). The ids of one gateway are unique whichever of its blades
 * sent the command (RFC 3435 §3.2.1.2), so each blade has its own: those that leave its id when divided by 64. Whoever
 * answers to the well-known port is understood there without a table.
 */
public final class GatewayTransactionId {
    private static final int LARGEST = 999_999_999;

    /** A blade's ids come again after this many. */
    public static final int CYCLE = LARGEST / BladeTerm.BLADES_MAX;

    private GatewayTransactionId() {}

    /**
     * An id of a blade.
     *
     * @param count of the blade's own commands, from 0.
     */
    public static int of(final int bladeId, final long count) {
        final int turn = (int) (count % CYCLE);
        return bladeId == 0 ? (turn + 1) * BladeTerm.BLADES_MAX : turn * BladeTerm.BLADES_MAX + bladeId;
    }

    /** The blade that sent the command with this id. */
    public static int blade(final int transactionId) {
        return transactionId % BladeTerm.BLADES_MAX;
    }
}
