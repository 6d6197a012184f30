package midplane.chassis;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import midplane.dispatcher.RingTrace;
import midplane.dispatcher.TraceEvent;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/** Takes the trace out of its ring and into its file, turning the dispatcher's clock into the time of day. Not thread-safe. */
final class TraceDrain implements AutoCloseable {
    private static final int LIMIT = 8_192;
    private static final long MICROS_PER_MILLI = 1_000;
    private static final long NANOS_PER_MICRO = 1_000;

    /** The two clocks may drift apart so far; then the wall clock was set, or is being adjusted. */
    private static final long DRIFT_MAX_US = 20_000;

    private final RingTrace ring;
    private final TraceFile file;
    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final AtomicCounter written;
    private final MessageHandler onEvent = this::onEvent;
    private long offsetUs;
    private long events;

    /** Begins with a record that says so. */
    TraceDrain(
            final RingTrace ring,
            final TraceFile file,
            final NanoClock nanoClock,
            final EpochClock epochClock,
            final AtomicCounter written,
            final String name) {
        this.ring = ring;
        this.file = file;
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
        this.written = written;
        offsetUs = offsetUs();
        final byte[] text = name.getBytes(StandardCharsets.UTF_8);
        final UnsafeBuffer began = new UnsafeBuffer(new byte[TraceEvent.MAX_LENGTH]);
        final int length = TraceEvent.began(began, text);
        file.append(TraceEvent.BEGAN, epochClock.time() * MICROS_PER_MILLI, began, 0, length);
    }

    /** Takes out what there is. */
    int drain() {
        final long nowOffsetUs = offsetUs();
        if (Math.abs(nowOffsetUs - offsetUs) > DRIFT_MAX_US) {
            offsetUs = nowOffsetUs;
        }
        final int drained = ring.drain(onEvent, LIMIT);
        events += drained;
        written.setRelease(events);
        return drained;
    }

    /** As {@link RingTrace#wake}. */
    void wake(final Runnable wake) {
        ring.wake(wake);
    }

    /** As {@link RingTrace#rest}. */
    boolean rest() {
        return ring.rest();
    }

    private void onEvent(final int type, final MutableDirectBuffer buffer, final int offset, final int length) {
        file.append(type, offsetUs + buffer.getLong(offset, LITTLE_ENDIAN) / NANOS_PER_MICRO, buffer, offset, length);
    }

    private long offsetUs() {
        return epochClock.time() * MICROS_PER_MILLI - nanoClock.nanoTime() / NANOS_PER_MICRO;
    }

    @Override
    public void close() throws IOException {
        drain();
        file.close();
    }
}
