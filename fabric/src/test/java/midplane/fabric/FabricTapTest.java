package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import midplane.net.Peer;
import midplane.testing.ForeignProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FabricTapTest {
    private static final int LENGTH = 16;
    private static final int FRAME_CAPACITY = 2048;
    private static final long ALL_SLOTS = -1L;
    private static final long NO_BOUND = Long.MAX_VALUE;
    private static final long NOW_MS = 1_700_000_000_123L;
    private static final InetAddress BLADES = InetAddress.getLoopbackAddress();
    private static final int FILE_HEADER_LENGTH = 24;

    private final RingFabric fabric = new RingFabric(3, LENGTH, FRAME_CAPACITY);
    private final FrameClaim claim = new FrameClaim();
    private final InitialFrame frame = new InitialFrame();
    private final FrameHandler discard = (buffer, offset, length) -> {};

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = directory.resolve("fabric.pcap");
    }

    @Test
    void shouldWriteAFileThatTsharkUnderstands() throws IOException, InterruptedException {
        final ForeignProgram tshark = ForeignProgram.require("tshark");
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, FrameType.INITIAL, Protocol.SIP, peer("192.0.2.7", 5555), 5071, sip("INVITE"));
            send(2, FrameType.STRAY, Protocol.SIP, peer("2001:db8::7", 6666), 5073, sip("BYE"));
            send(1, FrameType.REPEAT, Protocol.MGCP, peer("192.0.2.8", 2727), 5072, "CRCX 12 cnf/$@ms MGCP 1.0\r\n");
            assertEquals(3, tap.poll(100));
        }

        final List<String> lines = tshark.run(
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-e",
                "frame.time_epoch",
                "-e",
                "_ws.col.Protocol",
                "-e",
                "sip.Method",
                "-e",
                "mgcp.req.verb",
                "-e",
                "exported_pdu.ipv4_src",
                "-e",
                "exported_pdu.ipv6_src",
                "-e",
                "exported_pdu.ipv4_dst",
                "-e",
                "exported_pdu.port_type",
                "-e",
                "exported_pdu.src_port",
                "-e",
                "exported_pdu.dst_port");
        assertEquals(
                List.of(
                        "1700000000.123000000|SIP|INVITE||192.0.2.7||127.0.0.1|3|5555|5071",
                        "1700000000.123000000|MGCP||CRCX|192.0.2.8||127.0.0.1|3|2727|5072",
                        "1700000000.123000000|SIP|BYE|||2001:db8::7|127.0.0.1|3|6666|5073"),
                lines);
    }

    @Test
    void shouldShowTsharkTheStampedHeader() throws IOException, InterruptedException {
        final ForeignProgram tshark = ForeignProgram.require("tshark");
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, FrameType.INITIAL, Protocol.SIP, peer("192.0.2.7", 5555), 5071, sip("INVITE"));
            tap.poll(100);
        }
        final List<String> lines = tshark.run("-r", file.toString(), "-V");
        assertTrue(lines.stream().anyMatch(line -> line.contains("Midplane-Port: 5071;wk=5060")), lines::toString);
        assertFalse(lines.stream().anyMatch(line -> line.contains("Malformed")), lines::toString);
    }

    @Test
    void shouldWriteTheMessageWithoutTheOriginalUri() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, FrameType.INITIAL, Protocol.SIP, peer("192.0.2.7", 5555), 5071, "message", "sip:original");
            tap.poll(100);
        }
        assertEquals(List.of("message"), messages());
    }

    @Test
    void shouldSeeOnlyTheSlotsAskedFor() throws IOException {
        try (FabricTap tap = open(0b101, NO_BOUND)) {
            send(0, "zero");
            send(1, "one");
            send(2, "two");
            assertEquals(2, tap.poll(100));
        }
        assertEquals(List.of("zero", "two"), messages());
    }

    @Test
    void shouldSeeOnlyWhatIsSentAfterItsOpening() throws IOException {
        send(0, "before");
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, "after");
            tap.poll(100);
        }
        assertEquals(List.of("after"), messages());
    }

    @Test
    void shouldPassOverAbortedClaimsAndWhatIsNoMessage() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            assertTrue(fabric.downlink(0).claim(claim, 100));
            claim.abort();
            send(0, FrameType.HANG_UP, Protocol.SIP, peer("192.0.2.7", 5555), 5071, "");
            assertTrue(fabric.downlink(0).claim(claim, 100));
            claim.buffer().setMemory(claim.offset(), 100, (byte) 0xFF);
            claim.commit(100);
            send(0, "message");
            assertEquals(1, tap.poll(100));
            assertEquals(0, tap.lost());
        }
        assertEquals(List.of("message"), messages());
    }

    @Test
    void shouldSeeFramesTheBladeHasConsumedLongAgo() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, "consumed");
            fabric.backplane(0).poll(discard, LENGTH);
            assertEquals(1, tap.poll(100));
        }
        assertEquals(List.of("consumed"), messages());
    }

    @Test
    void shouldHoldNobodyUpAndCountWhatItMissed() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            for (int i = 0; i < 3 * LENGTH; i++) {
                send(0, "message " + i);
                fabric.backplane(0).poll(discard, LENGTH);
            }
            assertEquals(LENGTH, tap.poll(100));
            assertEquals(2 * LENGTH, tap.lost());
            assertEquals(LENGTH, tap.written());
        }
        assertEquals("message " + 2 * LENGTH, messages().get(0));
    }

    /** The oldest cell's producer has begun to write it anew: what is in it now must not be taken for the old frame. */
    @Test
    void shouldNotTakeACellThatIsBeingOverwritten() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            for (int i = 0; i < LENGTH; i++) {
                send(0, "message " + i);
                fabric.backplane(0).poll(discard, LENGTH);
            }
            assertTrue(fabric.downlink(0).claim(claim, 100));
            assertEquals(LENGTH - 1, tap.poll(100));
            assertEquals(1, tap.lost());
            claim.abort();
        }
        assertEquals("message 1", messages().get(0));
    }

    @Test
    void shouldHonourTheLimitAndStarveNoSlot() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            for (int i = 0; i < 10; i++) {
                send(0, "busy");
            }
            send(1, "quiet");
            assertEquals(2, tap.poll(2));
            assertEquals(2, tap.poll(2));
            assertTrue(messages().contains("quiet"), "what was polled is in the file");
        }
    }

    @Test
    void shouldStopAtItsBound() throws IOException {
        final long bound = 1000;
        try (FabricTap tap = open(ALL_SLOTS, bound)) {
            for (int i = 0; i < 30; i++) {
                send(0, "a message of some length " + i);
                fabric.backplane(0).poll(discard, LENGTH);
                tap.poll(100);
            }
            assertTrue(tap.isStopped());
            assertEquals(30, tap.written() + tap.lost());
            assertTrue(tap.written() > 0);
            assertEquals(tap.written(), messages().size());
        }
        assertTrue(Files.size(file) <= bound);
        assertTrue(Files.size(file) > bound / 2);
    }

    @Test
    void shouldFillTheBoundToTheLastByte() throws IOException {
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, "message");
            tap.poll(1);
        }
        final long length = Files.size(file);
        try (FabricTap tap = open(ALL_SLOTS, length)) {
            send(0, "message");
            assertEquals(1, tap.poll(1));
        }
        try (FabricTap tap = open(ALL_SLOTS, length - 1)) {
            send(0, "message");
            assertEquals(0, tap.poll(1));
        }
        assertEquals(FILE_HEADER_LENGTH, Files.size(file));
    }

    @Test
    void shouldCarryTheLongestFrame() throws IOException {
        final String longest = "x".repeat(FRAME_CAPACITY - InitialFrame.HEADER_LENGTH);
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            send(0, longest);
            assertEquals(1, tap.poll(1));
        }
        assertEquals(List.of(longest), messages());
    }

    @Test
    void shouldOnlyCountLossesOnceClosed() {
        final FabricTap tap = open(ALL_SLOTS, NO_BOUND);
        tap.close();
        tap.close();
        send(0, "late");
        assertEquals(0, tap.poll(100));
        assertEquals(1, tap.lost());
    }

    @Test
    void shouldSayWhatIsWrongAtOpening() {
        assertThrows(IllegalArgumentException.class, () -> open(0b1000, NO_BOUND));
        assertThrows(IllegalArgumentException.class, () -> open(ALL_SLOTS, FILE_HEADER_LENGTH - 1));
        file = directory.resolve("missing").resolve("fabric.pcap");
        assertThrows(UncheckedIOException.class, () -> open(ALL_SLOTS, NO_BOUND));
    }

    /** A producer at full speed over a short ring: whatever gets into the file is whole, and nothing is uncounted. */
    @Test
    void shouldNeverWriteATornFrame() throws IOException, InterruptedException {
        final int frames = 200_000;
        final AtomicBoolean done = new AtomicBoolean();
        try (FabricTap tap = open(ALL_SLOTS, NO_BOUND)) {
            final Thread producer = new Thread(() -> {
                final FrameClaim mine = new FrameClaim();
                final byte[] text = new byte[512];
                for (int i = 0; i < frames; i++) {
                    Arrays.fill(text, (byte) ('a' + i % 26));
                    write(0, mine, FrameType.INITIAL, Protocol.SIP, peer("192.0.2.7", 5555), i, text, new byte[0]);
                    fabric.backplane(0).poll(discard, LENGTH);
                }
                done.set(true);
            });
            producer.start();
            while (!done.get()) {
                tap.poll(1000);
            }
            producer.join();
            tap.poll(1000);
            assertEquals(frames, tap.written() + tap.lost());
            assertTrue(tap.written() > 0);
        }
        for (final String message : messages()) {
            assertArrayEquals(message.substring(0, 1).repeat(512).toCharArray(), message.toCharArray());
        }
    }

    private FabricTap open(final long slotBits, final long maxBytes) {
        return FabricTap.open(fabric, slotBits, file, maxBytes, () -> NOW_MS, BLADES);
    }

    private static Peer peer(final String host, final int port) {
        return Peer.ofNumeric(host, port);
    }

    private static String sip(final String method) {
        return method + " sip:annc@127.0.0.1 SIP/2.0\r\n"
                + "Midplane-Port: 5071;wk=5060\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.7:5555;branch=z9hG4bK1\r\n"
                + "From: <sip:a@192.0.2.7>;tag=1\r\n"
                + "To: <sip:annc@127.0.0.1>\r\n"
                + "Call-ID: 1@192.0.2.7\r\n"
                + "CSeq: 1 " + method + "\r\n"
                + "Content-Length: 0\r\n\r\n";
    }

    private void send(final int slot, final String message) {
        send(slot, FrameType.INITIAL, Protocol.SIP, peer("192.0.2.7", 5555), 5071, message);
    }

    private void send(
            final int slot,
            final byte type,
            final byte protocol,
            final Peer source,
            final int portId,
            final String... parts) {
        final byte[] message = parts[0].getBytes(StandardCharsets.US_ASCII);
        final byte[] uri = (parts.length > 1 ? parts[1] : "").getBytes(StandardCharsets.US_ASCII);
        write(slot, claim, type, protocol, source, portId, message, uri);
    }

    private void write(
            final int slot,
            final FrameClaim claim,
            final byte type,
            final byte protocol,
            final Peer source,
            final int portId,
            final byte[] message,
            final byte[] uri) {
        final int length = InitialFrame.HEADER_LENGTH + message.length + uri.length;
        assertTrue(fabric.downlink(slot).claim(claim, length));
        frame.wrap(claim.buffer(), claim.offset(), length)
                .type(type)
                .carriage(protocol, InitialFrame.UDP)
                .portId(portId)
                .source(source.addressHigh(), source.addressLow(), source.port())
                .size(1, (byte) 0, false)
                .lengths(message.length, uri.length);
        frame.buffer().putBytes(frame.messageOffset(), message);
        frame.buffer().putBytes(frame.originalUriOffset(), uri);
        claim.commit(length);
    }

    /** The file read by other code than wrote it. */
    private List<String> messages() throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(FILE_HEADER_LENGTH);
        final List<String> messages = new ArrayList<>();
        while (bytes.hasRemaining()) {
            bytes.position(bytes.position() + 8);
            final int length = bytes.getInt();
            assertEquals(length, bytes.getInt());
            final ByteBuffer record = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            int tag;
            do {
                tag = record.getShort();
                record.position(record.getShort() + record.position());
            } while (tag != 0);
            messages.add(StandardCharsets.US_ASCII.decode(record).toString());
        }
        return messages;
    }
}
