package midplane.blade.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TelephoneEventsTest {
    private final TelephoneEvents events = new TelephoneEvents();
    private final StringBuilder keys = new StringBuilder();
    private final RtpPacket packet = new RtpPacket();

    @BeforeEach
    void open() {
        events.open();
    }

    @Test
    @Conforms("RFC 4733 §2.5.1.2")
    void shouldCountAKeyOnceHoweverManyPacketsReportIt() {
        assertEquals(1, on(1000, block(5, false, 160)));
        assertEquals(0, on(1000, block(5, false, 320)));
        for (int i = 0; i < 3; i++) {
            assertEquals(0, on(1000, block(5, true, 480)));
        }
    }

    @Test
    void shouldCountTheSameKeyPressedAgain() {
        assertEquals(1, on(1000, block(5, true, 480)));
        assertEquals(1, on(2000, block(5, true, 480)));
        assertEquals(1, on(3000, block(0, true, 480)));
    }

    @Test
    @Conforms("RFC 4733 §2.5.1.4")
    void shouldCountAKeyWhoseFirstPacketsWereLost() {
        assertEquals(1, on(1000, block(11, true, 800)));
    }

    @Test
    void shouldNotCountWhatComesLate() {
        assertEquals(1, on(2000, block(2, false, 160)));
        assertEquals(0, on(1000, block(1, true, 480)));
        assertEquals(0, on(2000, block(2, true, 480)));
    }

    @Test
    void shouldCountAcrossTheTurnOfTheTimestamp() {
        assertEquals(1, on(-100, block(1, true, 80)));
        assertEquals(1, on(100, block(2, true, 80)));
        assertEquals(0, on(-100, block(1, true, 80)));
    }

    @Test
    void shouldListenAgainWhenTheOtherSideBeginsANewCount() {
        assertEquals(1, on(1_000_000, block(1, true, 80)));
        assertEquals(1, on(100, block(2, true, 80)));
    }

    @Test
    @Conforms("RFC 4733 §2.5.1.3")
    void shouldCountAVeryLongPressOnce() {
        assertEquals(1, on(1000, block(5, false, 160)));
        assertEquals(0, on(1000, block(5, false, 0xFFFF)));
        assertEquals(0, on(1000 + 0xFFFF, block(5, false, 160)));
        assertEquals(0, on(1000 + 2 * 0xFFFF, block(5, true, 160)));
        assertEquals(1, on(1000 + 3 * 0xFFFF, block(5, false, 160)), "that one had ended");
        assertEquals(0, on(1000 + 3 * 0xFFFF, block(5, true, 800)));
        assertEquals(1, on(1000 + 4 * 0xFFFF, block(5, false, 160)), "and so had that");
    }

    @Test
    @Conforms("RFC 4733 §2.5.1.5")
    void shouldCountAllKeysOfOnePacket() {
        assertEquals(3, on(1000, block(1, true, 400), block(2, true, 400), block(3, false, 100)));
        assertEquals(0, on(1800, block(3, true, 400)));
    }

    @Test
    @Conforms("RFC 4733 §3.2")
    void shouldCountKeysOnly() {
        assertEquals(1, on(1000, block(15, true, 80)));
        assertEquals(0, on(2000, block(16, true, 80)), "a hook flash");
        assertEquals(0, on(3000, block(255, true, 80)));
    }

    @Test
    @Conforms("RFC 4733 §2.3")
    void shouldWantWholeBlocksAndFewOfThem() {
        for (int length = 0; length <= 80; length++) {
            wrap(0, new byte[length]);
            assertEquals(
                    length > 0 && length % 4 == 0 && length <= 64,
                    TelephoneEvents.isWellFormed(packet),
                    "length " + length);
        }
    }

    @Test
    void shouldForgetWhatAnotherSourcePressed() {
        assertEquals(1, on(1000, block(5, true, 160)));
        events.open();
        assertEquals(1, on(1000, block(5, true, 160)));
    }

    @Test
    void shouldTellWhichKeysWerePressedAndWhichWereHeldForTwoSeconds() {
        on(1000, block(0, false, 160));
        on(1000, block(0, false, 15_999));
        on(1000, block(0, false, 16_000));
        on(1000, block(0, true, 17_000));
        on(30_000, block(10, true, 400), block(11, true, 400));
        on(40_000, block(15, true, 400));
        assertEquals("0L0*#D", keys.toString());
    }

    private int on(final int timestamp, final byte[]... blocks) {
        final ByteBuffer payload = ByteBuffer.allocate(4 * blocks.length);
        for (final byte[] block : blocks) {
            payload.put(block);
        }
        final byte[] datagram = wrap(timestamp, payload.array());
        assertTrue(TelephoneEvents.isWellFormed(packet));
        assertFalse(packet.marker());
        return events.onPacket(packet, new UnsafeBuffer(datagram), new KeyListener() {
            @Override
            public void onKey(final char key) {
                keys.append(key);
            }

            @Override
            public void onLongKey(final char key) {
                keys.append('L').append(key);
            }
        });
    }

    private byte[] wrap(final int timestamp, final byte[] payload) {
        final byte[] datagram = Rtp.bytes(false, 101, 1, timestamp, 3, payload);
        assertTrue(packet.wrap(new UnsafeBuffer(datagram), 0, datagram.length));
        return datagram;
    }

    static byte[] block(final int event, final boolean ends, final int duration) {
        return new byte[] {
            (byte) event, (byte) (ends ? 0x8A : 0x0A), (byte) (duration >> 8), (byte) duration,
        };
    }
}
