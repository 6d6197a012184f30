package midplane.signalling.sip.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.junit.jupiter.api.Test;

/**
 * Whoever wants to make a reader slow repeats what it looks at most often. Here every row of up to three of the bytes the
 * grammar turns on is repeated, wherever a message has room for it.
 */
final class StepBoundTest {
    private static final String BYTES = "a1 \t\r\n:;,<>\"\\@[]%=/?()\1\u00e9";
    private static final int UNIT_LENGTH_MAX = 3;

    /** Long enough to see which are dear, and as long as a value may be to see how dear. */
    private static final int SHORT = 200;

    private static final int LONG = 8_000;
    private static final int DEAREST = 40;
    private static final String HOLE = "HOLE";

    private static final String REST = "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n";
    private static final String START = "INVITE sip:a@b SIP/2.0\r\n";
    private static final String VIA = "Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n";

    private static final List<String> PLACES = List.of(
            HOLE,
            "INVITE " + HOLE + " SIP/2.0\r\n" + VIA + REST,
            "INVITE sip:a" + HOLE + "@b SIP/2.0\r\n" + VIA + REST,
            "INVITE sip:a@b;x" + HOLE + " SIP/2.0\r\n" + VIA + REST,
            "SIP/2.0 200 " + HOLE + "\r\n" + VIA + REST,
            START + HOLE + "\r\n\r\n",
            START + "a" + HOLE + ": b\r\n\r\n",
            START + "Subject: " + HOLE + "\r\n" + VIA + REST,
            START + "Subject: \"\\\1" + HOLE + "\"\r\n" + VIA + REST,
            START + "Subject: (\\\1" + HOLE + ")\r\n" + VIA + REST,
            START + "Via: SIP/2.0/UDP " + HOLE + "\r\n" + REST,
            START + "Via: SIP/2.0/UDP h" + HOLE + "\r\n" + REST,
            START + "Via: SIP/2.0/UDP h;x=\"\\\1" + HOLE + "\"\r\n" + REST,
            START + "Via: SIP/2.0/UDP h;x=\"\\\1\"" + HOLE + "\r\n" + REST,
            START + "Via: SIP/2.0/UDP h;branch=" + HOLE + "\r\n" + REST,
            START + "To: " + HOLE + "\r\n" + VIA + REST,
            START + "To: a" + HOLE + "<sip:a@b>\r\n" + VIA + REST,
            START + "To: \"\\\1" + HOLE + "\" <sip:a@b>\r\n" + VIA + REST,
            START + "To: \"\\\1\"" + HOLE + "<sip:a@b>\r\n" + VIA + REST,
            START + "To: <sip:a" + HOLE + ">\r\n" + VIA + REST,
            START + "To: \"\\\1\"<sip:a>" + HOLE + "\r\n" + VIA + REST,
            START + "To: <sip:a>;tag=" + HOLE + "\r\n" + VIA + REST,
            START + "To: sip:a" + HOLE + "\r\n" + VIA + REST,
            START + "Call-ID: " + HOLE + "\r\n" + VIA + REST,
            START + "CSeq: 1" + HOLE + "INVITE\r\n" + VIA + REST,
            START + "Max-Forwards: " + HOLE + "\r\n" + VIA + REST,
            START + "Content-Length: " + HOLE + "\r\n" + VIA + REST);

    /** What is repeated, and its steps for a byte. */
    private record Unit(byte[] bytes, double steps) {}

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final CountingBuffer buffer = new CountingBuffer();
    private final Draft draft = new Draft();

    @Test
    void shouldTakeFewStepsWhateverIsRepeated() {
        final List<byte[]> units = units();
        double most = 0;
        for (final String place : PLACES) {
            final List<Unit> dearest = units.stream()
                    .map(unit -> new Unit(unit, stepsPerByte(place, unit, SHORT)))
                    .sorted(Comparator.comparingDouble(Unit::steps).reversed())
                    .limit(DEAREST)
                    .toList();
            for (final Unit dear : dearest) {
                final byte[] unit = dear.bytes();
                final double steps = stepsPerByte(place, unit, LONG);
                most = Math.max(most, steps);
                assertTrue(
                        steps <= Duel.STEPS_PER_BYTE,
                        () -> steps + " steps for a byte: " + Draft.escape(unit, unit.length) + " in\n" + place);
            }
        }
        System.out.printf("oracle: at most %.2f steps/byte for what is repeated%n", most);
    }

    /** Without what even an empty datagram costs. */
    private double stepsPerByte(final String place, final byte[] unit, final int length) {
        final int hole = place.indexOf(HOLE);
        draft.clear().put(place.substring(0, hole));
        for (int i = 0; i < length / unit.length; i++) {
            draft.put(unit, 0, unit.length);
        }
        draft.put(place.substring(hole + HOLE.length()));
        scanner.scan(buffer.count(draft.bytes(), draft.length()), 0, draft.length(), message);
        buffer.stop();
        return (double) (buffer.steps() - Duel.STEPS_BESIDE) / draft.length();
    }

    private static List<byte[]> units() {
        final List<String> units = new ArrayList<>(List.of(""));
        int from = 0;
        for (int length = 1; length <= UNIT_LENGTH_MAX; length++) {
            final int to = units.size();
            for (; from < to; from++) {
                for (int i = 0; i < BYTES.length(); i++) {
                    units.add(units.get(from) + BYTES.charAt(i));
                }
            }
        }
        return units.stream()
                .skip(1)
                .map(unit -> unit.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
