package midplane.chassis;

import java.util.List;
import midplane.dispatcher.BladeSelector;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import org.jspecify.annotations.Nullable;

/** Every property: its name, its default, what it accepts, what it is for. The one table of them. */
public enum ChassisProperty {
    BLADE_COUNT("midplane.blade.count", "4", new PropertyKind.WholeNumber(1, 64), "Processor blades in the chassis."),
    BLADE_PORT_BASE(
            "midplane.blade.port-base",
            "5071",
            new PropertyKind.WholeNumber(0, 65_535),
            "UDP port of the blade in slot 0; the others follow. 0: ports that the system chooses."),
    SIP_PORT(
            "midplane.sip.port",
            "5060",
            new PropertyKind.WholeNumber(0, 65_535),
            "The well-known SIP port. 0: a port that the system chooses."),
    BIND_ADDRESS(
            "midplane.bind-address", "127.0.0.1", new PropertyKind.Address(), "Address that all ports are bound to."),
    ADVERTISED_HOST(
            "midplane.advertised-host",
            "",
            new PropertyKind.Host(),
            "Host written into Contact and Via. Empty: midplane.bind-address."),
    ALLOW(
            "midplane.allow",
            "127.0.0.0/8,::1/128",
            new PropertyKind.Blocks(),
            "Sources that are listened to; all others get no answer."),
    ADMISSION_STRANGERS(
            "midplane.admission.strangers",
            "silence",
            new PropertyKind.Choice(List.of("silence", "forbid")),
            "What a source outside of midplane.allow hears at the well-known port: nothing, or 403."),
    ADMISSION_AMPLIFICATION_MAX(
            "midplane.admission.amplification-max",
            Integer.toString(AdmissionSettings.AMPLIFICATION_MAX),
            new PropertyKind.WholeNumber(2, 1_000),
            "How many times the bytes it sent a host gets from a blade until it has sent back one of our tags."),
    ADMISSION_SOURCES(
            "midplane.admission.sources",
            Integer.toString(AdmissionSettings.SOURCES_MAX),
            new PropertyKind.WholeNumber(8, 1_048_576),
            "Hosts whose bytes and proofs are remembered, by the dispatcher and by each blade."),
    QUARANTINE_DIRECTORY(
            "midplane.quarantine.directory",
            "",
            new PropertyKind.Directory(),
            "Directory that gets the messages our own code broke on, each a line of a fuzz corpus. Empty: none is kept."),
    QUARANTINE_MAX_FILES(
            "midplane.quarantine.max-files",
            "100",
            new PropertyKind.WholeNumber(1, 10_000),
            "Messages kept there at most; later ones are only counted."),
    THREADING_MODE(
            "midplane.threading-mode",
            "shared",
            new PropertyKind.Choice(List.of("shared", "dedicated", "single")),
            "shared: blades share min(blades, cores - 1) threads; dedicated: a thread for each; single: one for all."),
    IDLE(
            "midplane.idle",
            "park",
            PropertyKind.Choice.of(IdleMode.class),
            "How a thread with nothing to do waits. spin needs a core for each thread."),
    RING_LENGTH(
            "midplane.ring.length",
            "512",
            new PropertyKind.PowerOfTwo(2, 65_536),
            "Frames that fit into the ring between the dispatcher and one blade."),
    RING_FRAME_CAPACITY(
            "midplane.ring.frame-capacity",
            "8KiB",
            new PropertyKind.Size("1KiB", "64KiB"),
            "The longest frame; a longer message is refused with 513."),
    DISPATCHER_POLICY(
            "midplane.dispatcher.policy",
            "least-loaded",
            PropertyKind.Choice.of(BladeSelector.Policy.class),
            "How a blade is selected for a new session."),
    DISPATCHER_HAND_BACKS_MAX(
            "midplane.dispatcher.hand-backs-max",
            "3",
            new PropertyKind.WholeNumber(0, 63),
            "Blades that may hand a call back for want of room before the chassis refuses it."),
    DISPATCHER_SHADOW_POLICY(
            "midplane.dispatcher.shadow-policy",
            "",
            PropertyKind.Choice.of(BladeSelector.Policy.class),
            "A policy that is asked besides and only watched: how often it differs, and who regrets. Empty: none."),
    DISPATCHER_PORT_INSERTION(
            "midplane.dispatcher.port-insertion",
            "header",
            PropertyKind.Choice.of(PortInsertion.class),
            "Where the port identifier is written into the message, beside the frame that always has it."),
    DISPATCHER_TABLE_CAPACITY(
            "midplane.dispatcher.table-capacity",
            "262144",
            new PropertyKind.WholeNumber(16, 16_777_216),
            "Dialogs that the dispatcher remembers; one more gets 503."),
    DISPATCHER_REFUSALS_PER_SECOND(
            "midplane.dispatcher.refusals-per-second",
            "1000",
            new PropertyKind.WholeNumber(0, 1_000_000),
            "Answers that the dispatcher itself gives; beyond that it keeps silent."),
    SIP_RESPONSE_FROM(
            "midplane.sip.response-from",
            "auto",
            PropertyKind.Choice.of(ResponseFrom.class),
            "Socket that answers what came to the well-known port; auto: that port if the client sent rport."),
    SIP_T1("midplane.sip.t1", "500ms", new PropertyKind.Duration("10ms", "10s"), "RFC 3261 timer T1."),
    SIP_T2("midplane.sip.t2", "4s", new PropertyKind.Duration("10ms", "60s"), "RFC 3261 timer T2; not below T1."),
    SIP_T4("midplane.sip.t4", "5s", new PropertyKind.Duration("0ms", "60s"), "RFC 3261 timer T4."),
    SIP_ANSWER_DELAY(
            "midplane.sip.answer-delay",
            "0ms",
            new PropertyKind.Duration("0ms", "3m"),
            "How long a call rings (180) before it is answered. 0ms: no ringing."),
    SIP_MAX_DIALOGS(
            "midplane.sip.max-dialogs",
            "2048",
            new PropertyKind.WholeNumber(1, 1_000_000),
            "Dialogs on one blade, each about 11KiB of heap; one more is refused."),
    SIP_MAX_UNACKNOWLEDGED(
            "midplane.sip.max-unacknowledged",
            "1024",
            new PropertyKind.WholeNumber(1, 1_000_000),
            "Calls on one blade that ring or await their ACK, 3/4 of what fits at most; then the greediest host loses one."),
    SIP_MAX_UNACKNOWLEDGED_PER_SOURCE(
            "midplane.sip.max-unacknowledged-per-source",
            "512",
            new PropertyKind.WholeNumber(1, 1_000_000),
            "The same for calls from one host on one blade; one more is refused."),
    MGCP_ENABLED(
            "midplane.mgcp.enabled",
            "auto",
            new PropertyKind.Choice(List.of("auto", "true", "false")),
            "Whether the chassis speaks MGCP beside SIP; auto: on loopback, or where midplane.mgcp.allow names call agents."),
    MGCP_PORT(
            "midplane.mgcp.port",
            "2427",
            new PropertyKind.WholeNumber(0, 65_535),
            "The well-known MGCP port. 0: a port that the system chooses."),
    MGCP_BLADE_PORT_BASE(
            "midplane.mgcp.blade-port-base",
            "2443",
            new PropertyKind.WholeNumber(0, 65_535),
            "UDP port for MGCP of the blade in slot 0; the others follow. 0: ports that the system chooses."),
    MGCP_REDIRECT(
            "midplane.mgcp.redirect",
            "port",
            PropertyKind.Choice.of(MgcpRedirect.class),
            "What Z: says. port: the blade's port; addr: its own address; relay: neither, all comes by midplane.mgcp.port."),
    MGCP_BLADE_ADDRESS_BASE(
            "midplane.mgcp.blade-address-base",
            "",
            new PropertyKind.Address(),
            "For midplane.mgcp.redirect=addr: address of the blade in slot 0; the others follow."),
    MGCP_ALLOW(
            "midplane.mgcp.allow",
            "127.0.0.0/8,::1/128",
            new PropertyKind.Blocks(),
            "Call agents: who may send MGCP commands and be told of events. MGCP knows no passwords."),
    MGCP_RESPONSE_FROM(
            "midplane.mgcp.response-from",
            "wellknown",
            PropertyKind.Choice.of(ResponseFrom.class),
            "Socket that answers what came to midplane.mgcp.port; auto is that port."),
    MGCP_NOTIFIED_ENTITY(
            "midplane.mgcp.notified-entity",
            "",
            new PropertyKind.NotifiedEntity(),
            "Call agent that is told of restarts and events until one names another, such as ca@192.0.2.7:2727."),
    MGCP_HISTORY(
            "midplane.mgcp.history",
            "30s",
            new PropertyKind.Duration("1s", "10m"),
            "RFC 3435 T-HIST: how long the response to a command is remembered."),
    MGCP_RESTART_DELAY(
            "midplane.mgcp.restart-delay",
            "10s",
            new PropertyKind.Duration("0ms", "10m"),
            "RFC 3435 MWD: a restart is told after a random part of this."),
    MGCP_EXECUTION_DELAY(
            "midplane.mgcp.execution-delay",
            "0ms",
            new PropertyKind.Duration("0ms", "20s"),
            "How long creating or modifying a connection takes, answered provisionally (100) meanwhile. 0ms: no longer."),
    MGCP_TABLE_CAPACITY(
            "midplane.mgcp.table-capacity",
            "65536",
            new PropertyKind.WholeNumber(16, 16_777_216),
            "MGCP transactions that the dispatcher remembers; one more gets 409."),
    SIP_SESSION_EXPIRES(
            "midplane.sip.session-expires",
            "30m",
            new PropertyKind.Duration("0ms", "24h"),
            "Session interval asked of clients that support timers (RFC 4028); 0ms: only what they ask for."),
    SIP_MIN_SE(
            "midplane.sip.min-se",
            "90s",
            new PropertyKind.Duration("90s", "24h"),
            "The least session interval that is agreed to; less gets 422."),
    RTP_PORT_RANGE(
            "midplane.rtp.port-range",
            "20000-29999",
            new PropertyKind.PortRange(),
            "Ports for RTP and RTCP, split evenly over the blades."),
    RTP_ALLOW(
            "midplane.admission.rtp-allow",
            "",
            new PropertyKind.Blocks(),
            "Hosts that get RTP unasked; another than the caller's must send some first. Empty: midplane.allow."),
    RTP_ADVERTISED_ADDRESS(
            "midplane.rtp.advertised-address",
            "",
            new PropertyKind.Address(),
            "Address written into SDP. Empty: midplane.advertised-host if numeric, else midplane.bind-address."),
    PROMPTS_ROOT(
            "midplane.prompts.root",
            "",
            new PropertyKind.Directory(),
            "Directory of prompts (WAV). Empty: only those in the jar."),
    MEDIA_MAX_PLAY(
            "midplane.media.max-play",
            "1h",
            new PropertyKind.Duration("1s", "24h"),
            "The longest that an announcement plays, whatever the caller asked for."),
    BLADE_CAPACITY(
            "midplane.blade.capacity",
            "",
            new PropertyKind.WholeNumbers(1, 1_000_000),
            "Units of load that a blade carries, or a number for each slot. Empty: midplane.sip.max-dialogs."),
    BLADE_WEIGHT(
            "midplane.blade.weight",
            "1",
            new PropertyKind.WholeNumbers(1, 1000),
            "A blade's share under the policy weighted, against that of the others; one number, or one for each slot."),
    LOAD_REPORT_INTERVAL(
            "midplane.load.report-interval",
            "100ms",
            new PropertyKind.Duration("10ms", "10s"),
            "Time between two load reports; sooner on a change of 2 %. After three without one a blade is suspect."),
    LOAD_UNITS_ANNOUNCEMENT(
            "midplane.load.units.announcement",
            "1",
            new PropertyKind.WholeNumber(1, 1000),
            "Units of load that one leg of an announcement costs."),
    LOAD_UNITS_ECHO(
            "midplane.load.units.echo",
            "1",
            new PropertyKind.WholeNumber(1, 1000),
            "Units of load that one leg of an echo costs."),
    LOAD_UNITS_CONFERENCE_LEG(
            "midplane.load.units.conference-leg",
            "1",
            new PropertyKind.WholeNumber(1, 1000),
            "Units of load that one leg of a conference costs."),
    LOAD_UNITS_PCMU_PERCENT(
            "midplane.load.units.pcmu-percent",
            "100",
            new PropertyKind.WholeNumber(1, 10_000),
            "What G.711 mu-law makes of a service's units, in hundredths."),
    LOAD_UNITS_PCMA_PERCENT(
            "midplane.load.units.pcma-percent",
            "100",
            new PropertyKind.WholeNumber(1, 10_000),
            "What G.711 A-law makes of a service's units, in hundredths."),
    MEDIA_SILENCE_LIMIT(
            "midplane.media.silence-limit",
            "5m",
            new PropertyKind.Duration("0ms", "24h"),
            "A call ends when neither packet nor request came from its caller for so long; on hold it may. 0ms: never."),
    CONFERENCE_MAX_LEGS(
            "midplane.conference.max-legs",
            "256",
            new PropertyKind.WholeNumber(2, 16_384),
            "Legs of all conferences on one blade, each about 5KiB of heap; one more is refused."),
    CONFERENCE_JOIN_WINDOW(
            "midplane.conference.join-window",
            "5m",
            new PropertyKind.Duration("0ms", "24h"),
            "How long a new conference holds its size for those who are to join."),
    CONFERENCE_MAX_STAY(
            "midplane.conference.max-stay",
            "24h",
            new PropertyKind.Duration("1s", "720h"),
            "The longest that one leg stays in a conference."),
    FABRIC_TAP(
            "midplane.fabric.tap",
            "",
            new PropertyKind.File(),
            "File (pcap) that gets a copy of the frames that cross the fabric. Empty: none."),
    FABRIC_TAP_SLOTS("midplane.fabric.tap-slots", "all", new PropertyKind.SlotList(), "Slots whose frames are copied."),
    FABRIC_TAP_MAX_SIZE(
            "midplane.fabric.tap-max-size",
            "64MiB",
            new PropertyKind.Size("64KiB", "1024GiB"),
            "The tap stops when its file is as long as this."),
    TRACE_FILE(
            "midplane.trace.file",
            TraceSettings.AUTO,
            new PropertyKind.FileOrWord(List.of(TraceSettings.AUTO, TraceSettings.NONE)),
            "File of the placement trace. auto: <SIP port>.trace in midplane-<user> among temporary files."),
    TRACE_MAX_SIZE(
            "midplane.trace.max-size",
            "16MiB",
            new PropertyKind.Size("64KiB", "1GiB"),
            "Length of the trace's file; the newest decision goes over the oldest."),
    SOCKET_BUFFER(
            "midplane.socket.buffer",
            "4MiB",
            new PropertyKind.Size("64KiB", "1GiB"),
            "Send and receive buffer asked of the system for each signalling port."),
    SHUTDOWN_TIMEOUT(
            "midplane.shutdown-timeout",
            "5s",
            new PropertyKind.Duration("0ms", "10m"),
            "How long a stop waits for the last calls to end.");

