package midplane.sim;

import midplane.net.Peer;

/** A request on its way, and how often it was repeated: RFC 3261 §17.1. */
final class ClientRequest {
    final String branch;
    final String method;
    final byte[] bytes;
    final Peer target;

    long intervalNs = Watch.T1_NS;
    int status;

    ClientRequest(final String branch, final String method, final byte[] bytes, final Peer target) {
        this.branch = branch;
        this.method = method;
        this.bytes = bytes;
        this.target = target;
    }

    boolean isFinal() {
        return status >= 200;
    }
}
