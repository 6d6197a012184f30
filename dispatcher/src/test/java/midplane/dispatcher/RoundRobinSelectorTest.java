package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RoundRobinSelectorTest {
    @Test
    void shouldTakeEachCandidateInTurn() {
        final BladeSelector selector = selector(3);

        assertEquals(0, selector.select(0b111, 1, 0));
        assertEquals(1, selector.select(0b111, 1, 0));
        assertEquals(2, selector.select(0b111, 1, 0));
        assertEquals(0, selector.select(0b111, 1, 0));
    }

    @Test
    void shouldPassOverWhoIsNoCandidate() {
        final BladeSelector selector = selector(4);

        assertEquals(1, selector.select(0b1010, 1, 0));
        assertEquals(3, selector.select(0b1010, 1, 0));
        assertEquals(1, selector.select(0b1010, 1, 0));
    }

    @Test
    void shouldFindNobodyAmongNoCandidates() {
        assertEquals(BladeSelector.NO_BLADE, selector(4).select(0, 1, 0));
    }

    @Test
    void shouldServeAllSixtyFourSlots() {
        final BladeSelector selector = selector(64);
        for (int round = 0; round < 2; round++) {
            for (int slot = 0; slot < 64; slot++) {
                assertEquals(slot, selector.select(-1L, 1, 0));
            }
        }
    }

    private static BladeSelector selector(final int slots) {
        return new RoundRobinSelector(slots);
    }
}
