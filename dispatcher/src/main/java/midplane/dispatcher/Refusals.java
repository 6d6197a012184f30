package midplane.dispatcher;

import java.nio.ByteBuffer;
import midplane.admission.Budget;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PeerCache;
import midplane.signalling.BladeTag;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;
import midplane.signalling.sip.SipVia;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the chassis answers itself, statelessly (RFC 3261 §8.2.7): the same request gets the same response with the same
 * To-tag, however often it comes. So many answers a second at most; then silence, since an answer costs more than the
 * question. Not thread-safe.
 */
final class Refusals {
    /** What became of an answer. */
    enum Outcome {
        ANSWERED,
        /** More answers than a second may have. */
        OVER_BUDGET,
        /** The socket would not take it, it did not fit, or is too long for what was asked: the asker may be forged. */
        NOT_SENT
    }

    private static final int CAPACITY = 16 * 1024;
    private static final int DEFAULT_SIP_PORT = 5060;

    private final DatagramPort port;
    private final String product;
    private final Budget budget;
    private final int amplificationMax;
    private final SipHash tagHash;
    private final PeerCache peers = new PeerCache(1024);
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(CAPACITY);
    private final UnsafeBuffer bytes = new UnsafeBuffer(datagram);
    private final SipResponseWriter writer = new SipResponseWriter();
    private final UnsafeBuffer identity = new UnsafeBuffer(new byte[3 * Long.BYTES]);
    private final UnsafeBuffer tagBytes = new UnsafeBuffer(new byte[BladeTag.LENGTH]);
    private final Slice tag = new Slice();

    Refusals(
            final DatagramPort port,
            final String product,
            final int answersPerSecond,
            final int amplificationMax,
            final SipHash tagHash) {
        this.port = port;
        this.product = product;
        this.amplificationMax = amplificationMax;
        budget = new Budget(answersPerSecond);
        this.tagHash = tagHash;
    }

    boolean hasBudget(final long nowNs) {
        return budget.isLeft(nowNs);
    }

    /** Tells a stranger that he is one, by no more bytes than his own. */
    Outcome forbid(final SipMessage request, final Peer source, final long nowNs) {
        if (!budget.pay(nowNs)) {
            return Outcome.OVER_BUDGET;
        }
        begin(request, source, 403, "Forbidden");
        return send(request, source, writer.finish(), request.length());
    }

    /** Refuses with a reason. */
    Outcome refuse(
            final SipMessage request, final Peer source, final int statusCode, final String reason, final long nowNs) {
        if (!budget.pay(nowNs)) {
            return Outcome.OVER_BUDGET;
        }
        begin(request, source, statusCode, reason);
        return send(request, source, writer.finish());
    }

    /** Refuses a method (405), saying which are served. */
    Outcome refuseMethod(final SipMessage request, final Peer source, final long nowNs) {
        if (!budget.pay(nowNs)) {
            return Outcome.OVER_BUDGET;
        }
        begin(request, source, 405, "Method Not Allowed");
        writer.header("Allow", SipCapabilities.ALLOW);
        return send(request, source, writer.finish());
    }

    /** Refuses what Require asks for (420), saying which part of it (§8.2.2.3). */
    Outcome refuseExtension(final SipMessage request, final Peer source, final OptionTags options, final long nowNs) {
        if (!budget.pay(nowNs)) {
            return Outcome.OVER_BUDGET;
        }
        begin(request, source, 420, "Bad Extension");
        options.putUnsupported(writer, request);
        return send(request, source, writer.finish());
    }

    /** Answers OPTIONS (§11.2). */
    Outcome capabilities(final SipMessage request, final Peer source, final long nowNs) {
        if (!budget.pay(nowNs)) {
            return Outcome.OVER_BUDGET;
        }
        begin(request, source, 200, "OK");
        writer.header("Allow", SipCapabilities.ALLOW);
        writer.header("Accept", SipCapabilities.ACCEPT);
        writer.header("Supported", SipCapabilities.SUPPORTED);
        return send(request, source, writer.finish());
    }

    private void begin(final SipMessage request, final Peer source, final int statusCode, final String reason) {
        writer.wrap(bytes, 0, CAPACITY).begin(request, source, statusCode, reason, tag(request));
        writer.header("Server", product);
    }

    private Outcome send(final SipMessage request, final Peer source, final int length) {
        return send(request, source, length, amplificationMax * request.length());
    }

    private Outcome send(final SipMessage request, final Peer source, final int length, final int lengthMax) {
        if (length < 0 || length > lengthMax) {
            return Outcome.NOT_SENT;
        }
        datagram.limit(length).position(0);
        return port.offer(datagram, destination(request, source)) ? Outcome.ANSWERED : Outcome.NOT_SENT;
    }

    /** RFC 3261 §18.2.2, RFC 3581 §4: the true address; the true port only when asked. */
    private Peer destination(final SipMessage request, final Peer source) {
        final SipVia via = request.topVia();
        final int replyPort = via.hasRport() ? source.port() : via.port() > 0 ? via.port() : DEFAULT_SIP_PORT;
        return replyPort == source.port() ? source : peers.of(source.addressHigh(), source.addressLow(), replyPort);
    }

    private Slice tag(final SipMessage request) {
        identity.putLong(0, hash(request.callId()));
        identity.putLong(Long.BYTES, hash(request.fromTag()));
        identity.putLong(2 * Long.BYTES, hash(request.topVia().branch()) + request.cseq());
        final long random0 = tagHash.hash(identity, 0, 3 * Long.BYTES);
        identity.putLong(0, ~random0);
        final long random1 = tagHash.hash(identity, 0, 3 * Long.BYTES);
        BladeTag.putChassis(tagBytes, 0, random0, random1);
        return tag.wrap(tagBytes, 0, BladeTag.LENGTH);
    }

    private long hash(final Slice slice) {
        return tagHash.hash(slice.buffer(), slice.offset(), slice.length());
    }
}
