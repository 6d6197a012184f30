package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import midplane.fabric.FrameType;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

/** Calls that this blade has no room for, and that another one may. */
class HandBackTest extends EndpointTest {
    @Test
    @Conforms("S17")
    void shouldHandBackACallItHasNoRoomForAndLeaveItsCopiesToTheNext() {
        maxDialogs = 1;
        final Caller first = connected("first", ECHO);
        final Caller second = new Caller("second", ECHO);
        final SipText invite = second.invite();
        final long sequence = nextSequence;

        assertEquals(List.of(), fabric(FrameType.INITIAL, invite, CLIENT, 8));

        assertEquals(List.of(sequence), handedBack());
        assertEquals(1, counter("sip.handed-back"));
        own(first.inDialog("BYE"));
        nextSequence = sequence;
        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, 8), "though there is room now");
        nextSequence = sequence;
        assertEquals(List.of(), fabric(FrameType.REPEAT, Caller.cancel(invite), CLIENT, 8));
        assertEquals(2, counter("sip.dropped.of-another-blade"));
        assertEquals(List.of(), handedBack());
        assertEquals(List.of(), settled);

        assertEquals(
                200,
                only(fabric(FrameType.INITIAL, new Caller("third", ECHO).invite(), CLIENT, 8))
                        .status());
        rest();
    }

    @Test
    @Conforms("S17")
    void shouldHandBackWhatComesWhileItDrains() {
        endpoint().hangUp();
        assertEquals(List.of(), fabric(FrameType.INITIAL, new Caller("late", ECHO).invite(), CLIENT, 3));
        assertEquals(List.of(1L), handedBack());
        assertEquals(1, counter("sip.calls.refused.draining"));
        rest();
    }

    @Test
    void shouldHandBackARepeatWhoseFirstCopyWasDroppedAsStale() {
        maxDialogs = 1;
        connected("first", ECHO);
        final SipText invite = new Caller("second", ECHO).invite();
        assertEquals(List.of(), fabric(FrameType.REPEAT, invite, CLIENT, 8));
        assertEquals(1, handedBack().size());
    }

    /** The first ring of the test's uplink holds four. */
    @Test
    void shouldServeTheRepeatOfWhatItCouldNotHandBack() {
        maxDialogs = 1;
        final Caller first = connected("first", ECHO);
        for (int i = 0; i < 4; i++) {
            fabric(FrameType.INITIAL, new Caller("c" + i, ECHO).invite(), CLIENT, 8);
        }
        final SipText invite = new Caller("fifth", ECHO).invite();
        final long sequence = nextSequence;
        assertEquals(List.of(), fabric(FrameType.INITIAL, invite, CLIENT, 8));
        assertEquals(1, counter("sip.dropped.hand-back-lost"));
        assertEquals(4, handedBack().size());

        own(first.inDialog("BYE"));
        nextSequence = sequence;
        assertEquals(200, only(fabric(FrameType.REPEAT, invite, CLIENT, 8)).status());
    }

    @Test
    void shouldRefuseWhatCameToItsOwnPort() {
        maxDialogs = 1;
        connected("first", ECHO);
        assertEquals(503, only(own(new Caller("second", ECHO).invite())).status());
        assertEquals(List.of(), handedBack());
    }

    @Test
    void shouldTellOnceHowLongTheFirstResponseTook() {
        answerDelayMs = 500;
        fabric(FrameType.INITIAL, new Caller("ringing", ECHO).invite(), CLIENT, 8);
        assertEquals(List.of(0L), responsesMs, "the 180, at once");
        assertEquals(List.of(), settled);
        pass(500);
        assertEquals(1, settled.size());
        assertEquals(1, responsesMs.size());
    }
}
