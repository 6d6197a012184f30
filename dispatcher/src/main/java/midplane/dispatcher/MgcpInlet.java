package midplane.dispatcher;

import java.util.List;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.shelf.PortInsertion;

/**
 * Where the dispatcher hears MGCP, and what it must know of it.
 *
 * @param wellKnownPort polled by the dispatcher.
 * @param portIds the port identifier of each slot's blade for MGCP.
 * @param callAgents who is listened to.
 * @param portInsertion where the port identifier is written into a command.
 * @param tableCapacity transactions remembered at most; one more is answered 409.
 * @param historyNs T-HIST: how long a transaction is remembered after its final response (RFC 3435 §3.5.1).
 * @param refusalsPerSecond answers of our own, at most; beyond that, silence.
 */
public record MgcpInlet(
        DatagramPort wellKnownPort,
        List<Integer> portIds,
        AllowList callAgents,
        PortInsertion portInsertion,
        int tableCapacity,
        long historyNs,
        int refusalsPerSecond) {}
