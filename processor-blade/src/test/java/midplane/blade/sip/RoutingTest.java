package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import midplane.blade.core.Outbox.Exit;
import midplane.net.Peer;
import midplane.shelf.ResponseFrom;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an answer leaves and where it goes (RFC 3261 §18.2, RFC 3581 §4). */
class RoutingTest extends EndpointTest {
    private static final Peer BEHIND_NAT = Peer.ofNumeric("127.0.0.9", 40_000);

    private static SipText options(final String via) {
        return new Caller("routing", ECHO)
                .request("OPTIONS", "sip:ms", 1)
                .with("Via", "SIP/2.0/UDP " + via + (via.contains("branch") ? "" : ";branch=z9hG4bKr"));
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, 192.0.2.1:5090;rport, WELL_KNOWN_PORT, 40000",
        "AUTO, 192.0.2.1:5090, OWN_PORT, 5090",
        "AUTO, 192.0.2.1, OWN_PORT, 5060",
        "WELLKNOWN, 192.0.2.1:5090;rport, WELL_KNOWN_PORT, 40000",
        "WELLKNOWN, 192.0.2.1:5090, WELL_KNOWN_PORT, 5090",
        "BLADE, 192.0.2.1:5090;rport, OWN_PORT, 40000",
        "BLADE, 192.0.2.1, OWN_PORT, 5060",
    })
    @Conforms({"RFC 3581 §4", "S7", "RFC 3261 §18.2.2"})
    void shouldAnswerWhatCameToTheWellKnownPort(
            final ResponseFrom from, final String via, final Exit exit, final int port) {
        responseFrom = from;

        final Sent answer = fabric(midplane.fabric.FrameType.INITIAL, options(via), BEHIND_NAT, -1)
                .get(0);

        assertEquals(exit, answer.exit());
        assertEquals(BEHIND_NAT.withPort(port), answer.to());
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, 192.0.2.1:5090;rport, 40000",
        "AUTO, 192.0.2.1:5090, 5090",
        "AUTO, 192.0.2.1, 5060",
        "WELLKNOWN, 192.0.2.1:5090;rport, 40000",
    })
    @Conforms({"RFC 3261 §18.2.2", "S7"})
    void shouldAnswerWhatCameToTheOwnPortFromThere(final ResponseFrom from, final String via, final int port) {
        responseFrom = from;

        final Sent answer = own(options(via), BEHIND_NAT).get(0);

        assertEquals(Exit.OWN_PORT, answer.exit());
        assertEquals(BEHIND_NAT.withPort(port), answer.to());
    }

    @Test
    @Conforms({"RFC 3581 §4", "RFC 3261 §18.2.1", "S6"})
    void shouldTellTheClientHowItIsSeen() {
        final SipText answer = only(own(options("192.0.2.1:5090;rport"), BEHIND_NAT));

        final String via = answer.header("Via");
        assertEquals(
                List.of("branch=z9hG4bKr", "received=127.0.0.9", "rport=40000"),
                List.of(via.substring(via.indexOf(';') + 1).split(";")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    @Conforms("S7")
    void shouldSendEveryCopyTheSameWay() {
        final SipText invite =
                new Caller("copies", ECHO).invite().with("Via", "SIP/2.0/UDP 192.0.2.1:5090;rport;branch=z9hG4bKx");

        final Sent first = fabric(midplane.fabric.FrameType.INITIAL, invite, BEHIND_NAT, -1)
                .get(0);
        final List<Sent> repeats = pass(4000);

        assertEquals(3, repeats.size());
        repeats.forEach(repeat -> {
            assertEquals(first.exit(), repeat.exit());
            assertEquals(first.to(), repeat.to());
        });
        assertEquals(Exit.WELL_KNOWN_PORT, first.exit());
    }
}
