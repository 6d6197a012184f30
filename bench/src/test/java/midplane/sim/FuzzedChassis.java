package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;
import midplane.chassis.ThreadingMode;
import midplane.net.Peer;
import midplane.shelf.Counters;
import midplane.shelf.PromptStore;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.oracle.OracleParser;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.MutableDirectBuffer;

/**
 * A small chassis whose world is a script of bytes: what is said to it, by whom, when, and what becomes of it on the way.
 * It must never throw, always come to rest, say nothing but SIP, and have its books balanced and nothing left once all
 * timers have run out. Single-threaded; equal scripts give equal histories.
 */
final class FuzzedChassis implements AutoCloseable {
    private static final String CHASSIS_HOST = "10.0.0.1";
    private static final String[] HOSTS = {"10.1.0.1", "10.1.0.2", "192.168.0.9"};
    private static final int WELL_KNOWN_PORT = 5060;
    private static final int BLADE_PORT_BASE = 5071;
    private static final int BLADES = 2;
    private static final int CALLS = 4;
    private static final int FIRST_MEDIA_PORT = 20_000;
    private static final int PEER_MEDIA_PORT = 30_000;
    private static final long MS = 1_000_000L;

    /** All SIP timers are fifty times as fast as they are. */
    private static final long T1_NS = 10 * MS;

    private static final long LONG_STEP_NS = 200 * MS;
    private static final long SCRIPT_NS_MAX = 20_000 * MS;

    /** Longer than any timer of a blade. */
    private static final long REST_NS = 4_000 * MS;

    /** Longer than the dispatcher remembers a call that rings for ever: passed in one step. */
    private static final long FORGET_NS = 200_000 * MS;

    private static final int CYCLES_MAX = 10_000;
    private static final int SENT_MAX = 200;

    private static final PromptStore PROMPTS = SimulatedPrompts.store();
    private static final int COUNTERS = 512;

    private static final Pattern STATUS = Pattern.compile("\\ASIP/2\\.0 ([0-9]{3}) ");
    private static final Pattern TO_TAG = Pattern.compile("(?m)^To: .*;tag=([^;\r]+)");
    private static final Pattern CALL_ID = Pattern.compile("(?m)^Call-ID: ([^\r]+)");
    private static final Pattern CONTACT_PORT = Pattern.compile("(?m)^Contact: <[^>\r]*:([0-9]+)>");
    private static final Pattern AUDIO_PORT = Pattern.compile("(?m)^m=audio ([0-9]+) ");

    private static final String[] SERVICES = {
        "echo@ms",
        "annc@ms;play=" + SimulatedPrompts.NAME,
        "annc@ms",
        "annc@ms;play=nothing",
        "conf=1@ms",
        "nobody@ms",
        "annc@ms;play=" + SimulatedPrompts.NAME + ";repeat=forever;delay=100",
        "ms"
    };
    private static final String[] METHODS = {
        "OPTIONS",
        "INFO",
        "UPDATE",
        "PRACK",
        "REGISTER",
        "MESSAGE",
        "SUBSCRIBE",
        "NOTIFY",
        "PUBLISH",
        "REFER",
        "NONSENSE"
    };
    private static final String[] EXTRAS = {
        "",
        "Require: 100rel\r\n",
        "Supported: 100rel,timer\r\nSession-Expires: 90\r\n",
        "Midplane-Port: 9\r\nRecord-Route: <sip:10.1.0.1;lr>\r\n",
        "Content-Type: text/plain\r\n",
        "Session-Size: 40\r\nTimestamp: 1\r\n",
        "Replaces: x;to-tag=1;from-tag=2\r\n",
        "Expires: 0\r\nMin-SE: 1\r\nRAck: 1 1 INVITE\r\n"
    };

