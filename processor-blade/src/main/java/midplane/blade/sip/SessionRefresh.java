package midplane.blade.sip;

import java.util.concurrent.TimeUnit;
import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.shelf.Entropy;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sip.OptionTags;
import midplane.signalling.sip.SessionInterval;
import midplane.signalling.sip.SessionInterval.Refresher;
import midplane.signalling.sip.SipCapabilities;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipRequestWriter;
import midplane.signalling.sip.SipResponseWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Session timers (RFC 4028): agrees on them in our 2xx, refreshes the sessions that are ours to refresh, and ends those
 * that nobody refreshed.
 *
 * <p>By UPDATE where the other side takes it, else by a re-INVITE that offers what we said last (§7.4). Who asked for the
 * timer refreshes, unless it says otherwise: the client whose INVITE has a Session-Expires, we where we ask first. So a
 * client that names {@code timer} only out of habit loses no call.
 */
final class SessionRefresh {
    /** Answers in a row that have us try again soon; what comes after waits for half of the time left. */
    static final int RETRIES_MAX = 5;

    /** RFC 3261 §14.1: who does not own the Call-ID tries again after 0 to 2 seconds, in steps of 10 ms. */
    private static final int GLARE_STEPS = 201;

    private static final long GLARE_STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** A re-INVITE must wait until an INVITE of theirs has its ACK. */
    private static final long BUSY_NS = TimeUnit.SECONDS.toNanos(1);

    private static final int VALUE_LENGTH = 32;
    private static final String UAC = ";refresher=uac";
    private static final String UAS = ";refresher=uas";

    private final long sessionSeconds;
    private final long secondsMin;
    private final Entropy entropy;
    private final ByteStore store;
    private final SipKeys keys;
    private final DialogTable dialogs;
    private final TransactionTable<NonInviteClientTransaction> others;
    private final TransactionTable<InviteClientTransaction> invites;
    private final CallCounters counters;
    private final DialogWords words;
    private final StoredInvite storedInvite;
    private final OfferAnswer descriptions;
    private final CallRefusals refusals;
    private final CallEnding ending;
    private final DialogRequest request;
    private final OptionTags options = new OptionTags();
    private final SessionInterval asked = new SessionInterval();
    private final SessionInterval least = new SessionInterval();
    private final UnsafeBuffer valueBytes = new UnsafeBuffer(new byte[VALUE_LENGTH]);
    private final UnsafeBuffer body = new UnsafeBuffer(0, 0);
    private final Slice value = new Slice();

    SessionRefresh(
            final SipSettings settings,
            final Entropy entropy,
            final ByteStore store,
            final SipKeys keys,
            final DialogTable dialogs,
            final TransactionTable<NonInviteClientTransaction> others,
            final TransactionTable<InviteClientTransaction> invites,
            final CallCounters counters,
            final DialogWords words,
            final StoredInvite storedInvite,
            final OfferAnswer descriptions,
            final CallRefusals refusals,
            final CallEnding ending,
            final DialogRequest request) {
        sessionSeconds = settings.sessionExpiresSeconds();
        secondsMin = settings.sessionSecondsMin();
        this.entropy = entropy;
        this.store = store;
        this.keys = keys;
        this.dialogs = dialogs;
        this.others = others;
        this.invites = invites;
        this.counters = counters;
        this.words = words;
        this.storedInvite = storedInvite;
        this.descriptions = descriptions;
        this.refusals = refusals;
        this.ending = ending;
        this.request = request;
    }

    // ---- what they ask for

