package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The messages of RFC 3435 and RFC 3660, each sent to the gateway: as they are, for a gateway that has no such endpoints,
 * and for an endpoint of ours, which has no line package but all the rest.
 */
class CorpusTest extends GatewayTest {
    private static final String FOLDER = "/midplane/corpus/mgcp/";

    static List<String> files() {
        final List<String> files = new ArrayList<>();
        for (final String rfc : List.of("rfc3435", "rfc3660")) {
            read(rfc + "/index.tsv").lines().skip(1).forEach(row -> files.add(rfc + '/' + row.split("\t")[0]));
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldAnswerForEndpointsItDoesNotHave(final String file) {
        final List<String> answers = send(read(file));
        int expected = 0;
        for (final String message : read(file).split("(?m)^\\.\\r?\\n")) {
            if (Character.isDigit(message.charAt(0))) {
                continue;
            }
            final String answer = answers.get(expected++);
            final String[] words = message.split(" ", 3);
            assertEquals(words[1], answer.split(" ")[1], "the transaction id");
            assertEquals(codeForStrangers(words[0], words[2]), code(answer), message + answer);
        }
        assertEquals(expected, answers.size(), "a response gets no response");
    }

    private static int codeForStrangers(final String verb, final String rest) {
        return switch (verb.toUpperCase(java.util.Locale.ROOT)) {
            case "NTFY", "RSIP", "MESG" -> 504;
            // All endpoints are none that the gateway would not know.
            case "AUEP" -> rest.startsWith("*@") ? 200 : 500;
            // What only a gateway sends is said to be wrong first.
            case "DLCX" -> rest.contains("\nP:") ? 539 : 500;
            default -> 500;
        };
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldAnswerForAnEndpointOfItsOwn(final String file) {
        final String text = read(file)
                .replaceAll("(?i) (aaln/\\*|aaln/[0-9]|card23/21|ds/ds1-3/6)@[a-z0-9.-]+ ", " ivr/3/1@ms.example.net ");
        final List<String> answers = send(text);
        for (int i = 0; i < answers.size(); i++) {
            assertEquals(codeForOurs(text), code(answers.get(i)), text + answers);
        }
        assertEquals(text.matches("(?s)[0-9].*") && !text.contains("\n.") ? 0 : 1, answers.size());
    }

    private static int codeForOurs(final String text) {
        final String lower = text.toLowerCase(java.util.Locale.ROOT);
        final String verb = lower.startsWith("200") ? "dlcx" : lower.substring(0, 4);
        return switch (verb) {
            case "ntfy", "rsip", "mesg" -> 504;
            case "auep" -> 200;
            case "crcx" -> lower.contains("l/hd") ? 518 : 200;
            // The line package, or a connection that is not there.
            case "rqnt" -> lower.contains("r/iu") ? 512 : lower.contains("r/rto") ? 515 : 518;
            case "mdcx", "aucx" -> 515;
            // DeleteConnection as a gateway sends it is no command for one; that of a connection nobody has is refused.
            default -> lower.contains("\np:") ? 539 : lower.contains("\ni:") ? 515 : 250;
        };
    }

    private static String read(final String file) {
        try (InputStream in = Objects.requireNonNull(CorpusTest.class.getResourceAsStream(FOLDER + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (final IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }
}
