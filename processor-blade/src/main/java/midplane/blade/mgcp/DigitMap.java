package midplane.blade.mgcp;

import java.util.Arrays;

/**
 * RFC 3435 §2.1.5: what a caller may dial, {@code (0T|[1-7]xxx|9011x.T)}, and how far he has got. All alternatives are
 * followed at once, so a dialled symbol costs a step for each element of the map, whatever the map; a map has at most
 * {@value #LENGTH_MAX} bytes. Compiled when the command comes; matching makes no garbage. Not thread-safe.
 */
final class DigitMap {
    /** The RFC recommends at least 2048. */
    static final int LENGTH_MAX = 4096;

    private static final String SYMBOLS = "0123456789*#ABCDT";
    private static final int TIMER = 1 << SYMBOLS.indexOf('T');
    private static final int DIGITS = (1 << 10) - 1;
    /** Ends an alternative. */
    private static final int END = 0;

    /** How what was dialled so far stands to the map. */
    enum Match {
        /** More is needed; a timer alone would not do. */
        PARTIAL,
        /** A timer is all that is needed: RFC 3660 §2.2 calls that critical. */
        CRITICAL,
        /** An alternative is complete. */
        PERFECT,
        /** Nothing that could follow would make a match. */
        IMPOSSIBLE
    }

    private final String text;
    /** One mask of symbols for each element, {@link #END} behind each alternative. */
    private final int[] masks;

    private final boolean[] repeats;
    private final int length;
    private final boolean[] isAt;
    private final boolean[] isNext;

    private DigitMap(final String text, final int[] masks, final boolean[] repeats, final int length) {
        this.text = text;
        this.masks = Arrays.copyOf(masks, length);
        this.repeats = Arrays.copyOf(repeats, length);
        this.length = length;
        isAt = new boolean[length];
        isNext = new boolean[length];
        reset();
    }

    /** Reads a map as MGCP writes it. */
    static DigitMap of(final String text) throws Refusal {
        return of(text, false);
    }

    /**
     * Reads a map.
     *
     * @param isMegaco RFC 2897 takes the spelling of Megaco, where E is the star, F the hash, and L and S are timers.
     */
    static DigitMap of(final String text, final boolean isMegaco) throws Refusal {
        if (text.length() > LENGTH_MAX) {
            throw new Refusal(502, "Digit map is longer than " + LENGTH_MAX + " bytes");
        }
        String inside = text.strip();
        if (inside.startsWith("(")) {
            if (!inside.endsWith(")")) {
                throw new Refusal(510, "Digit map is not closed");
            }
            inside = inside.substring(1, inside.length() - 1);
        }
        final int[] masks = new int[inside.length() + 1];
        final boolean[] repeats = new boolean[inside.length() + 1];
        int count = 0;
        int alternative = 0;
        for (int i = 0; i < inside.length(); i++) {
            final char c = inside.charAt(i);
            switch (c) {
                case ' ', '\t' -> {}
                case '|' -> {
                    if (count == alternative) {
                        throw new Refusal(510, "Digit map has an empty alternative");
                    }
                    masks[count++] = END;
                    alternative = count;
                }
                case '.' -> {
                    if (count == alternative || repeats[count - 1]) {
                        throw new Refusal(510, "Digit map repeats nothing");
                    }
                    repeats[count - 1] = true;
                }
                case '[' -> {
                    final int close = inside.indexOf(']', i);
                    if (close <= i + 1) {
                        throw new Refusal(510, "Digit map has a range that is empty or not closed");
                    }
                    masks[count++] = range(inside.substring(i + 1, close), isMegaco);
                    i = close;
                }
                default -> masks[count++] = mask(c, isMegaco);
            }
        }
        if (count == alternative) {
            throw new Refusal(510, "Digit map has an empty alternative");
        }
        masks[count++] = END;
        return new DigitMap(text, masks, repeats, count);
    }

    private static int range(final String letters, final boolean isMegaco) throws Refusal {
        int mask = 0;
        for (int i = 0; i < letters.length(); i++) {
            final char c = letters.charAt(i);
            if (i + 2 < letters.length() && letters.charAt(i + 1) == '-') {
                final int first = SYMBOLS.indexOf(Character.toUpperCase(c));
                final int last = SYMBOLS.indexOf(Character.toUpperCase(letters.charAt(i + 2)));
                final boolean isOfAKind = (last < 10) == (first < 10) && (first < 10 || first > 11);
                if (first < 0 || last < first || !isOfAKind || last == SYMBOLS.length() - 1) {
                    throw new Refusal(510, "Digit map has a bad range");
                }
                mask |= (1 << (last + 1)) - (1 << first);
                i += 2;
            } else if (c != ',' && c != ' ') {
                mask |= mask(c, isMegaco);
            }
        }
        return mask;
    }

    private static int mask(final char c, final boolean isMegaco) throws Refusal {
        final char letter = Character.toUpperCase(c);
        if (isMegaco) {
            switch (letter) {
                case 'E' -> {
                    return 1 << SYMBOLS.indexOf('*');
                }
                case 'F' -> {
                    return 1 << SYMBOLS.indexOf('#');
                }
                case 'L', 'S' -> {
                    return TIMER;
                }
                default -> {}
            }
        }
        if (letter == 'X') {
            return DIGITS;
        }
        final int symbol = SYMBOLS.indexOf(letter);
        if (symbol >= 0) {
            return 1 << symbol;
        }
        throw letter >= 'A' && letter <= 'Z'
                ? new Refusal(537, "Unknown digit map letter")
                : new Refusal(510, "Digit map has a bad character");
    }

    /** The map as it was written. */
    String text() {
        return text;
    }

    /** Nothing has been dialled. */
    void reset() {
        Arrays.fill(isAt, false);
        boolean begins = true;
        for (int i = 0; i < length; i++) {
            if (begins) {
                enter(isAt, i);
            }
            begins = masks[i] == END;
        }
    }

    /**
     * One more symbol: a key, or {@code T} when the timer has run out.
     */
    Match dial(final char symbol) {
        final int index = SYMBOLS.indexOf(Character.toUpperCase(symbol));
        final int bit = index < 0 ? 0 : 1 << index;
        Arrays.fill(isNext, false);
        for (int i = 0; i < length; i++) {
            if (isAt[i] && (masks[i] & bit) != 0) {
                enter(isNext, repeats[i] ? i : i + 1);
            }
        }
        System.arraycopy(isNext, 0, isAt, 0, length);
        return match();
    }

    /** At an element, and behind it as well when it may be left out. */
    private void enter(final boolean[] positions, final int from) {
        int i = from;
        positions[i] = true;
        while (masks[i] != END && repeats[i]) {
            positions[++i] = true;
        }
    }

    private Match match() {
        Match match = Match.IMPOSSIBLE;
        for (int i = 0; i < length; i++) {
            if (!isAt[i]) {
                continue;
            }
            if (masks[i] == END) {
                return Match.PERFECT;
            }
            if ((masks[i] & TIMER) != 0 && endsBehind(i)) {
                match = Match.CRITICAL;
            } else if (match == Match.IMPOSSIBLE) {
                match = Match.PARTIAL;
            }
        }
        return match;
    }

    /** Whether nothing more is needed once this element was met. */
    private boolean endsBehind(final int element) {
        int i = element + 1;
        while (masks[i] != END && repeats[i]) {
            i++;
        }
        return masks[i] == END;
    }
}
