package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EventReader;
import midplane.signalling.mgcp.ListCursor;
import midplane.signalling.mgcp.MgcpCorpus;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpResponseWriter;
import midplane.signalling.mgcp.MgcpScanner;
import midplane.signalling.mgcp.NamedValue;
import midplane.signalling.mgcp.NotifiedEntity;
import midplane.signalling.mgcp.QuotedText;
import midplane.signalling.mgcp.ResponseAckCursor;
import midplane.signalling.mgcp.oracle.MgcpDuel;
import midplane.signalling.mgcp.oracle.MgcpMutator;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as MGCP: scanner and oracle agree, answers are good messages, and no reader of values loses its way. */
class MgcpScannerFuzzTest {
    private static final int GENERATED = 64;
    private static final int ANSWER_LENGTH = 4 * 1024;

    private final MgcpDuel duel = new MgcpDuel();
    private final MgcpScanner scanner = new MgcpScanner();
    private final MgcpMessage message = new MgcpMessage();
    private final MgcpMessage answer = new MgcpMessage();
    private final MgcpResponseWriter writer = new MgcpResponseWriter();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[ANSWER_LENGTH]);
    private final Slice value = new Slice();
    private final ListCursor list = new ListCursor();
    private final EventReader event = new EventReader();
    private final NamedValue named = new NamedValue();
    private final ResponseAckCursor acks = new ResponseAckCursor();
    private final NotifiedEntity entity = new NotifiedEntity();

    @MethodSource("seeds")
    @FuzzTest
    void scan(final byte[] datagram) {
        assertNull(duel.fault(datagram, datagram.length));
        final UnsafeBuffer buffer = new UnsafeBuffer(datagram);
        for (int at = 0; at < datagram.length; at = message.nextOffset()) {
            scanner.scan(buffer, at, datagram.length - at, message);
            if (message.isAnswerable()) {
                final int length = writer.wrap(out, 0, ANSWER_LENGTH)
                        .begin(510, message.transactionId(), message.fault().commentary())
                        .parameter("Z", message.endpoint().name())
                        .finish();
                assertEquals(MgcpFault.NONE, new MgcpScanner().scan(out, 0, length, answer));
                assertEquals(message.transactionId(), answer.transactionId());
                assertEquals(length, answer.nextOffset());
            }
            for (int i = 0; i < message.parameterCount(); i++) {
                readValue(message.value(i, value));
            }
        }
    }

    /** Each reader ends, and hands out nothing that lies outside of the value. */
    private void readValue(final Slice text) {
        readList(list.wrap(text), text);
        readList(list.wrapParameters(text), text);
        readList(list.wrapSegments(text), text);
        int ranges = 0;
        acks.wrap(text);
        while (acks.next()) {
            assertTrue(acks.first() <= acks.last() && ++ranges <= text.length());
        }
        if (entity.parse(text.buffer(), text.offset(), text.length())) {
            assertLiesIn(entity.domain(), text);
        }
        assertTrue(QuotedText.putTo(text, new UnsafeBuffer(new byte[text.length()]), 0) <= text.length());
    }

    private void readList(final ListCursor items, final Slice text) {
        int count = 0;
        while (items.next()) {
            assertTrue(++count <= text.length());
            assertLiesIn(items.item(), text);
            if (event.parse(items.item())) {
                assertLiesIn(event.event(), text);
                assertLiesIn(event.first(), text);
                assertLiesIn(event.second(), text);
                assertLiesIn(event.selectors(), text);
            }
            assertLiesIn(named.ofParameter(items.item()).value(), text);
            assertLiesIn(named.ofOption(items.item()).value(), text);
        }
    }

    private static void assertLiesIn(final Slice part, final Slice whole) {
        assertTrue(part.isEmpty()
                || (part.offset() >= whole.offset()
                        && part.offset() + part.length() <= whole.offset() + whole.length()));
    }

    static List<byte[]> seeds() {
        final MgcpMutator mutator = new MgcpMutator();
        final Stream<byte[]> written = MgcpCorpus.datagrams().stream().map(MgcpCorpus.Datagram::bytes);
        final Stream<byte[]> signals = MgcpCorpus.table("mgcp/rfc2897-signals.tsv").stream()
                .map(row -> ("RQNT 1 ivr/1/1@ms MGCP 1.0\n" + row[1] + ": " + row[2] + '\n')
                        .getBytes(StandardCharsets.ISO_8859_1));
        final Stream<byte[]> broken =
                IntStream.range(0, GENERATED).mapToObj(seed -> mutator.datagram(new SplittableRandom(seed)));
        return Stream.of(FuzzCorpus.of(MgcpScannerFuzzTest.class).stream(), written, signals, broken)
                .flatMap(seed -> seed)
                .toList();
    }
}
