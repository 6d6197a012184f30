package midplane.bench.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final Obligation MERGED = due("S4", "merged");

    @Test
    void shouldMissAnObligationThatNobodyProves() {
        assertEquals(List.of("S4, merged: NO TEST, where a test must pass; []"), faults());
        assertEquals(List.of(), faults(evidence("S4", "a.B#c", 1, 0, 0)));
    }

    @Test
    void shouldTakeNeitherAFailedNorASkippedTestForAProof() {
        assertEquals(
                List.of("S4, merged: skipped, where a test must pass; [a.B#c]"),
                faults(evidence("S4", "a.B#c", 0, 0, 1)));
        assertEquals(
                List.of("S4, merged: FAILED, where a test must pass; [a.B#c, a.B#d]"),
                faults(evidence("S4", "a.B#c", 9, 0, 0), evidence("S4", "a.B#d", 8, 1, 0)));
        assertEquals(List.of(), faults(evidence("S4", "a.B#c", 0, 0, 1), evidence("S4", "a.B#d", 1, 0, 0)));
    }

    @Test
    void shouldNotMissWhatIsOpen() {
        final Obligation open = new Obligation(new Requirement("S8"), true, "TCP");
        final Table table = new Table(List.of(open), List.of());
        assertEquals(List.of(), table.faults());
        assertTrue(table.markdown().contains("| S8 | TCP |  | not yet |"), table::markdown);
    }

    @Test
    void shouldRefuseAClaimThatCannotBeLookedUp() {
        for (final String claim :
                List.of("RFC3261 §8", "RFC 3261 8.2", "RFC 3261 § 8", "S", "S123", "T1", "RFC 3261 §8.")) {
            final Table table = new Table(List.of(), List.of(evidence(claim, "a.B#c", 1, 0, 0)));
            assertEquals(1, table.faults().size(), claim);
        }
        for (final String claim :
                List.of("RFC 3261", "RFC 3261 §8.2.2.2", "RFC 5118 §4.10", "RFC 3261 §A", "S4", "M10")) {
            assertTrue(new Requirement(claim).isWellFormed(), claim);
        }
    }

    @Test
    void shouldOrderRowsFirstAndSectionsByNumber() {
        final Set<Requirement> ordered = new TreeSet<>();
        for (final String name : List.of(
                "RFC 3261 §17.2.1", "RFC 3261 §8.2", "S10", "RFC 4028 §9", "RFC 3261 §8.2.1", "S9", "M1", "RFC 3261")) {
            ordered.add(new Requirement(name));
        }
        assertEquals(
                List.of(
                        "M1",
                        "S9",
                        "S10",
                        "RFC 3261",
                        "RFC 3261 §8.2",
                        "RFC 3261 §8.2.1",
                        "RFC 3261 §17.2.1",
                        "RFC 4028 §9"),
                ordered.stream().map(Requirement::name).toList());
    }

    @Test
    void shouldShowWhichTestProvesWhat() {
        final Table table = new Table(
                List.of(MERGED),
                List.of(evidence("S4", "a.B#c", 2, 0, 1), evidence("RFC 3261 §8.2.2.2", "a.B#c", 2, 0, 0)));
        assertTrue(table.markdown().contains("## The wire contract\n"), table::markdown);
        assertTrue(table.markdown().contains("| S4 | merged | `B.c` passed (2 runs) | passed |"), table::markdown);
        assertTrue(table.markdown().contains("## RFC 3261\n"), table::markdown);
        assertTrue(table.html().contains("<td class=\"passed\">passed</td>"), table::html);
        assertEquals("1 of 1 obligations proven, 2 rows, 1 tests.", table.summary());
    }

    @Test
    void shouldReadWhatTheModulesWrite(@TempDir final Path folder) throws IOException {
        final Path file = Files.writeString(folder.resolve("conformance.tsv"), "RFC 3261 §9.2\ta.B#c\t3\t2\t1\n");
        assertEquals(List.of(evidence("RFC 3261 §9.2", "a.B#c", 3, 2, 1)), Evidence.read(file));
        assertEquals(List.of(), Evidence.read(folder.resolve("no-such-file")));
    }

    @Test
    void shouldObligeToEveryRowOfTheContractOnce() throws IOException {
        final List<Obligation> all = Obligation.all();
        for (int row = 1; row <= 19; row++) {
            final Requirement requirement = new Requirement("S" + row);
            assertEquals(
                    1,
                    all.stream()
                            .filter(each -> each.requirement().equals(requirement))
                            .count(),
                    requirement::name);
        }
        assertEquals(
                all.size(),
                all.stream().map(Obligation::requirement).distinct().count(),
                "a requirement has two lines");
        for (final Obligation obligation : all) {
            assertTrue(obligation.requirement().isWellFormed(), obligation::toString);
            assertFalse(obligation.title().isBlank(), obligation::toString);
        }
    }

    private static List<String> faults(final Evidence... evidence) {
        return new Table(List.of(MERGED), List.of(evidence)).faults();
    }

    private static Obligation due(final String name, final String title) {
        return new Obligation(new Requirement(name), false, title);
    }

    private static Evidence evidence(
            final String name, final String test, final int passed, final int failed, final int skipped) {
        return new Evidence(new Requirement(name), test, passed, failed, skipped);
    }
}
