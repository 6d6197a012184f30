package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import midplane.net.Peer;
import midplane.testing.Conforms;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Callers who vanished, and those who only say nothing; INVITEs whose caller has lost patience. */
class SilenceTest extends EndpointTest {
    private static final Peer MEDIA = Peer.of(new InetSocketAddress("127.0.0.1", 6004));

    @BeforeEach
    void shouldListenForTenSeconds() {
        silenceLimitMs = 10_000;
    }

    private void speak(final int sequence, final int payloadType) {
        final byte[] packet = new byte[172];
        packet[0] = (byte) 0x80;
        packet[1] = (byte) payloadType;
        packet[3] = (byte) sequence;
        packet[11] = 1;
        mediaPorts.get(16_000).arrive(packet, MEDIA);
    }

    @Test
    void shouldEndTheCallOfACallerWhoVanished() {
        connected("vanished", ECHO);

        final Sent bye = pass(11_000).get(0);

        assertEquals("BYE", bye.message().method());
        assertEquals(10_000, bye.atMs());
        assertEquals(1, counter("sip.calls.silent"));
    }

    @Test
    void shouldCountFromTheLastPacketWhateverItHolds() {
        final Caller caller = connected("speaks", ECHO);
        for (int i = 0; i < 5; i++) {
            assertEquals(List.of(), pass(4_000));
            speak(i, i == 4 ? 13 : 0);
        }
        final long lastMs = nowMs();

        final Sent bye = pass(12_000).get(0);

        assertEquals("BYE", bye.message().method());
        final long silentMs = bye.atMs() - lastMs;
        assertTrue(silentMs >= 10_000 && silentMs <= 10_020, silentMs + " ms");
        assertEquals("speaks", caller.callId);
    }

    @Test
    void shouldTakeARequestForASignOfLife() {
        final Caller caller = connected("asks", ECHO);
        pass(9_000);

        assertEquals(200, only(own(caller.inDialog("OPTIONS"))).status());

        assertEquals(19_000, pass(12_000).get(0).atMs());
    }

    @Test
    void shouldNotExpectAWordOfWhoOnlyListens() {
        final Caller caller = new Caller("listens", ANNOUNCEMENT + ";repeat=forever");
        caller.learn(only(fabric(caller.invite().body("application/sdp", SipText.OFFER + "a=recvonly\r\n"))));
        own(caller.ack());

        assertEquals(List.of(), pass(55_000));
        own(caller.inDialog("BYE"));
    }

    @Test
    void shouldWaitAnewAfterAHold() {
        final Caller caller = connected("holds", ECHO);
        own(caller.reInvite().body("application/sdp", SipText.OFFER + "a=inactive\r\n"));
        own(caller.ack());
        assertEquals(List.of(), pass(25_000));

        own(caller.reInvite());
        own(caller.ack());

        assertEquals(35_000, pass(12_000).get(0).atMs());
    }

    @Test
    void shouldNotListenWhenToldSo() {
        silenceLimitMs = 0;
        final Caller caller = connected("forever", ECHO);

        assertEquals(List.of(), pass(55_000));
        own(caller.inDialog("BYE"));
    }

    /** RFC 3261 §13.3.1: an invitation that expires before its final response gets 487. */
    @Test
    @Conforms("RFC 3261 §13.3.1")
    void shouldEndAnInvitationThatExpired() {
        answerDelayMs = 30_000;
        final Caller caller = new Caller("expires", ECHO);
        assertEquals(180, only(fabric(caller.invite().and("Expires", "7"))).status());

        final Sent expired = pass(8_000).get(0);

        assertEquals("SIP/2.0 487 Request Terminated", expired.message().startLine());
        assertEquals(7_000, expired.atMs());
        assertEquals(1, counter("sip.calls.expired"));
    }

    @Test
    void shouldNotEndAnAnsweredCallWhenItsInvitationExpires() {
        answerDelayMs = 1_000;
        final Caller caller = new Caller("answered", ECHO);
        caller.learn(only(fabric(caller.invite().and("Expires", "7"))));
        assertEquals(200, only(pass(1_000)).status());
        own(caller.request("ACK", caller.remoteTarget, 1));

        assertEquals(List.of(), pass(9_000));
        own(caller.inDialog("BYE"));
    }
}
