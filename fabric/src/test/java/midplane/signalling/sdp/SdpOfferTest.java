package midplane.signalling.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class SdpOfferTest {
    @Test
    @Conforms("RFC 3264 §5")
    void shouldOfferBothCodecsAndEvents() {
        assertEquals(
                "v=0\r\n"
                        + "o=- 77 3 IN IP4 192.0.2.1\r\n"
                        + "s=-\r\n"
                        + "c=IN IP4 192.0.2.1\r\n"
                        + "t=0 0\r\n"
                        + "m=audio 40000 RTP/AVP 0 8 101\r\n"
                        + "a=rtpmap:0 PCMU/8000\r\n"
                        + "a=rtpmap:8 PCMA/8000\r\n"
                        + "a=rtpmap:101 telephone-event/8000\r\n"
                        + "a=fmtp:101 0-15\r\n"
                        + "a=ptime:20\r\n"
                        + "a=sendrecv\r\n",
                new String(SdpOffer.first("192.0.2.1", 40000, 77, 3).text(), StandardCharsets.US_ASCII));
    }

    @Test
    void shouldBeAnsweredByOurselves() {
        final LocalDescription ours = SdpOffer.first("2001:db8::1", 40000, 77, 3);
        final UnsafeBuffer offer = new UnsafeBuffer(ours.text());
        final SdpAnswer answer = SdpAnswer.answer(offer, 0, offer.capacity(), "2001:db8::2", 50000, 1, 1, true)
                .answer();
        assertEquals("2001:db8:0:0:0:0:0:1", answer.remoteAddress().getHostAddress());
        final UnsafeBuffer text = new UnsafeBuffer(answer.ours().text());
        final SdpAnswer back = SdpAnswer.fromAnswer(text, 0, text.capacity(), ours, "2001:db8::1", true)
                .answer();
        assertEquals(50000, back.remoteRtpPort());
        assertEquals(SdpAnswer.Codec.PCMU, back.codec());
        assertEquals(101, back.receivedTelephoneEventPayloadType());
    }

    /** RFC 3264 §8: every m-line in its place, what is refused with port 0; §8.3.2: the number of an event stays. */
    @Test
    void shouldKeepThePlacesOfTheSession() {
        final UnsafeBuffer theirs = new UnsafeBuffer(("v=0\r\no=a 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\n"
                        + "t=0 0\r\nm=video 4000 RTP/AVP 31\r\nm=audio 5000 RTP/AVP 0 96\r\n"
                        + "a=rtpmap:96 telephone-event/8000\r\nm=audio 5002 RTP/AVP 8\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        final LocalDescription before = SdpAnswer.answer(theirs, 0, theirs.capacity(), "192.0.2.1", 40000, 77, 1, true)
                .answer()
                .ours();

        final LocalDescription again = SdpOffer.again("192.0.2.1", 40000, 77, 2, before);

        assertEquals(
                List.of("m=video 0 RTP/AVP 31", "m=audio 40000 RTP/AVP 0 8 96", "m=audio 0 RTP/AVP 8"),
                new String(again.text(), StandardCharsets.US_ASCII)
                        .lines()
                        .filter(line -> line.startsWith("m="))
                        .toList());
        assertEquals(
                before.refusals(),
                SdpOffer.again("192.0.2.1", 40000, 77, 3, again).refusals());
    }

    @Test
    void shouldAddAStreamWhereThereIsNone() {
        final LocalDescription silent = new LocalDescription(new byte[0], -1, List.of("m=audio 0 RTP/AVP 0"), 0, -1);

        final LocalDescription offer = SdpOffer.again("192.0.2.1", 40000, 77, 2, silent);

        assertEquals(1, offer.stream());
        assertTrue(new String(offer.text(), StandardCharsets.US_ASCII)
                .contains("m=audio 0 RTP/AVP 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n"));
    }
}
