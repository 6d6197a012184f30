package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sdp.SdpAnswer.Refusal;
import midplane.signalling.sdp.SdpOffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as an offer or an answer: refused, or answered by a good description with as many streams. */
class SdpFuzzTest {
    private static final int OUR_PORT = 40_000;

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#descriptions")
    @FuzzTest
    void answer(final byte[] offer) {
        for (final String local : new String[] {"192.0.2.1", "2001:db8::1"}) {
            check(SdpAnswer.fromAnswer(
                    new UnsafeBuffer(offer), 0, offer.length, SdpOffer.first(local, OUR_PORT, 1, 1), local, true));
            final SdpAnswer answer =
                    check(SdpAnswer.answer(new UnsafeBuffer(offer), 0, offer.length, local, OUR_PORT, 1, 2, true));
            if (answer != null) {
                checkText(offer, answer, local);
            }
        }
    }

    private static void checkText(final byte[] offer, final SdpAnswer answer, final String local) {
        final byte[] text = answer.ours().text();
        final String said = text(text);
        assertTrue(said.endsWith("\r\n"), said);
        assertEquals(streams(text(offer)), streams(said), said);
        final boolean isSilent = !answer.ours().hasStream();
        assertEquals(isSilent ? 0 : 1, said.split("\r\nm=audio " + OUR_PORT + " RTP/AVP ", -1).length - 1, said);
        // Whoever offered what we said would be answered by us.
        final SdpAnswer back =
                check(SdpAnswer.answer(new UnsafeBuffer(text), 0, text.length, local, OUR_PORT + 2, 1, 2, true));
        assertNotNull(back, said);
        if (isSilent) {
            assertTrue(!back.ours().hasStream(), said);
            return;
        }
        assertEquals(OUR_PORT, back.remoteRtpPort());
        assertEquals(answer.codec(), back.codec());
        assertEquals(answer.payloadType(), back.payloadType());
        assertEquals(answer.receivedTelephoneEventPayloadType(), back.receivedTelephoneEventPayloadType());
    }

    private static @Nullable SdpAnswer check(final SdpAnswer.Result result) {
        final SdpAnswer answer = result.answer();
        assertEquals(answer == null, result.refusal() != null);
        if (answer != null && !answer.ours().hasStream()) {
            assertTrue(!answer.sends() && !answer.receives() && answer.remoteAddress() == null, "silent");
        } else if (answer != null) {
            assertTrue(answer.packetMs() >= 10 && answer.packetMs() <= 100 && answer.packetMs() % 10 == 0);
            assertTrue(answer.remoteRtpPort() > 0 && answer.remoteRtpPort() < 65_536);
            assertTrue(answer.remoteRtcpPort() > 0 && answer.remoteRtcpPort() < 65_536);
            assertTrue(answer.payloadType() >= 0 && answer.payloadType() < 128);
            assertTrue(answer.receivedTelephoneEventPayloadType() >= -1
                    && answer.receivedTelephoneEventPayloadType() < 128);
            assertNotEquals(answer.payloadType(), answer.receivedTelephoneEventPayloadType());
            assertTrue(answer.remoteAddress() != null || !answer.sends(), "sends, but not where to");
        } else {
            assertNull(answer);
            assertTrue(result.refusal() == Refusal.MALFORMED || result.refusal() == Refusal.NOTHING_IN_COMMON);
        }
        return answer;
    }

    private static long streams(final String description) {
        return description.lines().filter(line -> line.startsWith("m=")).count();
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
