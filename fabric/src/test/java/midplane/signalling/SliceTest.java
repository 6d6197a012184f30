package midplane.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SliceTest {
    private final UnsafeBuffer buffer = buffer("xxInViTexx");
    private final Slice slice = new Slice().wrap(buffer, 2, 6);

    @Test
    void shouldBeEmptyUntilWrapped() {
        final Slice empty = new Slice();
        assertTrue(empty.isEmpty());
        assertEquals("", empty.toString());
        assertTrue(empty.contentEquals(new Slice()));
        assertTrue(empty.equalsIgnoreCase(""));
        assertEquals(0, empty.putTo(buffer, 0));
    }

    @Test
    void shouldShowItsStretchOnly() {
        assertEquals("InViTe", slice.toString());
        assertEquals(6, slice.length());
        assertEquals(2, slice.offset());
        assertSame(buffer, slice.buffer());
        assertEquals('I', slice.byteAt(0));
        assertEquals('e', slice.byteAt(5));
        assertFalse(slice.isEmpty());
    }

    @Test
    void shouldForgetWhenCleared() {
        assertTrue(slice.clear().isEmpty());
        assertEquals("", slice.toString());
    }

    @Test
    void shouldFollowTheBytesBeneath() {
        buffer.putByte(2, (byte) 'X');
        assertEquals("XnViTe", slice.toString());
    }

    @Test
    void shouldCopyItsBytes() {
        final UnsafeBuffer target = buffer("..........");
        assertEquals(6, slice.putTo(target, 1));
        assertEquals(".InViTe...", target.getStringWithoutLengthAscii(0, 10));
    }

    @Test
    void shouldCompareContentWhereverItLies() {
        assertTrue(slice.contentEquals(new Slice().wrap(buffer("InViTe"), 0, 6)));
        assertTrue(slice.contentEquals(buffer("InViTe"), 0, 6));
        assertFalse(slice.contentEquals(buffer("InViTE"), 0, 6));
        assertFalse(slice.contentEquals(buffer("inViTe"), 0, 6));
        assertFalse(slice.contentEquals(buffer("InViTe"), 0, 5));
        assertFalse(slice.contentEquals(buffer("InViTex"), 0, 7));
        assertFalse(slice.contentEquals(new Slice()));
    }

    @Test
    void shouldIgnoreTheCaseOfAsciiLettersOnly() {
        assertTrue(slice.equalsIgnoreCase("INVITE"));
        assertTrue(slice.equalsIgnoreCase("invite"));
        assertFalse(slice.equalsIgnoreCase("invit"));
        assertFalse(slice.equalsIgnoreCase("invitee"));
        assertFalse(slice.equalsIgnoreCase("invitf"));
        assertFalse(new Slice().wrap(buffer("["), 0, 1).equalsIgnoreCase("{"), "they differ by the case bit too");
        assertFalse(new Slice().wrap(buffer("@"), 0, 1).equalsIgnoreCase("`"));
        assertTrue(new Slice().wrap(buffer("Z-a_9"), 0, 5).equalsIgnoreCase("z-A_9"));
    }

    private static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }
}
