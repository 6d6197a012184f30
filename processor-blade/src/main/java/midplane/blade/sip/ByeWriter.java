package midplane.blade.sip;

import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipRequestWriter;
import midplane.signalling.sip.SipUri;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes our BYE for a dialog (RFC 3261 §12.2.1.1, §15.1.1) and finds out where it goes: to the first route, else to the
 * remote target; to the source of the INVITE when that host is a name, since an agent asks no resolver.
 */
final class ByeWriter {
    private static final int DEFAULT_PORT = 5060;
    private static final int DEFAULT_SECURE_PORT = 5061;
    private static final int MAX_FORWARDS = 70;
    private static final String COOKIE = "z9hG4bK";
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int CAPACITY = DatagramPort.MAX_DATAGRAM_LENGTH;

    private final String viaPrefix;
    private final String product;
    private final Entropy entropy;
    private final SipRequestWriter writer = new SipRequestWriter();
    private final UnsafeBuffer request = new UnsafeBuffer(new byte[CAPACITY]);
    private final UnsafeBuffer scratch;
    private final SipAddress route = new SipAddress();
    private final SipUri uri = new SipUri();
    private final Slice requestUri = new Slice();
    private final Slice value = new Slice();
    private final Slice branch = new Slice();

    ByeWriter(final SipSettings settings, final int portId, final Entropy entropy) {
        viaPrefix = "SIP/2.0/UDP " + settings.advertisedHost() + ':' + portId + ";branch=";
        product = settings.product();
        this.entropy = entropy;
        scratch = new UnsafeBuffer(new byte[2 * DialogText.LENGTH_MAX]);
    }

    /**
     * Writes a BYE into {@link #request()}.
     *
     * @param cseq our sequence number.
     * @return its length.
     */
    int write(final DialogText text, final long cseq) {
        final boolean hasRoute = parseFirstRoute(text);
        final boolean isStrict = hasRoute && !uri.param("lr", value);
        if (isStrict) {
            requestUri.wrap(
                    route.uri().buffer(), route.uri().offset(), route.uri().length());
        } else {
            requestUri.wrap(
                    text.target().buffer(),
                    text.target().offset(),
                    text.target().length());
        }
        writer.wrap(request, 0, CAPACITY)
                .begin("BYE", requestUri)
                .header("Via", via())
                .header("Max-Forwards", MAX_FORWARDS);
        if (isStrict) {
            writer.header("Route", strictRoutes(text));
        } else if (hasRoute) {
            writer.header("Route", text.routes());
        }
        final int length = writer.header("From", text.local())
                .header("To", text.remote())
                .header("Call-ID", text.callId())
                .header("CSeq", cseq(cseq))
                .header("User-Agent", product)
                .finish();
        assert length > 0 : "a dialog's words are shorter than a datagram";
        return length;
    }

    DirectBuffer request() {
        return request;
    }

    /** The branch of the BYE written last, until the next. */
    Slice branch() {
        return branch;
    }

    /** Where the BYE of this dialog goes. */
    Peer destination(final DialogText text, final Peer inviteSource) {
        final Slice target = text.target();
        final boolean isKnown =
                parseFirstRoute(text) || (uri.parse(target.buffer(), target.offset(), target.length()) && isSip());
        final Peer next = isKnown ? numericPeer() : null;
        return next == null ? inviteSource : next;
    }

    /** Whether there is a route; then {@link #uri} is that of the first. */
    private boolean parseFirstRoute(final DialogText text) {
        final Slice routes = text.routes();
        return !routes.isEmpty()
                && route.parse(routes.buffer(), routes.offset(), routes.length())
                && uri.parse(
                        route.uri().buffer(), route.uri().offset(), route.uri().length())
                && isSip();
    }

    private boolean isSip() {
        return uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS;
    }

    private @Nullable Peer numericPeer() {
        final Slice host = uri.param("maddr", value) && !value.isEmpty() ? value : uri.host();
        final int defaultPort = uri.scheme() == SipUri.Scheme.SIPS ? DEFAULT_SECURE_PORT : DEFAULT_PORT;
        return Peer.ofNumeric(host.toString(), uri.port() > 0 ? uri.port() : defaultPort);
    }

    /** The value of Via, with a branch nobody can guess. */
    private Slice via() {
        int end = scratch.putStringWithoutLengthAscii(0, viaPrefix);
        final int branchOffset = end;
        end += scratch.putStringWithoutLengthAscii(end, COOKIE);
        end = putHex(end, entropy.nextLong());
        end = putHex(end, entropy.nextLong());
        branch.wrap(scratch, branchOffset, end - branchOffset);
        end += scratch.putStringWithoutLengthAscii(end, ";rport");
        return value.wrap(scratch, 0, end);
    }

    private int putHex(final int offset, final long bits) {
        for (int i = 0; i < 16; i++) {
            scratch.putByte(offset + i, HEX[(int) (bits >>> (60 - 4 * i)) & 15]);
        }
        return offset + 16;
    }

    /** RFC 3261 §12.2.1.1, a strict router first: the remaining routes, and the remote target behind them. */
    private Slice strictRoutes(final DialogText text) {
        final Slice routes = text.routes();
        final int from = workOffset();
        int end = from;
        for (int i = route.length(); i < routes.length(); i++) {
            // What separates the first route from the second is left out with it.
            final byte b = routes.byteAt(i);
            if (end > from || (b != ',' && b != ' ' && b != '\t')) {
                scratch.putByte(end++, b);
            }
        }
        if (end > from) {
            end += scratch.putStringWithoutLengthAscii(end, ", ");
        }
        end += scratch.putStringWithoutLengthAscii(end, "<");
        end += text.target().putTo(scratch, end);
        end += scratch.putStringWithoutLengthAscii(end, ">");
        return value.wrap(scratch, from, end - from);
    }

    private Slice cseq(final long number) {
        final int from = workOffset();
        int end = from + scratch.putNaturalLongAscii(from, number);
        end += scratch.putStringWithoutLengthAscii(end, " BYE");
        return value.wrap(scratch, from, end - from);
    }

    /** Behind the branch, which outlives the writing. */
    private int workOffset() {
        return branch.offset() + branch.length();
    }
}
