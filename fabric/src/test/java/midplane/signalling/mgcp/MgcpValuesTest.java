package midplane.signalling.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands inside values: lists, events, names with values, quoted strings, ranges. */
final class MgcpValuesTest {
    private final ListCursor list = new ListCursor();
    private final EventReader event = new EventReader();
    private final NamedValue named = new NamedValue();

    @Test
    void shouldDivideOnlyOutsideOfQuotesAndBrackets() {
        assertEquals(
                List.of("L/hd(A, E(S(L/dl),R(L/oc, L/hu, D/[0-9#*T](D))))", "L/adsi(\"a, \"\"b)\")", "D/[0-9](N)"),
                items(list.wrap(slice(
                        "L/hd(A, E(S(L/dl),R(L/oc, L/hu, D/[0-9#*T](D)))),  L/adsi(\"a, \"\"b)\") ,D/[0-9](N)"))));
        assertEquals(List.of("a:PCMU", "p:10"), items(list.wrap(slice("a:PCMU, p:10,"))));
        assertEquals(List.of(), items(list.wrap(slice("  "))));
        assertFalse(list.isFaulty());
        assertEquals(
                List.of("an=39,113<3999,10151998>", "si(30)", "ts(he llo)", "vb(my,usd,3999)"),
                items(list.wrapParameters(slice("an=39,113<3999,10151998> si(30)  ts(he llo) vb(my,usd,3999)"))));
        assertEquals(
                List.of("39", "113<3999,10151998>", "/f/"),
                items(list.wrapSegments(slice("39,113<3999,10151998>,/f/"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,,b", ",a", "a(", "a)", "a(]", "\"a", "a(\"b)", "((((((((((((((((((a"})
    void shouldSayWhenAListIsBroken(final String text) {
        items(list.wrap(slice(text)));
        assertTrue(list.isFaulty());
    }

    @Test
    void shouldStopAtTheDeepestBracket() {
        items(list.wrap(slice("(".repeat(ListCursor.MAX_DEPTH) + ")".repeat(ListCursor.MAX_DEPTH))));
        assertFalse(list.isFaulty());
        items(list.wrap(slice("(".repeat(ListCursor.MAX_DEPTH + 1) + ")".repeat(ListCursor.MAX_DEPTH + 1))));
        assertTrue(list.isFaulty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "L/hd                        | L  | hd      | ''      | -             | -        | ''",
                "hd                          | '' | hd      | ''      | -             | -        | ''",
                "D/[0-9#*T](D)               | D  | [0-9#*T]| ''      | D             | -        | ''",
                "r/rto@364823(N)(120,st=im)  | r  | rto     | 364823  | N             | 120,st=im| ''",
                "*/all@$                     | *  | all     | $       | -             | -        | ''",
                "L/vmwi(+)                   | L  | vmwi    | ''      | +             | -        | ''",
                "A/ann(http://a.b/c.au,123)  | A  | ann     | ''      | 'http://a.b/c.au,123' | -| ''",
                "AU/pa(an=5)[Lang=eng]       | AU | pa      | ''      | an=5          | -        | Lang=eng",
                "L/hd(E(R(L/hu(N))))         | L  | hd      | ''      | E(R(L/hu(N))) | -        | ''",
                "A/ann(\")(\")               | A  | ann     | ''      | \")(\"        | -        | ''",
            })
    void shouldReadEvents(
            final String text,
            final String packageName,
            final String name,
            final String connection,
            final String first,
            final String second,
            final String selectors) {
        assertTrue(event.parse(slice(text)));
        assertEquals(packageName, event.packageName().toString());
        assertEquals(name, event.event().toString());
        assertEquals(connection, event.connection().toString());
        assertEquals(first == null, !event.hasFirst());
        assertEquals(first == null ? "" : first, event.first().toString());
        assertEquals(second == null, !event.hasSecond());
        assertEquals(second == null ? "" : second, event.second().toString());
        assertEquals(selectors, event.selectors().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/hd",
                "L/",
                "L/hd(",
                "L/hd)",
                "L/hd(N",
                "L/hd(N)x",
                "L/a/b",
                "L/hd@",
                "a b",
                "D/[0-9",
                "L/hd(\")"
            })
    void shouldRefuseWhatIsNoEvent(final String text) {
        assertFalse(event.parse(slice(text)));
    }

    @Test
    void shouldReadWhatRfc2897Prints() {
        for (final String[] row : MgcpCorpus.table("mgcp/rfc2897-signals.tsv")) {
            assertTrue(event.parse(slice(row[2])), row[2]);
            assertTrue(event.hasFirst(), row[2]);
            list.wrapParameters(event.first());
            while (list.next()) {
                assertTrue(named.ofParameter(list.item()).hasValue(), row[2]);
            }
            assertFalse(list.isFaulty(), row[2]);
        }
    }

    @Test
    void shouldDivideNamesFromValues() {
        assertEquals("a", named.ofOption(slice("a:PCMU;G726-32")).name().toString());
        assertEquals("PCMU;G726-32", named.value().toString());
        assertEquals("PS", named.ofParameter(slice("PS=1245")).name().toString());
        assertEquals("1245", named.value().toString());
        assertEquals(
                "mny,usd,1153",
                named.ofParameter(slice("vb(mny,usd,1153)")).value().toString());
        assertEquals("vb(mny)", named.ofParameter(slice("an=vb(mny)")).value().toString());
        assertFalse(named.ofParameter(slice("\"a=b\"")).hasValue());
        assertFalse(named.ofOption(slice("x-on")).hasValue());
        assertTrue(named.ofOption(slice("a:")).hasValue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "ca@ca1.whatever.net:5678 | ca | ca1.whatever.net | 5678",
                "ca1.whatever.net         | '' | ca1.whatever.net | 2727",
                "[128.96.41.12]           | '' | [128.96.41.12]   | 2727",
                "a/b@[2001:db8::1]:1      | a/b| [2001:db8::1]    | 1",
                "@x                       | -  | -                | 0",
                "a@                       | -  | -                | 0",
                "a@b:                     | -  | -                | 0",
                "a@b:65536                | -  | -                | 0",
                "a b@c                    | -  | -                | 0",
            })
    void shouldReadNotifiedEntities(final String text, final String local, final String domain, final int port) {
        final NotifiedEntity entity = new NotifiedEntity();
        final Slice slice = slice(text);
        assertEquals(domain != null, entity.parse(slice.buffer(), slice.offset(), slice.length()));
        if (domain != null) {
            assertEquals(local, entity.localName().toString());
            assertEquals(domain, entity.domain().toString());
            assertEquals(port, entity.port());
        }
    }

    @Test
    void shouldTakeQuotesOff() {
        final UnsafeBuffer target = new UnsafeBuffer(new byte[64]);
        assertEquals("say \"\" or (\"", unquoted("\"say \"\"\"\" or (\"\"\"", target));
        assertEquals("plain", unquoted("plain", target));
        assertEquals("\"a\"b", unquoted("\"a\"b", target));
        assertEquals("", unquoted("\"\"", target));
        assertFalse(QuotedText.isQuoted(slice("\"")));
        assertFalse(QuotedText.isQuoted(slice("\"a\"\"")));
    }

    @Test
    void shouldReadRangesOfAcknowledgements() {
        final ResponseAckCursor acks = new ResponseAckCursor().wrap(slice("6234-6255, 6257,0-999999999"));
        final List<String> ranges = new ArrayList<>();
        while (acks.next()) {
            ranges.add(acks.first() + "-" + acks.last());
        }
        assertEquals(List.of("6234-6255", "6257-6257", "0-999999999"), ranges);
        assertFalse(acks.isFaulty());
        assertFalse(acks.wrap(slice("")).next());
        assertFalse(acks.isFaulty());
        for (final String broken : List.of("x", "2-1", "1-", "-1", "1234567890", "1;2", "1 2")) {
            assertFalse(acks.wrap(slice(broken)).next(), broken);
            assertTrue(acks.isFaulty(), broken);
        }
    }

    @Test
    void shouldWriteWhatTheScannerReads() {
        final UnsafeBuffer out = new UnsafeBuffer(new byte[256]);
        final Slice evil = slice("a\r\n.\r\nDLCX");
        final MgcpResponseWriter response = new MgcpResponseWriter().wrap(out, 0, 256);
        response.begin(0, 7, "").finish();
        response.wrap(out, 0, 256)
                .begin(200, 1204, "OK")
                .acknowledgeMe()
                .parameter("I", 17)
                .parameter("X-a", evil);
        final Slice sdp = slice("v=0\r\n");
        final int length = response.description(sdp.buffer(), 0, sdp.length()).finish();
        final MgcpMessage read = new MgcpMessage();
        assertEquals(MgcpFault.NONE, new MgcpScanner().scan(out, 0, length, read));
        assertEquals(200, read.returnCode());
        assertEquals(1204, read.transactionId());
        assertEquals(3, read.parameterCount());
        assertEquals(1, read.descriptionCount());
        assertEquals(length, read.nextOffset());
        for (int capacity = 0; capacity < length; capacity++) {
            response.wrap(out, 0, capacity)
                    .begin(200, 1204, "OK")
                    .acknowledgeMe()
                    .parameter("I", 17)
                    .parameter("X-a", evil);
            assertEquals(-1, response.description(sdp.buffer(), 0, sdp.length()).finish());
        }
        final int command = new MgcpCommandWriter()
                .wrap(out, 0, 256)
                .begin("NTFY", 2002, slice("ann/3/17@ms"))
                .parameter("X", "0123")
                .name("O")
                .text("A/oc")
                .end()
                .finish();
        assertEquals(MgcpFault.NONE, new MgcpScanner().scan(out, 0, command, read));
        assertEquals(3, read.endpoint().owner());
        assertEquals(
                "A/oc", read.value(MgcpParameter.OBSERVED_EVENTS, new Slice()).toString());
    }

    private static String unquoted(final String text, final UnsafeBuffer target) {
        final int length = QuotedText.putTo(slice(text), target, 0);
        return target.getStringWithoutLengthAscii(0, length);
    }

    private static List<String> items(final ListCursor list) {
        final List<String> items = new ArrayList<>();
        while (list.next()) {
            items.add(list.item().toString());
        }
        return items;
    }

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
