package midplane.signalling.mgcp.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.signalling.mgcp.EndpointName;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpScanner;
import midplane.signalling.mgcp.MgcpVerb;
import org.jspecify.annotations.Nullable;

/** Reads MGCP slowly and plainly. A character is a byte. */
public final class MgcpOracle {
    /** A stretch of the datagram. */
    public record Span(int from, int length) {
        static final Span NONE = new Span(0, 0);
    }

    /** A parameter line. */
    public record Line(MgcpParameter parameter, Span line, Span name, Span value) {}

    /** A message; what a kind of message has not is empty. */
    public static final class Message {
        int offset;
        int length;
        int next;
        MgcpFault verdict = MgcpFault.NONE;
        boolean isCommand;
        boolean isResponse;
        MgcpVerb verb = MgcpVerb.OTHER;
        int transactionId = -1;
        int returnCode;
        Span endpoint = Span.NONE;
        Span localName = Span.NONE;
        Span domain = Span.NONE;
        int port;
        Span profile = Span.NONE;
        Span packageName = Span.NONE;
        Span commentary = Span.NONE;
        final List<Line> lines = new ArrayList<>();
        final List<Span> descriptions = new ArrayList<>();

        private final Set<MgcpParameter> seen = new HashSet<>();
        private int strangers;

        void fault(final MgcpFault fault) {
            if (verdict == MgcpFault.NONE) {
                verdict = fault;
            }
        }
    }

    private static final int LONGEST_NAME = 3 * EndpointName.MAX_PART_LENGTH;
    private static final String BLANKS = "[ \\t]*";
    private static final String TERM = "(?:[$*]|[!-~&&[^$*/@]]+)";
    private static final Pattern COMMAND = pattern(BLANKS + "([A-Za-z][A-Za-z0-9]{3})[ \\t].*");
    private static final Pattern RESPONSE = pattern(BLANKS + "([0-9][A-Za-z0-9]{2})[ \\t].*");
    private static final Pattern WORD = pattern("[ \\t]*([^ \\t]*)");
    private static final Pattern ENDPOINT = pattern(
            "(" + TERM + "(?:/" + TERM + ")*)@" + "([A-Za-z0-9._-]+|#[0-9]+|\\[[0-9a-fA-F:.]+\\])(?::([0-9]{1,5}))?");
    private static final Pattern VERSION =
            pattern("[ \\t]*(?i:MGCP)[ \\t]+([0-9]+)\\.([0-9]+)(?:" + BLANKS + "|[ \\t]+([^ \\t].*?)" + BLANKS + ")");
    private static final Pattern TAIL = pattern("[ \\t]*(?:/([^ \\t]*)[ \\t]*)?(.*?)" + BLANKS);
    private static final Pattern PARAMETER =
            pattern(BLANKS + "([A-Za-z0-9+/-]+)" + BLANKS + ":" + BLANKS + "(.*?)" + BLANKS);
    private static final Pattern BLANK = pattern(BLANKS);
    private static final Pattern DOT = pattern(BLANKS + "\\." + BLANKS);

    private String text = "";
    private int lineEnd;
    private int nextLine;

    /** Every message of a datagram. */
    public List<Message> parse(final byte[] datagram, final int length) {
        text = new String(datagram, 0, length, StandardCharsets.ISO_8859_1);
        final List<Message> messages = new ArrayList<>();
        int at = 0;
        while (at < length) {
            final Message message = message(at);
            messages.add(message);
            at = message.next;
        }
        return messages;
    }

    private Message message(final int from) {
        final Message message = new Message();
        int at = from;
        boolean isDot = false;
        while (at < text.length()) {
            line(at);
            isDot = matches(DOT, at, lineEnd) != null;
            if (isDot || matches(BLANK, at, lineEnd) == null) {
                break;
            }
            at = nextLine;
        }
        message.offset = at;
        if (at == text.length() || isDot) {
            message.verdict = MgcpFault.EMPTY;
            message.next = isDot ? nextLine : at;
            return message;
        }
        firstLine(message, at, lineEnd);
        rest(message, nextLine);
        return message;
    }

