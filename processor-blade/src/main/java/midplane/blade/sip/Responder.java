package midplane.blade.sip;

import static midplane.fabric.InitialFrame.NO_ENTRY;

import midplane.fabric.SettledNotice;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.BladeTag;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes responses and hands them to their transactions. One at a time: {@link #begin}, headers into what it returns, then
 * one of the send methods.
 */
final class Responder {
    /** A response repeats parts of a datagram and adds a few lines and one session description. */
    private static final int CAPACITY = 2 * DatagramPort.MAX_DATAGRAM_LENGTH;

    private final int bladeIndex;
    private final int epoch;
    private final String product;
    private final Entropy entropy;
    private final Transmitter transmitter;
    private final TransactionTable<InviteServerTransaction> invites;
    private final TransactionTable<NonInviteServerTransaction> others;
    private final SipKeys keys;
    private final SipSettlement settlement;
    private final SipResponseWriter writer = new SipResponseWriter();
    private final UnsafeBuffer response = new UnsafeBuffer(new byte[CAPACITY]);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer tagBytes = new UnsafeBuffer(new byte[BladeTag.LENGTH]);
    private final Slice tag = new Slice();
    private int statusCode;
    private long toTagKey;
    private int length;

    Responder(
            final int bladeIndex,
            final int epoch,
            final SipSettings settings,
            final Entropy entropy,
            final Transmitter transmitter,
            final TransactionTable<InviteServerTransaction> invites,
            final TransactionTable<NonInviteServerTransaction> others,
            final SipKeys keys,
            final SipSettlement settlement) {
        this.bladeIndex = bladeIndex;
        this.epoch = epoch;
        product = settings.product();
        this.entropy = entropy;
        this.transmitter = transmitter;
        this.invites = invites;
        this.others = others;
        this.keys = keys;
        this.settlement = settlement;
    }

    /** A new tag with this blade's name in it; valid until the next one is made. */
    Slice freshTag() {
        return tag(entropy.nextLong(), entropy.nextLong());
    }

    /** The tag for a request answered without state: the same for every copy of the request. */
    Slice statelessTag(final SipMessage request) {
        keys.statelessTag(request);
        return tag(keys.high(), keys.low());
    }

    /** Begins a response; the caller adds headers to what is returned. */
    SipResponseWriter begin(
            final SipMessage request, final Peer source, final int statusCode, final String reason, final Slice toTag) {
        this.statusCode = statusCode;
        toTagKey = request.topVia().hasMagicCookie() ? 0 : toTagKey(request, toTag);
        return writer.wrap(response, 0, CAPACITY)
                .begin(request, source, statusCode, reason, toTag)
                .header("Server", product);
    }

    void send(final InviteServerTransaction transaction, final long nowNs) {
        finish(writer.finish());
        respond(transaction, nowNs);
    }

    void sendDescription(final InviteServerTransaction transaction, final byte[] description, final long nowNs) {
        body.wrap(description);
        finish(writer.finishWithBody(SipCapabilities.DESCRIPTION, body, 0, description.length));
        respond(transaction, nowNs);
    }

    void sendDescription(final NonInviteServerTransaction transaction, final byte[] description, final long nowNs) {
        body.wrap(description);
        finish(writer.finishWithBody(SipCapabilities.DESCRIPTION, body, 0, description.length));
        respond(transaction, nowNs);
    }

    void send(final NonInviteServerTransaction transaction, final long nowNs) {
        finish(writer.finish());
        respond(transaction, nowNs);
    }

    private void respond(final NonInviteServerTransaction transaction, final long nowNs) {
        transaction.respond(response, length, nowNs);
        others.settle(transaction);
    }

    /** Sends a response that no transaction remembers (RFC 3261 §8.2.7). */
    void sendStateless(final Arrival arrival) {
        finish(writer.finish());
        transmitter.send(arrival.exit(), arrival.replyTo(), response, length);
    }

    /** The response sent last, until the next begins. */
    DirectBuffer lastResponse() {
        return response;
    }

    int lastLength() {
        return length;
    }

    /** Tells the dispatcher that an INVITE that no transaction stands for is settled. */
    void settle(final Arrival arrival) {
        if (arrival.entry() != NO_ENTRY) {
            settlement.onResponse(true, arrival.entry(), arrival.sequence(), SettledNotice.UNTOLD);
        }
    }

    private void respond(final InviteServerTransaction transaction, final long nowNs) {
        transaction.toTagKey = toTagKey;
        transaction.respond(statusCode, response, length, nowNs);
        if (transaction.entry != NO_ENTRY && (statusCode >= 200 || !transaction.isResponseTold)) {
            final long responseNs = transaction.isResponseTold ? SettledNotice.UNTOLD : nowNs - transaction.arrivalNs;
            transaction.isResponseTold = true;
            settlement.onResponse(statusCode >= 200, transaction.entry, transaction.sequence, responseNs);
        }
        invites.settle(transaction);
    }

    /** Forgets an INVITE unanswered: it is another blade's. */
    void abandon(final InviteServerTransaction transaction) {
        transaction.abandon();
        invites.settle(transaction);
    }

    private long toTagKey(final SipMessage request, final Slice toTag) {
        return keys.tag(request.toTag().isEmpty() ? toTag : request.toTag()).low();
    }

    private void finish(final int written) {
        assert written > 0 : "twice the largest datagram holds what one asks for";
        length = written;
    }

    private Slice tag(final long random0, final long random1) {
        BladeTag.put(tagBytes, 0, bladeIndex, epoch, random0, random1);
        return tag.wrap(tagBytes, 0, BladeTag.LENGTH);
    }
}
