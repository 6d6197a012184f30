package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import midplane.blade.media.PromptSequence;
import midplane.blade.media.PromptSequence.Segment;
import midplane.shelf.PromptStore;

/**
 * Reads what stands in the brackets of RFC 2897's signals, {@code an=39,40 it=3 iv=20}, and finds the prompts.
 *
 * <p>A segment is a prompt by its number, or by its alias, {@code /not-in-service/}, or silence. What we have not is
 * found out here and told as the RFC tells it: not by a refusal of the command but by an operation that fails with a
 * return code of §6. Only what is no RFC 2897 at all is refused (538).
 */
final class AudioParameters {
    /** Why an operation cannot succeed, though its parameters are well formed. */
    static final class Unplayable extends Exception {
        private static final long serialVersionUID = 1;

        private final int returnCode;

        Unplayable(final int returnCode) {
            super("rc=" + returnCode, null, false, false);
            this.returnCode = returnCode;
        }

        int returnCode() {
            return returnCode;
        }
    }

    private static final int BAD_AUDIO_ID = 301;
    private static final int BAD_SELECTOR = 302;
    private static final int VARIABLE_UNSUPPORTED = 304;
    private static final int ALIAS_NOT_FOUND = 309;
    private static final int EXTRA_SEQUENCE = 310;
    private static final int UNSPECIFIED = 300;

    private static final long UNIT_NS = 100_000_000;
    /** Longest time, and largest count, that makes sense: a day, and a day's worth of plays. */
    private static final long NUMBER_MAX = 864_000;

    private static final int DIGITS_MAX = 64;
    private static final int KEY_SEQUENCE_MAX = 3;
    private static final int GAIN_MAX = 40;
    private static final String KEYPAD = "0123456789*#ABCD";

    private static final Set<String> PLAY = Set.of("an", "it", "iv", "du", "sp", "vl");
    private static final Set<String> COLLECT = Set.of(
            "ip", "rp", "nd", "fa", "sa", "ni", "sp", "vl", "cb", "mx", "mn", "dp", "fdt", "idt", "edt", "rsk", "rik",
            "rtk", "psk", "stk", "sik", "eik", "iek", "na");

    private final PromptStore prompts;
    private final Map<String, String> values = new HashMap<>();

    AudioParameters(final PromptStore prompts) {
        this.prompts = prompts;
    }

    /** The parameters of {@code pa}. */
    PromptSequence play(final String text, final String selectors) throws Refusal, Unplayable {
        read(text, PLAY);
        if (!values.containsKey("an")) {
            throw new Refusal(538, "AU/pa needs an=");
        }
        final int iterations = values.getOrDefault("it", "1").equals("-1") ? 0 : (int) number("it", 1);
        if (iterations == 0 && !"-1".equals(values.get("it"))) {
            throw new Refusal(538, "it= plays nothing");
        }
        final long intervalNs = number("iv", 10) * UNIT_NS;
        final long durationNs = values.containsKey("du") ? number("du", 0) * UNIT_NS : Long.MAX_VALUE;
        final int gainDb = gain();
        expectSpeed();
        expectNoSelectors(selectors);
        return new PromptSequence(segments("an"), iterations, intervalNs, durationNs, gainDb);
    }

