package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceptionStatisticsTest {
    private static final int SSRC = 0xCAFE_BABE;
    private static final long SECOND_NS = 1_000_000_000L;

    private final ReceptionStatistics statistics = new ReceptionStatistics();
    private final ByteBuffer block = ByteBuffer.allocate(24);

    @BeforeEach
    void open() {
        statistics.open();
    }

    @Test
    void shouldReportNothingLostWhenNothingIs() {
        assertFalse(statistics.isKnown());
        receive(1000, 1100);
        assertTrue(statistics.isKnown());
        report(0);
        assertEquals(SSRC, block.getInt(0));
        assertEquals(0, fractionLost());
        assertEquals(0, cumulativeLost());
        assertEquals(1099, block.getInt(8));
        assertEquals(0, block.getInt(16), "no sender report, so no LSR");
        assertEquals(0, block.getInt(20));
    }

    @Test
    @Conforms("RFC 3550 §A.3")
    void shouldReportWhatIsLostInTheIntervalAndInAll() {
        receive(0, 50);
        receive(75, 100);
        report(0);
        assertEquals(64, fractionLost(), "a quarter, in 256ths");
        assertEquals(25, cumulativeLost());
        receive(100, 200);
        report(0);
        assertEquals(0, fractionLost());
        assertEquals(25, cumulativeLost());
        receive(250, 300);
        report(0);
        assertEquals(128, fractionLost());
        assertEquals(75, cumulativeLost());
    }

    @Test
    @Conforms("RFC 3550 §A.3")
    void shouldCountDuplicatesAsGainAndNeverReportANegativeFraction() {
        receive(0, 10);
        for (int i = 0; i < 5; i++) {
            assertEquals(ReceptionStatistics.LATE, statistics.onPacket(SSRC, 9));
        }
        report(0);
        assertEquals(0, fractionLost());
        assertEquals(-5, cumulativeLost());
    }

    @Test
    void shouldTellNewerFromLate() {
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 10));
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 12));
        assertEquals(ReceptionStatistics.LATE, statistics.onPacket(SSRC, 11));
        assertEquals(ReceptionStatistics.LATE, statistics.onPacket(SSRC, 12));
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 13));
        report(0);
        assertEquals(-1, cumulativeLost(), "four expected, five came");
    }

    @Test
    @Conforms("RFC 3550 §A.1")
    void shouldCountCyclesOfTheSequence() {
        receive(65_500, 65_536);
        receive(0, 20);
        report(0);
        assertEquals(0x1_0013, block.getInt(8));
        assertEquals(0, cumulativeLost());
        assertEquals(ReceptionStatistics.LATE, statistics.onPacket(SSRC, 65_535), "before the turn");
        report(0);
        assertEquals(0x1_0013, block.getInt(8));
    }

    @Test
    @Conforms("RFC 3550 §A.1")
    void shouldBelieveAJumpOnlyWhenItGoesOn() {
        receive(0, 10);
        assertEquals(ReceptionStatistics.JUMPED, statistics.onPacket(SSRC, 30_000));
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 10));
        assertEquals(ReceptionStatistics.JUMPED, statistics.onPacket(SSRC, 40_000));
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 40_001));
        report(0);
        assertEquals(40_001, block.getInt(8));
        assertEquals(0, cumulativeLost(), "the other side starts afresh");
    }

    @Test
    @Conforms("RFC 3550 §A.1")
    void shouldDrawTheLineBetweenGapAndJumpWhereTheRfcDoes() {
        receive(0, 1);
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, 2999));
        assertEquals(ReceptionStatistics.JUMPED, statistics.onPacket(SSRC, 2999 + 3000));
        assertEquals(ReceptionStatistics.LATE, statistics.onPacket(SSRC, 2999 - 99));
        assertEquals(ReceptionStatistics.JUMPED, statistics.onPacket(SSRC, 2999 - 100));
    }

    @Test
    void shouldStartAfreshWithANewSource() {
        receive(0, 100);
        statistics.onSenderReport(SSRC, 1234, 0);
        assertTrue(statistics.isNewSource(7));
        assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(7, 5));
        report(SECOND_NS);
        assertEquals(7, block.getInt(0));
        assertEquals(5, block.getInt(8));
        assertEquals(0, cumulativeLost());
        assertEquals(0, block.getInt(16), "the sender report was another's");
    }

    @Test
    @Conforms("RFC 3550 §6.4.1")
    void shouldMirrorTheLastSenderReport() {
        receive(0, 1);
        statistics.onSenderReport(SSRC, 0x1234_5678, 3 * SECOND_NS);
        report(3 * SECOND_NS + SECOND_NS / 2);
        assertEquals(0x1234_5678, block.getInt(16));
        assertEquals(0x8000, block.getInt(20), "half a second in 65,536ths");
        report(3 * SECOND_NS + 100_000 * SECOND_NS);
        assertEquals(-1, block.getInt(20), "the field is full after eighteen hours");
    }

    /** RFC 3550 appendix A.8: J += (|D| - J) / 16, in timestamp units. */
    @Test
    @Conforms("RFC 3550 §A.8")
    void shouldEstimateJitter() {
        receive(0, 1);
        double expected = 0;
        int arrival = 0;
        final int[] delays = {0, 80, 0, 80, 160, 40, 0, 0, 240, 0};
        for (int i = 0; i < delays.length; i++) {
            final int previous = arrival;
            arrival = i * 160 + delays[i];
            statistics.onTiming(0xFFFF_FF00 + i * 160, arrival);
            if (i > 0) {
                expected += (Math.abs(arrival - previous - 160) - expected) / 16;
            }
        }
        report(0);
        assertEquals(expected, block.getInt(12), 1.5);
        assertTrue(expected > 20);
    }

    @Test
    @Conforms("RFC 3550 §6.4.1")
    void shouldClampTheCumulativeLoss() {
        receive(0, 1);
        int sequence = 0;
        for (int i = 0; i < 3000; i++) {
            sequence = (sequence + 2999) & 0xFFFF;
            assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, sequence));
        }
        report(0);
        assertEquals(0x7F_FFFF, cumulativeLost());
        assertEquals(255, fractionLost());
    }

    private void receive(final int from, final int to) {
        for (int sequence = from; sequence < to; sequence++) {
            assertEquals(ReceptionStatistics.NEWEST, statistics.onPacket(SSRC, sequence));
        }
    }

    private void report(final long nowNs) {
        assertEquals(24, statistics.putReportBlock(new UnsafeBuffer(block), 0, nowNs));
    }

    private int fractionLost() {
        return block.get(4) & 0xFF;
    }

    private int cumulativeLost() {
        return block.getInt(4) << 8 >> 8;
    }
}
