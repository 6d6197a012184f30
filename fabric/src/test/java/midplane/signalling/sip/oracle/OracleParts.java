package midplane.signalling.sip.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second reader of multipart bodies, from the ABNF of RFC 2046 §5.1.1, by regular expressions over a string: plain and
 * slow, to hold {@link midplane.signalling.sip.MultipartScanner} to.
 *
 * <p>Where both differ from the bare ABNF: a boundary has any characters but those that end it where it stands; the last
 * delimiter may be the end of everything, without a line end; a part whose delimiter follows its headers' empty line at once
 * is empty; header names have blanks around them; of headers of one name the last counts.
 */
public final class OracleParts {
    private static final int BOUNDARY_MAX = 70;
    private static final Pattern LINE = Pattern.compile("(?s)(.*?)(\r\n|\\z)");

    /** A part, and where its content stands in the body. */
    public record Part(String type, String encoding, String disposition, int from, int length) {}

    private final List<Part> parts = new ArrayList<>();
    private boolean isComplete;

    private OracleParts() {}

    /** The parts, as far as they are whole. */
    public List<Part> parts() {
        return parts;
    }

    /** Whether the closing delimiter was there, and everything before it. */
    public boolean isComplete() {
        return isComplete;
    }

    /** Reads a body; null when the type names no boundary, or the body does not have it. */
    public static @Nullable OracleParts read(final byte[] type, final byte[] body) {
        final String boundary = boundary(text(type));
        return boundary == null ? null : new OracleParts().split(boundary, text(body));
    }

    private @Nullable OracleParts split(final String boundary, final String body) {
        final Pattern delimiter = Pattern.compile(
                "(?s)(^|(?<=\r\n))--" + Pattern.quote(boundary) + "(--)?(?:[ \t]|\r(?!\n)|(?<!\r)\n)*(\r\n|\\z)");
        final Matcher found = delimiter.matcher(body);
        if (!found.find()) {
            return null;
        }
        isComplete = found.group(2) != null;
        int from = found.end();
        while (!isComplete && from < body.length()) {
            final Headers headers = headers(body, from);
            if (headers == null || !found.find(headers.end)) {
                return this;
            }
            final int length = Math.max(0, found.start() - 2 - headers.end);
            parts.add(new Part(headers.type, headers.encoding, headers.disposition, headers.end, length));
            isComplete = found.group(2) != null;
            from = found.end();
        }
        return this;
    }

    /** The headers of a part, and where the line after them begins. */
    private static final class Headers {
        private String type = "";
        private String encoding = "";
        private String disposition = "";
        private int end;
    }

    private static @Nullable Headers headers(final String body, final int from) {
        final Headers headers = new Headers();
        final Matcher line = LINE.matcher(body);
        int at = from;
        while (at < body.length() && line.find(at)) {
            if (line.group(1).isEmpty()) {
                headers.end = line.end();
                return line.group(2).isEmpty() ? null : headers;
            }
            final StringBuilder unfolded = new StringBuilder(line.group(1));
            at = line.end();
            String fold = line.group(2);
            while (at < body.length()
                    && isBlank(body.charAt(at))
                    && line.find(at)
                    && !line.group(1).isEmpty()) {
                unfolded.append(fold).append(line.group(1));
                fold = line.group(2);
                at = line.end();
            }
            take(headers, unfolded.toString());
        }
        return null;
    }

    private static void take(final Headers headers, final String line) {
        final int colon = line.indexOf(':');
        final String name = (colon < 0 ? line : line.substring(0, colon)).replaceAll("[ \t\r\n]+$", "");
        final String value = colon < 0 ? "" : line.substring(colon + 1).replaceAll("^[ \t\r\n]+|[ \t\r\n]+$", "");
        switch (name.toLowerCase(Locale.ROOT)) {
            case "content-type", "c" -> headers.type = value;
            case "content-encoding", "e" -> headers.encoding = value;
            case "content-disposition" -> headers.disposition = value;
            default -> {
                // Of no interest.
            }
        }
    }

    /** The parameter of the type; null without one, or one that is empty, too long or never ends. */
    private static @Nullable String boundary(final String type) {
        for (final String parameter : parameters(type)) {
            final String bare = parameter.replaceAll("^[ \t\r\n]+", "");
            if (bare.regionMatches(true, 0, "boundary=", 0, 9) && isAscii(bare.substring(0, 9))) {
                final String value = bare.substring(9);
                final boolean isQuoted = value.startsWith("\"");
                final int end = value.indexOf('"', 1);
                if (isQuoted && end < 0) {
                    return null;
                }
                final String boundary = isQuoted ? value.substring(1, end) : value.split("[ \t\r\n]", 2)[0];
                return boundary.isEmpty() || boundary.length() > BOUNDARY_MAX ? null : boundary;
            }
        }
        return null;
    }

    /** What stands behind each semicolon; one between quotes separates nothing, but of the type itself. */
    private static List<String> parameters(final String type) {
        final List<String> parameters = new ArrayList<>();
        int from = type.indexOf(';') + 1;
        boolean isQuoted = false;
        for (int i = from; from > 0 && i <= type.length(); i++) {
            if (i == type.length() || (type.charAt(i) == ';' && !isQuoted)) {
                parameters.add(type.substring(from, i));
                from = i + 1;
            } else if (type.charAt(i) == '"') {
                isQuoted = !isQuoted;
            }
        }
        return parameters;
    }

    private static boolean isAscii(final String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static boolean isBlank(final char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
