package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.isDue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.blade.media.Echo;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaService;
import midplane.blade.media.MediaSession;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.MediaSettings;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sdp.SdpOffer;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipResponseWriter;
import midplane.signalling.sip.SipScanner;
import midplane.signalling.sip.SipUri;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The life of a call: INVITE, ACK, CANCEL, BYE, re-INVITE, and what happens when time passes (RFC 3261 §8.2, §9.2, §12 to
 * §15). It decides; transactions send. Setting up a call makes a little garbage (session descriptions, a prompt's name);
 * nothing else does.
 */
final class CallControl {
    /** Dialogs that are ended in one duty cycle when all of them must end. */
    static final int HANG_UP_LIMIT = 32;

    /** RFC 3261 §13.3.1.1: a 180 is repeated every minute, so that no proxy on the way gives up. */
    static final long RING_REPEAT_NS = TimeUnit.MINUTES.toNanos(1);

    /** Room that must be in the store before a call is taken: its words and its 200. */
    static final int STORE_RESERVE = DialogText.LENGTH_MAX;

    /** RFC 3261 §14.2: a re-INVITE that came too early may come again after 0 to 10 seconds. */
    private static final int RETRY_AFTER_SECONDS_MAX = 10;

    private static final SdpAnswer.Result NOTHING_IN_COMMON =
            new SdpAnswer.Result(null, SdpAnswer.Refusal.NOTHING_IN_COMMON);

    private static final long ADDRESS_LOW_UNSPECIFIED = 0x0000_FFFF_0000_0000L;
    private static final int UNSPECIFIED_PORT = 9;

    /** 0.0.0.0: where nothing is sent to. */
    private static final Peer NOWHERE = Peer.of(0, ADDRESS_LOW_UNSPECIFIED, UNSPECIFIED_PORT);

    private final SipSettings settings;
    private final MediaSettings mediaSettings;
    private final MediaPlane plane;
    private final ServiceCatalog catalog;
    private final Entropy entropy;
    private final ByteStore store;
    private final Transmitter transmitter;
    private final SipKeys keys;
    private final Responder responder;
    private final DialogTable dialogs;
    private final TransactionTable<InviteServerTransaction> invites;
    private final TransactionTable<NonInviteClientTransaction> clients;
    private final CallCounters counters;
    private final ByeWriter bye;
    private final String hostPort;
    private final DialogText text = new DialogText();
    private final SipUri uri = new SipUri();
    private final SipAddress address = new SipAddress();
    private final SipAddress route = new SipAddress();
    private final Slice value = new Slice();
    private final UnsafeBuffer ringing = new UnsafeBuffer(new byte[DatagramPort.MAX_DATAGRAM_LENGTH]);
    private final SipScanner ringingScanner = new SipScanner();
    private final SipMessage ringingInvite = new SipMessage();
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
            final CallCounters counters) {
        this.settings = settings;
        this.mediaSettings = mediaSettings;
        this.plane = plane;
        this.catalog = catalog;
        this.entropy = entropy;
        this.store = store;
        this.transmitter = transmitter;
        this.keys = keys;
        this.responder = responder;
        this.dialogs = dialogs;
        this.invites = invites;
        this.clients = clients;
        this.counters = counters;
        bye = new ByeWriter(settings, portId, entropy);
        hostPort = settings.advertisedHost() + ':' + portId;
        nextToHangUp = dialogs.limit();
    }

    // ---- the first INVITE

    /** An INVITE outside of a dialog, in a transaction of its own (RFC 3261 §13.3). */
    void onInvite(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (isDraining) {
            counters.refusedDraining.incrementRelease();
            refuse(transaction, message, arrival, 503, "Service Unavailable", nowNs);
            return;
        }
        final Slice requestUri = arrival.requestUri();
        if (!uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length())) {
            refuseRequest(transaction, message, arrival, 400, "Bad Request-URI", nowNs);
        } else if (!isSip(uri)) {
            refuseRequest(transaction, message, arrival, 416, "Unsupported URI Scheme", nowNs);
        } else if (!hasUnsupported(transaction, message, arrival, nowNs)) {
            offerService(transaction, message, arrival, nowNs);
        }
    }

    private void offerService(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (!parseContact(message)) {
            final boolean isMissing = message.first(SipHeader.CONTACT) < 0;
            refuseRequest(transaction, message, arrival, 400, isMissing ? "Missing Contact" : "Bad Contact", nowNs);
            return;
        }
        final ServiceCatalog.Choice choice = catalog.choose(uri);
        if (choice instanceof ServiceCatalog.Refused refused) {
            counters.refused.incrementRelease();
            final SipResponseWriter writer = begin(message, arrival, refused.statusCode(), refused.reason());
            final String warning = refused.warning();
            if (warning != null) {
                writer.header("Warning", "399 " + settings.advertisedHost() + ' ' + quoted(warning));
            }
            responder.send(transaction, nowNs);
        } else if (choice instanceof ServiceCatalog.Granted granted) {
            describe(transaction, granted.service(), message, arrival, nowNs);
        }
    }

    private void describe(
            final InviteServerTransaction transaction,
            final MediaService service,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        final boolean hasRoom = !dialogs.isFull() && store.hasRoom(STORE_RESERVE + message.length());
        final MediaSession media = hasRoom ? plane.open(service) : null;
        if (media == null) {
            refuseFull(transaction, message, arrival, nowNs);
            return;
        }
        final long descriptionId = entropy.nextLong() >>> 2;
        final long version = 1;
        final byte[] description;
        final SdpAnswer agreed;
        if (Content.of(message, value) == Content.NONE) {
            agreed = null;
            description = SdpOffer.text(mediaSettings.advertisedAddress(), media.rtpPort(), descriptionId, version);
        } else {
            final SdpAnswer.Result result = answerTo(message, media, descriptionId, version);
            agreed = result.answer();
            if (agreed == null) {
                media.close(nowNs);
                counters.refused.incrementRelease();
                refuseDescription(transaction, result.refusal(), message, arrival, nowNs);
                return;
            }
            description = agreed.text();
        }
        final Slice tag = responder.freshTag();
        putText(message, tag);
        final int saved = text.save(store);
        if (saved == ByteStore.NOTHING) {
            media.close(nowNs);
            refuseRequest(
                    transaction,
                    message,
                    arrival,
                    SipFault.MESSAGE_TOO_LONG.statusCode(),
                    SipFault.MESSAGE_TOO_LONG.reason(),
                    nowNs);
            return;
        }
        final Dialog dialog = dialogs.open(keys.dialog(message.callId(), tag, message.fromTag()));
        media.attachment(dialog);
        dialog.media = media;
        dialog.hasEndlessService = service instanceof Echo;
        dialog.text = saved;
        dialog.source = arrival.source();
        dialog.inviteTransaction = transaction.id;
        transaction.dialog = dialog.id;
        dialog.inviteCseq = message.cseq();
        dialog.remoteCseq = message.cseq();
        dialog.descriptionId = descriptionId;
        dialog.descriptionVersion = version;
        dialog.description = description;
        dialog.agreed = agreed;
        if (settings.answerDelayNs() > 0) {
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
        dialog.ringEndNs = nowNs + settings.answerDelayNs();
        dialog.ringRepeatNs = nowNs + RING_REPEAT_NS;
        responder
                .begin(message, dialog.source(), 180, "Ringing", text.localTag())
                .recordRoutes(message)
                .header("Contact", text.contact())
                .header("Allow", SipCapabilities.ALLOW);
        responder.send(transaction, nowNs);
        dialogs.settle(dialog);
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
        counters.answered.incrementRelease();
        sendOk(dialog, transaction, message, dialog.source(), nowNs);
    }

    private void sendOk(
            final Dialog dialog,
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Peer source,
            final long nowNs) {
        final byte[] description = Objects.requireNonNull(dialog.description, "every dialog has described itself");
        final SdpAnswer agreed = dialog.agreed;
        dialog.awaitsAnswer = agreed == null;
        if (agreed != null) {
            connect(dialog, agreed);
        }
        final SipResponseWriter writer = responder
                .begin(message, source, 200, "OK", text.localTag())
                .recordRoutes(message)
                .header("Contact", text.contact());
        putCapabilities(writer);
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

    // ---- ACK

    /** An ACK that belongs to a dialog (RFC 3261 §13.2.2.4, seen from the other side). */
    void onAck(final Dialog dialog, final SipMessage message, final long nowNs) {
        if (dialog.ok.isWaitingFor(message.cseq())) {
            dialog.ok.finish();
            acknowledge(dialog);
            switch (dialog.state) {
                case LINGERING -> close(dialog, nowNs);
                case ANSWERED, CONFIRMED -> {
                    if (dialog.awaitsAnswer && !takeAnswer(dialog, message)) {
                        counters.answerMissing.incrementRelease();
                        hangUp(dialog, nowNs);
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
        if (dialog.endsAfterAck) {
            hangUp(dialog, nowNs);
            return;
        }
        if (dialog.hasEndlessService) {
            dialog.serviceEndNs = nowNs + mediaSettings.maxPlayNs();
        }
        dialog.media().start(nowNs);
    }

    /** RFC 3264 §5: our offer was in the 200, the answer is in the ACK. */
    private boolean takeAnswer(final Dialog dialog, final SipMessage message) {
        if (Content.of(message, value) != Content.DESCRIPTION) {
            return false;
        }
        final SdpAnswer agreed = SdpAnswer.fromAnswer(
                        message.buffer(),
                        message.bodyOffset(),
                        message.bodyLength(),
                        mediaSettings.advertisedAddress(),
                        true)
                .answer();
        if (agreed == null || !hasStaticPayloadType(agreed)) {
            return false;
        }
        dialog.agreed = agreed;
        dialog.awaitsAnswer = false;
        connect(dialog, agreed);
        return true;
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
        final Slice tag = dialog == null ? responder.freshTag() : load(dialog).localTag();
        responder.begin(message, arrival.source(), 200, "OK", tag);
        responder.send(transaction, nowNs);
        if (dialog != null && dialog.state == Dialog.State.RINGING) {
            counters.cancelled.incrementRelease();
            refuseRinging(dialog, 487, "Request Terminated", nowNs);
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
            begin(message, arrival, 500, "Earlier INVITE Not Answered")
                    .header("Retry-After", entropy.nextInt(RETRY_AFTER_SECONDS_MAX + 1));
            responder.send(transaction, nowNs);
        } else if (dialog.awaitsAnswer) {
            // RFC 5407 §3.1.5: our offer is unanswered, so another would cross it.
            refuse(transaction, message, arrival, 491, "Request Pending", nowNs);
        } else if (!hasUnsupported(transaction, message, arrival, nowNs)) {
            describeAgain(transaction, dialog, message, arrival, nowNs);
        }
    }

    private void describeAgain(
            final InviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        load(dialog);
        if (message.first(SipHeader.CONTACT) >= 0 && !parseContact(message)) {
            refuse(transaction, message, arrival, 400, "Bad Contact", nowNs);
            return;
        }
        final MediaSession media = dialog.media();
        if (Content.of(message, value) == Content.NONE) {
            dialog.agreed = null;
            offerAgain(dialog, media);
        } else {
            final SdpAnswer.Result result = answerTo(message, media, dialog.descriptionId, dialog.descriptionVersion);
            final SdpAnswer agreed = result.answer();
            if (agreed == null) {
                refuseDescription(transaction, result.refusal(), message, arrival, nowNs);
                return;
            }
            answerAgain(dialog, message, media, agreed);
        }
        if (message.first(SipHeader.CONTACT) >= 0) {
            moveTarget(dialog);
        }
        sendOk(dialog, transaction, message, arrival.source(), nowNs);
    }

    private void offerAgain(final Dialog dialog, final MediaSession media) {
        final String local = mediaSettings.advertisedAddress();
        byte[] description = SdpOffer.text(local, media.rtpPort(), dialog.descriptionId, dialog.descriptionVersion);
        if (!Arrays.equals(description, dialog.description)) {
            description = SdpOffer.text(local, media.rtpPort(), dialog.descriptionId, ++dialog.descriptionVersion);
        }
        dialog.description = description;
    }

    /** RFC 3264 §8: the version goes up by one when, and only when, the description changes. */
    private void answerAgain(
            final Dialog dialog, final SipMessage message, final MediaSession media, final SdpAnswer unchanged) {
        SdpAnswer agreed = unchanged;
        if (!Arrays.equals(agreed.text(), dialog.description)) {
            agreed = Objects.requireNonNull(
                    answerTo(message, media, dialog.descriptionId, ++dialog.descriptionVersion)
                            .answer(),
                    "the same offer was answered a moment ago");
        }
        dialog.agreed = agreed;
        dialog.description = agreed.text();
    }

    /** RFC 3261 §12.2.2: a target refresh. Without room for the new words the old ones stay. */
    private void moveTarget(final Dialog dialog) {
        if (address.uri().contentEquals(text.target())) {
            return;
        }
        text.target(address.uri());
        final int saved = text.save(store);
        if (saved == ByteStore.NOTHING) {
            load(dialog);
        } else {
            store.free(dialog.text);
            dialog.text = saved;
        }
    }

    /** A BYE (RFC 3261 §15.1.2). */
    void onBye(
            final NonInviteServerTransaction transaction,
            final Dialog dialog,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        begin(message, arrival, 200, "OK");
        responder.send(transaction, nowNs);
        switch (dialog.state) {
            case RINGING -> refuseRinging(dialog, 487, "Request Terminated", nowNs);
            case ANSWERED -> {
                closeMedia(dialog, nowNs);
                dialog.state = Dialog.State.LINGERING;
            }
            case CONFIRMED -> close(dialog, nowNs);
            // Both said BYE at once: ours is still to be answered, or to be given up (RFC 5407 §3.2.1).
            case FREE, ENDING, LINGERING -> {}
        }
        dialogs.settle(dialog);
    }

    // ---- time, and the other reasons to end

    /** A dialog's timer fired. */
    void onDeadline(final Dialog dialog, final long nowNs) {
        if (dialog.state == Dialog.State.RINGING) {
            onRingDeadline(dialog, nowNs);
        } else if (isDue(dialog.serviceEndNs, nowNs)) {
            dialog.serviceEndNs = NO_DEADLINE;
            hangUp(dialog, nowNs);
        } else if (dialog.ok.onDeadline(nowNs)) {
            counters.ackMissing.incrementRelease();
            if (dialog.state == Dialog.State.LINGERING) {
                close(dialog, nowNs);
            } else {
                hangUp(dialog, nowNs);
            }
        }
        dialogs.settle(dialog);
    }

    private void onRingDeadline(final Dialog dialog, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        if (isDue(dialog.ringEndNs, nowNs)) {
            final SipMessage message = ringingInvite(dialog);
            load(dialog);
            answer(dialog, transaction, message, nowNs);
            store.free(dialog.invite);
            dialog.invite = ByteStore.NOTHING;
        } else {
            transaction.sendAgain();
            dialog.ringRepeatNs = nowNs + RING_REPEAT_NS;
        }
    }

    /** The service has played to its end. */
    void onServiceEnded(final MediaSession session, final long nowNs) {
        if (session.attachment() instanceof Dialog dialog && dialog.state == Dialog.State.CONFIRMED) {
            hangUp(dialog, nowNs);
        }
    }

    /** Our BYE was answered, whatever the answer, or will not be any more (RFC 3261 §15.1.1). */
    void onByeOver(final int dialog, final long nowNs) {
        if (dialog != Transaction.NO_DIALOG) {
            close(dialogs.get(dialog), nowNs);
        }
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
            case RINGING -> refuseRinging(dialog, 503, "Service Unavailable", nowNs);
            // RFC 3261 §15: no BYE before the ACK, or before it is overdue.
            case ANSWERED -> dialog.endsAfterAck = true;
            case CONFIRMED -> hangUp(dialog, nowNs);
            case FREE, ENDING, LINGERING -> {
                return false;
            }
        }
        return true;
    }

    /** Says BYE, and closes the media at once (RFC 3261 §15.1.1). */
    private void hangUp(final Dialog dialog, final long nowNs) {
        closeMedia(dialog, nowNs);
        dialog.ok.finish();
        dialog.serviceEndNs = NO_DEADLINE;
        dialog.state = Dialog.State.ENDING;
        load(dialog);
        final int length = bye.write(text, ++dialog.localCseq);
        final Peer destination = bye.destination(text, dialog.source());
        keys.clientTransaction(bye.branch(), SipMethod.BYE);
        final NonInviteClientTransaction transaction =
                clients.open(keys.high(), keys.low(), Exit.OWN_PORT, destination);
        if (transaction == null) {
            counters.byeUnrepeated.incrementRelease();
            transmitter.send(Exit.OWN_PORT, destination, bye.request(), length);
            close(dialog, nowNs);
            return;
        }
        transaction.dialog = dialog.id;
        transaction.request(bye.request(), length, nowNs);
        clients.settle(transaction);
        dialogs.settle(dialog);
    }

    private void refuseRinging(final Dialog dialog, final int statusCode, final String reason, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        final SipMessage message = ringingInvite(dialog);
        responder.begin(
                message, dialog.source(), statusCode, reason, load(dialog).localTag());
        responder.send(transaction, nowNs);
        close(dialog, nowNs);
    }

    private void close(final Dialog dialog, final long nowNs) {
        final InviteServerTransaction transaction = invites.get(dialog.inviteTransaction);
        if (transaction.dialog == dialog.id && !transaction.isOver()) {
            transaction.onAcknowledged();
            invites.settle(transaction);
            transaction.dialog = Transaction.NO_DIALOG;
        }
        closeMedia(dialog, nowNs);
        dialogs.close(dialog);
    }

    private static void closeMedia(final Dialog dialog, final long nowNs) {
        final MediaSession media = dialog.media;
        if (media != null) {
            media.close(nowNs);
            dialog.media = null;
        }
    }

    private static void connect(final Dialog dialog, final SdpAnswer agreed) {
        final InetAddress remote = agreed.remoteAddress();
        final int payloadType = payloadType(agreed.codec());
        if (remote == null) {
            dialog.media()
                    .connect(NOWHERE, null, payloadType, agreed.telephoneEventPayloadType(), agreed.receives(), false);
            return;
        }
        dialog.media()
                .connect(
                        Peer.of(new InetSocketAddress(remote, agreed.remoteRtpPort())),
                        Peer.of(new InetSocketAddress(remote, agreed.remoteRtcpPort())),
                        payloadType,
                        agreed.telephoneEventPayloadType(),
                        agreed.receives(),
                        agreed.sends());
    }

    // ---- words

    private DialogText load(final Dialog dialog) {
        return text.load(store, dialog.text);
    }

    private SipMessage ringingInvite(final Dialog dialog) {
        final int length = store.copy(dialog.invite, ringing, 0);
        final SipFault fault = ringingScanner.scan(ringing, 0, length, ringingInvite);
        assert fault == SipFault.NONE : "it was read without fault when it came";
        return ringingInvite;
    }

    /** Puts on the desk what the dialog must remember. */
    private void putText(final SipMessage message, final Slice tag) {
        text.begin();
        text.append(message.callId()).endPart();
        text.append(message.value(SipHeader.FROM, value)).endPart();
        text.append(message.value(SipHeader.TO, value))
                .append(";tag=")
                .append(tag)
                .endPart();
        text.append(needsSecureContact(message) ? "<sips:" : "<sip:")
                .append(uri.user())
                .append("@")
                .append(hostPort)
                .append(">")
                .endPart();
        for (int line = message.first(SipHeader.RECORD_ROUTE), first = line; line >= 0; line = message.next(line)) {
            text.append(line == first ? "" : ", ")
                    .append(value.wrap(message.buffer(), message.valueOffset(line), message.valueLength(line)));
        }
        text.endPart();
        text.append(address.uri()).endPart();
    }

    /** RFC 3261 §12.1.1: sips in the Request-URI, the topmost Record-Route, or without one the Contact. */
    private boolean needsSecureContact(final SipMessage message) {
        if (uri.scheme() == SipUri.Scheme.SIPS) {
            return true;
        }
        message.value(SipHeader.RECORD_ROUTE, value);
        if (value.isEmpty()) {
            return isSecure(address.uri());
        }
        return route.parse(value.buffer(), value.offset(), value.length()) && isSecure(route.uri());
    }

    private static boolean isSecure(final Slice uri) {
        final int colon = 4;
        return uri.length() > colon
                && uri.byteAt(colon) == ':'
                && (uri.byteAt(0) | 0x20) == 's'
                && (uri.byteAt(1) | 0x20) == 'i'
                && (uri.byteAt(2) | 0x20) == 'p'
                && (uri.byteAt(3) | 0x20) == 's';
    }

    /** One Contact with a URI in it (RFC 3261 §8.1.1.8); then {@link #address} is it. */
    private boolean parseContact(final SipMessage message) {
        final int line = message.first(SipHeader.CONTACT);
        return line >= 0
                && message.next(line) < 0
                && address.parse(message.buffer(), message.valueOffset(line), message.valueLength(line))
                && address.length() == message.valueLength(line);
    }

    private SdpAnswer.Result answerTo(
            final SipMessage message, final MediaSession media, final long descriptionId, final long version) {
        final SdpAnswer.Result result = SdpAnswer.answer(
                message.buffer(),
                message.bodyOffset(),
                message.bodyLength(),
                mediaSettings.advertisedAddress(),
                media.rtpPort(),
                descriptionId,
                version,
                true);
        final SdpAnswer agreed = result.answer();
        return agreed == null || hasStaticPayloadType(agreed) ? result : NOTHING_IN_COMMON;
    }

    private static boolean hasStaticPayloadType(final SdpAnswer agreed) {
        return agreed.payloadType() == payloadType(agreed.codec());
    }

    /** Media sends G.711 under the numbers of RFC 3551 only. */
    private static int payloadType(final SdpAnswer.Codec codec) {
        return switch (codec) {
            case PCMU -> MediaPlane.PCMU;
            case PCMA -> MediaPlane.PCMA;
        };
    }

    static void putCapabilities(final SipResponseWriter writer) {
        writer.header("Allow", SipCapabilities.ALLOW)
                .header("Accept", SipCapabilities.ACCEPT)
                .header("Supported", SipCapabilities.SUPPORTED);
    }

    private static boolean isSip(final SipUri uri) {
        return uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS;
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

    // ---- refusals

    /** RFC 3261 §8.2.2.3 and §8.2.3; whether the request was refused for what it requires or carries. */
    private boolean hasUnsupported(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (message.first(SipHeader.REQUIRE) >= 0) {
            counters.refused.incrementRelease();
            putUnsupported(begin(message, arrival, 420, "Bad Extension"), message);
            responder.send(transaction, nowNs);
            return true;
        }
        final Content content = Content.of(message, value);
        if (content == Content.UNTYPED) {
            refuseRequest(transaction, message, arrival, 400, "Missing Content-Type", nowNs);
            return true;
        }
        if (content == Content.UNSUPPORTED) {
            counters.refused.incrementRelease();
            begin(message, arrival, 415, "Unsupported Media Type")
                    .header("Accept", SipCapabilities.ACCEPT)
                    .header("Accept-Encoding", "identity");
            responder.send(transaction, nowNs);
            return true;
        }
        return false;
    }

    /** Nothing that can be required is supported yet, so all of it is named. */
    void putUnsupported(final SipResponseWriter writer, final SipMessage message) {
        for (int line = message.first(SipHeader.REQUIRE); line >= 0; line = message.next(line)) {
            writer.header(
                    "Unsupported", value.wrap(message.buffer(), message.valueOffset(line), message.valueLength(line)));
        }
    }

    private void refuseDescription(
            final InviteServerTransaction transaction,
            final SdpAnswer.@Nullable Refusal refusal,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        if (refusal == SdpAnswer.Refusal.NOTHING_IN_COMMON) {
            begin(message, arrival, 488, "Not Acceptable Here")
                    .header("Warning", "305 " + settings.advertisedHost() + " \"Incompatible media format\"");
            responder.send(transaction, nowNs);
        } else {
            refuse(transaction, message, arrival, 400, "Malformed Session Description", nowNs);
        }
    }

    private void refuseFull(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final long nowNs) {
        counters.refusedFull.incrementRelease();
        refuse(transaction, message, arrival, 503, "Service Unavailable", nowNs);
    }

    private void refuseRequest(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final int statusCode,
            final String reason,
            final long nowNs) {
        counters.refused.incrementRelease();
        refuse(transaction, message, arrival, statusCode, reason, nowNs);
    }

    private void refuse(
            final InviteServerTransaction transaction,
            final SipMessage message,
            final Arrival arrival,
            final int statusCode,
            final String reason,
            final long nowNs) {
        begin(message, arrival, statusCode, reason);
        responder.send(transaction, nowNs);
    }

    private SipResponseWriter begin(
            final SipMessage message, final Arrival arrival, final int statusCode, final String reason) {
        final Slice tag = message.toTag().isEmpty() ? responder.freshTag() : message.toTag();
        return responder.begin(message, arrival.source(), statusCode, reason, tag);
    }
}
