package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import midplane.shelf.PortInsertion;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DeterminismTest {
    private static final String HISTORY = ", history ";

    @Test
    void shouldRepeatAHistoryByteForByte() {
        assertEquals(hashOf(plan(7)), hashOf(plan(7)));
    }

    @Test
    void shouldTellSeedsApart() {
        assertNotEquals(hashOf(plan(7)), hashOf(plan(8)));
    }

    @Test
    void shouldReplayTheSameHistoryByThePrintedCommand() {
        final SimulationPlan plan = plan(9).portInsertion(PortInsertion.RURI).isPartitioned(true);
        final String command = plan.command();
        final String[] arguments = command.substring(command.indexOf("--seed")).split(" ", -1);
        assertEquals(hashOf(plan), told(arguments));
    }

    /**
     * The histories in histories.txt were recorded once; every JDK that runs this test must find the same. A change of
     * what is said on the wire, or of what is simulated, changes them: then the new ones go into the file.
     */
    @TestFactory
    Stream<DynamicTest> shouldFindTheRecordedHistoryOnEveryJdk() throws IOException {
        return recorded().stream().map(line -> {
            final String[] words = line.split(" ", -1);
            final String[] arguments = List.of(words).subList(1, words.length).toArray(String[]::new);
            return DynamicTest.dynamicTest(
                    line,
                    () -> assertEquals(
                            words[0], told(arguments), "if this change was meant, put it into histories.txt"));
        });
    }

    private static List<String> recorded() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(DeterminismTest.class.getResourceAsStream("histories.txt"), "histories.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static SimulationPlan plan(final long seed) {
        return Simulation.of(seed).calls(150).callsPerSecond(30).faults(FaultPlan.ROUGH);
    }

    private static String hashOf(final SimulationPlan plan) {
        try (Simulation simulation = plan.start()) {
            simulation.runUntilIdle();
            return String.format("%016x", simulation.historyHash());
        }
    }

    /** The history that the command line tells. */
    private static String told(final String... arguments) {
        final StringWriter out = new StringWriter();
        final int exitCode = SimulationMain.run(new PrintWriter(out), arguments);
        final String text = out.toString().trim();
        assertEquals(0, exitCode, text);
        final int at = text.indexOf(HISTORY);
        assertTrue(at >= 0, text);
        return text.substring(at + HISTORY.length());
    }
}
