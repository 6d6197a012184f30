package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Whatever a stranger throws at the ports, nobody else's call suffers. */
@Tag("peers")
@Timeout(240)
class BadInputTest {
    private static final long SEED = 4711;
    private static final int DATAGRAM_MAX = 65_507;
    /** More than there is time for: good calls are placed until the stranger has thrown all. */
    private static final int GOOD_CALLS = 1_000_000;

    private static final int GOOD_CALLS_MIN = 300;
    private static final int GOOD_RATE = 50;
    /** A chassis may get as much as this before it is asked for the next. */
    private static final int BURST = 10;

    private static final Duration PAUSE = Duration.ofMillis(5);

    @Test
    void shouldServeGoodCallersWhileAStrangerThrowsRubbish(final TestInfo test) {
        final Path folder = Scratch.of(test);
        final List<byte[]> rubbish = new ArrayList<>();
        try (ChassisProcess
                        chassis = // A mutation that is still a good INVITE opens a session that nobody ends: room for
                                // those, and time.
                                ChassisProcess.launch(
                                        folder,
                                        ChassisProcess.BLADES,
                                        6_000,
                                        "midplane.sip.t1=200ms",
                                        "midplane.sip.t2=800ms",
                                        "midplane.shutdown-timeout=20s");
                // A host of its own, as strangers have: what one host may have open does not count for others.
                WireClient stranger = new WireClient("127.0.0.2")) {
            addTortureMessages(rubbish);
            addTruncations(rubbish, stranger);
            addMonsters(rubbish, stranger);
            addMutations(rubbish, stranger);
            addNoise(rubbish);

            try (Sipp.Run goodCallers = Sipp.scenario(folder, "follow-contact.xml")
                    .service("echo")
                    .hold(Duration.ofMillis(200))
                    .calls(GOOD_CALLS, GOOD_RATE)
                    .limit(Duration.ofSeconds(120))
                    .start(chassis.port())) {
                assertTrue(
                        Patience.until(() -> goodCallers.statistic("SuccessfulCall") > 0, Duration.ofSeconds(10)),
                        () -> "good calls under way\n" + goodCallers.program().output());
                throwAt(stranger, rubbish, chassis.port());
                throwAt(stranger, rubbish, chassis.bladePort(1));
                assertTrue(
                        Patience.until(
                                () -> goodCallers.statistic("SuccessfulCall") >= GOOD_CALLS_MIN,
                                Duration.ofSeconds(60)),
                        () -> "many good calls\n" + goodCallers.program().output());
                goodCallers.finish().assertAllSucceeded();
            }
            // Still all there: a request gets its answer.
            try (WireClient honest = new WireClient()) {
                assertEquals(
                        200,
                        honest.exchange(SipRequest.of("OPTIONS", "sip:127.0.0.1", honest), chassis.port())
                                .status());
            }

            final Summary summary = chassis.stop();
            assertTrue(
                    // Sockets of a busy machine overflow.
                    summary.value("dispatcher.received") >= GOOD_CALLS_MIN + rubbish.size() / 2L,
                    () -> rubbish.size() + " pieces of rubbish\n" + summary.words());
            for (final String fault : List.of(
                    "truncated",
                    "too-many-headers",
                    "bad-header-line",
                    "bad-content-length",
                    "body-too-short",
                    "cseq-method-mismatch",
                    "unsupported-version",
                    "noise",
                    "keep-alive")) {
                assertTrue(
                        summary.value("dispatcher.fault." + fault) > 0,
                        () -> "a counter for " + fault + "\n" + summary.words());
            }
        }
    }

    private static void throwAt(final WireClient stranger, final List<byte[]> rubbish, final int port) {
        int inBurst = 0;
        for (final byte[] datagram : rubbish) {
            stranger.send(datagram, port);
            inBurst++;
            // A long datagram fills the receiver's socket by itself.
            if (inBurst >= BURST || datagram.length > 8_192) {
                Patience.pass(PAUSE);
                inBurst = 0;
            }
        }
    }