    /** Begins a refusal of an INVITE or UPDATE for its session timer; returns whether there is reason for one. */
    boolean beginRefusal(final SipMessage message, final Arrival arrival) {
        if (isBroken(message, SipHeader.SESSION_EXPIRES, asked)) {
            refusals.begin(message, arrival, 400, "Bad Session-Expires");
            return true;
        }
        if (isBroken(message, SipHeader.MIN_SE, least)) {
            refusals.begin(message, arrival, 400, "Bad Min-SE");
            return true;
        }
        // RFC 4028 §9: only who knows what a 422 is gets one.
        if (message.first(SipHeader.SESSION_EXPIRES) >= 0 && asked.seconds() < secondsMin && supportsTimer(message)) {
            counters.sessionTooShort.incrementRelease();
            refusals.begin(message, arrival, 422, "Session Interval Too Small").header("Min-SE", secondsMin);
            return true;
        }
        return false;
    }

    /** There are several, or one that cannot be read. */
    private boolean isBroken(final SipMessage message, final SipHeader header, final SessionInterval into) {
        final int line = message.first(header);
        return line >= 0 && (message.next(line) >= 0 || !into.parse(message.value(header, value)));
    }

    private boolean supportsTimer(final SipMessage message) {
        return options.names(message, SipHeader.SUPPORTED, SipCapabilities.TIMER)
                || options.names(message, SipHeader.REQUIRE, SipCapabilities.TIMER);
    }

    /**
     * A 2xx to an INVITE or UPDATE is being written: says in it how long the session lives, and remembers it (RFC 4028
     * §9, table 2).
     */
    void agree(final Dialog dialog, final SipMessage message, final SipResponseWriter writer, final long nowNs) {
        final SessionTimer session = dialog.session;
        noteAllow(session, message);
        final boolean isMinSaid =
                message.first(SipHeader.MIN_SE) >= 0 && least.parse(message.value(SipHeader.MIN_SE, value));
        if (isMinSaid) {
            session.heardMin(least.seconds());
        }
        final boolean isAsked = message.first(SipHeader.SESSION_EXPIRES) >= 0
                && asked.parse(message.value(SipHeader.SESSION_EXPIRES, value))
                // Less is none of the RFC's; a proxy wrote it for a client that would not know a 422.
                && asked.seconds() >= SessionTimer.SECONDS_MIN;
        final boolean isSupported = supportsTimer(message);
        if (!isAsked && (!isSupported || sessionSeconds == 0)) {
            session.stop();
            return;
        }
        final long floor = Math.max(SessionTimer.SECONDS_MIN, isMinSaid ? least.seconds() : 0);
        final long ours = sessionSeconds == 0 ? Long.MAX_VALUE : Math.max(sessionSeconds, floor);
        final boolean isOurs = !isAsked || !isSupported || asked.refresher() == Refresher.UAS;
        session.begin(isAsked ? Math.min(asked.seconds(), ours) : ours, isOurs, nowNs);
        writer.header("Session-Expires", interval(session.secondsAgreed(), isOurs ? UAS : UAC));
        if (isSupported) {
            writer.header("Require", SipCapabilities.TIMER);
        }
    }

    private void noteAllow(final SessionTimer session, final SipMessage message) {
        if (message.first(SipHeader.ALLOW) >= 0) {
            session.allowsUpdate = options.names(message, SipHeader.ALLOW, SipMethod.UPDATE.name());
        }
    }

    private Slice interval(final long seconds, final String refresher) {
        final int length = valueBytes.putNaturalLongAscii(0, seconds);
        return value.wrap(valueBytes, 0, length + valueBytes.putStringWithoutLengthAscii(length, refresher));
    }

    // ---- what is due

    /** A timer of a confirmed dialog fired; returns whether it was one of these. */
    boolean onDeadline(final Dialog dialog, final long nowNs) {
        if (dialog.session.isExpired(nowNs)) {
            counters.sessionsExpired.incrementRelease();
            ending.hangUp(dialog, nowNs);
            return true;
        }
        if (!dialog.session.takeRefresh(nowNs)) {
            return false;
        }
        if (!dialog.session.isRefreshing) {
            refresh(dialog, nowNs);
        }
        return true;
    }

