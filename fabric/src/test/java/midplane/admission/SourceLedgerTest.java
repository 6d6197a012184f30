package midplane.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.net.Peer;
import midplane.signalling.SipHash;
import org.junit.jupiter.api.Test;

class SourceLedgerTest {
    private static final int MULTIPLE = 10;
    private static final long NOW_NS = -1;

    private final SourceLedger ledger = new SourceLedger(64, MULTIPLE, new SipHash(1, 2));

    @Test
    void shouldGiveAnUnprovenHostTenTimesWhatItSentAndNoByteMore() {
        ledger.received(host(1), 300, NOW_NS);

        assertTrue(ledger.mayGet(host(1), 2_900, NOW_NS));
        assertFalse(ledger.mayGet(host(1), 101, NOW_NS));
        assertTrue(ledger.mayGet(host(1), 100, NOW_NS));
        assertFalse(ledger.mayGet(host(1), 1, NOW_NS));
        ledger.received(host(1), 1, NOW_NS);
        assertTrue(ledger.mayGet(host(1), 10, NOW_NS));
        assertFalse(ledger.mayGet(host(1), 1, NOW_NS));
    }

    @Test
    void shouldTakePortsOfAHostTogether() {
        ledger.received(host(1).withPort(5), 1, NOW_NS);
        assertTrue(ledger.mayGet(host(1).withPort(6), MULTIPLE, NOW_NS));
        assertFalse(ledger.mayGet(host(1).withPort(7), 1, NOW_NS));
    }

    @Test
    void shouldSetNoBoundToAProvenHostForAnHour() {
        ledger.received(host(1), 1, NOW_NS);
        prove(host(1), NOW_NS);
        assertTrue(ledger.isProven(host(1), NOW_NS));
        assertTrue(ledger.mayGet(host(1), 1_000_000, NOW_NS));

        final long lastNs = NOW_NS + SourceLedger.PROOF_NS - 1;
        assertTrue(ledger.mayGet(host(1), 1, lastNs));
        assertFalse(ledger.mayGet(host(1), 1, lastNs + 1));
        assertFalse(ledger.isProven(host(1), lastNs + 1));
    }

    @Test
    void shouldWantToHearOfAProofAgainInItsSecondHalf() {
        assertFalse(ledger.isFreshlyProven(host(1), NOW_NS));
        prove(host(1), NOW_NS);
        assertTrue(ledger.isFreshlyProven(host(1), NOW_NS + SourceLedger.PROOF_NS / 2 - 1));
        assertFalse(ledger.isFreshlyProven(host(1), NOW_NS + SourceLedger.PROOF_NS / 2));
    }

    @Test
    void shouldLetAHostThatIsOnlyNamedHaveALittle() {
        assertTrue(ledger.mayGet(host(9), SourceLedger.FIRST_CREDIT * MULTIPLE, NOW_NS));
        assertFalse(ledger.mayGet(host(9), 1, NOW_NS));
    }

    @Test
    void shouldKeepProvenHostsWhenStrangersPushIn() {
        for (int i = 0; i < 4; i++) {
            prove(host(i), NOW_NS);
        }
        for (int i = 1_000; i < 100_000; i++) {
            ledger.received(host(i), 300, NOW_NS + i);
        }
        int kept = 0;
        for (int i = 0; i < 4; i++) {
            kept += ledger.isProven(host(i), NOW_NS) ? 1 : 0;
        }
        assertEquals(4, kept);
    }

    @Test
    void shouldForgetTheHostHeardLongestAgoAmongEquals() {
        final SourceLedger eight = new SourceLedger(8, MULTIPLE, new SipHash(1, 2));
        for (int i = 0; i < 8; i++) {
            eight.received(host(i), 100, NOW_NS + i);
        }
        eight.received(host(0), 100, NOW_NS + 8);
        eight.received(host(100), 100, NOW_NS + 9);

        assertTrue(eight.mayGet(host(0), 2_000, NOW_NS + 10), "heard again, and remembered with both messages");
        assertTrue(eight.mayGet(host(1), SourceLedger.FIRST_CREDIT * MULTIPLE, NOW_NS + 10), "forgotten");
    }

    private void prove(final Peer peer, final long nowNs) {
        ledger.prove(peer.addressHigh(), peer.addressLow(), nowNs);
    }

    private static Peer host(final int number) {
        return Peer.of(0, 0xFFFF_0A00_0000L + number, 5060);
    }
}
