package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;

import midplane.blade.core.HalfOpenCalls;
import midplane.blade.core.Outbox.Exit;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conference;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.signalling.sip.SipMethod;

/** The ways a call ends: our BYE, a refusal while it rings, and in silence (RFC 3261 §15). */
final class CallEnding {
    private final Transmitter transmitter;
    private final SipKeys keys;
    private final Responder responder;
    private final DialogTable dialogs;
    private final TransactionTable<InviteServerTransaction> invites;
    private final TransactionTable<NonInviteClientTransaction> clients;
    private final HalfOpenCalls halfOpen;
    private final CallCounters counters;
    private final DialogWords words;
    private final StoredInvite ringingInvite;
    private final DialogRequest request;
    private final UnitMeter meter;

    CallEnding(
            final Transmitter transmitter,
            final SipKeys keys,
            final Responder responder,
            final DialogTable dialogs,
            final TransactionTable<InviteServerTransaction> invites,
            final TransactionTable<NonInviteClientTransaction> clients,
            final HalfOpenCalls halfOpen,
            final CallCounters counters,
            final DialogWords words,
            final StoredInvite ringingInvite,
            final DialogRequest request,
            final UnitMeter meter) {
        this.transmitter = transmitter;
        this.keys = keys;
        this.responder = responder;
        this.dialogs = dialogs;
        this.invites = invites;
        this.clients = clients;
        this.halfOpen = halfOpen;
        this.counters = counters;
        this.words = words;
        this.ringingInvite = ringingInvite;
        this.request = request;
        this.meter = meter;
    }

    /** Says BYE, and closes the media at once (RFC 3261 §15.1.1). */
    void hangUp(final Dialog dialog, final long nowNs) {
        halfOpen.remove(dialog.id);
        closeMedia(dialog, nowNs);
        dialog.ok.finish();
        dialog.serviceEndNs = NO_DEADLINE;
        dialog.silenceNs = NO_DEADLINE;
        dialog.session.stop();
        dialog.state = Dialog.State.ENDING;
        final DialogText text = words.load(dialog);
        final int length =
                request.begin(SipMethod.BYE, text, ++dialog.localCseq).finish();
        assert length > 0 : "a dialog's words are shorter than a datagram";
        final Peer destination = request.destination(text, dialog.source());
        keys.clientTransaction(request.branch(), SipMethod.BYE);
        final NonInviteClientTransaction transaction =
                clients.open(keys.high(), keys.low(), Exit.OWN_PORT, destination);
        if (transaction == null) {
            counters.byeUnrepeated.incrementRelease();
            transmitter.send(Exit.OWN_PORT, destination, request.request(), length);
            close(dialog, nowNs);
            return;
        }
        transaction.dialog = dialog.id;
        transaction.method = SipMethod.BYE;
        transaction.request(request.request(), length, nowNs);
        clients.settle(transaction);
        dialogs.settle(dialog);
    }

    /** Gives the INVITE of a call that rings its final response. */
    void refuseRinging(final Dialog dialog, final int statusCode, final String reason, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        responder.begin(
                ringingInvite.of(dialog),
                dialog.source(),
                statusCode,
                reason,
                words.load(dialog).localTag());
        responder.send(transaction, nowNs);
        close(dialog, nowNs);
    }

    /**
     * Makes room for one more half-open call: the host with the most of them loses its oldest. A client that rings hears
     * so; one that was answered does not, since a BYE would go to an address that nobody has proven.
     */
    void makeRoomForHalfOpen(final long nowNs) {
        if (!halfOpen.isFull()) {
            return;
        }
        final Dialog oldest = dialogs.get(halfOpen.firstToLose());
        counters.droppedUnacknowledged.incrementRelease();
        if (oldest.state == Dialog.State.RINGING) {
            refuseRinging(oldest, 503, "Service Unavailable", nowNs);
        } else {
            close(oldest, nowNs);
        }
    }

    /** Forgets the call; nothing is sent. */
    void close(final Dialog dialog, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        if (transaction.dialog == dialog.id && !transaction.isOver()) {
            transaction.onAcknowledged();
            invites.settle(transaction);
            transaction.dialog = Transaction.NO_DIALOG;
        }
        halfOpen.remove(dialog.id);
        closeMedia(dialog, nowNs);
        dialogs.close(dialog);
    }

    void closeMedia(final Dialog dialog, final long nowNs) {
        final MediaSession media = dialog.media;
        final int units = dialog.units;
        if (media != null) {
            // Forgotten first: if closing breaks, nothing is given back twice.
            dialog.media = null;
            dialog.units = 0;
            giveBack(media, units);
            media.close(nowNs);
        }
    }

    /** Gives back what a session about to be closed has used: to its conference, if it is in one. */
    void giveBack(final MediaSession media, final int units) {
        final Conference conference = media.conference();
        if (conference == null) {
            meter.release(units);
        } else {
            conference.release(units);
        }
    }
}
