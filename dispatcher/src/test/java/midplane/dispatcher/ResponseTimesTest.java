package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ResponseTimesTest {
    private static final long MS = 1_000_000L;
    private static final int SLOTS = 4;

    private final ResponseTimes times = new ResponseTimes(SLOTS, 0);
    private final long[] sequences = new long[SLOTS];
    private long nowNs = 1;

    @Test
    void shouldHoldNobodySlowWhileCallersNoticeNothing() {
        for (int i = 0; i < 100; i++) {
            respond(0, 1 * MS);
            respond(1, 1 * MS);
            respond(2, 90 * MS);
        }
        expectFactors(1, 1, 1, 1);
    }

    @Test
    void shouldWeighASlowBladeByHowMuchSlowerThanTheMedianItIs() {
        for (int i = 0; i < 200; i++) {
            respond(0, 80 * MS);
            respond(1, 80 * MS);
            respond(2, 150 * MS);
            respond(3, 810 * MS);
        }
        expectFactors(1, 1, 1, 5);
        for (int i = 0; i < 200; i++) {
            respond(3, 80 * MS);
        }
        expectFactors(1, 1, 1, 1);
    }

    @Test
    void shouldNotBeToldLessThanItHasSeenItself() {
        for (int i = 0; i < 100; i++) {
            for (int slot = 0; slot < SLOTS; slot++) {
                dispatch(slot);
            }
            nowNs += 5 * MS;
            respondNow(0, 5 * MS);
            respondNow(1, 5 * MS);
            respondNow(2, 5 * MS);
            nowNs += 295 * MS;
            for (int slot = 0; slot < SLOTS; slot++) {
                times.onDrained(slot, nowNs - MS);
            }
            respondNow(3, 0);
        }
        expectFactors(1, 1, 1, 2);
    }

    @Test
    void shouldNotBeToldMoreThanThereWasTime() {
        dispatch(0);
        nowNs += 3 * MS;
        respondNow(0, Long.MAX_VALUE);
        assertEquals(3 * MS, times.meanNs(0));
    }

    @Test
    void shouldTakeSilenceForTheSlowestResponse() {
        for (int i = 0; i < 200; i++) {
            respond(0, MS);
            respond(1, MS);
            dispatch(2);
        }
        nowNs += ResponseTimes.LIMIT_NS;
        expectFactors(1, 1, 50, 1);
        assertEquals(ResponseTimes.UNANSWERED_NS, times.meanNs(2));
        respondNow(2, 0);
        assertEquals(ResponseTimes.UNANSWERED_NS, times.meanNs(2), "too late to count");
    }

    @Test
    void shouldCountTheOldestAsUnansweredWhenThereAreTooMany() {
        for (int i = 0; i <= ResponseTimes.WATCHED_MAX; i++) {
            dispatch(1);
        }
        assertEquals(ResponseTimes.UNANSWERED_NS, times.meanNs(1));
    }

    @Test
    void shouldNotBlameWhoHandedBack() {
        dispatch(1);
        times.onHandedBack(1, 1);
        nowNs += ResponseTimes.LIMIT_NS;
        times.judge(nowNs);
        assertEquals(0, times.meanNs(1));
        times.onHandedBack(1, 77);
        times.onResponse(1, 77, 5, nowNs);
        times.onResponse(1, -1, 5, nowNs);
        assertEquals(0, times.meanNs(1));
    }

    @Test
    void shouldJudgeOneOfTwo() {
        for (int i = 0; i < 200; i++) {
            respond(0, 10 * MS);
            respond(1, 500 * MS);
        }
        times.judge(nowNs);
        assertTrue(times.factor(1) > 4 * ResponseTimes.ONE, "the better of two is the measure");
    }

    /** Who gets nothing any more could never show that he is well again. */
    @Test
    void shouldForgiveWhoGetsNothing() {
        for (int i = 0; i < 200; i++) {
            respond(0, MS);
            respond(1, MS);
            respond(2, MS);
            respond(3, 900 * MS);
        }
        expectFactors(1, 1, 1, 9);
        for (int i = 0; i < 64; i++) {
            times.judge(nowNs);
        }
        expectFactors(1, 1, 1, 3);
        for (int i = 0; i < 128; i++) {
            times.judge(nowNs);
        }
        expectFactors(1, 1, 1, 1);
    }

    private void dispatch(final int slot) {
        times.onDispatch(slot, ++sequences[slot], nowNs);
    }

    private void respondNow(final int slot, final long toldNs) {
        times.onResponse(slot, sequences[slot], toldNs, nowNs);
    }

    private void respond(final int slot, final long responseNs) {
        dispatch(slot);
        nowNs += responseNs;
        respondNow(slot, responseNs);
    }

    private void expectFactors(final int... factors) {
        times.judge(nowNs);
        for (int slot = 0; slot < SLOTS; slot++) {
            assertEquals(factors[slot], times.factor(slot) / ResponseTimes.ONE, "slot " + slot);
        }
    }
}
