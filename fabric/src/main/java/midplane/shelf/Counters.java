package midplane.shelf;

import java.nio.ByteBuffer;
import java.util.function.ObjLongConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.ConcurrentCountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The chassis' named counters, in Agrona's layout. Counters are made at start-up; each has one writer, and anybody may
 * read. Names run from the part to the particular: {@code dispatcher.received}, {@code blade.3.sip.invite.answered}.
 */
public final class Counters {
    private static final int CAPACITY = 16_384;

    private final ConcurrentCountersManager manager;

    /** Room for a chassis of any size. */
    public Counters() {
        this(CAPACITY);
    }

    /**
     * For a small chassis, of which there may be many.
     *
     * @param capacity how many counters there may be.
     */
    public Counters(final int capacity) {
        manager = new ConcurrentCountersManager(
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(capacity * CountersReader.COUNTER_LENGTH)));
    }

    /** A new counter at zero. Its one writer uses {@link AtomicCounter#incrementRelease()} and its like. */
    public AtomicCounter counter(final String name) {
        return manager.newCounter(name);
    }

    /** Every counter with its value, in order of creation. */
    public void forEach(final ObjLongConsumer<String> consumer) {
        manager.forEach((value, id, label) -> consumer.accept(label, value));
    }

    /** The value of one counter; 0 when there is none of that name. For administration, not for a duty cycle. */
    public long value(final String name) {
        final long[] found = new long[1];
        forEach((label, value) -> {
            if (label.equals(name)) {
                found[0] = value;
            }
        });
        return found[0];
    }
}
