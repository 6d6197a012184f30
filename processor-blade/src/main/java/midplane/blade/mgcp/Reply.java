package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.List;
import midplane.signalling.mgcp.MgcpResponseWriter;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A response before it is bytes: it may have to wait, and it may have to be said twice, provisionally and finally. */
final class Reply {
    private record Line(String name, String value) {}

    private final List<Line> lines = new ArrayList<>();
    private final List<byte[]> descriptions = new ArrayList<>();
    private final int code;
    private final String commentary;

    Reply(final int code, final String commentary) {
        this.code = code;
        this.commentary = commentary;
    }

    static Reply of(final Refusal refusal) {
        return new Reply(refusal.code(), refusal.commentary());
    }

    int code() {
        return code;
    }

    Reply with(final String name, final String value) {
        lines.add(new Line(name, value));
        return this;
    }

    Reply description(final byte[] description) {
        descriptions.add(description);
        return this;
    }

    /**
     * Writes it.
     *
     * @param statusCode its own code, or 100.
     * @param asksAcknowledgement whether it follows a provisional one (RFC 3435 §3.5.6).
     * @return its length, or -1 when it does not fit.
     */
    int write(
            final MgcpResponseWriter writer,
            final MutableDirectBuffer buffer,
            final int capacity,
            final int transactionId,
            final int statusCode,
            final boolean asksAcknowledgement) {
        writer.wrap(buffer, 0, capacity)
                .begin(statusCode, transactionId, statusCode == code ? commentary : "Executing");
        if (asksAcknowledgement) {
            writer.acknowledgeMe();
        }
        for (final Line line : lines) {
            writer.parameter(line.name(), line.value());
        }
        for (final byte[] description : descriptions) {
            final UnsafeBuffer bytes = new UnsafeBuffer(description);
            writer.description(bytes, 0, description.length);
        }
        return writer.finish();
    }

    /** The lines alone, as a part of one response for all blades. */
    String text() {
        final StringBuilder text = new StringBuilder();
        lines.forEach(line ->
                text.append(line.name()).append(": ").append(line.value()).append("\r\n"));
        return text.toString();
    }
}
