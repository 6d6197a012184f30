package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.isDue;

import java.util.concurrent.TimeUnit;
import midplane.blade.core.ByteStore;
import midplane.blade.core.HalfOpenCalls;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conference;
import midplane.blade.media.Conferences;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaService;
import midplane.blade.media.MediaSession;
import midplane.fabric.InitialFrame;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sdp.LocalDescription;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SessionInterval;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;
import org.jspecify.annotations.Nullable;

/** From the first INVITE to its 200 (RFC 3261 §8.2, §12.1.1, §13.3.1). */
final class CallSetup {
    /** RFC 3261 §13.3.1.1: a 180 is repeated every minute, so that no proxy on the way gives up. */
    static final long RING_REPEAT_NS = TimeUnit.MINUTES.toNanos(1);

    /** Room that must be in the store before a call is taken: its words and its 200. */
    static final int STORE_RESERVE = DialogText.LENGTH_MAX;

    private final SipSettings settings;
    private final MediaPlane plane;
    private final ServiceCatalog catalog;
    private final Entropy entropy;
    private final ByteStore store;
    private final SipKeys keys;
    private final Responder responder;
    private final DialogTable dialogs;
    private final TransactionTable<InviteServerTransaction> invites;
    private final HalfOpenCalls halfOpen;
    private final CallCounters counters;
    private final DialogWords words;
    private final StoredInvite ringingInvite;
    private final OfferAnswer descriptions;
    private final CallRefusals refusals;
    private final CallEnding ending;
    private final SessionRefresh sessions;
    private final NamedCalls named;
    private final SessionCost cost;
    private final UnitMeter meter;
    private final OptionTags options = new OptionTags();
    private final SessionInterval expires = new SessionInterval();
    private final Slice value = new Slice();
    private final Body body = new Body();

    /** Media of a call that has no dialog yet, or no more. */
    private @Nullable MediaSession unattached;

    private int unattachedUnits;

    CallSetup(
            final SipSettings settings,
            final MediaPlane plane,
            final ServiceCatalog catalog,
            final Entropy entropy,
            final ByteStore store,
            final SipKeys keys,
            final Responder responder,
            final DialogTable dialogs,
            final TransactionTable<InviteServerTransaction> invites,
            final HalfOpenCalls halfOpen,
            final CallCounters counters,
            final DialogWords words,
            final StoredInvite ringingInvite,
            final OfferAnswer descriptions,
            final CallRefusals refusals,
            final CallEnding ending,
            final SessionRefresh sessions,
            final NamedCalls named,
            final SessionCost cost,
            final UnitMeter meter) {
        this.settings = settings;
        this.plane = plane;
        this.catalog = catalog;
        this.entropy = entropy;
        this.store = store;
        this.keys = keys;
        this.responder = responder;
        this.dialogs = dialogs;
        this.invites = invites;
        this.halfOpen = halfOpen;
        this.counters = counters;
        this.words = words;
        this.ringingInvite = ringingInvite;
        this.descriptions = descriptions;
        this.refusals = refusals;
        this.ending = ending;
        this.sessions = sessions;
        this.named = named;
        this.cost = cost;
        this.meter = meter;
    }

    /** An INVITE outside of a dialog, in a transaction of its own. */
    void onInvite(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (!words.parseRequestUri(arrival.requestUri())) {
            refusals.request(transaction, message, arrival, 400, "Bad Request-URI", nowNs);
        } else if (!words.isSip()) {
            refusals.request(transaction, message, arrival, 416, "Unsupported URI Scheme", nowNs);
        } else if (sessions.beginRefusal(message, arrival)) {
            counters.refused.incrementRelease();
            responder.send(transaction, nowNs);
        } else if (refusals.hasUnsupported(transaction, message, arrival, nowNs)) {
            return;
        } else if (named.beginRefusal(message, arrival, words.uri())) {
            counters.refused.incrementRelease();
            responder.send(transaction, nowNs);
        } else {
            offerService(transaction, message, arrival, nowNs);
        }
    }

