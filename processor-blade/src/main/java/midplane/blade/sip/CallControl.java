package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.isDue;

import java.util.Objects;
import midplane.blade.core.ByteStore;
import midplane.blade.core.HalfOpenCalls;
import midplane.blade.core.HandBack;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conference;
import midplane.blade.media.Echo;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipResponseWriter;

/**
 * The life of a call: INVITE, ACK, CANCEL, BYE, re-INVITE, and what happens when time passes (RFC 3261 §8.2, §9.2, §12 to
 * §15). It decides; transactions send. Setting up a call makes a little garbage (session descriptions, a prompt's name);
 * nothing else does.
 */
final class CallControl {
    /** Dialogs that are ended in one duty cycle when all of them must end. */
    static final int HANG_UP_LIMIT = 32;

    private final MediaSettings mediaSettings;
    private final Responder responder;
    private final DialogTable dialogs;
    private final TransactionTable<InviteServerTransaction> invites;
    private final HalfOpenCalls halfOpen;
    private final CallCounters counters;
    private final DialogWords words;
    private final OfferAnswer descriptions;
    private final CallRefusals refusals;
    private final DialogPeers peers;
    private final CallSetup setup;
    private final CallEnding ending;
    private final SessionRefresh sessions;
    private final RackValue rack = new RackValue();
    private final Body body = new Body();
    private final Slice value = new Slice();
    private final int maxUnacknowledgedPerSource;
    private final long silenceLimitNs;
    private boolean isDraining;
    private int nextToHangUp;

    CallControl(
            final SipSettings settings,
            final MediaSettings mediaSettings,
            final int portId,
            final MediaPlane plane,
            final ServiceCatalog catalog,
            final Entropy entropy,
            final ByteStore store,
            final Transmitter transmitter,
            final SipKeys keys,
            final Responder responder,
            final DialogTable dialogs,
            final TransactionTable<InviteServerTransaction> invites,
            final TransactionTable<NonInviteClientTransaction> clients,
            final TransactionTable<InviteClientTransaction> inviteClients,
            final HalfOpenCalls halfOpen,
            final CallCounters counters,
            final SessionCost cost,
            final UnitMeter meter,
            final HandBack handBack) {
        this.mediaSettings = mediaSettings;
        maxUnacknowledgedPerSource = settings.maxUnacknowledgedPerSource();
        this.responder = responder;
        this.dialogs = dialogs;
        this.invites = invites;
        this.halfOpen = halfOpen;
        this.counters = counters;
        words = new DialogWords(settings, portId, store);
        peers = new DialogPeers(words);
        silenceLimitNs = settings.silenceLimitNs();
        descriptions = new OfferAnswer(mediaSettings);
        refusals = new CallRefusals(settings, entropy, responder, counters, handBack);
        final StoredInvite storedInvite = new StoredInvite(store);
        final DialogRequest request = new DialogRequest(settings, portId, entropy);
        ending = new CallEnding(
                transmitter,
                keys,
                responder,
                dialogs,
                invites,
                clients,
                halfOpen,
                counters,
                words,
                storedInvite,
                request,
                meter);
        sessions = new SessionRefresh(
                settings,
                entropy,
                store,
                keys,
                dialogs,
                clients,
                inviteClients,
                counters,
                words,
                storedInvite,
                descriptions,
                refusals,
                ending,
                request);
        setup = new CallSetup(
                settings,
                plane,
                catalog,
                entropy,
                store,
                keys,
                responder,
                dialogs,
                invites,
                halfOpen,
                counters,
                words,
                storedInvite,
                descriptions,
                refusals,
                ending,
                sessions,
                new NamedCalls(dialogs, keys, peers, refusals),
                cost,
                meter);
        nextToHangUp = dialogs.limit();
    }

    /** An INVITE outside of a dialog, in a transaction of its own (RFC 3261 §13.3). */
    void onInvite(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (isDraining && setup.asksForConferenceHere(arrival)) {
            refusals.busy(transaction, message, arrival, nowNs);
        } else if (isDraining) {
            counters.refusedDraining.incrementRelease();
            refusals.elsewhere(transaction, message, arrival, nowNs);
        } else {
            setup.onInvite(transaction, message, arrival, nowNs);
        }
    }

    /** Our own code broke on this dialog: it is forgotten, and nothing is sent, since nobody knows what is true of it. */
    void giveUp(final Dialog dialog, final long nowNs) {
        ending.close(dialog, nowNs);
    }

    /** Our own code broke, maybe between the parts of a call that was to be. */
    void abandonSetup(final long nowNs) {
        setup.abandon(nowNs);
    }

