package midplane.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;

/**
 * A program nobody here wrote, that a test needs. Where it is missing the test is skipped, and says so loudly; where
 * {@code CI} or {@code MIDPLANE_REQUIRE_PEERS} is set in the environment it fails, for a skipped test proves nothing.
 */
public final class ForeignProgram {
    private static final List<String> REQUIRED_BY = List.of("CI", "MIDPLANE_REQUIRE_PEERS");

    private final Path path;

    private ForeignProgram(final Path path) {
        this.path = path;
    }

    /** A program that Debian has in a package of the same name. */
    public static ForeignProgram require(final String name) {
        return require(name, name);
    }

    /**
     * Finds a program on the PATH.
     *
     * @param debianPackage what to install to have it.
     * @throws TestAbortedException when it is missing and may be.
     * @throws AssertionError when it is missing and must not be.
     */
    public static ForeignProgram require(final String name, final String debianPackage) {
        final Path path = find(name, System.getenv().getOrDefault("PATH", ""));
        if (path == null) {
            throw unavailable("'" + name + "' is not installed (Debian: apt-get install " + debianPackage + ")");
        }
        return new ForeignProgram(path);
    }

    /**
     * Ends a test that lacks something of the machine, such as a program or a right. Never returns; the type lets the
     * caller write {@code throw}.
     *
     * @throws TestAbortedException when it may be missing.
     * @throws AssertionError when it must not be missing.
     */
    public static RuntimeException unavailable(final String reason) {
        return unavailable(reason, REQUIRED_BY.stream().anyMatch(ForeignProgram::isSet));
    }

    private static boolean isSet(final String variable) {
        final String value = System.getenv(variable);
        return value != null && !value.isEmpty();
    }

    static RuntimeException unavailable(final String reason, final boolean mustBeThere) {
        if (mustBeThere) {
            fail(reason + ", and one of " + REQUIRED_BY + " says that it must be");
        }
        System.err.println("*** SKIPPED: " + reason + "; what needs it is NOT tested here ***");
        return Assumptions.abort(reason);
    }

    static Path find(final String name, final String searchPath) {
        return Stream.of(searchPath.split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(null);
    }

    public Path path() {
        return path;
    }

    /** A process not yet started, for those who want to talk to it. */
    public ProcessBuilder process(final String... arguments) {
        return new ProcessBuilder(Stream.concat(Stream.of(path.toString()), Arrays.stream(arguments))
                .toList());
    }

    /** Runs to the end, at most a minute; returns the lines of its standard output. Fails when it does. */
    public List<String> run(final String... arguments) throws IOException, InterruptedException {
        final Path output = Files.createTempFile("midplane-", ".out");
        final Path errors = Files.createTempFile("midplane-", ".err");
        try {
            final Process process = process(arguments)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                fail(path + " " + String.join(" ", arguments) + " does not end");
            }
            assertEquals(0, process.exitValue(), () -> path + " says: " + text(errors));
            return text(output).lines().toList();
        } finally {
            assertTrue(Files.deleteIfExists(output));
            assertTrue(Files.deleteIfExists(errors));
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (final IOException ex) {
            return ex.toString();
        }
    }
}
