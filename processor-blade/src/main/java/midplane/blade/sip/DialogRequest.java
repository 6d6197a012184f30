package midplane.blade.sip;

import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipRequestWriter;
import midplane.signalling.sip.SipUri;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests of ours within a dialog (RFC 3261 §12.2.1.1) and finds out where they go: to the first route, else to
 * the remote target; to where the dialog's requests come from when that host is a name, since an agent asks no resolver.
 * One at a time: {@link #begin}, headers into what it returns, then its finish.
 */
final class DialogRequest {
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

    DialogRequest(final SipSettings settings, final int portId, final Entropy entropy) {
        viaPrefix = "SIP/2.0/UDP " + settings.advertisedHost() + ':' + portId + ";branch=";
        product = settings.product();
        this.entropy = entropy;
        scratch = new UnsafeBuffer(new byte[2 * DialogText.LENGTH_MAX]);
    }

    /**
     * Begins a request in {@link #request()}; whatever it adds, a dialog's words leave room for.
     *
     * @param cseq our sequence number.
     */
    SipRequestWriter begin(final SipMethod method, final DialogText text, final long cseq) {
        final boolean hasRoute = parseFirstRoute(text);
        final boolean isStrict = hasRoute && !uri.param("lr", value);
        final Slice target = isStrict ? route.uri() : text.target();
        requestUri.wrap(target.buffer(), target.offset(), target.length());
        writer.wrap(request, 0, CAPACITY)
                .begin(method.name(), requestUri)
                .header("Via", via())
                .header("Max-Forwards", MAX_FORWARDS);
        if (isStrict) {
            writer.header("Route", strictRoutes(text));
        } else if (hasRoute) {
            writer.header("Route", text.routes());
        }
        writer.header("From", text.local())
                .header("To", text.remote())
                .header("Call-ID", text.callId())
                .header("CSeq", cseq(method, cseq))
                .header("User-Agent", product);
        if (method != SipMethod.ACK) {
            // RFC 4028 §7.1: in every request but ACK.
            writer.header("Supported", SipCapabilities.SUPPORTED);
        }
        return writer;
    }

    /** Begins the ACK to a final response when its dialog is gone: all words but To are those of the INVITE. */
    SipRequestWriter beginAck(final SipMessage invite, final SipMessage response) {
        final boolean isAnother = response.statusCode() < 300;
        writer.wrap(request, 0, CAPACITY).begin(SipMethod.ACK.name(), invite.requestUri());
        // RFC 3261 §17.1.1.3: the same branch; §13.2.2.4: a transaction of its own.
        writer.header("Via", isAnother ? via() : invite.value(SipHeader.VIA, value))
                .header("Max-Forwards", MAX_FORWARDS);
        if (!invite.value(SipHeader.ROUTE, value).isEmpty()) {
            writer.header("Route", value);
        }
        return writer.header("From", invite.value(SipHeader.FROM, value))
                .header("To", response.value(SipHeader.TO, value))
                .header("Call-ID", invite.value(SipHeader.CALL_ID, value))
                .header("CSeq", cseq(SipMethod.ACK, invite.cseq()));
    }

    DirectBuffer request() {
        return request;
    }

    /** The branch of the request begun last, until the next. */
    Slice branch() {
        return branch;
    }

    /** Where requests of this dialog go. */
    Peer destination(final DialogText text, final Peer source) {
        final Slice target = text.target();
        final boolean isKnown =
                parseFirstRoute(text) || (uri.parse(target.buffer(), target.offset(), target.length()) && isSip());
        final Peer next = isKnown ? numericPeer() : null;
        return next == null ? source : next;
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

    private Slice cseq(final SipMethod method, final long number) {
        final int from = workOffset();
        int end = from + scratch.putNaturalLongAscii(from, number);
        end += scratch.putStringWithoutLengthAscii(end, " ");
        end += scratch.putStringWithoutLengthAscii(end, method.name());
        return value.wrap(scratch, from, end - from);
    }

    /** Behind the branch, which outlives the writing. */
    private int workOffset() {
        return branch.offset() + branch.length();
    }
}
