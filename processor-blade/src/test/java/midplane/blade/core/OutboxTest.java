package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.blade.core.Outbox.Exit;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.ScriptedPort;
import midplane.shelf.Counters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static final Peer A = Peer.ofNumeric("192.0.2.1", 5060);
    private static final Peer B = Peer.ofNumeric("192.0.2.2", 5062);

    private final Counters counters = new Counters();
    private final Outbox outbox = new Outbox(counters, "box");
    private final ScriptedPort own = new ScriptedPort(5071);
    private final ScriptedPort wellKnown = new ScriptedPort(5060);
    private long committed;

    private boolean put(final Exit exit, final Peer peer, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (!outbox.claim(exit, peer, bytes.length)) {
            return false;
        }
        outbox.buffer().putBytes(outbox.offset(), bytes);
        outbox.commit(bytes.length);
        committed++;
        return true;
    }

    private static List<String> texts(final ScriptedPort port) {
        return port.takeSent().stream().map(d -> d.peer() + " " + d.text()).toList();
    }

    @AfterEach
    void shouldBalance() {
        assertEquals(committed, counters.value("box.sent") + counters.value("box.failed") + outbox.waiting());
    }

    @Test
    void shouldSendNothingBeforeTheFlush() {
        put(Exit.OWN_PORT, A, "one");

        assertEquals(1, outbox.waiting());
        assertEquals(List.of(), own.takeSent());
    }

    @Test
    void shouldSendInOrderByTheSocketNamed() {
        put(Exit.OWN_PORT, A, "one");
        put(Exit.WELL_KNOWN_PORT, B, "two");
        put(Exit.OWN_PORT, B, "three and more");

        assertEquals(3, outbox.flush(own, wellKnown));

        assertEquals(List.of("192.0.2.1:5060 one", "192.0.2.2:5062 three and more"), texts(own));
        assertEquals(List.of("192.0.2.2:5062 two"), texts(wellKnown));
        assertEquals(0, outbox.flush(own, wellKnown), "once is enough");
    }

    @Test
    void shouldSendOnlyWhatWasWrittenOfAClaim() {
        assertTrue(outbox.claim(Exit.OWN_PORT, A, 1000));
        outbox.buffer().putStringWithoutLengthAscii(outbox.offset(), "short");
        outbox.commit(5);
        committed++;
        put(Exit.OWN_PORT, A, "next");

        outbox.flush(own, wellKnown);

        assertEquals(List.of("192.0.2.1:5060 short", "192.0.2.1:5060 next"), texts(own));
    }

    @Test
    void shouldForgetAnAbortedClaim() {
        assertTrue(outbox.claim(Exit.OWN_PORT, A, 100));
        outbox.abort();
        put(Exit.OWN_PORT, A, "one");

        outbox.flush(own, wellKnown);

        assertEquals(List.of("192.0.2.1:5060 one"), texts(own));
    }

    @Test
    void shouldCountWhatDidNotLeaveAndGoOn() {
        wellKnown.clogged(true);
        put(Exit.WELL_KNOWN_PORT, A, "lost");
        put(Exit.OWN_PORT, A, "sent");

        assertEquals(1, outbox.flush(own, wellKnown));

        assertEquals(1, counters.value("box.failed"));
        assertEquals(1, counters.value("box.sent"));
        assertEquals(List.of("192.0.2.1:5060 sent"), texts(own));
    }

    @Test
    void shouldRefuseMoreDatagramsThanItsLimit() {
        for (int i = 0; i < Outbox.DATAGRAM_LIMIT; i++) {
            assertEquals(i >= Outbox.DATAGRAM_LIMIT / 2, outbox.isHalfFull());
            assertTrue(put(Exit.OWN_PORT, A, "x"));
        }
        assertFalse(put(Exit.OWN_PORT, A, "x"));
        assertEquals(1, counters.value("box.overflow"));

        assertEquals(Outbox.DATAGRAM_LIMIT, outbox.flush(own, wellKnown));
        assertTrue(put(Exit.OWN_PORT, A, "x"), "room again");
    }

    @Test
    void shouldRefuseMoreBytesThanItsLimit() {
        final String largest = "x".repeat(DatagramPort.MAX_DATAGRAM_LENGTH);
        for (int i = 0; i < Outbox.BYTE_LIMIT / largest.length(); i++) {
            assertTrue(put(Exit.OWN_PORT, A, largest));
        }
        assertTrue(outbox.isHalfFull());
        assertFalse(put(Exit.OWN_PORT, A, largest));
        assertTrue(put(Exit.OWN_PORT, A, "a short one still fits"));
        outbox.flush(own, wellKnown);
        assertEquals(
                List.of(largest.length(), largest.length()),
                own.takeSent().stream().map(d -> d.bytes().length).limit(2).toList());
    }
}
