package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes commands (RFC 3435 §3.2) into a buffer, line by line, lines ending in CRLF. What does not fit makes {@link #finish}
 * negative. Makes no garbage. Not thread-safe.
 */
public final class MgcpCommandWriter {
    private final MgcpWriter writer = new MgcpWriter();

    /** Writes from {@code offset} on, at most so many bytes. */
    public MgcpCommandWriter wrap(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        writer.wrap(buffer, offset, capacity);
        return this;
    }

    /** Begins a command of an endpoint of ours; the name is put as it stands. */
    public MgcpCommandWriter begin(final String verb, final int transactionId, final Slice endpoint) {
        writer.text(verb)
                .text(" ")
                .number(transactionId)
                .text(" ")
                .slice(endpoint)
                .text(" MGCP 1.0")
                .endLine();
        return this;
    }

    public MgcpCommandWriter parameter(final String name, final String value) {
        writer.name(name).text(value).endLine();
        return this;
    }

    public MgcpCommandWriter parameter(final String name, final Slice value) {
        writer.name(name).slice(value).endLine();
        return this;
    }

    public MgcpCommandWriter parameter(final String name, final long value) {
        writer.name(name).number(value).endLine();
        return this;
    }

    /** Begins a parameter whose value comes in pieces, up to {@link #end}. */
    public MgcpCommandWriter name(final String name) {
        writer.name(name);
        return this;
    }

    public MgcpCommandWriter text(final String ascii) {
        writer.text(ascii);
        return this;
    }

    public MgcpCommandWriter number(final long value) {
        writer.number(value);
        return this;
    }

    public MgcpCommandWriter slice(final Slice slice) {
        writer.slice(slice);
        return this;
    }

    /** Ends the parameter that {@link #name} began. */
    public MgcpCommandWriter end() {
        writer.endLine();
        return this;
    }

    /** Appends a session description, after all parameters; lines of its own, CRLF included. */
    public MgcpCommandWriter description(final DirectBuffer buffer, final int offset, final int length) {
        writer.description(buffer, offset, length);
        return this;
    }

    /** Divides this message from another that is to follow in the same datagram (§3.5.5). */
    public MgcpCommandWriter dot() {
        writer.text(".").endLine();
        return this;
    }

    /** The length of what was written, or -1 when it did not fit. */
    public int finish() {
        return writer.finish();
    }
}
