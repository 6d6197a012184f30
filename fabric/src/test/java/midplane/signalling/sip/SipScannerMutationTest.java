package midplane.signalling.sip;

import static midplane.signalling.sip.Corpus.INVITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import midplane.net.Peer;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Messages cut off and broken at random, from a fixed seed: never an exception, never an offset outside, never more than
 * a few steps for a byte, and the same verdict wherever the bytes lie.
 */
final class SipScannerMutationTest {
    private static final long SEED = 4711;
    private static final int ROUNDS = 200_000;

    /** Moving a message and answering it costs as much as ten scans. */
    private static final int WHOLE_CHECK_EVERY = 8;

    private static final int MAX_STEPS_PER_BYTE = 4;

    /** What stands for a mutation most often: the bytes the grammar turns on. */
    private static final byte[] SPICE = " \t\r\n:;,<>\"\\@[]%=/?0aI\0\177\u00e9".getBytes(StandardCharsets.ISO_8859_1);

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final SipScanner otherScanner = new SipScanner();
    private final SipMessage otherMessage = new SipMessage();
    private final SipResponseWriter writer = new SipResponseWriter();
    private final SipAddress address = new SipAddress();
    private final SipUri uri = new SipUri();
    private final Slice slice = new Slice();
    private final Peer source = Peer.ofNumeric("192.0.2.7", 5066);
    private final Slice tag = new Slice().wrap(Corpus.ofText("ours"), 0, 4);

    @Test
    void shouldSurviveTruncationAtEveryByte() {
        for (final byte[] whole : messages()) {
            final int bodyOffset = scan(whole) == SipFault.NONE ? message.bodyOffset() : whole.length;
            for (int length = 0; length < whole.length; length++) {
                final byte[] cut = new byte[length];
                System.arraycopy(whole, 0, cut, 0, length);
                checkAll(cut);
                if (length < bodyOffset) {
                    assertNotEquals(SipFault.NONE, message.fault(), "cut at " + length);
                }
            }
        }
    }

