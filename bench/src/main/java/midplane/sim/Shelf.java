package midplane.sim;

import java.net.InetSocketAddress;
import midplane.net.Peer;

/**
 * What the outside knows of the chassis.
 *
 * @param host as it stands in Contact and Via.
 * @param bladePorts by slot.
 */
record Shelf(String host, int wellKnownPort, int[] bladePorts) {
    private static final int TAG_LENGTH = 40;
    private static final int DASH = 7;

    /** Whether a port of the chassis carries signalling; all others carry media. */
    boolean isSignalling(final Peer local) {
        boolean isSignalling = local.port() == wellKnownPort;
        for (final int port : bladePorts) {
            isSignalling |= port == local.port();
        }
        return isSignalling;
    }

    Peer wellKnown() {
        return Peer.of(new InetSocketAddress(host, wellKnownPort));
    }

    int blades() {
        return bladePorts.length;
    }

    int bladePort(final int blade) {
        return bladePorts[blade];
    }

    /** The blade a tag names, as the wire contract has it: 'b', two hex digits, four of the epoch; or -1. */
    static int blade(final String tag) {
        return tag.length() == TAG_LENGTH && tag.charAt(0) == 'b' && tag.charAt(DASH) == '-'
                ? Integer.parseInt(tag.substring(1, 3), 16)
                : -1;
    }

    static boolean isOurs(final String tag) {
        return blade(tag) >= 0;
    }
}
