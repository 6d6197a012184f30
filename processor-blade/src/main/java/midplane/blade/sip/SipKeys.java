package midplane.blade.sip;

import midplane.blade.core.KeyedHash;
import midplane.shelf.Entropy;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipMethod;
import midplane.signalling.sip.SipVia;

/** The names SIP gives to transactions and dialogs, as keys. Each method fills one key; read it before the next. */
final class SipKeys {
    private static final int DEFAULT_PORT = 5060;
    private static final int TRANSACTION = 1;
    private static final int OLD_TRANSACTION = 2;
    private static final int DIALOG = 3;
    private static final int MERGED_REQUEST = 4;
    private static final int CLIENT_TRANSACTION = 5;
    private static final int STATELESS_TAG = 6;
    private static final int TAG = 7;

    private final KeyedHash hash;
    private final Slice via = new Slice();

    SipKeys(final Entropy entropy) {
        hash = new KeyedHash(entropy);
    }

    long high() {
        return hash.high();
    }

    long low() {
        return hash.low();
    }

    /**
     * RFC 3261 §17.2.3: the server transaction a request belongs to. With the magic cookie: branch, sent-by and method.
     * Without, as RFC 2543 did: Request-URI, tags, Call-ID, CSeq and topmost Via; there the To tag is left out for INVITE
     * and those that refer to it, since the ACK has the one of the response.
     *
     * @param method that of the request; INVITE to find what an ACK or a CANCEL refers to.
     * @param requestUri as the client sent it.
     */
    SipKeys transaction(final SipMessage message, final SipMethod method, final Slice requestUri) {
        final SipVia top = message.topVia();
        if (top.hasMagicCookie()) {
            hash.begin(TRANSACTION)
                    .add(top.branch())
                    .addLowerCase(top.host())
                    .add(top.port() > 0 ? top.port() : DEFAULT_PORT);
        } else {
            hash.begin(OLD_TRANSACTION)
                    .add(requestUri)
                    .add(message.fromTag())
                    .add(message.callId())
                    .add(message.cseq())
                    .add(topViaText(message));
            if (method != SipMethod.INVITE && method != SipMethod.CANCEL) {
                hash.add(message.toTag());
            }
        }
        return method(message, method);
    }

    /** RFC 3261 §12: the dialog a request of the other side belongs to. */
    SipKeys dialog(final SipMessage message) {
        return dialog(message.callId(), message.toTag(), message.fromTag());
    }

    SipKeys dialog(final Slice callId, final Slice localTag, final Slice remoteTag) {
        hash.begin(DIALOG).add(callId).add(localTag).add(remoteTag).end();
        return this;
    }

    /** RFC 3261 §8.2.2.2: what a request has in common with copies of it that took another way. */
    SipKeys mergedRequest(final SipMessage message) {
        hash.begin(MERGED_REQUEST).add(message.callId()).add(message.fromTag()).add(message.cseq());
        return method(message, message.method());
    }

    /** RFC 3261 §17.1.3: the client transaction a response belongs to. */
    SipKeys clientTransaction(final Slice branch, final SipMethod method) {
        hash.begin(CLIENT_TRANSACTION).add(branch).add(method.name()).end();
        return this;
    }

    /** RFC 3261 §8.2.7: the tag of a request that is answered without state; the same for every copy. */
    SipKeys statelessTag(final SipMessage message) {
        hash.begin(STATELESS_TAG)
                .add(topViaText(message))
                .add(message.callId())
                .add(message.fromTag())
                .add(message.cseq())
                .end();
        return this;
    }

    /** A tag, to be recognised later. */
    SipKeys tag(final Slice tag) {
        hash.begin(TAG).add(tag).end();
        return this;
    }

    private SipKeys method(final SipMessage message, final SipMethod method) {
        hash.add(method.name());
        if (method == SipMethod.OTHER) {
            hash.add(message.methodName());
        }
        hash.end();
        return this;
    }

    private Slice topViaText(final SipMessage message) {
        message.value(SipHeader.VIA, via);
        return via.wrap(
                via.buffer(),
                via.offset(),
                Math.min(via.length(), message.topVia().length()));
    }
}
