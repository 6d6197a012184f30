package midplane.blade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.fabric.InitialFrame;
import midplane.fabric.ResponsePart;
import midplane.fabric.RingFabric;
import midplane.shelf.Counters;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class PartQueueTest {
    private final RingFabric fabric = new RingFabric(1, 8, InitialFrame.HEADER_LENGTH);
    private final Counters counters = new Counters(16);
    private final PartQueue queue = new PartQueue(fabric.backplane(0), counters, "blade.0");
    private final UnsafeBuffer lines = new UnsafeBuffer(new byte[PartQueue.BYTE_LIMIT + 1]);
    private final List<String> read = new ArrayList<>();

    @Test
    void shouldCutLongLinesAndGoOnWhereTheUplinkWasFull() {
        for (int i = 0; i < lines.capacity(); i++) {
            lines.putByte(i, (byte) ('a' + i % 26));
        }
        final int length = 12 * ResponsePart.TEXT_LENGTH_MAX + 7;
        queue.part(5, 9, 250, lines, 0, 0);
        queue.part(6, 10, 200, lines, 1, length);
        assertEquals(8, queue.drain());
        poll();
        assertEquals(6, queue.drain());
        poll();
        assertTrue(queue.isEmpty());
        assertEquals("5 9 250 true ", read.get(0));
        final StringBuilder text = new StringBuilder();
        for (int i = 1; i < read.size(); i++) {
            final String start = "6 10 200 " + (i == read.size() - 1) + ' ';
            assertTrue(read.get(i).startsWith(start), read.get(i));
            text.append(read.get(i).substring(start.length()));
        }
        assertEquals(lines.getStringWithoutLengthAscii(1, length), text.toString());
        assertEquals(2, counters.value("blade.0.parts.sent"));
    }

    @Test
    void shouldLoseWhatFindsNoRoomAndCountIt() {
        queue.part(1, 1, 200, lines, 0, PartQueue.BYTE_LIMIT + 1);
        for (int i = 0; i <= PartQueue.LIMIT; i++) {
            queue.part(1, i, 200, lines, 0, 1);
        }
        assertEquals(2, counters.value("blade.0.parts.lost"));
    }

    private void poll() {
        fabric.uplink(0)
                .poll(
                        (buffer, offset, length) -> read.add(ResponsePart.entry(buffer, offset) + " "
                                + ResponsePart.sequence(buffer, offset) + ' ' + ResponsePart.returnCode(buffer, offset)
                                + ' ' + ResponsePart.isLast(buffer, offset) + ' '
                                + buffer.getStringWithoutLengthAscii(
                                        offset + ResponsePart.TEXT_OFFSET, length - ResponsePart.TEXT_OFFSET)),
                        64);
    }
}
