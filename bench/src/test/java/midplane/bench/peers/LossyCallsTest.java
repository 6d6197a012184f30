package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.bench.peers.SipPackets.Field;
import midplane.bench.peers.SipPackets.Packet;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * sipp loses a tenth of what it sends and a tenth of what it gets. RFC 3261's timers save all calls but those whose every
 * copy gets lost, and which those are, the wire tells: sipp loses before it sends and after it received, so that a capture
 * has exactly what the chassis heard and said.
 *
 * <p>A call that fails must have failed because sipp repeated a request as often as it may and took no answer; and for
 * each call, whether it failed or not, every request that reached the chassis was answered, and a 200 that nobody
 * acknowledged was repeated for 64·T1. Then nothing was left for the chassis to do, and only the loss is to blame.
 *
 * <p>{@code -Dmidplane.lossy.calls=5000} places more calls than a build does.
 */
@Tag("peers")
@Timeout(240)
class LossyCallsTest {
    private static final int CALLS = Integer.getInteger("midplane.lossy.calls", 300);
    private static final int RATE = 100;
    private static final double LOST_PERCENT = 10;
    /** T1 is a fifth of RFC 3261's, for both sides: the proportions are the same, and the end comes sooner. */
    private static final int T1_MS = 100;
    /**
     * Timer G runs from T1 to T2 = 8·T1 within 64·T1: the tenth and last repeat comes 63·T1 after the first answer. A machine
     * that pauses swallows some of them and delays the first, so that only most of that time is asked for.
     */
    private static final double REPEATED_FOR_MS = 48.0 * T1_MS;

    private static final Pattern GIVEN_UP =
            Pattern.compile("Aborting call on UDP retransmission timeout for Call-ID '([^']+)'");

    /** What crossed the wire of one call. */
    private static final class OnTheWire {
        private int invites;
        private int inviteAnswers;
        private int acks;
        private int byes;
        private int byeAnswers;
        private double firstAnswerMs = Double.MAX_VALUE;
        private double lastAnswerMs;

        void onInviteAnswer(final double timeMs) {
            inviteAnswers++;
            firstAnswerMs = Math.min(firstAnswerMs, timeMs);
            lastAnswerMs = Math.max(lastAnswerMs, timeMs);
        }

        double repeatedForMs() {
            return lastAnswerMs - firstAnswerMs;
        }

        @Override
        public String toString() {
            return invites + " INVITE answered " + inviteAnswers + " times within " + Math.round(repeatedForMs())
                    + " ms, " + acks + " ACK, " + byes + " BYE answered " + byeAnswers + " times";
        }
    }

    @Test
    @Conforms({"RFC 3261 §17.2.1", "RFC 3261 §17.2.2", "RFC 3261 §13.3.1.4"})
    void shouldLoseOnlyTheCallsThatNoTimerCanSave(final TestInfo test) {
        final Path folder = Scratch.of(test);
        try (ChassisProcess chassis = ChassisProcess.launch(
                        folder,
                        "midplane.sip.t1=" + T1_MS + "ms",
                        "midplane.sip.t2=" + 8 * T1_MS + "ms",
                        "midplane.sip.t4=" + 10 * T1_MS + "ms");
                Capture capture = Capture.start(folder, chassis)) {
            final Sipp.Result result = Sipp.scenario(folder, "lossy-call.xml")
                    .service("echo")
                    .hold(Duration.ofSeconds(1))
                    .losing(LOST_PERCENT, 8 * T1_MS)
                    .calls(CALLS, RATE)
                    .limit(Duration.ofSeconds(60 + CALLS / RATE))
                    .run(chassis.port());
            // What nobody acknowledged is repeated to its end.
            Patience.pass(Duration.ofMillis(66 * T1_MS));
            final SipPackets packets = capture.stop();
            chassis.stop().assertNothingIsLeft();

            final Set<String> failed = failedCalls(result);
            assertEquals(failed.size(), result.statistic("FailedCall"), result.words());
            assertEquals(failed.size(), result.statistic("FailedMaxUDPRetrans"), result.words());
            assertEquals(CALLS, result.statistic("SuccessfulCall") + result.statistic("FailedCall"), result.words());
            final Map<String, OnTheWire> calls = calls(packets);
            calls.forEach(LossyCallsTest::assertServed);
            // Was there loss at all? Six messages of a call, one in ten lost on either side.
            assertTrue(result.statistic("Retransmissions") > CALLS / 5, result.words());
            assertTrue(failed.size() <= CALLS / 500 + 1, () -> "more than chance explains: " + failed + result.words());
            System.out.println("lossy: " + CALLS + " calls, " + result.statistic("Retransmissions")
                    + " repeats by sipp, "
                    + failed.size() + " calls given up: "
                    + failed.stream().map(call -> call + ": " + calls.get(call)).toList());
        }
    }

    private static Set<String> failedCalls(final Sipp.Result result) {
        final Set<String> failed = new TreeSet<>();
        final Matcher givenUp = GIVEN_UP.matcher(result.words());
        while (givenUp.find()) {
            failed.add(givenUp.group(1));
        }
        return failed;
    }

    private static Map<String, OnTheWire> calls(final SipPackets packets) {
        final Map<String, OnTheWire> calls = new HashMap<>();
        for (final Packet packet : packets.where(packet -> true)) {
            final OnTheWire call = calls.computeIfAbsent(packet.field(Field.CALL_ID), id -> new OnTheWire());
            switch (packet.method()) {
                case "INVITE" -> call.invites++;
                case "ACK" -> call.acks++;
                case "BYE" -> call.byes++;
                default -> {
                    if (packet.isResponseTo("INVITE") && packet.status() == 200) {
                        call.onInviteAnswer(1000 * Double.parseDouble(packet.field(Field.TIME)));
                    }
                    call.byeAnswers += packet.isResponseTo("BYE") ? 1 : 0;
                }
            }
        }
        return calls;
    }

    private static void assertServed(final String callId, final OnTheWire call) {
        assertTrue(call.invites == 0 || call.inviteAnswers > 0, () -> callId + " was not answered: " + call);
        assertTrue(
                call.invites == 0 || call.acks > 0 || call.repeatedForMs() >= REPEATED_FOR_MS,
                () -> callId + " was not answered until the end, though no ACK came: " + call);
        assertTrue(call.byeAnswers >= call.byes, () -> callId + ": a BYE without an answer: " + call);
        assertEquals(0, call.invites == 0 ? call.inviteAnswers : 0, () -> callId + ": " + call);
    }
}
