package midplane.chassis;

import java.util.List;
import midplane.shelf.ParkableAgent;
import org.agrona.ErrorHandler;

/** Agents that share a thread. One that throws is reported and run again; the others do not notice. */
final class AgentGroup implements ParkableAgent {
    private final String roleName;
    private final ParkableAgent[] agents;
    private final ErrorHandler errorHandler;

    AgentGroup(final String roleName, final List<? extends ParkableAgent> agents, final ErrorHandler errorHandler) {
        this.roleName = roleName;
        this.agents = agents.toArray(new ParkableAgent[0]);
        this.errorHandler = errorHandler;
    }

    @Override
    public void onStart() {
        for (final ParkableAgent agent : agents) {
            try {
                agent.onStart();
            } catch (final Throwable ex) {
                errorHandler.onError(ex);
            }
        }
    }

    @Override
    public int doWork() {
        int work = 0;
        for (final ParkableAgent agent : agents) {
            try {
                work += agent.doWork();
            } catch (final Throwable ex) {
                errorHandler.onError(ex);
            }
        }
        return work;
    }

    @Override
    public void onClose() {
        for (final ParkableAgent agent : agents) {
            try {
                agent.onClose();
            } catch (final Throwable ex) {
                errorHandler.onError(ex);
            }
        }
    }

    /** The earliest of all, by the order in which wrapping nanoseconds compare. */
    @Override
    public long nextDeadlineNs() {
        long earliestNs = NO_DEADLINE;
        for (final ParkableAgent agent : agents) {
            final long deadlineNs = agent.nextDeadlineNs();
            if (deadlineNs != NO_DEADLINE && (earliestNs == NO_DEADLINE || deadlineNs - earliestNs < 0)) {
                earliestNs = deadlineNs;
            }
        }
        return earliestNs;
    }

    @Override
    public boolean hasWork() {
        for (final ParkableAgent agent : agents) {
            if (agent.hasWork()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String roleName() {
        return roleName;
    }
}
