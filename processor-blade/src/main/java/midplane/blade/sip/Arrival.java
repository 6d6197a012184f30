package midplane.blade.sip;

import midplane.blade.core.Outbox.Exit;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.net.PeerCache;
import midplane.shelf.ResponseFrom;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipVia;
import org.agrona.DirectBuffer;

/**
 * How the message in hand came here, and how its answer gets back (RFC 3261 §18.2.2, RFC 3581 §4): to the address it came
 * from; to the port it came from if the client asked by {@code rport}, else to the port of its Via. Filled anew for every
 * message.
 */
final class Arrival {
    private static final int DEFAULT_PORT = 5060;
    private static final int PEER_CACHE_LENGTH = 1024;

    private final PeerCache peers = new PeerCache(PEER_CACHE_LENGTH);
    private final Slice requestUri = new Slice();
    private final ResponseFrom responseFrom;
    private Peer source = Peer.of(0, 0, 0);
    private Peer replyTo = source;
    private Exit exit = Exit.OWN_PORT;
    private boolean isViaWellKnown;
    private int entry;
    private long sequence;
    private int units;
    private int conference = InitialFrame.NO_ENTRY;
    private long arrivalNs;

    Arrival(final ResponseFrom responseFrom) {
        this.responseFrom = responseFrom;
    }

    /** The message came to the blade's own port. */
    void atOwnPort(final Peer source) {
        this.source = source;
        isViaWellKnown = false;
        entry = InitialFrame.NO_ENTRY;
        sequence = 0;
        units = 0;
        conference = InitialFrame.NO_ENTRY;
        requestUri.clear();
    }

    /** The message came to the well-known port and through the fabric. */
    void throughFabric(final Peer source, final InitialFrame frame) {
        this.source = source;
        isViaWellKnown = true;
        entry = frame.entry();
        sequence = frame.sequence();
        units = frame.units();
        arrivalNs = frame.arrivalNs();
        final boolean isInitial = frame.type() == FrameType.INITIAL;
        conference = isInitial ? frame.conference() : InitialFrame.NO_ENTRY;
        requestUri.clear();
    }

    /** The Request-URI as the client sent it, where the dispatcher's stamp changed it. */
    void originalUri(final DirectBuffer buffer, final int offset, final int length) {
        requestUri.wrap(buffer, offset, length);
    }

    /** The message is a request: finds out where its answer goes. */
    void request(final SipMessage message) {
        final SipVia via = message.topVia();
        final boolean hasRport = via.hasRport();
        if (requestUri.isEmpty()) {
            final Slice uri = message.requestUri();
            requestUri.wrap(uri.buffer(), uri.offset(), uri.length());
        }
        final int port = hasRport ? source.port() : via.port() > 0 ? via.port() : DEFAULT_PORT;
        replyTo = port == source.port() ? source : peers.of(source.addressHigh(), source.addressLow(), port);
        exit = isViaWellKnown && answersFromWellKnown(hasRport) ? Exit.WELL_KNOWN_PORT : Exit.OWN_PORT;
    }

    private boolean answersFromWellKnown(final boolean hasRport) {
        return switch (responseFrom) {
            case AUTO -> hasRport;
            case WELLKNOWN -> true;
            case BLADE -> false;
        };
    }

    /** Where the message truly came from. */
    Peer source() {
        return source;
    }

    /** Where its answer goes. */
    Peer replyTo() {
        return replyTo;
    }

    /** The socket its answer leaves by. */
    Exit exit() {
        return exit;
    }

    /** The Request-URI as the client sent it. */
    Slice requestUri() {
        return requestUri;
    }

    boolean isViaWellKnown() {
        return isViaWellKnown;
    }

    /** The entry of the dispatch table, or {@link InitialFrame#NO_ENTRY}. */
    int entry() {
        return entry;
    }

    /** When the message arrived at the dispatcher. */
    long arrivalNs() {
        return arrivalNs;
    }

    /** The size of the session that the message opens, in units, as the dispatcher booked it. */
    int units() {
        return units;
    }

    /** The entry of the conference index for which a conference may begin here, or {@link InitialFrame#NO_ENTRY}. */
    int conference() {
        return conference;
    }

    /** The dispatch sequence that goes with {@link #entry}. */
    long sequence() {
        return sequence;
    }
}
