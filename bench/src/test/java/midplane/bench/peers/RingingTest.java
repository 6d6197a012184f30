package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import midplane.bench.peers.WireClient.Incoming;
import midplane.testing.Conforms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A chassis that rings before it answers, so that there is something to cancel. */
@Tag("peers")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RingingTest {
    private static final String SERVICE = "sip:echo@127.0.0.1";

    private static final Duration REPEAT = Duration.ofMillis(500);
    private static final int COPIES_MAX = 10;

    private ChassisProcess chassis;
    private ChassisProcess patient;

    @BeforeAll
    void launch(final TestInfo test) {
        chassis = ChassisProcess.launch(Scratch.of(test), "midplane.sip.answer-delay=2s", "midplane.sip.t1=50ms");
        // An INVITE that waited for T1 is left to its next copy; these scenarios send none.
        patient = ChassisProcess.launch(
                Scratch.of(test, "-patient"),
                "midplane.sip.answer-delay=1s",
                "midplane.sip.t1=2s",
                "midplane.sip.t2=4s");
    }

    @AfterAll
    void stop() {
        try (ChassisProcess first = chassis;
                ChassisProcess second = patient) {
            first.stop().assertNothingIsLeft();
            second.stop().assertNothingIsLeft();
        }
    }

    @Test
    @Conforms({"RFC 3261 §12.1.1", "S9"})
    void shouldRingThenAnswerAsTheSameDialog() {
        try (WireClient client = new WireClient()) {
            final SipRequest invite = SipRequest.invite(SERVICE, client);
            final Incoming ringing = ringing(client, invite);
            final Incoming ok = client.finalResponse(invite);
            assertEquals(200, ok.status(), ok::text);
            // RFC 3261 §12.1.1: the early dialog becomes the confirmed one.
            assertEquals(ringing.header("To"), ok.header("To"));
            assertEquals(ringing.header("Contact"), ok.header("Contact"));
            assertFalse(ringing.header("Contact").isEmpty(), ringing::text);
            final int blade = SipPackets.Packet.portOf(ok.header("Contact"));
            assertTrue(chassis.isBladePort(blade), ok::text);
            client.send(invite.inDialog("ACK", ok).text(), blade);
            assertEquals(200, client.exchange(invite.inDialog("BYE", ok), blade).status());
        }
    }

    @Test
    @Conforms({"RFC 3261 §9.2", "S2"})
    void shouldGiveUpARingingCallThatIsCancelledAtTheWellKnownPort() {
        try (WireClient client = new WireClient()) {
            final SipRequest invite = SipRequest.invite(SERVICE, client);
            ringing(client, invite);
            final SipRequest cancel = invite.ofSameTransaction("CANCEL", invite.to());
            client.send(cancel.text(), chassis.port());
            int cancelled = 0;
            Incoming refusal = null;
            while (cancelled == 0 || refusal == null) {
                final Incoming incoming = client.receive(Duration.ofSeconds(5));
                assertTrue(incoming != null, "200 to CANCEL and 487 to INVITE");
                if (incoming.header("CSeq").equals(cancel.cseq())) {
                    cancelled = incoming.status();
                } else if (incoming.status() >= 200) {
                    refusal = incoming;
                }
            }
            assertEquals(200, cancelled);
            assertEquals(487, refusal.status(), refusal::text);
            client.send(invite.ofSameTransaction("ACK", refusal.header("To")).text(), chassis.port());
            while (!client.hearsNothing()) {
                // What was under way when the ACK arrived.
            }
            assertTrue(client.hearsNothing(), "the ACK at the well-known port ends the repeats");
        }
    }

    @Test
    @Conforms("RFC 3261 §15.1.2")
    void shouldEndARingingCallByAByeOfTheCaller() {
        try (WireClient client = new WireClient()) {
            final SipRequest invite = SipRequest.invite(SERVICE, client);
            final Incoming ringing = ringing(client, invite);
            // RFC 3261 §15: the caller may send BYE on an early dialog.
            final SipRequest bye = invite.inDialog("BYE", ringing);
            client.send(bye.text(), SipPackets.Packet.portOf(ringing.header("Contact")));
            int ended = 0;
            int refused = 0;
            while (ended == 0 || refused == 0) {
                final Incoming incoming = client.receive(Duration.ofSeconds(5));
                assertTrue(incoming != null, "200 to BYE and 487 to INVITE");
                if (incoming.header("CSeq").equals(bye.cseq())) {
                    ended = incoming.status();
                } else if (incoming.status() >= 200) {
                    refused = incoming.status();
                    client.send(
                            invite.ofSameTransaction("ACK", incoming.header("To"))
                                    .text(),
                            chassis.port());
                }
            }
            assertEquals(200, ended);
            assertEquals(487, refused);
        }
    }

    /** RFC 3262: the 180 is reliable, and acknowledged at the well-known port. */
    @ParameterizedTest
    @ValueSource(strings = {"siphon-rs/prack.xml", "drachtio-srf/uac-prack.xml"})
    @Conforms({"RFC 3262 §3", "S14"})
    void shouldRingReliablyInAScenarioOfOthers(final String scenario, final TestInfo test) {
        Sipp.scenario(Scratch.of(test), scenario)
                .service("echo")
                .calls(10, 10)
                .run(patient.port())
                .assertAllSucceeded();
    }

    /** Calls, and repeats the INVITE as any client does, until it rings. */
    private Incoming ringing(final WireClient client, final SipRequest invite) {
        for (int copy = 0; copy < COPIES_MAX; copy++) {
            client.send(invite.text(), chassis.port());
            Incoming incoming = client.receive(REPEAT);
            while (incoming != null && incoming.status() == 100) {
                incoming = client.receive(REPEAT);
            }
            if (incoming != null) {
                assertEquals(180, incoming.status(), incoming::text);
                return incoming;
            }
        }
        throw new AssertionError("no 180 to " + COPIES_MAX + " copies of\n" + invite.text());
    }
}
