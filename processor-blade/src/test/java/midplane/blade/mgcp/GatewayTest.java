package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import midplane.blade.core.Outbox;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MemoryNetwork;
import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.Protocol;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.Counters;
import midplane.shelf.Entropy;
import midplane.shelf.LoadSettings;
import midplane.shelf.MediaSettings;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.MgcpSettings;
import midplane.shelf.MgcpSlot;
import midplane.shelf.PortInsertion;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore;
import midplane.shelf.ResponseFrom;
import midplane.shelf.SipSettings;
import midplane.shelf.Slot;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A gateway of blade 3 on a clock that the test moves: datagrams in, datagrams out. */
abstract class GatewayTest {
    static final long MS = 1_000_000;
    static final long SECOND = 1000 * MS;
    static final int OWN_PORT = 2446;
    static final String DOMAIN = "ms.example.net";
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

    static final String REMOTE = sdp(50_000, "0 101");

    final MemoryNetwork network = new MemoryNetwork();
    final Counters counters = new Counters(512);
    final UnitMeter meter = new UnitMeter(100);
    final MemoryNetwork.Port agent = bind(2727);
    final MemoryNetwork.Port otherAgent = bind(2728);
    final MemoryNetwork.Port ownPort = bind(OWN_PORT);
    final MemoryNetwork.Port wellKnownPort = bind(2427);
    final MemoryNetwork.Port client = bind(50_000);
    final MemoryNetwork.Port clientRtcp = bind(50_001);
    final Map<String, Prompt> prompts = new HashMap<>();
    final List<String> parts = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();

    final PortPairPool ports = new PortPairPool(network, InetAddress.getLoopbackAddress(), 40_000, 40_031);
    final MediaSettings mediaSettings =
            new MediaSettings("127.0.0.1", 600 * SECOND, new ConferenceSettings(16, 60 * SECOND, 3600 * SECOND));
    final MediaPlane media =
            new MediaPlane(ports, () -> 1_700_000_000_000L, new Entropy(1, 2), mediaSettings, counters, 3, 16);
    final Outbox outbox = new Outbox(counters, "outbox");

    long nowNs = 7;
    String notifiedEntity = "";
    MgcpRedirect redirect = MgcpRedirect.PORT;
    long executionDelayNs;
    int sessionsMax = 16;
    private MgcpGateway gateway;
    private int transactionId;

    GatewayTest() {
        prompts.put("welcome", prompt(800));
        prompts.put("long", prompt(8000));
        prompts.put("longer", prompt(80_000));
        prompts.put("21", prompt(1600));
        prompts.put("39", prompt(400));
        prompts.put("40", prompt(400));
        prompts.put("not-in-service", prompt(160));
    }

    static Prompt prompt(final int samples) {
        final short[] wave = new short[samples];
        for (int i = 0; i < samples; i++) {
            wave[i] = (short) (8000 * Math.sin(i * 0.3));
        }
        return new Prompt("p" + samples, wave);
    }

    static String sdp(final int port, final String formats) {
        return """
                v=0
                o=- 25678 753849 IN IP4 127.0.0.1
                s=-
                c=IN IP4 127.0.0.1
                t=0 0
                m=audio %d RTP/AVP %s
                a=rtpmap:101 telephone-event/8000
                """.formatted(port, formats).replace("\n", "\r\n");
    }

    final MgcpGateway gateway() {
        if (gateway == null) {
            final MgcpSettings settings = new MgcpSettings(
                    DOMAIN,
                    redirect,
                    ResponseFrom.WELLKNOWN,
                    PortInsertion.HEADER,
                    AllowList.LOOPBACK,
                    notifiedEntity,
                    30 * SECOND,
                    10 * SECOND,
                    executionDelayNs);
            final MgcpSlot mgcpSlot = new MgcpSlot(ownPort, wellKnownPort, settings);
            final SipSettings sip = new SipSettings(
                    DOMAIN,
                    1,
                    1,
                    1,
                    0,
                    ResponseFrom.AUTO,
                    PortInsertion.HEADER,
                    sessionsMax,
                    1,
                    1,
                    1800,
                    90,
                    0,
                    "Midplane/test");
            final Slot slot = new Slot(
                    3,
                    1,
                    NO_BACKPLANE,
                    ownPort,
                    wellKnownPort,
                    ports,
                    AdmissionSettings.of(AllowList.LOOPBACK),
                    () -> {
                        throw new AssertionError("a protocol core reads no clock");
                    },
                    () -> 0,
                    new Entropy(3, 4),
                    PromptStore.of(prompts),
                    counters,
                    sip,
                    mediaSettings,
                    LoadSettings.ofSessions(100),
                    mgcpSlot,
                    errors::add);
            gateway = new MgcpGateway(
                    slot,
                    mgcpSlot,
                    media,
                    meter,
                    outbox,
                    (entry, sequence, code, lines, offset, length) ->
                            parts.add(code + lines.getStringWithoutLengthAscii(offset, length)),
                    this::flush);
        }
        return gateway;
    }

    final void flush() {
        outbox.flush(ownPort, wellKnownPort);
    }

