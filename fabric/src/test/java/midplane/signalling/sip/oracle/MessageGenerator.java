package midplane.signalling.sip.oracle;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Writes good messages in every spelling RFC 3261 allows: names in any case and short, blanks and folds wherever they may
 * stand, headers in any order, several values in a line, quoted pairs, comments, escapes, all forms of hosts and URIs.
 * What it writes follows from the dice. Not thread-safe.
 */
public final class MessageGenerator {
    private static final String ALPHANUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String TOKEN = ALPHANUM + "-.!%*_+`'~";
    private static final String WORD = TOKEN + "()<>:\\\"/[]?{}";
    private static final String UNRESERVED = ALPHANUM + "-_.!~*'()";
    private static final String USER = UNRESERVED + "&=+$,;?/";
    private static final String PARAM = UNRESERVED + "[]/:&+$";
    private static final String URIC = UNRESERVED + ";/?:@&=+$,";
    private static final String BARE_URIC = UNRESERVED + "/:@&=+$";
    private static final String HEX = "0123456789abcdefABCDEF";

    private static final String[] METHODS = {
        "INVITE",
        "INVITE",
        "ACK",
        "BYE",
        "CANCEL",
        "OPTIONS",
        "REGISTER",
        "PRACK",
        "UPDATE",
        "INFO",
        "MESSAGE",
        "SUBSCRIBE",
        "NOTIFY",
        "PUBLISH",
        "REFER",
        "invite",
        "SIP",
        "X"
    };
    private static final String[] HOSTS = {
        "ms.example.net",
        "192.0.2.7",
        "[2001:db8::1]",
        "[::ffff:192.0.2.1]",
        "a",
        "example.com.",
        "1.2.3.4",
        "[2001:db8::192.0.2.128]",
        "xn--bcher-kva.example",
        "[::]"
    };
    private static final String[] TRANSPORTS = {"UDP", "UDP", "TCP", "TLS", "SCTP", "UNKNOWN", "udp", "WS"};
    private static final String[] EXTENSIONS = {
        "Subject",
        "s",
        "Contact",
        "m",
        "Route",
        "Record-Route",
        "Allow",
        "Supported",
        "k",
        "Require",
        "User-Agent",
        "Content-Type",
        "c",
        "Session-Expires",
        "x",
        "Min-SE",
        "X-Unknown",
        "Midplane-Port",
        "X-Midplane-Port",
        "Session-Size",
        "Date",
        "Expires",
        "RAck",
        "RSeq",
        "Timestamp",
        "Event",
        "o",
        "Accept",
        "P-Asserted-Identity",
        "Content-Encoding",
        "e",
        "Content-Disposition",
        "Proxy-Require",
        "Replaces",
        "Join",
        "Target-Dialog",
        "Via-",
        "Fro",
        "Call-IDs",
        "Content-Lengt",
        "y",
        "v.",
        "!"
    };
    private static final String[] BODIES = {"", "v=0\r\n", "\r\n", "\0\1\2\r\n\r\nVia: x\r\n", "a\nb\rc", "x"};

    private enum Part {
        VIA,
        FROM,
        TO,
        CALL_ID,
        CSEQ,
        MAX_FORWARDS,
        CONTENT_LENGTH,
        EXTENSION
    }

    private static final Part[] PARTS = Part.values();
    private static final int EXTENSIONS_MAX = 6;

    private final Part[] order = new Part[PARTS.length + EXTENSIONS_MAX];
    private SplittableRandom dice = new SplittableRandom(0);
    private Draft draft = new Draft();
    private String method = "";
    private int bodyLength;
    private boolean isLengthSaid;

