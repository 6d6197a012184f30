package midplane.signalling.sdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import midplane.signalling.sdp.SdpAnswer.Codec;
import midplane.signalling.sdp.SdpAnswer.Refusal;
import midplane.signalling.sdp.SdpAnswer.Result;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SdpAnswerTest {
    private static final LocalDescription OFFER = SdpOffer.first("192.0.2.1", 40_000, 77, 1);

    private static final long SEED = 4711;
    private static final int ROUNDS = 50_000;

    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
    private static final String OUR_HEAD = "v=0\r\no=- 77 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n";

    @Test
    @Conforms("RFC 3264 §10.1")
    void shouldAnswerTheBasicExchangeOfRfc3264() {
        // §10.1, names replaced by addresses; we have no video
        final SdpAnswer answer = answer("v=0\r\n"
                + "o=alice 2890844526 2890844526 IN IP4 host.anywhere.com\r\n"
                + "s=\r\n"
                + "c=IN IP4 192.0.2.33\r\n"
                + "t=0 0\r\n"
                + "m=audio 49170 RTP/AVP 0\r\n"
                + "a=rtpmap:0 PCMU/8000\r\n"
                + "m=video 51372 RTP/AVP 31\r\n"
                + "a=rtpmap:31 H261/90000\r\n"
                + "m=video 53000 RTP/AVP 32\r\n"
                + "a=rtpmap:32 MPV/90000\r\n");
        assertEquals(
                OUR_HEAD
                        + "m=audio 40000 RTP/AVP 0\r\n"
                        + "a=rtpmap:0 PCMU/8000\r\n"
                        + "a=ptime:20\r\n"
                        + "a=sendrecv\r\n"
                        + "m=video 0 RTP/AVP 31\r\n"
                        + "m=video 0 RTP/AVP 32\r\n",
                text(answer));
        assertEquals("192.0.2.33", answer.remoteAddress().getHostAddress());
        assertEquals(49170, answer.remoteRtpPort());
        assertEquals(49171, answer.remoteRtcpPort());
        assertEquals(0, answer.payloadType());
        assertEquals(Codec.PCMU, answer.codec());
        assertEquals(-1, answer.receivedTelephoneEventPayloadType());
        assertTrue(answer.sends());
        assertTrue(answer.receives());
    }

    @Test
    @Conforms("RFC 3264 §10.2")
    void shouldAnswerTheInactiveOfferOfRfc3264() {
        // §10.2: one of N codecs, inactive until one is chosen
        final SdpAnswer answer = answer(HEAD
                + "m=audio 62986 RTP/AVP 0 4 18\r\n"
                + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:4 G723/8000\r\na=rtpmap:18 G729/8000\r\n"
                + "a=inactive\r\n");
        assertEquals(
                OUR_HEAD + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=inactive\r\n",
                text(answer));
        assertFalse(answer.sends());
        assertFalse(answer.receives());
        assertRefused(
                Refusal.NOTHING_IN_COMMON, HEAD + "m=audio 62986 RTP/AVP 4\r\na=rtpmap:4 G723/8000\r\na=sendrecv\r\n");
    }

    @Test
    @Conforms("RFC 4317")
    void shouldAnswerTheOffersOfRfc4317() {
        // §2.1, §2.2: the first codec of the offer is kept, unknown ones are left out
        assertEquals(
                OUR_HEAD
                        + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n"
                        + "m=video 0 RTP/AVP 31 32\r\n",
                text(answer(HEAD
                        + "m=audio 49170 RTP/AVP 0 8 97\r\n"
                        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:97 iLBC/8000\r\n"
                        + "m=video 51372 RTP/AVP 31 32\r\n"
                        + "a=rtpmap:31 H261/90000\r\na=rtpmap:32 MPV/90000\r\n")));
        // second offer of §2.2: a stream refused before stays refused
        assertEquals(
                OUR_HEAD
                        + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n"
                        + "m=video 0 RTP/AVP 31\r\n",
                text(answer(HEAD
                        + "m=audio 51372 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
                        + "m=video 0 RTP/AVP 31\r\na=rtpmap:31 H261/90000\r\n")));
        // §3.2: a second audio stream for events only
        assertEquals(
                OUR_HEAD
                        + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\na=sendrecv\r\n"
                        + "m=audio 0 RTP/AVP 98\r\n",
                text(answer(HEAD
                        + "m=audio 49170 RTP/AVP 0 97\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:97 iLBC/8000\r\n"
                        + "m=audio 49172 RTP/AVP 98\r\na=rtpmap:98 telephone-event/8000\r\na=sendonly\r\n")));
        // §5.1: no stream at all
        assertFalse(answer(HEAD).ours().hasStream());
    }

    @Test
    void shouldAnswerBaresip() {
        final SdpAnswer answer =
                answer("v=0\r\no=- 1369270970 2084943129 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                        + "a=tool:baresip 1.0.0\r\nm=audio 16066 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
                        + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\na=label:1\r\na=rtcp-rsize\r\n"
                        + "a=ssrc:2900652001 cname:sip:alice@127.0.0.1:15070\r\na=minptime:20\r\na=ptime:20\r\n");
        assertEquals(
                OUR_HEAD
                        + "m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                        + "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
                text(answer));
        assertEquals(101, answer.receivedTelephoneEventPayloadType());
    }

    @Test
    @Conforms("RFC 3264 §6.1")
    void shouldTakeTheCodecTheOfferPrefers() {
        final SdpAnswer answer = answer(HEAD + "m=audio 5000 RTP/AVP 18 8 0\r\n");
        assertEquals(Codec.PCMA, answer.codec());
        assertEquals(8, answer.payloadType());
        assertTrue(text(answer).contains("m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"));
    }

    @Test
    @Conforms("RFC 3264 §6.1")
    void shouldTakeADynamicPayloadType() {
        final SdpAnswer answer =
                answer(HEAD + "m=audio 5000 RTP/AVP 96 97\r\na=rtpmap:96 opus/48000/2\r\na=rtpmap:97 pcma/8000/1\r\n");
        assertEquals(Codec.PCMA, answer.codec());
        assertEquals(97, answer.payloadType());
        assertTrue(text(answer).contains("m=audio 40000 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m=audio 5000 RTP/AVP 0\r\na=rtpmap:0 G729/8000",
                "m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 PCMU/16000",
                "m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 PCMU/8000/2",
                "m=audio 5000 RTP/AVP 96\r\na=rtpmap:97 PCMU/8000",
                "m=audio 5000 RTP/AVP 96\r\na=rtpmap:96 PCMU",
                "m=audio 5000 RTP/AVP 96",
                "m=audio 5000 RTP/AVP 128\r\na=rtpmap:128 PCMU/8000",
                "m=audio 5000 RTP/AVP x",
                "m=audio 5000 RTP/SAVP 0",
                "m=audio 5000 UDP/TLS/RTP/SAVPF 0",
                "m=audio 5000 RTP/AVPF 0",
                "m=audio 5000/2 RTP/AVP 0",
                "m=video 5000 RTP/AVP 0",
                "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 224.2.1.1/127",
                "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 224.2.1.1",
                "m=audio 5000 RTP/AVP 0\r\nc=IN IP6 ff15::101",
                "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 host.example.com",
                "m=audio 5000 RTP/AVP 0\r\nc=IN IP6 2001:db8::1",
                "m=audio 5000 RTP/AVP 0\r\nc=ATM NSAP 1.2.3.4"
            })
    void shouldRefuseAStreamItCannotCarry(final String stream) {
        assertRefused(Refusal.NOTHING_IN_COMMON, HEAD + stream + "\r\n");
        final SdpAnswer answer = answer(HEAD + stream + "\r\nm=audio 6000 RTP/AVP 8\r\n");
        assertEquals(6000, answer.remoteRtpPort());
        final String text = text(answer);
        assertTrue(text.indexOf(" 0 ", text.indexOf("\r\nm=")) < text.indexOf("m=audio 40000 RTP/AVP 8"), text);
    }

    @Test
    @Conforms("RFC 3264 §6")
    void shouldTakeOneAudioStreamOnly() {
        final SdpAnswer answer = answer(HEAD + "m=audio 5000 RTP/AVP 0\r\nm=audio 6000 RTP/AVP 0\r\n");
        assertEquals(5000, answer.remoteRtpPort());
        assertTrue(text(answer).endsWith("m=audio 0 RTP/AVP 0\r\n"));
    }

    @Test
    @Conforms("RFC 3264 §6")
    void shouldKeepRefusedStreamsInTheirPlaces() {
        final String text = text(
                answer(
                        HEAD
                                + "m=image 9 udptl t38\r\nm=audio 5000 RTP/AVP 0\r\nm=message 7 TCP/MSRP *\r\na=accept-types:text/plain\r\n"));
        assertTrue(text.contains("m=image 0 udptl t38\r\nm=audio 40000 RTP/AVP 0\r\n"), text);
        assertTrue(text.endsWith("m=message 0 TCP/MSRP *\r\n"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "sendrecv, true, sendrecv, true, true",
        "sendonly, true, recvonly, false, true",
        "recvonly, true, sendonly, true, false",
        "inactive, true, inactive, false, false",
        "sendrecv, false, recvonly, false, true",
        "sendonly, false, recvonly, false, true",
        "recvonly, false, inactive, false, false",
        "inactive, false, inactive, false, false"
    })
    @Conforms("RFC 3264 §6.1")
    void shouldMirrorTheDirection(
            final String offered,
            final boolean maySend,
            final String ours,
            final boolean sends,
            final boolean receives) {
        for (final String offer : new String[] {
            HEAD + "m=audio 5000 RTP/AVP 0\r\na=" + offered + "\r\n",
            HEAD + "a=" + offered + "\r\nm=audio 5000 RTP/AVP 0\r\n",
            HEAD + "a=inactive\r\nm=audio 5000 RTP/AVP 0\r\na=" + offered + "\r\n"
        }) {
            final SdpAnswer answer = result(offer, maySend).answer();
            assertNotNull(answer);
            assertTrue(text(answer).endsWith("a=" + ours + "\r\n"));
            assertEquals(sends, answer.sends());
            assertEquals(receives, answer.receives());
        }
    }

    @Test
    @Conforms("RFC 6337 §5.4")
    void shouldHoldWhenTheAddressIsZero() {
        final SdpAnswer answer =
                answer(HEAD.replace("c=IN IP4 192.0.2.9", "c=IN IP4 0.0.0.0") + "m=audio 5000 RTP/AVP 0\r\n");
        assertNull(answer.remoteAddress());
        assertFalse(answer.sends());
        assertTrue(answer.receives());
        assertTrue(text(answer).endsWith("a=recvonly\r\n"));
        assertNull(answer(HEAD + "m=audio 5000 RTP/AVP 0\r\nc=IN IP6 ::\r\n").remoteAddress());
        assertNull(answer(HEAD.replace("c=IN IP4 192.0.2.9\r\n", "") + "m=audio 5000 RTP/AVP 0\r\n")
                .remoteAddress());
    }

    @Test
    @Conforms("RFC 8866 §5.7")
    void shouldTakeTheAddressOfTheStreamBeforeThatOfTheSession() {
        final SdpAnswer answer = answer(HEAD + "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.44\r\n");
        assertEquals("192.0.2.44", answer.remoteAddress().getHostAddress());
        final SdpAnswer first =
                answer(HEAD + "m=audio 5000 RTP/AVP 0\r\nc=IN IP4 192.0.2.45\r\nc=IN IP4 192.0.2.46\r\n");
        assertEquals("192.0.2.45", first.remoteAddress().getHostAddress());
    }

    @Test
    @Conforms("RFC 8866 §5.7")
    void shouldAnswerOverIpv6() {
        final String offer = HEAD.replace("c=IN IP4 192.0.2.9", "c=IN IP6 2001:db8::9") + "m=audio 5000 RTP/AVP 0\r\n";
        final UnsafeBuffer buffer = new UnsafeBuffer(offer.getBytes(StandardCharsets.US_ASCII));
        final SdpAnswer answer = SdpAnswer.answer(buffer, 0, buffer.capacity(), "2001:db8::1", 40000, 77, 1, true)
                .answer();
        assertEquals("2001:db8:0:0:0:0:0:9", answer.remoteAddress().getHostAddress());
        assertTrue(text(answer).startsWith("v=0\r\no=- 77 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=rtcp:5555|5555",
                "a=rtcp:5555 IN IP4 192.0.2.9|5555",
                "a=rtcp:0|5001",
                "a=rtcp:70000|5001",
                "a=rtcp:x|5001",
                "a=rtcp-mux|5001"
            })
    @Conforms("RFC 3605 §2.1")
    void shouldFindTheRtcpPort(final String attribute, final int expected) {
        assertEquals(
                expected,
                answer(HEAD + "m=audio 5000 RTP/AVP 0\r\n" + attribute + "\r\n").remoteRtcpPort());
    }

    @Test
    void shouldStayAmongThePorts() {
        assertEquals(65535, answer(HEAD + "m=audio 65535 RTP/AVP 0\r\n").remoteRtcpPort());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=fmtp:96 0-15|0-15",
                "a=fmtp:96 0-16|0-15",
                "a=fmtp:96 0-11|0-11",
                "a=fmtp:96 0-9,11,66|0-9,11",
                "a=fmtp:96 1|1",
                "a=fmtp:97 0-11|0-15",
                "a=x|0-15"
            })
    @Conforms({"RFC 4733 §2.5.1.1", "RFC 4733 §2.4.1"})
    void shouldAnswerWithTheEventsBothKnow(final String attribute, final String expected) {
        final SdpAnswer answer =
                answer(HEAD + "m=audio 5000 RTP/AVP 96 0\r\na=rtpmap:96 Telephone-Event/8000\r\n" + attribute + "\r\n");
        assertEquals(96, answer.receivedTelephoneEventPayloadType());
        assertTrue(text(answer).contains("m=audio 40000 RTP/AVP 0 96\r\n"));
        assertTrue(text(answer).contains("a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 " + expected + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a=fmtp:96 66-70", "a=fmtp:96 x", "a=fmtp:96 5-1", "a=fmtp:96 1-", "a=fmtp:96 ,", "a=fmtp:96 999"
            })
    void shouldDoWithoutEventsItDoesNotKnow(final String attribute) {
        final SdpAnswer answer =
                answer(HEAD + "m=audio 5000 RTP/AVP 96 0\r\na=rtpmap:96 telephone-event/8000\r\n" + attribute + "\r\n");
        assertEquals(-1, answer.receivedTelephoneEventPayloadType());
        assertFalse(text(answer).contains("telephone-event"));
    }

    @Test
    @Conforms("RFC 3264 §6")
    void shouldRepeatTheTimeOfTheOffer() {
        final String offer = HEAD.replace("t=0 0", "t=3034423619 3042462419\r\nr=7d 1h 0 25h\r\nt=1 2")
                + "m=audio 5000 RTP/AVP 0\r\n";
        assertTrue(text(answer(offer)).contains("\r\nt=3034423619 3042462419\r\nm="));
    }

    @Test
    @Conforms("RFC 8866 §5")
    void shouldReadLineFeedsAloneAndAMissingLastLineEnd() {
        final String offer = (HEAD + "m=audio 5000 RTP/AVP 0\r\n").replace("\r\n", "\n");
        assertEquals(5000, answer(offer).remoteRtpPort());
        assertEquals(5000, answer(offer.substring(0, offer.length() - 1)).remoteRtpPort());
        assertEquals(5000, answer(offer + "\r\n\r\n").remoteRtpPort());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v=0",
                "v=1\r\no=- 1 1 IN IP4 a\r\ns=-\r\n",
                "o=- 1 1 IN IP4 a\r\nv=0\r\n",
                "v=0\r\no=- 1 1 IN IP4\r\ns=-\r\n",
                "v=0\r\ns=-\r\n",
                "hello",
                "<xml/>"
            })
    @Conforms("RFC 8866 §5")
    void shouldRefuseWhatIsNoDescription(final String text) {
        assertRefused(Refusal.MALFORMED, text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m=audio 5000 RTP/AVP",
                "m=audio",
                "m=audio x RTP/AVP 0",
                "m=audio 65536 RTP/AVP 0",
                "m=audio -1 RTP/AVP 0",
                "m=audio 5000/0 RTP/AVP 0",
                "m=audio 5000/ RTP/AVP 0",
                "m =audio 5000 RTP/AVP 0",
                "audio",
                "a",
                "A=x",
                "=x",
                "c=IN IP4",
                "c=IN IP4 a b",
                "t=0",
                "t=0 x",
                "v=0",
                "o=- 1 1 IN IP4 a",
                "\r\na=x",
                "a=\0",
                "a=x\ry",
                "m=audio 5000 RTP/AVP 0\r\nt=0 0",
                "m=audio 5000 RTP/AVP 0\r\ns=x",
                "m=audio 5000 RTP/AVP 0\r\nc=x"
            })
    void shouldRefuseABrokenLine(final String line) {
        assertRefused(Refusal.MALFORMED, HEAD + line + "\r\nm=audio 6000 RTP/AVP 0\r\n");
    }

    @Test
    void shouldBoundWhatItReads() {
        final String audio = "m=audio 6000 RTP/AVP 0\r\n";
        final int lines = SdpDescription.MAX_LINES - 6;
        assertNotNull(result(HEAD + audio + "a=x\r\n".repeat(lines), true).answer());
        assertRefused(Refusal.MALFORMED, HEAD + audio + "a=x\r\n".repeat(lines + 1));
        assertNotNull(
                result(HEAD + audio.repeat(SdpDescription.MAX_STREAMS), true).answer());
        assertRefused(Refusal.MALFORMED, HEAD + audio.repeat(SdpDescription.MAX_STREAMS + 1));
        final String formats = "m=audio 6000 RTP/AVP" + " 0".repeat(SdpDescription.MAX_FORMATS);
        assertNotNull(result(HEAD + formats + "\r\n", true).answer());
        assertRefused(Refusal.MALFORMED, HEAD + formats + " 0\r\n");
        assertRefused(Refusal.MALFORMED, HEAD + audio + "a=" + "x".repeat(SdpDescription.MAX_LENGTH) + "\r\n");
    }

    @Test
    void shouldReadWithinItsBounds() {
        final String offer = HEAD + "m=audio 6000 RTP/AVP 0\r\n";
        final UnsafeBuffer buffer = new UnsafeBuffer(("junk" + offer + "junk").getBytes(StandardCharsets.US_ASCII));
        final Result result = SdpAnswer.answer(buffer, 4, offer.length(), "192.0.2.1", 40000, 77, 1, true);
        assertEquals(6000, result.answer().remoteRtpPort());
    }

    /** RFC 3605 §2.1: the attribute may name an address of its own. */
    @Test
    void shouldSendRtcpWhereTheAttributeSays() {
        final SdpAnswer elsewhere = answer(HEAD + "m=audio 5000 RTP/AVP 0\r\na=rtcp:53020 IN IP4 198.51.100.7\r\n");
        assertEquals("198.51.100.7", elsewhere.remoteRtcpAddress().getHostAddress());
        assertEquals(53020, elsewhere.remoteRtcpPort());
        final SdpAnswer here = answer(HEAD + "m=audio 5000 RTP/AVP 0\r\na=rtcp:53020\r\n");
        assertEquals(here.remoteAddress(), here.remoteRtcpAddress());
        for (final String nowhere : new String[] {"224.0.1.1", "0.0.0.0", "rtcp.example.net"}) {
            final SdpAnswer answer = answer(HEAD + "m=audio 5000 RTP/AVP 0\r\na=rtcp:53020 IN IP4 " + nowhere + "\r\n");
            assertEquals(answer.remoteAddress(), answer.remoteRtcpAddress(), nowhere);
        }
    }

    /** RFC 8866 §6.4: a limit is kept, a wish is granted as far as we can. */
    @ParameterizedTest
    @CsvSource({
        "'', 20",
        "a=ptime:10, 10",
        "a=ptime:20, 20",
        "a=ptime:30, 30",
        "a=ptime:60, 60",
        "a=ptime:25, 20",
        "a=ptime:1, 10",
        "a=ptime:240, 100",
        "a=maxptime:40, 20",
        "a=maxptime:10, 10",
        "a=ptime:60;a=maxptime:40, 40",
        "a=ptime:30;a=maxptime:150, 30",
        "a=ptime:0, 20",
        "a=ptime:2.5, 20",
        "a=maxptime:99999999999, 20"
    })
    void shouldKnowHowLongAPacketIs(final String attributes, final int expected) {
        final String lines = attributes.replace(";", "\r\n") + (attributes.isEmpty() ? "" : "\r\n");
        assertEquals(
                expected, answer(HEAD + "m=audio 5000 RTP/AVP 0\r\n" + lines).packetMs());
    }

    /** RFC 3264 §5, §8.2: nothing that lives is offered, so there is nothing to refuse. */
    @Test
    void shouldAcceptAnOfferWithoutALiveStream() {
        final SdpAnswer none = answer(HEAD);
        assertFalse(none.ours().hasStream());
        assertFalse(none.sends());
        assertFalse(none.receives());
        assertFalse(text(none).contains("m="));
        final SdpAnswer ended = answer(HEAD + "m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n");
        assertFalse(ended.ours().hasStream());
        assertTrue(text(ended).endsWith("m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 31\r\n"), text(ended));
        assertRefused(Refusal.NOTHING_IN_COMMON, HEAD + "m=audio 0 RTP/AVP 0\r\nm=video 4000 RTP/AVP 31\r\n");
    }

    /** RFC 3264 §6: the answer to our stream stands where we offered it. */
    @Test
    void shouldReadTheAnswerInThePlaceOfItsOffer() {
        final SdpAnswer before =
                answer(HEAD + "m=video 4000 RTP/AVP 31\r\nm=audio 5000 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\n");
        assertEquals(1, before.ours().stream());
        final UnsafeBuffer back = new UnsafeBuffer(
                (HEAD + "m=video 0 RTP/AVP 31\r\nm=audio 5002 RTP/AVP 97\r\n" + "a=rtpmap:97 PCMA/8000\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        final SdpAnswer answer = SdpAnswer.fromAnswer(back, 0, back.capacity(), before.ours(), "192.0.2.1", true)
                .answer();
        assertEquals(5002, answer.remoteRtpPort());
        assertEquals(97, answer.ours().payloadType());
        final UnsafeBuffer shorter =
                new UnsafeBuffer((HEAD + "m=audio 5002 RTP/AVP 0\r\n").getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                Refusal.MALFORMED,
                SdpAnswer.fromAnswer(shorter, 0, shorter.capacity(), before.ours(), "192.0.2.1", true)
                        .refusal());
    }

    @Test
    @Conforms("RFC 3264 §7")
    void shouldReadTheAnswerToAnOfferOfOurs() {
        final SdpAnswer answer = fromAnswer(
                HEAD
                        + "m=audio 5000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendonly\r\n");
        assertEquals(Codec.PCMA, answer.codec());
        assertEquals(101, answer.receivedTelephoneEventPayloadType());
        assertEquals(5000, answer.remoteRtpPort());
        assertFalse(answer.sends());
        assertTrue(answer.receives());
    }

    @Test
    void shouldRefuseAnAnswerThatTakesNothing() {
        assertEquals(Refusal.NOTHING_IN_COMMON, refusalOfAnswer(HEAD + "m=audio 0 RTP/AVP 0\r\n"));
        assertEquals(
                Refusal.NOTHING_IN_COMMON,
                refusalOfAnswer(HEAD + "m=audio 0 RTP/AVP 0\r\nm=audio 5000 RTP/AVP 0\r\n"),
                "we offered one stream");
        assertEquals(Refusal.MALFORMED, refusalOfAnswer(HEAD));
        assertEquals(Refusal.MALFORMED, refusalOfAnswer("x"));
    }

    @Test
    void shouldSurviveMutations() {
        final SplittableRandom random = new SplittableRandom(SEED);
        final byte[] original = (HEAD
                        + "m=audio 5000 RTP/AVP 96 0 8 101\r\na=rtpmap:96 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                        + "a=fmtp:101 0-11,15\r\na=rtcp:5555\r\na=sendrecv\r\nm=video 0 RTP/AVP 31\r\nc=IN IP4 192.0.2.8\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        final byte[] spice = "\r\n =:/,-0129maxc\0\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        int answers = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final byte[] bytes = original.clone();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = spice[random.nextInt(spice.length)];
            }
            final Result result = SdpAnswer.answer(
                    new UnsafeBuffer(bytes), 0, random.nextInt(bytes.length + 1), "192.0.2.1", 40000, 77, 1, true);
            assertTrue((result.answer() == null) != (result.refusal() == null));
            if (result.answer() != null) {
                answers++;
                // Whatever was offered, our own text can be read.
                final UnsafeBuffer ours =
                        new UnsafeBuffer(result.answer().ours().text());
                final SdpDescription description = SdpDescription.parse(ours, 0, ours.capacity());
                assertNotNull(description);
                assertTrue(!result.answer().ours().hasStream()
                        || (result.answer().remoteRtpPort() > 0
                                && result.answer().remoteRtcpPort() > 0));
            }
        }
        assertTrue(answers > ROUNDS / 20, "the mutations prove nothing: " + answers);
    }

    private static SdpAnswer answer(final String offer) {
        final Result result = result(offer, true);
        assertNull(result.refusal(), offer);
        return result.answer();
    }

    private static Result result(final String offer, final boolean maySend) {
        final UnsafeBuffer buffer = new UnsafeBuffer(offer.getBytes(StandardCharsets.ISO_8859_1));
        return SdpAnswer.answer(buffer, 0, buffer.capacity(), "192.0.2.1", 40000, 77, 1, maySend);
    }

    private static void assertRefused(final Refusal refusal, final String offer) {
        final Result result = result(offer, true);
        assertEquals(refusal, result.refusal(), offer);
        assertNull(result.answer());
    }

    private static SdpAnswer fromAnswer(final String answer) {
        final UnsafeBuffer buffer = new UnsafeBuffer(answer.getBytes(StandardCharsets.US_ASCII));
        return SdpAnswer.fromAnswer(buffer, 0, buffer.capacity(), OFFER, "192.0.2.1", true)
                .answer();
    }

    private static Refusal refusalOfAnswer(final String answer) {
        final UnsafeBuffer buffer = new UnsafeBuffer(answer.getBytes(StandardCharsets.US_ASCII));
        return SdpAnswer.fromAnswer(buffer, 0, buffer.capacity(), OFFER, "192.0.2.1", true)
                .refusal();
    }

    private static String text(final SdpAnswer answer) {
        return new String(answer.ours().text(), StandardCharsets.ISO_8859_1);
    }
}
