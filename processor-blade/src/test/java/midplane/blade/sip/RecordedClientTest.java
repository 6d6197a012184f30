package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import midplane.blade.core.Outbox.Exit;
import midplane.fabric.FrameType;
import midplane.net.Peer;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/** Calls of clients nobody here wrote, as recorded; only tag and target of the other recording are replaced by ours. */
class RecordedClientTest extends EndpointTest {
    private static SipText recorded(final String name) {
        try (InputStream in = RecordedClientTest.class.getResourceAsStream("/recorded/" + name)) {
            return SipText.parse(in.readAllBytes());
        } catch (final IOException ex) {
            throw new AssertionError(name, ex);
        }
    }

    private static SipText follow(final SipText message, final SipText ok) {
        final String target = ok.contactUri();
        return message.startLine(message.method() + ' ' + target + " SIP/2.0").with("To", ok.header("To"));
    }

    private static SipText asked(final String file, final String service) {
        final SipText invite = recorded(file);
        return invite.startLine(invite.startLine().replaceFirst("sip:[a-z]+@", "sip:" + service + '@'));
    }

    /** SIPp's built-in client ignores Contact: ACK and BYE come to the well-known port. It asks for no rport. */
    @Test
    @Conforms("S10")
    void shouldServeSippThatIgnoresContact() {
        final Peer sipp = Peer.ofNumeric("127.0.0.1", 15084);
        final Sent answer = fabric(FrameType.INITIAL, asked("sipp-3.6.1/01-INVITE.sip", "echo"), sipp, 1)
                .get(0);
        final SipText ok = answer.message();
        assertEquals(200, ok.status(), ok::text);
        assertEquals(Exit.OWN_PORT, answer.exit());
        assertEquals(sipp, answer.to());
        assertEquals("service <sip:service@127.0.0.1:15060>;tag=" + ok.toTag(), ok.header("To"));

        final SipText ack = recorded("sipp-3.6.1/02-ACK.sip").with("To", ok.header("To"));
        assertEquals(List.of(), fabric(FrameType.STRAY, ack, sipp, -1));
        final SipText bye = recorded("sipp-3.6.1/03-BYE.sip").with("To", ok.header("To"));
        assertEquals(200, only(fabric(FrameType.STRAY, bye, sipp, -1)).status());

        assertEquals(0, endpoint().sessions());
        assertEquals(List.of(), pass(TIMEOUT_MS));
    }

    /** baresip follows Contact, asks for rport, and offers telephone-event. */
    @Test
    @Conforms("S9")
    void shouldServeBaresip() {
        final Peer baresip = Peer.ofNumeric("127.0.0.1", 15070);
        final Sent answer = fabric(FrameType.INITIAL, asked("baresip-1.0.0/01-INVITE.sip", "echo"), baresip, 1)
                .get(0);
        final SipText ok = answer.message();
        assertEquals(200, ok.status(), ok::text);
        assertEquals(Exit.WELL_KNOWN_PORT, answer.exit());
        assertEquals(baresip, answer.to());
        assertTrue(ok.header("Via").contains("rport=15070"), ok::text);
        assertTrue(ok.body().contains("telephone-event"), ok::body);

        assertEquals(List.of(), own(follow(recorded("baresip-1.0.0/02-ACK.sip"), ok), baresip));
        final Sent bye =
                own(follow(recorded("baresip-1.0.0/03-BYE.sip"), ok), baresip).get(0);
        assertEquals(200, bye.status());
        assertEquals(Exit.OWN_PORT, bye.exit());

        assertEquals(0, endpoint().sessions());
    }

    /** It hears the announcement to its end, and gets a BYE it can find its dialog by. */
    @Test
    void shouldSayByeToBaresip() {
        final Peer baresip = Peer.ofNumeric("127.0.0.1", 15070);
        final SipText invite = asked("baresip-1.0.0/01-INVITE.sip", "annc");
        final SipText playing =
                invite.startLine(invite.startLine().replace(";transport=udp", ";transport=udp;play=welcome"));
        final SipText ok = fabric(FrameType.INITIAL, playing, baresip, 1).get(0).message();
        assertEquals(200, ok.status(), ok::text);
        own(follow(recorded("baresip-1.0.0/02-ACK.sip"), ok), baresip);

        final Sent bye = pass(1040).get(0);

        assertEquals(
                "BYE sip:alice-0x562311e9b7a0@127.0.0.1:15070 SIP/2.0",
                bye.message().startLine());
        assertEquals(baresip, bye.to());
        assertEquals(invite.header("From"), bye.message().header("To"));
        assertEquals(ok.header("To"), bye.message().header("From"));
        assertEquals(invite.header("Call-ID"), bye.message().header("Call-ID"));
        own(Caller.answer(bye.message(), "200 OK"), baresip);
        assertEquals(0, endpoint().sessions());
    }
}
