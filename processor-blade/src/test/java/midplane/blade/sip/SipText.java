package midplane.blade.sip;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A SIP message as text, put together or taken apart the slow and obvious way: nothing of what is tested helps. */
record SipText(String startLine, List<String> headers, String body) {
    /** An offer as a simple client makes it. */
    static final String OFFER = """
            v=0
            o=user1 53655765 2353687637 IN IP4 127.0.0.1
            s=-
            c=IN IP4 127.0.0.1
            t=0 0
            m=audio 6004 RTP/AVP 0
            a=rtpmap:0 PCMU/8000
            """.replace("\n", "\r\n");

    static SipText parse(final byte[] bytes) {
        final String text = new String(bytes, StandardCharsets.UTF_8);
        final int end = text.indexOf("\r\n\r\n");
        final List<String> lines = List.of(text.substring(0, end).split("\r\n"));
        return new SipText(lines.get(0), lines.subList(1, lines.size()), text.substring(end + 4));
    }

    byte[] bytes() {
        return text().getBytes(StandardCharsets.UTF_8);
    }

    String text() {
        return startLine + "\r\n" + headers.stream().map(h -> h + "\r\n").collect(Collectors.joining()) + "\r\n" + body;
    }

    int status() {
        return startLine.startsWith("SIP/2.0 ") ? Integer.parseInt(startLine.substring(8, 11)) : 0;
    }

    String reason() {
        return startLine.substring(12);
    }

    String method() {
        return startLine.substring(0, startLine.indexOf(' '));
    }

    String requestUri() {
        return startLine.split(" ")[1];
    }

    /** The only value of a header; empty when there is none. */
    String header(final String name) {
        final List<String> all = headers(name);
        if (all.size() > 1) {
            throw new AssertionError(name + " stands there " + all.size() + " times: " + all);
        }
        return all.isEmpty() ? "" : all.get(0);
    }

    List<String> headers(final String name) {
        final String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return headers.stream()
                .filter(h -> h.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(h -> h.substring(prefix.length()).trim())
                .toList();
    }

    boolean has(final String name) {
        return !headers(name).isEmpty();
    }

    String toTag() {
        final String to = header("To");
        final int tag = to.indexOf(";tag=");
        return tag < 0 ? "" : to.substring(tag + 5);
    }

    /** What stands between the angle brackets of Contact. */
    String contactUri() {
        final String contact = header("Contact");
        return contact.substring(contact.indexOf('<') + 1, contact.indexOf('>'));
    }

    SipText startLine(final String newStartLine) {
        return new SipText(newStartLine, headers, body);
    }

    /** Replaces a header, or adds it at the end. */
    SipText with(final String name, final String value) {
        final List<String> changed = new ArrayList<>(headers);
        final String line = name + ": " + value;
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                changed.set(i, line);
                return new SipText(startLine, changed, body);
            }
        }
        changed.add(line);
        return new SipText(startLine, changed, body);
    }

    /** Adds one more line of a header. */
    SipText and(final String name, final String value) {
        final List<String> changed = new ArrayList<>(headers);
        changed.add(name + ": " + value);
        return new SipText(startLine, changed, body);
    }

    SipText without(final String name) {
        return new SipText(
                startLine,
                headers.stream()
                        .filter(h -> !h.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                        .toList(),
                body);
    }

    SipText body(final String contentType, final String newBody) {
        final SipText typed = contentType.isEmpty() ? without("Content-Type") : with("Content-Type", contentType);
        return new SipText(startLine, typed.headers, newBody)
                .with("Content-Length", Integer.toString(newBody.getBytes(StandardCharsets.UTF_8).length));
    }

    SipText withoutBody() {
        return body("", "");
    }

    @Override
    public String toString() {
        return text();
    }
}
