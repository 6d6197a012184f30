package midplane.blade;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LagMeterTest {
    private final LagMeter meter = new LagMeter();

    @Test
    void shouldKnowNothingOfNothing() {
        assertEquals(0, meter.takeP99Ns());
    }

    @Test
    void shouldRoundUpToAPowerOfTwo() {
        meter.record(1000);
        assertEquals(1024, meter.takeP99Ns());
        meter.record(1024);
        assertEquals(2048, meter.takeP99Ns());
    }

    @Test
    void shouldLeaveOutTheWorstInAHundred() {
        for (int i = 0; i < 99; i++) {
            meter.record(100);
        }
        meter.record(1_000_000_000);
        assertEquals(128, meter.takeP99Ns());
    }

    @Test
    void shouldNotLeaveOutTwoInAHundred() {
        for (int i = 0; i < 98; i++) {
            meter.record(100);
        }
        meter.record(1_000_000);
        meter.record(1_000_000);
        assertEquals(1 << 20, meter.takeP99Ns());
    }

    @Test
    void shouldForgetWhatWasTaken() {
        meter.record(1_000_000);
        meter.takeP99Ns();
        meter.record(0);
        assertEquals(0, meter.takeP99Ns());
    }

    @Test
    void shouldTakeAnyLag() {
        meter.record(-1);
        meter.record(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, meter.takeP99Ns());
    }
}
