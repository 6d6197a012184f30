package midplane.blade.sip;

import midplane.net.Peer;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.SipUri;

/**
 * Knows which hosts a dialog names as its other side: that of the Contact, and those of the routes. Hosts that are names
 * are not among them, since nobody here asks a resolver.
 */
final class DialogPeers {
    private static final int ANY_PORT = 1;

    private final DialogWords words;
    private final SipAddress route = new SipAddress();
    private final SipUri uri = new SipUri();
    private final Slice value = new Slice();
    private final Slice rest = new Slice();

    DialogPeers(final DialogWords words) {
        this.words = words;
    }

    /** Whether a host has a part in a dialog, so that its requests may touch it. */
    boolean isPeer(final Dialog dialog, final Peer source) {
        return dialog.source().isSameHost(source) || isNamedBy(words.load(dialog), source);
    }

    /** Whether the dialog names this host. */
    private boolean isNamedBy(final DialogText text, final Peer source) {
        if (isHostOf(text.target(), source)) {
            return true;
        }
        final Slice routes = text.routes();
        int from = 0;
        while (from < routes.length()) {
            rest.wrap(routes.buffer(), routes.offset() + from, routes.length() - from);
            if (!route.parse(rest.buffer(), rest.offset(), rest.length()) || route.length() == 0) {
                return false;
            }
            if (isHostOf(route.uri(), source)) {
                return true;
            }
            from += route.length();
            while (from < routes.length() && isBetween(routes.byteAt(from))) {
                from++;
            }
        }
        return false;
    }

    private boolean isHostOf(final Slice text, final Peer source) {
        if (!uri.parse(text.buffer(), text.offset(), text.length())
                || (uri.scheme() != SipUri.Scheme.SIP && uri.scheme() != SipUri.Scheme.SIPS)) {
            return false;
        }
        final Slice host = uri.param("maddr", value) && !value.isEmpty() ? value : uri.host();
        final Peer named = Peer.ofNumeric(host.toString(), ANY_PORT);
        return named != null && named.isSameHost(source);
    }

    private static boolean isBetween(final byte b) {
        return b == ',' || b == ' ' || b == '\t';
    }
}
