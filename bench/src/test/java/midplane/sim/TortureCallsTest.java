package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import midplane.signalling.sip.oracle.SipCorpus;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The torture messages of RFC 4475 and RFC 5118, byte for byte, against a whole chassis: what each is told and why.
 *
 * <p>Each comes from a host of its own, twice as copies on the way do, to the well-known port and once more to a blade's.
 * Meanwhile application servers call, a call every 50 ms, on a network that loses nothing; each of their messages is judged
 * as in every simulation, and the books must balance at the end. So a row also says: no call around it was harmed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TortureCallsTest {
    private static final long SEED = 4475;
    private static final int CALLS = 600;
    private static final int CALLS_PER_SECOND = 20;
    private static final long MS = 1_000_000L;

    private static final String SILENCE = "";
    /** A refused INVITE hears its answer again until it acknowledges, which a recording does not: timer G, to 64·T1. */
    private static final int INVITE_ANSWERS = 11;

    private final Map<String, List<String>> toldAtWellKnown = new HashMap<>();
    private final Map<String, List<String>> toldAtBlade = new HashMap<>();

    /**
     * What a message deserves.
     *
     * @param section of the RFC.
     * @param name of the file.
     * @param answer the status line without the version; empty: none.
     * @param says what else stands in the answer.
     * @param why in the RFC's terms; where it leaves a choice, ours.
     */
    private record Row(String section, String name, String answer, String says, String why) {
        @Override
        public String toString() {
            return section + ' ' + name + ": " + (answer.isEmpty() ? "silence" : answer) + "; " + why;
        }
    }

    private static Row row(final String section, final String name, final String answer, final String why) {
        return new Row("RFC 4475 §" + section, name, answer, "", why);
    }

    private static Row row(
            final String section, final String name, final String answer, final String says, final String why) {
        return new Row("RFC 4475 §" + section, name, answer, says, why);
    }

    private static Row ipv6(final String section, final String name, final String answer, final String why) {
        return new Row("RFC 5118 §" + section, name, answer, "", why);
    }

    private static final String NO_SERVICE = "488 Not Acceptable Here";
    private static final String NOT_ALLOWED = "405 Method Not Allowed";
    private static final String NO_DIALOG = "481 Call/Transaction Does Not Exist";
    private static final String ALLOW = "Allow: INVITE, ACK, ";

    static Stream<Row> rows() {
        return Stream.of(
                // Valid: read, and then treated like any other.
                row("3.1.1.1", "wsinv", NO_DIALOG, "read in spite of folds and blanks; its To has a tag nobody gave"),
                row("3.1.1.2", "intmeth", "501 Not Implemented", "the method is a token, though nobody's"),
                row("3.1.1.3", "esc01", NO_SERVICE, "escapes are resolved; sips:user@example.com is no service"),
                row("3.1.1.4", "escnull", NOT_ALLOWED, ALLOW, "%00 is a good escape; no registrar here"),
                row("3.1.1.5", "esc02", "501 Not Implemented", "RE%47IST%45R is not REGISTER: methods have no escapes"),
                row("3.1.1.6", "lwsdisp", "200 OK", "Allow: ", "no blank is needed before the bracket"),
                row("3.1.1.7", "longreq", NO_SERVICE, "long names and values, many Vias, all given back"),
                row("3.1.1.8", "dblreq", NOT_ALLOWED, ALLOW, "the REGISTER only; the INVITE behind it is no message"),
                row("3.1.1.9", "semiuri", "200 OK", "Allow: ", "semicolons belong to the user part"),
                row("3.1.1.10", "transports", "200 OK", "Allow: ", "transports are tokens"),
                row("3.1.1.11", "mpart01", NOT_ALLOWED, ALLOW, "a body of parts frames well; MESSAGE is not served"),
                row("3.1.1.12", "unreason", SILENCE, "a good response to nothing we asked"),
                row("3.1.1.13", "noreason", SILENCE, "a good response to nothing we asked"),
                // Invalid: 400 with the reason, as long as there is somebody to tell.
                row(
                        "3.1.2.1",
                        "badinv01",
                        SILENCE,
                        "400 is proposed; its Via says not how to answer, so nobody is told"),
                row("3.1.2.2", "clerr", "400 Body Shorter Than Content-Length", "RFC 3261 §18.3"),
                row("3.1.2.3", "ncl", "400 Bad Content-Length", "a length is digits"),
                row("3.1.2.4", "scalar02", "400 Bad CSeq", "beyond 2^31"),
                row("3.1.2.5", "scalarlg", SILENCE, "a response is discarded"),
                row("3.1.2.6", "quotbal", "400 Bad To", "the quotation never ends"),
                row("3.1.2.7", "ltgtruri", "400 Bad Request-URI", "no brackets there"),
                row("3.1.2.8", "lwsruri", "400 Bad Request-URI", "no blanks there"),
                row(
                        "3.1.2.9",
                        "lwsstart",
                        "400 Bad Request-Line",
                        "one SP between words; it may be mended, and is not"),
                row("3.1.2.10", "trws", "400 Bad Request-Line", "nothing behind the version"),
                row("3.1.2.11", "escruri", "400 Bad Request-URI", "no headers in a Request-URI"),
                row("3.1.2.12", "baddate", NO_SERVICE, "Date may be ignored, and is"),
                row("3.1.2.13", "regbadct", NOT_ALLOWED, ALLOW, "the method comes first (RFC 3261 §8.2.1)"),
                row("3.1.2.14", "badaspec", "400 Bad To", "no blanks within an addr-spec"),
                row("3.1.2.15", "baddn", "400 Bad From", "a display name of other than tokens is quoted"),
                row("3.1.2.16", "badvers", "505 Version Not Supported", "SIP/7.0"),
                row("3.1.2.17", "mismatch01", "400 CSeq Method Mismatch", "OPTIONS is not INVITE"),
                row("3.1.2.18", "mismatch02", "400 CSeq Method Mismatch", "400 or 501"),
                row("3.1.2.19", "bigcode", SILENCE, "a response is discarded"),
                // Good grammar, and then.
                row("3.2.1", "badbranch", "200 OK", "Allow: ", "a bare cookie is taken for an RFC 2543 branch"),
                row(
                        "3.3.1",
                        "insuf",
                        SILENCE,
                        "ideally 400; without From, To and Call-ID an answer would be no message"),
                row("3.3.2", "unkscm", "416 Unsupported URI Scheme", "a scheme nobody knows"),
                row("3.3.3", "novelsc", "416 Unsupported URI Scheme", "a scheme that is not SIP's"),
                row("3.3.4", "unksm2", NOT_ALLOWED, ALLOW, "schemes in From, To and Contact are as they like"),
                row(
                        "3.3.5",
                        "bext01",
                        "420 Bad Extension",
                        "nothingSupportsThisEither",
                        "Require is ours, Proxy-Require is not"),
                row("3.3.6", "invut", "415 Unsupported Media Type", "Accept: application/sdp", "says what it takes"),
                row("3.3.7", "regaut01", NOT_ALLOWED, ALLOW, "credentials nobody asked for are ignored"),
                row("3.3.8", "multi01", "400 Duplicate CSeq", "which of them would it be"),
                row("3.3.9", "mcl01", "400 Duplicate Content-Length", "which of them would it be"),
                row("3.3.10", "bcast", SILENCE, "a response to nothing we asked, whatever its Via says"),
                row("3.3.11", "zeromf", "200 OK", "Allow: ", "whoever is addressed forwards nothing"),
                row("3.3.12", "cparam01", NOT_ALLOWED, ALLOW, "no registrar here"),
                row("3.3.13", "cparam02", NOT_ALLOWED, ALLOW, "no registrar here"),
                row("3.3.14", "regescrt", NOT_ALLOWED, ALLOW, "no registrar here"),
                row("3.3.15", "sdp01", "406 Not Acceptable", "it will not take what every answer of ours brings"),
                row(
                        "3.4.1",
                        "inv2543",
                        "400 Missing Contact",
                        "no branch, no tag: read; but there is no remote target"),
                // RFC 5118
                ipv6("4.1", "ipv6-good", NOT_ALLOWED, "read; no registrar here"),
                ipv6("4.2", "ipv6-bad", "400 Bad Request-URI", "an IPv6 address without brackets"),
                ipv6("4.3", "port-ambiguous", NOT_ALLOWED, "what looks like a port is part of the address"),
                ipv6("4.4", "port-unambiguous", NOT_ALLOWED, "the port stands behind the brackets"),
                ipv6("4.5", "via-received-param-no-delim", "200 OK", "received as the grammar has it"),
                ipv6("4.5", "via-received-param-with-delim", NO_DIALOG, "received in brackets is taken too"),
                ipv6(
                        "4.6",
                        "ipv6-in-sdp",
                        "400 Body Shorter Than Content-Length",
                        "the archive's Content-Length is wrong"),
                ipv6("4.6", "ipv6-in-sdp, mended", NO_SERVICE, "with the right Content-Length it is read"),
                ipv6("4.7", "mult-ip-in-header", NO_DIALOG, "read; a BYE of a dialog nobody has"),
                ipv6("4.8", "mult-ip-in-sdp", NO_SERVICE, "read; no such service"),
                ipv6("4.9", "ipv4-mapped-ipv6", NO_SERVICE, "read; no such service"),
                ipv6("4.10", "ipv6-bug-abnf-3-colons", "200 OK", "three colons, as RFC 3261's grammar would have it"),
                ipv6("4.10", "ipv6-correct-abnf-2-colons", "200 OK", "two colons, as it should be"));
    }

    @BeforeAll
    void torture() {
        final Map<String, byte[]> messages = messages();
        run(messages, toldAtWellKnown, false);
        run(messages, toldAtBlade, true);
    }

    private static Map<String, byte[]> messages() {
        final Map<String, byte[]> messages = new HashMap<>(SipCorpus.messages("rfc4475"));
        messages.putAll(SipCorpus.messages("rfc5118"));
        final String broken = new String(messages.get("ipv6-in-sdp"), StandardCharsets.ISO_8859_1);
        messages.put(
                "ipv6-in-sdp, mended",
                broken.replace("Content-Length: 268", "Content-Length: 251").getBytes(StandardCharsets.ISO_8859_1));
        return messages;
    }

    private static void run(
            final Map<String, byte[]> messages, final Map<String, List<String>> told, final boolean isToBlade) {
        try (Simulation simulation = Simulation.of(SEED)
                .calls(CALLS)
                .callsPerSecond(CALLS_PER_SECOND)
                .start()) {
            simulation.runFor(1000 * MS);
            final int[] blades = simulation.bladePorts();
            final Map<String, Stranger> strangers = new HashMap<>();
            for (final String name : new TreeSet<>(messages.keySet())) {
                final Stranger stranger = simulation.stranger();
                strangers.put(name, stranger);
                for (int copy = 0; copy < 2; copy++) {
                    if (isToBlade) {
                        stranger.say(messages.get(name), blades[strangers.size() % blades.length]);
                    } else {
                        stranger.say(messages.get(name));
                    }
                    simulation.runFor(200 * MS);
                }
            }
            simulation.runUntilIdle();
            assertTrue(simulation.answeredCalls() > CALLS / 2, "there were calls to be harmed");
            strangers.forEach((name, stranger) -> told.put(name, stranger.heard()));
        }
    }

    @MethodSource("rows")
    @ParameterizedTest(name = "{0}")
    @Conforms(value = "S19", alsoWhatTheNameNames = true)
    void shouldTellEachWhatItDeserves(final Row row) {
        assertTold(row, toldAtWellKnown.get(row.name()));
    }

    /** Straight to a blade nothing else is heard. */
    @MethodSource("rows")
    @ParameterizedTest(name = "{0}")
    void shouldTellTheSameAtABladesPort(final Row row) {
        assertTold(row, toldAtBlade.get(row.name()));
    }

    private static void assertTold(final Row row, final List<String> told) {
        final Set<String> answers = new TreeSet<>();
        told.forEach(text -> answers.add(text.substring("SIP/2.0 ".length(), text.indexOf("\r\n"))));
        assertEquals(row.answer().isEmpty() ? Set.of() : Set.of(row.answer()), answers, row::why);
        for (final String answer : told) {
            assertTrue(answer.contains(row.says()), () -> row + "\n" + answer);
        }
        // A copy is told the same, word for word.
        assertTrue(new HashSet<>(told).size() <= 1, () -> "different answers to copies: " + told);
        final int atMost = told.stream().anyMatch(text -> text.contains(" INVITE\r\n")) ? INVITE_ANSWERS + 1 : 2;
        assertTrue(
                told.size() >= (row.answer().isEmpty() ? 0 : 2) && told.size() <= atMost,
                () -> told.size() + " answers");
    }

    /** A row for each file, and a file for each row. */
    @Test
    void shouldHaveARowForEachMessage() {
        final Set<String> named = new TreeSet<>();
        rows().forEach(row -> assertTrue(named.add(row.name()), row::name));
        assertEquals(new TreeSet<>(messages().keySet()), named);
    }
}
