package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/** What a client sends and how it reads what it gets. */
record Rtp(boolean marker, int payloadType, int sequence, int timestamp, int ssrc, byte[] payload) {
    static byte[] bytes(
            final boolean marker,
            final int payloadType,
            final int sequence,
            final int timestamp,
            final int ssrc,
            final byte[] payload) {
        return ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) (payloadType | (marker ? 0x80 : 0)))
                .putShort((short) sequence)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload)
                .array();
    }

    static Rtp read(final byte[] datagram) {
        final RtpPacket packet = new RtpPacket();
        assertTrue(packet.wrap(new UnsafeBuffer(datagram), 0, datagram.length), () -> Arrays.toString(datagram));
        return new Rtp(
                packet.marker(),
                packet.payloadType(),
                packet.sequence(),
                packet.timestamp(),
                packet.ssrc(),
                Arrays.copyOfRange(datagram, packet.payloadOffset(), packet.payloadOffset() + packet.payloadLength()));
    }
}
