package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import midplane.signalling.fuzz.FuzzCorpus;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a call agent may send to a blade's own port, in any order, and what callers may send meanwhile. The first byte of
 * each step says what it is, the second how long; {@code midplane.signalling.fuzz} tells how to explore.
 */
class GatewayFuzzTest {
    private static final int KINDS = 8;
    private static final int STEPS_MAX = 64;

    /** Whole commands, whose last line the input writes. */
    private static final String[] COMMANDS = {
        "CRCX %d ann/$@x MGCP 1.0\nC: 1\nM: sendrecv\n%s\n\n" + GatewayTest.REMOTE,
        "CRCX %d ivr/3/1@x MGCP 1.0\nC: 1\nM: recvonly\n%s\n",
        "CRCX %d cnf/3/7@x MGCP 1.0\nC: 2\nM: confrnce\n%s\n\n" + GatewayTest.REMOTE,
        "CRCX %d pe/3/1@x MGCP 1.0\nC: 2\nM: sendrecv\n%s\n\n" + GatewayTest.REMOTE,
        "CRCX %d ann/$@x MGCP 1.0\nC: 3\nM: sendonly\nZ2: ivr/$@x\n%s\n",
        "RQNT %d ivr/3/1@x MGCP 1.0\nX: 1\nQ: loop\n%s\n",
        "RQNT %d ivr/3/1@x MGCP 1.0\nX: 2\nR: D/[0-9#*T](D),AU/oc,AU/of\nD: (1x.#|2T)\n%s\n",
        "RQNT %d ivr/3/1@x MGCP 1.0\nX: 3\nR: A/oc(N),A/of(N),D/x(K,A)\nS: %s\n",
        "RQNT %d ivr/3/1@x MGCP 1.0\nX: 4\nR: AU/oc,AU/of,R/ma,R/rto\nS: AU/pc(ip=21 na=3 %s)\n",
        "RQNT %d ivr/3/1@x MGCP 1.0\nX: 5\nR: %s\n",
        "DLCX %d *@x MGCP 1.0\n%s\n",
        "DLCX %d ivr/3/1@x MGCP 1.0\nC: 1\n%s\n",
        "AUEP %d ivr/3/1@x MGCP 1.0\nF: R,D,S,X,N,I,T,O,ES,Q,B,RM,A,PL,B/NS\n%s\n",
        "AUEP %d *@x MGCP 1.0\n%s\n",
        "EPCF %d ivr/3/1@x MGCP 1.0\nB: %s\n",
        "RQNT %d *@x MGCP 1.0\nX: 6\n%s\n",
    };

    private static final class Fuzzed extends GatewayTest {
        private int ids;
        private int rtpSequence;

        void step(final int kind, final byte[] content) {
            final String text = new String(content, StandardCharsets.ISO_8859_1);
            switch (kind) {
                case 0 -> send(text);
                case 1 -> received(runFor(content.length * 37L * MS));
                case 2 -> answerNext(content.length == 0 ? 200 : (content[0] & 0xFF) * 4 % 1000);
                case 3 -> press(content.length == 0 ? 1 : content[0] & 0xF);
                case 4 -> received(sendByFabric("CRCX " + ++ids + " ivr/$@x MGCP 1.0\n" + text + "\n", 3));
                default -> command(content);
            }
        }

        private void command(final byte[] content) {
            if (content.length == 0) {
                return;
            }
            final String line = new String(content, 1, content.length - 1, StandardCharsets.ISO_8859_1);
            received(send(COMMANDS[(content[0] & 0xFF) % COMMANDS.length]
                    .replace("%d", String.valueOf(++ids))
                    .replace("%s", line)));
        }

        private final List<String> notifies = new ArrayList<>();

        private void received(final List<String> datagrams) {
            for (final String datagram : datagrams) {
                if (datagram.startsWith("NTFY") || datagram.startsWith("RSIP")) {
                    notifies.add(datagram);
                }
            }
        }

        private void answerNext(final int code) {
            if (!notifies.isEmpty()) {
                final String[] words = notifies.remove(0).split(" ");
                received(send("%03d %s\r\n".formatted(code, words[1])));
            }
        }

        private void press(final int key) {
            client.send(
                    ByteBuffer.allocate(16)
                            .put((byte) 0x80)
                            .put((byte) 101)
                            .putShort((short) rtpSequence)
                            .putInt(rtpSequence++ * 1000)
                            .putInt(77)
                            .put((byte) key)
                            .put((byte) 0x80)
                            .putShort((short) 400)
                            .array(),
                    40_000);
        }

        /** Everything is counted, and after the last connection nothing is held. */
        void end() {
            received(runFor(40 * MS));
            long sum = 0;
            for (final Outcome outcome : Outcome.values()) {
                sum += count(outcome.counterName());
            }
            assertEquals(count("received"), sum);
            assertEquals(0, count("dropped.failure"));
            assertEquals(gateway().sessions(), media.openSessions());
            assertEquals(
                    count("connections.opened") - count("connections.closed"),
                    gateway().sessions());
            send("DLCX 999999999 *@x MGCP 1.0\r\n");
            assertEquals(0, gateway().sessions());
            assertEquals(0, meter.used());
            assertEquals(List.of(), errors);
        }
    }

    static List<byte[]> seeds() {
        final List<byte[]> seeds = new ArrayList<>(FuzzCorpus.of(GatewayFuzzTest.class));
        seeds.add(script(5, "\0", 5, "\7A/ann(welcome)", 1, "12345", 2, "\62", 5, "\14I: 1", 5, "\12"));
        seeds.add(script(5, "\1", 5, "\6", 3, "\1", 3, "\2", 3, "\13", 1, "1", 2, "\62"));
        seeds.add(script(5, "\2", 5, "\3", 5, "\3", 5, "\4", 5, "\15", 5, "\17R: D/1"));
        seeds.add(script(0, "CRCX 1 ann/$@x MGCP 1.0\nC: 1\nM: inactive\n.\nDLCX 2 *@x MGCP 1.0\n"));
        return seeds;
    }

    private static byte[] script(final Object... steps) {
        final ByteBuffer bytes = ByteBuffer.allocate(4096);
        for (int i = 0; i < steps.length; i += 2) {
            final byte[] content = ((String) steps[i + 1]).getBytes(StandardCharsets.ISO_8859_1);
            bytes.put((byte) (int) (Integer) steps[i])
                    .put((byte) content.length)
                    .put(content);
        }
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    @MethodSource("seeds")
    @FuzzTest
    void control(final byte[] input) {
        final Fuzzed fuzzed = new Fuzzed();
        int at = 0;
        for (int step = 0; step < STEPS_MAX && at + 1 < input.length; step++) {
            final int kind = (input[at] & 0xFF) % KINDS;
            final int length = Math.min(input[at + 1] & 0xFF, input.length - at - 2);
            final byte[] content = new byte[length];
            System.arraycopy(input, at + 2, content, 0, length);
            fuzzed.step(kind, content);
            at += 2 + length;
        }
        fuzzed.end();
    }
}
