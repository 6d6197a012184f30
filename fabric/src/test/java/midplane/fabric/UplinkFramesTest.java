package midplane.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class UplinkFramesTest {
    private static final int OFFSET = 16;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);

    private void writeReport() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xEE);
        new LoadReport()
                .wrap(buffer, OFFSET)
                .begin()
                .slot(0x0102_0304)
                .portId(0x1112_1314)
                .epoch(0x2122_2324)
                .sequence(0x3132_3334_3536_3738L)
                .lastDispatch(0x4142_4344_4546_4748L)
                .state(LoadReport.DRAINING)
                .capacity(0x5152_5354)
                .usedUnits(0x6162_6364)
                .reservedUnits(0x7172_7374)
                .sessions(0x0A0B_0C0D)
                .ringFillPermille(999)
                .loopLagP99Ns(0x1A1B_1C1D_1E1F_1011L)
                .freeMediaPorts(0x2A2B_2C2D)
                .writtenNs(0x3A3B_3C3D_3E3F_3031L);
    }

    @Test
    void shouldReadTheReportThatWasWritten() {
        writeReport();
        final LoadReport report = new LoadReport().wrap(buffer, OFFSET);
        assertEquals(FrameType.LOAD_REPORT, buffer.getByte(OFFSET));
        assertEquals(LoadReport.VERSION, buffer.getByte(OFFSET + 1));
        assertEquals(0x0102_0304, report.slot());
        assertEquals(0x1112_1314, report.portId());
        assertEquals(0x2122_2324, report.epoch());
        assertEquals(0x3132_3334_3536_3738L, report.sequence());
        assertEquals(0x4142_4344_4546_4748L, report.lastDispatch());
        assertEquals(LoadReport.DRAINING, report.state());
        assertEquals(0x5152_5354, report.capacity());
        assertEquals(0x6162_6364, report.usedUnits());
        assertEquals(0x7172_7374, report.reservedUnits());
        assertEquals(0x0A0B_0C0D, report.sessions());
        assertEquals(999, report.ringFillPermille());
        assertEquals(0x1A1B_1C1D_1E1F_1011L, report.loopLagP99Ns());
        assertEquals(0x2A2B_2C2D, report.freeMediaPorts());
        assertEquals(0x3A3B_3C3D_3E3F_3031L, report.writtenNs());
    }

    @Test
    void shouldLayAReportOutInItsLengthAndNoFurther() {
        writeReport();
        assertEquals(
                "11010000" + "04030201" + "14131211" + "24232221" + "3837363534333231" + "4847464544434241" + "02000000"
                        + "54535251" + "64636261" + "74737271" + "0d0c0b0a" + "e7030000" + "11101f1e1d1c1b1a"
                        + "2d2c2b2a"
                        + "00000000" + "31303f3e3d3c3b3a",
                hex(LoadReport.LENGTH));
        assertUntouchedOutside(LoadReport.LENGTH);
    }

    @Test
    void shouldLeaveNothingOfAnEarlierFrameInAReport() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xEE);
        new LoadReport().wrap(buffer, OFFSET).begin();
        assertEquals("1101" + "00".repeat(LoadReport.LENGTH - 2), hex(LoadReport.LENGTH));
    }

    @Test
    void shouldReadTheNoticeThatWasWritten() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xEE);
        SettledNotice.write(
                buffer, OFFSET, FrameType.RINGING, 0x0102_0304, 0x1112_1314_1516_1718L, 0x2122_2324_2526_2728L);
        assertEquals(FrameType.RINGING, buffer.getByte(OFFSET));
        assertEquals(0x0102_0304, SettledNotice.entry(buffer, OFFSET));
        assertEquals(0x1112_1314_1516_1718L, SettledNotice.sequence(buffer, OFFSET));
        assertEquals(0x2122_2324_2526_2728L, SettledNotice.responseNs(buffer, OFFSET));
        assertTrue(hex(SettledNotice.LENGTH).endsWith("04030201" + "1817161514131211" + "2827262524232221"));
        assertUntouchedOutside(SettledNotice.LENGTH);
    }

    @Test
    void shouldFitAnUplinkCell() {
        assertTrue(LoadReport.LENGTH <= RingFabric.UPLINK_FRAME_CAPACITY);
        assertTrue(SettledNotice.LENGTH <= RingFabric.UPLINK_FRAME_CAPACITY);
    }

    private String hex(final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(OFFSET, bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void assertUntouchedOutside(final int length) {
        for (int i = 0; i < buffer.capacity(); i++) {
            if (i < OFFSET || i >= OFFSET + length) {
                assertEquals((byte) 0xEE, buffer.getByte(i));
            }
        }
    }
}
