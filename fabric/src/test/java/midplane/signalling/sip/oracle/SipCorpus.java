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
import java.util.LinkedHashMap;
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
        return List.copyOf(read("").values());
    }

    /** The messages of one folder, such as {@code rfc4475}, by the names of their files without the ending. */
    public static Map<String, byte[]> messages(final String folder) {
        return read(folder);
    }

    private static Map<String, byte[]> read(final String folder) {
        final URL url = Objects.requireNonNull(SipCorpus.class.getResource(SOURCE), SOURCE);
        try {
            final URI uri = url.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return messagesBelow(Path.of(uri).getParent().resolve(folder));
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return messagesBelow(jar.getPath(SOURCE).getParent().resolve(folder));
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (final URISyntaxException ex) {
            throw new AssertionError(ex);
        }
    }

    private static Map<String, byte[]> messagesBelow(final Path root) throws IOException {
        final Map<String, byte[]> messages = new LinkedHashMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            paths.filter(path ->
                            path.toString().endsWith(".sip") || path.toString().endsWith(".dat"))
                    .sorted()
                    .forEach(path ->
                            messages.put(root.relativize(path).toString().replaceFirst("[.][^.]*$", ""), bytes(path)));
        }
        return messages;
    }

    private static byte[] bytes(final Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
