package midplane.signalling.sdp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A session description as it was sent: the lines that matter to an audio stream (RFC 8866 §5), checked, the others
 * stepped over. Immutable.
 *
 * @param time the value of the first t= line.
 * @param connection the session's c= line, or null.
 * @param direction the session's direction, or null.
 * @param streams the m= lines, in order.
 */
record SdpDescription(
        String time,
        @Nullable Connection connection,
        @Nullable Direction direction,
        List<SdpStream> streams) {
    /** The longest description that is read. */
    static final int MAX_LENGTH = 16 * 1024;

    /** The most lines. */
    static final int MAX_LINES = 512;

    /** The most m= lines. */
    static final int MAX_STREAMS = 16;

    /** The most formats of an m= line. */
    static final int MAX_FORMATS = 64;

    private static final int ORIGIN_FIELDS = 6;
    private static final int CONNECTION_FIELDS = 3;
    private static final int TIME_FIELDS = 2;
    private static final int MAX_PORT = 65_535;

    /** A c= line: where media is to be sent. */
    record Connection(String networkType, String addressType, String address) {}

    /** Which way media flows, seen from whoever wrote the description (RFC 3264 §5.1). */
    enum Direction {
        SENDRECV("sendrecv"),
        SENDONLY("sendonly"),
        RECVONLY("recvonly"),
        INACTIVE("inactive");

        private final String text;

        Direction(final String text) {
            this.text = text;
        }

        static Direction of(final boolean sends, final boolean receives) {
            if (sends) {
                return receives ? SENDRECV : SENDONLY;
            }
            return receives ? RECVONLY : INACTIVE;
        }

        static @Nullable Direction ofText(final String text) {
            for (final Direction direction : values()) {
                if (direction.text.equals(text)) {
                    return direction;
                }
            }
            return null;
        }

        boolean sends() {
            return this == SENDRECV || this == SENDONLY;
        }

        boolean receives() {
            return this == SENDRECV || this == RECVONLY;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Reads a description. Lines may end in CRLF or LF.
     *
     * @return null when it is not one.
     */
    static @Nullable SdpDescription parse(final DirectBuffer buffer, final int offset, final int length) {
        if (length > MAX_LENGTH) {
            return null;
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final List<String> lines = lines(new String(bytes, StandardCharsets.ISO_8859_1));
        if (lines == null || lines.size() < 2 || !lines.get(0).equals("v=0") || !isOrigin(lines.get(1))) {
            return null;
        }
        return parse(lines.subList(2, lines.size()));
    }

    /** The stream's own connection, else the session's. */
    @Nullable
    Connection connection(final SdpStream stream) {
        return stream.connection() == null ? connection : stream.connection();
    }

    /** The stream's own direction, else the session's, else both ways. */
    Direction direction(final SdpStream stream) {
        if (stream.direction() != null) {
            return stream.direction();
        }
        return direction == null ? Direction.SENDRECV : direction;
    }

    private static @Nullable SdpDescription parse(final List<String> lines) {
        String time = "0 0";
        boolean isTimeKnown = false;
        Connection connection = null;
        Direction direction = null;
        int next = 0;
        for (; next < lines.size() && lines.get(next).charAt(0) != 'm'; next++) {
            final String value = lines.get(next).substring(2);
            switch (lines.get(next).charAt(0)) {
                case 'v', 'o' -> {
                    return null;
                }
                case 'c' -> {
                    connection = connectionOf(value);
                    if (connection == null) {
                        return null;
                    }
                }
                case 't' -> {
                    if (!isTime(value)) {
                        return null;
                    }
                    time = isTimeKnown ? time : value;
                    isTimeKnown = true;
                }
                case 'a' -> {
                    final Direction said = Direction.ofText(value);
                    direction = said == null ? direction : said;
                }
                default -> {}
            }
        }
        final List<SdpStream> streams = streams(lines, next);
        return streams == null ? null : new SdpDescription(time, connection, direction, streams);
    }

    private static @Nullable List<SdpStream> streams(final List<String> lines, final int from) {
        final List<SdpStream> streams = new ArrayList<>();
        int position = from;
        while (position < lines.size()) {
            int end = position + 1;
            while (end < lines.size() && lines.get(end).charAt(0) != 'm') {
                end++;
            }
            final SdpStream stream = stream(lines.get(position).substring(2), lines.subList(position + 1, end));
            if (stream == null || streams.size() == MAX_STREAMS) {
                return null;
            }
            streams.add(stream);
            position = end;
        }
        return List.copyOf(streams);
    }

    /** {@code media port["/" count] proto 1*fmt}, and the lines that belong to it. */
    private static @Nullable SdpStream stream(final String value, final List<String> lines) {
        final String[] fields = value.trim().split(" +", MAX_FORMATS + 4);
        if (fields.length < 4 || fields.length == MAX_FORMATS + 4) {
            return null;
        }
        final int slash = fields[1].indexOf('/');
        final int port = number(slash < 0 ? fields[1] : fields[1].substring(0, slash), MAX_PORT);
        final int portCount = slash < 0 ? 1 : number(fields[1].substring(slash + 1), MAX_PORT);
        if (port < 0 || portCount < 1) {
            return null;
        }
        Connection connection = null;
        Direction direction = null;
        final List<String> attributes = new ArrayList<>();
        for (final String line : lines) {
            final String text = line.substring(2);
            switch (line.charAt(0)) {
                case 'v', 'o', 's', 't' -> {
                    return null;
                }
                case 'c' -> {
                    final Connection said = connectionOf(text);
                    if (said == null) {
                        return null;
                    }
                    connection = connection == null ? said : connection;
                }
                case 'a' -> {
                    final Direction said = Direction.ofText(text);
                    direction = said == null ? direction : said;
                    attributes.add(text);
                }
                default -> {}
            }
        }
        return new SdpStream(
                fields[0],
                port,
                portCount,
                fields[2],
                List.of(fields).subList(3, fields.length),
                connection,
                direction,
                List.copyOf(attributes));
    }

    /** Cuts the text into {@code x=value}; null when a line is something else. Empty lines may follow the last one. */
    private static @Nullable List<String> lines(final String text) {
        final List<String> lines = new ArrayList<>();
        boolean isOver = false;
        int position = 0;
        while (position < text.length()) {
            final int lineFeed = text.indexOf('\n', position);
            int end = lineFeed < 0 ? text.length() : lineFeed;
            final int next = lineFeed < 0 ? end : lineFeed + 1;
            if (end > position && text.charAt(end - 1) == '\r') {
                end--;
            }
            final String line = text.substring(position, end);
            position = next;
            if (line.isEmpty()) {
                isOver = true;
            } else if (isOver || !isLine(line) || lines.size() == MAX_LINES) {
                return null;
            } else {
                lines.add(line);
            }
        }
        return lines;
    }

    private static boolean isLine(final String line) {
        if (line.length() < 2 || line.charAt(0) < 'a' || line.charAt(0) > 'z' || line.charAt(1) != '=') {
            return false;
        }
        for (int i = 2; i < line.length(); i++) {
            final char c = line.charAt(i);
            if ((c < ' ' && c != '\t') || c == 127) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOrigin(final String line) {
        return line.startsWith("o=") && line.substring(2).trim().split(" +", -1).length == ORIGIN_FIELDS;
    }

    private static boolean isTime(final String value) {
        final String[] fields = value.split(" ", -1);
        if (fields.length != TIME_FIELDS) {
            return false;
        }
        for (final String field : fields) {
            if (field.isEmpty() || !field.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Connection connectionOf(final String value) {
        final String[] fields = value.trim().split(" +", -1);
        return fields.length == CONNECTION_FIELDS ? new Connection(fields[0], fields[1], fields[2]) : null;
    }

    /** An unsigned decimal number up to a limit, or -1. */
    static int number(final String text, final int limit) {
        if (text.isEmpty()) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
            if (value > limit) {
                return -1;
            }
        }
        return value;
    }
}
