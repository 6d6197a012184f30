package midplane.blade.media;

import org.agrona.MutableDirectBuffer;

/** Cuts what the ticks bring into packets of another length, when one was asked for. */
final class Packetizer {
    private static final int CAPACITY = 2 * RtpPacket.PAYLOAD_LENGTH_MAX;

    private final byte[] waiting = new byte[CAPACITY];
    private int length;
    private int packetLength;

    void open(final int newPacketLength) {
        assert newPacketLength > 0 && newPacketLength <= RtpPacket.PAYLOAD_LENGTH_MAX : newPacketLength;
        packetLength = newPacketLength;
        length = 0;
    }

    int packetLength() {
        return packetLength;
    }

    /** Whether a payload of the ticks is a packet as it is. */
    boolean isWhole(final int payloadLength) {
        return length == 0 && (payloadLength == packetLength || packetLength == MediaPlane.SAMPLES_PER_TICK);
    }

    void add(final MutableDirectBuffer buffer, final int offset, final int payloadLength) {
        final int taken = Math.min(payloadLength, CAPACITY - length);
        buffer.getBytes(offset, waiting, length, taken);
        length += taken;
    }

    /** Writes the next packet's payload, if there is enough for one. */
    boolean take(final MutableDirectBuffer buffer, final int offset) {
        if (length < packetLength) {
            return false;
        }
        buffer.putBytes(offset, waiting, 0, packetLength);
        length -= packetLength;
        System.arraycopy(waiting, packetLength, waiting, 0, length);
        return true;
    }

    void forget() {
        length = 0;
    }
}
