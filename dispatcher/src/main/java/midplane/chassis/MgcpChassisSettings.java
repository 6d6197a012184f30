package midplane.chassis;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import midplane.net.AllowList;
import midplane.net.NumericHost;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.MgcpSettings;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import org.jspecify.annotations.Nullable;

/**
 * What the chassis must know to speak MGCP.
 *
 * @param port the well-known port; 0 for one that the system chooses.
 * @param bladePortBase the port of slot 0; 0 for ports that the system chooses.
 * @param bladeAddressBase the address of slot 0 where each blade has its own; null where they share the chassis'.
 * @param tableCapacity transactions that the dispatcher remembers.
 */
record MgcpChassisSettings(
        InetAddress bindAddress,
        int port,
        int bladePortBase,
        @Nullable InetAddress bladeAddressBase,
        int tableCapacity,
        MgcpSettings blade) {
    /** RFC 3435 §3.5.4, with an endpoint's name twice and the frame's header. */
    private static final long FRAME_CAPACITY_MIN = 5 * 1024;

    InetSocketAddress wellKnownAddress() {
        return new InetSocketAddress(bindAddress, port);
    }

    /**
     * Where a blade is heard.
     *
     * @param wellKnownPort the number that was bound: a blade on an address of its own has the same.
     */
    InetSocketAddress bladeAddress(final int slot, final int wellKnownPort) {
        return bladeAddressBase == null
                ? new InetSocketAddress(bindAddress, bladePortBase == 0 ? 0 : bladePortBase + slot)
                : new InetSocketAddress(nth(bladeAddressBase, slot), wellKnownPort);
    }

    /** What a blade at this address must know: where each has its own, its domain is that. */
    MgcpSettings blade(final InetSocketAddress address) {
        final String host = address.getAddress().getHostAddress();
        return bladeAddressBase == null ? blade : blade.withHost('[' + host + ']');
    }

    /**
     * Concludes what values say of MGCP.
     *
     * @param advertisedHost as it goes into Contact.
     * <p>{@code auto} is for a chassis that people find by its numbers: where the system chooses SIP's port, nobody would look
     * for MGCP at 2427. It never opens MGCP to a network by itself.
     *
     * @return null where MGCP is switched off.
     */
    static @Nullable MgcpChassisSettings conclude(
            final PropertyValues values, final PortSettings ports, final int blades, final String advertisedHost) {
        final InetAddress bindAddress = ports.bindAddress();
        final String callAgents = values.text(ChassisProperty.MGCP_ALLOW);
        final boolean isSafe =
                bindAddress.isLoopbackAddress() || !callAgents.equals(ChassisProperty.MGCP_ALLOW.defaultText());
        final boolean hasRoom = values.bytes(ChassisProperty.RING_FRAME_CAPACITY) >= FRAME_CAPACITY_MIN;
        final boolean isEnabled = switch (values.text(ChassisProperty.MGCP_ENABLED)) {
            case "true" -> true;
            case "auto" -> isSafe && hasRoom && ports.sipPort() != 0;
            default -> false;
        };
        if (!isEnabled) {
            return null;
        }
        if (!isSafe) {
            throw wrong(
                    values,
                    ChassisProperty.BIND_ADDRESS,
                    "opens MGCP to the network, which knows no passwords, while midplane.mgcp.allow lets in nobody but"
                            + " this machine: set midplane.mgcp.allow to the call agents, as in 192.0.2.7, or"
                            + " midplane.mgcp.enabled=false");
        }
        if (!hasRoom) {
            throw wrong(
                    values,
                    ChassisProperty.RING_FRAME_CAPACITY,
                    "is less than the 5KiB that a command of 4000 bytes needs, which MGCP obliges to take");
        }
        final MgcpRedirect redirect = values.choice(ChassisProperty.MGCP_REDIRECT, MgcpRedirect.class);
        final int port = values.wholeNumber(ChassisProperty.MGCP_PORT);
        final int base = values.wholeNumber(ChassisProperty.MGCP_BLADE_PORT_BASE);
        expectApart(values, ports, blades, redirect, port, base);
        return new MgcpChassisSettings(
                bindAddress,
                port,
                base,
                redirect == MgcpRedirect.ADDR ? bladeAddressBase(values, bindAddress, blades) : null,
                values.wholeNumber(ChassisProperty.MGCP_TABLE_CAPACITY),
                new MgcpSettings(
                        domain(advertisedHost),
                        redirect,
                        values.choice(ChassisProperty.MGCP_RESPONSE_FROM, ResponseFrom.class),
                        values.choice(ChassisProperty.DISPATCHER_PORT_INSERTION, PortInsertion.class),
                        AllowList.parse(PropertyKind.Blocks.split(callAgents)),
                        values.text(ChassisProperty.MGCP_NOTIFIED_ENTITY),
                        values.durationNs(ChassisProperty.MGCP_HISTORY),
                        values.durationNs(ChassisProperty.MGCP_RESTART_DELAY),
                        values.durationNs(ChassisProperty.MGCP_EXECUTION_DELAY)));
    }

    /** RFC 3435 §2.1.2: an address stands in brackets. */
    private static String domain(final String host) {
        return host.startsWith("[") || NumericHost.parse(host) == null ? host : '[' + host + ']';
    }

    /** The ports of MGCP are nobody else's. */
    private static void expectApart(
            final PropertyValues values,
            final PortSettings ports,
            final int blades,
            final MgcpRedirect redirect,
            final int port,
            final int base) {
        final int last = base + blades - 1;
        final int sipLast = ports.bladePortBase() + blades - 1;
        expectOutside(
                values, ChassisProperty.MGCP_PORT, port, port, ports.sipPort(), ports.sipPort(), "midplane.sip.port");
        expectOutside(
                values,
                ChassisProperty.MGCP_PORT,
                port,
                port,
                ports.bladePortBase(),
                sipLast,
                "midplane.blade.port-base");
        expectOutsideMedia(values, ChassisProperty.MGCP_PORT, ports, blades, port, port);
        if (redirect == MgcpRedirect.ADDR) {
            return;
        }
        if (last > 65_535) {
            throw wrong(
                    values,
                    ChassisProperty.MGCP_BLADE_PORT_BASE,
                    "leaves no ports up to 65535 for " + blades + " blades");
        }
        final ChassisProperty property = ChassisProperty.MGCP_BLADE_PORT_BASE;
        expectOutside(values, property, base, last, port, port, "midplane.mgcp.port");
        expectOutside(values, property, base, last, ports.sipPort(), ports.sipPort(), "midplane.sip.port");
        expectOutside(values, property, base, last, ports.bladePortBase(), sipLast, "midplane.blade.port-base");
        expectOutsideMedia(values, property, ports, blades, base, last);
    }

    private static void expectOutsideMedia(
            final PropertyValues values,
            final ChassisProperty property,
            final PortSettings ports,
            final int blades,
            final int first,
            final int last) {
        expectOutside(
                values,
                property,
                first,
                last,
                ports.firstMediaPort(0),
                ports.lastMediaPort(blades - 1),
                "midplane.rtp.port-range");
    }

    private static void expectOutside(
            final PropertyValues values,
            final ChassisProperty property,
            final int first,
            final int last,
            final int takenFirst,
            final int takenLast,
            final String takenBy) {
        if (first != 0 && takenFirst != 0 && first <= takenLast && takenFirst <= last) {
            throw wrong(values, property, "overlaps the ports of " + takenBy);
        }
    }

    private static InetAddress bladeAddressBase(
            final PropertyValues values, final InetAddress bindAddress, final int blades) {
        if (values.isOpen(ChassisProperty.MGCP_BLADE_ADDRESS_BASE)) {
            throw wrong(
                    values,
                    ChassisProperty.MGCP_REDIRECT,
                    "gives each blade an address of its own: set midplane.mgcp.blade-address-base to the first of "
                            + blades);
        }
        if (bindAddress.isAnyLocalAddress()) {
            throw wrong(
                    values,
                    ChassisProperty.MGCP_REDIRECT,
                    "needs midplane.mgcp.port on one address, and midplane.bind-address is all of them");
        }
        final InetAddress base = PropertyKind.address(values.text(ChassisProperty.MGCP_BLADE_ADDRESS_BASE));
        for (int slot = 0; slot < blades; slot++) {
            if (nth(base, slot).equals(bindAddress)) {
                throw wrong(
                        values,
                        ChassisProperty.MGCP_BLADE_ADDRESS_BASE,
                        "gives the blade in slot " + slot + " the address of midplane.bind-address");
            }
        }
        return base;
    }

    /** The n-th address after one, carrying over from byte to byte. */
    private static InetAddress nth(final InetAddress base, final int n) {
        final byte[] bytes = base.getAddress();
        int carry = n;
        for (int i = bytes.length - 1; i >= 0 && carry != 0; i--) {
            carry += bytes[i] & 0xFF;
            bytes[i] = (byte) carry;
            carry >>>= Byte.SIZE;
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (final UnknownHostException ex) {
            throw new AssertionError("as long as an address is", ex);
        }
    }

    private static ConfigurationException wrong(
            final PropertyValues values, final ChassisProperty property, final String why) {
        return new ConfigurationException(values.assignment(property) + ' ' + why + '.');
    }
}
