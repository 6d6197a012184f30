package midplane.dispatcher;

import java.util.Arrays;
import midplane.fabric.SwitchFabric;

/**
 * Whether a blade's reports can be true. The dispatcher knows what it has sent to a blade, not what has ended there; but
 * sessions last as long on one blade as on the next. So from how fast the load of the blades goes down, by their own
 * reports, follows what should be left on each:
 *
 * <pre>
 *   expected = (expected + units booked) / (1 + rate · time)
 *
 *   rate: how fast load goes down, the median of all blades
 * </pre>
 *
 * A blade that reports less than expected, by more than chance explains ({@link #SIGMAS} standard deviations), is held to
 * carry what is expected until its reports come near it again. So a blade whose reports have frozen at idle fills up to
 * its fair share and no further. One that is right, against the odds, gets less for a while: what is expected of it goes
 * down at the common rate, until report and expectation meet.
 *
 * <p>Of fewer than {@link #BLADES_MIN} blades there is no telling who is wrong; they are believed. Not thread-safe.
 */
final class LoadAudit {
    /** Blades without which there is no majority. */
    static final int BLADES_MIN = 3;

    /** How improbable a report must be. */
    static final int SIGMAS = 4;

    /** Standard deviations within which a doubted report is believed again. */
    static final int SIGMAS_AGAIN = 2;

    /** Audits over which a rate is averaged, and over which an expectation forgets its errors. */
    private static final double MEMORY = 128;

    private static final double NS_PER_SECOND = 1e9;

    private final double[] expected;
    private final double[] variance;
    private final double[] ended;
    private final double[] carried;
    private final long[] booked;
    private final long[] bookedSquares;
    private final long[] reported;
    private final boolean[] isDoubted;
    private final double[] rates = new double[SwitchFabric.MAX_SLOTS];
    private long doubts;

    LoadAudit(final int slots) {
        expected = new double[slots];
        variance = new double[slots];
        ended = new double[slots];
        carried = new double[slots];
        booked = new long[slots];
        bookedSquares = new long[slots];
        reported = new long[slots];
        isDoubted = new boolean[slots];
    }

    /** A booking that a report has covered: by its own account the blade has it. */
    void onSeen(final int slot, final long units) {
        booked[slot] += units;
        bookedSquares[slot] += units * units;
    }

    /** Compares what the slots reported last with what is to be expected, so long after the audit before. */
    void audit(final LoadLedger ledger, final long elapsedNs) {
        final double seconds = Math.max(0, elapsedNs) / NS_PER_SECOND;
        int known = 0;
        for (int slot = 0; slot < expected.length; slot++) {
            final long before = reported[slot] + booked[slot];
            reported[slot] = ledger.reported(slot);
            ended[slot] += Math.max(0, before - reported[slot]) - ended[slot] / MEMORY;
            carried[slot] += reported[slot] * seconds - carried[slot] / MEMORY;
            if (ended[slot] > 0 || carried[slot] > 0) {
                rates[known++] = carried[slot] > 0 ? ended[slot] / carried[slot] : Double.MAX_VALUE;
            }
        }
        Arrays.sort(rates, 0, known);
        // Not by exp(): its last bit is each JDK's own, and equal seeds must give equal choices.
        final double left = known == 0 ? 1 : 1 / (1 + rates[(known - 1) / 2] * seconds);
        for (int slot = 0; slot < expected.length; slot++) {
            expected[slot] = (expected[slot] + booked[slot]) * left;
            variance[slot] = (variance[slot] + bookedSquares[slot]) * left;
            booked[slot] = 0;
            bookedSquares[slot] = 0;
            judge(slot, known);
        }
    }

    private void judge(final int slot, final int known) {
        final double missing = expected[slot] - reported[slot];
        final int sigmas = isDoubted[slot] ? SIGMAS_AGAIN : SIGMAS;
        final boolean isImprobable =
                known >= BLADES_MIN && missing > 0 && missing * missing > sigmas * sigmas * variance[slot];
        doubts += isImprobable && !isDoubted[slot] ? 1 : 0;
        isDoubted[slot] = isImprobable;
        if (!isImprobable) {
            expected[slot] -= missing / MEMORY;
        }
    }

    /** Units that the slot should carry, of those whose bookings its reports have covered. */
    long expected(final int slot) {
        return Math.round(expected[slot]) + booked[slot];
    }

    /** Whether what the slot reports cannot be true. */
    boolean isDoubted(final int slot) {
        return isDoubted[slot];
    }

    /** How often a slot fell into doubt. */
    long doubts() {
        return doubts;
    }
}
