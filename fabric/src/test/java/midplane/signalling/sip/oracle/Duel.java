package midplane.signalling.sip.oracle;

import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.jspecify.annotations.Nullable;

/**
 * Gives the scanner and the oracle the same bytes. What must hold: the same verdict, the same borders, and no more than
 * {@value #STEPS_PER_BYTE} steps of the scanner for a byte. Not thread-safe.
 */
public final class Duel {
    /** The most looks at the datagram, for each of its bytes. */
    public static final int STEPS_PER_BYTE = 4;

    /** What even an empty datagram may cost. */
    public static final int STEPS_BESIDE = 16;

    private final SipScanner scanner;
    private final SipMessage scanned = new SipMessage();
    private final OracleParser oracle;
    private final CountingBuffer buffer = new CountingBuffer();
    private OracleMessage wanted = new OracleMessage();

    public Duel() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Both refuse long messages.
     *
     * @param maxMessageLength the longest datagram that is good.
     */
    public Duel(final int maxMessageLength) {
        scanner = new SipScanner(maxMessageLength);
        oracle = new OracleParser(maxMessageLength);
    }

    /** What is wrong, or null when both agree. */
    public @Nullable String fault(final byte[] datagram, final int length) {
        try {
            scanner.scan(buffer.count(datagram, length), 0, length, scanned);
        } catch (final RuntimeException ex) {
            return "the scanner throws " + ex;
        } finally {
            buffer.stop();
        }
        wanted = oracle.parse(datagram, length);
        if (buffer.steps() > (long) STEPS_PER_BYTE * length + STEPS_BESIDE) {
            return buffer.steps() + " steps for " + length + " bytes";
        }
        return Comparison.difference(scanned, wanted);
    }

    /** The verdict of the last datagram. */
    public SipFault verdict() {
        return wanted.verdict();
    }

    /** What the oracle found in the last datagram. */
    public OracleMessage wanted() {
        return wanted;
    }

    /** What the scanner found in the last datagram. */
    public SipMessage scanned() {
        return scanned;
    }

    /** Steps of the scanner over the last datagram. */
    public long steps() {
        return buffer.steps();
    }

    /** What a person wants to know about a datagram on which the two disagree. */
    public String report(final byte[] datagram) {
        final String fault = String.valueOf(fault(datagram, datagram.length));
        final byte[] smallest = Minimiser.minimise(datagram, bytes -> isAlike(fault, fault(bytes, bytes.length)));
        final StringBuilder report = new StringBuilder();
        report.append("\nfault:     ").append(fault);
        report.append("\ndatagram:\n  ").append(Draft.escape(datagram, datagram.length));
        report.append("\nsmallest:\n  ").append(Draft.escape(smallest, smallest.length));
        report.append("\nits fault: ").append(fault(smallest, smallest.length));
        return report.toString();
    }

    /** Of the same kind, whatever the numbers: smaller inputs must not lead away from the fault that was found. */
    private static boolean isAlike(final String fault, final @Nullable String other) {
        return other != null && kind(fault).equals(kind(other));
    }

    private static String kind(final String fault) {
        final int colon = fault.indexOf(':');
        return (colon < 0 ? fault : fault.substring(0, colon)).replaceAll("[0-9]+", "");
    }
}
