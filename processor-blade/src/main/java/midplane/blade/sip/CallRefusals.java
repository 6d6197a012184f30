package midplane.blade.sip;

import midplane.blade.core.HandBack;
import midplane.fabric.InitialFrame;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;
import org.jspecify.annotations.Nullable;

/** The ways to say no to an INVITE (RFC 3261 §8.2, §21.4), each with the headers that tell the client what would do. */
final class CallRefusals {
    /** RFC 3261 §14.2: what came too early may come again after 0 to 10 seconds. */
    private static final int RETRY_AFTER_SECONDS_MAX = 10;

    private final SipSettings settings;
    private final Entropy entropy;
    private final Responder responder;
    private final CallCounters counters;
    private final HandBack handBack;
    private final OptionTags options = new OptionTags();
    private final Body body = new Body();

    CallRefusals(
            final SipSettings settings,
            final Entropy entropy,
            final Responder responder,
            final CallCounters counters,
            final HandBack handBack) {
        this.settings = settings;
        this.entropy = entropy;
        this.responder = responder;
        this.counters = counters;
        this.handBack = handBack;
    }

    /** RFC 3261 §8.2.2.3 and §8.2.3; whether the request was refused for what it requires or carries. */
    boolean hasUnsupported(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (!beginUnsupported(message, arrival)) {
            return false;
        }
        counters.refused.incrementRelease();
        responder.send(transaction, nowNs);
        return true;
    }

    /** The same for whatever transaction: whether a refusal was begun, and is to be sent. */
    boolean beginUnsupported(final SipMessage message, final Arrival arrival) {
        if (options.requiresUnsupported(message)) {
            options.putUnsupported(begin(message, arrival, 420, "Bad Extension"), message);
            return true;
        }
        if (!options.acceptsDescription(message)) {
            begin(message, arrival, 406, "Not Acceptable");
            return true;
        }
        switch (body.read(message)) {
            case MALFORMED -> begin(message, arrival, 400, "Malformed Multipart Body");
            case UNTYPED -> begin(message, arrival, 400, "Missing Content-Type");
            case UNSUPPORTED -> putAcceptable(begin(message, arrival, 415, "Unsupported Media Type"));
            case NONE, DESCRIPTION -> {
                return false;
            }
        }
        return true;
    }

    /** RFC 3261 §21.4.13: what a 415 must say. */
    static void putAcceptable(final SipResponseWriter writer) {
        writer.header("Accept", SipCapabilities.ACCEPT).header("Accept-Encoding", "identity");
    }

    /** What we can do, for a 2xx and for OPTIONS (RFC 3261 §11.2). */
    static void putCapabilities(final SipResponseWriter writer) {
        writer.header("Allow", SipCapabilities.ALLOW)
                .header("Accept", SipCapabilities.ACCEPT)
                .header("Supported", SipCapabilities.SUPPORTED);
    }

    /** The service that was asked for cannot be had. */
    void service(
            final InviteServerTransaction transaction,
            final ServiceCatalog.Refused refused,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        counters.refused.incrementRelease();
        final SipResponseWriter writer = begin(message, arrival, refused.statusCode(), refused.reason());
        final String warning = refused.warning();
        if (warning != null) {
            writer.header("Warning", "399 " + settings.advertisedHost() + ' ' + quoted(warning));
        }
        responder.send(transaction, nowNs);
    }

    /** The session description cannot be answered. */
    void description(
            final InviteServerTransaction transaction,
            final SdpAnswer.@Nullable Refusal refusal,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        beginDescription(refusal, message, arrival);
        responder.send(transaction, nowNs);
    }

    /** The same, for whatever transaction. */
    void beginDescription(final SdpAnswer.@Nullable Refusal refusal, final SipMessage message, final Arrival arrival) {
        if (refusal == SdpAnswer.Refusal.NOTHING_IN_COMMON) {
            begin(message, arrival, 488, "Not Acceptable Here")
                    .header("Warning", "305 " + settings.advertisedHost() + " \"Incompatible media format\"");
        } else {
            begin(message, arrival, 400, "Malformed Session Description");
        }
    }

    /** Something else must be finished first. */
    void beginRetryLater(final SipMessage message, final Arrival arrival, final String reason) {
        begin(message, arrival, 500, reason).header("Retry-After", entropy.nextInt(RETRY_AFTER_SECONDS_MAX + 1));
    }

    /** This blade has no room. */
    void full(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        counters.refusedFull.incrementRelease();
        elsewhere(transaction, message, arrival, nowNs);
    }

    /**
     * Another blade is to serve the call, which has had no response yet: the dispatcher finds it one, or says that there is
     * none. What came to the blade's own port has no dispatcher behind it.
     */
    void elsewhere(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (arrival.entry() == InitialFrame.NO_ENTRY) {
            refuse(transaction, message, arrival, 503, "Service Unavailable", nowNs);
        } else {
            handBack.handBack();
            responder.abandon(transaction);
        }
    }

    /** There is no room for one more leg where its conference is, and it can be nowhere else. */
    void busy(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        counters.refusedBusy.incrementRelease();
        refuse(transaction, message, arrival, 486, "Busy Here", nowNs);
    }

    /** Refuses and counts the request as one that asked for the wrong thing. */
    void request(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final int statusCode,
            final String reason,
            final long nowNs) {
        counters.refused.incrementRelease();
        refuse(transaction, message, arrival, statusCode, reason, nowNs);
    }

    void refuse(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final int statusCode,
            final String reason,
            final long nowNs) {
        begin(message, arrival, statusCode, reason);
        responder.send(transaction, nowNs);
    }

    /** Begins a response; the To tag is that of the request, or a fresh one. */
    SipResponseWriter begin(
            final SipMessage message, final Arrival arrival, final int statusCode, final String reason) {
        final Slice tag = message.toTag().isEmpty() ? responder.freshTag() : message.toTag();
        return responder.begin(message, arrival.source(), statusCode, reason, tag);
    }

    private static String quoted(final String text) {
        final StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c >= ' ' && c < 127 ? c : '?');
        }
        return quoted.append('"').toString();
    }
}