    /** The parameters of {@code pc}. */
    CollectParameters collect(final String text, final String selectors) throws Refusal, Unplayable {
        read(text, COLLECT);
        final DigitMap pattern = values.containsKey("dp") ? DigitMap.of(value("dp"), true) : null;
        if (pattern != null && (values.containsKey("mx") || values.containsKey("mn"))) {
            throw new Refusal(538, "dp= with mx= or mn=");
        }
        final int digitsMax = (int) number("mx", Math.max(1, number("mn", 1)));
        final int digitsMin = (int) number("mn", 1);
        if (digitsMax < 1 || digitsMax > DIGITS_MAX || digitsMin > digitsMax) {
            throw new Refusal(538, "mn= and mx= do not fit");
        }
        final String position = values.getOrDefault("psk", "");
        if (!position.isEmpty() && !position.matches("[0-9*#],(fst|lst|prv|nxt|cur)")) {
            throw new Refusal(538, "Bad psk=");
        }
        final int attempts = (int) number("na", 1);
        final int gainDb = gain();
        expectSpeed();
        expectNoSelectors(selectors);
        final List<Segment> initialPrompt = segments("ip");
        final List<Segment> reprompt = values.containsKey("rp") ? segments("rp") : initialPrompt;
        return new CollectParameters(
                initialPrompt,
                reprompt,
                values.containsKey("nd") ? segments("nd") : reprompt,
                segments("fa"),
                segments("sa"),
                !flag("ni"),
                flag("cb"),
                digitsMin,
                digitsMax,
                pattern,
                number("fdt", 50) * UNIT_NS,
                number("idt", 30) * UNIT_NS,
                number("edt", 0) * UNIT_NS,
                keys("rsk"),
                keys("rik"),
                keys("rtk"),
                position.isEmpty() ? CollectParameters.NO_KEY : position.charAt(0),
                position.isEmpty() ? "" : position.substring(2),
                key("stk", CollectParameters.NO_KEY),
                keySet(),
                key("eik", '#'),
                flag("iek"),
                Math.max(1, attempts),
                gainDb);
    }

    // ---- name=value name=value

