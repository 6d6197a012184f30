package midplane.sim;

import midplane.net.DatagramPort;
import midplane.net.DatagramPortContract;

class VirtualPortContractTest extends DatagramPortContract {
    private final VirtualClock clock = new VirtualClock();
    private final VirtualNetwork network = new VirtualNetwork(clock, 1, FaultPlan.NONE);

    @Override
    protected DatagramPort.Supplier supplier() {
        return network;
    }

    @Override
    protected void carry() {
        while (network.nextArrivalNs() != EventQueue.NEVER) {
            clock.advanceTo(network.nextArrivalNs());
            network.deliverNext();
        }
    }
}
