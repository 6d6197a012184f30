package midplane.shelf;

import org.agrona.concurrent.Agent;

/**
 * An agent that can say until when it may sleep. Single-threaded: everything but the constructor is called by the thread
 * that hosts it.
 */
public interface ParkableAgent extends Agent {
    /** No deadline: sleep until something arrives. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** When the agent must run again though nothing arrives, in the context's nano clock; or {@link #NO_DEADLINE}. */
    long nextDeadlineNs();

    /** Whether something already waits that no socket would wake it for, such as a frame in a ring. */
    boolean hasWork();
}
