package midplane.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a datagram: an IP address and a UDP port. Immutable. IPv4 addresses are held IPv4-mapped
 * (::ffff:a.b.c.d), so that one form serves frames and look-ups.
 */
public final class Peer {
    private static final long IPV4_MAPPED = 0x0000_FFFF_0000_0000L;

    private final long addressHigh;
    private final long addressLow;
    private final int port;
    private final InetSocketAddress socketAddress;
    private final byte[] hostText;

    private Peer(final long addressHigh, final long addressLow, final InetSocketAddress socketAddress) {
        this.addressHigh = addressHigh;
        this.addressLow = addressLow;
        this.port = socketAddress.getPort();
        this.socketAddress = socketAddress;
        this.hostText = hostText(socketAddress.getAddress());
    }

    /** A peer of a resolved socket address. */
    public static Peer of(final InetSocketAddress socketAddress) {
        final InetAddress address = socketAddress.getAddress();
        return new Peer(addressHigh(address), addressLow(address), socketAddress);
    }

    /** A peer from a frame's fields. */
    public static Peer of(final long addressHigh, final long addressLow, final int port) {
        return new Peer(addressHigh, addressLow, new InetSocketAddress(address(addressHigh, addressLow), port));
    }

    /**
     * A peer from a numeric host, as it stands in a Via or Contact.
     *
     * @param host IPv4 literal, or IPv6 literal with or without brackets. Names are not looked up.
     * @return null when the host is not numeric or the port is out of range.
     */
    public static @Nullable Peer ofNumeric(final String host, final int port) {
        final InetAddress address = NumericHost.parse(host);
        return address == null || port < 1 || port > 65_535 ? null : of(new InetSocketAddress(address, port));
    }

    public InetSocketAddress socketAddress() {
        return socketAddress;
    }

    public long addressHigh() {
        return addressHigh;
    }

    public long addressLow() {
        return addressLow;
    }

    public int port() {
        return port;
    }

    public boolean isIpv4() {
        return addressHigh == 0 && (addressLow >>> 32) == 0xFFFFL;
    }

    public boolean isSameHost(final Peer that) {
        return addressHigh == that.addressHigh && addressLow == that.addressLow;
    }

    /** The same host at another port. */
    public Peer withPort(final int port) {
        return port == this.port ? this : of(new InetSocketAddress(socketAddress.getAddress(), port));
    }

    /**
     * Writes the address as text, IPv6 without brackets.
     *
     * @return bytes written.
     */
    public int putHost(final MutableDirectBuffer buffer, final int offset) {
        buffer.putBytes(offset, hostText);
        return hostText.length;
    }

    /** The address as text, IPv6 without brackets. */
    public String host() {
        return new String(hostText, StandardCharsets.US_ASCII);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Peer that && isSameHost(that) && port == that.port;
    }

    @Override
    public int hashCode() {
        return hash(addressHigh, addressLow, port);
    }

    @Override
    public String toString() {
        return isIpv4() ? host() + ':' + port : '[' + host() + "]:" + port;
    }

    static int hash(final long addressHigh, final long addressLow, final int port) {
        final long mixed = (addressHigh * 31 + addressLow) * 0x9E37_79B9_7F4A_7C15L + port * 0xC2B2_AE3D_27D4_EB4FL;
        return (int) (mixed ^ (mixed >>> 32));
    }

    static long addressHigh(final InetAddress address) {
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(address.getAddress()).getLong(0)
                : 0;
    }

    static long addressLow(final InetAddress address) {
        final ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? IPV4_MAPPED | Integer.toUnsignedLong(bytes.getInt(0))
                : bytes.getLong(Long.BYTES);
    }

    private static InetAddress address(final long high, final long low) {
        try {
            return InetAddress.getByAddress(
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array());
        } catch (final UnknownHostException ex) {
            throw new AssertionError("16 bytes are an address", ex);
        }
    }

    private static byte[] hostText(final InetAddress address) {
        final String text = address.getHostAddress();
        final int zone = text.indexOf('%');
        return (zone < 0 ? text : text.substring(0, zone)).getBytes(StandardCharsets.US_ASCII);
    }
}
