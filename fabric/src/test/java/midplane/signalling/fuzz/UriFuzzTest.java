package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import midplane.signalling.Slice;
import midplane.signalling.sip.SipUri;
import midplane.signalling.sip.oracle.PartDuel;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a URI: reader and oracle agree, and what it is asked for lies inside. */
class UriFuzzTest {
    private final PartDuel duel = new PartDuel();
    private final Slice value = new Slice();

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#uris")
    @FuzzTest
    void read(final byte[] bytes) {
        final String fault = duel.uriFault(bytes);
        assertNull(fault, () -> PartDuel.report(fault, bytes));
        final SipUri uri = duel.uri();
        if (!uri.host().isEmpty()) {
            assertEquals(uri.host().offset(), uri.hostPort().offset());
            assertTrue(uri.host().length() <= uri.hostPort().length());
        }
        unescape(uri.user());
        for (final String name : new String[] {"transport", "play", "session-size", "lr", ""}) {
            assertTrue(uri.param(name, value) || value.isEmpty());
            unescape(value);
        }
    }

    /** Escapes of what was read are whole. */
    private static void unescape(final Slice escaped) {
        final UnsafeBuffer target = new UnsafeBuffer(new byte[escaped.length()]);
        final int length = SipUri.unescape(escaped, target, 0);
        assertTrue(length >= 0 && length <= escaped.length(), escaped::toString);
    }
}
