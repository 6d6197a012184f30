package midplane.blade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.fabric.ConferenceNotice;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.RingFabric;
import midplane.shelf.Counters;
import org.junit.jupiter.api.Test;

class ConferenceEntriesTest {
    private static final int CAPACITY = 8;
    private static final int RING_LENGTH = 4;

    private final RingFabric fabric = new RingFabric(1, RING_LENGTH, 256);
    private final ConferenceEntries entries =
            new ConferenceEntries(CAPACITY, fabric.backplane(0), new Counters(), "blade.0");

    @Test
    void shouldSayThatNoConferenceBegan() {
        entries.onMessage(3, 17);
        entries.onMessageDone(3);
        assertEquals(List.of("3:17"), notices());
        assertEquals(List.of(), notices());
    }

    @Test
    void shouldSayNothingWhileItHoldsTheConference() {
        entries.onMessage(3, 17);
        entries.onOpened(3);
        entries.onMessageDone(3);
        entries.onMessage(3, 18);
        entries.onMessageDone(3);
        assertEquals(List.of(), notices());
        entries.onEnded(3);
        assertEquals(List.of("3:18"), notices(), "it has seen all up to 18");
    }

    @Test
    void shouldTakeANoticeBackThatHasNotLeft() {
        entries.onMessage(3, 17);
        entries.onMessageDone(3);
        entries.onMessage(3, 18);
        entries.onOpened(3);
        assertEquals(List.of(), notices());
        entries.onEnded(3);
        assertEquals(List.of("3:18"), notices());
    }

    @Test
    void shouldHoldAnEntryForTwoConferencesWhoseNamesHashAlike() {
        entries.onMessage(3, 1);
        entries.onOpened(3);
        entries.onMessage(3, 2);
        entries.onOpened(3);
        entries.onEnded(3);
        assertEquals(List.of(), notices());
        entries.onEnded(3);
        assertEquals(List.of("3:2"), notices());
    }

    @Test
    void shouldLoseNoneThoughTheUplinkIsFull() {
        final FrameClaim claim = new FrameClaim();
        while (fabric.backplane(0).claim(claim, 1)) {
            claim.abort();
        }
        for (int round = 0; round < 3; round++) {
            for (int entry = 0; entry < CAPACITY; entry++) {
                entries.onMessage(entry, 100 * round + entry);
                entries.onMessageDone(entry);
            }
            assertEquals(0, entries.drain());
        }
        assertFalse(entries.isEmpty());
        final List<String> told = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            told.addAll(notices());
        }
        assertEquals(List.of("0:200", "1:201", "2:202", "3:203", "4:204", "5:205", "6:206", "7:207"), told);
        assertTrue(entries.isEmpty());
    }

    @Test
    void shouldKnowItsEntries() {
        assertTrue(entries.isEntry(0));
        assertTrue(entries.isEntry(CAPACITY - 1));
        assertFalse(entries.isEntry(-1));
        assertFalse(entries.isEntry(CAPACITY));
    }

    /** What has come up, aborted cells left out, and then what is written now. */
    private List<String> notices() {
        final List<String> notices = new ArrayList<>();
        entries.drain();
        fabric.uplink(0)
                .poll(
                        (buffer, offset, length) -> {
                            assertEquals(ConferenceNotice.LENGTH, length);
                            assertEquals(FrameType.CONFERENCE_OVER, buffer.getByte(offset));
                            notices.add(ConferenceNotice.entry(buffer, offset) + ":"
                                    + ConferenceNotice.sequence(buffer, offset));
                        },
                        RING_LENGTH);
        return notices;
    }
}
