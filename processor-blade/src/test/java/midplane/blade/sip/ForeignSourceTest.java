package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import midplane.net.Peer;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who knows the tags of a call, but comes from a host that has no part in it, changes nothing. */
class ForeignSourceTest extends EndpointTest {
    private static final Peer FOREIGNER = peer("198.51.100.66");

    private static Peer peer(final String host) {
        return Objects.requireNonNull(Peer.ofNumeric(host, 5060));
    }

    private static SipText forged(final Caller caller, final String method) {
        return switch (method) {
            case "INVITE" -> caller.reInvite();
            case "UPDATE" -> caller.inDialog("UPDATE").body("application/sdp", SipText.OFFER);
            default -> caller.inDialog(method);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"BYE", "INVITE", "UPDATE", "INFO", "OPTIONS"})
    void shouldRefuseARequestAndLeaveTheCallAsItWas(final String method) {
        final Caller caller = connected("forged", ANNOUNCEMENT + ";repeat=forever");
        final SipText forged = forged(caller, method).with("CSeq", "99 " + method);

        final SipText refused = only(own(forged, FOREIGNER));

        assertEquals("SIP/2.0 481 Call/Transaction Does Not Exist", refused.startLine());
        assertEquals(1, counter("sip.dropped.foreign-source"));
        if (method.equals("INVITE")) {
            own(Caller.ackTo(forged, refused), FOREIGNER);
        }
        assertEquals(1, endpoint().sessions());
        caller.cseq = 1;
        assertEquals(200, only(own(caller.inDialog("INFO"))).status(), "the sequence number was not moved");
        pass(100);
        assertEquals(6004, mediaPorts.get(16_000).takeSent().get(0).peer().port());
    }

    @Test
    void shouldNotStartTheSoundForAForeignAck() {
        final Caller caller = new Caller("ack", ANNOUNCEMENT);
        caller.learn(only(fabric(caller.invite())));

        assertEquals(List.of(), own(caller.ack(), FOREIGNER));
        pass(100);
        assertEquals(0, counter("rtp.sent"));
        assertEquals(1, counter("sip.dropped.foreign-source"));

        own(caller.ack());
        pass(100);
        assertTrue(counter("rtp.sent") > 0);
    }

    /** RFC 3261 §9.1: a CANCEL takes the way of its INVITE. */
    @Test
    @Conforms("RFC 3261 §9.1")
    void shouldNotCancelForAForeigner() {
        answerDelayMs = 5000;
        final SipText invite = new Caller("cancel", ECHO).invite();
        fabric(invite);

        assertEquals(481, only(own(Caller.cancel(invite), FOREIGNER)).status());
        assertEquals(1, endpoint().sessions());
        assertEquals(1, counter("sip.dropped.foreign-source"));
    }

    /** The port may change, as it does behind a NAT. */
    @Test
    void shouldTakeAnotherPortOfTheSameHost() {
        final Caller caller = connected("port", ECHO);

        assertEquals(200, only(own(caller.inDialog("BYE"), peer("127.0.0.1"))).status());
    }

    /** RFC 3261 §12.1.1: without Record-Route the rest of the dialog comes from the host of the Contact. */
    @Test
    @Conforms("RFC 3261 §12.1.1")
    void shouldTakeRequestsFromTheHostOfTheContact() {
        final Caller caller = new Caller("contact", ECHO);
        caller.learn(only(fabric(caller.invite().with("Contact", "<sip:x@192.0.2.9:5099>"))));

        own(caller.ack(), peer("192.0.2.9"));

        assertEquals(200, only(own(caller.inDialog("BYE"), peer("192.0.2.9"))).status());
        assertEquals(0, counter("sip.dropped.foreign-source"));
    }

    /** RFC 3261 §12.2.2: a target refresh names the new host, and the old one is none any more. */
    @Test
    @Conforms("RFC 3261 §12.2.2")
    void shouldFollowTheContact() {
        final Caller caller = connected("moved", ECHO);
        own(caller.inDialog("UPDATE").with("Contact", "<sip:x@192.0.2.9:5099>"));
        own(caller.inDialog("UPDATE").with("Contact", "<sip:x@192.0.2.10;maddr=192.0.2.11>"));

        assertEquals(481, only(own(caller.inDialog("BYE"), peer("192.0.2.9"))).status());
        assertEquals(481, only(own(caller.inDialog("BYE"), peer("192.0.2.10"))).status());
        assertEquals(200, only(own(caller.inDialog("BYE"), peer("192.0.2.11"))).status());
    }

    /** RFC 3261 §16.6: whoever recorded a route may pass requests on. */
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "192.0.2.2", "2001:db8::3"})
    @Conforms("RFC 3261 §16.6")
    void shouldTakeRequestsFromEveryRecordedRoute(final String host) {
        final Caller caller = new Caller("routes", ECHO);
        caller.learn(only(fabric(caller.invite()
                .with("Record-Route", "<sip:192.0.2.1;lr>, \"p, q\" <sip:192.0.2.2:5070;lr>;x=y")
                .and("Record-Route", "<sip:proxy.example.net;lr>")
                .and("Record-Route", "<sip:[2001:db8::3];lr>"))));
        own(caller.ack());

        assertEquals(481, only(own(caller.inDialog("BYE"), FOREIGNER)).status());
        assertEquals(200, only(own(caller.inDialog("BYE"), peer(host))).status());
    }
}
