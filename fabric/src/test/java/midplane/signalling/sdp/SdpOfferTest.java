package midplane.signalling.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
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
                new String(SdpOffer.text("192.0.2.1", 40000, 77, 3), StandardCharsets.US_ASCII));
    }

    @Test
    void shouldBeAnsweredByOurselves() {
        final UnsafeBuffer offer = new UnsafeBuffer(SdpOffer.text("2001:db8::1", 40000, 77, 3));
        final SdpAnswer answer = SdpAnswer.answer(offer, 0, offer.capacity(), "2001:db8::2", 50000, 1, 1, true)
                .answer();
        assertEquals("2001:db8:0:0:0:0:0:1", answer.remoteAddress().getHostAddress());
        final UnsafeBuffer text = new UnsafeBuffer(answer.text());
        final SdpAnswer back = SdpAnswer.fromAnswer(text, 0, text.capacity(), "2001:db8::1", true)
                .answer();
        assertEquals(50000, back.remoteRtpPort());
        assertEquals(SdpAnswer.Codec.PCMU, back.codec());
        assertEquals(101, back.telephoneEventPayloadType());
    }
}
