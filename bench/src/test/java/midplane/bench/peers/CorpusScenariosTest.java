package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios that others wrote for their own servers, unchanged. */
@Tag("peers")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CorpusScenariosTest {
    private static final int CALLS = 20;

    private ChassisProcess chassis;

    @BeforeAll
    void launch(final TestInfo test) {
        // Some scenarios end without a BYE; there is nobody left to answer ours. None repeats its INVITE, which a
        // chassis
        // that was busy for T1 would leave to the next copy.
        chassis = ChassisProcess.launch(
                Scratch.of(test), "midplane.shutdown-timeout=1s", "midplane.sip.t1=2s", "midplane.sip.t2=4s");
    }

    @AfterAll
    void stop() {
        try (ChassisProcess stopping = chassis) {
            final Summary summary = stopping.stop();
            assertEquals(0, summary.sum("dispatcher\\.dropped\\..*"), summary.words());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "siphon-rs/invite.xml",
                "siphon-rs/invite_bye.xml",
                "siphon-rs/invite_multi_codec.xml",
                "siphon-rs/max_forwards_decrement.xml",
                "siphon-rs/options.xml",
                "siphon-rs/unsupported_method.xml",
                "siphon-rs/info.xml",
                "siphon-rs/reinvite.xml",
                "siphon-rs/session_timer.xml",
                "siphon-rs/update.xml",
                "drachtio-srf/uac-nosdp.xml"
            })
    void shouldPlayItsPartInAScenarioOfOthers(final String scenario, final TestInfo test) {
        Sipp.scenario(Scratch.of(test), scenario)
                .service("echo")
                .calls(CALLS, 50)
                .run(chassis.port())
                .assertAllSucceeded();
    }
}
