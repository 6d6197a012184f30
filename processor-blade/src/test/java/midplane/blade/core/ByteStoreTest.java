package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteStoreTest {
    private static final int BLOCK = ByteStore.BLOCK_LENGTH;

    private static byte[] piece(final int length, final long seed) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static int put(final ByteStore store, final byte[] bytes) {
        return store.put(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static byte[] copy(final ByteStore store, final int handle) {
        final byte[] bytes = new byte[store.length(handle)];
        assertEquals(bytes.length, store.copy(handle, new UnsafeBuffer(bytes), 0));
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK + 7, 4 * BLOCK})
    void shouldGiveBackWhatItWasGiven(final int length) {
        final ByteStore store = new ByteStore(4);
        final byte[] bytes = piece(length, length);

        final int handle = put(store, bytes);

        assertArrayEquals(bytes, copy(store, handle));
        store.free(handle);
        assertEquals(4, store.freeBlocks());
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        final ByteStore store = new ByteStore(4);
        assertFalse(store.hasRoom(4 * BLOCK + 1));
        assertEquals(ByteStore.NOTHING, put(store, piece(4 * BLOCK + 1, 1)));
        final int one = put(store, piece(3 * BLOCK, 1));
        assertTrue(store.hasRoom(BLOCK));
        assertEquals(ByteStore.NOTHING, put(store, piece(BLOCK + 1, 2)));
        final int other = put(store, piece(BLOCK, 3));
        assertNotEquals(ByteStore.NOTHING, other);
        assertEquals(ByteStore.NOTHING, put(store, new byte[0]), "even nothing takes a block");

        store.free(one);

        assertEquals(3, store.freeBlocks());
        assertArrayEquals(piece(BLOCK, 3), copy(store, other));
    }

    @Test
    void shouldNotMindFreeingNothing() {
        final ByteStore store = new ByteStore(2);
        store.free(ByteStore.NOTHING);
        assertEquals(2, store.freeBlocks());
    }

    @Test
    void shouldKeepPiecesApartThroughManyRandomSteps() {
        final int blocks = 64;
        final ByteStore store = new ByteStore(blocks);
        final Map<Integer, byte[]> model = new HashMap<>();
        final Random random = new Random(99);
        for (int step = 0; step < 20_000; step++) {
            if (random.nextBoolean()) {
                final byte[] bytes = piece(random.nextInt(6 * BLOCK), step);
                final int handle = put(store, bytes);
                if (handle != ByteStore.NOTHING) {
                    assertEquals(null, model.put(handle, bytes));
                }
            } else if (!model.isEmpty()) {
                final Integer[] handles = model.keySet().stream().sorted().toArray(Integer[]::new);
                final int handle = handles[random.nextInt(handles.length)];
                assertArrayEquals(model.remove(handle), copy(store, handle));
                store.free(handle);
            }
            final int used = model.values().stream()
                    .mapToInt(b -> Math.max(1, (b.length + BLOCK - 1) / BLOCK))
                    .sum();
            assertEquals(blocks - used, store.freeBlocks());
        }
        model.forEach((handle, bytes) -> assertTrue(Arrays.equals(bytes, copy(store, handle))));
    }
}