    /** Gives back what a call that broke on its way had taken. */
    void abandon(final long nowNs) {
        final MediaSession media = unattached;
        unattached = null;
        if (media != null) {
            ending.giveBack(media, unattachedUnits);
            unattachedUnits = 0;
            media.close(nowNs);
        }
    }

    private void offerService(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (!words.parseContact(message)) {
            final boolean isMissing = message.first(SipHeader.CONTACT) < 0;
            refusals.request(transaction, message, arrival, 400, isMissing ? "Missing Contact" : "Bad Contact", nowNs);
            return;
        }
        final Dialog call = named.call();
        if (call != null && call.service != null) {
            describe(transaction, call.service, message, arrival, nowNs);
            return;
        }
        final ServiceCatalog.Choice choice = catalog.choose(words.uri());
        if (choice instanceof ServiceCatalog.Refused refused) {
            refusals.service(transaction, refused, message, arrival, nowNs);
        } else if (choice instanceof ServiceCatalog.Granted granted) {
            describe(transaction, granted.service(), message, arrival, nowNs);
        } else {
            joinConference(transaction, message, arrival, nowNs);
        }
    }

    /** RFC 4240 §5: who asks first begins the conference, where the dispatcher has said that it shall be. */
    private void joinConference(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        final Slice name = catalog.conferenceName();
        final Conferences conferences = plane.conferences();
        final Conference known = conferences.find(name);
        if (known == null && arrival.conference() == InitialFrame.NO_ENTRY) {
            refusals.request(transaction, message, arrival, 404, "No Such Conference Here", nowNs);
            return;
        }
        final Conference conference = known == null
                ? conferences.open(name, arrival.conference(), meter.clamp(arrival.units()), meter, nowNs)
                : known;
        if (conference == null) {
            refusals.full(transaction, message, arrival, nowNs);
        } else {
            try {
                describe(transaction, conference, message, arrival, nowNs);
            } finally {
                conference.closeIfEmpty();
            }
        }
    }

    /** Whether an INVITE asks for a conference that this blade has. */
    boolean asksForConferenceHere(final Arrival arrival) {
        return words.parseRequestUri(arrival.requestUri())
                && words.isSip()
                && catalog.choose(words.uri()) == ServiceCatalog.Joined.JOINED
                && plane.conferences().find(catalog.conferenceName()) != null;
    }

    private void refuseFull(
            final boolean isBound,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (isBound) {
            refusals.busy(transaction, message, arrival, nowNs);
        } else {
            refusals.full(transaction, message, arrival, nowNs);
        }
    }

    private boolean tryUse(final MediaService service, final int units) {
        return service instanceof Conference conference ? conference.tryUse(units) : meter.tryUse(units);
    }

