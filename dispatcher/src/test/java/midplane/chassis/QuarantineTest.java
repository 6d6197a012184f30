package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import midplane.shelf.BrokenMessageException;
import midplane.shelf.Counters;
import midplane.signalling.fuzz.FuzzCorpus;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
    private final Counters counters = new Counters(16);
    private final List<Throwable> told = new ArrayList<>();
    private final ByteArrayOutputStream words = new ByteArrayOutputStream();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldKeepAMessageAsALineOfACorpusAndTellTheNextOfIt() throws IOException {
        final byte[] message = {'I', ' ', '\\', 0, (byte) 0xFF, '\r', '\n', 'z'};
        final Quarantine quarantine = quarantine(folder, 10);
        final Throwable broken = broken(message, new IllegalStateException("a"));
        quarantine.onError(broken);
        quarantine.onError(new IllegalStateException("without a message"));
        assertEquals(2, told.size());
        assertEquals(0, files().size(), "an agent writes no file");

        quarantine.write(new PrintStream(words, true, StandardCharsets.UTF_8));
        final List<Path> files = files();
        assertEquals(1, files.size());
        assertTrue(files.get(0).getFileName().toString().startsWith("IllegalStateException-"), files.toString());
        final List<byte[]> seeds = FuzzCorpus.read(files.get(0));
        assertEquals(1, seeds.size());
        assertArrayEquals(message, seeds.get(0));
        assertTrue(words.toString(StandardCharsets.UTF_8).contains(files.get(0).toString()));
        assertEquals(1, counters.value("kept"));
        assertEquals(0, counters.value("lost"));
    }

    @Test
    void shouldKeepFewOfOneFaultAndNoMoreFilesThanItMay() throws IOException {
        Files.writeString(folder.resolve("earlier.corpus"), "x\n");
        final Quarantine quarantine = quarantine(folder, 8);
        final RuntimeException one = new IllegalStateException("one");
        final RuntimeException two = new IllegalArgumentException("two");
        for (int i = 0; i < 20; i++) {
            quarantine.onError(broken(new byte[] {(byte) i}, one));
        }
        quarantine.write(new PrintStream(words, true, StandardCharsets.UTF_8));
        assertEquals(1 + Quarantine.FILES_PER_FAULT_MAX, files().size());
        for (int i = 0; i < 20; i++) {
            quarantine.onError(broken(new byte[] {(byte) i}, two));
        }
        quarantine.write(new PrintStream(words, true, StandardCharsets.UTF_8));
        assertEquals(8, files().size());
        assertEquals(7, counters.value("kept"));
        assertEquals(33, counters.value("lost"));
    }

    @Test
    void shouldNotGrowWhenNobodyWrites() {
        final Quarantine quarantine = quarantine(folder, 10);
        for (int i = 0; i < 2 * Quarantine.WAITING_MAX; i++) {
            quarantine.onError(broken(new byte[1], new IllegalStateException("x")));
        }
        assertEquals(Quarantine.WAITING_MAX, counters.value("lost"));
    }

    @Test
    void shouldKeepNothingWithoutADirectoryAndSayWhenItCannotWrite() {
        final Quarantine nowhere = quarantine(null, 10);
        nowhere.onError(broken(new byte[1], new IllegalStateException("x")));
        nowhere.write(new PrintStream(words, true, StandardCharsets.UTF_8));
        assertEquals(1, told.size());
        assertEquals(0, counters.value("kept") + counters.value("lost"));

        final Quarantine gone = new Quarantine(
                new QuarantineSettings(folder.resolve("gone"), 10),
                told::add,
                counters.counter("kept-2"),
                counters.counter("lost-2"));
        gone.onError(broken(new byte[1], new IllegalStateException("x")));
        gone.write(new PrintStream(words, true, StandardCharsets.UTF_8));
        assertEquals(1, counters.value("lost-2"));
        assertTrue(words.toString(StandardCharsets.UTF_8).startsWith("midplane.quarantine.directory: "));
    }

    private Quarantine quarantine(final @Nullable Path directory, final int maxFiles) {
        return new Quarantine(
                new QuarantineSettings(directory, maxFiles),
                told::add,
                counters.counter("kept"),
                counters.counter("lost"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static BrokenMessageException broken(final byte[] message, final Throwable cause) {
        return new BrokenMessageException(new UnsafeBuffer(message), 0, message.length, cause);
    }
}
