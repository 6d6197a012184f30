package midplane.signalling.mgcp.oracle;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import midplane.signalling.mgcp.MgcpCorpus;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpScanner;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Scanner and oracle read the same. {@code -Dmidplane.oracle.messages=N} gives them more, {@code -Dmidplane.oracle.seed=S}
 * others.
 */
final class MgcpDifferentialTest {
    private static final int MESSAGES = Integer.getInteger("midplane.oracle.messages", 10_000);
    private static final long SEED = Long.getLong("midplane.oracle.seed", 3435);
    private static final String BYTES = "a1 \t\r\n.:;,@/$*#[]()\"\\-+\1\u00e9";
    private static final int UNIT_LENGTH_MAX = 2;
    private static final int REPEATED_LENGTH = 1_000;
    private static final String HOLE = "HOLE";
    private static final List<String> PLACES = List.of(
            HOLE,
            HOLE + "CRCX 1 ann/$@ms MGCP 1.0\n",
            "CRCX " + HOLE + " ann/$@ms MGCP 1.0\n",
            "CRCX 1 ann/" + HOLE + "@ms MGCP 1.0\n",
            "CRCX 1 a@ms" + HOLE + " MGCP 1.0\n",
            "CRCX 1 a@ms MGCP " + HOLE + "\n",
            "CRCX 1 a@ms MGCP 1.0" + HOLE + "\n",
            "CRCX 1 a@ms MGCP 1.0\n" + HOLE,
            "CRCX 1 a@ms MGCP 1.0\nx" + HOLE + ": 1\n",
            "CRCX 1 a@ms MGCP 1.0\nS: " + HOLE + "\n",
            "CRCX 1 a@ms MGCP 1.0\n\n" + HOLE,
            "200 1 " + HOLE + "\n",
            "800 1 /" + HOLE + "\n",
            "200 1\n\nv=0\n\n" + HOLE);

    private final MgcpDuel duel = new MgcpDuel();

    @Test
    void shouldReadTheCorpusAlike() {
        for (final MgcpCorpus.Datagram datagram : MgcpCorpus.datagrams()) {
            assertNull(duel.fault(datagram.bytes(), datagram.bytes().length), datagram.name());
        }
    }

    @Test
    void shouldReadBrokenDatagramsAlike() {
        final MgcpMutator mutator = new MgcpMutator();
        final MgcpScanner scanner = new MgcpScanner();
        final MgcpMessage message = new MgcpMessage();
        final Set<MgcpFault> met = EnumSet.noneOf(MgcpFault.class);
        for (int i = 0; i < MESSAGES; i++) {
            final long seed = SEED + i;
            final byte[] datagram = mutator.datagram(new SplittableRandom(seed));
            final String fault = duel.fault(datagram, datagram.length);
            assertNull(fault, () -> fault + "\nseed " + seed + "\n" + text(datagram));
            if (datagram.length > 0) {
                met.add(scanner.scan(new UnsafeBuffer(datagram), 0, datagram.length, message));
            }
        }
        // MESSAGE_TOO_LONG is for a scanner that has a limit.
        final Set<MgcpFault> missed = EnumSet.complementOf(EnumSet.copyOf(met));
        missed.remove(MgcpFault.MESSAGE_TOO_LONG);
        assertTrue(missed.isEmpty(), "never met: " + missed);
    }

    @Test
    void shouldTakeFewStepsWhateverIsRepeated() {
        for (final String place : PLACES) {
            for (final String unit : units()) {
                final byte[] datagram = place.replace(HOLE, unit.repeat(REPEATED_LENGTH / unit.length()))
                        .getBytes(StandardCharsets.ISO_8859_1);
                final String fault = duel.fault(datagram, datagram.length);
                assertNull(
                        fault, () -> fault + "\n" + text(unit.getBytes(StandardCharsets.ISO_8859_1)) + " in " + place);
            }
        }
        System.out.printf("mgcp oracle: at most %.2f steps/byte for what is repeated%n", duel.stepsPerByteMax());
    }

    private static List<String> units() {
        final List<String> units = new ArrayList<>(List.of(""));
        int from = 0;
        for (int length = 1; length <= UNIT_LENGTH_MAX; length++) {
            final int to = units.size();
            for (; from < to; from++) {
                for (int i = 0; i < BYTES.length(); i++) {
                    units.add(units.get(from) + BYTES.charAt(i));
                }
            }
        }
        return units.subList(1, units.size());
    }

    private static String text(final byte[] bytes) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(bytes.length, 3_000); i++) {
            final char c = (char) (bytes[i] & 0xFF);
            text.append(
                    c == '\r'
                            ? "\\r"
                            : c == '\n' ? "\\n\n" : c < ' ' || c > '~' ? String.format("\\x%02x", (int) c) : "" + c);
        }
        return text.toString();
    }
}
