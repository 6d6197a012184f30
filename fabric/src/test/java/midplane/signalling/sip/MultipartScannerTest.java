package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of several parts (RFC 2046 §5.1.1). */
class MultipartScannerTest {
    private final MultipartScanner scanner = new MultipartScanner();

    private boolean wrap(final String type, final String body) {
        final UnsafeBuffer bytes = buffer("<<" + body + ">>");
        final UnsafeBuffer typeBytes = buffer(type);
        return scanner.wrap(new Slice().wrap(typeBytes, 0, typeBytes.capacity()), bytes, 2, bytes.capacity() - 4);
    }

    private static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private List<String> parts(final String body) {
        final List<String> parts = new ArrayList<>();
        if (wrap("multipart/mixed;boundary=b", body)) {
            final UnsafeBuffer bytes = buffer("<<" + body + ">>");
            while (scanner.next()) {
                parts.add(scanner.contentType() + "|" + scanner.contentEncoding() + "|" + scanner.contentDisposition()
                        + "|" + bytes.getStringWithoutLengthAscii(scanner.bodyOffset(), scanner.bodyLength()));
            }
        }
        return parts;
    }

    @Test
    @Conforms("RFC 2046 §5.1.1")
    void shouldTakeThePartsApart() {
        assertEquals(
                List.of("a/b||d|1\r\n2", "|||", "c/d|e||--bb\r\n"),
                parts(
                        "before\r\n--b\r\nContent-Type: a/b\r\nX: y\r\ncontent-disposition :\r\n d\r\n\r\n1\r\n2\r\n"
                                + "--b \t\r\n\r\n\r\n--b\r\nc:c/d\r\nE: e \r\n\r\n--bb\r\n\r\n--b--\r\nbehind\r\n--b\r\n\r\n\r\n"));
        assertTrue(scanner.isComplete());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--b",
                "--b\r\n",
                "--b\r\nX: y",
                "--b\r\nX: y\r\n",
                "--b\r\n\r\n",
                "--b\r\n\r\n1\r\n--b",
                "--b\r\n\r\n1\r\n--b\r\n",
                "--b\r\n\r\n1\r\n--b-",
                "--b\r\n\r\n1--b--",
                "--b\r\n\r\n1\n--b--",
            })
    @Conforms("RFC 2046 §5.1.1")
    void shouldSeeThatSomethingIsMissing(final String body) {
        parts(body);

        assertFalse(scanner.isComplete());
        assertFalse(scanner.next());
    }

    @Test
    void shouldNeedNoLineEndAtTheVeryEnd() {
        assertEquals(List.of("|||1"), parts("--b\r\n\r\n1\r\n--b--"));
        assertTrue(scanner.isComplete());
    }

    @Test
    @Conforms("RFC 2046 §5.1.1")
    void shouldBoundTheBoundary() {
        final String longest = "x".repeat(70);
        assertTrue(wrap("m/m;boundary=" + longest, "--" + longest + "\r\n"));
        assertFalse(wrap("m/m;boundary=" + longest + "x", "--" + longest + "x\r\n"));
        assertFalse(wrap("m/m;boundary=\"b", "--b\r\n"));
        assertFalse(wrap("m/m;boundary=\"\"", "--\r\n"));
        assertTrue(wrap("m/m;boundary=\"b c\"", "--b c\r\n"));
    }

    /** Whatever comes, every part lies within the body and behind the one before. */
    @Test
    void shouldStayWithinTheBody() {
        final Random random = new Random(1);
        final String[] pieces = {
            "--b", "--", "\r\n", "\r", "\n", " ", ":", "c", "Content-Type", "b", "\r\n\r\n", "--b--"
        };
        for (int i = 0; i < 100_000; i++) {
            final StringBuilder body = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                body.append(pieces[random.nextInt(pieces.length)]);
            }
            if (wrap("m/m;boundary=b", body.toString())) {
                int from = 2;
                while (scanner.next()) {
                    assertTrue(scanner.bodyOffset() >= from, body::toString);
                    from = scanner.bodyOffset() + scanner.bodyLength();
                    assertTrue(from <= 2 + body.length(), body::toString);
                }
            }
        }
    }
}