    /** Who says what to the chassis, and what it has said back. */
    private static final class Call {
        private final String callId;
        private final int number;
        private String toTag = "";
        private int contactPort = WELL_KNOWN_PORT;
        private int mediaPort = FIRST_MEDIA_PORT;
        private int cseq;
        private int inviteCseq;

        Call(final int number) {
            this.number = number;
            callId = "call-" + number;
        }
    }

    private final VirtualClock clock = new VirtualClock();
    private final VirtualNetwork network = new VirtualNetwork(clock, 1, FaultPlan.NONE);
    private final List<String> errors = new ArrayList<>();
    private final List<VirtualPort> peers = new ArrayList<>();
    private final List<VirtualPort> mediaPeers = new ArrayList<>();
    private final Call[] calls = new Call[CALLS];
    private final OracleParser oracle = new OracleParser();
    private final Peer chassisHost = peer(CHASSIS_HOST, WELL_KNOWN_PORT);
    private final Chassis chassis;
    private final Script script;
    private byte[] lastSent = new byte[0];
    private Peer lastTarget = chassisHost;
    private String lastRequestHeard = "";
    private Peer lastRequestSource = chassisHost;
    private int sent;

    FuzzedChassis(final byte[] script) {
        this.script = new Script(script);
        final Chance entropy = new Chance(1);
        chassis = Chassis.launch(new ChassisContext()
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(clock)
                .epochClock(clock.epochClock())
                .datagramPortSupplier(network)
                .entropySeed(entropy::nextLong)
                .promptStore(PROMPTS)
                .counters(new Counters(COUNTERS))
                .errorHandler(error -> errors.add(text(error)))
                .stateListener((slot, state, sessions) -> {})
                .bindAddress(CHASSIS_HOST)
                .allow("10.0.0.0/8")
                .wellKnownSipPort(WELL_KNOWN_PORT)
                .mgcp(false)
                .bladePortBase(BLADE_PORT_BASE)
                .bladeCount(BLADES)
                .rtpPortRange(FIRST_MEDIA_PORT, FIRST_MEDIA_PORT + 4 * BLADES - 1)
                .t1Ns(T1_NS)
                .t2Ns(4 * T1_NS)
                .t4Ns(5 * T1_NS)
                .maxPlayNs(1_000 * MS)
                .maxDialogs(3)
                .tableCapacity(64)
                .ringLength(16)
                .answerDelayNs((this.script.next() & 1) * 50 * MS));
        for (final String host : HOSTS) {
            peers.add(network.attach(new InetSocketAddress(host, WELL_KNOWN_PORT), this::onDatagram));
            mediaPeers.add(network.attach(new InetSocketAddress(host, PEER_MEDIA_PORT), (b, o, l, s) -> {}));
        }
        for (int i = 0; i < CALLS; i++) {
            calls[i] = new Call(i);
        }
    }

    /** Does what the script says, and then lets all that was begun come to its end. */
    void run() {
        runFor(0);
        while (script.hasMore() && sent < SENT_MAX && clock.elapsedNs() < SCRIPT_NS_MAX) {
            act();
            runFor(MS);
            assertEquals(List.of(), errors);
        }
        for (final String host : HOSTS) {
            link(peer(host, WELL_KNOWN_PORT), FaultPlan.NONE);
        }
        runFor(REST_NS);
        clock.advanceTo(clock.nanoTime() + FORGET_NS);
        runFor(REST_NS);
        assertEquals(List.of(), errors);
        checkBooks();
    }

    Counters counters() {
        return chassis.counters();
    }

    @Override
    public void close() {
        chassis.close();
    }

    // ---- what the script may ask for

