package midplane.signalling.mgcp.oracle;

import java.util.List;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpScanner;
import midplane.signalling.mgcp.oracle.MgcpOracle.Span;
import midplane.signalling.sip.oracle.CountingBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the scanner and the oracle the same bytes. What must hold: the same verdicts, the same borders, and no more than
 * {@value #STEPS_PER_BYTE} steps of the scanner for a byte. Not thread-safe.
 */
public final class MgcpDuel {
    /** The most looks at the datagram, for each of its bytes. */
    public static final int STEPS_PER_BYTE = 4;

    /** What even an empty datagram may cost. */
    public static final int STEPS_BESIDE = 16;

    private final MgcpScanner scanner = new MgcpScanner();
    private final MgcpMessage scanned = new MgcpMessage();
    private final MgcpOracle oracle = new MgcpOracle();
    private final CountingBuffer buffer = new CountingBuffer();
    private double stepsPerByteMax;

    /** What is wrong, or null when both agree about every message of the datagram. */
    public @Nullable String fault(final byte[] datagram, final int length) {
        final List<MgcpOracle.Message> wanted = oracle.parse(datagram, length);
        buffer.count(datagram, length);
        String found = null;
        int at = 0;
        int count = 0;
        while (at < length && found == null) {
            try {
                scanner.scan(buffer, at, length - at, scanned);
            } catch (final RuntimeException ex) {
                buffer.stop();
                return "the scanner throws " + ex;
            }
            found = count == wanted.size()
                    ? "a message too many"
                    : scanned.nextOffset() <= at ? "it does not go on" : difference(scanned, wanted.get(count));
            count++;
            at = scanned.nextOffset();
        }
        buffer.stop();
        final long steps = buffer.steps();
        if (found == null && count < wanted.size()) {
            found = count + " messages, by the grammar " + wanted.size();
        }
        if (found == null && steps > (long) STEPS_PER_BYTE * length + (long) STEPS_BESIDE * count) {
            found = steps + " steps for " + length + " bytes";
        }
        stepsPerByteMax = Math.max(stepsPerByteMax, (double) (steps - (long) STEPS_BESIDE * count) / length);
        return found;
    }

    /** The most steps for a byte, over all datagrams. */
    public double stepsPerByteMax() {
        return stepsPerByteMax;
    }

    private static @Nullable String difference(final MgcpMessage scanned, final MgcpOracle.Message wanted) {
        String found = same("verdict", scanned.fault(), wanted.verdict);
        found = found == null ? same("offset", scanned.offset(), wanted.offset) : found;
        found = found == null ? same("length", scanned.length(), wanted.length) : found;
        found = found == null ? same("next", scanned.nextOffset(), wanted.next) : found;
        found = found == null ? same("is a command", scanned.isCommand(), wanted.isCommand) : found;
        found = found == null ? same("is a response", scanned.isResponse(), wanted.isResponse) : found;
        found = found == null ? same("verb", scanned.verb(), wanted.verb) : found;
        found = found == null ? same("transaction id", scanned.transactionId(), wanted.transactionId) : found;
        found = found == null ? same("return code", scanned.returnCode(), wanted.returnCode) : found;
        found = found == null ? span("endpoint", scanned.endpoint().name(), wanted.endpoint) : found;
        found = found == null ? span("local name", scanned.endpoint().localName(), wanted.localName) : found;
        found = found == null ? span("domain", scanned.endpoint().domain(), wanted.domain) : found;
        found = found == null ? same("port", scanned.endpoint().port(), wanted.port) : found;
        found = found == null ? span("profile", scanned.profile(), wanted.profile) : found;
        found = found == null ? span("package", scanned.packageName(), wanted.packageName) : found;
        found = found == null ? span("commentary", scanned.commentary(), wanted.commentary) : found;
        found = found == null ? lines(scanned, wanted.lines) : found;
        return found == null ? descriptions(scanned, wanted.descriptions) : found;
    }

    private static @Nullable String lines(final MgcpMessage scanned, final List<MgcpOracle.Line> wanted) {
        String found = same("parameters", scanned.parameterCount(), wanted.size());
        for (int i = 0; i < wanted.size() && found == null; i++) {
            final MgcpOracle.Line line = wanted.get(i);
            final String name = "parameter " + i;
            found = same(name, scanned.parameter(i), line.parameter());
            found = found == null
                    ? same(name, new Span(scanned.lineOffset(i), scanned.lineLength(i)), line.line())
                    : found;
            found = found == null
                    ? same(name, new Span(scanned.nameOffset(i), scanned.nameLength(i)), line.name())
                    : found;
            found = found == null
                    ? same(name, new Span(scanned.valueOffset(i), scanned.valueLength(i)), line.value())
                    : found;
            int next = i + 1;
            while (next < wanted.size() && wanted.get(next).parameter() != line.parameter()) {
                next++;
            }
            found = found == null ? same("next of " + i, scanned.next(i), next == wanted.size() ? -1 : next) : found;
        }
        for (final MgcpParameter parameter : MgcpParameter.values()) {
            int first = 0;
            while (first < wanted.size() && wanted.get(first).parameter() != parameter) {
                first++;
            }
            found = found == null
                    ? same("first " + parameter, scanned.first(parameter), first == wanted.size() ? -1 : first)
                    : found;
        }
        return found;
    }

    private static @Nullable String descriptions(final MgcpMessage scanned, final List<Span> wanted) {
        String found = same("descriptions", scanned.descriptionCount(), wanted.size());
        for (int i = 0; i < wanted.size() && found == null; i++) {
            found = same(
                    "description " + i,
                    new Span(scanned.descriptionOffset(i), scanned.descriptionLength(i)),
                    wanted.get(i));
        }
        return found;
    }

    private static @Nullable String span(final String what, final Slice scanned, final Span wanted) {
        final boolean isSame =
                scanned.length() == wanted.length() && (scanned.isEmpty() || scanned.offset() == wanted.from());
        return isSame ? null : what + ": " + scanned.offset() + "+" + scanned.length() + ", by the grammar " + wanted;
    }

    private static @Nullable String same(final String what, final Object scanned, final Object wanted) {
        return scanned.equals(wanted) ? null : what + ": " + scanned + ", by the grammar " + wanted;
    }
}
