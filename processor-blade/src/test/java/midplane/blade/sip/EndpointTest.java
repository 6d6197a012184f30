package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import midplane.blade.core.Deadlines;
import midplane.blade.core.HandBack;
import midplane.blade.core.Outbox;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conferences;
import midplane.blade.media.MediaPlane;
import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.Protocol;
import midplane.fabric.RingFabric;
import midplane.fabric.SettledNotice;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.LoadSettings;
import midplane.shelf.MediaSettings;
import midplane.shelf.PortInsertion;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore;
import midplane.shelf.ResponseFrom;
import midplane.shelf.SipSettings;
import midplane.shelf.Slot;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;

/**
 * Ground for tests of the SIP core: datagram in, exact list of datagrams out, time passed by hand. After each test the
 * counters must balance; {@link #rest} shows that nothing is left behind.
 */
abstract class EndpointTest {
    static final int PORT_ID = 5071;
    static final int WELL_KNOWN = 5060;
    static final int BLADE = 2;
    static final int EPOCH = 7;
    static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    static final long T1_MS = 500;
    static final long T2_MS = 4000;
    static final long T4_MS = 5000;
    static final long TIMEOUT_MS = 64 * T1_MS;
    static final long JOIN_WINDOW_MS = 60_000;
    static final long MAX_STAY_MS = 900_000;
    static final Peer CLIENT = Peer.of(new InetSocketAddress("127.0.0.1", 15084));
    static final String ECHO = "sip:echo@ms.example.net";

    /** One second of sound. */
    static final String ANNOUNCEMENT = "sip:annc@ms.example.net;play=welcome";

    /** A message that left, and when. */
    record Sent(long atMs, Outbox.Exit exit, Peer to, SipText message) {
        int status() {
            return message.status();
        }

        @Override
        public String toString() {
            return atMs + " ms, " + exit + " to " + to + ": " + message.startLine();
        }
    }

    record Settled(int entry, long sequence) {}

    private static final Backplane NO_BACKPLANE = new Backplane() {
        @Override
        public int poll(final FrameHandler handler, final int limit) {
            throw new AssertionError("a protocol core polls nothing");
        }

        @Override
        public boolean hasFrames() {
            throw new AssertionError("a protocol core polls nothing");
        }

        @Override
        public int fillPermille() {
            throw new AssertionError("a protocol core reports nothing");
        }

        @Override
        public boolean claim(final FrameClaim claim, final int length) {
            throw new AssertionError("a protocol core reports nothing");
        }

        @Override
        public void flush() {
            throw new AssertionError("a protocol core reports nothing");
        }
    };

    private static final DatagramPort NOWHERE = new DatagramPort() {
        @Override
        public int poll(final Handler handler, final int limit) {
            throw new AssertionError("only offered to");
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            throw new AssertionError("only offered to");
        }

        @Override
        public void close() {}
    };

    final ScriptedPort ownPort = new ScriptedPort(PORT_ID);
    final ScriptedPort wellKnownPort = new ScriptedPort(WELL_KNOWN);
    final Counters counters = new Counters();
    final List<Settled> settled = new ArrayList<>();

    /** Times to the first response, in milliseconds, as the dispatcher is told. */
    final List<Long> responsesMs = new ArrayList<>();

    /** For what is handed back. */
    final RingFabric fabric = new RingFabric(1, 4, 16_384);

    final List<Throwable> errors = new ArrayList<>();
    final Map<Integer, ScriptedPort> mediaPorts = new HashMap<>();
    final List<Sent> sent = new ArrayList<>();

    // What a test may change before the first message.
    long answerDelayMs;
    int maxDialogs = 16;
    int maxUnacknowledged = 1024;
    int maxUnacknowledgedPerSource = 1024;
    long sessionExpiresSeconds = 1800;
    long minSeSeconds = 90;
    long silenceLimitMs;
    int lastMediaPort = 16_127;
    long maxPlayMs = 60_000;
    ResponseFrom responseFrom = ResponseFrom.AUTO;
    PortInsertion portInsertion = PortInsertion.HEADER;
    String advertisedHost = "ms.example.net";

    int capacity;
    int maxLegs = 16;

    /** What the next frames say of size and conference. */
    int units = 1;

    int conference = InitialFrame.NO_ENTRY;

    /** How long a frame has waited in the ring. */
    long waitedMs;

    long startNs = -5 * TimeUnit.SECONDS.toNanos(1);

    private long nowNs;
    long nextSequence = 1;
    private SipEndpoint endpoint;
    private MediaPlane media;
    private UnitMeter meter = new UnitMeter(0);
    private PortPairPool pairs;
    private Outbox outbox;

    SipEndpoint endpoint() {
        if (endpoint == null) {
            start();
        }
        return endpoint;
    }