    private void read(final String text, final Set<String> known) throws Refusal {
        values.clear();
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            final char c = i < text.length() ? text.charAt(i) : ' ';
            if (c == '(' || c == '<' || c == '[') {
                depth++;
            } else if (c == ')' || c == '>' || c == ']') {
                depth--;
            } else if ((c == ' ' || c == '\t') && depth == 0) {
                add(text.substring(from, i), known);
                from = i + 1;
            }
        }
        if (depth != 0) {
            throw new Refusal(538, "Brackets do not match");
        }
    }

    private String lastList = "";

    private void add(final String item, final Set<String> known) throws Refusal {
        if (item.isEmpty()) {
            return;
        }
        final int equals = item.indexOf('=');
        final int bracket = item.indexOf('(');
        final int selector = item.indexOf('[');
        if (equals < 0 || (bracket >= 0 && bracket < equals) || (selector >= 0 && selector < equals)) {
            // RFC 2897 §11 divides the segments of an= by blanks in one of its examples.
            if (lastList.isEmpty() || !values.containsKey(lastList)) {
                throw new Refusal(538, "Parameter without value: " + shown(item));
            }
            values.merge(lastList, item, (one, other) -> one + ',' + other);
            return;
        }
        final String name = item.substring(0, equals).toLowerCase(java.util.Locale.ROOT);
        if (!known.contains(name)) {
            throw new Refusal(538, "Unknown parameter " + shown(name));
        }
        if (values.putIfAbsent(name, item.substring(equals + 1)) != null) {
            throw new Refusal(538, "Parameter twice: " + name);
        }
        lastList = Set.of("an", "ip", "rp", "nd", "fa", "sa").contains(name) ? name : "";
    }

    private static String shown(final String text) {
        return text.length() <= 20 ? text : text.substring(0, 20);
    }

    private String value(final String name) {
        return values.getOrDefault(name, "");
    }

    private long number(final String name, final long byDefault) throws Refusal {
        final String text = values.get(name);
        if (text == null) {
            return byDefault;
        }
        if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) > NUMBER_MAX) {
            throw new Refusal(538, "Bad number in " + name + '=');
        }
        return Long.parseLong(text);
    }

    private int gain() throws Refusal {
        final String text = values.getOrDefault("vl", "+0");
        if (!text.matches("[+-]?[0-9]{1,3}") || Math.abs(Integer.parseInt(text)) > GAIN_MAX) {
            throw new Refusal(538, "Bad volume in vl=");
        }
        return Integer.parseInt(text);
    }

    /** A prompt at another speed is another prompt; ours are played as they are. */
    private void expectSpeed() throws Refusal, Unplayable {
        final String text = values.getOrDefault("sp", "100");
        if (!text.matches("[+-]?[0-9]{1,3}")) {
            throw new Refusal(538, "Bad speed in sp=");
        }
        if (!text.equals("100") && !text.equals("+0") && !text.equals("-0")) {
            throw new Unplayable(UNSPECIFIED);
        }
    }

    private static void expectNoSelectors(final String selectors) throws Unplayable {
        if (!selectors.isEmpty()) {
            throw new Unplayable(BAD_SELECTOR);
        }
    }

    private boolean flag(final String name) throws Refusal {
        return switch (values.getOrDefault(name, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Refusal(538, name + "= is true or false");
        };
    }

    private char key(final String name, final char byDefault) throws Refusal {
        final String text = values.get(name);
        if (text == null) {
            return byDefault;
        }
        if (text.equalsIgnoreCase("null")) {
            return CollectParameters.NO_KEY;
        }
        if (text.length() != 1 || KEYPAD.indexOf(text.charAt(0)) < 0) {
            throw new Refusal(538, "Bad key in " + name + '=');
        }
        return text.charAt(0);
    }

    private String keys(final String name) throws Refusal {
        final String text = value(name);
        expectKeys(name, text, KEY_SEQUENCE_MAX);
        return text;
    }

    private String keySet() throws Refusal {
        final String text = values.getOrDefault("sik", "0123456789");
        expectKeys("sik", text, KEYPAD.length());
        return text;
    }

    private static void expectKeys(final String name, final String text, final int lengthMax) throws Refusal {
        if (text.length() > lengthMax || !text.chars().allMatch(c -> KEYPAD.indexOf(c) >= 0)) {
            throw new Refusal(538, "Bad keys in " + name + '=');
        }
    }

    // ---- segments

    private List<Segment> segments(final String name) throws Refusal, Unplayable {
        final List<Segment> segments = new ArrayList<>();
        final String list = value(name);
        int depth = 0;
        int from = 0;
        for (int i = 0; i <= list.length() && !list.isEmpty(); i++) {
            final char c = i < list.length() ? list.charAt(i) : ',';
            if (c == '(' || c == '<' || c == '[') {
                depth++;
            } else if (c == ')' || c == '>' || c == ']') {
                depth--;
            } else if (c == ',' && depth == 0) {
                if (segments.size() == PromptSequence.SEGMENTS_MAX) {
                    throw new Unplayable(EXTRA_SEQUENCE);
                }
                segments.add(segment(list.substring(from, i)));
                from = i + 1;
            }
        }
        return segments;
    }

    private Segment segment(final String text) throws Refusal, Unplayable {
        if (text.matches("si\\([0-9]{1,9}\\)")) {
            return new PromptSequence.Pause(Long.parseLong(text.substring(3, text.length() - 1)) * UNIT_NS);
        }
        if (text.startsWith("vb(") && text.endsWith(")")) {
            throw new Unplayable(VARIABLE_UNSUPPORTED);
        }
        if ((text.startsWith("ts(") || text.startsWith("dt(") || text.startsWith("to(")) && text.endsWith(")")) {
            throw new Unplayable(UNSPECIFIED);
        }
        if (text.endsWith("]")) {
            throw new Unplayable(BAD_SELECTOR);
        }
        if (text.endsWith(">")) {
            throw new Unplayable(VARIABLE_UNSUPPORTED);
        }
        final boolean isAlias = text.length() > 2 && text.startsWith("/") && text.endsWith("/");
        if (!isAlias && !text.matches("[0-9]{1,32}")) {
            throw new Refusal(538, "Bad segment " + shown(text));
        }
        final PromptStore.Lookup found = prompts.find(isAlias ? text.substring(1, text.length() - 1) : text);
        if (found instanceof PromptStore.Found prompt) {
            return new PromptSequence.Recording(prompt.prompt());
        }
        throw new Unplayable(isAlias ? ALIAS_NOT_FOUND : BAD_AUDIO_ID);
    }
}
