package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import midplane.shelf.Entropy;
import midplane.signalling.Slice;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class KeyIndexTest {
    @Test
    void shouldFindWhatWasPut() {
        final KeyIndex index = new KeyIndex(4);
        assertTrue(index.put(1, 2, 7));

        assertEquals(7, index.find(1, 2));
        assertEquals(KeyIndex.MISSING, index.find(2, 1));
        assertEquals(KeyIndex.MISSING, index.find(0, 2));
        assertFalse(index.put(1, 2, 8), "it is there already");
        assertEquals(7, index.find(1, 2));
    }

    @Test
    void shouldRefuseMoreThanItsLimit() {
        final KeyIndex index = new KeyIndex(3);
        for (int i = 0; i < 3; i++) {
            assertTrue(index.put(i, 5, i));
        }
        assertFalse(index.put(3, 5, 3));
        index.remove(1, 5);
        assertTrue(index.put(3, 5, 3));
        assertEquals(3, index.size());
    }

    /** Keys that all want the same place, so that removal has to close gaps. */
    @Test
    void shouldAgreeWithAMapWhenKeysCrowd() {
        final int limit = 60;
        final KeyIndex index = new KeyIndex(limit);
        final Map<Long, Integer> model = new HashMap<>();
        final Random random = new Random(12);
        for (int step = 0; step < 200_000; step++) {
            final long key = random.nextInt(100);
            final long low = key / 9 * 3 + 120;
            if (random.nextBoolean()) {
                final boolean isNew = !model.containsKey(key) && model.size() < limit;
                assertEquals(isNew, index.put(key, low, step));
                if (isNew) {
                    model.put(key, step);
                }
            } else {
                index.remove(key, low);
                model.remove(key);
            }
            final long asked = random.nextInt(100);
            assertEquals(model.getOrDefault(asked, KeyIndex.MISSING), index.find(asked, asked / 9 * 3 + 120));
            assertEquals(model.size(), index.size());
        }
    }

    // ---- the keys

    private final KeyedHash hash = new KeyedHash(new Entropy(3, 4));

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private String key(final KeyedHash filled) {
        filled.end();
        return Long.toHexString(filled.high()) + '-' + Long.toHexString(filled.low());
    }

    @Test
    void shouldMakeTheSameKeyOfTheSameParts() {
        assertEquals(
                key(hash.begin(1).add(slice("a")).add(7).add(slice("b"))),
                key(hash.begin(1).add(slice("a")).add(7).add(slice("b"))));
        assertEquals(key(hash.begin(1).add("INVITE")), key(hash.begin(1).add(slice("INVITE"))));
    }

    @Test
    void shouldNotLetPartsBeShiftedAgainstEachOther() {
        assertNotEquals(
                key(hash.begin(1).add(slice("ab")).add(slice("c"))),
                key(hash.begin(1).add(slice("a")).add(slice("bc"))));
        assertNotEquals(key(hash.begin(1).add(slice("a"))), key(hash.begin(2).add(slice("a"))));
        assertNotEquals(key(hash.begin(1).add(slice(""))), key(hash.begin(1)));
    }

    @Test
    void shouldFoldCaseOnlyWhereAsked() {
        assertNotEquals(key(hash.begin(1).add(slice("A"))), key(hash.begin(1).add(slice("a"))));
        assertEquals(
                key(hash.begin(1).addLowerCase(slice("Ms.Example.NET[@`{"))),
                key(hash.begin(1).add(slice("ms.example.net[@`{"))));
    }

    @Test
    void shouldDependOnTheSeed() {
        final KeyedHash other = new KeyedHash(new Entropy(3, 5));

        assertNotEquals(key(hash.begin(1).add(slice("a"))), key(other.begin(1).add(slice("a"))));
        assertNotEquals(hash.high(), hash.low());
    }
}
