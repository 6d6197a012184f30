package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

@Conforms("RFC 3550 §A.2")
class RtcpScannerTest {
    private static final byte[] SENDER_REPORT = packet(200, 0, 28);
    private static final byte[] RECEIVER_REPORT = packet(201, 0, 8);
    private static final byte[] DESCRIPTION = packet(202, 1, 20);
    private static final byte[] BYE = packet(203, 1, 8);

    private final RtcpScanner scanner = new RtcpScanner();

    @Test
    void shouldReadASenderReport() {
        final byte[] report = SENDER_REPORT.clone();
        ByteBuffer.wrap(report).putInt(4, 0xCAFE_BABE).putInt(8, 0x1111_2222).putInt(12, 0x3333_4444);
        assertTrue(scan(report, DESCRIPTION));
        assertTrue(scanner.hasSenderReport());
        assertEquals(0xCAFE_BABE, scanner.senderSsrc());
        assertEquals(0x2222_3333, scanner.ntpMiddle());
        assertFalse(scanner.hasBye());
    }

    @Test
    void shouldHearABye() {
        assertTrue(scan(RECEIVER_REPORT, DESCRIPTION, BYE));
        assertTrue(scanner.hasBye());
        assertFalse(scanner.hasSenderReport());
        assertTrue(scan(RECEIVER_REPORT));
        assertFalse(scanner.hasBye(), "each datagram speaks for itself");
        assertTrue(scan(RECEIVER_REPORT, packet(203, 0, 4)), "a BYE of nobody is useless and allowed");
    }

    @Test
    void shouldPassOverTypesItDoesNotKnow() {
        assertTrue(scan(RECEIVER_REPORT, packet(207, 5, 12), packet(204, 0, 12), BYE));
        assertTrue(scanner.hasBye());
    }

    @Test
    void shouldWantAReportFirst() {
        assertFalse(scan(DESCRIPTION));
        assertFalse(scan(BYE));
        assertFalse(scan(DESCRIPTION, RECEIVER_REPORT));
    }

    @Test
    void shouldWantVersion2Throughout() {
        final byte[] description = DESCRIPTION.clone();
        description[0] = 0x41;
        assertFalse(scan(RECEIVER_REPORT, description));
        final byte[] report = RECEIVER_REPORT.clone();
        report[0] = 0x00;
        assertFalse(scan(report));
    }

    @Test
    void shouldWantLengthsThatAddUp() {
        final byte[] compound = join(SENDER_REPORT, DESCRIPTION, BYE);
        for (int length = 0; length < compound.length; length++) {
            final boolean isWhole = length == 28 || length == 48;
            assertEquals(isWhole, scan(Arrays.copyOf(compound, length)), "cut at " + length);
        }
        assertFalse(scan(compound, new byte[3]));
        assertFalse(scan(compound, new byte[4]));
    }

    @Test
    void shouldWantRoomForWhatTheCountsPromise() {
        assertTrue(scan(packet(200, 2, 28 + 48)));
        assertFalse(scan(packet(200, 2, 28 + 44)));
        assertTrue(scan(packet(201, 31, 8 + 31 * 24)));
        assertFalse(scan(packet(201, 31, 8 + 31 * 24 - 4)));
        assertFalse(scan(packet(201, 0, 4), DESCRIPTION));
        assertFalse(scan(packet(200, 0, 24)));
        assertFalse(scan(RECEIVER_REPORT, packet(203, 2, 8)));
    }

    @Test
    void shouldTakePaddingAtTheVeryEndOnly() {
        assertTrue(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 4)));
        assertFalse(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 8)), "padding where the source should be");
        assertFalse(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 0)));
        assertFalse(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 3)));
        assertFalse(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 12)));
        assertFalse(scan(RECEIVER_REPORT, padded(packet(203, 1, 12), 4), DESCRIPTION));
        assertFalse(scan(padded(packet(201, 0, 12), 4)));
    }

    @Test
    void shouldRefuseWhatNoFrameHolds() {
        assertTrue(scan(RECEIVER_REPORT, packet(207, 0, 1492)));
        assertFalse(scan(RECEIVER_REPORT, packet(207, 0, 1496)));
    }

    @Test
    void shouldReadItsOwnBoundsWhateverTheNoise() {
        final Random random = new Random(4711);
        for (int run = 0; run < 50_000; run++) {
            final byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            for (int i = 0; i + 3 < noise.length; i += 4 * (1 + random.nextInt(4))) {
                noise[i] = (byte) (0x80 | random.nextInt(4));
                noise[i + 1] = (byte) (200 + random.nextInt(5));
                noise[i + 2] = 0;
                noise[i + 3] = (byte) random.nextInt(10);
            }
            scan(noise);
        }
    }

    private boolean scan(final byte[]... packets) {
        final byte[] compound = join(packets);
        return scanner.scan(new UnsafeBuffer(compound), 0, compound.length);
    }

    private static byte[] join(final byte[]... packets) {
        final ByteBuffer joined = ByteBuffer.allocate(65_536);
        for (final byte[] packet : packets) {
            joined.put(packet);
        }
        return Arrays.copyOf(joined.array(), joined.position());
    }

    private static byte[] padded(final byte[] packet, final int padding) {
        packet[0] |= 0x20;
        packet[packet.length - 1] = (byte) padding;
        return packet;
    }

    static byte[] packet(final int type, final int count, final int length) {
        final byte[] packet = new byte[length];
        packet[0] = (byte) (0x80 | count);
        packet[1] = (byte) type;
        ByteBuffer.wrap(packet).putShort(2, (short) (length / 4 - 1));
        return packet;
    }
}
