package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    private final RtpPacket packet = new RtpPacket();

    @Test
    @Conforms("RFC 3550 §5.1")
    void shouldReadWhatItWrites() {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[5 + 12 + 160]);
        RtpPacket.putHeader(buffer, 5, true, 8, 0xFFFE, 0x8000_0001, 0xCAFE_BABE);
        assertTrue(packet.wrap(buffer, 5, 172));
        assertTrue(packet.marker());
        assertEquals(8, packet.payloadType());
        assertEquals(0xFFFE, packet.sequence());
        assertEquals(0x8000_0001, packet.timestamp());
        assertEquals(0xCAFE_BABE, packet.ssrc());
        assertEquals(17, packet.payloadOffset());
        assertEquals(160, packet.payloadLength());

        RtpPacket.putHeader(buffer, 5, false, 0, 0, 0, 0);
        assertTrue(packet.wrap(buffer, 5, 172));
        assertFalse(packet.marker());
        assertEquals(0, packet.payloadType());
    }

    @Test
    @Conforms("RFC 3550 §5.1")
    void shouldReadAPacketAsItStandsOnTheWire() {
        final byte[] datagram = {(byte) 0x80, (byte) 0x88, 0x12, 0x34, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xD5};
        assertTrue(wrap(datagram));
        assertTrue(packet.marker());
        assertEquals(8, packet.payloadType());
        assertEquals(0x1234, packet.sequence());
        assertEquals(0x01020304, packet.timestamp());
        assertEquals(0x05060708, packet.ssrc());
        assertEquals(1, packet.payloadLength());
    }

    @Test
    void shouldWantAWholeHeader() {
        final byte[] datagram = Rtp.bytes(false, 0, 1, 2, 3, new byte[0]);
        assertTrue(wrap(datagram));
        assertEquals(0, packet.payloadLength());
        for (int length = 0; length < 12; length++) {
            assertFalse(wrap(Arrays.copyOf(datagram, length)), "cut at " + length);
        }
    }

    @Test
    @Conforms("RFC 3550 §A.1")
    void shouldWantVersion2() {
        for (final int first : new int[] {0x00, 0x40, 0xC0}) {
            assertFalse(wrap(with(first, new byte[160])));
        }
    }

    @Test
    @Conforms("RFC 3550 §5.1")
    void shouldPassOverContributingSources() {
        assertTrue(wrap(with(0x82, new byte[8 + 160])));
        assertEquals(20, packet.payloadOffset());
        assertEquals(160, packet.payloadLength());
        assertTrue(wrap(with(0x8F, new byte[60])));
        assertEquals(0, packet.payloadLength());
        assertFalse(wrap(with(0x8F, new byte[59])), "one byte short of fifteen sources");
    }

    @Test
    @Conforms("RFC 3550 §5.3.1")
    void shouldPassOverAHeaderExtension() {
        final byte[] rest = new byte[4 + 8 + 160];
        rest[3] = 2;
        assertTrue(wrap(with(0x90, rest)));
        assertEquals(24, packet.payloadOffset());
        assertEquals(160, packet.payloadLength());
        assertTrue(wrap(with(0x90, Arrays.copyOf(rest, 12))));
        assertEquals(0, packet.payloadLength());
        assertFalse(wrap(with(0x90, Arrays.copyOf(rest, 11))), "one byte short of two words");
        assertFalse(wrap(with(0x90, new byte[3])), "one byte short of the extension's header");
        rest[2] = (byte) 0xFF;
        assertFalse(wrap(with(0x90, rest)), "65,282 words");
    }

    @Test
    @Conforms("RFC 3550 §5.1")
    void shouldTakePaddingOff() {
        final byte[] rest = new byte[164];
        rest[163] = 4;
        assertTrue(wrap(with(0xA0, rest)));
        assertEquals(160, packet.payloadLength());
        rest[163] = (byte) 164;
        assertTrue(wrap(with(0xA0, rest)));
        assertEquals(0, packet.payloadLength());
        rest[163] = (byte) 165;
        assertFalse(wrap(with(0xA0, rest)), "more padding than there are bytes");
        rest[163] = 0;
        assertFalse(wrap(with(0xA0, rest)), "padding counts itself");
        assertFalse(wrap(with(0xA0, new byte[0])), "no byte to hold the count");
    }

    @Test
    void shouldRefuseRtcpAndPayloadsThatNobodyMaySend() {
        final byte[] datagram = Rtp.bytes(true, 72, 1, 2, 3, new byte[160]);
        assertFalse(wrap(datagram), "a sender report");
        assertTrue(wrap(Rtp.bytes(true, 71, 1, 2, 3, new byte[160])));
        assertFalse(wrap(Rtp.bytes(true, 76, 1, 2, 3, new byte[160])));
        assertTrue(wrap(Rtp.bytes(true, 77, 1, 2, 3, new byte[160])));
        assertTrue(wrap(Rtp.bytes(false, 0, 1, 2, 3, new byte[1600])));
        assertFalse(wrap(Rtp.bytes(false, 0, 1, 2, 3, new byte[1601])));
    }

    @Test
    void shouldGiveThePayloadAsItCame() {
        assertArrayEquals(
                new byte[] {1, 2, 3},
                Rtp.read(Rtp.bytes(false, 0, 1, 2, 3, new byte[] {1, 2, 3})).payload());
    }

    private boolean wrap(final byte[] datagram) {
        return packet.wrap(new UnsafeBuffer(datagram), 0, datagram.length);
    }

    private static byte[] with(final int firstByte, final byte[] rest) {
        final byte[] datagram = Rtp.bytes(false, 0, 1, 2, 3, rest);
        datagram[0] = (byte) firstByte;
        return datagram;
    }
}
