package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import midplane.testing.Conforms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A SIPp scenario for each row of the wire contract's SIP obligations. What a scenario does not expect fails its call, an
 * answer where there must be silence too.
 *
 * <p>S7 is in {@link SippCallsTest}, since sipp does not see from which port it is answered. S8 and S12 come with TCP
 * and conferences.
 */
@Tag("peers")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractScenariosTest {
    private static final int CALLS = 5;
    private static final int WARM_UP_CALLS = 20;

    private ChassisProcess answering;
    private ChassisProcess ringing;

    @BeforeAll
    void launch(final TestInfo test) {
        // Scenarios that see copies send none by themselves; an INVITE that waited for T1 would be left to the next
        // copy.
        answering = ChassisProcess.launch(Scratch.of(test), "midplane.sip.t1=1s");
        ringing = ChassisProcess.launch(
                Scratch.of(test, "-ringing"), "midplane.sip.t1=1s", "midplane.sip.answer-delay=2s");
        for (final ChassisProcess each : List.of(answering, ringing)) {
            Sipp.scenario(Scratch.of(test, "-warm-up"), "follow-contact.xml")
                    .service("echo")
                    .calls(WARM_UP_CALLS, 20)
                    .run(each.port());
        }
    }

    @AfterAll
    void stop() {
        try (ChassisProcess first = answering;
                ChassisProcess second = ringing) {
            first.stop().assertNothingIsLeft();
            second.stop().assertNothingIsLeft();
        }
    }

    @Test
    @Conforms({"S1", "RFC 6026 §7.1"})
    void shouldKnowARepeatedInvite(final TestInfo test) {
        play(answering, test, "s01-repeated-invite");
    }

    @Test
    @Conforms({"S2", "RFC 3261 §9.2"})
    void shouldCancelWhatRings(final TestInfo test) {
        play(ringing, test, "s02-cancel");
    }

    @Test
    @Conforms({"S3", "RFC 3261 §17.2.1"})
    void shouldKnowTheAckOfARefusal(final TestInfo test) {
        play(answering, test, "s03-ack-of-a-refusal");
    }

    @Test
    @Conforms({"S4", "RFC 3261 §8.2.2.2"})
    void shouldRefuseAMergedInvite(final TestInfo test) {
        play(answering, test, "s04-merged");
    }

    @Test
    @Conforms("S5")
    void shouldBeNoProxy(final TestInfo test) {
        play(answering, test, "s05-no-proxy");
    }

    @Test
    @Conforms({"S6", "RFC 3581 §4", "RFC 3261 §18.2.1"})
    void shouldTellTheTrueSource(final TestInfo test) {
        play(answering, test, "s06-true-source");
    }

    @Test
    @Conforms({"S9", "RFC 3261 §12.1.1"})
    void shouldNameOneContact(final TestInfo test) {
        play(ringing, test, "s09-one-contact");
    }

    @Test
    @Conforms({"S10", "RFC 3261 §12.2.2"})
    void shouldRelayStraysByTheirTag(final TestInfo test) {
        play(answering, test, "s10-strays");
    }

    @Test
    @Conforms({"S11", "RFC 3891 §3"})
    void shouldReplaceACallByItsTag(final TestInfo test) {
        play(answering, test, "s11-replaces");
    }

    @Test
    @Conforms({"S13", "RFC 3261 §8.2.1", "RFC 3261 §11.2"})
    void shouldAnswerOutsideOfDialogs(final TestInfo test) {
        play(answering, test, "s13-out-of-dialog");
    }

    @Test
    @Conforms({"S14", "RFC 3261 §14.2", "RFC 3311 §5.2", "RFC 3264 §8.4"})
    void shouldServeRequestsWithinADialog(final TestInfo test) {
        play(answering, test, "s14-within-the-dialog");
    }

    @Test
    @Conforms({"S15", "RFC 4320 §4.1", "RFC 4320 §4.2"})
    void shouldAnswerOtherRequestsOnceAndFinally(final TestInfo test) {
        play(answering, test, "s15-non-invite");
    }

    @Test
    @Conforms({"S16", "RFC 3261 §17.2.3"})
    void shouldServeAClientOfRfc2543(final TestInfo test) {
        play(answering, test, "s16-rfc2543");
    }

    /** Room for two sessions; both are taken. */
    @Test
    @Conforms({"S17", "RFC 3261 §21.5.4"})
    void shouldSay503WithoutRetryAfterWhenFull(final TestInfo test) {
        try (ChassisProcess full = ChassisProcess.launch(Scratch.of(test, "-chassis"), 1, 4)) {
            try (Sipp.Run callers = Sipp.scenario(Scratch.of(test, "-callers"), "follow-contact.xml")
                    .service("echo")
                    .hold(Duration.ofSeconds(4))
                    .calls(2, 10)
                    .start(full.port())) {
                assertTrue(
                        Patience.until(() -> callers.statistic("CurrentCall") == 2, Duration.ofSeconds(10)),
                        () -> "both calls are up" + callers.program().output());
                play(full, test, "s17-full");
                callers.result().assertAllSucceeded();
            }
            full.stop().assertNothingIsLeft();
        }
    }

    @Test
    @Conforms("S18")
    void shouldNotBelieveAPortFromOutside(final TestInfo test) {
        play(answering, test, "s18-smuggled-port");
    }

    @Test
    @Conforms({
        "S19",
        "RFC 3261 §21.4.1",
        "RFC 3261 §21.4.13",
        "RFC 3261 §21.4.15",
        "RFC 3261 §21.5.6",
        "RFC 3261 §21.5.7"
    })
    void shouldNameLimitsAndFaults(final TestInfo test) {
        play(answering, test, "s19-limits");
    }

    private static void play(final ChassisProcess chassis, final TestInfo test, final String scenario) {
        final Sipp.Result result = Sipp.scenario(Scratch.of(test), "contract/" + scenario + ".xml")
                .service("echo")
                .seeingCopies()
                .calls(CALLS, 50)
                .run(chassis.port());
        result.assertAllSucceeded();
        assertEquals(0, result.statistic("Retransmissions"), result.words());
    }
}
