package midplane.signalling.mgcp;

import midplane.signalling.NameTable;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one message of a datagram into the offsets of a {@link MgcpMessage}: one forward pass, no garbage, nothing copied.
 * The number of steps is at most a small multiple of the number of bytes, whatever the bytes are. Not thread-safe.
 *
 * <pre>
 *   for (int at = offset; at &lt; end; at = message.nextOffset()) {
 *       scanner.scan(buffer, at, end - at, message);
 *   }
 * </pre>
 */
public final class MgcpScanner {
    /** The longest parameter value: four times what RFC 3435 §3.5.4 obliges to take as a whole datagram, digit maps included. */
    public static final int MAX_VALUE_LENGTH = 16 * 1024;

    /** The longest first line: verb, id, an endpoint of twice 255 characters, version, commentary. */
    public static final int MAX_FIRST_LINE_LENGTH = 2 * 1024;

    private static final int RETURN_CODE_LENGTH = 3;
    private static final int TRANSACTION_ID_DIGITS = 9;
    private static final int VERSION_DIGITS = 5;
    private static final String KEYWORD = "MGCP";
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final int maxMessageLength;
    private MgcpMessage message = new MgcpMessage();
    private DirectBuffer buffer = NOTHING;
    private int end;

    /** Of the line found last: where its text ends, and where the next line begins. */
    private int textEnd;

    private int nextLine;
    private int strangersParameters;

    /** Takes messages as long as a datagram can be. */
    public MgcpScanner() {
        this(Integer.MAX_VALUE);
    }

    /**
     * Refuses long messages with {@link MgcpFault#MESSAGE_TOO_LONG}.
     *
     * @param maxMessageLength the longest message that is good.
     */
    public MgcpScanner(final int maxMessageLength) {
        this.maxMessageLength = maxMessageLength;
    }

    /**
     * Scans the first message of what is left of a datagram.
     *
     * <p>The first fault is the verdict; the scan goes on behind it, so that the next message is found, and most faulty
     * commands can still be answered ({@link MgcpMessage#isAnswerable}).
     *
     * @param message filled, whatever the verdict.
     * @return {@link MgcpFault#NONE} for a message that may be acted upon.
     */
    public MgcpFault scan(final DirectBuffer buffer, final int offset, final int length, final MgcpMessage message) {
        this.message = message;
        this.buffer = buffer;
        end = offset + length;
        strangersParameters = 0;
        message.begin(buffer, offset, end);
        final int position = firstLine(offset);
        if (position < 0) {
            return message.fault;
        }
        lines(position);
        if (message.isCommand && message.descriptionCount > 1) {
            fault(MgcpFault.TOO_MANY_DESCRIPTIONS);
        }
        if (message.length > maxMessageLength) {
            fault(MgcpFault.MESSAGE_TOO_LONG);
        }
        return message.fault;
    }

    /** The first fault is the one that counts. */
    private void fault(final MgcpFault fault) {
        if (message.fault == MgcpFault.NONE) {
            message.fault = fault;
        }
    }

    // ---- the first line

    /** Reads the first line that is not empty; returns where the next begins, or -1 when the message holds none. */
    private int firstLine(final int from) {
        int position = from;
        while (position < end) {
            findLine(position);
            final int text = MgcpGrammar.skipBlanks(buffer, position, textEnd);
            if (isDot(text)) {
                break;
            }
            if (text < textEnd) {
                message.offset = position;
                message.firstParameterOffset = nextLine;
                startLine(text, textEnd);
                return nextLine;
            }
            position = nextLine;
        }
        message.offset = position;
        message.nextOffset = nextLine;
        fault(MgcpFault.EMPTY);
        return -1;
    }

    private void startLine(final int from, final int lineEnd) {
        final int wordEnd = MgcpGrammar.skip(MgcpGrammar.ALPHANUMERIC, buffer, from, lineEnd);
        final boolean isWord = wordEnd < lineEnd && MgcpGrammar.isBlank(buffer.getByte(wordEnd));
        final boolean beginsWithDigit = MgcpGrammar.isDigit(buffer.getByte(from));
        if (isWord && wordEnd - from == MgcpVerb.LENGTH && !beginsWithDigit) {
            message.isCommand = true;
            message.verbName.wrap(buffer, from, MgcpVerb.LENGTH);
            message.verb = MgcpVerb.of(buffer, from);
            commandLine(wordEnd, lineEnd);
        } else if (isWord && wordEnd - from == RETURN_CODE_LENGTH && beginsWithDigit) {
            responseLine(from, wordEnd, lineEnd);
        } else {
            fault(MgcpFault.NOISE);
        }
        if (lineEnd - from > MAX_FIRST_LINE_LENGTH) {
            fault(MgcpFault.VALUE_TOO_LONG);
        }
    }

