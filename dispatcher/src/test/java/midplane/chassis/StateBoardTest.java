package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import midplane.fabric.LoadReport;
import org.junit.jupiter.api.Test;

class StateBoardTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final List<String> told = new ArrayList<>();
    private final StateBoard board = new StateBoard(64);

    private long nowNs = -7;

    private List<String> poll() {
        told.clear();
        board.poll(
                nowNs, (slot, state, sessions) -> told.add(slot + " " + ChassisMain.stateName(state) + ' ' + sessions));
        return told;
    }

    @Test
    void shouldTellAChangeOnceAndWithItsSessions() {
        assertEquals(List.of(), poll());
        board.onState(63, LoadReport.FULL, 1_000_000);
        assertEquals(List.of("63 full 1000000"), poll());
        assertEquals(List.of(), poll());
        board.onState(63, LoadReport.UP, 0);
        nowNs += SECOND_NS;
        assertEquals(List.of("63 up 0"), poll());
    }

    /** A blade at its limit is full and not full a hundred times a second; nobody reads that. */
    @Test
    void shouldTellOfABladeOnceASecondButOfItsDrainingAtOnce() {
        board.onState(1, LoadReport.FULL, 9);
        board.onState(2, LoadReport.FULL, 9);
        assertEquals(List.of("1 full 9", "2 full 9"), poll());
        board.onState(1, LoadReport.UP, 8);
        board.onState(2, LoadReport.DRAINING, 8);
        nowNs += SECOND_NS - 1;
        assertEquals(List.of("2 draining 8"), poll());
        nowNs++;
        assertEquals(List.of("1 up 8"), poll());
    }

    @Test
    void shouldTellTheLastOfSeveralChangesAndNothingWhenAllIsAsBefore() {
        board.onState(1, LoadReport.FULL, 7);
        board.onState(1, LoadReport.DRAINING, 5);
        board.onState(2, LoadReport.FULL, 7);
        board.onState(2, LoadReport.UP, 6);
        assertEquals(List.of("1 draining 5"), poll());
    }

    @Test
    void shouldWakeWhoeverTells() {
        final int[] wakes = new int[1];
        board.wake(() -> wakes[0]++);
        board.onState(1, LoadReport.FULL, 7);
        assertEquals(1, wakes[0]);
    }
}
