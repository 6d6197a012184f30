package midplane.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.concurrent.UnsafeBuffer;

/** A client's message as it came over the wire, where a socket would have put it: in a direct buffer. */
final class RecordedMessage {
    private final byte[] bytes;
    private final UnsafeBuffer buffer;

    RecordedMessage(final String client) {
        try (InputStream in = RecordedMessage.class.getResourceAsStream("/midplane/bench/" + client + ".sip")) {
            bytes = Objects.requireNonNull(in, client).readAllBytes();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
