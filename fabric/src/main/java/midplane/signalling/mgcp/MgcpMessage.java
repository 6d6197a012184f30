package midplane.signalling.mgcp;

import java.util.Arrays;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A scanned message: offsets into the buffer it landed in. Filled by {@link MgcpScanner}; valid until the next scan into
 * it or until the buffer's content dies. All offsets count from the buffer's beginning. Slices handed out belong to the
 * message. Not thread-safe.
 */
public final class MgcpMessage {
    /** The most parameter lines a message may have; one of them is kept free for our reserved parameter. */
    public static final int MAX_PARAMETERS = 128;

    /** A response to AUCX has two session descriptions. */
    public static final int MAX_DESCRIPTIONS = 2;

    private static final MgcpParameter[] PARAMETERS = MgcpParameter.values();
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    DirectBuffer buffer = NOTHING;
    int offset;
    int length;
    int nextOffset;
    boolean isCommand;
    boolean isResponse;
    MgcpVerb verb = MgcpVerb.OTHER;
    int transactionId = -1;
    int returnCode;
    int firstParameterOffset;
    int descriptionCount;
    MgcpFault fault = MgcpFault.NONE;

    final Slice verbName = new Slice();
    final Slice profile = new Slice();
    final Slice packageName = new Slice();
    final Slice commentary = new Slice();
    final EndpointName endpoint = new EndpointName();
    final int[] descriptionOffsets = new int[MAX_DESCRIPTIONS];
    final int[] descriptionLengths = new int[MAX_DESCRIPTIONS];

    private int parameterCount;
    private final MgcpParameter[] parameters = new MgcpParameter[MAX_PARAMETERS];
    private final int[] lineOffsets = new int[MAX_PARAMETERS];
    private final int[] lineLengths = new int[MAX_PARAMETERS];
    private final int[] nameOffsets = new int[MAX_PARAMETERS];
    private final int[] nameLengths = new int[MAX_PARAMETERS];
    private final int[] valueOffsets = new int[MAX_PARAMETERS];
    private final int[] valueLengths = new int[MAX_PARAMETERS];
    private final int[] nextOfSame = new int[MAX_PARAMETERS];
    private final int[] firstOf = new int[PARAMETERS.length];
    private final int[] lastOf = new int[PARAMETERS.length];

