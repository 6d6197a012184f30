package midplane.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes down how each test ended that {@link Conforms} to something: a line for each of its claims and test method, in {@code
 * target/conformance.tsv} of the module. A test that was never begun, for a whole class was given up, leaves no line.
 */
public final class ConformanceRecorder implements TestWatcher {
    /** Where a module leaves its results; whoever starts tests otherwise than the build wants no file. */
    private static final @Nullable String MODULE = System.getProperty("basedir");

    private static final Pattern SECTION = Pattern.compile("RFC \\d+ §[\\w.]+");

    /** Counts of one claim and test method. */
    private static final class Tally {
        private int passed;
        private int failed;
        private int skipped;
    }

    /** All of a JVM's results; written when its last test is over. */
    private static final class Results implements AutoCloseable {
        private final Map<String, Tally> tallies = new TreeMap<>();

        synchronized Tally of(final String claimAndTest) {
            return tallies.computeIfAbsent(claimAndTest, key -> new Tally());
        }

        @Override
        public synchronized void close() {
            if (MODULE == null) {
                return;
            }
            final StringBuilder lines = new StringBuilder();
            tallies.forEach((key, tally) -> lines.append(key)
                    .append('\t')
                    .append(tally.passed)
                    .append('\t')
                    .append(tally.failed)
                    .append('\t')
                    .append(tally.skipped)
                    .append('\n'));
            try {
                final Path target = Files.createDirectories(Path.of(MODULE, "target"));
                Files.writeString(target.resolve("conformance.tsv"), lines, StandardCharsets.UTF_8);
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    @Override
    public void testSuccessful(final ExtensionContext context) {
        record(context, 1, 0, 0);
    }

    @Override
    public void testFailed(final ExtensionContext context, final Throwable cause) {
        record(context, 0, 1, 0);
    }

    @Override
    public void testAborted(final ExtensionContext context, final Throwable cause) {
        record(context, 0, 0, 1);
    }

    private static void record(final ExtensionContext context, final int passed, final int failed, final int skipped) {
        final Class<?> testClass = context.getRequiredTestClass();
        final Results results = context.getRoot()
                .getStore(Namespace.create(ConformanceRecorder.class))
                .getOrComputeIfAbsent(Results.class, key -> new Results(), Results.class);
        final Set<String> claims = new TreeSet<>();
        final Conforms ofMethod = context.getRequiredTestMethod().getAnnotation(Conforms.class);
        add(claims, ofMethod);
        final Matcher name = SECTION.matcher(context.getDisplayName());
        if (ofMethod != null && ofMethod.alsoWhatTheNameNames() && name.lookingAt()) {
            claims.add(name.group());
        }
        for (Class<?> each = testClass; each != null; each = each.getSuperclass()) {
            add(claims, each.getAnnotation(Conforms.class));
        }
        for (final String claim : claims) {
            final String test =
                    testClass.getName() + '#' + context.getRequiredTestMethod().getName();
            synchronized (results) {
                final Tally tally = results.of(claim + '\t' + test);
                tally.passed += passed;
                tally.failed += failed;
                tally.skipped += skipped;
            }
        }
    }

    private static void add(final Set<String> claims, final @Nullable Conforms conforms) {
        if (conforms != null) {
            claims.addAll(List.of(conforms.value()));
        }
    }
}
