package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What a flood consists of makes no garbage: copies, noise, strays, confirmations of a million ids, idle time. */
class GatewayGarbageTest extends GatewayTest {
    private static final DatagramPort SILENT = new DatagramPort() {
        @Override
        public int poll(final Handler handler, final int limit) {
            return 0;
        }

        @Override
        public boolean offer(final ByteBuffer datagram, final Peer destination) {
            return true;
        }

        @Override
        public InetSocketAddress localAddress() {
            return new InetSocketAddress(1);
        }

        @Override
        public void close() {}
    };

    @Test
    void shouldMakeNoGarbageOfCopiesNoiseAndStrays() {
        connect("ivr/3/1");
        final UnsafeBuffer[] messages = {
            bytes("CRCX 1 ivr/3/1@ms.example.net MGCP 1.0\r\nC: A1\r\nM: sendrecv\r\n"),
            bytes("RQNT 1 ann/3/1@ms.example.net MGCP 1.0\r\nX: 1\r\n"),
            bytes("200 4711 OK\r\nK: 1000-1000000\r\n"),
            bytes("000 4711\r\n"),
            bytes("INVITE sip:annc@ms.example.net SIP/2.0\r\n\r\n"),
            bytes("AUEP x ann/3/1@ms.example.net MGCP 1.0\r\n"),
            bytes("\r\n"),
        };
        final double bytes = Allocation.bytesPerCycle(() -> run(messages));
        assertTrue(bytes < 1, "bytes of garbage in a cycle: " + bytes);
        assertEquals(1, count("executed"));
    }

    private void run(final UnsafeBuffer[] messages) {
        for (final UnsafeBuffer message : messages) {
            gateway().onDatagram(message, 0, message.capacity(), agent.self(), nowNs);
            gateway().onDeadline(nowNs);
            gateway().nextDeadlineNs();
            outbox.flush(SILENT, SILENT);
        }
    }

    private static UnsafeBuffer bytes(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
        return buffer;
    }
}