    private void describe(
            final InviteServerTransaction transaction,
            final MediaService service,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        // A leg of a conference that has others can be served by no other blade.
        final boolean isBound = service instanceof Conference conference && conference.legs() > 0;
        final boolean hasRoom = !dialogs.isFull() && store.hasRoom(STORE_RESERVE + message.length());
        final Dialog call = named.call();
        final MediaSession media = hasRoom ? plane.open(service) : null;
        unattached = media;
        if (media == null) {
            refuseFull(isBound, transaction, message, arrival, nowNs);
            return;
        }
        final long descriptionId = entropy.nextLong() >>> 2;
        final LocalDescription description;
        final SdpAnswer agreed;
        if (body.read(message) == Content.NONE) {
            agreed = null;
            description = descriptions.firstOffer(media, descriptionId);
        } else {
            final SdpAnswer.Result result = descriptions.first(message, media, descriptionId);
            agreed = result.answer();
            if (agreed == null) {
                abandon(nowNs);
                counters.refused.incrementRelease();
                refusals.description(transaction, result.refusal(), message, arrival, nowNs);
                return;
            }
            description = agreed.ours();
        }
        // The size of a conference is held already.
        final int size = service instanceof Conference ? 0 : arrival.units();
        final int units = meter.clamp(Math.max(size, cost.units(service, agreed)));
        if (!tryUse(service, units)) {
            abandon(nowNs);
            refuseFull(isBound, transaction, message, arrival, nowNs);
            return;
        }
        unattachedUnits = units;
        ending.makeRoomForHalfOpen(nowNs);
        final Slice tag = responder.freshTag();
        final int saved = words.save(message, tag);
        if (saved == ByteStore.NOTHING) {
            abandon(nowNs);
            final SipFault fault = SipFault.MESSAGE_TOO_LONG;
            refusals.request(transaction, message, arrival, fault.statusCode(), fault.reason(), nowNs);
            return;
        }
        final Dialog dialog = dialogs.open(keys.dialog(message.callId(), tag, message.fromTag()));
        halfOpen.add(dialog.id, arrival.source());
        media.attachment(dialog);
        dialog.media = media;
        dialog.units = units;
        dialog.service = service;
        unattached = null;
        unattachedUnits = 0;
        dialog.text = saved;
        // A half-open call may just have given way, and this be its place.
        if (call != null && call != dialog && named.isReplacement()) {
            dialog.replaces = true;
            dialog.replacedHigh = call.keyHigh;
            dialog.replacedLow = call.keyLow;
        }
        dialog.source = arrival.source();
        dialog.inviteTransaction = transaction.id;
        transaction.dialog = dialog.id;
        dialog.inviteCseq = message.cseq();
        dialog.remoteCseq = message.cseq();
        dialog.agreed = agreed;
        descriptions.begin(dialog, descriptionId, description);
        final boolean isRequired = options.names(message, SipHeader.REQUIRE, SipCapabilities.RELIABLE);
        if (isRequired || options.names(message, SipHeader.SUPPORTED, SipCapabilities.RELIABLE)) {
            dialog.ringing = agreed != null
                    ? Dialog.Ringing.RELIABLE
                    : isRequired ? Dialog.Ringing.TRYING : Dialog.Ringing.PLAIN;
        }
        if (settings.answerDelayNs() > 0 || (isRequired && agreed != null)) {
            ring(dialog, transaction, message, nowNs);
        } else {
            answer(dialog, transaction, message, nowNs);
        }
    }

    private void ring(
            final Dialog dialog,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final long nowNs) {
        dialog.invite = store.put(message.buffer(), message.offset(), message.length());
        assert dialog.invite != ByteStore.NOTHING : "room for it was made sure of";
        final boolean awaitsPrackOnly = settings.answerDelayNs() == 0;
        dialog.ringEndNs = awaitsPrackOnly ? NO_DEADLINE : nowNs + settings.answerDelayNs();
        dialog.ringRepeatNs = nowNs + RING_REPEAT_NS;
        if (message.first(SipHeader.EXPIRES) >= 0 && expires.parse(message.value(SipHeader.EXPIRES, value))) {
            dialog.expiryNs = nowNs + TimeUnit.SECONDS.toNanos(expires.seconds());
        }
        sendRinging(dialog, transaction, message, nowNs);
        dialogs.settle(dialog);
    }

    /** Says that it rings; the dialog's words are on the desk. */
    private void sendRinging(
            final Dialog dialog,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final long nowNs) {
        final DialogText text = words.text();
        if (dialog.ringing == Dialog.Ringing.TRYING) {
            responder.begin(message, dialog.source(), 100, "Trying", text.localTag());
        } else {
            final SipResponseWriter writer = responder
                    .begin(message, dialog.source(), 180, "Ringing", text.localTag())
                    .recordRoutes(message)
                    .header("Contact", text.contact())
                    .header("Allow", SipCapabilities.ALLOW);
            if (dialog.ringing == Dialog.Ringing.RELIABLE) {
                writer.header("Require", SipCapabilities.RELIABLE).header("RSeq", dialog.prack.begin(nowNs));
            }
        }
        responder.send(transaction, nowNs);
    }