    /**
     * Whether a host has as many half-open calls as a host may have: as is set, or, when there is no room for more, as any
     * other has, or nobody may be pushed out. It would only push out its own then, whose ACK may be on its way.
     */
    boolean isBeyondShare(final Peer source) {
        return halfOpen.of(source) >= maxUnacknowledgedPerSource
                || (halfOpen.isFull()
                        && (halfOpen.isGreediest(source) || halfOpen.firstToLose() == HalfOpenCalls.NONE));
    }

    /** Whether a host has a part in a dialog, so that its requests may touch it. */
    boolean isPeer(final Dialog dialog, final Peer source) {
        return peers.isPeer(dialog, source);
    }

    // ---- ACK

    /** An ACK that belongs to a dialog (RFC 3261 §13.2.2.4, seen from the other side). */
    void onAck(final Dialog dialog, final SipMessage message, final long nowNs) {
        if (dialog.ok.isWaitingFor(message.cseq())) {
            dialog.ok.finish();
            acknowledge(dialog);
            switch (dialog.state) {
                case LINGERING -> ending.close(dialog, nowNs);
                case ANSWERED, CONFIRMED -> {
                    if (dialog.awaitsAnswer && !descriptions.takeAnswer(dialog, message)) {
                        counters.answerMissing.incrementRelease();
                        ending.hangUp(dialog, nowNs);
                    } else {
                        confirm(dialog, nowNs);
                    }
                }
                case FREE, RINGING, ENDING -> {}
            }
        } else if (dialog.state == Dialog.State.ANSWERED && message.cseq() == dialog.inviteCseq) {
            // The ACK to the first 200 was overtaken by a re-INVITE, whose own ACK is still to come.
            confirm(dialog, nowNs);
        }
        dialogs.settle(dialog);
    }

