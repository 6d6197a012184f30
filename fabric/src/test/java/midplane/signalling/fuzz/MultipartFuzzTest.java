package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import midplane.signalling.Slice;
import midplane.signalling.sip.MultipartScanner;
import midplane.signalling.sip.oracle.CountingBuffer;
import midplane.signalling.sip.oracle.Duel;
import midplane.signalling.sip.oracle.OracleParts;
import midplane.signalling.sip.oracle.PartDuel;
import midplane.signalling.sip.oracle.SipCorpus;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any bytes as a Content-Type and a body of parts: scanner and oracle find the same parts, and no byte is looked at often.
 * The first byte is the length of the type.
 */
class MultipartFuzzTest {
    private static final String TYPE = "multipart/mixed;boundary=";

    private final MultipartScanner scanner = new MultipartScanner();
    private final CountingBuffer buffer = new CountingBuffer();
    private final UnsafeBuffer typeBuffer = new UnsafeBuffer(new byte[0]);
    private final Slice type = new Slice();

    static List<byte[]> bodies() {
        final List<byte[]> seeds = new ArrayList<>(FuzzCorpus.of(MultipartFuzzTest.class));
        final String mpart01 = text(SipCorpus.messages("rfc4475").get("mpart01"));
        seeds.add(seed(TYPE + "7a9cbec02ceef655", mpart01.substring(mpart01.indexOf("\r\n\r\n") + 4)));
        for (final String boundary : new String[] {"b", "\"b\"", "b ;x=y", "\"b", "\"\"", "", "b;boundary=c"}) {
            seeds.add(seed(
                    TYPE + boundary,
                    "before\r\n--b\r\nContent-Type: a/b\r\ncontent-disposition :\r\n d\r\n\r\n1\r\n2\r\n--b \t\r\n"
                            + "\r\n\r\n--b\r\nc:c/d\r\nE: e \r\n\r\n--bb\r\n\r\n--b--\r\nbehind\r\n--b\r\n"));
        }
        for (final String body :
                new String[] {"", "--b", "--b\r\n\r\n1\r\n--b--", "--b\r\n\r\n1--b--", "--b\r\n a\r\n b\r\n\r\n--b--"
                }) {
            seeds.add(seed("m/m;x=\";boundary=a\"; BOUNDARY=b", body));
        }
        return seeds;
    }

    @MethodSource("bodies")
    @FuzzTest
    @Conforms("RFC 2046 §5.1.1")
    void read(final byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        final int typeLength = Math.min(bytes[0] & 0xFF, bytes.length - 1);
        final byte[] typeBytes = Arrays.copyOfRange(bytes, 1, 1 + typeLength);
        final byte[] body = Arrays.copyOfRange(bytes, 1 + typeLength, bytes.length);
        final OracleParts wanted = OracleParts.read(typeBytes, body);
        typeBuffer.wrap(typeBytes);
        type.wrap(typeBuffer, 0, typeLength);
        final boolean isReadable = scanner.wrap(type, buffer.count(body, body.length), 0, body.length);
        assertEquals(wanted != null, isReadable, () -> PartDuel.report("a boundary", bytes));
        final List<OracleParts.Part> parts = new ArrayList<>();
        while (isReadable && scanner.next()) {
            buffer.stop();
            parts.add(new OracleParts.Part(
                    text(scanner.contentType()),
                    text(scanner.contentEncoding()),
                    text(scanner.contentDisposition()),
                    scanner.bodyOffset(),
                    scanner.bodyLength()));
            buffer.resume();
        }
        buffer.stop();
        final long steps = buffer.steps();
        assertTrue(
                steps <= (long) Duel.STEPS_PER_BYTE * body.length + Duel.STEPS_BESIDE,
                () -> PartDuel.report(steps + " steps for " + body.length + " bytes", bytes));
        if (isReadable) {
            assertNotNull(wanted);
            assertEquals(wanted.parts(), parts, () -> PartDuel.report("parts", bytes));
            assertEquals(wanted.isComplete(), scanner.isComplete(), () -> PartDuel.report("parts", bytes));
        }
    }

    private static byte[] seed(final String type, final String body) {
        return ((char) type.length() + type + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(final Slice value) {
        final byte[] bytes = new byte[value.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = value.byteAt(i);
        }
        return text(bytes);
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