    private void firstLine(final Message message, final int from, final int to) {
        final Matcher command = matches(COMMAND, from, to);
        final Matcher response = matches(RESPONSE, from, to);
        if (command != null) {
            message.isCommand = true;
            message.verb = verb(command.group(1).toUpperCase(Locale.ROOT));
            commandLine(message, command.end(1), to);
        } else if (response != null) {
            message.isResponse = true;
            responseLine(message, response, to);
        } else {
            message.fault(MgcpFault.NOISE);
        }
        if (text.substring(from, to).replaceFirst("^[ \\t]+", "").length() > MgcpScanner.MAX_FIRST_LINE_LENGTH) {
            message.fault(MgcpFault.VALUE_TOO_LONG);
        }
    }

    private void commandLine(final Message message, final int from, final int to) {
        final Matcher id = word(from, to);
        transactionId(message, id.group(1));
        final Matcher name = word(id.end(), to);
        // A longer word is no name by the length of its parts; the expression would recurse too deep over it.
        final Matcher endpoint =
                name.group(1).length() > LONGEST_NAME ? null : matches(ENDPOINT, name.start(1), name.end(1));
        if (name.group(1).isEmpty()) {
            message.fault(MgcpFault.BAD_COMMAND_LINE);
        } else if (endpoint == null || !isGood(endpoint)) {
            message.fault(MgcpFault.BAD_ENDPOINT_NAME);
        } else {
            message.endpoint = span(endpoint, 0);
            message.localName = span(endpoint, 1);
            message.domain = span(endpoint, 2);
            message.port = endpoint.group(3) == null ? 0 : Integer.parseInt(endpoint.group(3));
        }
        final Matcher version = matches(VERSION, name.end(), to);
        if (version == null) {
            message.fault(MgcpFault.BAD_COMMAND_LINE);
            return;
        }
        message.profile = span(version, 3);
        if (!isNumber(version.group(1), 1) || !isNumber(version.group(2), 0) || version.group(3) != null) {
            message.fault(MgcpFault.INCOMPATIBLE_VERSION);
        }
    }

    private static boolean isGood(final Matcher endpoint) {
        final int port = endpoint.group(3) == null ? 1 : Integer.parseInt(endpoint.group(3));
        return endpoint.group(1).length() <= EndpointName.MAX_PART_LENGTH
                && endpoint.group(2).length() <= EndpointName.MAX_PART_LENGTH
                && port >= 1
                && port <= 65_535;
    }

    private static boolean isNumber(final String digits, final int wanted) {
        return digits.length() <= 5 && Integer.parseInt(digits) == wanted;
    }

    private void responseLine(final Message message, final Matcher line, final int to) {
        if (line.group(1).matches("[0-9]{3}")) {
            message.returnCode = Integer.parseInt(line.group(1));
        } else {
            message.fault(MgcpFault.BAD_RESPONSE_LINE);
        }
        final Matcher id = word(line.end(1), to);
        transactionId(message, id.group(1));
        final Matcher tail = matches(TAIL, id.end(), to);
        assert tail != null : "matches everything";
        message.packageName = span(tail, 1);
        message.commentary = span(tail, 2);
    }

    private static void transactionId(final Message message, final String word) {
        if (word.matches("[0-9]{1,9}")) {
            message.transactionId = Integer.parseInt(word);
        } else {
            message.fault(MgcpFault.BAD_TRANSACTION_ID);
        }
    }