    private void acknowledge(final Dialog dialog) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        if (transaction.dialog == dialog.id && !transaction.isOver()) {
            transaction.onAcknowledged();
            invites.settle(transaction);
        }
    }

    private void confirm(final Dialog dialog, final long nowNs) {
        if (dialog.state != Dialog.State.ANSWERED) {
            return;
        }
        dialog.state = Dialog.State.CONFIRMED;
        halfOpen.remove(dialog.id);
        if (dialog.endsAfterAck) {
            ending.hangUp(dialog, nowNs);
            return;
        }
        if (dialog.service instanceof Echo) {
            dialog.serviceEndNs = nowNs + mediaSettings.maxPlayNs();
        } else if (dialog.service instanceof Conference) {
            dialog.serviceEndNs = nowNs + mediaSettings.conferences().maxStayNs();
        }
        dialog.signOfLifeNs = nowNs;
        dialog.silenceNs = silenceLimitNs == 0 ? NO_DEADLINE : nowNs + silenceLimitNs;
        dialog.media().start(nowNs);
    }

    // ---- CANCEL

    /** A CANCEL (RFC 3261 §9.2); {@code invite} is the transaction it refers to. */
    void onCancel(
            final NonInviteServerTransaction transaction,
            final InviteServerTransaction invite,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        final Dialog dialog = invite.hasDialog() ? dialogs.get(invite.dialog) : null;
        // The tag is that of the response to the INVITE, where there is one that the dialog knows.
        final Slice tag =
                dialog == null ? responder.freshTag() : words.load(dialog).localTag();
        responder.begin(message, arrival.source(), 200, "OK", tag);
        responder.send(transaction, nowNs);
        if (dialog != null && dialog.state == Dialog.State.RINGING) {
            counters.cancelled.incrementRelease();
            ending.refuseRinging(dialog, 487, "Request Terminated", nowNs);
        }
    }

    // ---- within a dialog

    /** A re-INVITE (RFC 3261 §14.2). */
    void onReInvite(
            final InviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (dialog.state == Dialog.State.RINGING) {
            refusals.beginRetryLater(message, arrival, "Earlier INVITE Not Answered");
            responder.send(transaction, nowNs);
        } else if (dialog.awaitsAnswer || dialog.session.isOffering) {
            // RFC 3261 §14.2, RFC 5407 §3.1.5: our offer is unanswered, so another would cross it.
            refusals.refuse(transaction, message, arrival, 491, "Request Pending", nowNs);
        } else if (sessions.beginRefusal(message, arrival)) {
            counters.refused.incrementRelease();
            responder.send(transaction, nowNs);
        } else if (!refusals.hasUnsupported(transaction, message, arrival, nowNs)) {
            describeAgain(transaction, dialog, message, arrival, nowNs);
        }
    }

    private void describeAgain(
            final InviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        words.load(dialog);
        final boolean hasContact = message.first(SipHeader.CONTACT) >= 0;
        if (hasContact && !words.parseContact(message)) {
            refusals.refuse(transaction, message, arrival, 400, "Bad Contact", nowNs);
            return;
        }
        if (body.read(message) == Content.NONE) {
            descriptions.offerAgain(dialog);
        } else {
            final SdpAnswer.Refusal refusal = descriptions.again(dialog, message);
            if (refusal != null) {
                refusals.description(transaction, refusal, message, arrival, nowNs);
                return;
            }
        }
        if (hasContact) {
            words.moveTarget(dialog);
        }
        followSource(dialog, arrival);
        setup.sendOk(dialog, transaction, message, arrival.source(), nowNs);
    }

    /** A NAT may have given the caller another port; where its Contact is a name, our requests go there. */
    private static void followSource(final Dialog dialog, final Arrival arrival) {
        if (dialog.source().isSameHost(arrival.source())) {
            dialog.source = arrival.source();
        }
    }

    /** An UPDATE: an offer, a new Contact, or only a sign of life (RFC 3311 §5.2). */
    void onUpdate(
            final NonInviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (!sessions.beginRefusal(message, arrival) && !refusals.beginUnsupported(message, arrival)) {
            final boolean hasOffer = body.read(message) == Content.DESCRIPTION;
            if (hasOffer && dialog.state == Dialog.State.RINGING) {
                refusals.beginRetryLater(message, arrival, "Earlier Offer Not Answered");
            } else if (hasOffer && (dialog.awaitsAnswer || dialog.session.isOffering)) {
                refusals.begin(message, arrival, 491, "Request Pending");
            } else if (beginUpdated(dialog, message, arrival, hasOffer, nowNs)) {
                responder.sendDescription(transaction, dialog.description().text(), nowNs);
                dialogs.settle(dialog);
                return;
            }
        }
        responder.send(transaction, nowNs);
        dialogs.settle(dialog);
    }

    /** Does what an UPDATE says and begins the response; returns whether our description goes with it. */
    private boolean beginUpdated(
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final boolean hasOffer,
            final long nowNs) {
        words.load(dialog);
        final boolean hasContact = message.first(SipHeader.CONTACT) >= 0;
        if (hasContact && !words.parseContact(message)) {
            refusals.begin(message, arrival, 400, "Bad Contact");
            return false;
        }
        if (hasOffer) {
            final SdpAnswer.Refusal refusal = descriptions.again(dialog, message);
            if (refusal != null) {
                refusals.beginDescription(refusal, message, arrival);
                return false;
            }
            OfferAnswer.connect(dialog, Objects.requireNonNull(dialog.agreed, "an answered offer is agreed to"));
        }
        if (hasContact) {
            words.moveTarget(dialog);
        }
        final SipResponseWriter writer = refusals.begin(message, arrival, 200, "OK")
                .header("Contact", words.text().contact());
        CallRefusals.putCapabilities(writer);
        if (dialog.state != Dialog.State.RINGING) {
            followSource(dialog, arrival);
            sessions.agree(dialog, message, writer, nowNs);
        }
        return hasOffer;
    }

    /** An INFO: of the old kind, which is heard and ignored; no package is ours (RFC 6086 §4.2.2). */
    void onInfo(
            final NonInviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (message.first(SipHeader.INFO_PACKAGE) >= 0) {
            refusals.begin(message, arrival, 469, "Bad Info Package").header("Recv-Info", "");
        } else {
            refusals.begin(message, arrival, 200, "OK");
        }
        responder.send(transaction, nowNs);
    }

    /** A PRACK: the client has our reliable 180 (RFC 3262 §3). */
    void onPrack(
            final NonInviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        message.value(SipHeader.RACK, value);
        boolean isAcknowledged = false;
        if (!rack.parse(value)) {
            refusals.begin(message, arrival, 400, value.isEmpty() ? "Missing RAck" : "Bad RAck");
        } else if (!dialog.prack.isWaitingFor(rack.rseq()) || !rack.isForInvite(dialog.inviteCseq)) {
            refusals.begin(message, arrival, 481, "Call/Transaction Does Not Exist");
        } else if (!refusals.beginUnsupported(message, arrival)) {
            isAcknowledged = body.read(message) == Content.NONE;
            if (isAcknowledged) {
                refusals.begin(message, arrival, 200, "OK");
            } else {
                // RFC 3262 §5: the offer of the INVITE has its answer in the 200 only.
                refusals.beginRetryLater(message, arrival, "Earlier Offer Not Answered");
            }
        }
        responder.send(transaction, nowNs);
        if (isAcknowledged) {
            halfOpen.remove(dialog.id);
            setup.onAcknowledged(dialog, nowNs);
        }
        dialogs.settle(dialog);
    }

    /** A BYE (RFC 3261 §15.1.2). */
    void onBye(
            final NonInviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        refusals.begin(message, arrival, 200, "OK");
        responder.send(transaction, nowNs);
        switch (dialog.state) {
            case RINGING -> ending.refuseRinging(dialog, 487, "Request Terminated", nowNs);
            case ANSWERED -> {
                ending.closeMedia(dialog, nowNs);
                dialog.state = Dialog.State.LINGERING;
                halfOpen.remove(dialog.id);
            }
            case CONFIRMED -> ending.close(dialog, nowNs);
            // Both said BYE at once: ours is still to be answered, or to be given up (RFC 5407 §3.2.1).
            case FREE, ENDING, LINGERING -> {}
        }
        dialogs.settle(dialog);
    }

    // ---- time, and the other reasons to end

    /** A dialog's timer fired. */
    void onDeadline(final Dialog dialog, final long nowNs) {
        if (dialog.state == Dialog.State.RINGING) {
            setup.onDeadline(dialog, nowNs);
        } else if (isDue(dialog.serviceEndNs, nowNs)) {
            dialog.serviceEndNs = NO_DEADLINE;
            ending.hangUp(dialog, nowNs);
        } else if (isDue(dialog.silenceNs, nowNs)) {
            onSilence(dialog, nowNs);
        } else if (dialog.state == Dialog.State.CONFIRMED && sessions.onDeadline(dialog, nowNs)) {
            dialogs.settle(dialog);
            return;
        } else if (dialog.ok.onDeadline(nowNs)) {
            counters.ackMissing.incrementRelease();
            if (dialog.state == Dialog.State.LINGERING) {
                ending.close(dialog, nowNs);
            } else {
                ending.hangUp(dialog, nowNs);
            }
        }
        dialogs.settle(dialog);
    }

    /**
     * Nothing may have been heard of the caller for too long: no packet, though it said it would send, and no request. A
     * call on hold, or one to somebody who only listens, is not expected to say anything.
     */
    private void onSilence(final Dialog dialog, final long nowNs) {
        final long mediaNs = dialog.media().lastHeardNs();
        final long heardNs = mediaNs - dialog.signOfLifeNs > 0 ? mediaNs : dialog.signOfLifeNs;
        final SdpAnswer agreed = dialog.agreed;
        if (agreed == null || !agreed.receives()) {
            dialog.silenceNs = nowNs + silenceLimitNs;
        } else if (heardNs + silenceLimitNs - nowNs > 0) {
            dialog.silenceNs = heardNs + silenceLimitNs;
        } else {
            counters.callsSilent.incrementRelease();
            ending.hangUp(dialog, nowNs);
        }
    }

    /** The service has played to its end. */
    void onServiceEnded(final MediaSession session, final long nowNs) {
        if (session.attachment() instanceof Dialog dialog && dialog.state == Dialog.State.CONFIRMED) {
            ending.hangUp(dialog, nowNs);
        }
    }

    /** Our BYE was answered, whatever the answer, or will not be any more (RFC 3261 §15.1.1). */
    void onByeOver(final int dialog, final long nowNs) {
        if (dialog != Transaction.NO_DIALOG) {
            ending.close(dialogs.get(dialog), nowNs);
        }
    }

    /** A session timer's UPDATE or re-INVITE of ours. */
    SessionRefresh sessions() {
        return sessions;
    }

    /** From now on nothing new is taken, and what there is will be ended, some in every cycle. */
    void drain() {
        isDraining = true;
        nextToHangUp = 0;
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Whether {@link #hangUpSome} has something to do. */
    boolean hasToHangUp() {
        return nextToHangUp < dialogs.limit();
    }

    /** Ends some of the dialogs that must end; returns how many. */
    int hangUpSome(final long nowNs) {
        int ended = 0;
        while (hasToHangUp() && ended < HANG_UP_LIMIT) {
            ended += endForDrain(dialogs.get(nextToHangUp++), nowNs) ? 1 : 0;
        }
        return ended;
    }

    private boolean endForDrain(final Dialog dialog, final long nowNs) {
        switch (dialog.state) {
            case RINGING -> ending.refuseRinging(dialog, 503, "Service Unavailable", nowNs);
            // RFC 3261 §15: no BYE before the ACK, or before it is overdue.
            case ANSWERED -> dialog.endsAfterAck = true;
            case CONFIRMED -> ending.hangUp(dialog, nowNs);
            case FREE, ENDING, LINGERING -> {
                return false;
            }
        }
        return true;
    }
}