    @Test
    void shouldSurviveMutations() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final List<byte[]> originals = messages();
        int clean = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                final byte b =
                        random.nextInt(4) == 0 ? (byte) random.nextInt(256) : SPICE[random.nextInt(SPICE.length)];
                bytes[random.nextInt(bytes.length)] = b;
            }
            final SipFault fault = round % WHOLE_CHECK_EVERY == 0 ? checkAll(bytes) : check(bytes);
            clean += fault == SipFault.NONE ? 1 : 0;
        }
        assertTrue(clean > ROUNDS / 10 && clean < ROUNDS * 9 / 10, "the mutations prove nothing: " + clean);
    }

    @Test
    void shouldSurviveRepetition() {
        final String[] hostile = {
            "\r\n",
            "\r",
            "\n",
            " ",
            "\t",
            ":",
            "a:\r\n ",
            "a:\r\n",
            "Via: SIP/2.0/UDP a,\r\n ",
            "From: \"\\",
            "(((",
            "\\\0",
            "Via: SIP/2.0/UDP h;a=b;c=\"\\\\\"\r\n",
            "Content-Length: 1\r\n",
            "To: a b c d e f g ",
            "%41",
            ";x",
            "[:",
            "a: \\\7\r\n"
        };
        for (final String text : hostile) {
            checkAll(("INVITE sip:a@b SIP/2.0\r\n" + text.repeat(20_000 / text.length()))
                    .getBytes(StandardCharsets.ISO_8859_1));
            checkAll(text.repeat(20_000 / text.length()).getBytes(StandardCharsets.ISO_8859_1));
            checkAll(("INVITE sip:" + text.repeat(8_000 / text.length()) + "@b SIP/2.0\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            checkAll(INVITE.replace("To: ", "To: " + text.repeat(8_000 / text.length()))
                    .getBytes(StandardCharsets.ISO_8859_1));
            checkAll(INVITE.replace("Via: ", "Via: " + text.repeat(8_000 / text.length()))
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private SipFault scan(final byte[] bytes) {
        return scanner.scan(new UnsafeBuffer(bytes), 0, bytes.length, message);
    }

    private SipFault check(final byte[] bytes) {
        final CountingBuffer buffer = new CountingBuffer(bytes);
        final SipFault fault = scanner.scan(buffer, 0, bytes.length, message);
        final long limit = (long) MAX_STEPS_PER_BYTE * bytes.length + 64;
        assertTrue(buffer.steps <= limit, () -> buffer.steps + " steps for " + bytes.length + " bytes: " + text(bytes));
        checkOffsets(message, 0, bytes.length, bytes);
        return fault;
    }

    private SipFault checkAll(final byte[] bytes) {
        final SipFault fault = check(bytes);
        checkElsewhere(bytes, fault);
        readAll(bytes);
        return fault;
    }

    /** Everything handed out lies inside the datagram, and lines follow one another. */
    private void checkOffsets(final SipMessage message, final int offset, final int length, final byte[] bytes) {
        final int end = offset + length;
        int at = message.firstHeaderOffset();
        final boolean isBroken = message.fault() != SipFault.NONE;
        boolean isInside = true;
        for (int i = 0; i < message.headerCount(); i++) {
            final int lineEnd = message.lineOffset(i) + message.lineLength(i);
            isInside &= isBroken ? message.lineOffset(i) >= at : message.lineOffset(i) == at;
            isInside &= lineEnd <= end && message.nameLength(i) > 0 && message.valueLength(i) >= 0;
            isInside &= message.valueOffset(i) > message.nameOffset(i) + message.nameLength(i);
            isInside &= message.valueOffset(i) + message.valueLength(i) < lineEnd;
            at = lineEnd;
        }
        assertTrue(isInside, () -> text(bytes));
        assertTrue(message.offset() >= offset && message.length() >= 0, () -> text(bytes));
        assertTrue(message.offset() + message.length() <= end, () -> text(bytes));
        assertTrue(message.bodyLength() >= 0, () -> text(bytes));
        assertTrue(message.bodyOffset() + message.bodyLength() <= end, () -> text(bytes));
        for (final Slice part : parts(message)) {
            assertTrue(
                    part.isEmpty() || part.offset() >= offset && part.offset() + part.length() <= end,
                    () -> text(bytes));
        }
    }

    /** The verdict and all slices are the same at another offset, between bytes that must not be looked at. */
    private void checkElsewhere(final byte[] bytes, final SipFault fault) {
        final int shift = 13;
        final byte[] moved = new byte[bytes.length + shift + 9];
        Arrays.fill(moved, (byte) '\n');
        System.arraycopy(bytes, 0, moved, shift, bytes.length);
        assertEquals(
                fault,
                otherScanner.scan(new UnsafeBuffer(moved), shift, bytes.length, otherMessage),
                () -> text(bytes));
        checkOffsets(otherMessage, shift, bytes.length, bytes);
        assertEquals(message.headerCount(), otherMessage.headerCount(), () -> text(bytes));
        assertEquals(message.bodyLength(), otherMessage.bodyLength(), () -> text(bytes));
        assertEquals(message.isAnswerable(), otherMessage.isAnswerable(), () -> text(bytes));
        boolean isSame = true;
        for (int i = 0; i < message.headerCount(); i++) {
            isSame &= message.header(i) == otherMessage.header(i)
                    && message.lineOffset(i) + shift == otherMessage.lineOffset(i)
                    && message.valueLength(i) == otherMessage.valueLength(i);
        }
        assertTrue(isSame, () -> text(bytes));
        final Slice[] here = parts(message);
        final Slice[] there = parts(otherMessage);
        for (int i = 0; i < here.length; i++) {
            assertTrue(here[i].contentEquals(there[i]), () -> text(bytes));
        }
    }

    /** Every reader on every value, and an answer where one is due: one that scans without a fault of its own making. */
    private void readAll(final byte[] bytes) {
        for (int i = 0; i < message.headerCount(); i++) {
            if (address.parse(message.buffer(), message.valueOffset(i), message.valueLength(i))) {
                assertTrue(address.length() <= message.valueLength(i));
                address.param("expires", slice);
                uri.parse(
                        message.buffer(), address.uri().offset(), address.uri().length());
                uri.param("transport", slice);
            }
        }
        if (message.isAnswerable()) {
            final UnsafeBuffer answer = new UnsafeBuffer(new byte[bytes.length + 512]);
            final int length = writer.wrap(answer, 0, answer.capacity())
                    .begin(message, source, 400, message.fault().reason(), tag)
                    .finish();
            assertTrue(length > 0);
            final SipFault fault = otherScanner.scan(answer, 0, length, otherMessage);
            if (message.fault() == SipFault.NONE) {
                assertEquals(SipFault.NONE, fault, () -> text(bytes));
                assertTrue(message.callId().contentEquals(otherMessage.callId()));
                assertTrue(message.fromTag().contentEquals(otherMessage.fromTag()));
                assertTrue(!otherMessage.toTag().isEmpty());
            }
            // Nothing in a request makes a line of its own in the answer.
            assertTrue(fault != SipFault.BAD_LINE_END && fault != SipFault.TRUNCATED, () -> text(bytes));
            assertTrue(
                    otherMessage.headerCount() <= message.headerCount() + 1,
                    () -> "lines made up from: " + text(bytes));
            assertEquals(0, otherMessage.bodyLength());
        }
    }

    private static Slice[] parts(final SipMessage message) {
        return new Slice[] {
            message.methodName(),
            message.requestUri(),
            message.callId(),
            message.fromTag(),
            message.toTag(),
            message.topVia().host(),
            message.topVia().branch(),
            message.topVia().transport(),
            message.topVia().rport(),
            message.topVia().received()
        };
    }

    private static List<byte[]> messages() {
        final List<byte[]> messages = new ArrayList<>();
        messages.add(INVITE.getBytes(StandardCharsets.US_ASCII));
        for (final String name :
                List.of("wsinv", "intmeth", "esc01", "noreason", "multi01", "transports", "dblreq", "inv2543")) {
            messages.add(Corpus.bytes("rfc4475/" + name + ".dat"));
        }
        messages.add(Corpus.bytes("rfc5118/via-received-param-with-delim.sip"));
        for (final String name : Corpus.names("clients")) {
            messages.add(Corpus.bytes("clients/" + name));
        }
        return messages;
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 2_000), StandardCharsets.ISO_8859_1);
    }

    /** Counts how often it is read. */
    private static final class CountingBuffer extends UnsafeBuffer {
        private long steps;

        CountingBuffer(final byte[] bytes) {
            super(bytes);
        }

        @Override
        public byte getByte(final int index) {
            steps++;
            return super.getByte(index);
        }

        @Override
        public long getLong(final int index, final ByteOrder byteOrder) {
            steps++;
            return super.getLong(index, byteOrder);
        }
    }
}
