package midplane.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReservationReaderTest {
    private static final int OFFSET = 5;
    private static final String XML = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n";

    /** RFC 5022 §5.2, figure 6. */
    private static final String MSCML = XML + """
            <MediaServerControl version="1.0">
              <request>
                <configure_conference reservedtalkers="120"
                  reserveconfmedia="yes"/>
              </request>
            </MediaServerControl>
            """;

    /** RFC 5707 §8.3.1.1 within a document. */
    private static final String MSML = XML + """
            <msml version="1.1">
              <createconference name="example">
                <reserve>
                  <resource n="20">
                    <!--description of resources used by each participant-->
                  </resource>
                  <resource n="2" type="shared">
                    <!--description of the shared conference resources-->
                  </resource>
                </reserve>
              </createconference>
            </msml>
            """;

    /** After RFC 6917 §5.2. */
    private static final String MRB = XML + """
            <mrbconsumer version="1.0" xmlns="urn:ietf:params:xml:ns:mrb-consumer">
              <mediaResourceRequest id="18293j01">
                <generalInfo><packages><package>msc-mixer/1.0</package></packages></generalInfo>
                <mixerInfo>
                  <mixers>
                    <mix users="40">
                      <rtp-codec name="audio/basic"><decoding>20</decoding><encoding>20</encoding></rtp-codec>
                    </mix>
                    <mix users="2"/>
                  </mixers>
                </mixerInfo>
              </mediaResourceRequest>
            </mrbconsumer>
            """;

    private final ReservationReader reader = new ReservationReader();
    private final SizeIndication size = new SizeIndication();

    @Test
    void shouldReadTheTalkersOfMscml() {
        assertRead(120, true, SizeSource.MSCML, MSCML);
        assertRead(120, true, SizeSource.MSCML, MSCML.replace("reserveconfmedia=\"yes\"", ""));
        assertRead(120, false, SizeSource.MSCML, MSCML.replace("\"yes\"", "\"no\""));
        assertRead(120, true, SizeSource.MSCML, MSCML.replace("\"120\"", "\" 120\n\""));
    }

    @Test
    void shouldReadTheResourcesOfMsml() {
        assertRead(20, true, SizeSource.MSML, MSML);
        assertRead(20, true, SizeSource.MSML, MSML.replace("<reserve>", "<reserve required='true'>"));
        assertRead(20, false, SizeSource.MSML, MSML.replace("<reserve>", "<reserve required='false'>"));
        assertRead(1, true, SizeSource.MSML, MSML.replace(" n=\"20\"", ""));
        assertRead(20, true, SizeSource.MSML, MSML.replace(" n=\"20\"", " n=\"20\" type=\"shared\""));
        assertRead(30, true, SizeSource.MSML, MSML.replace("n=\"2\" type=\"shared\"", "n=\"30\""));
    }

    @Test
    void shouldReadTheUsersOfEveryMixInAnMrbRequest() {
        assertRead(42, false, SizeSource.MRB, MRB);
        assertRead(
                42,
                false,
                SizeSource.MRB,
                MRB.replace("<mix", "<m:mix")
                        .replace("</mix", "</m:mix")
                        .replace("xmlns=", "xmlns:m=\"urn:m\" xmlns="));
        assertRead(42, false, SizeSource.MRB, "\uFEFF" + MRB);
    }

    @Test
    void shouldTakeADocumentThatReservesNothingForSilence() {
        assertSilent(SizeSource.MSCML, MSCML.replaceAll("reservedtalkers=\"120\"", ""));
        assertSilent(SizeSource.MSCML, "<MediaServerControl><request><play/></request></MediaServerControl>");
        assertSilent(SizeSource.MSML, "<msml><dialogstart><resource n=\"7\"/></dialogstart></msml>");
        assertSilent(
                SizeSource.MSML, "<msml><modifyconference><reserve><resource/></reserve></modifyconference></msml>");
        assertSilent(SizeSource.MRB, "<mrbconsumer><mix users='1'/></mrbconsumer>");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "65536", "000120", "many", "''", "1 2", "99999999999999999999"})
    void shouldCountANumberThatIsNoSize(final String number) {
        assertFault(SizeSource.MSCML, MSCML.replace("120", number));
        assertFault(SizeSource.MSML, MSML.replace("\"20\"", '"' + number + '"'));
        assertFault(SizeSource.MSML, MSML.replace("\"2\"", '"' + number + '"'));
        assertFault(SizeSource.MRB, MRB.replace("\"40\"", '"' + number + '"'));
    }

    @Test
    void shouldCountWhatIsSaidTwiceOrAddsUpToTooMuch() {
        final String twice = "<configure_conference reservedtalkers=\"4\"/>";
        assertFault(SizeSource.MSCML, MSCML.replace("<configure", twice + "<configure"));
        assertFault(SizeSource.MSCML, MSCML.replace("reserveconf", "reservedtalkers=\"4\" reserveconf"));
        assertFault(SizeSource.MRB, MRB.replace("\"40\"", "\"65535\""));
        assertFault(SizeSource.MRB, MRB.replace("<mix users=\"2\"/>", "<mix/>"));
    }

    @Test
    void shouldCountADocumentOfAnotherKind() {
        assertFault(SizeSource.MSCML, MSML);
        assertFault(SizeSource.MSML, MRB);
        assertFault(SizeSource.MRB, MSCML);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "40",
                "<",
                "<msml>",
                "<msml></mscml>",
                "<msml/><msml/>",
                "<msml a='1' a='2'/>",
                "<a:msml/>",
                "<msml>&unknown;</msml>",
                "<msml>\u0001</msml>",
                "<msml a='&#0;'/>",
                "<?xml version='9.9'?><msml/>",
                "{\"n\":40}"
            })
    void shouldCountWhatIsNoXml(final String text) {
        assertFault(SizeSource.MSML, text);
    }

    @Test
    void shouldCountEveryTruncationOfADocument() {
        final String text = MSML.trim();
        for (int length = 0; length < text.length(); length++) {
            assertFault(SizeSource.MSML, text.substring(0, length));
        }
    }

    @Test
    void shouldCountBytesThatAreNoUtf8() {
        assertFault(SizeSource.MSML, MSML.replace("example", "\u00E4"), StandardCharsets.ISO_8859_1);
        assertFault(SizeSource.MSML, MSML.replace("utf-8", "utf-16"), StandardCharsets.UTF_16);
    }

    /** Nothing of a document type is acted upon, be it harmless. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE msml>",
                "<!DOCTYPE msml [<!ENTITY n '20'>]>",
                "<!DOCTYPE msml SYSTEM 'file:///etc/passwd'>",
                "<!DOCTYPE msml [<!ENTITY % x SYSTEM 'file:///etc/passwd'> %x;]>",
                "<!DOCTYPE msml [<!ENTITY % \"file:///b\"ml [<!ENTITY a \"20\"><!ENTITY></msml>",
                "<!DOCTYPE msml [<!ATTLIST resource n CDATA '20'>]>"
            })
    void shouldCountADocumentType(final String type) {
        assertFault(SizeSource.MSML, MSML.replace("<msml", type + "<msml"));
    }

    /** "Billion laughs" and its quadratic sister: their letters fit into the longest body a thousand times over. */
    @Test
    void shouldNotExpandEntities() {
        final StringBuilder laughs = new StringBuilder("<!DOCTYPE msml [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 12; i++) {
            laughs.append("<!ENTITY l")
                    .append(i)
                    .append(" \"")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        assertFault(SizeSource.MSML, laughs + "]><msml>&l11;</msml>");
        assertFault(SizeSource.MSML, laughs + "]><msml a=\"&l11;\"/>");
        assertFault(
                SizeSource.MSML,
                "<!DOCTYPE msml [<!ENTITY a \"" + "a".repeat(5000) + "\">]><msml>" + "&a;".repeat(3000) + "</msml>");
    }

    @Test
    void shouldFetchNothing() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(1);
            final String there = "http://127.0.0.1:" + server.getLocalPort() + "/x";
            for (final String type : new String[] {
                "<!DOCTYPE msml SYSTEM '" + there + "'>",
                "<!DOCTYPE msml [<!ENTITY x SYSTEM '" + there + "'>]>",
                "<!DOCTYPE msml [<!ENTITY % x SYSTEM '" + there + "'> %x;]>"
            }) {
                assertFault(SizeSource.MSML, type + "<msml>&x;</msml>");
            }
            assertRead(
                    20,
                    true,
                    SizeSource.MSML,
                    MSML.replace(
                            "<msml ",
                            "<?xml-stylesheet href='" + there + "'?><msml xmlns:i='" + there + "' i:schemaLocation='"
                                    + there + "' "));
            assertThrows(SocketTimeoutException.class, server::accept);
        }
    }

    @Test
    void shouldBoundDepthAttributesStepsAndLength() {
        assertFault(SizeSource.MSML, "<msml>" + "<a>".repeat(32) + "</a>".repeat(32) + "</msml>");
        assertSilent(SizeSource.MSML, "<msml>" + "<a>".repeat(31) + "</a>".repeat(31) + "</msml>");
        assertFault(SizeSource.MSML, "<msml>" + "<a>".repeat(5000));
        assertSilent(SizeSource.MSML, "<msml" + attributes(32) + "/>");
        assertFault(SizeSource.MSML, "<msml" + attributes(33) + "/>");
        assertFault(SizeSource.MSML, "<msml" + attributes(1500) + "/>");
        assertFault(SizeSource.MSML, "<msml" + attributes(33).replace("a", "xmlns:a") + "/>");
        assertSilent(SizeSource.MSML, "<msml>" + "<a/>".repeat(1000) + "</msml>");
        assertFault(SizeSource.MSML, "<msml>" + "<a/>".repeat(1024) + "</msml>");
        assertFault(SizeSource.MSML, "<msml>" + "<!--a-->".repeat(2050) + "</msml>");
        final String frame = "<msml a=''/>";
        final String longest = "x".repeat(ReservationReader.MAX_LENGTH - frame.length());
        assertSilent(SizeSource.MSML, frame.replace("''", '\'' + longest + '\''));
        assertFault(SizeSource.MSML, frame.replace("''", "'x" + longest + '\''));
    }

    @Test
    void shouldReadTheNextBodyAsIfTheLastHadNotBeen() {
        assertFault(SizeSource.MSML, "<msml><createconference><reserve required='false'><resource n='5'/>");
        assertRead(20, true, SizeSource.MSML, MSML);
        assertSilent(SizeSource.MSCML, "<MediaServerControl/>");
    }

    private static String attributes(final int count) {
        final StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < count; i++) {
            attributes.append(" a").append(i).append("='u").append(i).append('\'');
        }
        return attributes.toString();
    }

    private void assertRead(final int units, final boolean isRequired, final SizeSource kind, final String text) {
        read(kind, text, StandardCharsets.UTF_8);
        assertEquals(0, size.faults(), text);
        assertEquals(kind, size.source());
        assertEquals(units, size.units());
        assertEquals(isRequired, size.isRequired());
    }

    private void assertSilent(final SizeSource kind, final String text) {
        read(kind, text, StandardCharsets.UTF_8);
        assertEquals(0, size.faults(), text);
        assertEquals(SizeSource.SERVICE, size.source());
    }

    private void assertFault(final SizeSource kind, final String text) {
        assertFault(kind, text, StandardCharsets.UTF_8);
    }

    private void assertFault(final SizeSource kind, final String text, final Charset charset) {
        read(kind, text, charset);
        assertEquals(1 << kind.ordinal(), size.faults(), text);
        assertEquals(SizeSource.SERVICE, size.source());
        assertEquals(false, size.isRequired());
    }

    private void read(final SizeSource kind, final String text, final Charset charset) {
        final byte[] bytes = text.getBytes(charset);
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[bytes.length + OFFSET]);
        buffer.putBytes(OFFSET, bytes);
        size.begin(SessionService.DIALOG);
        reader.read(kind, buffer, OFFSET, bytes.length, size);
    }
}
