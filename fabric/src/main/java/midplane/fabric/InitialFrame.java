package midplane.fabric;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Flyweight over a frame that carries a message from the dispatcher to a blade: types {@link FrameType#INITIAL},
 * {@link FrameType#REPEAT} and {@link FrameType#STRAY}. Little endian.
 *
 * <pre>
 *   0  byte  type             1  byte  version       2  byte  protocol      3  byte  transport
 *   4  int   port identifier  8  long  dispatch sequence
 *  16  long  arrival, ns     24  long  source address, high 64 bits        32  long  low 64 bits
 *  40  int   source port     44  int   well-known port                     48  int   dispatch-table entry
 *  52  int   epoch           56  int   message length                      60  int   original URI length
 *  64  int   units of load   68  byte  who said so           69  byte  flags: 1 reservation required
 *  70  2 bytes 0
 *  72  int   entry of the conference index              76  4 bytes 0
 *  80  message, then the original Request-URI where the stamp changed it
 * </pre>
 *
 * IPv4 addresses are IPv4-mapped (::ffff:a.b.c.d).
 */
public final class InitialFrame {
    public static final byte VERSION = 3;
    public static final byte UDP = 1;

    /** The {@link #entry} of a frame that belongs to no entry of the dispatch table. */
    public static final int NO_ENTRY = -1;

    public static final int TYPE_OFFSET = 0;
    public static final int VERSION_OFFSET = 1;
    public static final int PROTOCOL_OFFSET = 2;
    public static final int TRANSPORT_OFFSET = 3;
    public static final int PORT_ID_OFFSET = 4;
    public static final int SEQUENCE_OFFSET = 8;
    public static final int ARRIVAL_OFFSET = 16;
    public static final int ADDRESS_HIGH_OFFSET = 24;
    public static final int ADDRESS_LOW_OFFSET = 32;
    public static final int SOURCE_PORT_OFFSET = 40;
    public static final int WELL_KNOWN_PORT_OFFSET = 44;
    public static final int ENTRY_OFFSET = 48;
    public static final int EPOCH_OFFSET = 52;
    public static final int MESSAGE_LENGTH_OFFSET = 56;
    public static final int ORIGINAL_URI_LENGTH_OFFSET = 60;
    public static final int UNITS_OFFSET = 64;
    public static final int SIZE_SOURCE_OFFSET = 68;
    public static final int FLAGS_OFFSET = 69;
    public static final int CONFERENCE_OFFSET = 72;
    public static final int HEADER_LENGTH = 80;

    private static final byte REQUIRED = 1;
    private static final int UNUSED_OFFSET = 70;

    private final UnsafeBuffer frame = new UnsafeBuffer();

    /** Wraps a frame to write it; the header's fields must all be set. */
    public InitialFrame wrap(final MutableDirectBuffer buffer, final int offset, final int length) {
        frame.wrap(buffer, offset, length);
        return this;
    }

    /**
     * Wraps a frame to read it.
     *
     * @return false when the bytes are not a frame of this version or its lengths lie.
     */
    public boolean tryWrap(final DirectBuffer buffer, final int offset, final int length) {
        if (length < HEADER_LENGTH) {
            return false;
        }
        frame.wrap(buffer, offset, length);
        final int message = messageLength();
        final int uri = originalUriLength();
        return frame.getByte(VERSION_OFFSET) == VERSION
                && units() >= 0
                && message >= 0
                && uri >= 0
                && (long) HEADER_LENGTH + message + uri == length;
    }

    public byte type() {
        return frame.getByte(TYPE_OFFSET);
    }

    /** Sets the type, and that no conference is named. */
    public InitialFrame type(final byte type) {
        frame.putByte(TYPE_OFFSET, type);
        frame.putByte(VERSION_OFFSET, VERSION);
        frame.putLong(CONFERENCE_OFFSET, NO_ENTRY & 0xFFFF_FFFFL, LITTLE_ENDIAN);
        return this;
    }

    public byte protocol() {
        return frame.getByte(PROTOCOL_OFFSET);
    }

    public byte transport() {
        return frame.getByte(TRANSPORT_OFFSET);
    }

    public InitialFrame carriage(final byte protocol, final byte transport) {
        frame.putByte(PROTOCOL_OFFSET, protocol);
        frame.putByte(TRANSPORT_OFFSET, transport);
        return this;
    }

    /** The selected blade's port number: the routing key of the fabric. */
    public int portId() {
        return frame.getInt(PORT_ID_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame portId(final int portId) {
        frame.putInt(PORT_ID_OFFSET, portId, LITTLE_ENDIAN);
        return this;
    }

    /** Counts what the dispatcher gave to this slot; a load report echoes the last one seen. */
    public long sequence() {
        return frame.getLong(SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame sequence(final long sequence) {
        frame.putLong(SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        return this;
    }

    public long arrivalNs() {
        return frame.getLong(ARRIVAL_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame arrivalNs(final long arrivalNs) {
        frame.putLong(ARRIVAL_OFFSET, arrivalNs, LITTLE_ENDIAN);
        return this;
    }

    public long sourceAddressHigh() {
        return frame.getLong(ADDRESS_HIGH_OFFSET, LITTLE_ENDIAN);
    }

    public long sourceAddressLow() {
        return frame.getLong(ADDRESS_LOW_OFFSET, LITTLE_ENDIAN);
    }

    public int sourcePort() {
        return frame.getInt(SOURCE_PORT_OFFSET, LITTLE_ENDIAN);
    }

    /** The true source of the message, for {@code received} and {@code rport}. */
    public InitialFrame source(final long addressHigh, final long addressLow, final int port) {
        frame.putLong(ADDRESS_HIGH_OFFSET, addressHigh, LITTLE_ENDIAN);
        frame.putLong(ADDRESS_LOW_OFFSET, addressLow, LITTLE_ENDIAN);
        frame.putInt(SOURCE_PORT_OFFSET, port, LITTLE_ENDIAN);
        return this;
    }

    public int wellKnownPort() {
        return frame.getInt(WELL_KNOWN_PORT_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame wellKnownPort(final int port) {
        frame.putInt(WELL_KNOWN_PORT_OFFSET, port, LITTLE_ENDIAN);
        return this;
    }

    /** Where the dispatcher keeps the dialog; the blade's {@link SettledNotice} gives it back. */
    public int entry() {
        return frame.getInt(ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame entry(final int entry) {
        frame.putInt(ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Where the dispatcher keeps the conference that an {@link FrameType#INITIAL} message names, {@link #NO_ENTRY} for
     * none. Only who names an entry may begin a conference; for each such frame the blade holds one of this entry, or
     * says by {@link ConferenceNotice} that it does not.
     */
    public int conference() {
        return frame.getInt(CONFERENCE_OFFSET, LITTLE_ENDIAN);
    }

    /** Set after the type. */
    public InitialFrame conference(final int conference) {
        frame.putInt(CONFERENCE_OFFSET, conference, LITTLE_ENDIAN);
        return this;
    }

    /** The blade's life this frame is meant for. */
    public int epoch() {
        return frame.getInt(EPOCH_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame epoch(final int epoch) {
        frame.putInt(EPOCH_OFFSET, epoch, LITTLE_ENDIAN);
        return this;
    }

    /** Units of load the dispatcher booked for the session; the blade reports the same number. 0 where it booked none. */
    public int units() {
        return frame.getInt(UNITS_OFFSET, LITTLE_ENDIAN);
    }

    /** Who said how many units, in the signalling's own numbers. */
    public byte sizeSource() {
        return frame.getByte(SIZE_SOURCE_OFFSET);
    }

    /** Whether the session is to be refused where its units do not fit. */
    public boolean isSizeRequired() {
        return (frame.getByte(FLAGS_OFFSET) & REQUIRED) != 0;
    }

    /** How big the session is. */
    public InitialFrame size(final int units, final byte source, final boolean isRequired) {
        frame.putInt(UNITS_OFFSET, units, LITTLE_ENDIAN);
        frame.putByte(SIZE_SOURCE_OFFSET, source);
        frame.putByte(FLAGS_OFFSET, isRequired ? REQUIRED : 0);
        frame.putShort(UNUSED_OFFSET, (short) 0);
        return this;
    }

    public int messageOffset() {
        return HEADER_LENGTH;
    }

    public int messageLength() {
        return frame.getInt(MESSAGE_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /** The Request-URI as the client sent it follows the message where the stamp changed it; else its length is 0. */
    public int originalUriOffset() {
        return HEADER_LENGTH + messageLength();
    }

    public int originalUriLength() {
        return frame.getInt(ORIGINAL_URI_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    public InitialFrame lengths(final int message, final int originalUri) {
        frame.putInt(MESSAGE_LENGTH_OFFSET, message, LITTLE_ENDIAN);
        frame.putInt(ORIGINAL_URI_LENGTH_OFFSET, originalUri, LITTLE_ENDIAN);
        return this;
    }

    /** The frame's bytes, from its first; offsets above count from here. */
    public MutableDirectBuffer buffer() {
        return frame;
    }

    /** The frame's whole length. */
    public int length() {
        return HEADER_LENGTH + messageLength() + originalUriLength();
    }
}