    /** Verb, transaction id, endpoint, {@code MGCP} version, profile (§3.2.1). */
    private void commandLine(final int verbEnd, final int lineEnd) {
        final int idEnd = transactionId(verbEnd, lineEnd);
        final int name = MgcpGrammar.skipBlanks(buffer, idEnd, lineEnd);
        final int nameEnd = MgcpGrammar.skipWord(buffer, name, lineEnd);
        if (name == lineEnd) {
            fault(MgcpFault.BAD_COMMAND_LINE);
        } else if (nameEnd - name > 2 * EndpointName.MAX_PART_LENGTH + ":65535@".length()
                || !message.endpoint.parse(buffer, name, nameEnd - name)) {
            fault(MgcpFault.BAD_ENDPOINT_NAME);
        }
        version(MgcpGrammar.skipBlanks(buffer, nameEnd, lineEnd), lineEnd);
    }

    private void version(final int from, final int lineEnd) {
        final int keywordEnd = MgcpGrammar.skipWord(buffer, from, lineEnd);
        final int major = MgcpGrammar.skipBlanks(buffer, keywordEnd, lineEnd);
        final int majorEnd = MgcpGrammar.skip(MgcpGrammar.DIGIT, buffer, major, lineEnd);
        if (!MgcpGrammar.equalsIgnoreCase(buffer, from, keywordEnd - from, KEYWORD)
                || majorEnd == lineEnd
                || buffer.getByte(majorEnd) != '.') {
            fault(MgcpFault.BAD_COMMAND_LINE);
            return;
        }
        final int minorEnd = MgcpGrammar.skip(MgcpGrammar.DIGIT, buffer, majorEnd + 1, lineEnd);
        final boolean isWord = minorEnd == lineEnd || MgcpGrammar.isBlank(buffer.getByte(minorEnd));
        if (majorEnd == major || minorEnd == majorEnd + 1 || !isWord) {
            fault(MgcpFault.BAD_COMMAND_LINE);
            return;
        }
        final int profile = MgcpGrammar.skipBlanks(buffer, minorEnd, lineEnd);
        message.profile.wrap(buffer, profile, MgcpGrammar.trimmedEnd(buffer, profile, lineEnd) - profile);
        if (MgcpGrammar.number(buffer, major, majorEnd, VERSION_DIGITS) != 1
                || MgcpGrammar.number(buffer, majorEnd + 1, minorEnd, VERSION_DIGITS) != 0
                || profile < lineEnd) {
            fault(MgcpFault.INCOMPATIBLE_VERSION);
        }
    }

    /** Return code, transaction id, {@code /package}, commentary (§3.3). */
    private void responseLine(final int from, final int codeEnd, final int lineEnd) {
        message.isResponse = true;
        message.returnCode = Math.max(0, MgcpGrammar.number(buffer, from, codeEnd, RETURN_CODE_LENGTH));
        if (MgcpGrammar.skip(MgcpGrammar.DIGIT, buffer, from, codeEnd) < codeEnd) {
            fault(MgcpFault.BAD_RESPONSE_LINE);
        }
        final int idEnd = transactionId(codeEnd, lineEnd);
        int rest = MgcpGrammar.skipBlanks(buffer, idEnd, lineEnd);
        if (rest < lineEnd && buffer.getByte(rest) == '/') {
            final int packageEnd = MgcpGrammar.skipWord(buffer, rest, lineEnd);
            message.packageName.wrap(buffer, rest + 1, packageEnd - rest - 1);
            rest = MgcpGrammar.skipBlanks(buffer, packageEnd, lineEnd);
        }
        message.commentary.wrap(buffer, rest, MgcpGrammar.trimmedEnd(buffer, rest, lineEnd) - rest);
    }

    /** Reads the word that must be a transaction id; returns where it ends. Leading zeros do not count (§3.2.1.2). */
    private int transactionId(final int from, final int lineEnd) {
        final int id = MgcpGrammar.skipBlanks(buffer, from, lineEnd);
        final int idEnd = MgcpGrammar.skipWord(buffer, id, lineEnd);
        message.transactionId = MgcpGrammar.number(buffer, id, idEnd, TRANSACTION_ID_DIGITS);
        if (message.transactionId < 0) {
            fault(MgcpFault.BAD_TRANSACTION_ID);
        }
        return idEnd;
    }