    private static final String PREFIX = "midplane.";

    /** Edits that a whole right word makes up for. */
    private static final int WORD_WORTH = 4;

    private final String propertyName;
    private final String defaultText;

    @SuppressWarnings("ImmutableEnumChecker") // Every kind is a record of immutable things.
    private final PropertyKind kind;

    private final String description;

    ChassisProperty(
            final String propertyName, final String defaultText, final PropertyKind kind, final String description) {
        this.propertyName = propertyName;
        this.defaultText = defaultText;
        this.kind = kind;
        this.description = description;
    }

    /** As it stands in a file or on the command line. */
    public String propertyName() {
        return propertyName;
    }

    /** Empty when there is none. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for people. */
    public String description() {
        return description;
    }

    /** What a value must be, to follow "expected". */
    public String expected() {
        return defaultText.isEmpty() ? kind.expected() + ", or nothing" : kind.expected();
    }

    boolean accepts(final String text) {
        return text.isEmpty() ? defaultText.isEmpty() : kind.accepts(text);
    }

    static @Nullable ChassisProperty find(final String name) {
        for (final ChassisProperty property : values()) {
            if (property.propertyName.equals(name)) {
                return property;
            }
        }
        return null;
    }

    /** The property somebody probably meant who wrote this name. */
    static ChassisProperty nearest(final String name) {
        final String full = name.startsWith(PREFIX) ? name : PREFIX + name;
        ChassisProperty nearest = BLADE_COUNT;
        int leastDistance = Integer.MAX_VALUE;
        for (final ChassisProperty property : values()) {
            final int distance = distance(full, property.propertyName);
            if (distance < leastDistance) {
                leastDistance = distance;
                nearest = property;
            }
        }
        return nearest;
    }

    /** By letters, but a whole word that is right says more: midplane.t1 is not midplane.idle, rtp.ports not sip.port. */
    private static int distance(final String from, final String to) {
        final int words = (firstWord(from).equals(firstWord(to)) ? 1 : 0)
                + (lastWord(from).equals(lastWord(to)) ? 1 : 0);
        return edits(from, to) - words * WORD_WORTH;
    }

    private static String firstWord(final String name) {
        final int end = name.indexOf('.', PREFIX.length());
        return name.substring(PREFIX.length(), end < 0 ? name.length() : end);
    }

    private static String lastWord(final String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Letters to insert, remove or replace to get from one text to the other (Levenshtein). */
    private static int edits(final String from, final String to) {
        int[] above = new int[to.length() + 1];
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                final int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
            }
            final int[] done = row;
            row = above;
            above = done;
        }
        return above[to.length()];
    }
}
