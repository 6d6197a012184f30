package midplane.signalling.fuzz;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What exploring has learnt about a target: inputs that between them take every way through it that was found, in one
 * file beside the target's class, a line for each. Bytes that are no visible ASCII stand as {@code \xHH}.
 */
public final class FuzzCorpus {
    private static final int HEX = 16;

    private FuzzCorpus() {}

    /** The inputs in the file {@code <name of the target>.corpus}. */
    public static List<byte[]> of(final Class<?> target) {
        final String name = target.getSimpleName() + ".corpus";
        try (InputStream in = Objects.requireNonNull(target.getResourceAsStream(name), name);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            return reader.lines().map(FuzzCorpus::bytes).toList();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The inputs in a file of this form, such as one that a chassis has put into quarantine. */
    public static List<byte[]> read(final Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
                .map(FuzzCorpus::bytes)
                .toList();
    }

    /**
     * Prints a folder of inputs as such a file.
     *
     * @param arguments the folder.
     */
    public static void main(final String... arguments) throws IOException {
        try (Stream<Path> inputs = Files.list(Path.of(arguments[0]))) {
            for (final Path input : inputs.sorted().toList()) {
                System.out.println(line(Files.readAllBytes(input)));
            }
        }
    }

    static String line(final byte[] bytes) {
        final StringBuilder line = new StringBuilder();
        for (final byte b : bytes) {
            if (b > ' ' && b < 0x7F && b != '\\') {
                line.append((char) b);
            } else {
                line.append(String.format("\\x%02x", b));
            }
        }
        return line.toString();
    }

    static byte[] bytes(final String line) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                bytes.write(Integer.parseInt(line.substring(i + 2, i + 4), HEX));
                i += 3;
            } else {
                bytes.write(line.charAt(i));
            }
        }
        return bytes.toByteArray();
    }
}