    // ---- the other lines

    /** Reads parameters and session descriptions, up to a dot line or the end of the datagram. */
    private void lines(final int from) {
        int position = from;
        int description = -1;
        while (position < end) {
            findLine(position);
            final int text = MgcpGrammar.skipBlanks(buffer, position, textEnd);
            if (isDot(text)) {
                message.nextOffset = nextLine;
                break;
            }
            if (text == textEnd) {
                endDescription(description, position);
                description = nextLine;
            } else if (description < 0) {
                parameterLine(position, text);
            }
            position = nextLine;
        }
        endDescription(description, position);
        message.length = position - message.offset;
    }

    /** Notes a description that began at {@code from}, unless it is empty. */
    private void endDescription(final int from, final int to) {
        if (from < 0 || from >= to) {
            return;
        }
        if (message.descriptionCount == MgcpMessage.MAX_DESCRIPTIONS) {
            fault(MgcpFault.TOO_MANY_DESCRIPTIONS);
            return;
        }
        message.descriptionOffsets[message.descriptionCount] = from;
        message.descriptionLengths[message.descriptionCount++] = to - from;
    }

    private void parameterLine(final int lineOffset, final int nameOffset) {
        final int lineEnd = textEnd;
        long word = 0;
        int position = nameOffset;
        while (position < lineEnd) {
            final byte b = buffer.getByte(position);
            if (!MgcpGrammar.PARAMETER_NAME.contains(b)) {
                break;
            }
            word = NameTable.pack(word, b);
            position++;
        }
        final int nameLength = position - nameOffset;
        final int colon = MgcpGrammar.skipBlanks(buffer, position, lineEnd);
        if (nameLength == 0 || colon == lineEnd || buffer.getByte(colon) != ':') {
            fault(MgcpFault.BAD_PARAMETER_LINE);
            return;
        }
        final MgcpParameter parameter = parameter(nameOffset, nameLength, word);
        final int value = MgcpGrammar.skipBlanks(buffer, colon + 1, lineEnd);
        final int valueLength = MgcpGrammar.trimmedEnd(buffer, value, lineEnd) - value;
        if (message.isCommand && parameter.isSingle() && message.has(parameter)) {
            fault(MgcpFault.DUPLICATE_PARAMETER);
        }
        if (valueLength > MAX_VALUE_LENGTH) {
            fault(MgcpFault.VALUE_TOO_LONG);
        }
        if (!hasRoomFor(parameter)
                || !message.add(
                        parameter, lineOffset, nextLine - lineOffset, nameOffset, nameLength, value, valueLength)) {
            fault(MgcpFault.TOO_MANY_PARAMETERS);
        }
    }

    private MgcpParameter parameter(final int offset, final int length, final long word) {
        final MgcpParameter known = MgcpParameter.NAMES.find(buffer, offset, length, word);
        if (known != MgcpParameter.OTHER) {
            return known;
        }
        if (length > 2 && MgcpGrammar.lower(buffer.getByte(offset)) == 'x') {
            final byte second = buffer.getByte(offset + 1);
            if (second == '-' || second == '+') {
                return second == '-' ? MgcpParameter.EXTENSION : MgcpParameter.CRITICAL_EXTENSION;
            }
        }
        for (int i = offset; i < offset + length; i++) {
            if (buffer.getByte(i) == '/') {
                return MgcpParameter.PACKAGE_EXTENSION;
            }
        }
        return MgcpParameter.OTHER;
    }

    /** What the dispatcher finds good must be good at the blade, too, with our own line in it. */
    private boolean hasRoomFor(final MgcpParameter parameter) {
        return parameter == MgcpParameter.MIDPLANE_PORT || ++strangersParameters < MgcpMessage.MAX_PARAMETERS;
    }

    // ---- lines

    /** Finds the line that begins at {@code from}: it ends at CRLF, at LF, or with the datagram. */
    private void findLine(final int from) {
        int position = from;
        while (position < end && buffer.getByte(position) != '\n') {
            position++;
        }
        nextLine = position == end ? end : position + 1;
        textEnd = position < end && position > from && buffer.getByte(position - 1) == '\r' ? position - 1 : position;
    }

    /** Whether the line found last is a single dot, blanks not counted (§3.5.5). */
    private boolean isDot(final int text) {
        return text < textEnd
                && buffer.getByte(text) == '.'
                && MgcpGrammar.skipBlanks(buffer, text + 1, textEnd) == textEnd;
    }
}
