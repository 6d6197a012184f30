package midplane.signalling.sip.oracle;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes an INVITE that holds a header again and again, each time in another spelling: cases, blanks and folds before and
 * behind the colon, control and other odd bytes in, before and behind the name, look-alikes, anywhere in the message. Some
 * are good, most are what a smuggler would try. Follows from the dice. Not thread-safe.
 */
public final class HeaderSpelling {
    private static final String[] LINES = {
        "Via: SIP/2.0/UDP 192.0.2.7:5066;branch=z9hG4bK74bf9;rport\r\n",
        "Max-Forwards: 70\r\n",
        "From: Alice <sip:alice@example.com>;tag=9fxced76sl\r\n",
        "To: <sip:annc@ms.example.net>\r\n",
        "Call-ID: 3848276298220188511@example.com\r\n",
        "CSeq: 1 INVITE\r\n",
        "Subject: \"a \\\" (b\" (c)\r\n",
        "Contact: <sip:alice@192.0.2.7:5066>\r\n"
    };
    private static final String START_LINE = "INVITE sip:annc@ms.example.net;play=welcome SIP/2.0\r\n";
    private static final String BODY = "v=0\r\n";
    private static final String[] ODD = {
        "\0", "\1", "\b", "\t", "\n", "\13", "\f", "\r", "\33", " ", "\u007f", "\u0080", "\u0085", "\u00a0", "\u00ad",
        "\u00e2\u0080\u0090", "\u00ef\u00bb\u00bf", ":", "::", ";", "\"", "\\", "(", "-", "_", ".", "%", "%20", "%3a",
                "~"
    };
    private static final String[] BLANKS = {
        " ",
        "\t",
        "  ",
        " \t ",
        "\r\n ",
        "\r\n\t",
        " \r\n ",
        "\r\n \r\n ",
        "\r\n",
        "\n",
        "\r",
        "\n ",
        "\r ",
        "\r\r\n ",
        "\r\n\0 ",
        "\13",
        "\f",
        "\u00a0",
        "\u0085",
        "\0",
        "        "
    };

    private final String[] names;
    private final String[] values;
    private SplittableRandom dice = new SplittableRandom(0);
    private Draft draft = new Draft();

    /**
     * Spells one header.
     *
     * @param names all it goes by.
     * @param values it may have.
     */
    public HeaderSpelling(final List<String> names, final List<String> values) {
        this.names = names.toArray(new String[0]);
        this.values = values.toArray(new String[0]);
    }

    /** Our reserved header. */
    public static HeaderSpelling ofMidplanePort() {
        return new HeaderSpelling(
                List.of("Midplane-Port", "X-Midplane-Port"),
                List.of("9", "5071;wk=5060", "", "a", "\"5071\"", "0", "65536"));
    }

    /** Content-Length, beside the body "v=0". */
    public static HeaderSpelling ofContentLength() {
        return new HeaderSpelling(
                List.of("Content-Length", "l"),
                List.of(
                        "5",
                        "5",
                        "5",
                        "0",
                        "4",
                        "6",
                        "05",
                        "+5",
                        "-5",
                        "5,5",
                        "5 5",
                        "0x5",
                        "",
                        "5;a",
                        "4294967301",
                        "18446744073709551621",
                        "5.0",
                        "\"5\"",
                        "\u00b2"));
    }

    /** Writes a message in place of what the draft holds; says how often the header was spelled. */
    public int message(final SplittableRandom dice, final Draft draft) {
        this.dice = dice;
        this.draft = draft.clear();
        final int times = dice.nextInt(8) < 6 ? 1 : dice.nextInt(2, 4);
        // Before the start line, as the first, the last, behind the empty line: all of it.
        final int places = LINES.length + 3;
        final int[] where = new int[places];
        for (int i = 0; i < times; i++) {
            where[oneIn(20) ? outside(places) : 1 + dice.nextInt(places - 2)]++;
        }
        spell(where[0]);
        draft.put(START_LINE);
        for (int i = 0; i < LINES.length; i++) {
            spell(where[i + 1]);
            draft.put(LINES[i]);
        }
        spell(where[LINES.length + 1]);
        draft.put("\r\n");
        spell(where[places - 1]);
        draft.put(BODY);
        return times;
    }

    /** Before everything, or in the body. */
    private int outside(final int places) {
        return oneIn(2) ? 0 : places - 1;
    }

    private void spell(final int times) {
        for (int i = 0; i < times; i++) {
            line();
        }
    }

    private void line() {
        if (oneIn(12)) {
            draft.put(oneOf(oneIn(2) ? ODD : BLANKS));
        }
        name();
        if (oneIn(3)) {
            draft.put(oneOf(BLANKS));
        }
        if (oneIn(12)) {
            draft.put(oneOf(ODD));
        }
        if (!oneIn(30)) {
            draft.put(':');
        }
        for (int i = dice.nextInt(4); i > 0; i--) {
            draft.put(oneIn(2) ? " " : oneOf(BLANKS));
        }
        value();
        if (oneIn(6)) {
            draft.put(oneOf(BLANKS));
        }
        draft.put(oneIn(16) ? oneOf("\n", "\r", "", "\r\n\r\n", "\n\r", "\r\r\n", "\r\n ") : "\r\n");
    }

    private void name() {
        final String name = oneOf(names);
        final int spelling = dice.nextInt(4);
        final int odd = oneIn(6) ? dice.nextInt(name.length()) : -1;
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            if (i == odd) {
                draft.put(oneOf(ODD));
                if (oneIn(2)) {
                    continue;
                }
            }
            draft.put(
                    switch (spelling) {
                        case 0 -> c;
                        case 1 -> Character.toLowerCase(c);
                        case 2 -> Character.toUpperCase(c);
                        default -> dice.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c);
                    });
        }
    }

    private void value() {
        final String value = oneOf(values);
        draft.put(value);
        if (oneIn(6)) {
            draft.put(oneIn(2) ? oneOf(ODD) : oneOf(BLANKS) + value);
        }
    }

    private String oneOf(final String... choices) {
        return choices[dice.nextInt(choices.length)];
    }

    private boolean oneIn(final int n) {
        return dice.nextInt(n) == 0;
    }
}
