package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes responses (RFC 3435 §3.3) into a buffer, line by line, lines ending in CRLF. What does not fit makes {@link #finish}
 * negative. Makes no garbage. Not thread-safe.
 */
public final class MgcpResponseWriter {
    private final MgcpWriter writer = new MgcpWriter();

    /** Writes from {@code offset} on, at most so many bytes. */
    public MgcpResponseWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        writer.wrap(buffer, offset, capacity);
        return this;
    }

    /**
     * Begins a response.
     *
     * @param returnCode as in RFC 3435 §2.4.
     * @param commentary for people to read; may be empty.
     */
    public MgcpResponseWriter begin(final int returnCode, final int transactionId, final String commentary) {
        writer.code(returnCode).text(" ").number(transactionId);
        if (!commentary.isEmpty()) {
            writer.text(" ").text(commentary);
        }
        writer.endLine();
        return this;
    }

    /** Asks for a response acknowledgement: the empty {@code K:} of a final response after a provisional one (§3.5.6). */
    public MgcpResponseWriter acknowledgeMe() {
        writer.text("K:").endLine();
        return this;
    }

    public MgcpResponseWriter parameter(final String name, final String value) {
        writer.name(name).text(value).endLine();
        return this;
    }

    public MgcpResponseWriter parameter(final String name, final Slice value) {
        writer.name(name).slice(value).endLine();
        return this;
    }

    public MgcpResponseWriter parameter(final String name, final long value) {
        writer.name(name).number(value).endLine();
        return this;
    }

    /** Begins a parameter whose value comes in pieces, up to {@link #end}. */
    public MgcpResponseWriter name(final String name) {
        writer.name(name);
        return this;
    }

    public MgcpResponseWriter text(final String ascii) {
        writer.text(ascii);
        return this;
    }

    public MgcpResponseWriter number(final long value) {
        writer.number(value);
        return this;
    }

    public MgcpResponseWriter slice(final Slice slice) {
        writer.slice(slice);
        return this;
    }

    /** Ends the parameter that {@link #name} began. */
    public MgcpResponseWriter end() {
        writer.endLine();
        return this;
    }

    /** Appends a session description, after all parameters; lines of its own, CRLF included. */
    public MgcpResponseWriter description(final DirectBuffer buffer, final int offset, final int length) {
        writer.description(buffer, offset, length);
        return this;
    }

    /** Divides this message from another that is to follow in the same datagram (§3.5.5). */
    public MgcpResponseWriter dot() {
        writer.text(".").endLine();
        return this;
    }

    /** The length of what was written, or -1 when it did not fit. */
    public int finish() {
        return writer.finish();
    }
}