    /** Writes a message behind what the draft holds. */
    public void message(final SplittableRandom dice, final Draft draft) {
        this.dice = dice;
        this.draft = draft;
        method = oneOf(METHODS);
        if (oneIn(20)) {
            method = randomWord(TOKEN, 1, 8);
        }
        if (oneIn(30)) {
            draft.put("\r\n");
        }
        if (oneIn(5)) {
            statusLine();
        } else {
            requestLine();
        }
        final String body = oneOf(BODIES);
        bodyLength = body.length();
        final int headers = shuffle();
        for (int i = 0; i < headers; i++) {
            header(order[i]);
        }
        draft.put("\r\n").put(body);
        if (isLengthSaid && oneIn(10)) {
            draft.put("left over\r\n\r\n");
        }
    }

    /** The mandatory ones, some others, in any order: RFC 3261 §7.3.1. */
    private int shuffle() {
        int count = 0;
        isLengthSaid = false;
        for (final Part part : PARTS) {
            final boolean isOptional = part == Part.CONTENT_LENGTH || part == Part.MAX_FORWARDS;
            if (part != Part.EXTENSION && !(isOptional && oneIn(8))) {
                order[count++] = part;
                isLengthSaid |= part == Part.CONTENT_LENGTH;
            }
        }
        final int extensions = dice.nextInt(EXTENSIONS_MAX);
        for (int i = 0; i < extensions; i++) {
            order[count++] = oneIn(5) ? Part.VIA : Part.EXTENSION;
        }
        if (!oneIn(3)) {
            for (int i = count - 1; i > 0; i--) {
                final int other = dice.nextInt(i + 1);
                final Part part = order[i];
                order[i] = order[other];
                order[other] = part;
            }
        }
        return count;
    }

    private void requestLine() {
        draft.put(method).put(' ');
        uri(false);
        draft.put(oneIn(20) ? " sip/2.0\r\n" : " SIP/2.0\r\n");
    }

    private void statusLine() {
        draft.put("SIP/2.0 ").putNumber(dice.nextInt(100, 700)).put(' ');
        switch (dice.nextInt(4)) {
            case 0 -> draft.put("OK");
            case 1 -> draft.put("a \t\u00c3\u00bc (~) %41 ;?");
            case 2 -> draft.put("Not Found");
            default -> {}
        }
        draft.put("\r\n");
    }

    private void header(final Part part) {
        switch (part) {
            case VIA -> {
                name("Via", 'v');
                do {
                    via();
                } while (oneIn(4) && separator(','));
            }
            case FROM -> {
                name("From", 'f');
                address();
            }
            case TO -> {
                name("To", 't');
                address();
            }
            case CALL_ID -> {
                name("Call-ID", 'i');
                random(WORD, 1, 12);
                if (oneIn(2)) {
                    draft.put('@');
                    random(WORD, 1, 12);
                }
            }
            case CSEQ -> {
                name("CSeq", '\0');
                zeros();
                draft.putNumber(oneIn(3) ? dice.nextLong(1L << 31) : dice.nextInt(1000));
                lws();
                draft.put(method);
            }
            case MAX_FORWARDS -> {
                name("Max-Forwards", '\0');
                zeros();
                draft.putNumber(dice.nextInt(256));
            }
            case CONTENT_LENGTH -> {
                name("Content-Length", 'l');
                zeros();
                draft.putNumber(bodyLength);
            }
            case EXTENSION -> {
                spelled(oneOf(EXTENSIONS));
                colon();
                text();
            }
        }
        if (oneIn(12)) {
            lws();
        }
        draft.put("\r\n");
    }

    // ---- names

    private void name(final String name, final char compactForm) {
        if (compactForm != 0 && oneIn(4)) {
            draft.put(oneIn(2) ? compactForm : Character.toUpperCase(compactForm));
        } else {
            spelled(name);
        }
        colon();
    }

