package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Would the simulation notice? Bugs are planted one at a time into copies of the sources, and each must be found, while
 * nothing is found in the sources as they are. A bug that is not found here is one that nobody watches for.
 */
class MutantTest {
    /** The smallest set of simulations that finds all; the quickest to find the most first. */
    private static final List<String> SIMULATIONS = List.of(
            "--seed 1 --calls 250 --rate 40 --blades 3 --answer-delay-ms 150 --loss 0.1 --duplication 0.05"
                    + " --delay-us 1000 --jitter-us 30000",
            "--seed 2 --calls 600 --rate 40 --blades 3",
            "--seed 3 --calls 1200 --rate 10 --blades 3 --partitions --answer-delay-ms 100",
            "--seed 4 --calls 600 --rate 40 --blades 3 --conferences 60");

    private static final Path TOP = Path.of("").toAbsolutePath().endsWith("bench") ? Path.of("..") : Path.of("");

    /** All, or with {@code -Dmidplane.mutant=words} those with these words in their names. */
    static Stream<Mutant> mutants() {
        final String words = System.getProperty("midplane.mutant", "");
        return Mutant.all().stream().filter(mutant -> mutant.name().contains(words));
    }

    @Test
    void shouldPlantTwentyBugsAtLeast() {
        assertTrue(Mutant.all().size() >= 20);
    }

    @Test
    void shouldFindNothingWhereNothingIsPlanted() throws Exception {
        for (final String simulation : SIMULATIONS) {
            final String story = violation(Map.of(), simulation);
            assertEquals("", story);
        }
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void shouldFind(final Mutant mutant) throws Exception {
        final Map<String, byte[]> classes = SourceCompiler.compile(mutant.file(), mutated(mutant));
        for (final String simulation : SIMULATIONS) {
            final String story = violation(classes, simulation);
            if (!story.isEmpty()) {
                assertTrue(story.contains("See it again with"), story);
                return;
            }
        }
        throw new AssertionError("not found: " + mutant.name());
    }

    private static String mutated(final Mutant mutant) throws IOException {
        final String source = Files.readString(TOP.resolve(mutant.file()));
        final Matcher found = pattern(mutant.find()).matcher(source);
        assertTrue(found.find(), () -> "stale mutant, its text is gone from " + mutant.file() + ": " + mutant.name());
        final String mutated =
                source.substring(0, found.start()) + mutant.replacement() + source.substring(found.end());
        assertFalse(found.find(), () -> "stale mutant, its text is twice in " + mutant.file() + ": " + mutant.name());
        return mutated;
    }

    /** The formatter may break a line elsewhere tomorrow. */
    private static Pattern pattern(final String find) {
        return Pattern.compile(
                Stream.of(find.split(" ", -1)).map(Pattern::quote).collect(Collectors.joining("\\s+")));
    }

    /** Runs a simulation of the whole of midplane with some classes replaced; returns the story of a violation, or "". */
    private static String violation(final Map<String, byte[]> classes, final String arguments) throws Exception {
        final StringWriter out = new StringWriter();
        final Thread thread = Thread.currentThread();
        final ClassLoader before = thread.getContextClassLoader();
        final ReplacingClassLoader loader = new ReplacingClassLoader(before, classes);
        // The chassis finds its blades by the context class loader.
        thread.setContextClassLoader(loader);
        try {
            final Object exitCode = loader.loadClass(SimulationMain.class.getName())
                    .getMethod("run", PrintWriter.class, String[].class)
                    .invoke(null, new PrintWriter(out, true), arguments.split(" ", -1));
            return Integer.valueOf(0).equals(exitCode) ? "" : out.toString();
        } catch (final InvocationTargetException ex) {
            throw new AssertionError("the simulation itself broke", ex.getCause());
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
