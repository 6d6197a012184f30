package midplane.sim;

import midplane.net.Peer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The last messages, for the story of a violation. Not thread-safe. */
final class Trail {
    private static final int LENGTH = 512;
    private static final int TOLD_OF_ALL = 15;
    private static final int TOLD_OF_CALL = 25;
    private static final double NS_PER_SECOND = 1e9;

    private final @Nullable Step[] steps = new @Nullable Step[LENGTH];
    private int next;

    /** One message, sent or arrived; read only if it is told of. */
    private record Step(
            long event, long elapsedNs, boolean isArrival, Peer source, Peer destination, DirectBuffer bytes) {
        SipText text() {
            return SipText.of(bytes, 0, bytes.capacity());
        }

        @Override
        public String toString() {
            final SipText text = text();
            final String toTag = text.toTag();
            return String.format(
                    "  #%-9d %12.6f s  %s -> %s  %s %s | CSeq %s | branch %s | Call-ID %s%s%n",
                    event,
                    elapsedNs / NS_PER_SECOND,
                    source,
                    destination,
                    isArrival ? "arrives" : "leaves ",
                    text.startLine(),
                    text.header("CSeq"),
                    text.branch(),
                    text.callId(),
                    toTag.isEmpty() ? "" : " | To-tag " + toTag);
        }
    }

    void add(
            final long event,
            final long elapsedNs,
            final boolean isArrival,
            final Peer source,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        steps[next++ & (LENGTH - 1)] =
                new Step(event, elapsedNs, isArrival, source, destination, new UnsafeBuffer(copy));
    }

    /** The last messages of one call, then the last of all. */
    String tell(final @Nullable String callId) {
        final StringBuilder story = new StringBuilder();
        if (callId != null) {
            story.append("Its last messages:\n");
            tell(story, TOLD_OF_CALL, callId);
        }
        story.append("The last messages of all:\n");
        tell(story, TOLD_OF_ALL, null);
        return story.toString();
    }

    private void tell(final StringBuilder story, final int limit, final @Nullable String callId) {
        int from = next;
        int found = 0;
        while (found < limit && from > Math.max(0, next - LENGTH)) {
            from--;
            found += isOf(from, callId) ? 1 : 0;
        }
        for (int i = from; i < next; i++) {
            if (isOf(i, callId)) {
                story.append(steps[i & (LENGTH - 1)]);
            }
        }
    }

    private boolean isOf(final int index, final @Nullable String callId) {
        final Step step = steps[index & (LENGTH - 1)];
        return step != null && (callId == null || step.text().callId().equals(callId));
    }
}