    private void start() {
        nowNs = startNs;
        final DatagramPort.Supplier supplier = address -> {
            final ScriptedPort port = new ScriptedPort(address.getPort());
            mediaPorts.put(address.getPort(), port);
            return port;
        };
        pairs = new PortPairPool(supplier, InetAddress.getLoopbackAddress(), 16_000, lastMediaPort);
        final Entropy entropy = new Entropy(1, 2);
        final SipSettings sip = new SipSettings(
                advertisedHost,
                T1_MS * MS,
                T2_MS * MS,
                T4_MS * MS,
                answerDelayMs * MS,
                responseFrom,
                portInsertion,
                maxDialogs,
                maxUnacknowledged,
                maxUnacknowledgedPerSource,
                sessionExpiresSeconds,
                minSeSeconds,
                silenceLimitMs * MS,
                "Midplane/test");
        final MediaSettings mediaSettings = new MediaSettings(
                "127.0.0.1", maxPlayMs * MS, new ConferenceSettings(maxLegs, JOIN_WINDOW_MS * MS, MAX_STAY_MS * MS));
        final Prompt prompt = new Prompt("welcome", new short[Prompt.SAMPLE_RATE]);
        final PromptStore named = PromptStore.of(Map.of("welcome", prompt, "with space", prompt));
        final PromptStore prompts = play -> switch (play) {
            case "secret" -> PromptStore.Forbidden.FORBIDDEN;
            case "scratched" -> new PromptStore.Broken("not a \"WAV\" file");
            case "explosive" -> throw new IllegalStateException("as a test wants it");
            default -> named.find(play);
        };
        final Slot slot = new Slot(
                BLADE,
                EPOCH,
                NO_BACKPLANE,
                ownPort,
                wellKnownPort,
                pairs,
                AdmissionSettings.of(AllowList.LOOPBACK),
                () -> {
                    throw new AssertionError("a protocol core reads no clock");
                },
                () -> 0,
                entropy,
                prompts,
                counters,
                sip,
                mediaSettings,
                LoadSettings.ofSessions(capacity == 0 ? maxDialogs : capacity),
                null,
                errors::add);
        outbox = new Outbox(counters, "blade.2.outbox");
        final HandBack handBack = new HandBack(fabric.backplane(0), counters, "blade.2");
        meter = new UnitMeter(slot.load().capacity());
        media = new MediaPlane(pairs, () -> 0, entropy, mediaSettings, counters, BLADE, maxDialogs);
        endpoint = new SipEndpoint(slot, PORT_ID, media, outbox, meter, handBack, this::onResponse);
        media.listener(session -> endpoint.onServiceEnded(session, nowNs));
    }

    UnitMeter meter() {
        return meter;
    }

    Conferences conferencesOf() {
        endpoint();
        return media.conferences();
    }

    long nowNs() {
        return nowNs;
    }

    private void onResponse(final boolean isFinal, final int entry, final long sequence, final long responseNs) {
        if (isFinal) {
            settled.add(new Settled(entry, sequence));
        }
        if (responseNs != SettledNotice.UNTOLD) {
            responsesMs.add(responseNs / MS);
        }
    }

    /** Dispatch sequences of what was handed back since this was last asked. */
    List<Long> handedBack() {
        final List<Long> sequences = new ArrayList<>();
        final InitialFrame frame = new InitialFrame();
        final FrameHandler handler = (buffer, offset, length) -> {
            assertTrue(frame.tryWrap(buffer, offset, length));
            assertEquals(FrameType.HANDED_BACK, frame.type());
            sequences.add(frame.sequence());
        };
        fabric.uplink(0).poll(handler, Integer.MAX_VALUE);
        return sequences;
    }

    long nowMs() {
        return (nowNs - startNs) / MS;
    }

    // ---- datagrams in

    /** A datagram comes to the blade's own port; returns what leaves at once. */
    List<Sent> own(final SipText message) {
        return own(message.bytes(), CLIENT);
    }

    List<Sent> own(final SipText message, final Peer source) {
        return own(message.bytes(), source);
    }

    List<Sent> own(final byte[] datagram, final Peer source) {
        endpoint().onDatagram(new UnsafeBuffer(datagram), 0, datagram.length, source, nowNs);
        return flush();
    }

    /** A message comes through the fabric, stamped as the dispatcher stamps it; returns what leaves at once. */
    List<Sent> fabric(final SipText message) {
        return fabric(FrameType.INITIAL, message, CLIENT, InitialFrame.NO_ENTRY);
    }

    List<Sent> fabric(final byte type, final SipText message, final Peer source, final int entry) {
        final SipText stamped = portInsertion == PortInsertion.HEADER
                ? new SipText(
                        message.startLine(),
                        concat("Midplane-Port: " + PORT_ID + ";wk=" + WELL_KNOWN, message.headers()),
                        message.body())
                : message;
        return frame(type, stamped.bytes(), "", source, entry);
    }

