package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import midplane.fabric.InitialFrame;
import midplane.shelf.PortInsertion;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.oracle.Draft;
import midplane.signalling.sip.oracle.Duel;
import midplane.signalling.sip.oracle.HeaderSpelling;
import midplane.signalling.sip.oracle.OracleMessage;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A million spellings of our reserved header and of Content-Length, on their way through the dispatcher's stamp: what a
 * stranger wrote never reaches a blade as if the dispatcher had written it, and no two readers see different messages.
 */
@Conforms("S18")
class SmugglingTest {
    private static final long INPUTS = Long.getLong("midplane.smuggling.inputs", 1_000_000);
    private static final long SEED = Long.getLong("midplane.smuggling.seed", 18);
    private static final int PORT_ID = 5071;
    private static final int WELL_KNOWN_PORT = 5060;
    private static final String OURS = "5071;wk=5060";
    private static final int FRAME_CAPACITY = 16 * 1024;

    @Test
    void shouldLetNoSpellingOfTheReservedHeaderThrough() {
        final Tally tally = run(HeaderSpelling::ofMidplanePort);

        assertTrue(tally.isTelling(), tally::toString);
        assertTrue(tally.removed > tally.inputs / 8, tally::toString);
    }

    @Test
    void shouldNotBeFooledAboutTheLengthOfABody() {
        final Tally tally = run(HeaderSpelling::ofContentLength);

        assertTrue(tally.isTelling(), tally::toString);
        assertEquals(0, tally.removed, tally::toString);
    }

    private static Tally run(final Supplier<HeaderSpelling> spellings) {
        final int workers = Runtime.getRuntime().availableProcessors();
        final Tally sum = IntStream.range(0, workers)
                .parallel()
                .mapToObj(worker -> new Smuggler(spellings.get()).run(worker, workers))
                .reduce(new Tally(), Tally::plus);
        assertNull(sum.failure, sum.failure);
        System.out.println("smuggling: " + sum);
        return sum;
    }

    /** Tries its share of the spellings. */
    private static final class Smuggler {
        private final HeaderSpelling spelling;
        private final Draft draft = new Draft();
        private final Duel duel = new Duel();
        private final Duel secondDuel = new Duel();
        private final InitialFrame frame = new InitialFrame();
        private final UnsafeBuffer frameBuffer = new UnsafeBuffer(new byte[FRAME_CAPACITY]);
        private final byte[] stamped = new byte[FRAME_CAPACITY];
        private final PortInsertion[] insertions = PortInsertion.values();
        private final PortStamp[] stamps =
                Arrays.stream(insertions).map(PortStamp::new).toArray(PortStamp[]::new);
        private final Tally tally = new Tally();

        Smuggler(final HeaderSpelling spelling) {
            this.spelling = spelling;
        }

        Tally run(final int worker, final int workers) {
            // Half of them for each of the two headers.
            for (long i = worker; i < (INPUTS + 1) / 2 && tally.failure == null; i += workers) {
                spelling.message(new SplittableRandom(SEED + i), draft);
                final String fault = fault((int) (i % insertions.length));
                if (fault != null) {
                    tally.failure = fault + "\n" + draft + "\nreplay: mvn -pl dispatcher -am test -Dtest=SmugglingTest"
                            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmidplane.smuggling.inputs=1"
                            + " -Dmidplane.smuggling.seed=" + (SEED + i);
                }
            }
            return tally;
        }

        /** What goes wrong with what the draft holds, or null. */
        private @Nullable String fault(final int which) {
            final String fault = duel.fault(draft.bytes(), draft.length());
            if (fault != null) {
                return fault;
            }
            tally.inputs++;
            if (duel.verdict() != SipFault.NONE) {
                return null;
            }
            tally.accepted++;
            final OracleMessage original = duel.wanted();
            tally.removed += original.lineCount(SipHeader.MIDPLANE_PORT) > 0 ? 1 : 0;
            final int length = stamp(duel.scanned(), stamps[which]);
            final String secondFault = secondDuel.fault(stamped, length);
            return secondFault == null
                    ? change(original, secondDuel.wanted(), insertions[which])
                    : "stamped: " + secondFault;
        }

        private int stamp(final SipMessage message, final PortStamp stamp) {
            frame.wrap(frameBuffer, 0, stamp.maxFrameLength(message));
            stamp.stamp(message, frame, PORT_ID, WELL_KNOWN_PORT);
            frameBuffer.getBytes(frame.messageOffset(), stamped, 0, frame.messageLength());
            return frame.messageLength();
        }

        /** The stamp takes every reserved line away, writes one or none, and changes no other header and no body. */
        private @Nullable String change(
                final OracleMessage original, final OracleMessage after, final PortInsertion insertion) {
            final int ours = insertion == PortInsertion.HEADER ? 1 : 0;
            if (after.verdict() != SipFault.NONE) {
                return "stamped: " + after.verdict();
            }
            if (after.lineCount(SipHeader.MIDPLANE_PORT) != ours) {
                return after.lineCount(SipHeader.MIDPLANE_PORT) + " reserved lines at the blade";
            }
            if (ours == 1 && (after.header(0) != SipHeader.MIDPLANE_PORT || !OURS.equals(value(after, 0)))) {
                return "the first line is not ours: " + value(after, 0);
            }
            int at = ours;
            for (int i = 0; i < original.headerCount(); i++) {
                if (original.header(i) != SipHeader.MIDPLANE_PORT) {
                    if (at == after.headerCount() || !isSameLine(original, i, after, at)) {
                        return "line " + i + " has changed";
                    }
                    at++;
                }
            }
            if (at != after.headerCount()) {
                return "a line more at the blade";
            }
            return original.bodyLength() == after.bodyLength() ? null : "another body at the blade";
        }

        private boolean isSameLine(final OracleMessage original, final int i, final OracleMessage after, final int at) {
            final int from = original.lineOffset(i);
            final int to = after.lineOffset(at);
            return Arrays.equals(
                    draft.bytes(), from, from + original.lineLength(i), stamped, to, to + after.lineLength(at));
        }

        private String value(final OracleMessage message, final int index) {
            return WireText.text(new UnsafeBuffer(stamped), message.valueOffset(index), message.valueLength(index));
        }
    }

    /** What a smuggler has seen. */
    private static final class Tally {
        private long inputs;
        private long accepted;
        private long removed;
        private @Nullable String failure;

        /** Both what is good and what is refused must be among the spellings. */
        boolean isTelling() {
            return INPUTS < 10_000 || accepted > inputs / 16 && accepted < inputs * 15 / 16;
        }

        Tally plus(final Tally that) {
            final Tally sum = new Tally();
            sum.inputs = inputs + that.inputs;
            sum.accepted = accepted + that.accepted;
            sum.removed = removed + that.removed;
            sum.failure = failure == null ? that.failure : failure;
            return sum;
        }

        @Override
        public String toString() {
            return inputs + " spellings, " + accepted + " good, " + removed + " with a line removed";
        }
    }
}
