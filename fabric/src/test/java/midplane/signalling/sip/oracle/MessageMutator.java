package midplane.signalling.sip.oracle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;

/**
 * Breaks messages the way attackers and careless programs do: bytes flipped, lines cut, doubled, swapped, spliced in from
 * other messages; names misspelled, folded, with blanks and control bytes around them; lengths that lie. What it does
 * follows from the dice. Not thread-safe.
 */
public final class MessageMutator {
    /** The bytes the grammar turns on. */
    private static final byte[] SPICE = bytes(" \t\r\n:;,<>\"\\@[]%=/?()0aI\0\177\u0080\u00e9");

    private static final String[] WORDS = {
        "\r\n",
        "\r\n ",
        "\r\n\t",
        "\n",
        "\r",
        "\r\r\n",
        "\n\r",
        "\r\n\r\n",
        " :",
        "\t:",
        ": ",
        ";;",
        ",,",
        "\"",
        "\\",
        "\\\"",
        "\\\r\n ",
        "<",
        ">",
        "<>",
        "%",
        "%4",
        "%41",
        "[",
        "]",
        "[::1]",
        "@",
        "@@",
        "=",
        ";tag=x",
        ";tag",
        ";branch=",
        ";branch=z9hG4bKx",
        ";rport",
        ";rport=1",
        ";received=[::1]",
        "SIP/",
        "SIP/2.0",
        "SIP/3.0",
        "SIP/2.0/UDP h",
        ", SIP/2.0/UDP h;branch=z9hG4bKy",
        "sip:",
        "sip:a@b",
        "\0",
        "\u007f",
        "\u00ff",
        "(",
        ")",
        "((",
        "\u0007",
        "()",
        "99999999999",
        "-1",
        "4294967301",
        "0",
        "Via",
        "v",
        "\r\nVia: ",
        "\r\nl: 0",
        "\r\nContent-Length: 5",
        "\r\nMidplane-Port: 1",
        "\r\nTo: <sip:a@b>",
        "\r\nContent-Length : 7\r\n",
        "\r\nMax-Forwards: 256",
        "\r\nCSeq: 1 INVITE",
        "\r\ni: x",
        "\u0001",
        "\u00c3"
    };
    private static final byte[][] DICTIONARY = dictionary();
    private static final int REPEATS_MAX = 300;
    private static final int LENGTH_MIN = 7_000;
    private static final int LENGTH_MAX = 13_000;
    private static final int CROWD_ONE_IN = 2_000;

    private final List<byte[]> donors;
    private final Draft repeated = new Draft();
    private SplittableRandom dice = new SplittableRandom(0);
    private Draft draft = new Draft();

    /**
     * Takes lines from others, too.
     *
     * @param donors messages to take lines from.
     */
    public MessageMutator(final List<byte[]> donors) {
        this.donors = List.copyOf(donors);
    }

    /** Breaks what the draft holds, once or a few times. */
    public void mutate(final SplittableRandom dice, final Draft draft) {
        this.dice = dice;
        this.draft = draft;
        int times = 1;
        while (times < 5 && dice.nextInt(3) == 0) {
            times++;
        }
        for (int i = 0; i < times && draft.length() > 0; i++) {
            once();
        }
    }

    private void once() {
        if (dice.nextInt(CROWD_ONE_IN) == 0) {
            crowd();
            return;
        }
        switch (dice.nextInt(24)) {
            case 0, 1 -> draft.bytes()[place()] = (byte) dice.nextInt(256);
            case 2, 3 -> draft.bytes()[place()] = spice();
            case 4 -> draft.bytes()[place()] ^= (byte) (1 << dice.nextInt(8));
            case 5 -> insert(place(), spice());
            case 6, 7, 8 -> insertWord(place());
            case 9 -> remove(place(), 1);
            case 10 -> remove(place(), dice.nextInt(16));
            case 11 -> removeLine();
            case 12 -> doubleLine();
            case 13 -> swapLines();
            case 14 -> spliceLine();
            case 15 -> draft.truncate(place());
            case 16 -> changeCase();
            case 17 -> insert(nameEnd(), (byte) (dice.nextBoolean() ? ' ' : '\t'));
            case 18 -> insertWord(nameEnd());
            case 19 -> insertWord(behindColon());
            case 20 -> lie();
            case 21 -> breakLineEnd();
            case 22 -> insertWord(lineStart(place()));
            default -> repeat();
        }
    }

    // ---- bytes

    private int place() {
        return dice.nextInt(draft.length());
    }

    private byte spice() {
        return SPICE[dice.nextInt(SPICE.length)];
    }

    private void insert(final int at, final byte b) {
        repeated.clear().put(b);
        draft.replace(at, 0, repeated.bytes(), 0, 1);
    }

    private void insertWord(final int at) {
        final byte[] word = DICTIONARY[dice.nextInt(DICTIONARY.length)];
        draft.replace(at, 0, word, 0, word.length);
    }

