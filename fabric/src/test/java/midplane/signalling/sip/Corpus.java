package midplane.signalling.sip;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/** The messages under {@code midplane/corpus}; see SOURCE.txt there. */
final class Corpus {
    private Corpus() {}

    static Path root() {
        try {
            return Path.of(Corpus.class
                            .getResource("/midplane/corpus/SOURCE.txt")
                            .toURI())
                    .getParent();
        } catch (final URISyntaxException ex) {
            throw new AssertionError(ex);
        }
    }

    /** The messages below a folder, in order, named relative to it. */
    static List<String> names(final String folder) {
        final Path start = root().resolve(folder);
        try (Stream<Path> paths = Files.walk(start)) {
            return paths.map(path -> start.relativize(path).toString())
                    .filter(name -> name.endsWith(".sip") || name.endsWith(".dat"))
                    .sorted()
                    .toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static byte[] bytes(final String name) {
        try {
            return Files.readAllBytes(root().resolve(name));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static UnsafeBuffer buffer(final String name) {
        return new UnsafeBuffer(bytes(name));
    }

    /** Text as it goes over the wire: one byte a character. */
    static UnsafeBuffer ofText(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A plain INVITE with a body; tests replace what they want to be different. */
    static final String INVITE = "INVITE sip:annc@ms.example.net;play=welcome SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK74bf9;rport\r\n"
            + "Max-Forwards: 70\r\n"
            + "From: Alice <sip:alice@example.com>;tag=9fxced76sl\r\n"
            + "To: <sip:annc@ms.example.net>\r\n"
            + "Call-ID: 3848276298220188511@example.com\r\n"
            + "CSeq: 1 INVITE\r\n"
            + "Contact: <sip:alice@192.0.2.7:5066>\r\n"
            + "Content-Type: application/sdp\r\n"
            + "Content-Length: 5\r\n"
            + "\r\n"
            + "v=0\r\n";
}
