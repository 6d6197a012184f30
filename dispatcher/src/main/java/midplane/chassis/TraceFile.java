package midplane.chassis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import midplane.dispatcher.TraceEvent;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;

/**
 * The placement trace on disk: a header that says what is in the file, then records, the newest over the oldest.
 *
 * <pre>
 *   0     "MPTRACE1"   8 i32 4096 (header)   12 i32 bytes behind the header   16 the layout, in words
 *   4096  record, record, ...   each at a multiple of 8, none across the end
 *
 *   record   0 i32 length, a multiple of 8   4 i32 CRC-32C of all that follows   8 i64 position
 *           16 i64 run: when the chassis began, µs since 1970   24 i32 type   28 i32 length of event   32 event
 * </pre>
 *
 * A position counts all bytes ever written; it says where in the file a record must stand, so that a reader finds the good
 * records by themselves, wherever the writing stopped and whatever it tore. The file is mapped: what was appended is
 * safe from a crash of the process, though not from one of the machine. Its blocks are written when it is made, because a
 * mapped file whose disk is full kills who touches it.
 *
 * <p>One process writes a file; a lock holds off any other. What earlier runs wrote stays until it is overwritten. Not
 * thread-safe.
 */
final class TraceFile implements AutoCloseable {
    static final byte[] MAGIC = "MPTRACE1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER_LENGTH = 4096;
    static final int HEADER_LENGTH_OFFSET = 8;
    static final int DATA_LENGTH_OFFSET = 12;
    static final int WORDS_OFFSET = 16;

    static final int LENGTH_OFFSET = 0;
    static final int CRC_OFFSET = 4;
    static final int POSITION_OFFSET = 8;
    static final int RUN_OFFSET = 16;
    static final int TYPE_OFFSET = 24;
    static final int EVENT_LENGTH_OFFSET = 28;
    static final int EVENT_OFFSET = 32;
    static final int ALIGNMENT = 8;

    /** Longer than any event, so that a length read from a torn record leads nowhere. */
    static final int MAX_RECORD_LENGTH = 4096;

    private static final String LAYOUT = """
            Midplane placement trace. 0 magic, 8 i32 length of this header, 12 i32 bytes behind it. All little endian.
            record, at multiples of 8: 0 i32 length, 4 i32 CRC-32C of all that follows in it, 8 i64 position, 16 i64 run (us),
              24 i32 type, 28 i32 length of event, 32 event. A record at offset o behind this header is good when its CRC is
              and position modulo bytes = o; order by position; times are us since 1970.
            """;

    /** What a file says of itself; one that says something else was written by another version. */
    private static final byte[] WORDS = (LAYOUT + TraceEvent.SCHEMA).getBytes(StandardCharsets.US_ASCII);

    private final FileChannel channel;
    private final MappedByteBuffer map;
    private final int capacity;
    private final long runUs;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer record = ByteBuffer.allocate(MAX_RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private long position;

    private TraceFile(final FileChannel channel, final MappedByteBuffer map, final long position, final long runUs) {
        this.channel = channel;
        this.map = map;
        this.position = position;
        this.runUs = runUs;
        capacity = map.capacity() - HEADER_LENGTH;
    }

    /**
     * Opens a file to go on in it; makes it when it is not there, or is no trace of this length and
     * layout.
     *
     * @param length of the whole file, bytes.
     * @param runUs names this life of the chassis.
     * @throws IOException when it cannot be written, or another process writes it.
     */
    static TraceFile open(final Path path, final int length, final long runUs) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            final FileChannel existing = lock(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            final TraceFile file = resume(existing, length, runUs);
            if (file != null) {
                return file;
            }
            existing.close();
        }
        return create(path, length, runUs);
    }

    /** Where its data begins. */
    static boolean isTrace(final ByteBuffer header, final long fileLength) {
        final byte[] magic = new byte[MAGIC.length];
        if (header.remaining() < HEADER_LENGTH) {
            return false;
        }
        header.get(0, magic);
        return Arrays.equals(magic, MAGIC)
                && header.getInt(HEADER_LENGTH_OFFSET) == HEADER_LENGTH
                && header.getInt(DATA_LENGTH_OFFSET) > 0
                && header.getInt(DATA_LENGTH_OFFSET) == fileLength - HEADER_LENGTH;
    }

