package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios that others wrote for their own servers, unchanged. */
@Tag("peers")
@Timeout(60)
class CorpusScenariosTest {
    private static final int CALLS = 20;

    private Path folder = Path.of("");

    @BeforeEach
    void openFolder(final TestInfo test) {
        folder = Scratch.of(test);
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
                "drachtio-srf/uac-nosdp.xml"
            })
    void shouldPlayItsPartInAScenarioOfOthers(final String scenario) {
        try (ChassisProcess chassis = ChassisProcess.launch(folder)) {
            Sipp.scenario(folder, scenario)
                    .service("echo")
                    .calls(CALLS, 50)
                    .run(chassis.port())
                    .assertAllSucceeded();
            final Summary summary = chassis.stop();
            assertEquals(0, summary.sum("dispatcher\\.dropped\\..*"), summary.words());
        }
    }
}
