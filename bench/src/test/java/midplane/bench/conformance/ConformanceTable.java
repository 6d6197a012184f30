package midplane.bench.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last test of a build, run in its phase {@code verify}: writes the table, and fails when an obligation is unproven. */
class ConformanceTable {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("fabric", "processor-blade", "dispatcher", "bench");

    @Test
    void shouldHaveProvenEveryObligation() throws IOException {
        final List<Evidence> evidence = new ArrayList<>();
        for (final String module : MODULES) {
            evidence.addAll(Evidence.read(MODULE.resolveSibling(module).resolve("target/conformance.tsv")));
        }
        final Table table = new Table(Obligation.all(), evidence);
        final Path target = Files.createDirectories(MODULE.resolve("target"));
        Files.writeString(target.resolve("conformance.md"), table.markdown(), StandardCharsets.UTF_8);
        Files.writeString(target.resolve("conformance.html"), table.html(), StandardCharsets.UTF_8);
        System.out.println("conformance: " + table.summary() + " " + target.resolve("conformance.html"));
        // Whoever runs chosen tests only wants to hear of those.
        if (System.getProperty("test") == null) {
            assertEquals("", String.join("\n", table.faults()), "obligations without a passing test");
        }
    }
}
