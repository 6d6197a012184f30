package midplane.shelf;

import midplane.net.DatagramPort;

/**
 * What a blade gets to speak MGCP.
 *
 * @param port the blade's own; its number is the port identifier of MGCP frames and of {@code Z:}.
 * @param wellKnownPort the port the dispatcher polls; a blade only offers through it.
 * @param settings settings.
 */
public record MgcpSlot(DatagramPort port, DatagramPort wellKnownPort, MgcpSettings settings) {}
