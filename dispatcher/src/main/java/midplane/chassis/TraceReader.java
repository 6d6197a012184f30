package midplane.chassis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;
import midplane.dispatcher.TraceEvent;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a {@link TraceFile}, of a chassis that runs, has ended or was killed. Looks at every place where a record may stand
 * and believes only those whose checksum and position are right: what is torn, half overwritten or foreign is passed over.
 */
final class TraceReader {
    /** Told where a good record stands. */
    @FunctionalInterface
    interface RecordHandler {
        void onRecord(int at, long position, int length);
    }

    /**
     * One record.
     *
     * @param position orders the records of a file.
     * @param runUs the life of the chassis that wrote it.
     */
    record Entry(long position, long runUs, TraceEvent event) {}

    /** The JVM's longest array is a little shorter than an int can say. */
    private static final int ARRAY_LENGTH_MAX = Integer.MAX_VALUE - 16;

    private TraceReader() {}

    /**
     * Everything in a file, the oldest first.
     *
     * @throws IOException when it cannot be read or is no trace.
     */
    static List<Entry> read(final Path path) throws IOException {
        final ByteBuffer bytes = copy(path);
        if (!TraceFile.isTrace(bytes, bytes.capacity())) {
            throw new IOException(path + " is no placement trace");
        }
        final List<Entry> entries = new ArrayList<>();
        scan(bytes, (at, position, length) -> {
            final TraceEvent event = new TraceEvent();
            if (event.tryWrap(
                    bytes.getInt(at + TraceFile.TYPE_OFFSET),
                    new UnsafeBuffer(bytes),
                    at + TraceFile.EVENT_OFFSET,
                    bytes.getInt(at + TraceFile.EVENT_LENGTH_OFFSET))) {
                entries.add(new Entry(position, bytes.getLong(at + TraceFile.RUN_OFFSET), event));
            }
        });
        entries.sort(Comparator.comparingLong(Entry::position));
        return entries;
    }

    /** Finds the good records, in the order in which they stand there. */
    static void scan(final ByteBuffer file, final RecordHandler handler) {
        final int capacity = file.getInt(TraceFile.DATA_LENGTH_OFFSET);
        final byte[] record = new byte[TraceFile.MAX_RECORD_LENGTH];
        final CRC32C crc = new CRC32C();
        int offset = 0;
        while (offset + TraceFile.EVENT_OFFSET <= capacity) {
            final int at = TraceFile.HEADER_LENGTH + offset;
            final int length = file.getInt(at + TraceFile.LENGTH_OFFSET);
            final long position = file.getLong(at + TraceFile.POSITION_OFFSET);
            if (isPossible(length, position, offset, capacity) && isGood(file, at, length, record, crc)) {
                handler.onRecord(at, position, length);
                offset += length;
            } else {
                offset += TraceFile.ALIGNMENT;
            }
        }
    }

    private static boolean isPossible(final int length, final long position, final int offset, final int capacity) {
        return length >= TraceFile.EVENT_OFFSET
                && length <= TraceFile.MAX_RECORD_LENGTH
                && length % TraceFile.ALIGNMENT == 0
                && length <= capacity - offset
                && position >= 0
                && position % capacity == offset;
    }

    private static boolean isGood(
            final ByteBuffer file, final int at, final int length, final byte[] record, final CRC32C crc) {
        file.get(at, record, 0, length);
        crc.reset();
        crc.update(record, TraceFile.POSITION_OFFSET, length - TraceFile.POSITION_OFFSET);
        final int eventLength = file.getInt(at + TraceFile.EVENT_LENGTH_OFFSET);
        return (int) crc.getValue() == file.getInt(at + TraceFile.CRC_OFFSET)
                && eventLength >= 0
                && eventLength <= length - TraceFile.EVENT_OFFSET;
    }

    /** A copy, since the writer may go on meanwhile. */
    private static ByteBuffer copy(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            final ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(ARRAY_LENGTH_MAX, channel.size()));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until all is there
            }
            return bytes.clear().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
