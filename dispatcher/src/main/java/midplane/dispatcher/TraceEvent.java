package midplane.dispatcher;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import midplane.signalling.SizeSource;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Flyweight to read an event of the placement trace. {@link #SCHEMA} is the layout; it stands in every trace file, so that
 * whoever finds one can read it without this program. Not thread-safe.
 */
public final class TraceEvent {
    /** A chassis began to trace; only the time and a name are set. */
    public static final int BEGAN = 1;

    /** A decision. */
    public static final int DECIDED = 2;

    /** A hop. */
    public static final int HOPPED = 3;

    /** Events were lost before this one: how many is the sequence. */
    public static final int LOST = 4;

    /** The layout, for people. */
    public static final String SCHEMA = """
            event, little endian: 0 i64 time, 8 i64 key, 16 i8 protocol (1 SIP, 2 MGCP), 17 i8 slot (-1 none),
              18 i8 reason or hop, 19 i8 flags (1 size required, 2 sizes contradict, 4 unreadable size), 20 i32 units,
              24 i64 dispatch sequence, or events lost; type 3 and 4 end here (32)
              32 u64 candidates, 40 u64 excluded, 48 u64 rings full (one bit a slot), 56 i8 size source, 57 i8 slots,
              58 u16 length of name kept, 60 i32 length of name,
              64 slots times: i32 units reported, i32 units dispatched since, i32 capacity, i8 state, i8 old report, i16 0
              then name
            types: 1 began, 2 decided, 3 hopped, 4 lost
            states: 1 up, 2 draining, 3 full
            """ + numbered("reasons", PlacementTrace.Reason.values())
            + numbered("hops", PlacementTrace.Hop.values()) + numbered("size sources", SizeSource.values());

    /** The longest name that is kept. */
    public static final int MAX_NAME_LENGTH = 256;

    static final int TIME_OFFSET = 0;
    static final int KEY_OFFSET = 8;
    static final int PROTOCOL_OFFSET = 16;
    static final int SLOT_OFFSET = 17;
    static final int DETAIL_OFFSET = 18;
    static final int FLAGS_OFFSET = 19;
    static final int UNITS_OFFSET = 20;
    static final int SEQUENCE_OFFSET = 24;
    static final int SHORT_LENGTH = 32;
    static final int CANDIDATES_OFFSET = 32;
    static final int EXCLUDED_OFFSET = 40;
    static final int TRIED_OFFSET = 48;
    static final int SIZE_SOURCE_OFFSET = 56;
    static final int SLOTS_OFFSET = 57;
    static final int NAME_KEPT_OFFSET = 58;
    static final int NAME_LENGTH_OFFSET = 60;
    static final int LOADS_OFFSET = 64;

    static final int LOAD_LENGTH = 16;
    static final int REPORTED_OFFSET = 0;
    static final int OUTSTANDING_OFFSET = 4;
    static final int CAPACITY_OFFSET = 8;
    static final int STATE_OFFSET = 12;
    static final int OLD_OFFSET = 13;

    static final byte REQUIRED = 1;
    static final byte CONTRADICTORY = 2;
    static final byte UNREADABLE = 4;

    private static final int MAX_SLOTS = 64;

    /** The longest event. */
    public static final int MAX_LENGTH = LOADS_OFFSET + MAX_SLOTS * LOAD_LENGTH + MAX_NAME_LENGTH;

    private static final PlacementTrace.Reason[] REASONS = PlacementTrace.Reason.values();
    private static final PlacementTrace.Hop[] HOPS = PlacementTrace.Hop.values();

    private final UnsafeBuffer event = new UnsafeBuffer();
    private int type;

    /**
     * Writes a {@link #BEGAN}.
     *
     * @param buffer of {@link #MAX_LENGTH} zeros.
     * @param name what began; cut off at {@link #MAX_NAME_LENGTH}.
     * @return its length.
     */
    public static int began(final MutableDirectBuffer buffer, final byte[] name) {
        final int kept = Math.min(name.length, MAX_NAME_LENGTH);
        buffer.putByte(SLOT_OFFSET, (byte) -1);
        buffer.putShort(NAME_KEPT_OFFSET, (short) kept, LITTLE_ENDIAN);
        buffer.putInt(NAME_LENGTH_OFFSET, name.length, LITTLE_ENDIAN);
        buffer.putBytes(LOADS_OFFSET, name, 0, kept);
        return LOADS_OFFSET + kept;
    }

    /**
     * Wraps an event.
     *
     * @return false when the bytes are none of this type.
     */
    public boolean tryWrap(final int newType, final DirectBuffer buffer, final int offset, final int length) {
        if (newType < BEGAN || newType > LOST || length < SHORT_LENGTH) {
            return false;
        }
        event.wrap(buffer, offset, length);
        type = newType;
        if (isShort()) {
            return length == SHORT_LENGTH
                    && (type == LOST || (detail() >= 0 && detail() < HOPS.length && slot() < MAX_SLOTS));
        }
        return length >= LOADS_OFFSET
                && slots() >= 0
                && slots() <= MAX_SLOTS
                && slot() < MAX_SLOTS
                && detail() >= 0
                && detail() < REASONS.length
                && nameKept() <= MAX_NAME_LENGTH
                && nameOffset() + nameKept() == length;
    }

    /** {@link #BEGAN} and its like. */
    public int type() {
        return type;
    }

    /** In the ring: the dispatcher's clock, ns. In a file: since 1970, µs. */
    public long time() {
        return event.getLong(TIME_OFFSET, LITTLE_ENDIAN);
    }

    /** Names the session, within one life of a chassis. */
    public long key() {
        return event.getLong(KEY_OFFSET, LITTLE_ENDIAN);
    }

    public byte protocol() {
        return event.getByte(PROTOCOL_OFFSET);
    }

    /** The slot it went to; negative when to none. */
    public int slot() {
        return event.getByte(SLOT_OFFSET);
    }

    /** Of a decision. */
    public PlacementTrace.Reason reason() {
        return REASONS[detail()];
    }

    /** Of a hop. */
    public PlacementTrace.Hop hop() {
        return HOPS[detail()];
    }

    public boolean isRequired() {
        return (flags() & REQUIRED) != 0;
    }

    public boolean isContradictory() {
        return (flags() & CONTRADICTORY) != 0;
    }

    /** Whether some source of the size could not be read. */
    public boolean isUnreadable() {
        return (flags() & UNREADABLE) != 0;
    }

    public int units() {
        return event.getInt(UNITS_OFFSET, LITTLE_ENDIAN);
    }

    /** The dispatch sequence; of {@link #LOST}, how many. */
    public long sequence() {
        return event.getLong(SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    public boolean isCandidate(final int slot) {
        return hasBit(CANDIDATES_OFFSET, slot);
    }

    public boolean isExcluded(final int slot) {
        return hasBit(EXCLUDED_OFFSET, slot);
    }

    /** Whether the slot was selected, and its ring was full. */
    public boolean isFull(final int slot) {
        return hasBit(TRIED_OFFSET, slot);
    }

    public SizeSource sizeSource() {
        return SizeSource.ofCode(event.getByte(SIZE_SOURCE_OFFSET));
    }

    public int slots() {
        return event.getByte(SLOTS_OFFSET);
    }

    /** Units in use and reserved by the last report. */
    public int reported(final int slot) {
        return event.getInt(load(slot) + REPORTED_OFFSET, LITTLE_ENDIAN);
    }

    /** Units dispatched since. */
    public int outstanding(final int slot) {
        return event.getInt(load(slot) + OUTSTANDING_OFFSET, LITTLE_ENDIAN);
    }

    public int capacity(final int slot) {
        return event.getInt(load(slot) + CAPACITY_OFFSET, LITTLE_ENDIAN);
    }

    /** As in {@link midplane.fabric.LoadReport}. */
    public int state(final int slot) {
        return event.getByte(load(slot) + STATE_OFFSET);
    }

    /** Whether the last report was too old to be trusted. */
    public boolean isOld(final int slot) {
        return event.getByte(load(slot) + OLD_OFFSET) != 0;
    }

    /** The name, or its beginning when it was longer than {@link #MAX_NAME_LENGTH}. */
    public String name() {
        final byte[] bytes = new byte[nameKept()];
        event.getBytes(nameOffset(), bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Bytes of the whole name. */
    public int nameLength() {
        return event.getInt(NAME_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /** Whether this is a decision about a session of that name; of a longer name its beginning and its length decide. */
    public boolean isNamed(final @Nullable String name) {
        if (type != DECIDED || name == null) {
            return false;
        }
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length != nameLength()) {
            return false;
        }
        for (int i = 0; i < nameKept(); i++) {
            if (event.getByte(nameOffset() + i) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /** The names themselves, so that the words in a file cannot lag behind what it means. */
    private static String numbered(final String what, final Enum<?>[] names) {
        final StringBuilder line = new StringBuilder(what).append(':');
        for (final Enum<?> name : names) {
            line.append(name.ordinal() == 0 ? " " : ", ").append(name.ordinal()).append(' ');
            line.append(name.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return line.append('\n').toString();
    }

    private boolean isShort() {
        return type == HOPPED || type == LOST;
    }

    private int detail() {
        return event.getByte(DETAIL_OFFSET);
    }

    private int flags() {
        return event.getByte(FLAGS_OFFSET);
    }

    private boolean hasBit(final int offset, final int slot) {
        return (event.getLong(offset, LITTLE_ENDIAN) >>> slot & 1) != 0;
    }

    private int nameKept() {
        return event.getShort(NAME_KEPT_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    private int nameOffset() {
        return load(slots());
    }

    private static int load(final int slot) {
        return LOADS_OFFSET + slot * LOAD_LENGTH;
    }
}
