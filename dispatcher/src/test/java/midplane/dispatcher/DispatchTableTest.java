package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.SplittableRandom;
import midplane.signalling.SipHash;
import midplane.signalling.Slice;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class DispatchTableTest {
    private static final long PENDING_NS = 1_000;
    private static final long SETTLED_NS = 100;

    private final DispatchTable table = new DispatchTable(4, new SipHash(1, 2), PENDING_NS, SETTLED_NS);

    @Test
    void shouldFindWhatWasAdded() {
        final int entry = table.add(42, 0);
        table.assign(entry, 3, 7);

        assertEquals(entry, table.find(42));
        assertEquals(3, table.slot(entry));
        assertEquals(7, table.sequence(entry));
        assertEquals(DispatchTable.NO_ENTRY, table.find(43));
    }

    @Test
    void shouldRememberTheSizeOfASession() {
        final int entry = table.add(42, 0);
        final int other = table.add(43, 0);
        table.size(entry, 65_535, (byte) 7, true);
        table.size(other, 1, (byte) 0, false);

        assertEquals(65_535, table.units(entry));
        assertEquals(7, table.sizeSource(entry));
        assertTrue(table.isSizeRequired(entry));
        assertEquals(1, table.units(other));
        assertEquals(0, table.sizeSource(other));
        assertFalse(table.isSizeRequired(other));
    }

    @Test
    @Conforms("S4")
    void shouldTellTheDialogsOfOneCallApartByTheFromTag() {
        assertEquals(table.key(slice("call"), slice("a")), table.key(slice("call"), slice("a")));
        assertNotEquals(table.key(slice("call"), slice("a")), table.key(slice("call"), slice("b")));
        assertNotEquals(table.key(slice("call"), slice("a")), table.key(slice("calla"), slice("")));
    }

    @Test
    void shouldHashWithItsSecret() {
        final DispatchTable other = new DispatchTable(4, new SipHash(1, 3), PENDING_NS, SETTLED_NS);

        assertNotEquals(table.key(slice("call"), slice("a")), other.key(slice("call"), slice("a")));
    }

    @Test
    void shouldRefuseOneMoreThanItHolds() {
        for (int i = 0; i < 4; i++) {
            assertNotEquals(DispatchTable.NO_ENTRY, table.add(i, 0));
        }

        assertEquals(DispatchTable.NO_ENTRY, table.add(4, 0));
        table.remove(table.find(2));
        assertNotEquals(DispatchTable.NO_ENTRY, table.add(4, 0));
    }

    @Test
    void shouldKeepAPendingEntryUntilItsLifetimeIsOver() {
        table.add(1, 0);

        assertEquals(PENDING_NS, table.nextDeadlineNs());
        assertEquals(0, table.expire(PENDING_NS - 1, 10));
        assertEquals(1, table.expire(PENDING_NS, 10));
        assertEquals(DispatchTable.NO_ENTRY, table.find(1));
        assertEquals(Long.MAX_VALUE, table.nextDeadlineNs());
    }

    @Test
    @Conforms("S1")
    void shouldKeepASettledEntryItsWholeLifetimeFromTheSettling() {
        final int entry = table.add(1, 0);
        table.assign(entry, 0, 1);

        assertTrue(table.settle(entry, 0, 1, 950));
        assertEquals(950 + SETTLED_NS, table.nextDeadlineNs());
        assertEquals(0, table.expire(950 + SETTLED_NS - 1, 10));
        assertEquals(1, table.expire(950 + SETTLED_NS, 10));
    }

    @Test
    void shouldNotSettleForAnEarlierTenantOrAnotherSlotOrTwice() {
        final int entry = table.add(1, 0);
        table.assign(entry, 0, 1);
        table.remove(entry);
        assertFalse(table.settle(entry, 0, 1, 5), "nobody lives there");

        final int again = table.add(2, 10);
        table.assign(again, 0, 2);
        assertEquals(entry, again);
        assertFalse(table.settle(again, 0, 1, 20), "an earlier tenant's");
        assertFalse(table.settle(again, 1, 2, 20), "another slot's");
        assertFalse(table.settle(-1, 0, 2, 20));
        assertFalse(table.settle(4, 0, 2, 20));
        assertTrue(table.settle(again, 0, 2, 20));
        assertFalse(table.settle(again, 0, 2, 30), "settled before");
    }

    @Test
    void shouldExpireNoMoreThanAskedFor() {
        for (int i = 0; i < 4; i++) {
            table.add(i, 0);
        }

        assertEquals(3, table.expire(PENDING_NS, 3));
        assertEquals(1, table.size());
    }

    /** Seeded walk against a map that does the same the slow way. */
    @Test
    void shouldBehaveAsTheModelDoes() {
        for (long seed = 1; seed <= 20; seed++) {
            walk(seed);
        }
    }

    private static void walk(final long seed) {
        final int capacity = 64;
        final DispatchTable table = new DispatchTable(capacity, new SipHash(seed, 1), PENDING_NS, SETTLED_NS);
        final Map<Long, long[]> model = new HashMap<>();
        final SplittableRandom random = new SplittableRandom(seed);
        long nowNs = 0;
        for (int step = 0; step < 20_000; step++) {
            nowNs += random.nextInt(20);
            final long key = random.nextInt(100);
            final String where = "seed " + seed + ", step " + step;
            final int entry = table.find(key);
            assertEquals(model.containsKey(key), entry != DispatchTable.NO_ENTRY, where);
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (entry == DispatchTable.NO_ENTRY) {
                        final int added = table.add(key, nowNs);
                        assertEquals(model.size() < capacity, added != DispatchTable.NO_ENTRY, where);
                        if (added != DispatchTable.NO_ENTRY) {
                            table.assign(added, (int) key % 64, step);
                            model.put(key, new long[] {step, nowNs + PENDING_NS, 0});
                        }
                    }
                }
                case 1 -> {
                    if (entry != DispatchTable.NO_ENTRY) {
                        final long[] expected = model.get(key);
                        final boolean isFirst = expected[2] == 0;
                        assertEquals(isFirst, table.settle(entry, (int) key % 64, expected[0], nowNs), where);
                        if (isFirst) {
                            expected[1] = nowNs + SETTLED_NS;
                            expected[2] = 1;
                        }
                    }
                }
                case 2 -> {
                    if (entry != DispatchTable.NO_ENTRY && random.nextInt(4) == 0) {
                        table.remove(entry);
                        model.remove(key);
                    }
                }
                default -> {
                    int expired = 0;
                    final Iterator<long[]> entries = model.values().iterator();
                    while (entries.hasNext()) {
                        if (entries.next()[1] <= nowNs) {
                            entries.remove();
                            expired++;
                        }
                    }
                    assertEquals(expired, table.expire(nowNs, capacity), where);
                }
            }
            assertEquals(model.size(), table.size(), where);
            final long next = model.values().stream().mapToLong(e -> e[1]).min().orElse(Long.MAX_VALUE);
            assertEquals(next, table.nextDeadlineNs(), where);
        }
    }

    private static Slice slice(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return new Slice().wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
