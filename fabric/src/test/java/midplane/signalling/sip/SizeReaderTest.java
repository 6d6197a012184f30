package midplane.signalling.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SizeReaderTest {
    private static final String BODY_TYPE = "application/sdp";
    private static final String SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n";
    private static final String AUDIO = "m=audio 4000 RTP/AVP 0\r\na=sendrecv\r\n";

    private static final Map<SizeSource, String> RESERVATIONS = Map.of(
            SizeSource.MSCML,
            "<MediaServerControl><request><configure_conference reservedtalkers='40'/></request></MediaServerControl>",
            SizeSource.MRB,
            "<mrbconsumer><mediaResourceRequest><mixerInfo><mixers><mix users='40'/></mixers></mixerInfo>"
                    + "</mediaResourceRequest></mrbconsumer>",
            SizeSource.MSML,
            "<msml><createconference><reserve><resource n='40'/></reserve></createconference></msml>");

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final SizeReader reader = new SizeReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Session-Size: 40",
                "session-size: 40",
                "SESSION-SIZE:40",
                "Session-Size \t:  40  ",
                "Session-Size:\r\n 40",
                "Session-Size: 40\r\n\t"
            })
    void shouldReadTheHeaderHoweverItIsSpelt(final String line) {
        assertSize(40, SizeSource.HEADER, 0, invite("annc@ms", line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Session-Size: ",
                "Session-Size: 0",
                "Session-Size: -5",
                "Session-Size: 65536",
                "Session-Size: 0000040",
                "Session-Size: 18446744073709551656",
                "Session-Size: forty",
                "Session-Size: 40, 40",
                "Session-Size: 4\r\n 0",
                "Session-Size: \"40\"",
                "Session-Size: 40\r\nSession-Size: 40",
                "Session-Size: 40\r\nX-Other: 1\r\nsession-size: 41",
                "Session-Size: 40\r\nSession-Size: none"
            })
    void shouldCountAHeaderThatIsNoSizeAndGoOn(final String line) {
        assertSize(2, SizeSource.SERVICE, fault(SizeSource.HEADER), invite("dialog@ms", line));
        assertSize(7, SizeSource.REQUEST_URI, fault(SizeSource.HEADER), invite("dialog@ms;session-size=7", line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conf=77@ms;session-size=40",
                "conf=77@ms:5060;transport=udp;Session-Size=40;x",
                "conf=77@ms;session-size=%34%30",
                "conf=77@ms;%73ession-size=40",
                "ms;session-size=00040"
            })
    void shouldReadTheParameterOfTheRequestUri(final String uri) {
        assertSize(40, SizeSource.REQUEST_URI, 0, invite(uri, "X: 1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dialog@ms;session-size",
                "dialog@ms;session-size=0",
                "dialog@ms;session-size=-1",
                "dialog@ms;session-size=65536",
                "dialog@ms;session-size=000040",
                "dialog@ms;session-size=%34%30%20",
                "dialog@ms;session-size=%30%30%30%30%34%30",
                "dialog@ms;session-size=40;session-size=40"
            })
    void shouldCountAParameterThatIsNoSizeAndGoOn(final String uri) {
        assertSize(2, SizeSource.SERVICE, fault(SizeSource.REQUEST_URI), invite(uri, "X: 1"));
        assertSize(9, SizeSource.HEADER, fault(SizeSource.REQUEST_URI), invite(uri, "Session-Size: 9"));
    }

    @Test
    void shouldNotTakeAParameterOfTheUserPartForOne() {
        assertSize(4, SizeSource.SERVICE, 0, invite("conf=7;session-size=40@ms", "X: 1"));
    }

    @Test
    void shouldTakeTheLargerOfHeaderAndParameter() {
        assertSize(41, SizeSource.REQUEST_URI, 0, invite("conf=7@ms;session-size=41", "Session-Size: 40"));
        assertTrue(reader.read(message, SessionService.DIALOG).isContradictory());
        assertSize(40, SizeSource.HEADER, 0, invite("conf=7@ms;session-size=40", "Session-Size: 40"));
        assertFalse(reader.read(message, SessionService.DIALOG).isContradictory());
    }

    @ParameterizedTest
    @CsvSource({
        "annc@ms;play=welcome, ANNOUNCEMENT",
        "dialog@ms, DIALOG",
        "DIALOG@ms, DIALOG",
        "%64ialog@ms, DIALOG",
        "ivr@ms, DIALOG",
        "dialog2@ms, ANNOUNCEMENT",
        "dialo@ms, ANNOUNCEMENT",
        "conf=77@ms, NEW_CONFERENCE",
        "CONF=77@ms, NEW_CONFERENCE",
        "conf%3D77@ms, NEW_CONFERENCE",
        "conf=@ms, NEW_CONFERENCE",
        "conf@ms, ANNOUNCEMENT",
        "ms, ANNOUNCEMENT"
    })
    void shouldKnowTheServiceByTheUserPart(final String uri, final SessionService service) {
        scan(invite(uri, "X: 1"));
        assertEquals(service, reader.service(message));
    }

    @Test
    void shouldTakeAnyOtherSchemeForAnAnnouncement() {
        scan(invite("annc@ms", "X: 1").replace("INVITE sip:annc@ms", "INVITE tel:+4930;session-size=9"));
        assertEquals(SessionService.ANNOUNCEMENT, reader.service(message));
        assertSize(1, SizeSource.SERVICE, 0);
    }

    @Test
    void shouldTakeALegForEachAudioStreamThatIsOffered() {
        assertSize(1, SizeSource.SERVICE, 0, invite("annc@ms", BODY_TYPE, SDP + AUDIO));
        assertSize(2, SizeSource.SDP, 0, invite("annc@ms", BODY_TYPE, SDP + AUDIO + AUDIO));
        assertSize(2, SizeSource.SERVICE, 0, invite("dialog@ms", BODY_TYPE, SDP + AUDIO + AUDIO));
        assertSize(
                3,
                SizeSource.SDP,
                0,
                invite("dialog@ms", BODY_TYPE, SDP + AUDIO.repeat(3).replace("\r", "")));
        assertSize(5, SizeSource.SDP, 0, invite("conf=1@ms", BODY_TYPE + ";charset=x", SDP + AUDIO.repeat(5)));
        final String others = "m=video 4002 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\na=m=audio 9 x\r\nm=audiox 1 x\r\n";
        assertSize(2, SizeSource.SDP, 0, invite("annc@ms", BODY_TYPE, SDP + AUDIO + others + AUDIO));
        assertSize(2, SizeSource.SDP, 0, invite("annc@ms", BODY_TYPE, SDP + AUDIO + "m=audio 4002/2 RTP/AVP 0"));
        assertSize(1, SizeSource.SERVICE, 0, invite("annc@ms", BODY_TYPE, SDP + others));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=audio ", "m=audio x", "m=audio 70000 RTP/AVP 0", "m=audio 4000", "m=audio 4000.5 RTP"})
    void shouldCountAnAudioStreamThatCannotBeRead(final String line) {
        assertSize(1, SizeSource.SERVICE, fault(SizeSource.SDP), invite("annc@ms", BODY_TYPE, SDP + AUDIO + line));
    }

    @Test
    void shouldFindTheDescriptionAmongParts() {
        final String parts = "--b\r\nContent-Type: text/plain\r\n\r\nm=audio 1 x\r\n--b\r\n"
                + "Content-Type: application/sdp\r\n\r\n" + SDP + AUDIO + AUDIO + "\r\n--b--\r\n";
        assertSize(2, SizeSource.SDP, 0, invite("annc@ms", "multipart/mixed;boundary=b", parts));
        assertSize(1, SizeSource.SERVICE, 0, invite("annc@ms", "multipart/mixed", parts));
        assertSize(1, SizeSource.SERVICE, 0, invite("annc@ms", "text/plain", SDP + AUDIO + AUDIO));
    }

    @ParameterizedTest
    @CsvSource({
        "application/mediaservercontrol+xml, MSCML",
        "Application/MediaServerControl+XML ;charset=utf-8, MSCML",
        "application/mrb-consumer+xml, MRB",
        "application/msml+xml, MSML",
        "application/vnd.radisys.msml+xml, MSML",
        "application/vnd.radisys.msml-conf+xml, MSML"
    })
    void shouldReadXmlOnlyWhenItsTypeSaysWhichItIs(final String type, final SizeSource source) {
        final String body = RESERVATIONS.get(source);
        assertSize(40, source, 0, invite("conf=7@ms", type, body));
        assertSize(4, SizeSource.SERVICE, 0, invite("conf=7@ms", "application/xml", body));
        assertSize(4, SizeSource.SERVICE, 0, invite("conf=7@ms", type.replace("pplication/", "pplication/x-"), body));
        assertSize(4, SizeSource.SERVICE, fault(source), invite("conf=7@ms", type, "<" + body));
        assertSize(41, SizeSource.HEADER, 0, invite("conf=7@ms", type, body).replace("X: 1", "Session-Size: 41"));
        assertSize(40, source, 0, invite("conf=7@ms", type, body).replace("X: 1", "Session-Size: 39"));
        assertTrue(reader.read(message, SessionService.DIALOG).isContradictory());
    }

    @Test
    void shouldReadXmlAmongParts() {
        final String xml =
                "--b\r\nContent-Type: application/msml+xml\r\n\r\n" + RESERVATIONS.get(SizeSource.MSML) + "\r\n";
        final String sdp = "--b\r\nc: application/sdp\r\n\r\n" + SDP + AUDIO + "\r\n";
        final String type = "multipart/mixed;boundary=b";
        assertSize(40, SizeSource.MSML, 0, invite("conf=7@ms", type, sdp + xml + "--b--\r\n"));
        assertSize(40, SizeSource.MSML, 0, invite("conf=7@ms", type, xml + sdp + "--b--\r\n"));
        assertSize(40, SizeSource.MSML, 0, invite("conf=7@ms", type, sdp.repeat(15) + xml + "--b--\r\n"));
        assertSize(4, SizeSource.SERVICE, 0, invite("conf=7@ms", type, sdp.repeat(16) + xml + "--b--\r\n"));
        assertSize(4, SizeSource.SERVICE, 0, invite("conf=7@ms", type, xml));
    }

    @Test
    void shouldLeaveACodedBodyAlone() {
        final String invite = invite("annc@ms", BODY_TYPE, SDP + AUDIO + AUDIO);
        assertSize(2, SizeSource.SDP, 0, invite.replace("X: 1", "Content-Encoding: identity"));
        assertSize(1, SizeSource.SERVICE, 0, invite.replace("X: 1", "e: gzip"));
    }

    @Test
    void shouldMakeNoGarbage() {
        final UnsafeBuffer[] messages = {
            Corpus.ofText(invite("conf=7@ms;session-size=40", "Session-Size: 41")),
            Corpus.ofText(invite("dialog@ms;session-size=x", "Session-Size: x")),
            Corpus.ofText(invite("annc@ms", BODY_TYPE, SDP + AUDIO + AUDIO)),
            Corpus.ofText(invite(
                    "annc@ms",
                    "multipart/mixed;boundary=b",
                    "--b\r\nContent-Type: application/sdp\r\n\r\n" + SDP + AUDIO + "\r\n--b--\r\n"))
        };
        final double bytes = Allocation.bytesPerCycle(() -> {
            for (final UnsafeBuffer buffer : messages) {
                scanner.scan(buffer, 0, buffer.capacity(), message);
                reader.read(message, reader.service(message));
            }
        });
        assertTrue(bytes < 0.5, bytes + " bytes per cycle");
    }

    private void assertSize(final int units, final SizeSource source, final int faults, final String invite) {
        scan(invite);
        assertSize(units, source, faults);
    }

    private void assertSize(final int units, final SizeSource source, final int faults) {
        final SizeIndication size = reader.read(message, reader.service(message));
        assertEquals(source, size.source());
        assertEquals(units, size.units());
        assertEquals(faults, size.faults());
    }

    private void scan(final String invite) {
        final UnsafeBuffer buffer = Corpus.ofText(invite);
        assertEquals(SipFault.NONE, scanner.scan(buffer, 0, buffer.capacity(), message));
    }

    private static int fault(final SizeSource source) {
        return 1 << source.ordinal();
    }

    private static String invite(final String uri, final String line) {
        return Corpus.INVITE
                .replace("annc@ms.example.net;play=welcome", uri)
                .replace("Max-Forwards: 70", "Max-Forwards: 70\r\n" + line);
    }

    private static String invite(final String uri, final String type, final String body) {
        return invite(uri, "X: 1")
                .replace("application/sdp", type)
                .replace("Content-Length: 5", "Content-Length: " + body.length())
                .replace("\r\n\r\nv=0\r\n", "\r\n\r\n" + body);
    }
}
