package midplane.signalling.sip.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMethod;
import midplane.testing.Conforms;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Millions of messages, good and broken, read by the scanner and by the oracle: the same verdict, the same borders, and
 * few steps for a byte.
 *
 * <p>A family is one message and what mutations make of it; its seed is the run's seed plus its number. A failure prints
 * the command that replays its family alone.
 */
final class DifferentialTest {
    /** How many datagrams are read; {@code .ci/run} asks for 10 million. */
    private static final long INPUTS = Long.getLong("midplane.oracle.inputs", 1_000_000);

    private static final long SEED = Long.getLong("midplane.oracle.seed", 3261);
    private static final int FAMILY = 8;

    /** Enough for every verdict to be met. */
    private static final int TELLING_FAMILIES = 50_000;

    /** Short enough that mutations reach it, so that this verdict too is compared. */
    private static final int MAX_MESSAGE_LENGTH = 12_000;

    private static final List<byte[]> CORPUS = SipCorpus.messages();

    @Test
    @Conforms("RFC 3261 §25.1")
    void shouldAgreeWithTheGrammar() {
        final int workers = Runtime.getRuntime().availableProcessors();
        final long families = (INPUTS + FAMILY - 1) / FAMILY;
        final long startNs = System.nanoTime();
        final Tally tally = IntStream.range(0, workers)
                .parallel()
                .mapToObj(worker -> run(worker, workers, families))
                .reduce(new Tally(), Tally::plus);
        final double seconds = (System.nanoTime() - startNs) / 1e9;
        assertNull(tally.failure, tally.failure);
        System.out.printf(
                "oracle: seed %d, %,d inputs in %.1f s on %d threads (%,.0f/s), at most %.2f steps/byte, %s%n",
                SEED, tally.inputs, seconds, workers, tally.inputs / seconds, tally.stepsPerByteMax, tally.verdicts);
        if (families >= TELLING_FAMILIES) {
            final int good = tally.verdicts.getOrDefault(SipFault.NONE, 0);
            assertTrue(
                    good > tally.inputs / 10 && good < tally.inputs * 9 / 10, "the mutations prove nothing: " + good);
            final Set<SipFault> unseen = EnumSet.allOf(SipFault.class);
            unseen.removeAll(tally.verdicts.keySet());
            assertEquals(Set.of(), unseen, "verdicts that no input got");
        }
    }

    @Test
    @Conforms("RFC 3261 §25.1")
    void shouldAgreeOnWhatOthersWrote() {
        final Duel duel = new Duel();
        for (final byte[] message : CORPUS) {
            assertNull(duel.fault(message, message.length), () -> duel.report(message));
            for (int length = 0; length < message.length; length++) {
                final byte[] cut = Arrays.copyOf(message, length);
                assertNull(duel.fault(cut, length), () -> duel.report(cut));
            }
        }
    }

    /** The oracle is only worth something if it, too, is held to what people wrote down. */
    @Test
    void shouldLetTheOracleSpeakForItself() {
        final String invite = "INVITE sip:annc@ms.example.net;play=welcome SIP/2.0\r\n"
                + "v: SIP / 2.0 / UDP [2001:db8::7] : 5066 ;branch = z9hG4bK74bf9\r\n"
                + "f: Alice <sip:alice@example.com>;tag=9fxced76sl\r\n"
                + "t: <sip:annc@ms.example.net>\r\n"
                + "i: a@b\r\n"
                + "CSeq: 1\r\n INVITE\r\n"
                + "l: 2\r\n"
                + "\r\n"
                + "v=0";
        final OracleParser oracle = new OracleParser();
        final OracleMessage message = oracle.parse(bytes(invite), invite.length());
        assertEquals(SipFault.NONE, message.verdict());
        assertEquals(6, message.headerCount());
        assertEquals(SipHeader.CSEQ, message.header(4));
        assertEquals(invite.indexOf("l: 2"), message.lineOffset(5));
        assertEquals("CSeq: 1\r\n INVITE\r\n".length(), message.lineLength(4));
        assertEquals(2, message.bodyLength());
        assertEquals("[2001:db8::7]", invite.substring(message.viaHost.from, message.viaHost.to));
        assertEquals(5066, message.viaPort);
        assertEquals("9fxced76sl", invite.substring(message.fromTag.from, message.fromTag.to));
        assertTrue(message.isAnswerable);

        assertVerdict(SipFault.BAD_HEADER_LINE, invite.replace("l: 2", "l\r\n : 2"));
        assertVerdict(SipFault.BAD_VIA, invite.replace("5066", "0"));
        assertVerdict(SipFault.BAD_FROM, invite.replace("sip:alice", " sip:alice"));
        assertVerdict(SipFault.BAD_CALL_ID, invite.replace("a@b", "a@b@c"));
        assertVerdict(SipFault.BODY_TOO_SHORT, invite.replace("l: 2", "l: 4"));
        assertVerdict(SipFault.BAD_LINE_END, invite.replace("l: 2\r\n", "l: 2\n"));
        assertVerdict(SipFault.BAD_REQUEST_URI, invite.replace("sip:annc@ms", "sip:annc@@ms"));
        assertVerdict(SipFault.TRUNCATED, invite.substring(0, invite.length() - 4));
    }