    private void act() {
        final Call call = calls[script.next(CALLS)];
        switch (script.next(16)) {
            case 0, 1 -> {
                if (call.toTag.isEmpty()) {
                    call.inviteCseq = ++call.cseq;
                }
                say(call, "INVITE", "", call.inviteCseq, offer());
            }
            case 2 -> say(call, "ACK", call.toTag, call.inviteCseq, script.next(4) == 0 ? offer() : "");
            case 3 -> say(call, "BYE", call.toTag, ++call.cseq, "");
            case 4 -> say(call, "CANCEL", "", call.inviteCseq, "");
            case 5 -> {
                call.inviteCseq = ++call.cseq;
                say(call, "INVITE", call.toTag, call.inviteCseq, offer());
            }
            case 6 -> say(call, METHODS[script.next(METHODS.length)], call.toTag, ++call.cseq, offer());
            case 7 -> send(lastSent, peers.get(script.next(HOSTS.length)), lastTarget);
            case 8 -> send(script.take(script.next()), peers.get(script.next(HOSTS.length)), target(call));
            case 9 -> runFor(script.next() * MS);
            case 10 -> runFor(script.next() * LONG_STEP_NS / 8);
            case 11 -> answer();
            case 12 -> {
                final VirtualPort media = mediaPeers.get(script.next(HOSTS.length));
                send(script.take(script.next(64)), media, chassisHost.withPort(call.mediaPort + script.next(2)));
            }
            case 13 -> link(peers.get(script.next(HOSTS.length)).local(), faults());
            case 14 -> {
                if (script.next(8) == 0) {
                    chassis.hangUp();
                }
            }
            default -> {
                call.toTag = script.next(2) == 0 ? "" : calls[script.next(CALLS)].toTag;
            }
        }
    }

    private FaultPlan faults() {
        return switch (script.next(4)) {
            case 0 -> FaultPlan.NONE.withLoss(1);
            case 1 -> FaultPlan.NONE.withDuplication(1);
            case 2 -> FaultPlan.NONE.withJitterNs(100 * MS);
            default -> FaultPlan.NONE;
        };
    }

    private void link(final Peer host, final FaultPlan plan) {
        network.link(host, chassisHost, plan);
        network.link(chassisHost, host, plan);
    }

    /** Where a request of this call may go: where Contact says, to the well-known port, or to another blade. */
    private Peer target(final Call call) {
        return switch (script.next(4)) {
            case 0 -> chassisHost;
            case 1 -> chassisHost.withPort(BLADE_PORT_BASE + script.next(BLADES));
            default -> chassisHost.withPort(call.contactPort);
        };
    }

    private void say(final Call call, final String method, final String toTag, final int cseq, final String body) {
        final int spelling = script.next();
        final VirtualPort source = peers.get((spelling & 3) == 3 ? script.next(HOSTS.length) : 0);
        final String branch = "z9hG4bK-" + call.number + '-' + cseq
                + (method.equals("INVITE") || method.equals("CANCEL") ? "" : method)
                + ((spelling & 4) != 0 ? script.next() : "");
        final StringBuilder text = new StringBuilder();
        text.append(method)
                .append(" sip:")
                .append(SERVICES[script.next(SERVICES.length)])
                .append(" SIP/2.0\r\n");
        text.append((spelling & 8) != 0 ? "v: " : "Via: ")
                .append("SIP/2.0/UDP ")
                .append(source.local().host());
        text.append(";branch=").append(branch).append((spelling & 16) != 0 ? ";rport\r\n" : "\r\n");
        text.append("From: <sip:as@")
                .append(HOSTS[0])
                .append(">;tag=from-")
                .append(call.number)
                .append("\r\n");
        text.append("To: <sip:ms>")
                .append(toTag.isEmpty() ? "" : ";tag=" + toTag)
                .append("\r\n");
        text.append("Call-ID: ").append(call.callId).append("\r\n");
        text.append("CSeq: ")
                .append((spelling & 32) != 0 ? script.next() : cseq)
                .append(' ')
                .append(method);
        text.append("\r\nContact: <sip:as@").append(source.local().host()).append(">\r\n");
        text.append((spelling & 64) != 0 ? EXTRAS[script.next(EXTRAS.length)] : "");
        text.append(body.isEmpty() ? "" : "Content-Type: application/sdp\r\n");
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        final byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        if ((spelling & 128) != 0) {
            bytes[(script.next() << 8 | script.next()) % bytes.length] = (byte) script.next();
        }
        send(bytes, source, target(call));
    }

