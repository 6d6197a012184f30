package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import midplane.signalling.fuzz.FuzzCorpus;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text as settings, a NAME=VALUE in each line: they come together to a chassis that could start, or are refused by one
 * sentence that names what is wrong; and what {@code --print-config} prints is read back as the same.
 * {@code midplane.signalling.fuzz} tells how to explore.
 */
class ConfigurationFuzzTest {
    private static final int LINES_MAX = 64;

    /** Every property alone, with its default and with what may be wrong with it; some together; and what exploring learnt. */
    static List<byte[]> seeds() {
        final List<byte[]> seeds = new ArrayList<>(FuzzCorpus.of(ConfigurationFuzzTest.class));
        final StringBuilder all = new StringBuilder();
        for (final ChassisProperty property : ChassisProperty.values()) {
            final String line = property.propertyName() + '=' + property.defaultText();
            all.append(line).append('\n');
            seeds.add(bytes(line + "\n" + line + "0\n"));
            seeds.add(bytes(property.propertyName() + "=-1\n"));
        }
        seeds.add(bytes(all.toString()));
        seeds.add(
                bytes("midplane.bind-address=0.0.0.0\nmidplane.allow=10.0.0.0/8\nmidplane.advertised-host=ms.example\n"
                        + "midplane.rtp.advertised-address=2001:db8::1"));
        seeds.add(bytes("midplane.bind-address=::1\nmidplane.advertised-host=::1\nmidplane.sip.port=0"));
        seeds.add(bytes("midplane.blade.count=64\nmidplane.blade.port-base=65500"));
        seeds.add(bytes("midplane.rtp.port-range=1-65535"));
        seeds.add(bytes("midplane.sip.t1=10s\nmidplane.sip.t2=1h\nmidplane.sip.answer-delay=3 m"));
        seeds.add(bytes("midplane.fabric.tap=/nowhere/x\nmidplane.prompts.root=\0"));
        seeds.add(bytes("midplane.allow=,\nmidplane.fabric.tap-slots=0,0,63"));
        seeds.add(bytes("midplane.ring.frame-capacity=9223372036854775807GiB"));
        return seeds;
    }

    @MethodSource("seeds")
    @FuzzTest
    void conclude(final byte[] input) throws IOException {
        final ChassisContext context = new ChassisContext().availableProcessors(2);
        final String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", LINES_MAX);
        for (final String line : lines) {
            try {
                context.values().putAssignment(line, "--set");
            } catch (final ConfigurationException ex) {
                checkSentence(ex);
            }
        }
        checkPrinted(context.values());
        try {
            final ChassisSettings settings = context.conclude();
            assertTrue(settings.fabric().slots() >= 1 && settings.fabric().slots() <= 64);
            assertTrue(settings.sip().t1Ns() <= settings.sip().t2Ns());
        } catch (final ConfigurationException ex) {
            checkSentence(ex);
            assertTrue(ex.getMessage().contains("midplane."), ex.getMessage());
        }
    }

    private static void checkSentence(final ConfigurationException ex) {
        final String message = ex.getMessage();
        assertFalse(message.isBlank());
        assertTrue(message.endsWith("."), message);
    }

    private static void checkPrinted(final PropertyValues values) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        values.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        final Properties read = new Properties();
        read.load(new StringReader(bytes.toString(StandardCharsets.UTF_8)));
        assertEquals(ChassisProperty.values().length, read.size());
        for (final ChassisProperty property : ChassisProperty.values()) {
            assertEquals(values.text(property), read.getProperty(property.propertyName()));
        }
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
