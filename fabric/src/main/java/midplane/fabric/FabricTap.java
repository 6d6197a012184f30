package midplane.fabric;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.lmax.disruptor.RingBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes the messages that cross the downlinks of some slots into a pcap file for Wireshark: what the blade gets, stamp
 * included, from the true client address to the port identifier.
 *
 * <p>The tap is an onlooker. It does not gate the rings: it copies a cell, looks whether the producer overtook it
 * meanwhile, and counts what it missed. The dispatcher never waits for it and does not know it.
 *
 * <p>Link type 252, "Wireshark upper PDU": each record is a list of tags (number, length, value; big endian) that names
 * dissector, addresses and ports, then the message. No IP or UDP header is made up. Records of one slot are in order.
 *
 * <p>Not thread-safe: one thread polls and closes, which may be any but the agents', because it waits for the disk. Any
 * thread may ask for {@link #written()} and {@link #lost()}.
 */
public final class FabricTap implements AutoCloseable {
    private static final int PCAP_MAGIC_MICROSECONDS = 0xA1B2_C3D4;
    private static final short PCAP_MAJOR = 2;
    private static final short PCAP_MINOR = 4;
    private static final int PCAP_SNAP_LENGTH = 262_144;
    private static final int LINK_TYPE_WIRESHARK_UPPER_PDU = 252;
    private static final int FILE_HEADER_LENGTH = 24;
    private static final int RECORD_HEADER_LENGTH = 16;

    private static final int TAG_END = 0;
    private static final int TAG_DISSECTOR_NAME = 12;
    private static final int TAG_IPV4_SOURCE = 20;
    private static final int TAG_IPV4_DESTINATION = 21;
    private static final int TAG_IPV6_SOURCE = 22;
    private static final int TAG_IPV6_DESTINATION = 23;
    private static final int TAG_PORT_TYPE = 24;
    private static final int TAG_SOURCE_PORT = 25;
    private static final int TAG_DESTINATION_PORT = 26;
    private static final int PORT_TYPE_UDP = 3;
    private static final int TAGS_LENGTH_MAX = 128;

    private static final byte[] SIP = "sip\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MGCP = "mgcp".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final int IPV4_LENGTH = 4;
    private static final int MILLIS_PER_SECOND = 1000;
    private static final int MICROS_PER_MILLI = 1000;
    private static final int PENDING_LENGTH_MIN = 64 * 1024;

    private final RingBuffer<Cell>[] rings;
    private final long[] nextPositions;
    private final FileChannel file;
    private final long maxBytes;
    private final EpochClock clock;
    private final byte[] destination;
    private final UnsafeBuffer copy;
    private final InitialFrame frame = new InitialFrame();
    private final ByteBuffer pending;
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private long fileLength;
    private int firstRing;
    private boolean stopped;

    private FabricTap(
            final RingBuffer<Cell>[] rings,
            final int frameCapacity,
            final FileChannel file,
            final long maxBytes,
            final EpochClock clock,
            final InetAddress destination) {
        this.rings = rings;
        this.file = file;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.destination = destination.getAddress();
        copy = new UnsafeBuffer(ByteBuffer.allocateDirect(frameCapacity));
        pending = ByteBuffer.allocateDirect(
                Math.max(PENDING_LENGTH_MIN, RECORD_HEADER_LENGTH + TAGS_LENGTH_MAX + frameCapacity));
        nextPositions = new long[rings.length];
        for (int i = 0; i < rings.length; i++) {
            nextPositions[i] = rings[i].getCursor() + 1;
        }
    }

    /**
     * Begins a file. What is sent from now on is seen.
     *
     * @param slotBits bit n stands for slot n; -1 for all.
     * @param file made anew.
     * @param maxBytes the file never grows longer; what comes after counts as lost.
     * @param clock gives the records their time: when they were copied, in milliseconds.
     * @param destination written as the address the messages went to: the blades'.
     * @throws UncheckedIOException when the file cannot be written.
     * @throws IllegalArgumentException when no slot of the fabric is meant, or maxBytes is too small for any file.
     */
    public static FabricTap open(
            final RingFabric fabric,
            final long slotBits,
            final Path file,
            final long maxBytes,
            final EpochClock clock,
            final InetAddress destination) {
        final RingBuffer<Cell>[] rings = fabric.downRings(slotBits);
        if (rings.length == 0) {
            throw new IllegalArgumentException("slot bits " + Long.toHexString(slotBits) + ": expected one of the "
                    + fabric.slots() + " slots at least");
        }
        if (maxBytes < FILE_HEADER_LENGTH) {
            throw new IllegalArgumentException("maxBytes " + maxBytes + ": expected at least " + FILE_HEADER_LENGTH);
        }
        try {
            final FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE);
            final FabricTap tap = new FabricTap(rings, fabric.frameCapacity(), channel, maxBytes, clock, destination);
            tap.beginFile();
            return tap;
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot write " + file + ": " + ex.getMessage(), ex);
        }
    }

    /**
     * Copies what has passed since the last call, and writes it out.
     *
     * @param limit the most messages to write.
     * @return how many were written.
     * @throws UncheckedIOException when the disk fails. The file is closed then; later calls only count losses.
     */
    public int poll(final int limit) {
        final long nowMs = clock.time();
        int taken = 0;
        for (int i = 0; i < rings.length; i++) {
            final int index = (firstRing + i) % rings.length;
            taken += pollRing(index, limit - taken, nowMs);
        }
        // Another ring comes first next time, or a busy one would use up the limit for ever.
        firstRing = (firstRing + 1) % rings.length;
        flush();
        return taken;
    }

    /** Messages in the file. */
    public long written() {
        return written.get();
    }

    /** Frames that passed but are not in the file: overwritten before they could be copied, or no room for them. */
    public long lost() {
        return lost.get();
    }

    /** Whether the file has reached its bound, or its disk failed. */
    public boolean isStopped() {
        return stopped;
    }

    /** Closes the file. What was not polled is not in it. */
    @Override
    public void close() {
        stopped = true;
        try {
            file.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot close the tap's file: " + ex.getMessage(), ex);
        }
    }

    private int pollRing(final int index, final int limit, final long nowMs) {
        final RingBuffer<Cell> ring = rings[index];
        final long last = ring.getCursor();
        final long oldest = last - ring.getBufferSize() + 1;
        long next = nextPositions[index];
        if (next < oldest) {
            count(lost, oldest - next);
            next = oldest;
        }
        int taken = 0;
        for (; next <= last && taken < limit; next++) {
            final int length = ring.get(next).copy(next, copy);
            if (length == Cell.OVERWRITTEN) {
                count(lost, 1);
            } else if (isMessage(length)) {
                if (append(nowMs)) {
                    taken++;
                } else {
                    count(lost, 1);
                }
            }
        }
        nextPositions[index] = next;
        return taken;
    }

    private boolean isMessage(final int length) {
        if (!frame.tryWrap(copy, 0, length)) {
            return false;
        }
        final byte type = frame.type();
        return type == FrameType.INITIAL
                || type == FrameType.REPEAT
                || type == FrameType.STRAY
                || type == FrameType.EVERY_BLADE;
    }

    private void beginFile() {
        pending.order(LITTLE_ENDIAN)
                .putInt(PCAP_MAGIC_MICROSECONDS)
                .putShort(PCAP_MAJOR)
                .putShort(PCAP_MINOR)
                .putInt(0)
                .putInt(0)
                .putInt(PCAP_SNAP_LENGTH)
                .putInt(LINK_TYPE_WIRESHARK_UPPER_PDU);
        flush();
    }

    private boolean append(final long nowMs) {
        final int messageLength = frame.messageLength();
        if (stopped) {
            return false;
        }
        if (pending.remaining() < RECORD_HEADER_LENGTH + TAGS_LENGTH_MAX + messageLength) {
            flush();
        }
        final int start = pending.position();
        pending.position(start + RECORD_HEADER_LENGTH);
        appendTags();
        copy.getBytes(frame.messageOffset(), pending, messageLength);
        final int recordLength = pending.position() - start;
        if (fileLength + pending.position() > maxBytes) {
            pending.position(start);
            stopped = true;
            return false;
        }
        final int capturedLength = recordLength - RECORD_HEADER_LENGTH;
        pending.order(LITTLE_ENDIAN)
                .putInt(start, (int) (nowMs / MILLIS_PER_SECOND))
                .putInt(start + 4, (int) (nowMs % MILLIS_PER_SECOND) * MICROS_PER_MILLI)
                .putInt(start + 8, capturedLength)
                .putInt(start + 12, capturedLength);
        count(written, 1);
        return true;
    }

    private void appendTags() {
        pending.order(BIG_ENDIAN);
        appendTag(TAG_DISSECTOR_NAME, dissector(frame.protocol()));
        final long high = frame.sourceAddressHigh();
        final long low = frame.sourceAddressLow();
        if (high == 0 && (low >>> 32) == 0xFFFFL) {
            appendTag(TAG_IPV4_SOURCE, (int) low);
        } else {
            beginTag(TAG_IPV6_SOURCE, 2 * Long.BYTES).putLong(high).putLong(low);
        }
        appendTag(destination.length == IPV4_LENGTH ? TAG_IPV4_DESTINATION : TAG_IPV6_DESTINATION, destination);
        appendTag(TAG_PORT_TYPE, PORT_TYPE_UDP);
        appendTag(TAG_SOURCE_PORT, frame.sourcePort());
        appendTag(TAG_DESTINATION_PORT, frame.portId());
        beginTag(TAG_END, 0);
    }

    private static byte[] dissector(final byte protocol) {
        return switch (protocol) {
            case Protocol.SIP -> SIP;
            case Protocol.MGCP -> MGCP;
            default -> DATA;
        };
    }

    private void appendTag(final int tag, final int value) {
        beginTag(tag, Integer.BYTES).putInt(value);
    }

    /** The value's length is a multiple of four, as the format wants it. */
    private void appendTag(final int tag, final byte[] value) {
        beginTag(tag, value.length).put(value);
    }

    private ByteBuffer beginTag(final int tag, final int length) {
        return pending.putShort((short) tag).putShort((short) length);
    }

    private void flush() {
        pending.flip();
        try {
            while (pending.hasRemaining() && file.isOpen()) {
                fileLength += file.write(pending);
            }
        } catch (final IOException ex) {
            close();
            throw new UncheckedIOException("the tap's file cannot be written: " + ex.getMessage(), ex);
        } finally {
            pending.clear();
        }
    }

    /** One writer: no need of an atomic addition. */
    private static void count(final AtomicLong counter, final long more) {
        counter.setRelease(counter.getPlain() + more);
    }
}
