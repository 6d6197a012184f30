package midplane.bench.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A line of {@code obligations.tsv}.
 *
 * @param isOpen nobody has built it yet.
 * @param title what must hold, in short.
 */
record Obligation(Requirement requirement, boolean isOpen, String title) {
    private static final String FILE = "obligations.tsv";

    static List<Obligation> all() throws IOException {
        try (InputStream in = Objects.requireNonNull(Obligation.class.getResourceAsStream(FILE), FILE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Obligation::of)
                    .toList();
        }
    }

    private static Obligation of(final String line) {
        final String[] fields = line.split("\t", -1);
        if (fields.length != 3 || !List.of("open", "due").contains(fields[1])) {
            throw new IllegalArgumentException(
                    FILE + ": a line is requirement, 'due' or 'open', title, with tabs between: " + line);
        }
        return new Obligation(new Requirement(fields[0]), "open".equals(fields[1]), fields[2]);
    }
}
