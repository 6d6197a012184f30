package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnitMeterTest {
    private final UnitMeter meter = new UnitMeter(10);

    @Test
    void shouldTakeWhatFitsAndNothingOfWhatDoesNot() {
        assertTrue(meter.tryUse(7));
        assertFalse(meter.tryUse(4));
        assertFalse(meter.tryHold(4));
        assertTrue(meter.tryUse(3));
        expect(10, 0);
        meter.release(7);
        expect(3, 0);
        assertEquals(7, meter.free());
    }

    @Test
    void shouldMoveUnitsOfAHoldToItsLegsAndBack() {
        assertTrue(meter.tryHold(6));
        meter.consume(4);
        expect(4, 2);
        assertFalse(meter.tryUse(5), "what is held is not free");
        meter.giveBack(1);
        expect(3, 3);
        meter.decay(3);
        expect(3, 0);
        meter.release(3);
        assertEquals(10, meter.free());
    }

    @Test
    void shouldClampToAnEmptyBlade() {
        assertTrue(meter.tryUse(9));
        assertEquals(10, meter.clamp(65_535));
        assertEquals(4, meter.clamp(4));
    }

    @Test
    void shouldNotBeGivenMoreThanWasTaken() {
        assertTrue(meter.tryUse(2));
        assertThrows(AssertionError.class, () -> meter.release(3));
        assertThrows(AssertionError.class, () -> meter.consume(1));
        assertThrows(AssertionError.class, () -> meter.decay(1));
    }

    private void expect(final int used, final int reserved) {
        assertEquals(used, meter.used());
        assertEquals(reserved, meter.reserved());
    }
}