    private void refresh(final Dialog dialog, final long nowNs) {
        final SessionTimer session = dialog.session;
        if (session.allowsUpdate) {
            final int length = begin(SipMethod.UPDATE, dialog).finish();
            sendUpdate(dialog, length, nowNs);
        } else if (dialog.ok.isWaiting() || dialog.awaitsAnswer) {
            session.retryAt(nowNs + BUSY_NS);
        } else {
            body.wrap(dialog.description().text());
            final int length = begin(SipMethod.INVITE, dialog)
                    .finishWithBody(SipCapabilities.DESCRIPTION, body, 0, body.capacity());
            sendInvite(dialog, length, nowNs);
        }
    }

    private SipRequestWriter begin(final SipMethod method, final Dialog dialog) {
        final SessionTimer session = dialog.session;
        final DialogText text = words.load(dialog);
        final SipRequestWriter writer = request.begin(method, text, ++dialog.localCseq)
                .header("Contact", text.contact())
                .header("Allow", SipCapabilities.ALLOW)
                .header("Session-Expires", interval(session.secondsToAsk(), UAC));
        if (session.secondsMin() > 0) {
            writer.header("Min-SE", session.secondsMin());
        }
        return writer;
    }

    private void sendUpdate(final Dialog dialog, final int length, final long nowNs) {
        final Peer destination = request.destination(words.text(), dialog.source());
        keys.clientTransaction(request.branch(), SipMethod.UPDATE);
        final NonInviteClientTransaction transaction =
                length < 0 ? null : others.open(keys.high(), keys.low(), Exit.OWN_PORT, destination);
        if (transaction == null) {
            onUnsent(dialog, nowNs);
            return;
        }
        onSent(dialog, transaction, SipMethod.UPDATE);
        transaction.request(request.request(), length, nowNs);
        others.settle(transaction);
    }

    private void sendInvite(final Dialog dialog, final int length, final long nowNs) {
        final Peer destination = request.destination(words.text(), dialog.source());
        keys.clientTransaction(request.branch(), SipMethod.INVITE);
        // What cannot be kept cannot be acknowledged.
        final InviteClientTransaction transaction = length < 0 || !store.hasRoom(length)
                ? null
                : invites.open(keys.high(), keys.low(), Exit.OWN_PORT, destination);
        if (transaction == null) {
            onUnsent(dialog, nowNs);
            return;
        }
        onSent(dialog, transaction, SipMethod.INVITE);
        dialog.session.isOffering = true;
        transaction.request(request.request(), length, nowNs);
        invites.settle(transaction);
    }

    private void onSent(final Dialog dialog, final Transaction transaction, final SipMethod method) {
        counters.refreshesSent.incrementRelease();
        dialog.session.isRefreshing = true;
        transaction.method = method;
        transaction.dialogHigh = dialog.keyHigh;
        transaction.dialogLow = dialog.keyLow;
    }

    private void onUnsent(final Dialog dialog, final long nowNs) {
        counters.refreshesUnsent.incrementRelease();
        dialog.session.retryLater(nowNs);
    }

    // ---- what they answer

    /** The first final response to our re-INVITE: acknowledges it, whatever became of the dialog. */
    void onAnswer(final InviteClientTransaction transaction, final SipMessage response, final long nowNs) {
        final Dialog dialog = dialogs.find(transaction.dialogHigh, transaction.dialogLow);
        if (dialog != null && response.statusCode() < 300) {
            // RFC 3261 §13.2.2.4: within the dialog, as the 2xx left it.
            moveTarget(dialog, response);
            final DialogText text = words.load(dialog);
            final int length =
                    request.begin(SipMethod.ACK, text, response.cseq()).finish();
            transaction.acknowledge(request.request(), length, request.destination(text, dialog.source()));
        } else {
            final int length = request.beginAck(storedInvite.of(transaction.message), response)
                    .finish();
            transaction.acknowledge(request.request(), length, transaction.peer());
        }
        if (dialog != null) {
            onFinal(dialog, response, nowNs);
        }
    }

