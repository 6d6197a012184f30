package midplane.blade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.Protocol;
import midplane.fabric.ProvenNotice;
import midplane.fabric.RingFabric;
import midplane.fabric.SettledNotice;
import midplane.net.AllowList;
import midplane.net.Peer;
import midplane.net.PortPairPool;
import midplane.net.ScriptedPort;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.Blade;
import midplane.shelf.BladeFactory;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The duty cycle, between a real ring and scripted ports, on a clock moved by hand. */
class ProcessorBladeTest {
    private static final int SLOTS = 2;
    private static final int SLOT = 1;
    private static final int EPOCH = 3;
    private static final int PORT_ID = 5072;
    private static final int RING_LENGTH = 16;
    private static final long MS = 1_000_000;
    private static final Peer CLIENT = Peer.ofNumeric("127.0.0.1", 15_084);

    private record Report(long sequence, long lastDispatch, int state, int used, int sessions, int freeMediaPorts) {}

    private final RingFabric fabric = new RingFabric(SLOTS, RING_LENGTH, 4096);
    private final ScriptedPort port = new ScriptedPort(PORT_ID);
    private final ScriptedPort wellKnownPort = new ScriptedPort(5060);
    private final PortPairPool mediaPorts = new PortPairPool(
            address -> new ScriptedPort(address.getPort()), InetAddress.getLoopbackAddress(), 16_000, 16_005);
    private final Counters counters = new Counters();
    private final List<Report> reports = new ArrayList<>();
    private final List<Long> handedBack = new ArrayList<>();
    private final List<Long> settled = new ArrayList<>();
    private final List<String> proven = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private long nowNs = 77;
    private final Blade blade = blade(2);

    private Blade blade(final int maxDialogs) {
        final SipSettings sip = new SipSettings(
                "ms.example.net",
                500 * MS,
                4000 * MS,
                5000 * MS,
                0,
                ResponseFrom.AUTO,
                PortInsertion.HEADER,
                maxDialogs,
                maxDialogs,
                maxDialogs,
                1800,
                90,
                0,
                "Midplane/test");
        final Prompt prompt = new Prompt("welcome", new short[Prompt.SAMPLE_RATE]);
        return new ProcessorBladeFactory()
                .create(new Slot(
                        SLOT,
                        EPOCH,
                        fabric.backplane(SLOT),
                        port,
                        wellKnownPort,
                        mediaPorts,
                        AdmissionSettings.of(AllowList.LOOPBACK),
                        () -> nowNs,
                        () -> 0,
                        new Entropy(1, 2),
                        PromptStore.of(Map.of("welcome", prompt)),
                        counters,
                        sip,
                        new MediaSettings("127.0.0.1", 60_000 * MS),
                        LoadSettings.ofSessions(maxDialogs),
                        null,
                        errors::add));
    }

    private static String invite(final String callId, final String service) {
        return "INVITE sip:" + service + "@ms SIP/2.0\r\n"
                + "Midplane-Port: " + PORT_ID + ";wk=5060\r\n"
                + "Via: SIP/2.0/UDP 127.0.0.1:15084;rport;branch=z9hG4bK" + callId + "\r\n"
                + "From: <sip:a@127.0.0.1>;tag=f\r\nTo: <sip:x@ms>\r\nCall-ID: " + callId + "\r\n"
                + "CSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:15084>\r\nContent-Length: 0\r\n\r\n";
    }