    private String offer() {
        final int which = script.next(10);
        if (which == 0) {
            return "";
        }
        final String address = which == 1 ? "IN IP4 0.0.0.0" : which == 2 ? "IN IP6 ::1" : "IN IP4 " + HOSTS[which % 3];
        final StringBuilder offer = new StringBuilder("v=0\r\no=- 1 1 IN IP4 10.1.0.1\r\ns=-\r\nc=");
        offer.append(address).append("\r\nt=0 0\r\n");
        offer.append(which == 3 ? "m=video 9 RTP/AVP 31\r\n" : "");
        offer.append(which == 4 ? "m=audio 0 RTP/AVP 0\r\n" : "m=audio " + PEER_MEDIA_PORT + " RTP/AVP 0 8 101\r\n");
        offer.append("a=rtpmap:101 telephone-event/8000\r\n");
        offer.append(which == 5 ? "a=sendonly\r\n" : which == 6 ? "a=recvonly\r\n" : "");
        return which == 7 ? offer.substring(0, script.next() % offer.length()) : offer.toString();
    }

    /** What the chassis asked last is answered, well or not. */
    private void answer() {
        final int status = 100 + script.next() * 3;
        final int headers = lastRequestHeard.indexOf("\r\n");
        if (headers > 0) {
            final byte[] bytes = ("SIP/2.0 " + Math.min(status, 699) + " X" + lastRequestHeard.substring(headers))
                    .getBytes(StandardCharsets.ISO_8859_1);
            final int place = script.next();
            if (place < 128) {
                bytes[place * 8 % bytes.length] = (byte) script.next();
            }
            send(bytes, peers.get(script.next(HOSTS.length)), lastRequestSource);
        }
    }

    private void send(final byte[] bytes, final VirtualPort source, final Peer target) {
        sent++;
        lastSent = bytes;
        lastTarget = target;
        source.offer(ByteBuffer.wrap(bytes), target);
    }

    // ---- what the chassis says

    private void onDatagram(final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final String text = new String(bytes, StandardCharsets.ISO_8859_1);
        final Matcher status = STATUS.matcher(text);
        final boolean isRefusal = status.find() && status.group(1).charAt(0) >= '3';
        checkMessage(oracle.parse(bytes, length).verdict(), isRefusal, text);
        if (!text.startsWith("SIP/")) {
            lastRequestHeard = text;
            lastRequestSource = source;
            return;
        }
        final String callId = first(CALL_ID, text);
        for (final Call call : calls) {
            if (call.callId.equals(callId)) {
                call.toTag = first(TO_TAG, text);
                call.contactPort = number(CONTACT_PORT, text, call.contactPort);
                call.mediaPort = number(AUDIO_PORT, text, call.mediaPort);
            }
        }
    }

    /** Whoever broke a header gets it back as it was, but never a broken line. */
    private static void checkMessage(final SipFault verdict, final boolean isRefusal, final String text) {
        final boolean isGood = switch (verdict) {
            case NONE -> true;
            case NOISE,
                    KEEP_ALIVE,
                    BAD_STATUS_LINE,
                    BAD_REQUEST_LINE,
                    BAD_LINE_END,
                    TRUNCATED,
                    BAD_CONTENT_LENGTH,
                    DUPLICATE_CONTENT_LENGTH,
                    BODY_TOO_SHORT -> false;
            default -> isRefusal;
        };
        assertTrue(isGood, () -> verdict + " was sent:\n" + text);
    }

    // ---- time