    private static @Nullable TraceFile resume(final FileChannel channel, final int length, final long runUs)
            throws IOException {
        if (channel.size() != length) {
            return null;
        }
        final MappedByteBuffer map = map(channel, length);
        if (!isTrace(map, length) || !saysWhatWeSay(map)) {
            IoUtil.unmap(map);
            return null;
        }
        final long[] end = {0};
        TraceReader.scan(map, (at, from, recordLength) -> end[0] = Math.max(end[0], from + recordLength));
        return new TraceFile(channel, map, end[0], runUs);
    }

    private static boolean saysWhatWeSay(final ByteBuffer file) {
        final byte[] words = new byte[WORDS.length + 1];
        file.get(WORDS_OFFSET, words);
        return Arrays.equals(words, Arrays.copyOf(WORDS, words.length));
    }

    /** Under another name first: a reader of the old file must not see it shrink. */
    private static TraceFile create(final Path path, final int length, final long runUs) throws IOException {
        final Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        final FileChannel channel =
                lock(next, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            final ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1024);
            for (long at = 0; at < length; at += zeros.capacity()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), length - at));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            final MappedByteBuffer map = map(channel, length);
            map.put(0, MAGIC);
            map.putInt(HEADER_LENGTH_OFFSET, HEADER_LENGTH);
            map.putInt(DATA_LENGTH_OFFSET, length - HEADER_LENGTH);
            map.put(WORDS_OFFSET, WORDS);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new TraceFile(channel, map, 0, runUs);
        } catch (final IOException ex) {
            channel.close();
            Files.deleteIfExists(next);
            throw ex;
        }
    }

    /** Nobody but its owner may read who calls whom. */
    private static FileChannel lock(final Path path, final StandardOpenOption... options) throws IOException {
        final boolean isNew = List.of(options).contains(StandardOpenOption.CREATE_NEW);
        final FileAttribute<?>[] attributes =
                isNew && path.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        final FileChannel channel = FileChannel.open(path, Set.of(options), attributes);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException ex) {
            // Another chassis in this very process has it; as good as another process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException(path + " is being written by another chassis");
        }
        return channel;
    }

    private static MappedByteBuffer map(final FileChannel channel, final int length) throws IOException {
        final MappedByteBuffer map = channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        map.order(ByteOrder.LITTLE_ENDIAN);
        return map;
    }

    /**
     * Appends an event, over the oldest if need be.
     *
     * @param timeUs put in place of the event's own time.
     */
    void append(final int type, final long timeUs, final DirectBuffer event, final int offset, final int length) {
        final int recordLength = (EVENT_OFFSET + length + ALIGNMENT - 1) & -ALIGNMENT;
        int at = (int) (position % capacity);
        if (at + recordLength > capacity) {
            position += capacity - at;
            at = 0;
        }
        record.clear();
        record.putInt(LENGTH_OFFSET, recordLength);
        record.putLong(POSITION_OFFSET, position);
        record.putLong(RUN_OFFSET, runUs);
        record.putInt(TYPE_OFFSET, type);
        record.putInt(EVENT_LENGTH_OFFSET, length);
        event.getBytes(offset, record, EVENT_OFFSET, length);
        record.putLong(EVENT_OFFSET, timeUs);
        for (int i = EVENT_OFFSET + length; i < recordLength; i++) {
            record.put(i, (byte) 0);
        }
        crc.reset();
        crc.update(record.array(), POSITION_OFFSET, recordLength - POSITION_OFFSET);
        record.putInt(CRC_OFFSET, (int) crc.getValue());
        map.put(HEADER_LENGTH + at, record.array(), 0, recordLength);
        position += recordLength;
    }

    @Override
    public void close() throws IOException {
        IoUtil.unmap(map);
        channel.close();
    }
}
