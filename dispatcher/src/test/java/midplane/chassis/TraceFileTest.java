package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import midplane.dispatcher.PlacementTrace;
import midplane.dispatcher.TraceEvent;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {
    private static final int LENGTH = 64 * 1024;
    private static final long RUN_US = 1_000_000;

    @TempDir
    Path folder;

    private Path path;
    private final UnsafeBuffer event = new UnsafeBuffer(new byte[TraceEvent.MAX_LENGTH]);

    @BeforeEach
    void name() {
        path = folder.resolve("a.trace");
    }

    @Test
    void shouldReadWhatWasWritten() throws IOException {
        write(3);

        final List<TraceReader.Entry> entries = TraceReader.read(path);
        assertEquals(List.of("n0", "n1", "n2"), names(entries));
        assertEquals(102, entries.get(2).event().time());
        assertEquals(RUN_US, entries.get(0).runUs());
        assertEquals(LENGTH, Files.size(path));
        assertTrue(Files.notExists(path.resolveSibling("a.trace.new")));
    }

    @Test
    void shouldReadWhileAnotherWrites() throws IOException {
        try (TraceFile file = TraceFile.open(path, LENGTH, RUN_US)) {
            append(file, 0);
            assertEquals(List.of("n0"), names(TraceReader.read(path)));
            append(file, 1);
            assertEquals(List.of("n0", "n1"), names(TraceReader.read(path)));
        }
    }

    @Test
    void shouldBeReadableByItsOwnerOnly() throws IOException {
        write(1);
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void shouldWriteTheNewestOverTheOldestForEver() throws IOException {
        for (final int count : new int[] {600, 601, 1_777, 5_000}) {
            Files.deleteIfExists(path);
            write(count);

            final List<TraceReader.Entry> entries = TraceReader.read(path);
            final List<String> names = names(entries);
            assertTrue(names.size() > 400 && names.size() < count, names.size() + " of " + count);
            for (int i = 0; i < names.size(); i++) {
                assertEquals("n" + (count - names.size() + i), names.get(i), "the newest, without a gap");
            }
            assertEquals(LENGTH, Files.size(path));
        }
    }

    @Test
    void shouldGoOnWhereAnEarlierRunEnded() throws IOException {
        write(700);
        final int kept = TraceReader.read(path).size();
        try (TraceFile file = TraceFile.open(path, LENGTH, RUN_US + 5)) {
            append(file, 700);
        }

        final List<TraceReader.Entry> entries = TraceReader.read(path);
        assertTrue(entries.size() >= kept - 1);
        final TraceReader.Entry last = entries.get(entries.size() - 1);
        assertEquals("n700", last.event().name());
        assertEquals(RUN_US + 5, last.runUs());
        assertEquals("n699", entries.get(entries.size() - 2).event().name());
    }

    @Test
    void shouldPassOverATornRecordAndWriteOverIt() throws IOException {
        write(3);
        final byte[] bytes = Files.readAllBytes(path);
        final int third = TraceFile.HEADER_LENGTH + 2 * recordLength(bytes);
        for (int torn = third; torn < third + recordLength(bytes); torn++) {
            final byte[] half = bytes.clone();
            Arrays.fill(half, torn, third + recordLength(bytes), (byte) 0);
            if (Arrays.equals(half, bytes)) {
                continue;
            }
            Files.write(path, half);
            assertEquals(List.of("n0", "n1"), names(TraceReader.read(path)), "torn at " + (torn - third));
        }
        try (TraceFile file = TraceFile.open(path, LENGTH, RUN_US)) {
            append(file, 7);
        }
        assertEquals(List.of("n0", "n1", "n7"), names(TraceReader.read(path)));
    }

    @Test
    void shouldBelieveNoByteThatWasChanged() throws IOException {
        write(1_000);
        final byte[] bytes = Files.readAllBytes(path);
        final List<String> good = names(TraceReader.read(path));
        final SplittableRandom random = new SplittableRandom(4711);
        for (int round = 0; round < 200; round++) {
            final byte[] broken = bytes.clone();
            for (int i = 0; i < 1 + round % 50; i++) {
                broken[TraceFile.HEADER_LENGTH + random.nextInt(LENGTH - TraceFile.HEADER_LENGTH)] ^=
                        (byte) (1 + random.nextInt(255));
            }
            Files.write(path, broken);
            final List<String> left = names(TraceReader.read(path));
            assertTrue(good.containsAll(left), "round " + round);
            assertTrue(left.size() >= good.size() - 2 * (1 + round % 50), left.size() + " left in round " + round);
        }
    }

    @Test
    void shouldReadNothingOutOfNoise() throws IOException {
        write(0);
        final byte[] bytes = Files.readAllBytes(path);
        final byte[] noise = new byte[LENGTH - TraceFile.HEADER_LENGTH];
        new SplittableRandom(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, TraceFile.HEADER_LENGTH, noise.length);
        Files.write(path, bytes);
        assertEquals(List.of(), TraceReader.read(path));
    }

    @Test
    void shouldRefuseToReadWhatIsNoTrace() throws IOException {
        for (final byte[] bytes :
                List.of(new byte[0], new byte[LENGTH], "MPTRACE1".getBytes(StandardCharsets.US_ASCII))) {
            Files.write(path, bytes);
            assertThrows(IOException.class, () -> TraceReader.read(path));
        }
        write(1);
        final byte[] bytes = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(bytes, LENGTH - 8));
        assertThrows(IOException.class, () -> TraceReader.read(path));
    }

    @Test
    void shouldMakeAFileOfAnotherLengthOrKindAnew() throws IOException {
        write(5);
        try (TraceFile file = TraceFile.open(path, 2 * LENGTH, RUN_US)) {
            append(file, 9);
        }
        assertEquals(List.of("n9"), names(TraceReader.read(path)));
        Files.write(path, new byte[LENGTH]);
        write(1);
        assertEquals(List.of("n0"), names(TraceReader.read(path)));
    }

    @Test
    void shouldMakeAFileOfAnotherLayoutAnew() throws IOException {
        write(5);
        final byte[] bytes = Files.readAllBytes(path);
        bytes[TraceFile.WORDS_OFFSET + 200] ^= 1;
        Files.write(path, bytes);
        write(1);
        assertEquals(List.of("n0"), names(TraceReader.read(path)));
    }

    @Test
    void shouldKeepOutASecondWriterAndLeaveTheFirstAlone() throws IOException {
        try (TraceFile file = TraceFile.open(path, LENGTH, RUN_US)) {
            append(file, 0);
            final IOException ex = assertThrows(IOException.class, () -> TraceFile.open(path, LENGTH, RUN_US));
            assertTrue(ex.getMessage().contains("another chassis"), ex.getMessage());
            append(file, 1);
        }
        assertEquals(List.of("n0", "n1"), names(TraceReader.read(path)));
    }

    @Test
    void shouldSayInItselfWhatIsInIt() throws IOException {
        write(1);
        final String words = new String(
                Files.readAllBytes(path), TraceFile.WORDS_OFFSET, TraceFile.HEADER_LENGTH, StandardCharsets.US_ASCII);
        assertTrue(words.startsWith("Midplane placement trace."), words);
        assertTrue(words.contains("0 i64 time, 8 i64 key") && words.contains("7 service"), words);
        for (final PlacementTrace.Reason reason : PlacementTrace.Reason.values()) {
            final String name = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
            assertTrue(words.contains(reason.ordinal() + " " + name), name);
        }
        final int end = words.indexOf('\0');
        assertTrue(end > 0 && end < TraceFile.HEADER_LENGTH - TraceFile.WORDS_OFFSET, "fits into the header");
    }

    private void write(final int count) throws IOException {
        try (TraceFile file = TraceFile.open(path, LENGTH, RUN_US)) {
            for (int i = 0; i < count; i++) {
                append(file, i);
            }
        }
    }

    /** Names of different lengths, so that records end everywhere. */
    private void append(final TraceFile file, final int number) {
        event.setMemory(0, event.capacity(), (byte) 0);
        final byte[] name = ("n" + number).getBytes(StandardCharsets.US_ASCII);
        file.append(TraceEvent.BEGAN, 100 + number, event, 0, TraceEvent.began(event, name));
    }

    private static int recordLength(final byte[] bytes) {
        return new UnsafeBuffer(bytes).getInt(TraceFile.HEADER_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    private static List<String> names(final List<TraceReader.Entry> entries) {
        assertFalse(entries.stream().anyMatch(entry -> entry.event().type() != TraceEvent.BEGAN));
        return entries.stream().map(entry -> entry.event().name()).toList();
    }
}