    private void rest(final Message message, final int from) {
        int at = from;
        int description = -1;
        message.next = text.length();
        while (at < text.length()) {
            line(at);
            if (matches(DOT, at, lineEnd) != null) {
                message.next = nextLine;
                break;
            }
            if (matches(BLANK, at, lineEnd) != null) {
                description(message, description, at);
                description = nextLine;
            } else if (description < 0) {
                parameter(message, at);
            }
            at = nextLine;
        }
        description(message, description, at);
        message.length = at - message.offset;
        if (message.isCommand && message.descriptions.size() > 1) {
            message.fault(MgcpFault.TOO_MANY_DESCRIPTIONS);
        }
    }

    private void description(final Message message, final int from, final int to) {
        if (from >= 0 && from < to) {
            if (message.descriptions.size() < MgcpMessage.MAX_DESCRIPTIONS) {
                message.descriptions.add(new Span(from, to - from));
            } else {
                message.fault(MgcpFault.TOO_MANY_DESCRIPTIONS);
            }
        }
    }

    private void parameter(final Message message, final int from) {
        final Matcher line = matches(PARAMETER, from, lineEnd);
        if (line == null) {
            message.fault(MgcpFault.BAD_PARAMETER_LINE);
            return;
        }
        final MgcpParameter parameter = parameter(line.group(1).toUpperCase(Locale.ROOT));
        final boolean isKnown = !parameter.code().isEmpty() && parameter.code().length() <= 2;
        if (message.isCommand && isKnown && message.seen.contains(parameter)) {
            message.fault(MgcpFault.DUPLICATE_PARAMETER);
        }
        if (line.group(2).length() > MgcpScanner.MAX_VALUE_LENGTH) {
            message.fault(MgcpFault.VALUE_TOO_LONG);
        }
        if (parameter != MgcpParameter.MIDPLANE_PORT && ++message.strangers >= MgcpMessage.MAX_PARAMETERS
                || message.lines.size() == MgcpMessage.MAX_PARAMETERS) {
            message.fault(MgcpFault.TOO_MANY_PARAMETERS);
            return;
        }
        message.seen.add(parameter);
        message.lines.add(new Line(parameter, new Span(from, nextLine - from), span(line, 1), span(line, 2)));
    }

    private static MgcpParameter parameter(final String name) {
        if (name.matches("X[+-]SESSION-SIZE")) {
            return MgcpParameter.SESSION_SIZE;
        }
        if (name.matches("X[+-]MIDPLANE-PORT")) {
            return MgcpParameter.MIDPLANE_PORT;
        }
        if (name.matches("X-.+")) {
            return MgcpParameter.EXTENSION;
        }
        if (name.matches("X\\+.+")) {
            return MgcpParameter.CRITICAL_EXTENSION;
        }
        for (final MgcpParameter parameter : MgcpParameter.values()) {
            if (parameter.code().equals(name)) {
                return parameter;
            }
        }
        return name.contains("/") ? MgcpParameter.PACKAGE_EXTENSION : MgcpParameter.OTHER;
    }

    private static MgcpVerb verb(final String name) {
        for (final MgcpVerb verb : MgcpVerb.values()) {
            if (verb.name().equals(name)) {
                return verb;
            }
        }
        return MgcpVerb.OTHER;
    }

    private void line(final int from) {
        final int lf = text.indexOf('\n', from);
        nextLine = lf < 0 ? text.length() : lf + 1;
        lineEnd = lf < 0 ? text.length() : lf > from && text.charAt(lf - 1) == '\r' ? lf - 1 : lf;
    }

    private Matcher word(final int from, final int to) {
        final Matcher matcher = WORD.matcher(text).region(from, to);
        final boolean found = matcher.lookingAt();
        assert found : "an empty word is one";
        return matcher;
    }

    private @Nullable Matcher matches(final Pattern pattern, final int from, final int to) {
        final Matcher matcher = pattern.matcher(text).region(from, to);
        return matcher.matches() ? matcher : null;
    }

    private static Span span(final Matcher matcher, final int group) {
        return matcher.start(group) < 0
                ? Span.NONE
                : new Span(matcher.start(group), matcher.end(group) - matcher.start(group));
    }

    private static Pattern pattern(final String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }
}
