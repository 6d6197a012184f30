package midplane.blade.core;

import java.nio.ByteBuffer;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.shelf.Counters;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/**
 * Where protocol cores put what shall leave: the core changes its state, then writes here, and the blade flushes when the
 * core has returned. Of fixed size; what finds no room is refused and counted, as if the network had lost it. Not
 * thread-safe.
 *
 * <p>{@link #claim}, write from {@link #offset()} into {@link #buffer()}, then {@link #commit} or {@link #abort}.
 */
public final class Outbox {
    /** The socket a datagram leaves by. */
    public enum Exit {
        OWN_PORT,
        WELL_KNOWN_PORT
    }

    /** Says how much a host may get. */
    @FunctionalInterface
    public interface Gate {
        /** Everybody gets everything. */
        Gate OPEN = (destination, length) -> true;

        /** Whether a datagram may leave; it counts as sent then. */
        boolean mayLeave(Peer destination, int length);
    }

    /** The most datagrams between two flushes. */
    public static final int DATAGRAM_LIMIT = 256;

    /** The most bytes between two flushes: room for eight of the largest datagrams. */
    public static final int BYTE_LIMIT = 512 * 1024;

    private static final int ALIGNMENT = Long.BYTES;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTE_LIMIT);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final Exit[] exits = new Exit[DATAGRAM_LIMIT];
    private final @Nullable Peer[] destinations = new @Nullable Peer[DATAGRAM_LIMIT];
    private final int[] offsets = new int[DATAGRAM_LIMIT];
    private final int[] lengths = new int[DATAGRAM_LIMIT];
    private final AtomicCounter sent;
    private final AtomicCounter failed;
    private final AtomicCounter overflow;
    private final AtomicCounter heldBack;
    private Gate gate = Gate.OPEN;
    private int count;
    private int end;
    private int claimed = -1;

    /**
     * An empty outbox.
     *
     * @param name in front of its counters' names, such as {@code blade.3.outbox}.
     */
    public Outbox(final Counters counters, final String name) {
        sent = counters.counter(name + ".sent");
        failed = counters.counter(name + ".failed");
        overflow = counters.counter(name + ".overflow");
        heldBack = counters.counter(name + ".held-back");
    }

    /** Asked of every datagram that would leave. Set before the first. */
    public void gate(final Gate newGate) {
        gate = newGate;
    }

    /**
     * Claims room for one datagram. At most one claim is open at a time.
     *
     * @param capacity bytes that will be written at most.
     * @return false when there is no room; nothing is claimed then.
     */
    public boolean claim(final Exit exit, final Peer destination, final int capacity) {
        assert claimed < 0 : "a claim is still open";
        if (count == DATAGRAM_LIMIT || capacity > BYTE_LIMIT - end) {
            overflow.incrementRelease();
            return false;
        }
        exits[count] = exit;
        destinations[count] = destination;
        offsets[count] = end;
        claimed = capacity;
        return true;
    }

    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Where the claimed datagram begins in {@link #buffer()}. */
    public int offset() {
        return end;
    }

    /** Closes the claim: the datagram will leave at the next flush. */
    public void commit(final int length) {
        assert length >= 0 && length <= claimed : "more was written than claimed";
        claimed = -1;
        lengths[count++] = length;
        end = Math.min(BYTE_LIMIT, (end + length + ALIGNMENT - 1) & -ALIGNMENT);
    }

    /** Closes the claim: nothing will leave. */
    public void abort() {
        claimed = -1;
    }

    /** Datagrams that wait for a flush. */
    public int waiting() {
        return count;
    }

    /** Whether it is time to flush before the next message is handled. */
    public boolean isHalfFull() {
        return count >= DATAGRAM_LIMIT / 2 || end >= BYTE_LIMIT / 2;
    }

    /**
     * Offers everything that may leave to the ports, oldest first, and forgets it. What a port does not take is lost, as
     * on the network, and counted; so is what the gate holds back.
     *
     * @return datagrams sent.
     */
    public int flush(final DatagramPort ownPort, final DatagramPort wellKnownPort) {
        final int waiting = count;
        int taken = 0;
        int held = 0;
        for (int i = 0; i < waiting; i++) {
            final Peer destination = destinations[i];
            destinations[i] = null;
            if (destination != null && !gate.mayLeave(destination, lengths[i])) {
                held++;
                continue;
            }
            final DatagramPort port = exits[i] == Exit.OWN_PORT ? ownPort : wellKnownPort;
            bytes.limit(offsets[i] + lengths[i]).position(offsets[i]);
            if (destination != null && port.offer(bytes, destination)) {
                taken++;
            }
        }
        bytes.clear();
        count = 0;
        end = 0;
        if (waiting > 0) {
            sent.getAndAddRelease(taken);
            failed.getAndAddRelease(waiting - taken - held);
            heldBack.getAndAddRelease(held);
        }
        return taken;
    }
}
