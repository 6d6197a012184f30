package midplane.blade.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import midplane.net.Peer;
import midplane.signalling.SipHash;
import org.junit.jupiter.api.Test;

class HalfOpenCallsTest {
    private static final Peer GREEDY = peer(1);
    private static final Peer MODEST = peer(2);

    private final HalfOpenCalls calls = new HalfOpenCalls(4, 8, new SipHash(4, 2));

    @Test
    void shouldNameTheOldestCallOfWhoHasTheMost() {
        assertEquals(HalfOpenCalls.NONE, calls.oldestOfGreediest());
        calls.add(7, MODEST);
        calls.add(3, GREEDY);
        calls.add(5, GREEDY);

        assertEquals(3, calls.oldestOfGreediest());
        calls.remove(3);
        calls.remove(5);
        assertEquals(7, calls.oldestOfGreediest());
    }

    @Test
    void shouldCountByHostWhateverThePort() {
        calls.add(0, GREEDY);
        calls.add(1, GREEDY.withPort(9));

        assertEquals(2, calls.of(GREEDY));
        assertEquals(0, calls.of(MODEST));
    }

    @Test
    void shouldBeFullAtItsLimitAndForgetWhatIsRemovedTwice() {
        for (int i = 0; i < 4; i++) {
            assertFalse(calls.isFull());
            calls.add(i, GREEDY);
        }
        assertTrue(calls.isFull());

        calls.remove(2);
        calls.remove(2);
        calls.remove(6);
        assertEquals(3, calls.size());
    }

    /** Seeded walk beside plain lists, with few places and many hosts, so that hosts collide and move. */
    @Test
    void shouldBehaveAsTheModelDoes() {
        for (long seed = 1; seed <= 50; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final HalfOpenCalls tested = new HalfOpenCalls(16, 40, new SipHash(seed, 1));
            final List<int[]> model = new ArrayList<>();
            for (int step = 0; step < 5_000; step++) {
                final int call = random.nextInt(40);
                final int host = random.nextInt(12);
                final String where = "seed " + seed + ", step " + step;
                final boolean isOpen = model.stream().anyMatch(entry -> entry[0] == call);
                if (!isOpen && model.size() < 16) {
                    tested.add(call, peer(host));
                    model.add(new int[] {call, host});
                } else {
                    tested.remove(call);
                    model.removeIf(entry -> entry[0] == call);
                }
                assertEquals(model.size(), tested.size(), where);
                assertEquals(count(model, host), tested.of(peer(host)), where);
                final int victim = tested.oldestOfGreediest();
                if (model.isEmpty()) {
                    assertEquals(HalfOpenCalls.NONE, victim, where);
                } else {
                    final int greedy = model.stream()
                            .filter(entry -> entry[0] == victim)
                            .findFirst()
                            .orElseThrow()[1];
                    assertTrue(model.stream().allMatch(entry -> count(model, entry[1]) <= count(model, greedy)), where);
                    assertEquals(
                            victim,
                            model.stream()
                                    .filter(entry -> entry[1] == greedy)
                                    .findFirst()
                                    .orElseThrow()[0],
                            where);
                }
            }
        }
    }

    private static long count(final List<int[]> model, final int host) {
        return model.stream().filter(entry -> entry[1] == host).count();
    }

    private static Peer peer(final int host) {
        return Peer.of(0, 0x0000_FFFF_7F00_0000L + host, 5060);
    }
}
