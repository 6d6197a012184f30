package midplane.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;

/** Where a test and the processes it starts leave their files, and where its data lies. */
final class Scratch {
    /** The module's folder: surefire says it; an IDE starts there. */
    static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();

    private Scratch() {}

    /** An empty folder of the test's own under {@code target/peers}. */
    static Path of(final TestInfo test) {
        return of(test, "");
    }

    /** The same, for one of several processes of a test. */
    static Path of(final TestInfo test, final String part) {
        final String name = test.getTestClass().orElseThrow().getSimpleName() + "/"
                + test.getDisplayName().replaceAll("[^A-Za-z0-9._-]+", "_").replaceAll("_+$", "") + part;
        final Path folder = MODULE.resolve("target/peers").resolve(name);
        try {
            empty(folder);
            return Files.createDirectories(folder);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** A file among this package's test resources. */
    static Path resource(final String name) {
        final URL url = Objects.requireNonNull(
                Scratch.class.getResource("/midplane/peers/" + name), () -> "no test resource " + name);
        try {
            return Path.of(url.toURI());
        } catch (final URISyntaxException ex) {
            throw new IllegalArgumentException(name, ex);
        }
    }

    static String text(final Path file) {
        try {
            return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void empty(final Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final @Nullable IOException failure)
                    throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