    private void remove(final int at, final int count) {
        draft.replace(at, Math.min(count, draft.length() - at), SPICE, 0, 0);
    }

    /** A word again and again; now and then longer than a message may be. */
    private void repeat() {
        repeated.clear();
        final byte[] word = DICTIONARY[dice.nextInt(DICTIONARY.length)];
        final int times = switch (dice.nextInt(100)) {
            case 0 -> dice.nextInt(LENGTH_MIN, LENGTH_MAX) / word.length;
            case 1, 2, 3, 4 -> dice.nextInt(REPEATS_MAX);
            default -> dice.nextInt(8);
        };
        for (int i = 0; i < times; i++) {
            repeated.put(word, 0, word.length);
        }
        draft.replace(place(), 0, repeated.bytes(), 0, repeated.length());
    }

    /** As many lines, or Vias, as there may be, and a few less or more. */
    private void crowd() {
        repeated.clear();
        final boolean isVia = dice.nextBoolean();
        final int room = isVia ? SipScanner.MAX_VIAS : SipMessage.MAX_HEADERS;
        for (int i = dice.nextInt(room - 12, room + 4); i > 0; i--) {
            repeated.put(isVia ? "v:SIP/2.0/UDP h\r\n" : "y:\r\n");
        }
        draft.replace(lineStart(place()), 0, repeated.bytes(), 0, repeated.length());
    }

    // ---- lines

    private int lineStart(final int place) {
        int at = place;
        while (at > 0 && draft.bytes()[at - 1] != '\n') {
            at--;
        }
        return at;
    }

    /** Behind the line end. */
    private int lineEnd(final int place) {
        int at = place;
        while (at < draft.length() && draft.bytes()[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, draft.length());
    }

    private void removeLine() {
        final int from = lineStart(place());
        remove(from, lineEnd(from) - from);
    }

    private void doubleLine() {
        final int from = lineStart(place());
        copyLine(from);
        draft.replace(lineStart(place()), 0, repeated.bytes(), 0, repeated.length());
    }

    private void swapLines() {
        final int from = lineStart(place());
        copyLine(from);
        remove(from, repeated.length());
        final int to = draft.length() == 0 ? 0 : lineStart(place());
        draft.replace(to, 0, repeated.bytes(), 0, repeated.length());
    }

    private void copyLine(final int from) {
        repeated.clear().put(draft.bytes(), from, lineEnd(from) - from);
    }

    private void spliceLine() {
        final byte[] donor = donors.get(dice.nextInt(donors.size()));
        int from = dice.nextInt(donor.length);
        while (from > 0 && donor[from - 1] != '\n') {
            from--;
        }
        int to = from + 1;
        while (to < donor.length && donor[to - 1] != '\n') {
            to++;
        }
        draft.replace(lineStart(place()), 0, donor, from, to - from);
    }

    // ---- names and values

    private int nameEnd() {
        final int from = lineStart(place());
        int at = from;
        while (at < draft.length() - 1 && draft.bytes()[at] != ':' && draft.bytes()[at] != '\n') {
            at++;
        }
        return at;
    }

    private int behindColon() {
        return Math.min(nameEnd() + 1, draft.length());
    }

    private void changeCase() {
        final int from = lineStart(place());
        for (int at = from; at < draft.length() && at < from + 16 && draft.bytes()[at] != ':'; at++) {
            if (draft.bytes()[at] >= 'A' && dice.nextBoolean()) {
                draft.bytes()[at] ^= 0x20;
            }
        }
    }

    /** Another number in place of one that stands there. */
    private void lie() {
        int at = place();
        while (at < draft.length() && !isDigit(at)) {
            at++;
        }
        int behind = at;
        while (behind < draft.length() && isDigit(behind)) {
            behind++;
        }
        repeated.clear();
        switch (dice.nextInt(6)) {
            case 0 -> repeated.put('-').putNumber(dice.nextInt(100));
            case 1 -> repeated.put("00");
            case 2 -> repeated.putNumber(dice.nextLong() >>> dice.nextInt(64));
            case 3 -> repeated.put("+1");
            default -> repeated.putNumber(dice.nextInt(300));
        }
        draft.replace(at, behind - at, repeated.bytes(), 0, repeated.length());
    }

    private boolean isDigit(final int at) {
        return draft.bytes()[at] >= '0' && draft.bytes()[at] <= '9';
    }

    private void breakLineEnd() {
        final int behind = lineEnd(place());
        if (behind >= 2) {
            switch (dice.nextInt(4)) {
                case 0 -> remove(behind - 1, 1);
                case 1 -> remove(behind - 2, 1);
                case 2 -> insert(behind - 1, (byte) '\r');
                default -> insert(behind, (byte) ' ');
            }
        }
    }

    private static byte[][] dictionary() {
        final byte[][] dictionary = new byte[WORDS.length][];
        for (int i = 0; i < WORDS.length; i++) {
            dictionary[i] = bytes(WORDS[i]);
        }
        return dictionary;
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
