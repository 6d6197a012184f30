package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitialFrameTest {
    private static final int OFFSET = 8;
    private static final byte[] MESSAGE = {'I', 'N', 'V'};
    private static final byte[] URI = {'s', 'i', 'p', ':'};
    private static final int LENGTH = InitialFrame.HEADER_LENGTH + 7;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[256]);
    private final InitialFrame frame = new InitialFrame();

    private void write() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xEE);
        new InitialFrame()
                .wrap(buffer, OFFSET, LENGTH)
                .type(FrameType.INITIAL)
                .carriage(Protocol.SIP, InitialFrame.UDP)
                .portId(0x0102_0304)
                .sequence(0x1112_1314_1516_1718L)
                .arrivalNs(0x2122_2324_2526_2728L)
                .source(0x3132_3334_3536_3738L, 0x4142_4344_4546_4748L, 0x5152_5354)
                .wellKnownPort(0x6162_6364)
                .entry(0x7172_7374)
                .epoch(0x0A0B_0C0D)
                .conference(0x1314_1516)
                .size(0x0E0F_1011, (byte) 0x12, true)
                .lengths(MESSAGE.length, URI.length);
        buffer.putBytes(OFFSET + InitialFrame.HEADER_LENGTH, MESSAGE);
        buffer.putBytes(OFFSET + InitialFrame.HEADER_LENGTH + MESSAGE.length, URI);
    }

    @Test
    void shouldReadWhatWasWritten() {
        write();
        assertTrue(frame.tryWrap(buffer, OFFSET, LENGTH));
        assertEquals(FrameType.INITIAL, frame.type());
        assertEquals(Protocol.SIP, frame.protocol());
        assertEquals(InitialFrame.UDP, frame.transport());
        assertEquals(0x0102_0304, frame.portId());
        assertEquals(0x1112_1314_1516_1718L, frame.sequence());
        assertEquals(0x2122_2324_2526_2728L, frame.arrivalNs());
        assertEquals(0x3132_3334_3536_3738L, frame.sourceAddressHigh());
        assertEquals(0x4142_4344_4546_4748L, frame.sourceAddressLow());
        assertEquals(0x5152_5354, frame.sourcePort());
        assertEquals(0x6162_6364, frame.wellKnownPort());
        assertEquals(0x7172_7374, frame.entry());
        assertEquals(0x0A0B_0C0D, frame.epoch());
        assertEquals(0x1314_1516, frame.conference());
        assertEquals(0x0E0F_1011, frame.units());
        assertEquals(0x12, frame.sizeSource());
        assertTrue(frame.isSizeRequired());
        assertEquals(LENGTH, frame.length());
        assertArrayEquals(MESSAGE, bytes(frame.messageOffset(), frame.messageLength()));
        assertArrayEquals(URI, bytes(frame.originalUriOffset(), frame.originalUriLength()));
    }

    /** The far end may be another machine and another version: the layout is a promise. */
    @Test
    void shouldLayItsBytesOutAsDocumented() {
        write();
        final byte[] bytes = new byte[LENGTH];
        buffer.getBytes(OFFSET, bytes);
        assertEquals(
                "01030101" + "04030201" + "1817161514131211" + "2827262524232221" + "3837363534333231"
                        + "4847464544434241" + "54535251" + "64636261" + "74737271" + "0d0c0b0a" + "03000000"
                        + "04000000"
                        + "11100f0e" + "12010000"
                        + "16151413" + "00000000"
                        + "494e56" + "7369703a",
                HexFormat.of().formatHex(bytes));
    }

    @Test
    void shouldWriteNothingOutsideTheFrame() {
        write();
        for (int i = 0; i < buffer.capacity(); i++) {
            if (i < OFFSET || i >= OFFSET + LENGTH) {
                assertEquals((byte) 0xEE, buffer.getByte(i));
            }
        }
    }

    @Test
    void shouldTakeAHeaderWithoutMessage() {
        frame.wrap(buffer, 0, InitialFrame.HEADER_LENGTH)
                .type(FrameType.HANG_UP)
                .size(0, (byte) 0, false)
                .lengths(0, 0);
        assertTrue(frame.tryWrap(buffer, 0, InitialFrame.HEADER_LENGTH));
        assertEquals(FrameType.HANG_UP, frame.type());
        assertEquals(InitialFrame.NO_ENTRY, frame.conference(), "none, unless one is set");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, InitialFrame.HEADER_LENGTH - 1, LENGTH - 1, LENGTH + 1})
    void shouldRefuseAnotherLengthThanItsOwn(final int length) {
        write();
        assertFalse(frame.tryWrap(buffer, OFFSET, length));
    }

    @ParameterizedTest
    @CsvSource({
        "8, -1",
        "-1, 8",
        "7, 1",
        "0, 0",
        "2147483647, 2147483647",
        "-2147483648, -2147483648",
        "2147483576, -2147483569",
        "2147483647, -2147483640",
        "-65, 72"
    })
    void shouldRefuseLengthsThatLie(final int message, final int uri) {
        write();
        buffer.putInt(OFFSET + InitialFrame.MESSAGE_LENGTH_OFFSET, message, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(OFFSET + InitialFrame.ORIGINAL_URI_LENGTH_OFFSET, uri, ByteOrder.LITTLE_ENDIAN);
        assertFalse(frame.tryWrap(buffer, OFFSET, LENGTH));
    }

    @ParameterizedTest
    @ValueSource(bytes = {0, InitialFrame.VERSION + 1, -1})
    void shouldRefuseAnotherVersion(final byte version) {
        write();
        buffer.putByte(OFFSET + InitialFrame.VERSION_OFFSET, version);
        assertFalse(frame.tryWrap(buffer, OFFSET, LENGTH));
    }

    @Test
    void shouldRefuseUnitsThatNobodyCouldBook() {
        write();
        buffer.putInt(OFFSET + InitialFrame.UNITS_OFFSET, -1, ByteOrder.LITTLE_ENDIAN);
        assertFalse(frame.tryWrap(buffer, OFFSET, LENGTH));
    }

    private byte[] bytes(final int offset, final int length) {
        final byte[] bytes = new byte[length];
        frame.buffer().getBytes(offset, bytes);
        return bytes;
    }
}
