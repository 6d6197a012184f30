package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import midplane.signalling.ReservationReader;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as a body that reserves something: what is found is what a reader of another kind finds, nothing is thrown, and
 * nothing is printed, which a stranger could fill a disk with.
 */
class ReservationFuzzTest {
    private static final SizeSource[] KINDS = {SizeSource.MSCML, SizeSource.MRB, SizeSource.MSML};

    private final ReservationReader reader = new ReservationReader();
    private final SizeIndication size = new SizeIndication();

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#reservations")
    @FuzzTest
    void read(final byte[] body) {
        final ReservationTree tree = new ReservationTree(body);
        for (final SizeSource kind : KINDS) {
            assertEquals("", printedBy(() -> {
                size.begin(SessionService.DIALOG);
                reader.read(kind, new UnsafeBuffer(body), 0, body.length, size);
            }));
            check(kind, tree);
        }
    }

    private void check(final SizeSource kind, final ReservationTree tree) {
        final int expected = tree.units(kind);
        if (size.faults() != 0) {
            assertEquals(1 << kind.ordinal(), size.faults());
            assertEquals(SizeSource.SERVICE, size.source());
            assertTrue(expected == ReservationTree.FAULT || tree.isNearALimit(), "a good " + kind + " was not read");
        } else if (!tree.isNearALimit()) {
            assertEquals(expected, size.source() == kind ? size.units() : ReservationTree.SILENCE, kind.name());
        }
        assertTrue(size.units() >= 1 && size.units() <= SizeIndication.MAX_UNITS);
        assertTrue(!size.isRequired() || size.source() == kind);
    }

    private static String printedBy(final Runnable work) {
        final PrintStream out = System.out;
        final PrintStream err = System.err;
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            work.run();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        // While exploring, the fuzzer tells which classes it instruments as they are loaded.
        return printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.startsWith("INFO: "))
                .collect(Collectors.joining("\n"));
    }
}