    /** A timer of a call that rings fired: it is answered, or rings on, or is given up. */
    void onDeadline(final Dialog dialog, final long nowNs) {
        if (dialog.prack.isOverdue(nowNs)) {
            counters.prackMissing.incrementRelease();
            ending.refuseRinging(dialog, 504, "Server Time-out", nowNs);
        } else if (isDue(dialog.expiryNs, nowNs)) {
            counters.callsExpired.incrementRelease();
            ending.refuseRinging(dialog, 487, "Request Terminated", nowNs);
        } else if (isDue(dialog.ringEndNs, nowNs)) {
            dialog.ringEndNs = NO_DEADLINE;
            answerUnlessUnacknowledged(dialog, nowNs);
        } else if (dialog.prack.isRepeatDue(nowNs)) {
            invites.get(dialog.inviteTransaction).sendAgain();
        } else if (isDue(dialog.ringRepeatNs, nowNs)) {
            dialog.ringRepeatNs = nowNs + RING_REPEAT_NS;
            ringAgain(dialog, nowNs);
        }
    }

    /** RFC 3262 §3: another reliable response has another number, and waits until the one before is acknowledged. */
    private void ringAgain(final Dialog dialog, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        if (dialog.ringing != Dialog.Ringing.RELIABLE) {
            transaction.sendAgain();
        } else if (!dialog.prack.isWaiting()) {
            final SipMessage message = ringingInvite.of(dialog);
            words.load(dialog);
            sendRinging(dialog, transaction, message, nowNs);
        }
    }

    /** The PRACK to our 180 came. */
    void onAcknowledged(final Dialog dialog, final long nowNs) {
        dialog.prack.finish();
        if (dialog.ringEndNs == NO_DEADLINE) {
            answerUnlessUnacknowledged(dialog, nowNs);
        }
    }

    private void answerUnlessUnacknowledged(final Dialog dialog, final long nowNs) {
        if (dialog.prack.isWaiting()) {
            return;
        }
        final SipMessage message = ringingInvite.of(dialog);
        words.load(dialog);
        answer(dialog, invites.get(dialog.inviteTransaction), message, nowNs);
        store.free(dialog.invite);
        dialog.invite = ByteStore.NOTHING;
    }

    /** The first 200 of a dialog, whose words are on the desk. */
    private void answer(
            final Dialog dialog,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final long nowNs) {
        dialog.state = Dialog.State.ANSWERED;
        dialog.ringEndNs = NO_DEADLINE;
        dialog.ringRepeatNs = NO_DEADLINE;
        dialog.expiryNs = NO_DEADLINE;
        counters.answered.incrementRelease();
        sendOk(dialog, transaction, message, dialog.source(), nowNs);
        if (dialog.replaces) {
            dialog.replaces = false;
            endReplaced(dialogs.find(dialog.replacedHigh, dialog.replacedLow), nowNs);
        }
    }

    /** RFC 3891 §3: the new call is accepted, so the one it replaces ends, if it has not done so meanwhile. */
    private void endReplaced(final @Nullable Dialog replaced, final long nowNs) {
        if (replaced == null) {
            return;
        }
        switch (replaced.state) {
            case ANSWERED -> {
                counters.callsReplaced.incrementRelease();
                replaced.endsAfterAck = true;
            }
            case CONFIRMED -> {
                counters.callsReplaced.incrementRelease();
                ending.hangUp(replaced, nowNs);
            }
            case FREE, RINGING, ENDING, LINGERING -> {}
        }
    }

    /** Sends a 200 with what the dialog last described; its words are on the desk. */
    void sendOk(
            final Dialog dialog,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Peer source,
            final long nowNs) {
        final byte[] description = dialog.description().text();
        final SdpAnswer agreed = dialog.agreed;
        dialog.awaitsAnswer = agreed == null;
        if (agreed != null) {
            OfferAnswer.connect(dialog, agreed);
        }
        final DialogText text = words.text();
        final SipResponseWriter writer = responder
                .begin(message, source, 200, "OK", text.localTag())
                .recordRoutes(message)
                .header("Contact", text.contact());
        CallRefusals.putCapabilities(writer);
        sessions.agree(dialog, message, writer, nowNs);
        if (message.first(SipHeader.RECV_INFO) >= 0) {
            // RFC 6086 §5.2.3: who asks is told, though there is no package to name.
            writer.header("Recv-Info", "");
        }
        responder.sendDescription(transaction, description, nowNs);
        dialog.ok.begin(
                transaction.exit,
                transaction.peer(),
                message.cseq(),
                responder.lastResponse(),
                responder.lastLength(),
                nowNs);
        dialogs.settle(dialog);
    }
}
