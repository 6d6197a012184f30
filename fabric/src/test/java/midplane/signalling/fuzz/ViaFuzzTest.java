package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import midplane.signalling.sip.oracle.PartDuel;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a value of Via: reader and oracle agree. */
class ViaFuzzTest {
    private final PartDuel duel = new PartDuel();

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#vias")
    @FuzzTest
    void read(final byte[] via) {
        final String fault = duel.viaFault(via);
        assertNull(fault, () -> PartDuel.report(fault, via));
    }
}
