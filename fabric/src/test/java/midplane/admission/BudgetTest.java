package midplane.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @Test
    void shouldPayASecondsWorthAtOnceAndNoMore() {
        final Budget budget = new Budget(10);
        assertEquals(10, paid(budget, Long.MAX_VALUE - SECOND_NS, 100));
        assertFalse(budget.isLeft(Long.MAX_VALUE - SECOND_NS));
    }

    @Test
    void shouldEarnWithTimeButNeverMoreThanASecondsWorth() {
        final Budget budget = new Budget(10);
        paid(budget, 0, 100);
        assertTrue(budget.isLeft(SECOND_NS / 10));
        assertEquals(1, paid(budget, SECOND_NS / 10, 100));
        assertEquals(10, paid(budget, 100 * SECOND_NS, 100));
    }

    @Test
    void shouldPayNothingWhenThereIsNone() {
        final Budget budget = new Budget(0);
        assertFalse(budget.isLeft(0));
        assertFalse(budget.pay(0));
        assertFalse(budget.pay(Long.MAX_VALUE));
    }

    private static int paid(final Budget budget, final long nowNs, final int attempts) {
        int paid = 0;
        for (int i = 0; i < attempts; i++) {
            paid += budget.pay(nowNs) ? 1 : 0;
        }
        return paid;
    }
}
