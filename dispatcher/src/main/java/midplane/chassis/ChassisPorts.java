package midplane.chassis;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import midplane.net.DatagramPort;
import midplane.net.PortPairPool;
import midplane.net.UdpPort;
import org.jspecify.annotations.Nullable;

/**
 * The chassis' own sockets.
 *
 * @param blades by slot.
 * @param media by slot; their ports are bound when first needed.
 * @param mgcp null where the chassis does not speak MGCP.
 */
record ChassisPorts(
        DatagramPort wellKnown,
        List<DatagramPort> blades,
        List<PortPairPool> media,
        @Nullable MgcpPorts mgcp) {
    /** Longer than any RTP or RTCP packet of a codec we speak. */
    private static final int MEDIA_DATAGRAM_LENGTH_MAX = 2048;

    /**
     * Binds them all.
     *
     * @throws LaunchException naming port and property when one cannot be bound.
     */
    static ChassisPorts bind(
            final PortSettings settings,
            final @Nullable MgcpChassisSettings mgcp,
            final int blades,
            final PropertyValues values,
            final DatagramPort.@Nullable Supplier supplier,
            final DatagramPort.@Nullable Supplier mediaSupplier,
            final Resources resources) {
        final DatagramPort.Supplier signalling = supplier != null
                ? supplier
                : address -> UdpPort.bind(address, DatagramPort.MAX_DATAGRAM_LENGTH, settings.socketBufferLength());
        final DatagramPort.Supplier media =
                mediaSupplier != null ? mediaSupplier : address -> UdpPort.bind(address, MEDIA_DATAGRAM_LENGTH_MAX);
        final DatagramPort wellKnown =
                resources.add(bind(signalling, settings.wellKnownAddress(), values, ChassisProperty.SIP_PORT, ""));
        final List<DatagramPort> bladePorts = new ArrayList<>();
        final List<PortPairPool> mediaPorts = new ArrayList<>();
        for (int slot = 0; slot < blades; slot++) {
            bladePorts.add(resources.add(bind(
                    signalling,
                    settings.bladeAddress(slot),
                    values,
                    ChassisProperty.BLADE_PORT_BASE,
                    " for the blade in slot " + slot)));
            mediaPorts.add(resources.add(new PortPairPool(
                    media, settings.bindAddress(), settings.firstMediaPort(slot), settings.lastMediaPort(slot))));
        }
        final MgcpPorts mgcpPorts = mgcp == null ? null : MgcpPorts.bind(mgcp, blades, values, signalling, resources);
        return new ChassisPorts(wellKnown, List.copyOf(bladePorts), List.copyOf(mediaPorts), mgcpPorts);
    }

    static DatagramPort bind(
            final DatagramPort.Supplier supplier,
            final InetSocketAddress address,
            final PropertyValues values,
            final ChassisProperty property,
            final String purpose) {
        try {
            return supplier.bind(address);
        } catch (final UncheckedIOException ex) {
            throw new LaunchException(
                    "UDP port " + text(address) + " cannot be bound" + purpose + " (" + values.assignment(property)
                            + ", " + values.assignment(ChassisProperty.BIND_ADDRESS) + "): " + reason(ex) + '.',
                    ex);
        }
    }

    private static String reason(final UncheckedIOException ex) {
        final Throwable cause = ex.getCause() == null ? ex : ex.getCause();
        final String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** {@code 127.0.0.1:5060}, IPv6 in brackets. */
    static String text(final InetSocketAddress address) {
        return text(address.getAddress()) + ':' + address.getPort();
    }

    static String text(final InetAddress address) {
        final String host = address.getHostAddress();
        return host.indexOf(':') < 0 ? host : '[' + host + ']';
    }

    /** The least receive buffer that the system granted for a signalling port; the asked when nobody can tell. */
    int receiveBufferLength(final int asked) {
        int least = receiveBufferLength(wellKnown, asked);
        for (final DatagramPort blade : blades) {
            least = Math.min(least, receiveBufferLength(blade, asked));
        }
        return least;
    }

    private static int receiveBufferLength(final DatagramPort port, final int asked) {
        return port instanceof UdpPort udpPort ? udpPort.receiveBufferLength() : asked;
    }
}
