package midplane.signalling.sip.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The messages that others wrote, under {@code midplane/corpus}: from class files and from the test jar alike. */
public final class SipCorpus {
    private static final String SOURCE = "/midplane/corpus/SOURCE.txt";

    private SipCorpus() {}

    /** All messages, in the order of their names. */
    public static List<byte[]> messages() {
        final URL url = Objects.requireNonNull(SipCorpus.class.getResource(SOURCE), SOURCE);
        try {
            final URI uri = url.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return messagesBelow(Path.of(uri).getParent());
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return messagesBelow(jar.getPath(SOURCE).getParent());
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (final URISyntaxException ex) {
            throw new AssertionError(ex);
        }
    }

    private static List<byte[]> messagesBelow(final Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path ->
                            path.toString().endsWith(".sip") || path.toString().endsWith(".dat"))
                    .sorted()
                    .map(SipCorpus::bytes)
                    .toList();
        }
    }

    private static byte[] bytes(final Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
