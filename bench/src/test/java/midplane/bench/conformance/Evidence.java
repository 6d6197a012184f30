package midplane.bench.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a test method ended for which a requirement is claimed.
 *
 * @param test class and method.
 * @param passed how many of its runs did; several when it has parameters.
 */
record Evidence(Requirement requirement, String test, int passed, int failed, int skipped) {
    /** What a module's tests left; nothing when it ran none. */
    static List<Evidence> read(final Path file) throws IOException {
        final List<Evidence> evidence = new ArrayList<>();
        if (Files.exists(file)) {
            for (final String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                final String[] fields = line.split("\t", -1);
                evidence.add(new Evidence(
                        new Requirement(fields[0]),
                        fields[1],
                        Integer.parseInt(fields[2]),
                        Integer.parseInt(fields[3]),
                        Integer.parseInt(fields[4])));
            }
        }
        return evidence;
    }

    boolean isProof() {
        return passed > 0 && failed == 0;
    }

    String result() {
        final int runs = passed + failed + skipped;
        final String times = runs > 1 ? " (" + (failed > 0 ? failed : passed > 0 ? passed : skipped) + " runs)" : "";
        return (failed > 0 ? "FAILED" : passed > 0 ? "passed" : "skipped") + times;
    }

    /** Without the package, which is in the title of the cell. */
    String shortTest() {
        return test.substring(test.lastIndexOf('.') + 1).replace('#', '.');
    }
}
