package midplane.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads address literals and never asks a resolver: agents must not wait for DNS. */
public final class NumericHost {
    private NumericHost() {}

    /**
     * Reads an IPv4 literal of four decimal parts, or an IPv6 literal with or without brackets.
     *
     * @return null for anything else, names included.
     */
    public static @Nullable InetAddress parse(final String host) {
        final String bare = host.length() > 2 && host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
        if (!(isIpv4(bare) || looksLikeIpv6(bare))) {
            return null;
        }
        try {
            return InetAddress.getByName(bare);
        } catch (final UnknownHostException ex) {
            return null;
        }
    }

    private static boolean isIpv4(final String text) {
        int parts = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            final char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0) {
                    return false;
                }
                parts++;
                value = -1;
            } else if (c >= '0' && c <= '9') {
                value = Math.max(value, 0) * 10 + (c - '0');
                if (value > 255) {
                    return false;
                }
            } else {
                return false;
            }
        }
        return parts == 4;
    }

    /** A colon keeps {@link InetAddress#getByName} from asking a resolver; it throws on a bad literal. */
    private static boolean looksLikeIpv6(final String text) {
        boolean colon = false;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            colon |= c == ':';
            if (c != ':' && c != '.' && Character.digit(c, 16) < 0) {
                return false;
            }
        }
        return colon;
    }
}