    public MgcpMessage() {
        Arrays.fill(parameters, MgcpParameter.OTHER);
        Arrays.fill(firstOf, -1);
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the first line begins: after empty lines that came before it. */
    public int offset() {
        return offset;
    }

    /** From the first line to the end of the message, without the dot line that may follow. */
    public int length() {
        return length;
    }

    /** Where the next message of the datagram begins; the datagram's end when there is none. */
    public int nextOffset() {
        return nextOffset;
    }

    public boolean isCommand() {
        return isCommand;
    }

    public boolean isResponse() {
        return isResponse;
    }

    /** The verb of a command; {@link MgcpVerb#OTHER} for a response. */
    public MgcpVerb verb() {
        return verb;
    }

    /** The verb as it stands; empty for a response. */
    public Slice verbName() {
        return verbName;
    }

    /** The transaction id, 0 to 999,999,999, or -1 when it could not be read. */
    public int transactionId() {
        return transactionId;
    }

    /** The endpoint of a command; empty when it could not be read, and for a response. */
    public EndpointName endpoint() {
        return endpoint;
    }

    /** The profile behind the version, which makes the message faulty; empty when there is none. */
    public Slice profile() {
        return profile;
    }

    /** The return code of a response, 0 to 999; 0 for a command. */
    public int returnCode() {
        return returnCode;
    }

    /** The package behind the return code, without its slash; empty when there is none. */
    public Slice packageName() {
        return packageName;
    }

    /** The commentary of a response. */
    public Slice commentary() {
        return commentary;
    }

    /** Where the line after the first begins. */
    public int firstParameterOffset() {
        return firstParameterOffset;
    }

    public int parameterCount() {
        return parameterCount;
    }

    public MgcpParameter parameter(final int index) {
        return parameters[index];
    }

    /** Where the parameter's line begins. */
    public int lineOffset(final int index) {
        return lineOffsets[index];
    }

    /** Length of the whole line with its line end. */
    public int lineLength(final int index) {
        return lineLengths[index];
    }

    public int nameOffset(final int index) {
        return nameOffsets[index];
    }

    public int nameLength(final int index) {
        return nameLengths[index];
    }

    /** Where the value begins, blanks in front of it skipped. */
    public int valueOffset(final int index) {
        return valueOffsets[index];
    }

    /** Length of the value without blanks around it. */
    public int valueLength(final int index) {
        return valueLengths[index];
    }

    /** The first line of a parameter, or -1. */
    public int first(final MgcpParameter parameter) {
        return firstOf[parameter.ordinal()];
    }

    /** The next line of the same parameter, or -1. */
    public int next(final int index) {
        return nextOfSame[index];
    }

    public boolean has(final MgcpParameter parameter) {
        return first(parameter) >= 0;
    }

    /** The name of a line's parameter as it stands. */
    public Slice name(final int index, final Slice into) {
        return into.wrap(buffer, nameOffsets[index], nameLengths[index]);
    }

    /** The value of a line. */
    public Slice value(final int index, final Slice into) {
        return into.wrap(buffer, valueOffsets[index], valueLengths[index]);
    }

    /** The value of a parameter's first line; empty when there is no such line, as when its value is empty. */
    public Slice value(final MgcpParameter parameter, final Slice into) {
        final int index = first(parameter);
        return index < 0 ? into.clear() : value(index, into);
    }

    /** How many session descriptions stand behind the parameters, empty ones not counted. */
    public int descriptionCount() {
        return descriptionCount;
    }

    public int descriptionOffset(final int index) {
        return descriptionOffsets[index];
    }

    public int descriptionLength(final int index) {
        return descriptionLengths[index];
    }

    /** The first fault the scan met. */
    public MgcpFault fault() {
        return fault;
    }

    /** Whether a response can be made: a command with a readable transaction id. */
    public boolean isAnswerable() {
        return isCommand && transactionId >= 0;
    }

    /** Forgets the last message and takes its buffer. */
    void begin(final DirectBuffer buffer, final int offset, final int end) {
        this.buffer = buffer;
        this.offset = offset;
        length = 0;
        nextOffset = end;
        isCommand = false;
        isResponse = false;
        verb = MgcpVerb.OTHER;
        transactionId = -1;
        returnCode = 0;
        firstParameterOffset = offset;
        descriptionCount = 0;
        fault = MgcpFault.NONE;
        verbName.clear();
        profile.clear();
        packageName.clear();
        commentary.clear();
        endpoint.clear();
        parameterCount = 0;
        Arrays.fill(firstOf, -1);
    }

    /** Notes a parameter line; false when there is no room for one more. */
    boolean add(
            final MgcpParameter parameter,
            final int lineOffset,
            final int lineLength,
            final int nameOffset,
            final int nameLength,
            final int valueOffset,
            final int valueLength) {
        final int index = parameterCount;
        if (index == MAX_PARAMETERS) {
            return false;
        }
        parameters[index] = parameter;
        lineOffsets[index] = lineOffset;
        lineLengths[index] = lineLength;
        nameOffsets[index] = nameOffset;
        nameLengths[index] = nameLength;
        valueOffsets[index] = valueOffset;
        valueLengths[index] = valueLength;
        nextOfSame[index] = -1;
        final int ordinal = parameter.ordinal();
        if (firstOf[ordinal] < 0) {
            firstOf[ordinal] = index;
        } else {
            nextOfSame[lastOf[ordinal]] = index;
        }
        lastOf[ordinal] = index;
        parameterCount = index + 1;
        return true;
    }
}
