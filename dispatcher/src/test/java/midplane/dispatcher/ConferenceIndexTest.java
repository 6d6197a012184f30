package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import midplane.signalling.SipHash;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConferenceIndexTest {
    private static final int CAPACITY = 8;

    private final ConferenceIndex index = new ConferenceIndex(CAPACITY, new SipHash(1, 2));

    @Test
    void shouldKnowOneConferenceByEverySpellingOfItsName() {
        final long key = keyOf("sip:conf=Room@ms.example.net");
        assertEquals(key, keyOf("sips:CONF=rOOM:secret@other;session-size=40"));
        assertEquals(key, keyOf("sip:conf%3D%52oom@ms"));
        assertNotEquals(key, keyOf("sip:conf=rooms@ms"));
        assertFalse(index.names(invite("sip:conf@ms")));
        assertFalse(index.names(invite("sip:conf=@ms")));
        assertFalse(index.names(invite("sip:annc@ms;play=conf=Room")));
        assertFalse(index.names(invite("tel:+1")));
    }

    @Test
    void shouldForgetWhenTheBladeHasSeenTheLastMessage() {
        final int entry = index.add(5);
        index.assign(entry, 3, 10);
        index.assign(entry, 3, 12);
        assertFalse(index.release(entry, 3, 10), "a later message is on its way");
        assertFalse(index.release(entry, 2, 12), "another blade says it");
        assertEquals(entry, index.find(5));
        assertTrue(index.release(entry, 3, 12));
        assertEquals(ConferenceIndex.NO_ENTRY, index.find(5));
        assertFalse(index.release(entry, 3, 12), "said twice");
        assertFalse(index.release(-1, 3, 12));
        assertFalse(index.release(CAPACITY, 3, 12));
    }

    @Test
    void shouldNotForgetTheNextTenantForALateNotice() {
        final int entry = index.add(5);
        index.assign(entry, 3, 10);
        index.remove(entry);
        assertEquals(entry, index.add(6));
        index.assign(entry, 3, 11);
        assertFalse(index.release(entry, 3, 10));
        assertEquals(3, index.slot(index.find(6)));
    }

    @Test
    void shouldBeBounded() {
        for (int key = 0; key < CAPACITY; key++) {
            assertNotEquals(ConferenceIndex.NO_ENTRY, index.add(key));
        }
        assertEquals(ConferenceIndex.NO_ENTRY, index.add(CAPACITY));
        assertEquals(CAPACITY, index.size());
        index.remove(index.find(3));
        assertNotEquals(ConferenceIndex.NO_ENTRY, index.add(CAPACITY));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldBehaveAsAMap(final long seed) {
        final Random random = new Random(seed);
        final Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            final long key = random.nextInt(16);
            final int entry = index.find(key);
            assertEquals(model.getOrDefault(key, ConferenceIndex.NO_ENTRY), entry, "seed " + seed);
            if (entry != ConferenceIndex.NO_ENTRY) {
                index.remove(entry);
                model.remove(key);
            } else if (model.size() < CAPACITY) {
                model.put(key, index.add(key));
            }
            assertEquals(model.size(), index.size());
        }
    }

    private long keyOf(final String requestUri) {
        assertTrue(index.names(invite(requestUri)), requestUri);
        return index.key();
    }

    private static SipMessage invite(final String requestUri) {
        final byte[] bytes =
                WireText.bytes(WireText.INVITE.replace("sip:annc@ms.example.net;play=welcome", requestUri));
        final SipMessage message = new SipMessage();
        new SipScanner().scan(new UnsafeBuffer(bytes), 0, bytes.length, message);
        return message;
    }
}
