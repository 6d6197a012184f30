package midplane.signalling.sip;

import org.agrona.DirectBuffer;

/**
 * Counts the audio streams of a session description (RFC 8866 §5.14) without reading the rest: {@code m=audio} with a port
 * that is not 0 (RFC 3264 §5.1). Whether the description is good is for the blade to say.
 */
final class AudioLegs {
    /** A line of an audio stream that cannot be read. */
    static final int MALFORMED = -1;

    private static final String AUDIO = "m=audio";
    private static final int MAX_PORT = 65_535;

    private AudioLegs() {}

    static int count(final DirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length;
        int legs = 0;
        int line = offset;
        while (line < end) {
            final int port = portOffset(buffer, line, end);
            if (port >= 0) {
                final int digits = Grammar.skip(Grammar.DIGIT, buffer, port, end);
                final long number = Grammar.number(buffer, port, digits, MAX_PORT);
                if (number < 0 || digits == end || !endsPort(buffer.getByte(digits))) {
                    return MALFORMED;
                }
                legs += number > 0 ? 1 : 0;
            }
            line = nextLine(buffer, line, end);
        }
        return legs;
    }

    /** Where the port stands when the line is that of an audio stream, or -1. */
    private static int portOffset(final DirectBuffer buffer, final int line, final int end) {
        final int blank = line + AUDIO.length();
        if (blank >= end || buffer.getByte(line) != 'm' || buffer.getByte(blank) != ' ') {
            return -1;
        }
        return Grammar.equalsIgnoreCase(buffer, line, AUDIO.length(), AUDIO)
                ? Grammar.skip(Grammar.SPACE, buffer, blank, end)
                : -1;
    }

    private static boolean endsPort(final byte b) {
        return b == ' ' || b == '/';
    }

    private static int nextLine(final DirectBuffer buffer, final int from, final int end) {
        int position = from;
        while (position < end) {
            position = Grammar.findControl(buffer, position, end);
            if (position < end && buffer.getByte(position) == '\n') {
                return position + 1;
            }
            position++;
        }
        return end;
    }
}
