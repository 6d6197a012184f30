package midplane.dispatcher;

import midplane.shelf.PortInsertion;

/**
 * What the dispatcher must know.
 *
 * @param placement how sessions are placed.
 * @param portInsertion where the port identifier is written into an initial message.
 * @param tableCapacity dialogs remembered at most; one more is answered 503.
 * @param settledLifetimeNs how long an entry lives after its blade's final response: at least 64·T1.
 * @param pendingLifetimeNs how long an entry lives when its blade never reports a final response.
 * @param refusalsPerSecond answers of our own to refused or faulty requests, at most; beyond that, silence.
 * @param product the value of the Server header.
 */
public record DispatcherSettings(
        PlacementSettings placement,
        PortInsertion portInsertion,
        int tableCapacity,
        long settledLifetimeNs,
        long pendingLifetimeNs,
        int refusalsPerSecond,
        String product) {}
