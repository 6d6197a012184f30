package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PropertyValuesTest {
    private final PropertyValues values = new PropertyValues();

    private String refusal(final String name, final String text) {
        return assertThrows(ConfigurationException.class, () -> values.put(name, text, "--set"))
                .getMessage();
    }

    @ParameterizedTest
    @EnumSource(ChassisProperty.class)
    void shouldAcceptItsOwnDefault(final ChassisProperty property) {
        assertTrue(property.accepts(property.defaultText()), property.propertyName());
        assertTrue(property.propertyName().startsWith("midplane."));
        assertTrue(property.description().endsWith("."), property.description());
    }

    @Test
    void shouldNotNameTwoPropertiesAlike() {
        final Set<String> names = new HashSet<>();
        for (final ChassisProperty property : ChassisProperty.values()) {
            assertTrue(names.add(property.propertyName()), property.propertyName());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "midplane.blade.count|1",
                "midplane.blade.count|64",
                "midplane.sip.port|0",
                "midplane.sip.port|65535",
                "midplane.bind-address|::1",
                "midplane.bind-address|[::1]",
                "midplane.advertised-host|ms.example.net",
                "midplane.advertised-host|ms-1",
                "midplane.advertised-host|192.0.2.1",
                "midplane.advertised-host|2001:db8::1",
                "midplane.advertised-host|''",
                "midplane.allow|10.0.0.0/8, 192.0.2.7,2001:db8::/32",
                "midplane.threading-mode|dedicated",
                "midplane.idle|backoff",
                "midplane.ring.length|2",
                "midplane.ring.length|65536",
                "midplane.ring.frame-capacity|64KiB",
                "midplane.ring.frame-capacity|1024B",
                "midplane.sip.t1|10ms",
                "midplane.sip.t1|10s",
                "midplane.rtp.port-range|1-2",
                "midplane.rtp.port-range|30000 - 65535",
                "midplane.fabric.tap-slots|0, 2,63",
                "midplane.sip.response-from|wellknown",
                "midplane.shutdown-timeout|0ms"
            })
    void shouldAccept(final String name, final String text) {
        values.put(name, text, "--set");
        values.check();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "midplane.blade.count|0|a whole number from 1 to 64",
                "midplane.blade.count|65|a whole number from 1 to 64",
                "midplane.blade.count|four|a whole number from 1 to 64",
                "midplane.blade.count|-1|a whole number from 1 to 64",
                "midplane.blade.count|4.0|a whole number from 1 to 64",
                "midplane.blade.count|99999999999999999999|a whole number from 1 to 64",
                "midplane.blade.count|''|a whole number from 1 to 64",
                "midplane.sip.port|65536|a whole number from 0 to 65535",
                "midplane.bind-address|localhost|a numeric address such as 127.0.0.1 or ::1",
                "midplane.bind-address|127.0.0.256|a numeric address such as 127.0.0.1 or ::1",
                "midplane.advertised-host|a b|a host name or a numeric address, or nothing",
                "midplane.advertised-host|a>;b|a host name or a numeric address, or nothing",
                "midplane.advertised-host|-a|a host name or a numeric address, or nothing",
                "midplane.advertised-host|a-|a host name or a numeric address, or nothing",
                "midplane.advertised-host|.|a host name or a numeric address, or nothing",
                "midplane.advertised-host|1.2.3|a host name or a numeric address, or nothing",
                "midplane.allow|10.0.0.1/8|addresses or CIDR blocks without host bits, separated by commas,"
                        + " as in 10.0.0.0/8,192.0.2.7",
                "midplane.allow|10.0.0.0/8,|addresses or CIDR blocks without host bits, separated by commas,"
                        + " as in 10.0.0.0/8,192.0.2.7",
                "midplane.threading-mode|invoker|one of shared, dedicated, single",
                "midplane.threading-mode|SHARED|one of shared, dedicated, single",
                "midplane.idle|sleep|one of park, spin, yield, backoff",
                "midplane.ring.length|500|a power of two from 2 to 65536",
                "midplane.ring.length|1|a power of two from 2 to 65536",
                "midplane.ring.length|131072|a power of two from 2 to 65536",
                "midplane.ring.frame-capacity|8192|a size from 1KiB to 64KiB in B, KiB, MiB or GiB",
                "midplane.ring.frame-capacity|1023B|a size from 1KiB to 64KiB in B, KiB, MiB or GiB",
                "midplane.ring.frame-capacity|65KiB|a size from 1KiB to 64KiB in B, KiB, MiB or GiB",
                "midplane.dispatcher.policy|random|one of round-robin, weighted, least-loaded, power-of-two-choices,"
                        + " best-fit, call-id-hash",
                "midplane.blade.weight|1,0|whole numbers from 1 to 1000, one or as many as blades, separated by commas",
                "midplane.dispatcher.port-insertion|body|one of header, ruri, envelope",
                "midplane.sip.t1|500|a duration from 10ms to 10s in ns, us, ms, s, m or h",
                "midplane.sip.t1|9ms|a duration from 10ms to 10s in ns, us, ms, s, m or h",
                "midplane.sip.t1|10001ms|a duration from 10ms to 10s in ns, us, ms, s, m or h",
                "midplane.rtp.port-range|20000|two ports from 1 to 65535, the lower one first, as in 20000-29999",
                "midplane.rtp.port-range|30000-20000|two ports from 1 to 65535, the lower one first, as in 20000-29999",
                "midplane.rtp.port-range|0-20000|two ports from 1 to 65535, the lower one first, as in 20000-29999",
                "midplane.rtp.advertised-address|ms.example.net|a numeric address such as 127.0.0.1 or ::1, or nothing",
                "midplane.prompts.root|/no/such/directory|a directory that exists and can be read, or nothing",
                "midplane.fabric.tap|/no/such/directory/tap.pcap|a file name in a directory that exists, or nothing",
                "midplane.fabric.tap|/tmp|a file name in a directory that exists, or nothing",
                "midplane.fabric.tap-slots|64|all, or slots from 0 to 63 separated by commas",
                "midplane.fabric.tap-slots|1;2|all, or slots from 0 to 63 separated by commas"
            })
    void shouldRefuseNamingPropertyValueAndWhatWasExpected(
            final String name, final String text, final String expected) {
        assertEquals(name + '=' + text + " (--set): expected " + expected + '.', refusal(name, text));
    }

    @ParameterizedTest
    @CsvSource({
        "midplane.blade.cuont, midplane.blade.count",
        "blade.count, midplane.blade.count",
        "midplane.t1, midplane.sip.t1",
        "midplane.sip.T2, midplane.sip.t2",
        "midplane.bindaddress, midplane.bind-address",
        "midplane.rtp.ports, midplane.rtp.port-range",
        "threading, midplane.threading-mode"
    })
    void shouldNameTheNearestPropertyToAnUnknownOne(final String name, final String nearest) {
        assertEquals(
                name + "=1 (--set) is not a property of Midplane; the nearest is " + nearest + '.', refusal(name, "1"));
    }

    @Test
    void shouldTakeTheLaterSource(@TempDir final Path directory) throws Exception {
        final Path file = directory.resolve("midplane.properties");
        Files.writeString(file, "# a comment\nmidplane.blade.count = 2\nmidplane.sip.t1=600ms\nmidplane.sip.t2=5s\n");
        final Properties system = new Properties();
        system.setProperty("midplane.sip.t1", "700ms");
        system.setProperty("midplane.sip.t2", "6s");
        system.setProperty("java.version", "is nobody's business");
        values.putFile(file);
        values.putSystemProperties(system);
        values.putAssignment("midplane.sip.t2=7s", "--set");
        assertEquals("4", new PropertyValues().text(ChassisProperty.BLADE_COUNT));
        assertEquals(2, values.wholeNumber(ChassisProperty.BLADE_COUNT));
        assertEquals(700_000_000, values.durationNs(ChassisProperty.SIP_T1));
        assertEquals(7_000_000_000L, values.durationNs(ChassisProperty.SIP_T2));
    }

    @Test
    void shouldRefuseAnUnknownNameInAFileAndAmongSystemProperties(@TempDir final Path directory) throws Exception {
        final Path file = directory.resolve("midplane.properties");
        Files.writeString(file, "blade.count=2\n");
        assertEquals(
                "blade.count=2 (--config " + file
                        + ") is not a property of Midplane; the nearest is midplane.blade.count.",
                assertThrows(ConfigurationException.class, () -> values.putFile(file))
                        .getMessage());
        final Properties system = new Properties();
        system.setProperty("midplane.sip.prot", "5060");
        assertEquals(
                "midplane.sip.prot=5060 (-D) is not a property of Midplane; the nearest is midplane.sip.port.",
                assertThrows(ConfigurationException.class, () -> values.putSystemProperties(system))
                        .getMessage());
    }

    @Test
    void shouldSayWhyAFileCannotBeRead(@TempDir final Path directory) throws Exception {
        final Path missing = directory.resolve("missing");
        assertEquals(
                "--config " + missing + " cannot be read: there is no such file.",
                assertThrows(ConfigurationException.class, () -> values.putFile(missing))
                        .getMessage());
        final Path latin = directory.resolve("latin");
        Files.write(latin, new byte[] {'#', (byte) 0xE4, '\n'});
        assertEquals(
                "--config " + latin + " cannot be read: it is not in UTF-8.",
                assertThrows(ConfigurationException.class, () -> values.putFile(latin))
                        .getMessage());
    }

    @Test
    void shouldRefuseAnAssignmentWithoutAName() {
        assertEquals(
                "--set midplane.sip.port: expected NAME=VALUE.",
                assertThrows(ConfigurationException.class, () -> values.putAssignment("midplane.sip.port", "--set"))
                        .getMessage());
        assertThrows(ConfigurationException.class, () -> values.putAssignment("=5060", "--set"));
    }

    @Test
    void shouldPrintWhatItReadsBack(@TempDir final Path directory) throws Exception {
        final Path odd = Files.createDirectory(directory.resolve("a\\b =#:ü"));
        values.put("midplane.prompts.root", odd.toString(), "--set");
        values.put("midplane.blade.count", "7", "-D");
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        values.print(new PrintStream(printed, true, StandardCharsets.UTF_8));
        final Path file = directory.resolve("printed.properties");
        Files.write(file, printed.toByteArray());
        final PropertyValues read = new PropertyValues();
        read.putFile(file);
        for (final ChassisProperty property : ChassisProperty.values()) {
            assertEquals(values.text(property), read.text(property));
        }
        final String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(
                text.startsWith("# Processor blades in the chassis.\n"
                        + "# a whole number from 1 to 64; default: 4; this value is from: -D\n"
                        + "midplane.blade.count=7\n"),
                text);
    }
}
