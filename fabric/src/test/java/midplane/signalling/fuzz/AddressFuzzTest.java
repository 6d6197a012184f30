package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Locale;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipAddress;
import midplane.signalling.sip.oracle.PartDuel;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a From, a Contact or their like: reader and oracle agree, and parameters lie inside. */
class AddressFuzzTest {
    private final PartDuel duel = new PartDuel();
    private final Slice value = new Slice();

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#addresses")
    @FuzzTest
    void read(final byte[] bytes) {
        final String fault = duel.addressFault(bytes);
        assertNull(fault, () -> PartDuel.report(fault, bytes));
        final SipAddress address = duel.address();
        for (final String name : new String[] {"tag", "expires", "q", ""}) {
            final boolean isThere = address.param(name, value);
            assertTrue(isThere || value.isEmpty());
            assertTrue(value.isEmpty() || value.offset() + value.length() <= address.length());
            assertEquals(isThere, address.param(name.toUpperCase(Locale.ROOT), value));
        }
    }
}
