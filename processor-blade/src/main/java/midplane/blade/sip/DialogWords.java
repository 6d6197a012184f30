package midplane.blade.sip;

import midplane.blade.core.ByteStore;
import midplane.shelf.SipSettings;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipUri;

/**
 * Takes out of a request what its dialog must remember (RFC 3261 §12.1.1), and lays it out again: the one
 * {@link DialogText} all calls of a blade work with.
 */
final class DialogWords {
    private final ByteStore store;
    private final String hostPort;
    private final DialogText text = new DialogText();
    private final SipUri uri = new SipUri();
    private final SipAddress address = new SipAddress();
    private final SipAddress route = new SipAddress();
    private final Slice value = new Slice();

    DialogWords(final SipSettings settings, final int portId, final ByteStore store) {
        this.store = store;
        hostPort = settings.advertisedHost() + ':' + portId;
    }

    /** The words on the desk. */
    DialogText text() {
        return text;
    }

    /** Lays a dialog's words out. */
    DialogText load(final Dialog dialog) {
        return text.load(store, dialog.text);
    }

    /** Reads the Request-URI; then {@link #uri} is it. */
    boolean parseRequestUri(final Slice requestUri) {
        return uri.parse(requestUri.buffer(), requestUri.offset(), requestUri.length());
    }

    SipUri uri() {
        return uri;
    }

    boolean isSip() {
        return uri.scheme() == SipUri.Scheme.SIP || uri.scheme() == SipUri.Scheme.SIPS;
    }

    /** Whether there is one Contact with a URI in it (RFC 3261 §8.1.1.8); then it is the one that is put or moved to. */
    boolean parseContact(final SipMessage message) {
        final int line = message.first(SipHeader.CONTACT);
        return line >= 0
                && message.next(line) < 0
                && address.parse(message.buffer(), message.valueOffset(line), message.valueLength(line))
                && address.length() == message.valueLength(line);
    }

    /**
     * Puts on the desk what the dialog must remember, and saves it. Request-URI and Contact must have been parsed.
     *
     * @return the handle, or {@link ByteStore#NOTHING} when it is too long.
     */
    int save(final SipMessage message, final Slice tag) {
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
        return text.save(store);
    }

    /** RFC 3261 §12.2.2: a target refresh. Without room for the new words the old ones stay. */
    void moveTarget(final Dialog dialog) {
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
}
