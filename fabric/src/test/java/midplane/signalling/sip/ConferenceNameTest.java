package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConferenceNameTest {
    private final ConferenceName conference = new ConferenceName();

    @ParameterizedTest
    @Conforms("S12")
    @CsvSource({
        "conf=77, conf=77",
        "CONF=Board-Room, conf=board-room",
        "conf%3d77, conf=77",
        "%63onf=%37%37, conf=77",
        "conf=a=b, conf=a=b",
        "conf=;x, conf=;x",
        "conf=%C3%84, conf=\u00c4"
    })
    void shouldReadTheNameAsItIsMeant(final String user, final String name) {
        assertEquals(ConferenceName.Kind.NAMED, read(user));
        assertEquals(name, conference.name().toString());
    }

    @ParameterizedTest
    @Conforms("RFC 4240 §5")
    @ValueSource(strings = {"conf", "CONF", "conf=", "con%66", "conf%3D"})
    void shouldMissAName(final String user) {
        assertEquals(ConferenceName.Kind.MISSING, read(user));
        assertEquals("", conference.name().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "con", "conference", "conf-77", "conf77=1", "xconf=1", "annc", "echo"})
    void shouldLeaveOtherServicesAlone(final String user) {
        assertEquals(ConferenceName.Kind.NONE, read(user));
    }

    @Test
    void shouldNotCutALongNameShort() {
        final String longest = "conf=" + "x".repeat(ConferenceName.LENGTH_MAX - 5);
        assertEquals(ConferenceName.Kind.NAMED, read(longest));
        assertEquals(longest, conference.name().toString());
        assertEquals(ConferenceName.Kind.TOO_LONG, read(longest + "y"));
        assertEquals(ConferenceName.Kind.NONE, read("annc" + longest));
    }

    private ConferenceName.Kind read(final String user) {
        final byte[] bytes = ("sip:" + user).getBytes(StandardCharsets.US_ASCII);
        return conference.read(new Slice().wrap(new UnsafeBuffer(bytes), 4, bytes.length - 4));
    }
}
