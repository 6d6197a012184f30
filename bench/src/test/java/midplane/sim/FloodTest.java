package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import midplane.net.Peer;
import midplane.shelf.AdmissionSettings;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.junit.jupiter.api.Test;

/**
 * A flood of INVITEs, each of another call, from a host on no list and from a greedy one that is listed; what the others
 * notice of it. Against a running chassis and for as long as one likes: {@link midplane.bench.FloodMain}.
 */
class FloodTest {
    private static final long SEED = 4711;
    private static final long MS = 1_000_000L;
    private static final int FLOOD_MS = 20_000;
    private static final int GREEDY_PER_MS = 4;
    private static final int UNLISTED_PER_MS = 4;
    private static final double AMPLIFICATION_MAX = AdmissionSettings.AMPLIFICATION_MAX;

    private long heardByUnlisted;
    private long heardByGreedy;

    @Test
    void shouldServeTheOthersAndAmplifyNothing() {
        try (Simulation simulation =
                Simulation.of(SEED).calls(Integer.MAX_VALUE).callsPerSecond(20).start()) {
            final VirtualPort greedy = simulation
                    .network()
                    .attach(
                            new InetSocketAddress("10.9.0.1", 5060),
                            (buffer, offset, length, source) -> heardByGreedy += length);
            final VirtualPort unlisted = simulation
                    .network()
                    .attach(
                            new InetSocketAddress("192.0.2.66", 5060),
                            (buffer, offset, length, source) -> heardByUnlisted++);
            simulation.network().tap(new WithoutFlood(simulation.watch(), greedy, unlisted));
            simulation.watch().hasUnseenCalls();
            final Peer wellKnown = simulation.shelf().wellKnown();
            long said = 0;
            for (int ms = 0; ms < FLOOD_MS; ms++) {
                for (int i = 0; i < GREEDY_PER_MS; i++) {
                    said += say(greedy, wellKnown, "10.9.0.1", ms * GREEDY_PER_MS + i);
                }
                for (int i = 0; i < UNLISTED_PER_MS; i++) {
                    say(unlisted, wellKnown, "192.0.2.66", ms * UNLISTED_PER_MS + i);
                }
                simulation.runFor(MS);
            }
            simulation.endCalls();

            // Every call of the others was judged on the wire; none may have been refused or forgotten for want of
            // room.
            assertTrue(simulation.answeredCalls() > 200, "the others did call");
            assertEquals(0, heardByUnlisted);
            assertTrue(heardByGreedy <= AMPLIFICATION_MAX * said, heardByGreedy + " bytes for " + said);
            assertEquals(0, simulation.ledger().value("dispatcher.dropped.error"));
            assertTrue(
                    simulation.ledger().sumOfBlades(".sip.calls.refused.unacknowledged") > 0, "the greedy one was not");
            assertTrue(
                    simulation.ledger().value("dispatcher.dropped.not-allowed")
                            >= (long) FLOOD_MS * UNLISTED_PER_MS * 99 / 100,
                    "strangers were counted");
        }
    }

    private static int say(final VirtualPort port, final Peer target, final String host, final int number) {
        final byte[] invite = ("INVITE sip:echo@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + host
                        + ";branch=z9hG4bKflood" + number + "\r\nFrom: <sip:g@" + host
                        + ">;tag=g\r\nTo: <sip:echo@10.0.0.1>\r\nCall-ID: flood-" + number + '@' + host
                        + "\r\nCSeq: 1 INVITE\r\nContact: <sip:g@" + host
                        + ">\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        port.offer(ByteBuffer.wrap(invite), target);
        return invite.length;
    }
}
