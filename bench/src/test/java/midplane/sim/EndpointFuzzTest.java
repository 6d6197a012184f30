package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import midplane.signalling.sip.oracle.SipCorpus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes choose what is said to a whole chassis, when, and what the network does to it. {@code midplane.signalling.fuzz}
 * tells how to explore.
 */
class EndpointFuzzTest {
    private static final int LENGTH_MAX = 2_000;
    private static final int RANDOM_SCRIPTS = 40;
    private static final int RANDOM_LENGTH = 400;

    private static final int INVITE = 0;
    private static final int ACK = 2;
    private static final int BYE = 3;
    private static final int CANCEL = 4;
    private static final int RE_INVITE = 5;
    private static final int OTHER = 6;
    private static final int REPEAT = 7;
    private static final int RAW = 8;
    private static final int TIME = 9;
    private static final int LONG_TIME = 10;
    private static final int ANSWER = 11;
    private static final int MEDIA = 12;
    private static final int FAULTS = 13;
    private static final int HANG_UP = 14;

    private static final int HOLD = 1;
    private static final int PLAIN = 9;
    private static final int RPORT = 16;
    private static final int ECHO = 0;
    private static final int ANNC = 1;
    private static final int CONTACT = 2;

    /**
     * Calls as they are. A script begins with whether blades ring; each step is a call's number, what happens, and for a
     * request its offer, spelling, service and target.
     */
    private static List<byte[]> flows() {
        final int[] rtp = {
            0, MEDIA, 0, 20, 0x80, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4, 255, 255, 255, 255, 255, 255, 255, 255, 0
        };
        final int[] echo = {0, 0, INVITE, PLAIN, RPORT, ECHO, 0, 0, TIME, 5, 0, ACK, 1, 0, ECHO, CONTACT};
        final int[] bye = {0, TIME, 60, 0, BYE, 0, ECHO, CONTACT};
        return List.of(
                script(echo, rtp, bye),
                // An announcement that ends by itself; its BYE is answered.
                script(new int[] {0, 1, INVITE, PLAIN, 0, ANNC, 0, 1, TIME, 5, 1, ACK, 1, 0, ANNC, CONTACT}, ofAnnc()),
                // Ringing, given up, and the 487 acknowledged.
                script(new int[] {1, 0, INVITE, PLAIN, 0, ECHO, 0, 0, TIME, 5, 0, CANCEL, 0, ECHO, 0}),
                script(echo, rtp, new int[] {0, RE_INVITE, HOLD, 0, ECHO, CONTACT, 0, ACK, 1, 0, ECHO, CONTACT}, bye),
                // No offer; the answer comes in the ACK; loss, repetition and the end of the chassis.
                script(new int[] {0, 0, INVITE, 0, 0, ECHO, 0, 0, ACK, 0, PLAIN, 0, ECHO, CONTACT}, rtp, bye),
                script(echo, new int[] {0, FAULTS, 0, 0, 0, REPEAT, 0, 0, LONG_TIME, 90, 0, FAULTS, 0, 3}, bye),
                script(echo, new int[] {0, HANG_UP, 0, 0, LONG_TIME, 90}),
                // What is refused: no prompt, unknown service, no service, other methods, more calls than fit.
                script(new int[] {
                    0, 0, INVITE, PLAIN, 0, 2, 0, 1, INVITE, PLAIN, 0, 3, 0, 0, REPEAT, 0, 2, INVITE, PLAIN, 0, 5, 0
                }),
                script(new int[] {0, 0, OTHER, 0, 0, 0, 0, 0, 0, OTHER, 4, 0, 0, 0, 0, 0, OTHER, 10, 0, 0, 0, 0}));
    }

    private static int[] ofAnnc() {
        return new int[] {1, LONG_TIME, 80, 0, ANSWER, 34, 255, 0};
    }

    /** Calls, the torture messages, and dice. */
    static List<byte[]> seeds() {
        final List<byte[]> seeds = new ArrayList<>();
        seeds.addAll(flows());
        for (final byte[] message : SipCorpus.messages()) {
            if (message.length <= 255 || new String(message, StandardCharsets.ISO_8859_1).startsWith("INVITE")) {
                final byte[] start = Arrays.copyOf(message, Math.min(255, message.length));
                final byte[] script = Arrays.copyOf(new byte[] {0, 0, RAW, (byte) start.length}, 4 + start.length + 2);
                System.arraycopy(start, 0, script, 4, start.length);
                seeds.add(script);
            }
        }
        for (int i = 0; i < RANDOM_SCRIPTS; i++) {
            final byte[] script = new byte[RANDOM_LENGTH];
            final SplittableRandom dice = new SplittableRandom(i);
            for (int at = 0; at < script.length; at++) {
                script[at] = (byte) dice.nextInt(256);
            }
            seeds.add(script);
        }
        return seeds;
    }

    @MethodSource("seeds")
    @FuzzTest
    void play(final byte[] script) {
        if (script.length <= LENGTH_MAX) {
            try (FuzzedChassis chassis = new FuzzedChassis(script)) {
                chassis.run();
            }
        }
    }

    /** The flows are worth nothing if they do not get where calls get. */
    @Test
    void shouldReachWhatCallsReach() {
        final Map<String, Long> reached = new TreeMap<>();
        for (final byte[] flow : flows()) {
            try (FuzzedChassis chassis = new FuzzedChassis(flow)) {
                chassis.run();
                chassis.counters().forEach((name, value) -> {
                    if (value != 0) {
                        reached.merge(name.replaceAll("[0-9]", "n"), value, Long::sum);
                    }
                });
            }
        }
        for (final String name : List.of(
                "dispatcher.forwarded.initial",
                "dispatcher.forwarded.repeat",
                "blade.n.datagrams.delivered",
                "blade.n.sip.calls.answered",
                "blade.n.sip.calls.cancelled",
                "blade.n.sip.repeated",
                "blade.n.rtp.sent",
                "blade.n.rtp.accepted",
                "blade.n.frames.hang-up")) {
            assertTrue(reached.getOrDefault(name, 0L) > 0, () -> name + " in " + reached);
        }
    }

    private static byte[] script(final int[]... parts) {
        int length = 0;
        for (final int[] part : parts) {
            length += part.length;
        }
        final byte[] script = new byte[length];
        int at = 0;
        for (final int[] part : parts) {
            for (final int step : part) {
                script[at++] = (byte) step;
            }
        }
        return script;
    }
}
