package midplane.blade.mgcp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import midplane.signalling.sdp.SdpAnswer.Codec;
import org.jspecify.annotations.Nullable;

/**
 * LocalConnectionOptions (RFC 3435 §3.2.2.10), checked against what we can do: G.711 and telephone-event, packets of 10 to
 * 100 ms, no marking, no keys, no reservation.
 *
 * <p>There is no line behind our endpoints, so there is no echo to cancel, and a media server that has nothing to say says
 * nothing: echo cancellation and silence suppression may be asked for either way.
 */
final class ConnectionOptions {
    /** None given. */
    static final ConnectionOptions NONE = new ConnectionOptions(Map.of());

    static final int PACKET_MS = 20;

    private static final int PACKET_STEP_MS = 10;
    private static final int PACKET_MS_MAX = 100;
    /** G.711 alone, without headers: less is not to be had. */
    private static final int BANDWIDTH_MIN = 64;

    private final Map<String, String> fields;

    private ConnectionOptions(final Map<String, String> fields) {
        this.fields = fields;
    }

    /** Reads a list of options. */
    static ConnectionOptions of(final String text) throws Refusal {
        final Map<String, String> fields = new LinkedHashMap<>();
        for (final String item : items(text)) {
            final int colon = item.indexOf(':');
            final String name =
                    (colon < 0 ? item : item.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
            final String value = colon < 0 ? "" : item.substring(colon + 1).strip();
            if (name.isEmpty()) {
                continue;
            }
            check(name, value);
            if (fields.putIfAbsent(name, value) != null) {
                throw new Refusal(524, "Connection option twice: " + name);
            }
        }
        return new ConnectionOptions(fields);
    }

    private static List<String> items(final String text) {
        final List<String> items = new ArrayList<>();
        boolean isQuoted = false;
        int from = 0;
        for (int i = 0; i <= text.length(); i++) {
            final char c = i < text.length() ? text.charAt(i) : ',';
            isQuoted ^= c == '"';
            if (i == text.length() || (c == ',' && !isQuoted)) {
                items.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        return items;
    }

    private static void check(final String name, final String value) throws Refusal {
        final boolean isGood = switch (name) {
            case "a" -> !value.isEmpty();
            case "p" -> value.matches("[0-9]{1,4}(-[0-9]{1,4})?");
            case "b" -> value.matches("[0-9]{1,4}(-[0-9]{1,4})?");
            case "e", "s" -> value.equalsIgnoreCase("on") || value.equalsIgnoreCase("off");
            case "t" -> value.matches("[0-9A-Fa-f]{1,2}");
            case "nt" -> value.equalsIgnoreCase("IN") || value.equalsIgnoreCase("LOCAL");
            case "r" -> value.equalsIgnoreCase("be");
            case "gc" -> value.equalsIgnoreCase("auto") || value.matches("-?0{1,4}");
            case "k" -> false;
            case "fmtp" -> value.toLowerCase(Locale.ROOT).contains("telephone-event");
            default -> {
                if (name.startsWith("x-")) {
                    yield true;
                }
                if (name.startsWith("x+")) {
                    throw new Refusal(525, "Unknown extension in connection options");
                }
                if (name.indexOf('/') > 0) {
                    throw new Refusal(518, "Unsupported package in connection options");
                }
                throw new Refusal(541, "Unknown connection option");
            }
        };
        if (!isGood) {
            throw new Refusal(532, "Unsupported value of connection option " + name);
        }
        if (name.equals("t") && Integer.parseInt(value, 16) != 0) {
            throw new Refusal(532, "Packets are sent unmarked: t:00");
        }
        if (name.equals("b") && upper(value) < BANDWIDTH_MIN) {
            throw new Refusal(526, "G.711 needs more bandwidth");
        }
    }

    /** These, and of those before what is not among these (§2.3.6). */
    ConnectionOptions over(final ConnectionOptions before) {
        final Map<String, String> merged = new LinkedHashMap<>(before.fields);
        merged.putAll(fields);
        return new ConnectionOptions(merged);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    boolean namesCodecs() {
        return fields.containsKey("a");
    }

    /** The codecs allowed, in order of preference: all of ours when none are named. */
    List<Codec> codecs() {
        final String named = fields.get("a");
        if (named == null) {
            return List.of(Codec.PCMU, Codec.PCMA);
        }
        final List<Codec> codecs = new ArrayList<>();
        for (final String word : named.split(";", -1)) {
            final Codec codec = codec(word.strip());
            if (codec != null && !codecs.contains(codec)) {
                codecs.add(codec);
            }
        }
        return codecs;
    }

    private static @Nullable Codec codec(final String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "PCMU", "G.711", "G711", "G.711U" -> Codec.PCMU;
            case "PCMA", "G.711A" -> Codec.PCMA;
            default -> null;
        };
    }

    /** Whether telephone events may be used. */
    boolean allowsTelephoneEvents() {
        final String named = fields.get("a");
        return named == null || named.toLowerCase(Locale.ROOT).contains("telephone-event");
    }

    /**
     * The packet time: as near to what was asked for as may be (§2.3.5).
     *
     * @param otherwise what to take when nothing was asked for; 0 for our own choice.
     */
    int packetMs(final int otherwise) {
        final String asked = fields.get("p");
        if (asked == null) {
            return otherwise == 0 ? PACKET_MS : rounded(otherwise);
        }
        final int dash = asked.indexOf('-');
        final int first = Integer.parseInt(dash < 0 ? asked : asked.substring(0, dash));
        final int last = dash < 0 ? first : upper(asked);
        return first <= PACKET_MS && PACKET_MS <= last ? PACKET_MS : rounded(first);
    }

    private static int rounded(final int milliseconds) {
        final int steps = (milliseconds + PACKET_STEP_MS / 2) / PACKET_STEP_MS;
        return Math.max(PACKET_STEP_MS, Math.min(PACKET_MS_MAX, steps * PACKET_STEP_MS));
    }

    private static int upper(final String range) {
        return Integer.parseInt(range.substring(range.indexOf('-') + 1));
    }

    /** As they would be written, for audits. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        fields.forEach((name, value) -> text.append(text.length() == 0 ? "" : ", ")
                .append(name)
                .append(value.isEmpty() ? "" : ":")
                .append(Objects.requireNonNull(value)));
        return text.toString();
    }
}
