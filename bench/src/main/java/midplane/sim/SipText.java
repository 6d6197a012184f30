package midplane.sim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A SIP message, read by code that shares nothing with the product's scanner: the judge must not make the defendant's
 * mistakes. Strict in what it accepts, since everything it reads was written by the product or by the simulation.
 */
final class SipText {
    private static final String[][] COMPACT = {
        {"v", "via"},
        {"f", "from"},
        {"t", "to"},
        {"i", "call-id"},
        {"m", "contact"},
        {"l", "content-length"},
        {"c", "content-type"},
        {"k", "supported"}
    };

    private static final String[] MANDATORY = {"Via", "From", "To", "Call-ID", "CSeq"};
    private static final String[] SINGLE = {"From", "To", "Call-ID", "CSeq", "Content-Length"};

    private final String startLine;
    private final List<String> names = new ArrayList<>();
    private final List<String> values = new ArrayList<>();
    private final String body;
    private final @Nullable String fault;

    private SipText(final String text) {
        final int end = text.indexOf("\r\n\r\n");
        final String head = end < 0 ? text : text.substring(0, end);
        body = end < 0 ? "" : text.substring(end + 4);
        final int firstEnd = head.indexOf("\r\n");
        startLine = firstEnd < 0 ? head : head.substring(0, firstEnd);
        String found = end < 0 ? "no empty line after the headers" : null;
        int from = firstEnd < 0 ? head.length() : firstEnd + 2;
        while (from < head.length()) {
            final int next = head.indexOf("\r\n", from);
            final int to = next < 0 ? head.length() : next;
            final int colon = head.indexOf(':', from);
            if (colon <= from || colon >= to || (head.indexOf('\n', from) < to && head.indexOf('\n', from) >= 0)) {
                found = "bad header line: " + head.substring(from, to);
                break;
            }
            names.add(canonical(head.substring(from, colon).trim()));
            values.add(head.substring(colon + 1, to).trim());
            from = to + 2;
        }
        fault = found == null ? missing() : found;
    }

    static SipText of(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new SipText(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /** What is wrong with the message, or null. */
    @Nullable
    String fault() {
        return fault;
    }

    boolean isResponse() {
        return startLine.startsWith("SIP/2.0 ");
    }

    int status() {
        return isResponse() ? Integer.parseInt(startLine.substring(8, 11)) : 0;
    }

    String method() {
        return startLine.substring(0, Math.max(0, startLine.indexOf(' ')));
    }

    String requestUri() {
        final String[] parts = startLine.split(" ", -1);
        return parts.length == 3 ? parts[1] : "";
    }

    String startLine() {
        return startLine;
    }

    String body() {
        return body;
    }

    /** The first value of a header, or an empty string. */
    String header(final String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return values.get(i);
            }
        }
        return "";
    }

    int count(final String name) {
        int count = 0;
        for (final String each : names) {
            if (each.equalsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    String callId() {
        return header("Call-ID");
    }

    String branch() {
        return param(header("Via"), "branch");
    }

    String toTag() {
        return param(header("To"), "tag");
    }

    String fromTag() {
        return param(header("From"), "tag");
    }

    int cseq() {
        final String value = header("CSeq");
        final int blank = value.indexOf(' ');
        return blank < 0 ? -1 : Integer.parseInt(value.substring(0, blank));
    }

    String cseqMethod() {
        final String value = header("CSeq");
        return value.substring(value.indexOf(' ') + 1).trim();
    }

    /** The URI of the first Contact, without brackets; empty when there is none. */
    String contactUri() {
        return uri(header("Contact"));
    }

    /** The URI of an address header, without brackets. */
    static String uri(final String value) {
        final int open = value.indexOf('<');
        final int close = value.indexOf('>');
        return open >= 0 && close > open ? value.substring(open + 1, close) : value;
    }

    /** Host and port of a SIP URI as they stand there. */
    static String hostPort(final String uri) {
        final int start = Math.max(uri.indexOf('@'), uri.indexOf(':')) + 1;
        int end = start;
        while (end < uri.length() && ";?>".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return uri.substring(start, end);
    }

    /** The port of a SIP URI, or 5060. */
    static int port(final String uri) {
        final String hostPort = hostPort(uri);
        final int colon = hostPort.lastIndexOf(':');
        return colon < 0 ? 5060 : Integer.parseInt(hostPort.substring(colon + 1));
    }

    /** The port of the sent-by of a Via. */
    static int viaPort(final String via) {
        return port("sip:" + via.substring(via.indexOf(' ') + 1));
    }

    static String host(final String uri) {
        final String hostPort = hostPort(uri);
        final int colon = hostPort.lastIndexOf(':');
        return colon < 0 ? hostPort : hostPort.substring(0, colon);
    }

    /** The value of a header's parameter; empty when it has none or is missing. */
    static String param(final String value, final String name) {
        int start = value.indexOf(';', Math.max(0, value.indexOf('>')));
        while (start >= 0) {
            final int next = value.indexOf(';', start + 1);
            final String part = next < 0 ? value.substring(start + 1) : value.substring(start + 1, next);
            final int equals = part.indexOf('=');
            if (equals > 0 && part.substring(0, equals).trim().equalsIgnoreCase(name)) {
                return part.substring(equals + 1).trim();
            }
            start = next;
        }
        return "";
    }

    /** The first line of an SDP body that starts like this, without the start; empty when there is none. */
    String sdp(final String start) {
        for (final String line : body.split("\r\n", -1)) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        return "";
    }

    /** The port of SDP's audio line, or 0. */
    int audioPort() {
        final String line = sdp("m=audio ");
        final int blank = line.indexOf(' ');
        return blank < 0 ? 0 : Integer.parseInt(line.substring(0, blank));
    }

    private @Nullable String missing() {
        for (final String name : MANDATORY) {
            if (header(name).isEmpty()) {
                return "no " + name;
            }
        }
        for (final String name : SINGLE) {
            if (count(name) > 1) {
                return "more than one " + name;
            }
        }
        if (!header("Content-Length").equals(Integer.toString(body.length()))) {
            return "Content-Length says " + header("Content-Length") + ", the body is " + body.length();
        }
        return null;
    }

    private static String canonical(final String name) {
        if (name.length() == 1) {
            for (final String[] pair : COMPACT) {
                if (pair[0].equalsIgnoreCase(name)) {
                    return pair[1];
                }
            }
        }
        return name;
    }
}
