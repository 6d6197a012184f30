package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.fabric.LoadReport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class LoadLedgerTest {
    private static final long INTERVAL_NS = 100_000_000L;
    private static final long START_NS = -7;

    private final LoadLedger ledger = new LoadLedger(new int[] {100, 40, 100}, INTERVAL_NS, START_NS);
    private final LoadReport report = new LoadReport().wrap(new UnsafeBuffer(new byte[LoadReport.LENGTH]), 0);
    private long nowNs = START_NS;
    private long reports;

    @Test
    void shouldAddWhatWasBookedAfterTheLastSequenceSeen() {
        book(0, 1);
        book(0, 40);
        book(0, 2);
        assertEquals(43, ledger.load(0));

        report(0, 1, 2, LoadReport.UP);
        assertEquals(1 + 2, ledger.load(0), "the 2 units were not seen yet");
        report(0, 11, 3, LoadReport.UP);
        assertEquals(11, ledger.load(0));
        assertEquals(0, ledger.load(1));
    }

    @Test
    void shouldIgnoreAReportThatIsNotNewer() {
        book(0, 5);
        report(0, 5, 1, LoadReport.UP);
        book(0, 7);
        reports--;
        report(0, 0, 2, LoadReport.DRAINING);
        assertEquals(12, ledger.load(0));
        assertEquals(LoadReport.UP, ledger.state(0));
    }

    @Test
    void shouldNotBelieveThatMoreWasSeenThanWasSent() {
        book(0, 5);
        report(0, 5, 1_000_000, LoadReport.UP);
        book(0, 7);
        assertEquals(12, ledger.load(0));
    }

    @Test
    void shouldTakeBackWhatWasHandedBackOnce() {
        book(0, 5);
        book(0, 7);
        ledger.unbook(0, 1);
        ledger.unbook(0, 1);
        assertEquals(7, ledger.load(0));
        report(0, 7, 2, LoadReport.UP);
        ledger.unbook(0, 2);
        ledger.unbook(0, 3);
        assertEquals(7, ledger.load(0), "the report knows of it already");
    }

    @Test
    void shouldOfferOnlyWhoHasRoom() {
        assertEquals(0b111, ledger.candidates(40));
        book(1, 1);
        assertEquals(0b101, ledger.candidates(40));
        assertEquals(0b111, ledger.candidates(39));
        book(0, 100);
        assertEquals(0b110, ledger.candidates(1));
        assertEquals(0, ledger.candidates(101));
        assertEquals(100, ledger.largestCapacity());
        assertEquals(100, ledger.largestRoom());
    }

    @Test
    void shouldOfferOnlyWhoIsUp() {
        report(0, 0, 0, LoadReport.DRAINING);
        report(1, 0, 0, LoadReport.FULL);
        assertEquals(0b100, ledger.candidates(1));
        report(1, 0, 0, LoadReport.UP);
        assertEquals(0b110, ledger.candidates(1));
    }

    @Test
    void shouldSuspectWhoMissedThreeReports() {
        nowNs += 3 * INTERVAL_NS;
        assertEquals(0b111, ledger.fresh(0b111, nowNs));
        report(1, 0, 0, LoadReport.UP);
        nowNs++;
        assertEquals(0b010, ledger.fresh(0b111, nowNs));
    }

    @Test
    void shouldMeasureTheAgeOfAReportFromWhenItWasWritten() {
        final long writtenNs = nowNs;
        nowNs += 10 * INTERVAL_NS;
        write(1, 0, 0, LoadReport.UP).writtenNs(writtenNs);
        ledger.onReport(1, report, nowNs);
        assertTrue(ledger.isSuspect(1, nowNs), "it waited in the uplink");
        write(1, 0, 0, LoadReport.UP).writtenNs(nowNs + 10 * INTERVAL_NS);
        ledger.onReport(1, report, nowNs);
        assertFalse(ledger.isSuspect(1, nowNs));
        assertTrue(ledger.isSuspect(1, nowNs + 4 * INTERVAL_NS), "nobody writes in the future");
    }

    @Test
    void shouldGiveNothingMoreToWhoHasTooMuchOutstanding() {
        for (int i = 0; i < LoadLedger.BOOKINGS_MAX; i++) {
            book(0, 0);
        }
        assertEquals(0b110, ledger.candidates(1));
        assertThrows(AssertionError.class, () -> book(0, 1));
        report(0, 0, 1, LoadReport.UP);
        assertEquals(0b111, ledger.candidates(1));
        book(0, 3);
        assertEquals(3, ledger.load(0));
    }

    private void book(final int slot, final int units) {
        ledger.book(slot, ledger.nextSequence(slot), units);
    }

    private void report(final int slot, final int used, final long lastDispatch, final int state) {
        ledger.onReport(slot, write(slot, used, lastDispatch, state), nowNs);
    }

    private LoadReport write(final int slot, final int used, final long lastDispatch, final int state) {
        return report.begin()
                .slot(slot)
                .sequence(++reports)
                .lastDispatch(lastDispatch)
                .state(state)
                .capacity(slot == 1 ? 40 : 100)
                .usedUnits(used)
                .writtenNs(nowNs);
    }
}