    private static String ack(final String answer, final String body) {
        final String to = header(answer, "To");
        final String type = body.isEmpty() ? "" : "Content-Type: application/sdp\r\n";
        return "ACK sip:x@ms:5072 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bKack\r\n"
                + "From: <sip:a@127.0.0.1>;tag=f\r\nTo: " + to + "\r\nCall-ID: " + header(answer, "Call-ID") + "\r\n"
                + "CSeq: 1 ACK\r\n" + type + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String answerTo(final String request) {
        return "SIP/2.0 200 OK\r\nVia: " + header(request, "Via") + "\r\nFrom: " + header(request, "From") + "\r\nTo: "
                + header(request, "To") + "\r\nCall-ID: " + header(request, "Call-ID") + "\r\nCSeq: "
                + header(request, "CSeq") + "\r\nContent-Length: 0\r\n\r\n";
    }

    private static String header(final String message, final String name) {
        final int from = message.indexOf("\r\n" + name + ": ") + name.length() + 4;
        return message.substring(from, message.indexOf("\r\n", from));
    }

    private static final String SDP =
            "v=0\r\no=a 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + "m=audio 6004 RTP/AVP 0\r\n";

    private boolean dispatch(final byte type, final String message, final int entry, final long sequence) {
        return dispatch(type, Protocol.SIP, PORT_ID, EPOCH, message, entry, sequence);
    }

    private boolean dispatch(
            final byte type,
            final byte protocol,
            final int portId,
            final int epoch,
            final String message,
            final int entry,
            final long sequence) {
        final byte[] bytes = message.getBytes(StandardCharsets.US_ASCII);
        final FrameClaim claim = new FrameClaim();
        final int length = InitialFrame.HEADER_LENGTH + bytes.length;
        if (!fabric.downlink(SLOT).claim(claim, length)) {
            return false;
        }
        final InitialFrame frame = new InitialFrame()
                .wrap(claim.buffer(), claim.offset(), length)
                .type(type)
                .carriage(protocol, InitialFrame.UDP)
                .portId(portId)
                .sequence(sequence)
                .arrivalNs(nowNs)
                .source(CLIENT.addressHigh(), CLIENT.addressLow(), CLIENT.port())
                .wellKnownPort(5060)
                .entry(entry)
                .epoch(epoch)
                .size(1, (byte) 0, false)
                .lengths(bytes.length, 0);
        frame.buffer().putBytes(frame.messageOffset(), bytes);
        claim.commit(length);
        return true;
    }

    /** One cycle, and what the dispatcher then finds on its uplink. */
    private int cycle() {
        final int work = doWork();
        drainUplink();
        return work;
    }

    private int doWork() {
        try {
            return blade.doWork();
        } catch (final Exception ex) {
            throw new AssertionError("a duty cycle throws nothing", ex);
        }
    }

    private void drainUplink() {
        final LoadReport report = new LoadReport();
        fabric.uplink(SLOT)
                .poll(
                        (buffer, offset, length) -> {
                            if (buffer.getByte(offset) == FrameType.SETTLED) {
                                settled.add(SettledNotice.entry(buffer, offset) * 1000L
                                        + SettledNotice.sequence(buffer, offset));
                                return;
                            }
                            if (buffer.getByte(offset) == FrameType.PROVEN) {
                                proven.add(Peer.of(
                                                ProvenNotice.addressHigh(buffer, offset),
                                                ProvenNotice.addressLow(buffer, offset),
                                                0)
                                        .host());
                                return;
                            }
                            if (buffer.getByte(offset) == FrameType.HANDED_BACK) {
                                final InitialFrame frame = new InitialFrame();
                                assertTrue(frame.tryWrap(buffer, offset, length));
                                handedBack.add(frame.sequence());
                                return;
                            }
                            report.wrap(buffer, offset);
                            assertEquals(FrameType.LOAD_REPORT, buffer.getByte(offset));
                            assertEquals(SLOT, report.slot());
                            assertEquals(PORT_ID, report.portId());
                            assertEquals(EPOCH, report.epoch());
                            assertEquals(2, report.capacity());
                            reports.add(new Report(
                                    report.sequence(),
                                    report.lastDispatch(),
                                    report.state(),
                                    report.usedUnits(),
                                    report.sessions(),
                                    report.freeMediaPorts()));
                        },
                        RING_LENGTH);
    }

    private static List<String> texts(final ScriptedPort sender) {
        return sender.takeSent().stream().map(ScriptedPort.Datagram::text).toList();
    }

    @AfterEach
    void shouldBalance() {
        assertEquals(List.of(), errors);
        assertEquals(
                value("frames.received"),
                value("frames.delivered")
                        + value("frames.hang-up")
                        + value("frames.dropped.malformed")
                        + value("frames.dropped.epoch")
                        + value("frames.dropped.port")
                        + value("frames.dropped.protocol"));
        assertEquals(
                value("datagrams.received"), value("datagrams.delivered") + value("datagrams.dropped.not-allowed"));
        assertEquals(value("sip.received"), value("frames.delivered") + value("datagrams.delivered"));
        fabric.close();
    }

    private long value(final String name) {
        return counters.value("blade.1." + name);
    }

    @Test
    void shouldBeFoundAsAService() {
        final List<BladeFactory> found = ServiceLoader.load(BladeFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();

        assertEquals(1, found.size());
        assertTrue(found.get(0) instanceof ProcessorBladeFactory);
    }

    @Test
    void shouldSendNothingWhenItIsMade() {
        assertEquals(List.of(), port.takeSent());
        assertTrue(blade.hasWork(), "its first report is due");
        assertEquals("blade-1", blade.roleName());
    }

    @Test
    void shouldCarryACallFromRingToSocket() {
        cycle();
        dispatch(FrameType.INITIAL, invite("call", "echo"), 5, 1);
        assertTrue(blade.hasWork());

        assertTrue(cycle() > 0);

        final String ok = texts(wellKnownPort).get(0);
        assertTrue(ok.startsWith("SIP/2.0 200 OK\r\n"), ok);
        assertEquals("<sip:echo@ms.example.net:5072>", header(ok, "Contact"));
        assertEquals(List.of(5001L), settled);
        port.arrive(ack(ok, SDP).getBytes(StandardCharsets.US_ASCII), CLIENT);
        cycle();
        assertEquals(List.of(), texts(port));
        assertFalse(blade.hasWork());
        assertEquals(1, value("sessions.open"));
    }

    @Test
    void shouldPlayAndSayBye() {
        cycle();
        dispatch(FrameType.INITIAL, invite("play", "annc").replace("@ms SIP", "@ms;play=welcome SIP"), 5, 1);
        cycle();
        port.arrive(ack(texts(wellKnownPort).get(0), SDP).getBytes(StandardCharsets.US_ASCII), CLIENT);
        cycle();
        String bye = "";
        for (int i = 0; i < 200 && bye.isEmpty(); i++) {
            nowNs = blade.nextDeadlineNs();
            cycle();
            bye = texts(port).stream().findFirst().orElse("");
        }
        assertTrue(bye.startsWith("BYE sip:a@127.0.0.1:15084 SIP/2.0\r\n"), bye);
        assertEquals(50, value("rtp.sent"));
        assertTrue(nowNs - 77 >= 980 * MS && nowNs - 77 <= 1040 * MS, () -> Long.toString(nowNs));

        port.arrive(answerTo(bye).getBytes(StandardCharsets.US_ASCII), CLIENT);
        cycle();
        assertEquals(0, value("sessions.open"));
    }

    // ---- frames and datagrams that are not for us

    @Test
    void shouldDropFramesThatAreNotForItsLife() {
        dispatch(FrameType.INITIAL, Protocol.SIP, PORT_ID, EPOCH - 1, invite("a", "echo"), 1, 1);
        dispatch(FrameType.INITIAL, Protocol.SIP, PORT_ID + 1, EPOCH, invite("a", "echo"), 1, 2);
        dispatch(FrameType.INITIAL, Protocol.MGCP, PORT_ID, EPOCH, invite("a", "echo"), 1, 3);
        dispatch((byte) 99, invite("a", "echo"), 1, 4);
        final FrameClaim claim = new FrameClaim();
        fabric.downlink(SLOT).claim(claim, 10);
        claim.buffer().setMemory(claim.offset(), 10, (byte) 1);
        claim.commit(10);

        cycle();

        assertEquals(1, value("frames.dropped.epoch"));
        assertEquals(1, value("frames.dropped.port"));
        assertEquals(1, value("frames.dropped.protocol"));
        assertEquals(2, value("frames.dropped.malformed"));
        assertEquals(0, value("sip.received"));
        assertEquals(List.of(), texts(port));
        assertEquals(List.of(), texts(wellKnownPort));
    }

    @Test
    void shouldNotListenToSourcesThatAreNotAllowed() {
        port.arrive(invite("a", "echo").getBytes(StandardCharsets.US_ASCII), Peer.ofNumeric("192.0.2.1", 5060));

        cycle();

        assertEquals(1, value("datagrams.dropped.not-allowed"));
        assertEquals(List.of(), texts(port));
    }

    // ---- the load report

    @Test
    void shouldReportAtOnceAndThenEvery100Ms() {
        cycle();
        assertEquals(List.of(new Report(1, 0, LoadReport.UP, 0, 0, 3)), reports);
        assertEquals(nowNs + 100 * MS, blade.nextDeadlineNs());
        assertEquals(0, cycle());

        nowNs += 100 * MS - 1;
        assertEquals(0, cycle());
        nowNs += 1;
        cycle();

        assertEquals(2, reports.size());
        assertEquals(2, reports.get(1).sequence());
    }

    @Test
    void shouldSayWhatItHasSeenAndWhatItCarries() {
        cycle();
        dispatch(FrameType.INITIAL, invite("a", "echo"), 1, 41);
        dispatch(FrameType.REPEAT, invite("a", "echo"), 1, 7);
        cycle();
        nowNs += 100 * MS;
        cycle();

        assertEquals(new Report(2, 41, LoadReport.UP, 1, 1, 2), reports.get(1));
    }

    @Test
    void shouldReportAtOnceThatItIsFullAndThatItIsNotAnyMore() {
        cycle();
        dispatch(FrameType.INITIAL, invite("a", "echo"), 1, 1);
        dispatch(FrameType.INITIAL, invite("b", "echo"), 2, 2);
        nowNs += 1;
        cycle();
        assertEquals(new Report(2, 2, LoadReport.FULL, 2, 2, 1), reports.get(1));

        final String ok = texts(wellKnownPort).get(0);
        port.arrive(
                ack(ok, "").replace("ACK", "BYE").replace("CSeq: 1", "CSeq: 2").getBytes(StandardCharsets.US_ASCII),
                CLIENT);
        port.arrive(ack(ok, "").getBytes(StandardCharsets.US_ASCII), CLIENT);
        nowNs += 1;
        cycle();
        assertEquals(new Report(3, 2, LoadReport.UP, 1, 1, 2), reports.get(2));
    }

    @Test
    void shouldReportThatItIsFullWhenItsMediaPortsAreGone() {
        cycle();
        while (mediaPorts.available() > 0) {
            mediaPorts.borrow();
        }
        cycle();

        assertEquals(LoadReport.FULL, reports.get(1).state());
    }

    @Test
    void shouldTryAgainWhenTheUplinkIsFull() {
        final FrameClaim claim = new FrameClaim();
        while (fabric.backplane(SLOT).claim(claim, 1)) {
            claim.buffer().putByte(claim.offset(), FrameType.SETTLED);
            claim.commit(1);
        }
        dispatch(FrameType.INITIAL, invite("a", "echo"), 6, 1);
        doWork();
        assertEquals(1, value("reports.held-up"));
        assertEquals(0, value("settled.sent"));
        assertEquals(nowNs + 10 * MS, blade.nextDeadlineNs());

        fabric.uplink(SLOT).poll((buffer, offset, length) -> {}, RING_LENGTH);
        nowNs += 10 * MS;
        cycle();

        assertEquals(1, reports.size());
        assertEquals(List.of(6001L), settled);
    }

    @Test
    void shouldReportSoonerWhenItsLoadChangesByTwoPercent() {
        cycle();
        final int before = reports.size();
        nowNs += 1;
        dispatch(FrameType.INITIAL, invite("a", "echo"), 1, 1);
        cycle();
        assertEquals(before + 1, reports.size(), "one of two units");
        assertEquals(1, reports.get(before).used());
        assertEquals(1, reports.get(before).lastDispatch());
        nowNs += 1;
        cycle();
        assertEquals(before + 1, reports.size());
    }

    // ---- hanging up

    @Test
    void shouldDrainWhenToldTo() {
        cycle();
        dispatch(FrameType.INITIAL, invite("a", "echo"), 1, 1);
        cycle();
        port.arrive(ack(texts(wellKnownPort).get(0), SDP).getBytes(StandardCharsets.US_ASCII), CLIENT);
        cycle();
        dispatch(FrameType.HANG_UP, "", InitialFrame.NO_ENTRY, 0);
        dispatch(FrameType.INITIAL, invite("b", "echo"), 2, 2);
        nowNs += 1;

        cycle();

        final String bye = texts(port).get(0);
        assertTrue(bye.startsWith("BYE "), bye);
        assertEquals(List.of(), texts(wellKnownPort));
        assertEquals(List.of(2L), handedBack);
        final Report draining = reports.get(reports.size() - 1);
        assertEquals(LoadReport.DRAINING, draining.state());
        assertEquals(1, draining.sessions());
        assertFalse(blade.hasWork());

        port.arrive(answerTo(bye).getBytes(StandardCharsets.US_ASCII), CLIENT);
        cycle();
        nowNs += 100 * MS;
        cycle();
        final Report silent = reports.get(reports.size() - 1);
        assertEquals(new Report(silent.sequence(), 2, LoadReport.DRAINING, 0, 0, 3), silent);
    }

    @Test
    void shouldWakeTheDispatcherForAChangeOfStateAndWhileItDrains() {
        cycle();
        final int[] rings = new int[1];
        fabric.uplink(SLOT).doorbell(() -> rings[0]++);
        nowNs += 100 * MS;
        cycle();
        assertEquals(2, reports.size());
        assertEquals(0, rings[0], "a report that says nothing new can wait");

        dispatch(FrameType.HANG_UP, "", InitialFrame.NO_ENTRY, 0);
        cycle();
        assertEquals(1, rings[0]);
        nowNs += 100 * MS;
        cycle();
        assertEquals(2, rings[0], "somebody waits for silence");
    }

    // ---- many at once

    @Test
    void shouldFlushBeforeTheOutboxOverflows() {
        final String options = "OPTIONS sip:ms SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:15084;branch=z9hG4bK%d\r\n"
                + "From: \"" + "x".repeat(8100)
                + "\" <sip:a@h>;tag=f\r\nTo: <sip:x@ms>\r\nCall-ID: %d\r\nCSeq: 1 OPTIONS\r\n"
                + "Content-Length: 0\r\n\r\n";
        for (int i = 0; i < 1000; i++) {
            port.arrive(options.formatted(i, i).getBytes(StandardCharsets.US_ASCII), CLIENT);
        }
        for (int i = 0; i < 20; i++) {
            cycle();
        }

        assertEquals(1000, value("sip.answered"));
        assertEquals(1000, value("outbox.sent"));
        assertEquals(0, value("outbox.overflow"));
    }

    @Test
    void shouldAnswerThoughItsSocketIsClogged() {
        cycle();
        wellKnownPort.clogged(true);
        dispatch(FrameType.INITIAL, invite("a", "echo"), 1, 1);
        cycle();
        assertEquals(1, value("outbox.failed"));

        wellKnownPort.clogged(false);
        nowNs += 500 * MS;
        cycle();

        assertTrue(texts(wellKnownPort).get(0).startsWith("SIP/2.0 200 OK"), "RFC 6026 §7.1: repeats cure it");
    }
}
