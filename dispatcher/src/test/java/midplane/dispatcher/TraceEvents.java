package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Events taken out of a ring, copied. */
final class TraceEvents {
    private TraceEvents() {}

    static List<TraceEvent> drain(final RingTrace trace) {
        final List<TraceEvent> events = new ArrayList<>();
        trace.drain(
                (type, buffer, index, length) -> {
                    final byte[] bytes = new byte[length];
                    buffer.getBytes(index, bytes);
                    final TraceEvent event = new TraceEvent();
                    assertTrue(event.tryWrap(type, new UnsafeBuffer(bytes), 0, length), "type " + type);
                    events.add(event);
                },
                Integer.MAX_VALUE);
        return events;
    }
}
