package midplane.chassis;

import java.util.ArrayList;
import java.util.List;
import midplane.net.DatagramPort;

/**
 * The chassis' sockets for MGCP.
 *
 * @param blades by slot.
 */
record MgcpPorts(DatagramPort wellKnown, List<DatagramPort> blades) {
    /**
     * Binds them all.
     *
     * @throws LaunchException naming port and property when one cannot be bound.
     */
    static MgcpPorts bind(
            final MgcpChassisSettings settings,
            final int slots,
            final PropertyValues values,
            final DatagramPort.Supplier supplier,
            final Resources resources) {
        final DatagramPort wellKnown = resources.add(
                ChassisPorts.bind(supplier, settings.wellKnownAddress(), values, ChassisProperty.MGCP_PORT, ""));
        final int port = wellKnown.localAddress().getPort();
        final ChassisProperty property = settings.bladeAddressBase() == null
                ? ChassisProperty.MGCP_BLADE_PORT_BASE
                : ChassisProperty.MGCP_BLADE_ADDRESS_BASE;
        final List<DatagramPort> blades = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            blades.add(resources.add(ChassisPorts.bind(
                    supplier,
                    settings.bladeAddress(slot, port),
                    values,
                    property,
                    " for MGCP of the blade in slot " + slot)));
        }
        return new MgcpPorts(wellKnown, List.copyOf(blades));
    }
}
