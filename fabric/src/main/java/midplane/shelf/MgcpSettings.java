package midplane.shelf;

import midplane.net.AllowList;

/**
 * What a blade must know to speak MGCP.
 *
 * @param host domain of the blade's endpoints where nobody has written another: a name, or an address in brackets.
 * @param redirect what {@code Z:} says.
 * @param responseFrom which socket answers what came to the well-known port; {@link ResponseFrom#AUTO} is that port.
 * @param portInsertion where the dispatcher wrote the port identifier.
 * @param callAgents who may send commands, and be told of events: MGCP knows no passwords.
 * @param notifiedEntity the provisioned one (RFC 3435 §2.1.4), as in {@code ca@192.0.2.7:2727}; empty when there is none.
 * @param historyNs T-HIST: how long a response is remembered (§3.5.1).
 * @param restartDelayMaxNs MWD: RSIP waits for a random part of this (§4.4.5).
 * @param executionDelayNs how long a connection takes to be created or modified, beyond what it takes anyway; while it
 *     does, the response is provisional (§3.5.6).
 */
public record MgcpSettings(
        String host,
        MgcpRedirect redirect,
        ResponseFrom responseFrom,
        PortInsertion portInsertion,
        AllowList callAgents,
        String notifiedEntity,
        long historyNs,
        long restartDelayMaxNs,
        long executionDelayNs) {
    /** The same for a blade that has an address of its own. */
    public MgcpSettings withHost(final String ownHost) {
        return new MgcpSettings(
                ownHost,
                redirect,
                responseFrom,
                portInsertion,
                callAgents,
                notifiedEntity,
                historyNs,
                restartDelayMaxNs,
                executionDelayNs);
    }
}
