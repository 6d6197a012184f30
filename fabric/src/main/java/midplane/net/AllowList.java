package midplane.net;

import java.net.InetAddress;
import java.util.List;

/**
 * The sources that are listened to, as CIDR blocks. Immutable. An empty list allows nobody.
 *
 * <p>IPv4 blocks speak of IPv4 sources and IPv6 blocks of IPv6 sources: {@code ::/0} lets no IPv4 source in.
 */
public final class AllowList {
    /** Both loopback ranges: what a fresh install listens to. */
    public static final AllowList LOOPBACK = parse(List.of("127.0.0.0/8", "::1/128"));

    private static final int ADDRESS_BITS = 128;
    private static final int IPV4_BITS = 32;
    private static final int IPV4_MAPPED_BITS = ADDRESS_BITS - IPV4_BITS;
    private static final String EXPECTED =
            ": expected an address or a CIDR block, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32";

    private final long[] highs;
    private final long[] lows;
    private final int[] prefixLengths;

    private AllowList(final long[] highs, final long[] lows, final int[] prefixLengths) {
        this.highs = highs;
        this.lows = lows;
        this.prefixLengths = prefixLengths;
    }

    /**
     * Reads blocks such as {@code 10.0.0.0/8}, {@code 192.0.2.7} or {@code 2001:db8::/32}. Names are not looked up.
     *
     * @throws IllegalArgumentException naming the block that is not one, and what was expected.
     */
    public static AllowList parse(final List<String> blocks) {
        final int count = blocks.size();
        final long[] highs = new long[count];
        final long[] lows = new long[count];
        final int[] prefixLengths = new int[count];
        for (int i = 0; i < count; i++) {
            final String block = blocks.get(i).strip();
            final int slash = block.indexOf('/');
            final String host = slash < 0 ? block : block.substring(0, slash);
            final InetAddress address = NumericHost.parse(host);
            if (address == null) {
                throw new IllegalArgumentException(quoted(block) + EXPECTED);
            }
            final boolean ipv4 = host.indexOf(':') < 0;
            prefixLengths[i] = prefixLength(block, slash, ipv4);
            highs[i] = Peer.addressHigh(address);
            lows[i] = Peer.addressLow(address);
            expectNoHostBits(block, highs[i], lows[i], prefixLengths[i]);
        }
        return new AllowList(highs, lows, prefixLengths);
    }

    private static int prefixLength(final String block, final int slash, final boolean ipv4) {
        final int longest = ipv4 ? IPV4_BITS : ADDRESS_BITS;
        final int length = slash < 0 ? longest : decimal(block, slash + 1);
        if (length < 0 || length > longest) {
            throw new IllegalArgumentException(quoted(block) + ": expected a prefix length of 0 to " + longest
                    + " after the slash, as in " + (ipv4 ? "10.0.0.0/8" : "2001:db8::/32"));
        }
        return ipv4 ? IPV4_MAPPED_BITS + length : length;
    }

    /** One to three digits up to the end of the text; -1 for anything else. */
    private static int decimal(final String text, final int start) {
        final int digits = text.length() - start;
        if (digits < 1 || digits > 3) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /** Bits beyond the prefix are a slip of the pen: nobody can tell whether one host was meant or its network. */
    private static void expectNoHostBits(final String block, final long high, final long low, final int length) {
        final long blockHigh = high & highMask(length);
        final long blockLow = low & lowMask(length);
        if (blockHigh != high || blockLow != low) {
            final Peer network = Peer.of(blockHigh, blockLow, 0);
            final int shown = network.isIpv4() && block.indexOf(':') < 0 ? length - IPV4_MAPPED_BITS : length;
            throw new IllegalArgumentException(quoted(block) + ": the address has bits beyond its prefix: expected "
                    + network.host() + '/' + shown + ", or the address alone");
        }
    }

    private static String quoted(final String block) {
        return '\'' + block + '\'';
    }

    /** Whether a source is listened to. Makes no garbage. */
    public boolean allows(final Peer source) {
        for (int i = 0; i < prefixLengths.length; i++) {
            final int length = prefixLengths[i];
            if ((source.addressHigh() & highMask(length)) == highs[i]
                    && (source.addressLow() & lowMask(length)) == lows[i]
                    && (length >= IPV4_MAPPED_BITS || !source.isIpv4())) {
                return true;
            }
        }
        return false;
    }

    private static long highMask(final int length) {
        return length >= Long.SIZE ? -1L : mask(length);
    }

    private static long lowMask(final int length) {
        return length <= Long.SIZE ? 0 : mask(length - Long.SIZE);
    }

    private static long mask(final int length) {
        return length == 0 ? 0 : -1L << (Long.SIZE - length);
    }
}