    /** The first final response to our UPDATE. */
    void onAnswer(final NonInviteClientTransaction transaction, final SipMessage response, final long nowNs) {
        final Dialog dialog = dialogs.find(transaction.dialogHigh, transaction.dialogLow);
        if (dialog != null) {
            if (response.statusCode() < 300) {
                moveTarget(dialog, response);
            }
            onFinal(dialog, response, nowNs);
        }
    }

    /** Nobody answered (RFC 4028 §10). */
    void onTimeout(final Transaction transaction, final long nowNs) {
        final Dialog dialog = dialogs.find(transaction.dialogHigh, transaction.dialogLow);
        if (dialog != null && isOver(dialog)) {
            counters.refreshesUnanswered.incrementRelease();
            ending.hangUp(dialog, nowNs);
        }
    }

    /** RFC 3261 §12.2.1.2. */
    private void moveTarget(final Dialog dialog, final SipMessage response) {
        words.load(dialog);
        if (words.parseContact(response)) {
            words.moveTarget(dialog);
        }
    }

    /** Notes that the refresh has its answer; returns whether that still matters. */
    private static boolean isOver(final Dialog dialog) {
        dialog.session.isRefreshing = false;
        dialog.session.isOffering = false;
        return dialog.state == Dialog.State.CONFIRMED;
    }

    private void onFinal(final Dialog dialog, final SipMessage response, final long nowNs) {
        if (!isOver(dialog)) {
            return;
        }
        final SessionTimer session = dialog.session;
        final int status = response.statusCode();
        if (status < 300) {
            onRefreshed(dialog, response, nowNs);
        } else if (status == 408 || status == 481) {
            counters.refreshesRefused.incrementRelease();
            ending.hangUp(dialog, nowNs);
        } else if (isUpdateUnknown(response)) {
            session.allowsUpdate = false;
            session.retryAt(nowNs);
        } else if (status == 422 && session.retries++ < RETRIES_MAX && hearMin(session, response)) {
            session.retryAt(nowNs);
        } else if (status == 491 && session.retries++ < RETRIES_MAX) {
            session.retryAt(nowNs + entropy.nextInt(GLARE_STEPS) * GLARE_STEP_NS);
        } else {
            counters.refreshesRefused.incrementRelease();
            session.retryLater(nowNs);
        }
        dialogs.settle(dialog);
    }

    private static boolean isUpdateUnknown(final SipMessage response) {
        return response.cseqMethod() == SipMethod.UPDATE
                && (response.statusCode() == 405 || response.statusCode() == 501);
    }

    private boolean hearMin(final SessionTimer session, final SipMessage response) {
        if (response.first(SipHeader.MIN_SE) < 0 || isBroken(response, SipHeader.MIN_SE, least)) {
            return false;
        }
        session.heardMin(least.seconds());
        return true;
    }

    /** RFC 4028 §7.2. A 2xx that says nothing is that of a side without timers: then the refreshing stays ours. */
    private void onRefreshed(final Dialog dialog, final SipMessage response, final long nowNs) {
        final SessionTimer session = dialog.session;
        noteAllow(session, response);
        final boolean isSaid =
                response.first(SipHeader.SESSION_EXPIRES) >= 0 && !isBroken(response, SipHeader.SESSION_EXPIRES, asked);
        final long seconds = isSaid ? Math.max(asked.seconds(), SessionTimer.SECONDS_MIN) : session.secondsToAsk();
        dialog.signOfLifeNs = nowNs;
        session.begin(seconds, !isSaid || asked.refresher() != Refresher.UAS, nowNs);
        counters.refreshesAnswered.incrementRelease();
        if (response.cseqMethod() == SipMethod.INVITE && !descriptions.takeAnswer(dialog, response)) {
            counters.answerMissing.incrementRelease();
            ending.hangUp(dialog, nowNs);
        }
    }
}
