package midplane.signalling.sip.oracle;

import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipUri;
import midplane.signalling.sip.SipVia;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Duel}, for the readers of parts, which are asked by other layers too and so get bytes that no scanner has
 * looked at: a URI, a value of Via, an address. Nothing lies behind the part, so that a look too far is an error. Not
 * thread-safe.
 */
public final class PartDuel {
    private final SipUri uri = new SipUri();
    private final SipVia via = new SipVia();
    private final SipAddress address = new SipAddress();
    private final OracleParser oracle = new OracleParser();
    private final CountingBuffer buffer = new CountingBuffer();

    /** What is wrong with how a URI was read, or null. */
    public @Nullable String uriFault(final byte[] bytes) {
        final boolean isGood = uri.parse(buffer.count(bytes, bytes.length), 0, bytes.length);
        final OracleMessage wanted = oracle.uri(bytes, bytes.length);
        String fault = verdict(isGood, wanted, bytes.length);
        if (fault == null && wanted != null && uri.scheme() != SipUri.Scheme.OTHER) {
            fault = Comparison.span("user", uri.user(), wanted.uriUser);
            fault = fault == null ? Comparison.span("host", uri.host(), wanted.uriHost) : fault;
            fault = fault == null ? Comparison.number("port", uri.port(), wanted.uriPort) : fault;
        }
        return fault;
    }

    /** The URI that was read last. */
    public SipUri uri() {
        return uri;
    }

    /** What is wrong with how a value of Via was read, or null. */
    public @Nullable String viaFault(final byte[] bytes) {
        final boolean isGood = via.parse(buffer.count(bytes, bytes.length), 0, bytes.length);
        final OracleMessage wanted = oracle.via(bytes, bytes.length);
        final String fault = verdict(isGood, wanted, bytes.length);
        return fault == null && wanted != null ? Comparison.via(via, wanted) : fault;
    }

    /** What is wrong with how an address was read, or null. */
    public @Nullable String addressFault(final byte[] bytes) {
        final boolean isGood = address.parse(buffer.count(bytes, bytes.length), 0, bytes.length);
        final OracleMessage wanted = oracle.address(bytes, bytes.length);
        String fault = verdict(isGood, wanted, bytes.length);
        if (fault == null && wanted != null) {
            fault = Comparison.span("URI", address.uri(), wanted.addressUri);
            fault = fault == null ? Comparison.number("length", address.length(), wanted.length) : fault;
        }
        return fault;
    }

    /** The address that was read last. */
    public SipAddress address() {
        return address;
    }

    /** A fault, and the bytes it is in. */
    public static String report(final String fault, final byte[] bytes) {
        return fault + " in\n" + Draft.escape(bytes, bytes.length);
    }

    private @Nullable String verdict(final boolean isGood, final @Nullable OracleMessage wanted, final int length) {
        buffer.stop();
        if (buffer.steps() > (long) Duel.STEPS_PER_BYTE * length + Duel.STEPS_BESIDE) {
            return buffer.steps() + " steps for " + length + " bytes";
        }
        return isGood == (wanted != null) ? null : "good: " + isGood + ", by the grammar " + !isGood;
    }
}
