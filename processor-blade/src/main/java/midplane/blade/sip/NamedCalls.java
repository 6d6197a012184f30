package midplane.blade.sip;

import midplane.blade.media.Conference;
import midplane.signalling.Slice;
import midplane.signalling.sip.DialogReference;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipUri;
import org.jspecify.annotations.Nullable;

/**
 * INVITEs that name another call of this blade: Replaces takes its place (RFC 3891 §3), Join hears what it hears (RFC 3911
 * §4). The service is that of the named call, whatever the Request-URI says: our Contact, which is what they are sent to,
 * names no prompt.
 *
 * <p>Both are allowed to the peers of the named call only, as is every request within it: whoever is not believed there
 * shall not do by another dialog what it may not do in this one. Target-Dialog (RFC 4538) only vouches for who knows a
 * call; nothing here asks for it, but it must be readable.
 */
final class NamedCalls {
    private static final String CONFERENCE = "conf=";

    private final DialogTable dialogs;
    private final SipKeys keys;
    private final DialogPeers peers;
    private final CallRefusals refusals;
    private final DialogReference reference = new DialogReference();
    private final Slice none = new Slice();
    private final Slice prefix = new Slice();
    private @Nullable Dialog call;
    private boolean isReplacement;

    NamedCalls(final DialogTable dialogs, final SipKeys keys, final DialogPeers peers, final CallRefusals refusals) {
        this.dialogs = dialogs;
        this.keys = keys;
        this.peers = peers;
        this.refusals = refusals;
    }

    /** The call that the INVITE looked at last names; null when it names none. */
    @Nullable
    Dialog call() {
        return call;
    }

    /** Whether it is to be ended in favour of the new one. */
    boolean isReplacement() {
        return isReplacement;
    }

    /** Looks which call an INVITE names; begins a refusal and returns true when it must not. */
    boolean beginRefusal(final SipMessage message, final Arrival arrival, final SipUri requestUri) {
        call = null;
        isReplacement = message.first(SipHeader.REPLACES) >= 0;
        final boolean isJoin = message.first(SipHeader.JOIN) >= 0;
        if (isReplacement && isJoin) {
            return begin(message, arrival, 400, "Replaces And Join");
        }
        if (message.first(SipHeader.TARGET_DIALOG) >= 0 && !reference.parse(message, SipHeader.TARGET_DIALOG)) {
            return begin(message, arrival, 400, "Bad Target-Dialog");
        }
        if (isReplacement) {
            return reference.parse(message, SipHeader.REPLACES)
                    ? beginRefusal(message, arrival)
                    : begin(message, arrival, 400, "Bad Replaces");
        }
        if (!isJoin) {
            return false;
        }
        if (!reference.parse(message, SipHeader.JOIN)) {
            return begin(message, arrival, 400, "Bad Join");
        }
        // RFC 3911 §4: who asks for a conference by its name gets it, though the call is gone that was to be joined.
        return (find() != null || !isConference(requestUri)) && beginRefusal(message, arrival);
    }

    private boolean beginRefusal(final SipMessage message, final Arrival arrival) {
        final Dialog found = find();
        if (found == null) {
            return begin(message, arrival, 481, "Call/Transaction Does Not Exist");
        }
        if (!peers.isPeer(found, arrival.source())) {
            return begin(message, arrival, 403, "Forbidden");
        }
        switch (found.state) {
            // An early dialog that we did not begin; and we begin none.
            case FREE, RINGING -> {
                return begin(message, arrival, 481, "Call/Transaction Does Not Exist");
            }
            case ENDING, LINGERING -> {
                return begin(message, arrival, 603, "Decline");
            }
            case ANSWERED, CONFIRMED -> {}
        }
        if (isReplacement && reference.isEarlyOnly()) {
            return begin(message, arrival, 486, "Busy Here");
        }
        if (!isReplacement && !(found.service instanceof Conference)) {
            return begin(message, arrival, 488, "Not Acceptable Here");
        }
        call = found;
        return false;
    }

    private @Nullable Dialog find() {
        final Dialog found = dialogs.find(keys.dialog(reference.callId(), reference.localTag(), reference.remoteTag()));
        return found == null && reference.remoteTag().equalsIgnoreCase("0")
                ? dialogs.find(keys.dialog(reference.callId(), reference.localTag(), none))
                : found;
    }

    private boolean isConference(final SipUri uri) {
        final Slice user = uri.user();
        return user.length() > CONFERENCE.length()
                && prefix.wrap(user.buffer(), user.offset(), CONFERENCE.length())
                        .equalsIgnoreCase(CONFERENCE);
    }

    private boolean begin(final SipMessage message, final Arrival arrival, final int statusCode, final String reason) {
        refusals.begin(message, arrival, statusCode, reason);
        return true;
    }
}
