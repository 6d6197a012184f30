package midplane.blade.core;

import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.shelf.Counters;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Gives a message back to the dispatcher that this blade cannot serve: it has no room, or it drains. Only before the
 * first response, so that the client never learns of it. For all protocols of a blade; not thread-safe.
 *
 * <p>The frame goes back as it came. From then on the session is another blade's: copies of its message that are still on
 * their way to this one are recognised by their dispatch sequence and left alone, or two blades would open it.
 *
 * <p>When the uplink has no room for it the message is dropped, and its client's repeat finds this blade again, or room.
 */
public final class HandBack {
    /** What became of the frame in hand. */
    public enum Fate {
        /** Nobody wanted to give it back. */
        KEPT,
        /** It is on its way to the dispatcher. */
        HANDED_BACK,
        /** It should have been, but the uplink is full. */
        LOST
    }

    /** Dispatch sequences that are told apart: more than a ring holds. A power of two. */
    static final int REMEMBERED = 1 << 17;

    private static final int MASK = REMEMBERED - 1;

    private final Backplane backplane;
    private final FrameClaim claim = new FrameClaim();
    private final long[] marks = new long[REMEMBERED / Long.SIZE];
    private final AtomicCounter sent;
    private final AtomicCounter lost;
    private final MutableDirectBuffer nothing = new UnsafeBuffer(new byte[InitialFrame.HEADER_LENGTH]);
    private InitialFrame frame = new InitialFrame().wrap(nothing, 0, InitialFrame.HEADER_LENGTH);
    private Fate fate = Fate.KEPT;

    /** Sends nothing. */
    public HandBack(final Backplane backplane, final Counters counters, final String prefix) {
        this.backplane = backplane;
        sent = counters.counter(prefix + ".handed-back.sent");
        lost = counters.counter(prefix + ".handed-back.lost");
        frame.entry(InitialFrame.NO_ENTRY);
    }

    /** The frame that is in hand until the next one; the first copy of a message is not handed back yet. */
    public void begin(final InitialFrame inHand) {
        frame = inHand;
        fate = Fate.KEPT;
        if (inHand.type() == FrameType.INITIAL) {
            final int index = (int) inHand.sequence() & MASK;
            marks[index / Long.SIZE] &= ~(1L << index);
        }
    }

    /** Whether the frame in hand is another copy of what was handed back. */
    public boolean isOfAnotherBlade() {
        final int index = (int) frame.sequence() & MASK;
        return frame.entry() != InitialFrame.NO_ENTRY
                && frame.type() == FrameType.REPEAT
                && (marks[index / Long.SIZE] & 1L << index) != 0;
    }

    /** Gives the frame in hand back. It is not to be answered any more, whatever {@link #fate} it has. */
    public void handBack() {
        final int length = frame.length();
        if (!backplane.claim(claim, length)) {
            lost.incrementRelease();
            fate = Fate.LOST;
            return;
        }
        claim.buffer().putBytes(claim.offset(), frame.buffer(), 0, length);
        claim.buffer().putByte(claim.offset() + InitialFrame.TYPE_OFFSET, FrameType.HANDED_BACK);
        claim.commit(length);
        // Its caller waits.
        backplane.urgent();
        final int index = (int) frame.sequence() & MASK;
        marks[index / Long.SIZE] |= 1L << index;
        sent.incrementRelease();
        fate = Fate.HANDED_BACK;
    }

    /** What became of the frame in hand. */
    public Fate fate() {
        return fate;
    }
}
