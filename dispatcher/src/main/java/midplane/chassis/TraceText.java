package midplane.chassis;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import midplane.dispatcher.TraceEvent;
import midplane.fabric.Protocol;
import midplane.signalling.SizeSource;
import org.jspecify.annotations.Nullable;

/** Tells people what a trace says: each decision with what was known when it was taken, and what happened afterwards. */
final class TraceText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    /** A session within one life of a chassis. */
    private record Session(long runUs, byte protocol, long key) {
        static Session of(final TraceReader.Entry entry) {
            return new Session(
                    entry.runUs(), entry.event().protocol(), entry.event().key());
        }
    }

    private final List<TraceReader.Entry> entries;
    private final PrintStream out;

    /** @param entries the oldest first. */
    TraceText(final List<TraceReader.Entry> entries, final PrintStream out) {
        this.entries = entries;
        this.out = out;
    }

    /**
     * Tells everything about the sessions of a name.
     *
     * @return how many sessions there were.
     */
    int printNamed(final String name) {
        final Set<Session> wanted = new HashSet<>();
        for (final TraceReader.Entry entry : entries) {
            if (entry.event().isNamed(name)) {
                wanted.add(Session.of(entry));
            }
        }
        return print(wanted);
    }

    /**
     * Tells about the sessions decided upon last.
     *
     * @return how many sessions there were.
     */
    int printLast(final int count) {
        final Set<Session> wanted = new HashSet<>();
        for (int i = entries.size() - 1; i >= 0 && wanted.size() < count; i--) {
            if (entries.get(i).event().type() == TraceEvent.DECIDED) {
                wanted.add(Session.of(entries.get(i)));
            }
        }
        return print(wanted);
    }

    /** How many events are missing, because the ring was full. */
    long lost() {
        return entries.stream()
                .map(TraceReader.Entry::event)
                .filter(event -> event.type() == TraceEvent.LOST)
                .mapToLong(TraceEvent::sequence)
                .sum();
    }

    /** Session by session, in the order in which they were opened. */
    private int print(final Set<Session> wanted) {
        final Map<Session, List<TraceEvent>> sessions = new LinkedHashMap<>();
        final Map<Long, String> runs = new HashMap<>();
        for (final TraceReader.Entry entry : entries) {
            final Session session = Session.of(entry);
            if (entry.event().type() == TraceEvent.BEGAN) {
                runs.put(entry.runUs(), printable(entry.event().name()));
            } else if (wanted.contains(session) && entry.event().type() == TraceEvent.DECIDED) {
                sessions.computeIfAbsent(session, key -> new ArrayList<>()).add(entry.event());
            } else if (sessions.containsKey(session) && entry.event().type() == TraceEvent.HOPPED) {
                sessions.get(session).add(entry.event());
            }
        }
        int printed = 0;
        for (final Map.Entry<Session, List<TraceEvent>> session : sessions.entrySet()) {
            if (printed++ > 0) {
                out.println();
            }
            final String run = runs.get(session.getKey().runUs());
            printSession(
                    session.getValue(),
                    run == null ? "began " + time(session.getKey().runUs()) : run);
        }
        return printed;
    }

    private void printSession(final List<TraceEvent> events, final String run) {
        final long openedUs = events.get(0).time();
        for (int i = 0; i < events.size(); i++) {
            final TraceEvent event = events.get(i);
            if (event.type() == TraceEvent.DECIDED) {
                printHead(event, i == 0 ? null : since(openedUs, event.time()), run);
                printDecision(event);
            } else {
                out.printf("  %s  %s%n", since(openedUs, event.time()), hop(event));
            }
        }
    }

    private void printHead(final TraceEvent event, final @Nullable String since, final String run) {
        if (since == null) {
            out.printf("%s  %s  %s%s%n", time(event.time()), protocol(event), printable(event.name()), rest(event));
            out.printf("  chassis    %s%n", run);
        } else {
            out.printf("  %s  placed again%n", since);
        }
    }

    private void printDecision(final TraceEvent event) {
        out.printf("  size       %s%n", size(event));
        for (int slot = 0; slot < event.slots(); slot++) {
            if (slot == 0) {
                out.println("  blade     state     reported  +since  capacity");
            }
            out.printf(
                    "  %-8s  %-8s  %8d  %6d  %8d  %s%n",
                    bladeName(slot),
                    ChassisMain.stateName(event.state(slot)),
                    event.reported(slot),
                    event.outstanding(slot),
                    event.capacity(slot),
                    remark(event, slot));
        }
        out.printf("  choice     %s%n", choice(event));
    }

    private static String size(final TraceEvent event) {
        return event.units()
                + (event.units() == 1 ? " unit, " : " units, ")
                + (event.sizeSource() == SizeSource.SERVICE
                        ? "usual for the service"
                        : "said by " + PropertyKind.Choice.nameOf(event.sizeSource()))
                + (event.isRequired() ? ", required" : "")
                + (event.isContradictory() ? ", the larger of two" : "")
                + (event.isUnreadable() ? ", something else could not be read" : "");
    }

    private static String remark(final TraceEvent event, final int slot) {
        final List<String> words = new ArrayList<>();
        words.add(event.isCandidate(slot) ? "candidate" : event.isExcluded(slot) ? "handed it back" : "-");
        if (event.isOld(slot)) {
            words.add("old report");
        }
        if (event.isFull(slot)) {
            words.add("ring full");
        }
        if (event.slot() == slot) {
            words.add("<== chosen");
        }
        return String.join(", ", words);
    }

    private static String choice(final TraceEvent event) {
        final String blade = event.slot() < 0 ? "none: " : bladeName(event.slot()) + ": ";
        return blade
                + switch (event.reason()) {
                    case POLICY -> "the policy's, dispatch sequence " + event.sequence();
                    case LAST_RESORT ->
                        "the policy's, of blades with old reports only, dispatch sequence " + event.sequence();
                    case CONFERENCE -> "its conference is there, dispatch sequence " + event.sequence();
                    case NAMED_DIALOG -> "the dialog it names is there, dispatch sequence " + event.sequence();
                    case NO_ROOM -> "no blade has room for so many units";
                    case NO_BLADE -> "no blade takes anything";
                    case RINGS_FULL -> "all rings were full";
                    case HANGING_UP -> "the chassis is about to stop";
                    case TABLE_FULL -> "the dispatch table is full";
                };
    }

    private static String hop(final TraceEvent event) {
        final String blade = event.slot() < 0 ? "no blade" : bladeName(event.slot());
        return switch (event.hop()) {
            case REPEAT -> "repeat to " + blade;
            case STRAY -> "stray at the well-known port, relayed to " + blade;
            case HANDED_BACK -> "handed back by " + blade;
            case SETTLED -> "settled by " + blade;
        };
    }

    private static String rest(final TraceEvent event) {
        final int kept = event.name().getBytes(StandardCharsets.UTF_8).length;
        return event.nameLength() > kept ? "... (" + event.nameLength() + " bytes)" : "";
    }

    private static String protocol(final TraceEvent event) {
        return event.protocol() == Protocol.MGCP ? "mgcp" : "sip";
    }

    private static String bladeName(final int slot) {
        return String.format(Locale.ROOT, "b%02x", slot);
    }

    private static String time(final long us) {
        return TIME.format(Instant.ofEpochSecond(
                Math.floorDiv(us, MICROS_PER_SECOND), Math.floorMod(us, MICROS_PER_SECOND) * NANOS_PER_MICRO));
    }

    private static String since(final long fromUs, final long us) {
        return String.format(Locale.ROOT, "+%.6f", (us - fromUs) / (double) MICROS_PER_SECOND);
    }

    /** A stranger's text must not speak to the terminal. */
    private static String printable(final String text) {
        final StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> printable.appendCodePoint(Character.isISOControl(c) || c == 0xFFFD ? '?' : c));
        return printable.toString();
    }
}