    /** RFC 4475, each twice: a copy on the way is nothing unusual. */
    private static void addTortureMessages(final List<byte[]> rubbish) {
        try (Stream<Path> files = Files.list(Scratch.resource("rfc4475"))) {
            files.filter(file -> file.toString().endsWith(".dat")).sorted().forEach(file -> {
                final byte[] message = bytes(file);
                rubbish.add(message);
                rubbish.add(message);
            });
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        assertEquals(2 * 49, rubbish.size(), "all of RFC 4475");
    }

    private static byte[] bytes(final Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static void addTruncations(final List<byte[]> rubbish, final WireClient stranger) {
        final byte[] invite =
                ascii(SipRequest.invite("sip:echo@127.0.0.1", stranger).text());
        for (int length = 0; length < invite.length; length++) {
            rubbish.add(Arrays.copyOf(invite, length));
        }
    }

    private static void addMonsters(final List<byte[]> rubbish, final WireClient stranger) {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", stranger);
        final String text = invite.text();
        final String room = "x".repeat(DATAGRAM_MAX - text.length());
        rubbish.add(ascii(text.replace(invite.callId(), room)));
        rubbish.add(ascii(text.replace("tag=wire", "tag=" + room)));
        rubbish.add(ascii(text.replace(invite.branch(), room)));
        rubbish.add(ascii(text.replace("sip:echo@", "sip:" + room + "@")));
        rubbish.add(ascii(text.replace("Max-Forwards: 70", "Subject: " + room)));
        rubbish.add(ascii(text.replace("Max-Forwards: 70\r\n", "a:b\r\n".repeat(10_000))));
        rubbish.add(ascii(text.replace("Max-Forwards: 70\r\n", "Via: SIP/2.0/UDP h;branch=z9hG4bK\r\n".repeat(1_500))));
        rubbish.add(ascii(text.replace("SIP/2.0/UDP", "SIP/2.0/UDP h,".repeat(4_000) + "SIP/2.0/UDP")));
        rubbish.add(ascii(text.replace("Max-Forwards: 70", "Subject: a" + "\r\n ".repeat(15_000) + "z")));
        rubbish.add(ascii(text.replace("Max-Forwards: 70", "Midplane-Port: 1" + ";wk=2".repeat(5_000))));
        rubbish.add(ascii(text.replace("INVITE sip", "I".repeat(60_000) + " sip")));
        rubbish.add(ascii("\r\n".repeat(DATAGRAM_MAX / 2)));
        rubbish.add(ascii("\r\n\r\n"));
        rubbish.add(new byte[DATAGRAM_MAX]);
        for (final String length :
                List.of("-1", "1000000", "4294967296", "99999999999999999999999", "0x10", "", "1 2")) {
            rubbish.add(ascii(text.replaceFirst("Content-Length: \\d+", "Content-Length: " + length)));
            rubbish.add(ascii(text.replaceFirst("Content-Length: \\d+", "l:" + length)));
        }
        for (final String sequence :
                List.of("-1 INVITE", "4294967296 INVITE", "INVITE", "1", "1 invite", "1 ACK", "")) {
            rubbish.add(ascii(text.replace("CSeq: 1 INVITE", "CSeq: " + sequence)));
        }
        rubbish.add(ascii(text.replace(" SIP/2.0\r\nVia", " SIP/3.0\r\nVia")));
    }

    /** A good message with some bytes changed, doubled or taken away. */
    private static void addMutations(final List<byte[]> rubbish, final WireClient stranger) {
        final Random random = new Random(SEED);
        for (int i = 0; i < 1_500; i++) {
            final byte[] invite =
                    ascii(SipRequest.invite("sip:echo@127.0.0.1", stranger).text());
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                final int at = random.nextInt(invite.length);
                switch (random.nextInt(3)) {
                    case 0 -> invite[at] = (byte) random.nextInt(256);
                    case 1 -> invite[at] = invite[random.nextInt(invite.length)];
                    default -> System.arraycopy(invite, at, invite, Math.max(0, at - 1), invite.length - at);
                }
            }
            rubbish.add(invite);
        }
    }

    private static void addNoise(final List<byte[]> rubbish) {
        final Random random = new Random(SEED);
        for (int i = 0; i < 1_500; i++) {
            final byte[] noise = new byte[random.nextInt(1_500)];
            random.nextBytes(noise);
            rubbish.add(noise);
        }
    }

    private static byte[] ascii(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return bytes.length <= DATAGRAM_MAX ? bytes : Arrays.copyOf(bytes, DATAGRAM_MAX);
    }
}