    List<Sent> frame(
            final byte type, final byte[] message, final String originalUri, final Peer source, final int entry) {
        endpoint();
        final byte[] uri = originalUri.getBytes(StandardCharsets.UTF_8);
        final int length = InitialFrame.HEADER_LENGTH + message.length + uri.length;
        final UnsafeBuffer cell = new UnsafeBuffer(new byte[length]);
        final InitialFrame frame = new InitialFrame()
                .wrap(cell, 0, length)
                .type(type)
                .conference(conference)
                .carriage(Protocol.SIP, InitialFrame.UDP)
                .portId(PORT_ID)
                .sequence(nextSequence++)
                .arrivalNs(nowNs - waitedMs * MS)
                .source(source.addressHigh(), source.addressLow(), source.port())
                .wellKnownPort(WELL_KNOWN)
                .entry(entry)
                .epoch(EPOCH)
                .size(units, (byte) 0, false)
                .lengths(message.length, uri.length);
        frame.buffer().putBytes(frame.messageOffset(), message);
        frame.buffer().putBytes(frame.originalUriOffset(), uri);
        endpoint().onFrame(frame, source, nowNs);
        return flush();
    }

    private static List<String> concat(final String first, final List<String> rest) {
        final List<String> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return all;
    }

    // ---- time

    /** Lets time go by, from deadline to deadline; returns what left meanwhile. */
    List<Sent> pass(final long ms) {
        endpoint();
        final List<Sent> all = new ArrayList<>();
        final long untilNs = nowNs + ms * MS;
        while (true) {
            final long nextNs = Deadlines.earlier(endpoint.nextDeadlineNs(), media.nextTickNs());
            if (!endpoint.hasWork() && (nextNs == Deadlines.NO_DEADLINE || nextNs - untilNs > 0)) {
                break;
            }
            if (!endpoint.hasWork()) {
                nowNs = nextNs;
            }
            endpoint.onDeadline(nowNs);
            media.tick(nowNs);
            all.addAll(flush());
        }
        nowNs = untilNs;
        return all;
    }

    /** Lets all timers run out and asserts that nothing is left behind. */
    void rest() {
        pass(10 * TIMEOUT_MS);
        assertEquals(0, endpoint.sessions(), "sessions left behind");
        assertEquals(0, endpoint.transactions(), "transactions left behind");
        assertEquals(0, endpoint.storedBlocks(), "memory left behind");
        assertEquals(0, media.openSessions(), "media left behind");
        assertEquals(Deadlines.NO_DEADLINE, endpoint.nextDeadlineNs(), "a timer left behind");
    }

    private List<Sent> flush() {
        final List<Sent> left = new ArrayList<>();
        // One by one, so that the order across both sockets is known.
        outbox.flush(recorder(Outbox.Exit.OWN_PORT, left), recorder(Outbox.Exit.WELL_KNOWN_PORT, left));
        sent.addAll(left);
        return left;
    }

    /** Throws away what was sent, for tests that count bytes of garbage. */
    final void discard() {
        outbox.flush(NOWHERE, NOWHERE);
    }

    private DatagramPort recorder(final Outbox.Exit exit, final List<Sent> left) {
        return new DatagramPort() {
            @Override
            public int poll(final Handler handler, final int limit) {
                throw new AssertionError("only offered to");
            }

            @Override
            public boolean offer(final ByteBuffer datagram, final Peer destination) {
                final byte[] bytes = new byte[datagram.remaining()];
                datagram.get(datagram.position(), bytes);
                left.add(new Sent(nowMs(), exit, destination, SipText.parse(bytes)));
                return true;
            }

            @Override
            public InetSocketAddress localAddress() {
                throw new AssertionError("only offered to");
            }

            @Override
            public void close() {}
        };
    }

    // ---- what is often done

    static SipText only(final List<Sent> sent) {
        assertEquals(1, sent.size(), () -> "expected one message: " + sent);
        return sent.get(0).message();
    }

    static List<Integer> statuses(final List<Sent> sent) {
        return sent.stream().map(Sent::status).toList();
    }

    static List<Long> times(final List<Sent> sent) {
        return sent.stream().map(Sent::atMs).toList();
    }

    /** A call to a service, answered and acknowledged. */
    Caller connected(final String callId, final String uri) {
        final Caller caller = new Caller(callId, uri);
        final SipText ok = only(fabric(caller.invite()));
        assertEquals(200, ok.status(), ok::text);
        caller.learn(ok);
        assertEquals(List.of(), own(caller.ack()));
        return caller;
    }

    long counter(final String name) {
        return counters.value("blade.2." + name);
    }

    @AfterEach
    void shouldBalance() {
        endpoint();
        assertEquals(List.of(), errors, "broken code");
        long accounted = 0;
        for (final Outcome outcome : Outcome.values()) {
            accounted += counter("sip." + outcome.counterName());
        }
        assertEquals(counter("sip.received"), accounted, "messages received = answered + absorbed + dropped");
        assertEquals(
                counter("sessions.opened"),
                counter("sessions.closed") + counter("sessions.open"),
                "sessions opened = closed + open");
        assertEquals(endpoint.sessions(), counter("sessions.open"));
        assertEquals(counter("media.opened"), counter("media.closed") + media.openSessions());
        rest();
        assertEquals(counter("sessions.opened"), counter("sessions.closed"), "all sessions close in the end");
        assertEquals(pairs.available(), (lastMediaPort + 1 - 16_000) / 2, "all media ports are given back");
    }
}