    private void runFor(final long durationNs) {
        final long untilNs = clock.nanoTime() + durationNs;
        work();
        while (true) {
            final long nextNs = Math.min(network.nextArrivalNs(), chassis.nextDeadlineNs());
            if (nextNs > untilNs) {
                break;
            }
            clock.advanceTo(nextNs);
            while (network.nextArrivalNs() <= clock.nanoTime()) {
                network.deliverNext();
            }
            work();
        }
        clock.advanceTo(untilNs);
    }

    private void work() {
        int cycles = 0;
        do {
            assertTrue(cycles++ < CYCLES_MAX, "the chassis does not rest");
        } while (chassis.doWork() > 0 || chassis.hasWork());
    }

    // ---- at the end

    private void checkBooks() {
        final Map<String, Long> counters = new HashMap<>();
        chassis.counters().forEach((name, value) -> counters.merge(name, value, Long::sum));
        assertEquals(0, sum(counters, "dispatcher.dropped.error"));
        assertEquals(0, sum(counters, "dispatcher.table.size"));
        assertEquals(
                sum(counters, "dispatcher.received"),
                sum(counters, "dispatcher.forwarded.")
                        + sum(counters, "dispatcher.answered")
                        + sum(counters, "dispatcher.absorbed.")
                        + sum(counters, "dispatcher.dropped."),
                counters::toString);
        for (int i = 0; i < BLADES; i++) {
            checkBooks(counters, "blade." + i);
        }
    }

    private static void checkBooks(final Map<String, Long> counters, final String blade) {
        assertEquals(0, sum(counters, blade + ".sip.dropped.failure"), blade);
        assertEquals(0, sum(counters, blade + ".sessions.open") - sum(counters, blade + ".sessions.opened"), blade);
        assertEquals(sum(counters, blade + ".sessions.opened"), sum(counters, blade + ".sessions.closed"), blade);
        assertEquals(sum(counters, blade + ".media.opened"), sum(counters, blade + ".media.closed"), blade);
        assertEquals(
                counters.get(blade + ".sip.received"),
                counters.get(blade + ".frames.delivered") + counters.get(blade + ".datagrams.delivered"),
                blade);
        assertEquals(
                counters.get(blade + ".sip.received"),
                counters.get(blade + ".sip.answered")
                        + counters.get(blade + ".sip.repeated")
                        + counters.get(blade + ".sip.absorbed")
                        + sum(counters, blade + ".sip.dropped."),
                counters::toString);
        assertEquals(
                counters.get(blade + ".rtp.received"),
                counters.get(blade + ".rtp.accepted")
                        + counters.get(blade + ".rtp.foreign")
                        + counters.get(blade + ".rtp.malformed")
                        + counters.get(blade + ".rtp.unexpected")
                        + counters.get(blade + ".rtp.jumped")
                        + counters.get(blade + ".rtp.unwanted"),
                blade);
    }

    private static long sum(final Map<String, Long> counters, final String prefix) {
        return counters.entrySet().stream()
                .filter(counter -> counter.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    // ---- words

    private static Peer peer(final String host, final int port) {
        return Peer.of(new InetSocketAddress(host, port));
    }

    private static String first(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static int number(final Pattern pattern, final String text, final int otherwise) {
        final String number = first(pattern, text);
        return number.isEmpty() || number.equals("0") ? otherwise : Integer.parseInt(number);
    }

    private static String text(final Throwable error) {
        final StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** The bytes, one after the other; zeros when they are over. */
    private static final class Script {
        private final byte[] bytes;
        private int at;

        Script(final byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return at < bytes.length;
        }

        int next() {
            return hasMore() ? bytes[at++] & 0xFF : 0;
        }

        int next(final int bound) {
            return next() % bound;
        }

        byte[] take(final int count) {
            final byte[] taken = new byte[Math.min(count, bytes.length - at)];
            System.arraycopy(bytes, at, taken, 0, taken.length);
            at += taken.length;
            return taken;
        }
    }
}