    @Test
    void shouldFindADisagreementAndMakeItSmall() {
        // A limit that only the oracle has stands for a defect of the scanner.
        final SplittableRandom dice = new SplittableRandom(SEED);
        final Draft draft = new Draft();
        new MessageGenerator().message(dice, draft);
        final byte[] padded = (draft + "x".repeat(500)).getBytes(StandardCharsets.ISO_8859_1);
        final byte[] smallest = Minimiser.minimise(padded, bytes -> bytes.length >= 100);
        assertEquals(100, smallest.length);
    }

    @Test
    void shouldKnowEveryHeaderAndMethodTheScannerKnows() {
        for (final SipHeader header : SipHeader.values()) {
            if (header != SipHeader.OTHER) {
                final String hint = "add " + header + " to OracleNames, from the RFC that defines it";
                assertEquals(header, OracleNames.header(header.canonicalName()), hint);
                assertTrue(
                        header.compactForm() == 0 || OracleNames.header(String.valueOf(header.compactForm())) == header,
                        hint);
            }
        }
        for (final SipMethod method : SipMethod.values()) {
            assertEquals(method, OracleNames.method(method.name()), "add " + method + " to OracleNames");
        }
        assertNotEquals(SipMethod.INVITE, OracleNames.method("invite"));
    }

    private static Tally run(final int worker, final int workers, final long families) {
        final Tally tally = new Tally();
        final Duel duel = new Duel(MAX_MESSAGE_LENGTH);
        final MessageGenerator generator = new MessageGenerator();
        final MessageMutator mutator = new MessageMutator(CORPUS);
        final Draft original = new Draft();
        final Draft draft = new Draft();
        for (long family = worker; family < families && tally.failure == null; family += workers) {
            final long seed = SEED + family;
            final SplittableRandom dice = new SplittableRandom(seed);
            original.clear();
            final boolean isGenerated = dice.nextInt(10) > 0;
            if (isGenerated) {
                generator.message(dice, original);
            } else {
                final byte[] message = CORPUS.get(dice.nextInt(CORPUS.size()));
                original.put(message, 0, message.length);
            }
            tally.add(duel, original, seed);
            if (tally.failure == null && isGenerated && duel.verdict() != SipFault.NONE) {
                tally.failure = duel.verdict() + " for a message that is good: " + original + replay(seed);
            }
            for (int i = 1; i < FAMILY && tally.failure == null; i++) {
                draft.clear().put(original.bytes(), 0, original.length());
                mutator.mutate(dice, draft);
                tally.add(duel, draft, seed);
            }
        }
        return tally;
    }

    private static String replay(final long seed) {
        return "\nreplay:    mvn -pl fabric test -Dtest=DifferentialTest -Dmidplane.oracle.seed=" + seed
                + " -Dmidplane.oracle.inputs=" + FAMILY;
    }

    private static void assertVerdict(final SipFault verdict, final String text) {
        assertEquals(
                verdict, new OracleParser().parse(bytes(text), text.length()).verdict(), text);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a worker has seen. */
    private static final class Tally {
        private final Map<SipFault, Integer> verdicts = new EnumMap<>(SipFault.class);
        private long inputs;
        private double stepsPerByteMax;
        private @Nullable String failure;

        void add(final Duel duel, final Draft draft, final long seed) {
            final int length = draft.length();
            if (duel.fault(draft.bytes(), length) != null) {
                failure = duel.report(draft.copy()) + replay(seed);
            }
            inputs++;
            verdicts.merge(duel.verdict(), 1, Integer::sum);
            stepsPerByteMax =
                    length < 100 ? stepsPerByteMax : Math.max(stepsPerByteMax, (double) duel.steps() / length);
        }

        Tally plus(final Tally that) {
            final Tally sum = new Tally();
            sum.failure = failure == null ? that.failure : failure;
            sum.inputs = inputs + that.inputs;
            sum.stepsPerByteMax = Math.max(stepsPerByteMax, that.stepsPerByteMax);
            sum.verdicts.putAll(verdicts);
            that.verdicts.forEach((fault, count) -> sum.verdicts.merge(fault, count, Integer::sum));
            return sum;
        }
    }
}
