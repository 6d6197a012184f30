package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChassisMainTest {
    private static final String[] EPHEMERAL = {
        "--set", "midplane.sip.port=0", "--set", "midplane.blade.port-base=0", "--set", "midplane.blade.count=2"
    };

    private final Properties system = new Properties();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ChassisMain main = new ChassisMain(system, print(out), print(err));

    private static PrintStream print(final ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldHelp() {
        assertEquals(ChassisMain.OK, main.run("--help"));
        for (final String option : List.of("--config", "--set", "-DNAME=VALUE", "--print-config", "--version")) {
            assertTrue(out().contains(option), option + " in\n" + out());
        }
        assertEquals("", err());
    }

    @Test
    void shouldSayItsVersion() {
        assertEquals(ChassisMain.OK, main.run("--version"));
        assertEquals("Midplane development\n", out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bogus", "stray", "--set", "--config"})
    void shouldRefuseWhatIsNoOption(final String argument) {
        assertEquals(ChassisMain.WRONG_SETTING, main.run(argument));
        assertEquals(1, err().lines().count(), err());
        assertTrue(err().endsWith(" (--help lists the options).\n"), err());
        assertEquals("", out());
    }

    @Test
    void shouldTakeDefinitionsOfTheJvmThenItsOwnThenSettings() {
        system.setProperty("midplane.sip.t1", "600ms");
        system.setProperty("midplane.sip.t2", "6s");
        system.setProperty("midplane.sip.t4", "6s");
        assertEquals(
                ChassisMain.OK,
                main.run(
                        "--print-config",
                        "--set",
                        "midplane.sip.t4=8s",
                        "-Dmidplane.sip.t2=7s",
                        "-Dmidplane.sip.t4=7s",
                        "--set=midplane.blade.count=2",
                        "--set=midplane.blade.count=3"));
        assertTrue(out().contains("from: -D\nmidplane.sip.t1=600ms\n"), out());
        assertTrue(out().contains("from: -D\nmidplane.sip.t2=7s\n"), out());
        assertTrue(out().contains("from: --set\nmidplane.sip.t4=8s\n"), out());
        assertTrue(out().contains("from: --set\nmidplane.blade.count=3\n"), out());
    }

    @Test
    void shouldReadBackWhatItPrints(@TempDir final Path directory) throws Exception {
        assertEquals(ChassisMain.OK, main.run("--print-config", "--set", "midplane.sip.t1=600ms"));
        final Path file = directory.resolve("midplane.properties");
        Files.writeString(file, out());
        out.reset();
        final ChassisMain again = new ChassisMain(system, print(out), print(err));
        assertEquals(ChassisMain.OK, again.run("--config", file.toString(), "--print-config"));
        assertTrue(out().contains("from: --config " + file + "\nmidplane.sip.t1=600ms\n"), out());
    }

    @Test
    void shouldRefuseAWrongSettingInOneSentence() {
        assertEquals(ChassisMain.WRONG_SETTING, main.run("-Dmidplane.blade.count=65"));
        assertEquals("midplane.blade.count=65 (-D): expected a whole number from 1 to 64.\n", err());
        assertEquals("", out());
    }

    @Test
    void shouldRefuseAnUnknownSystemPropertyOfOurs() {
        system.setProperty("midplane.blade.cuont", "3");
        assertEquals(ChassisMain.WRONG_SETTING, main.run());
        assertEquals(
                "midplane.blade.cuont=3 (-D) is not a property of Midplane; the nearest is midplane.blade.count.\n",
                err());
    }

    @Test
    void shouldRefuseSettingsThatDoNotGoTogetherEvenWhenItOnlyPrintsThem() {
        assertEquals(ChassisMain.WRONG_SETTING, main.run("--print-config", "--set", "midplane.blade.port-base=5060"));
        assertEquals(1, err().lines().count(), err());
        assertEquals("", out());
    }

    @Test
    void shouldNameThePortThatIsTaken() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            final int port = taken.getLocalPort();
            assertEquals(
                    ChassisMain.CANNOT_START,
                    main.run("--set", "midplane.blade.port-base=0", "--set", "midplane.sip.port=" + port));
            assertEquals(
                    "UDP port 127.0.0.1:" + port + " cannot be bound (midplane.sip.port=" + port
                            + ", midplane.bind-address=127.0.0.1): Address already in use.\n",
                    err());
        }
        assertEquals("", out());
    }

    @Test
    void shouldServeUntilItIsToldToStopAndSumUp() {
        main.stop();
        assertEquals(ChassisMain.OK, main.run(EPHEMERAL), this::err);
        final List<String> lines = out().lines().toList();
        assertTrue(
                lines.get(0)
                        .matches("Midplane development on Java [0-9]+: SIP on udp 127\\.0\\.0\\.1:[0-9]+,"
                                + " blades: 2, threads: shared, idle: park"),
                lines.get(0));
        final String port = lines.get(0).replaceAll(".*:([0-9]+),.*", "$1");
        assertEquals("slot  blade  port   state", lines.get(1));
        assertTrue(lines.get(2).matches("   0  b00    [0-9]+ *  up"), lines.get(2));
        assertTrue(lines.get(3).matches("   1  b01    [0-9]+ *  up"), lines.get(3));
        assertTrue(lines.contains("First call: sipp -sn uac -s echo -m 1 127.0.0.1:" + port), out());
        assertTrue(out().contains("sip:annc@127.0.0.1:" + port + ";play=welcome"), out());
        assertTrue(lines.contains("slot 0: draining, sessions: 0"), out());
        assertTrue(lines.contains("slot 1: draining, sessions: 0"), out());
        assertTrue(out().contains("Dialogs: 0, answered: 0, cut off: 0."), out());
        assertFalse(out().contains("chassis.errors"), out());
        assertEquals("", err());
        assertEquals(List.of(), ChassisTest.chassisThreads());
    }
}
