package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import midplane.signalling.FirstLook.Finding;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SipFirstLookTest {
    @ParameterizedTest
    @CsvSource({
        "ACK sip:a SIP/2.0, CONTINUES",
        "BYE sip:a SIP/2.0, CONTINUES",
        "CANCEL sip:a SIP/2.0, CONTINUES",
        "PRACK sip:a SIP/2.0, CONTINUES",
        "UPDATE sip:a SIP/2.0, CONTINUES",
        "INFO sip:a SIP/2.0, CONTINUES",
        "SIP/2.0 200 OK, CONTINUES",
        "INVITE sip:a SIP/2.0, BEGINS",
        "OPTIONS sip:a SIP/2.0, BEGINS",
        "REGISTER sip:a SIP/2.0, BEGINS",
        "bye sip:a SIP/2.0, BEGINS",
        "ACK, NOISE",
        "'', NOISE",
        "1234567, NOISE",
        "{}[]|||, NOISE"
    })
    void shouldTellByTheFirstBytes(final String text, final Finding finding) {
        final byte[] bytes = ("x" + text).getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(finding, SipFirstLook.look(new UnsafeBuffer(bytes), 1, text.length()));
    }
}
