package midplane.signalling.mgcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The MGCP messages under {@code midplane/corpus}; see SOURCE.txt there. */
public final class MgcpCorpus {
    /** A datagram somebody else wrote. */
    public record Datagram(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }

        public String text() {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private MgcpCorpus() {}

    /** Those of RFC 3435, RFC 3660 and a real client, in order. */
    public static List<Datagram> datagrams() {
        return Stream.of("mgcp/rfc3435", "mgcp/rfc3660", "clients/libosmo-mgcp-client-1.10")
                .flatMap(folder -> datagrams(folder).stream())
                .toList();
    }

    public static List<Datagram> datagrams(final String folder) {
        final Path start = root().resolve(folder);
        try (Stream<Path> paths = Files.walk(start)) {
            return paths.filter(path -> path.toString().endsWith(".mgcp"))
                    .sorted()
                    .map(path -> new Datagram(start.relativize(path).toString(), bytes(path)))
                    .toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The columns of a table's rows, without its first line. */
    public static List<String[]> table(final String file) {
        return new String(bytes(root().resolve(file)), StandardCharsets.UTF_8)
                .lines()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .toList();
    }

    private static byte[] bytes(final Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static Path root() {
        try {
            return Path.of(MgcpCorpus.class
                            .getResource("/midplane/corpus/SOURCE.txt")
                            .toURI())
                    .getParent();
        } catch (final URISyntaxException ex) {
            throw new AssertionError(ex);
        }
    }
}
