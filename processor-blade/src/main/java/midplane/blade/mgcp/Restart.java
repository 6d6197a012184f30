package midplane.blade.mgcp;

import java.util.concurrent.TimeUnit;
import midplane.blade.core.Deadlines;
import midplane.net.Peer;
import org.jspecify.annotations.Nullable;

/**
 * How endpoints of one type stand to their call agent after a restart (RFC 3435 §4.4.6), and what is told of going out of
 * service. There is one for each type, since a wildcard can name a type and not a blade.
 */
final class Restart {
    /** Waits before it is tried again, growing as those of {@link Association}. */
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(15);

    /** Where it stands. */
    enum State {
        /** A random part of MWD goes by. */
        WAITING,
        /** RSIP is under way. */
        TELLING,
        /** It was answered, or it will not be tried again, or there is nobody to tell. */
        DONE
    }

    private final EndpointType type;
    private final String localName;
    private State state = State.DONE;
    private @Nullable Peer entity;
    private long deadlineNs = Deadlines.NO_DEADLINE;
    private String method = "restart";
    private boolean isRefused;

    Restart(final EndpointType type, final int bladeId) {
        this.type = type;
        localName = type.term() + '/' + bladeId + "/*";
    }

    EndpointType type() {
        return type;
    }

    String localName() {
        return localName;
    }

    String method() {
        return method;
    }

    @Nullable
    Peer entity() {
        return entity;
    }

    /** After power-on: the restart is told after a random delay, or at the first command. */
    void begin(final @Nullable Peer newEntity, final long atNs) {
        entity = newEntity;
        method = "restart";
        state = newEntity == null ? State.DONE : State.WAITING;
        deadlineNs = newEntity == null ? Deadlines.NO_DEADLINE : atNs;
    }

    /** The endpoints are being taken out of service. */
    void drain() {
        method = "graceful";
        state = State.DONE;
        deadlineNs = Deadlines.NO_DEADLINE;
    }

    /** Whether the call agent has yet to hear of the restart. */
    boolean isUntold() {
        return state != State.DONE;
    }

    /** Whether RSIP is to be sent now: its time has come, or a command has (§4.4.6, step 3). */
    boolean isDue(final long nowNs) {
        return state == State.WAITING && Deadlines.isDue(deadlineNs, nowNs);
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** A call agent refused to hear of it, and a command has come all the same. */
    boolean wantsAgain() {
        return isRefused;
    }

    void onTold() {
        state = State.TELLING;
        isRefused = false;
        deadlineNs = Deadlines.NO_DEADLINE;
    }

    /** A final answer came: success, a transient error (again), a redirection (again, elsewhere), or a refusal. */
    void onAnswered(final int code, final @Nullable Peer redirectedTo, final long nowNs) {
        if (state != State.TELLING) {
            return;
        }
        if (code >= 200 && code < 300) {
            state = State.DONE;
            if (redirectedTo != null) {
                entity = redirectedTo;
            }
        } else if ((code == 521 || code / 100 == 3) && redirectedTo != null) {
            entity = redirectedTo;
            again(nowNs);
        } else if (code / 100 == 4) {
            again(nowNs + RETRY_NS);
        } else {
            state = State.DONE;
            isRefused = true;
        }
    }

    /** Nobody answered: again after a while (§4.4.7), as a new transaction. */
    void onUnanswered(final long nowNs) {
        if (state == State.TELLING) {
            again(nowNs + RETRY_NS);
        }
    }

    private void again(final long atNs) {
        state = State.WAITING;
        deadlineNs = atNs;
    }

    long nextDeadlineNs() {
        return deadlineNs;
    }
}