    /** In any case. */
    private void spelled(final String name) {
        switch (dice.nextInt(8)) {
            case 0 -> draft.put(name.toLowerCase(Locale.ROOT));
            case 1 -> draft.put(name.toUpperCase(Locale.ROOT));
            case 2 -> {
                for (int i = 0; i < name.length(); i++) {
                    final char c = name.charAt(i);
                    draft.put(dice.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
                }
            }
            default -> draft.put(name);
        }
    }

    /** HCOLON = *( SP / HTAB ) ":" SWS */
    private void colon() {
        if (oneIn(8)) {
            draft.put(oneIn(2) ? " " : "\t ");
        }
        draft.put(':');
        if (oneIn(6)) {
            sws();
        } else {
            draft.put(' ');
        }
    }

    // ---- values

    private void via() {
        if (oneIn(6)) {
            draft.put("SIP");
            separator('/');
            draft.put("2.0");
            separator('/');
        } else {
            draft.put(oneIn(20) ? "x!/~/" : "SIP/2.0/");
        }
        draft.put(oneOf(TRANSPORTS));
        lws();
        draft.put(oneOf(HOSTS));
        if (oneIn(3)) {
            separator(':');
            zeros();
            draft.putNumber(dice.nextInt(1, 65_536));
        }
        final int branchAt = dice.nextInt(3);
        for (int i = 0; i < 3; i++) {
            if (i == branchAt && !oneIn(10)) {
                separator(';');
                spelled("branch");
                separator('=');
                draft.put(oneIn(8) ? "" : oneIn(20) ? "Z9HG4bk" : "z9hG4bK");
                random(TOKEN, 1, 16);
            } else if (oneIn(4)) {
                separator(';');
                viaExtension(i);
            }
        }
    }

    private void viaExtension(final int which) {
        if (which == 0) {
            spelled("rport");
            if (oneIn(3)) {
                separator('=');
                draft.putNumber(dice.nextInt(65_536));
            }
        } else if (which == 1) {
            spelled("received");
            separator('=');
            draft.put(oneIn(3) ? "2001:db8::9:1" : oneOf(HOSTS));
        } else {
            genericParam();
        }
    }

    private void address() {
        switch (dice.nextInt(5)) {
            case 0 -> {
                quotedString();
                sws();
                bracketed();
            }
            case 1 -> {
                random(TOKEN, 1, 8);
                if (oneIn(2)) {
                    lws();
                    random(TOKEN, 1, 8);
                }
                sws();
                bracketed();
            }
            case 2 -> {
                draft.put(oneOf("sip:", "SIPS:", "tel:", "x+y-z.1:"));
                escaped(BARE_URIC, 1, 16);
            }
            default -> bracketed();
        }
        final int tagAt = dice.nextInt(4);
        for (int i = 0; i < 3; i++) {
            if (i == tagAt) {
                separator(';');
                spelled("tag");
                separator('=');
                random(TOKEN, 1, 12);
            } else if (oneIn(6)) {
                separator(';');
                genericParam();
            }
        }
    }

    private void bracketed() {
        draft.put('<');
        uri(true);
        draft.put('>');
    }

    private void uri(final boolean mayHaveHeaders) {
        switch (dice.nextInt(8)) {
            case 0 -> {
                draft.put("tel:");
                draft.put(oneIn(2) ? "+1-(555)-0100" : "*#9A;phone-context=example.com");
            }
            case 1 -> {
                draft.put(oneOf("http://", "x:", "nobodyknows1+2-3.4:", "cid:"));
                escaped(URIC, 1, 12);
            }
            default -> sipUri(mayHaveHeaders);
        }
    }

    private void sipUri(final boolean mayHaveHeaders) {
        draft.put(oneOf("sip:", "sip:", "sip:", "sips:", "SIP:", "sIpS:"));
        if (!oneIn(4)) {
            escaped(USER, 1, 10);
            if (oneIn(10)) {
                draft.put(':');
                escaped(UNRESERVED + "&=+$,", 0, 6);
            }
            draft.put('@');
        }
        draft.put(oneOf(HOSTS));
        if (oneIn(4)) {
            draft.put(':').putNumber(dice.nextInt(1, 65_536));
        }
        while (oneIn(4)) {
            draft.put(';');
            if (oneIn(2)) {
                draft.put(oneOf("lr", "transport=udp", "play=welcome", "user=phone", "session-size=9"));
            } else {
                escaped(PARAM, 1, 6);
                if (oneIn(2)) {
                    draft.put('=');
                    escaped(PARAM, 1, 8);
                }
            }
        }
        if (mayHaveHeaders && oneIn(8)) {
            draft.put("?Subject=a%20b&x=");
        }
    }

    private void genericParam() {
        draft.put('q');
        random(TOKEN, 0, 6);
        if (oneIn(2)) {
            separator('=');
            switch (dice.nextInt(4)) {
                case 0 -> quotedString();
                case 1 -> draft.put(oneOf(HOSTS));
                default -> random(TOKEN, 1, 8);
            }
        }
    }

    private void quotedString() {
        draft.put('"');
        for (int i = dice.nextInt(8); i > 0; i--) {
            switch (dice.nextInt(10)) {
                case 0 -> draft.put('\\').put(quotedPair());
                case 1 -> draft.put(oneIn(2) ? "\u00c3\u00a4" : "<;,@:>=");
                case 2 -> lws();
                default -> draft.put(ALPHANUM.charAt(dice.nextInt(ALPHANUM.length())));
            }
        }
        draft.put('"');
    }

    /** %x00-09 / %x0B-0C / %x0E-7F */
    private int quotedPair() {
        final int c = dice.nextInt(128);
        return c == '\r' || c == '\n' ? '"' : c;
    }

    /** What any header may have: TEXT-UTF8, quoted strings, comments, folds. */
    private void text() {
        for (int i = dice.nextInt(4); i > 0; i--) {
            switch (dice.nextInt(6)) {
                case 0 -> quotedString();
                case 1 -> comment();
                case 2 -> bracketed();
                case 3 -> genericParam();
                default -> random(TOKEN + ",;:@<>=/[]?{}\\", 1, 12);
            }
            if (i > 1) {
                lws();
            }
        }
    }

    private void comment() {
        draft.put('(');
        random(TOKEN, 0, 6);
        if (oneIn(3)) {
            draft.put('\\').put(quotedPair());
        }
        if (oneIn(4)) {
            comment();
        }
        draft.put(')');
    }

    // ---- small things

    private boolean separator(final char c) {
        if (oneIn(6)) {
            sws();
            draft.put(c);
            sws();
        } else {
            draft.put(c);
        }
        return true;
    }

    private void sws() {
        if (oneIn(2)) {
            lws();
        }
    }

    private void lws() {
        switch (dice.nextInt(10)) {
            case 0 -> draft.put("\r\n ");
            case 1 -> draft.put(" \t\r\n\t ");
            case 2 -> draft.put("\t");
            case 3 -> draft.put(" \r\n  \r\n ");
            default -> draft.put(' ');
        }
    }

    private void zeros() {
        if (oneIn(10)) {
            draft.put("00000");
        }
    }

    private void random(final String alphabet, final int shortest, final int longest) {
        final int length = dice.nextInt(shortest, longest + 1);
        long bits = 0;
        for (int i = 0; i < length; i++) {
            // Four characters from one throw.
            bits = (i & 3) == 0 ? dice.nextLong() : bits >>> 16;
            draft.put(alphabet.charAt((int) ((bits & 0xFFFF) * alphabet.length() >>> 16)));
        }
    }

    private String randomWord(final String alphabet, final int shortest, final int longest) {
        final StringBuilder word = new StringBuilder();
        for (int i = dice.nextInt(shortest, longest + 1); i > 0; i--) {
            word.append(alphabet.charAt(dice.nextInt(alphabet.length())));
        }
        return word.toString();
    }

    private void escaped(final String alphabet, final int shortest, final int longest) {
        random(alphabet, shortest, longest);
        if (oneIn(8)) {
            draft.put('%').put(HEX.charAt(dice.nextInt(HEX.length()))).put(HEX.charAt(dice.nextInt(HEX.length())));
        }
    }

    private String oneOf(final String... choices) {
        return choices[dice.nextInt(choices.length)];
    }

    private boolean oneIn(final int n) {
        return dice.nextInt(n) == 0;
    }
}
