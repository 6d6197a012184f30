package midplane.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads address literals and never asks a resolver: agents must not wait for DNS. */
public final class NumericHost {
    private static final int IPV4_PARTS = 4;
    private static final int IPV4_PART_DIGITS = 3;

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
        try {
            final byte[] ipv4 = ipv4(bare);
            if (ipv4 != null) {
                return InetAddress.getByAddress(ipv4);
            }
            return looksLikeIpv6(bare) ? InetAddress.getByName(bare) : null;
        } catch (final UnknownHostException ex) {
            return null;
        }
    }

    private static byte @Nullable [] ipv4(final String text) {
        final byte[] address = new byte[IPV4_PARTS];
        int part = 0;
        int digits = 0;
        int value = 0;
        for (int i = 0; i <= text.length(); i++) {
            final char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || part == IPV4_PARTS) {
                    return null;
                }
                address[part++] = (byte) value;
                digits = 0;
                value = 0;
            } else if (c >= '0' && c <= '9' && digits < IPV4_PART_DIGITS) {
                digits++;
                value = value * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return part == IPV4_PARTS ? address : null;
    }

    /**
     * {@link InetAddress#getByName} asks no resolver when the first character is a colon or a hexadecimal digit and
     * there is a colon; a literal that is bad then makes it throw.
     */
    private static boolean looksLikeIpv6(final String text) {
        boolean colon = false;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            colon |= c == ':';
            if (c != ':' && (c != '.' || i == 0) && !isHexDigit(c)) {
                return false;
            }
        }
        return colon;
    }

    private static boolean isHexDigit(final char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}
