package midplane.dispatcher;

import midplane.fabric.SwitchFabric;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.ParkableAgent;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;

/** The duty cycle of the dispatcher blade. */
public final class Dispatcher implements ParkableAgent {
    /** Told when a slot's state changes; called on the dispatcher's thread, must not block. */
    @FunctionalInterface
    public interface StateListener {
        /**
         * A slot's state changed.
         *
         * @param state as in {@link midplane.fabric.LoadReport}.
         */
        void onState(int slot, int state, int sessions);
    }

    /**
     * Wires a dispatcher; sends and starts nothing.
     *
     * @param portIds the port identifier of each slot's blade.
     * @param epochs which life each slot's blade is in.
     */
    public Dispatcher(
            final DispatcherSettings settings,
            final SwitchFabric fabric,
            final int[] portIds,
            final int[] epochs,
            final DatagramPort wellKnownPort,
            final AllowList allowList,
            final NanoClock clock,
            final Entropy entropy,
            final Counters counters,
            final StateListener stateListener,
            final ErrorHandler errorHandler) {}

    /** Asks, from any thread, that all blades end their sessions and take no new ones. */
    public void hangUp() {}

    /** Sessions all blades reported last. Any thread may ask. */
    public int sessions() {
        return 0;
    }

    @Override
    public int doWork() {
        return 0;
    }

    @Override
    public long nextDeadlineNs() {
        return NO_DEADLINE;
    }

    @Override
    public boolean hasWork() {
        return false;
    }

    @Override
    public String roleName() {
        return "dispatcher";
    }
}