    // ---- messages

    /** Sends a datagram to the blade's own port; returns what comes back to the call agent. */
    final List<String> send(final String text) {
        return sendFrom(agent, text);
    }

    final List<String> sendFrom(final MemoryNetwork.Port from, final String text) {
        final UnsafeBuffer buffer = new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
        gateway().onDatagram((MutableDirectBuffer) buffer, 0, buffer.capacity(), from.self(), nowNs);
        flush();
        assertEquals(List.of(), errors);
        return received(from);
    }

    /** Sends what came to the well-known port: through the fabric, with the port identifier. */
    final List<String> sendByFabric(final String text, final int units) {
        return sendFrame(FrameType.INITIAL, text, units);
    }

    final List<String> sendFrame(final byte type, final String text, final int units) {
        final int lineEnd = text.indexOf('\n') + 1;
        final boolean isStamped = type != FrameType.EVERY_BLADE && type != FrameType.ACKNOWLEDGED;
        final byte[] message = (isStamped
                        ? text.substring(0, lineEnd) + "X-Midplane-Port: " + OWN_PORT + "\r\n" + text.substring(lineEnd)
                        : text)
                .getBytes(StandardCharsets.ISO_8859_1);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[InitialFrame.HEADER_LENGTH + message.length]);
        final InitialFrame frame = new InitialFrame();
        frame.wrap(buffer, 0, buffer.capacity())
                .type(type)
                .carriage(Protocol.MGCP, InitialFrame.UDP)
                .portId(OWN_PORT)
                .sequence(5)
                .arrivalNs(nowNs)
                .source(
                        agent.self().addressHigh(),
                        agent.self().addressLow(),
                        agent.self().port())
                .wellKnownPort(2427)
                .entry(9)
                .epoch(1)
                .size(units, (byte) 0, false)
                .lengths(message.length, 0);
        buffer.putBytes(InitialFrame.HEADER_LENGTH, message);
        gateway().onFrame(frame, agent.self(), nowNs);
        flush();
        assertEquals(List.of(), errors);
        return received(agent);
    }

    static List<String> received(final MemoryNetwork.Port port) {
        final List<String> texts = new ArrayList<>();
        port.take().forEach(bytes -> texts.add(new String(bytes, StandardCharsets.ISO_8859_1)));
        return texts;
    }

    /** A command with the next transaction id; lines are divided by {@code |}. */
    final String command(final String verb, final String endpoint, final String... lines) {
        return verb + ' ' + ++transactionId + ' ' + endpoint + '@' + DOMAIN + " MGCP 1.0\r\n"
                + (lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n");
    }

    /** Sends it and expects one response. */
    final String ask(final String verb, final String endpoint, final String... lines) {
        return only(send(command(verb, endpoint, lines)));
    }

    final String askWithSdp(final String sdp, final String verb, final String endpoint, final String... lines) {
        return only(send(command(verb, endpoint, lines) + "\r\n" + sdp));
    }

    static String only(final List<String> datagrams) {
        assertEquals(1, datagrams.size(), datagrams.toString());
        return datagrams.get(0);
    }

    static int code(final String response) {
        return Integer.parseInt(response.substring(0, 3));
    }

    /** The value of a parameter of a message; null when it has none. */
    static String value(final String message, final String name) {
        for (final String line : message.split("\r\n\r\n", 2)[0].split("\r\n")) {
            if (line.startsWith(name + ": ") || line.equals(name + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return null;
    }

    /** A connection on {@code endpoint}, both ways; returns its id. */
    final String connect(final String endpoint) {
        final String response = askWithSdp(REMOTE, "CRCX", endpoint, "C: A1", "M: sendrecv");
        assertEquals(200, code(response), response);
        return value(response, "I");
    }

    /** Answers a command of ours. */
    final List<String> answer(final String command, final int code) {
        return send(code + " " + command.split(" ")[1] + " OK\r\n");
    }

    // ---- time

    /** Lets time go by in ticks; returns what came to the call agent. */
    final List<String> runFor(final long durationNs) {
        final long endNs = nowNs + durationNs;
        final List<String> all = new ArrayList<>();
        while (true) {
            long nextNs = endNs;
            final long gatewayNs = gateway().hasWork() ? nowNs : gateway().nextDeadlineNs();
            if (gatewayNs != Long.MAX_VALUE && gatewayNs < nextNs) {
                nextNs = gatewayNs;
            }
            if (media.nextTickNs() != Long.MAX_VALUE && media.nextTickNs() < nextNs) {
                nextNs = media.nextTickNs();
            }
            nowNs = Math.max(nowNs, nextNs);
            gateway().onDeadline(nowNs);
            media.tick(nowNs);
            flush();
            all.addAll(received(agent));
            if (nowNs >= endNs) {
                assertEquals(List.of(), errors);
                return all;
            }
        }
    }

    final long count(final String name) {
        return counters.value("blade.3.mgcp." + name);
    }

    final MemoryNetwork.Port bind(final int port) {
        return network.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static Peer peer(final int port) {
        return Peer.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
}
