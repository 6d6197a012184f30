package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import midplane.blade.core.ByteStore;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DialogTextTest {
    private static final String TAG = "b020007-0123456789abcdef0123456789abcdef";

    private final ByteStore store = new ByteStore(64);
    private final DialogText text = new DialogText();

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private void write(final String... parts) {
        text.begin();
        for (final String part : parts) {
            text.append(slice(part)).endPart();
        }
    }

    @Test
    void shouldLayOutWhatItSaved() {
        write("id", "remote", "local;tag=" + TAG, "<contact>", "", "sip:target");
        final int handle = text.save(store);
        write("other", "r", "l;tag=" + TAG, "c", "routes", "t");
        assertEquals("routes", text.routes().toString());

        text.load(store, handle);

        assertEquals("id", text.callId().toString());
        assertEquals("remote", text.remote().toString());
        assertEquals("local;tag=" + TAG, text.local().toString());
        assertEquals(TAG, text.localTag().toString());
        assertEquals("<contact>", text.contact().toString());
        assertTrue(text.routes().isEmpty());
        assertEquals("sip:target", text.target().toString());
    }

    @Test
    void shouldReplaceTheTargetByALongerOrAShorterOne() {
        write("id", "remote", "local;tag=" + TAG, "<contact>", "routes", "sip:target");
        text.target(slice("sip:a.much.longer.target.than.before"));
        assertEquals("sip:a.much.longer.target.than.before", text.target().toString());
        text.target(slice("s:t"));

        text.load(store, text.save(store));

        assertEquals("s:t", text.target().toString());
        assertEquals("routes", text.routes().toString());
    }

    @Test
    void shouldKeepFoldedValuesOnOneLine() {
        write("id", "a\r\n b\r\n\tc", "local;tag=" + TAG, "<contact>", "", "t");

        assertEquals("a b\tc", text.remote().toString());
    }

    @Test
    void shouldRefuseMoreThanItsLimitAndRecover() {
        write("id", "x".repeat(DialogText.LENGTH_MAX), "local;tag=" + TAG, "<contact>", "", "t");
        assertTrue(text.isTooLong());
        assertEquals(ByteStore.NOTHING, text.save(store));
        assertEquals(64, store.freeBlocks());

        write("id", "x", "local;tag=" + TAG, "<contact>", "", "t");

        assertFalse(text.isTooLong());
        final int handle = text.save(store);
        text.target(slice("x".repeat(DialogText.LENGTH_MAX)));
        assertEquals(ByteStore.NOTHING, text.save(store));
        assertEquals("t", text.load(store, handle).target().toString());
    }
}
