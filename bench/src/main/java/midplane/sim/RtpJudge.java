package midplane.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Judges the RTP that the chassis sends for one call, as it leaves: RFC 3550 §5.1, RFC 3551 §4.5.14. */
final class RtpJudge {
    static final int HEADER_LENGTH = 12;

    private static final int PACKET_LENGTH = HEADER_LENGTH + SimulatedPrompts.FRAME_SAMPLES;
    private static final long NS_PER_SAMPLE = 125_000L;
    private static final long TICK_NS = 20_000_000L;

    private final CallPlan plan;
    private int packets;
    private int ssrc;
    private int lastSequence;
    private int firstTimestamp;
    private int lastTimestamp;
    private long firstNs;

    RtpJudge(final CallPlan plan) {
        this.plan = plan;
    }

    int packets() {
        return packets;
    }

    /** What is wrong with a packet, or null. */
    @Nullable
    String fault(
            final DirectBuffer buffer, final int offset, final int length, final int callNumber, final long nowNs) {
        if (length != PACKET_LENGTH || (buffer.getByte(offset) & 0xFF) != 0x80) {
            return "a packet of " + length + " bytes that is not one plain frame of 20 ms";
        }
        final boolean isMarked = buffer.getByte(offset + 1) < 0;
        final int payloadType = buffer.getByte(offset + 1) & 0x7F;
        final int sequence = buffer.getShort(offset + 2, BIG_ENDIAN) & 0xFFFF;
        final int timestamp = buffer.getInt(offset + 4, BIG_ENDIAN);
        final int source = buffer.getInt(offset + 8, BIG_ENDIAN);
        if (payloadType != 0 && payloadType != 8) {
            return "payload type " + payloadType;
        }
        if (packets == 0) {
            ssrc = source;
            firstTimestamp = timestamp;
            firstNs = nowNs;
        } else {
            final String fault = faultAfterFirst(sequence, timestamp, source, nowNs);
            if (fault != null) {
                return fault;
            }
        }
        // RFC 3551 §4.1: the first packet after silence is marked, and no other.
        if (isMarked != (packets == 0 || timestamp - lastTimestamp != SimulatedPrompts.FRAME_SAMPLES)) {
            return isMarked ? "marked in the middle of speech" : "not marked after silence";
        }
        lastSequence = sequence;
        lastTimestamp = timestamp;
        final int frame = packets++;
        if (plan.kind() == CallPlan.Kind.CONFERENCE) {
            // What it sounds like depends on who else is there; ConferenceTest listens to that.
            return null;
        }
        return plan.kind() == CallPlan.Kind.ECHO
                ? echoFault(buffer, offset + HEADER_LENGTH, callNumber)
                : promptFault(buffer, offset + HEADER_LENGTH, payloadType, frame);
    }

    private @Nullable String faultAfterFirst(
            final int sequence, final int timestamp, final int source, final long nowNs) {
        final int step = timestamp - lastTimestamp;
        if (source != ssrc) {
            return "another SSRC";
        }
        if (sequence != (lastSequence + 1 & 0xFFFF)) {
            return "sequence number " + sequence + " after " + lastSequence;
        }
        if (step < SimulatedPrompts.FRAME_SAMPLES || step % SimulatedPrompts.FRAME_SAMPLES != 0) {
            return "timestamp moves by " + step;
        }
        if (plan.kind() == CallPlan.Kind.CONFERENCE && step != SimulatedPrompts.FRAME_SAMPLES) {
            return "a conference left out a tick";
        }
        if (plan.kind() == CallPlan.Kind.ANNOUNCEMENT
                && plan.pauseNs() == 0
                && step != SimulatedPrompts.FRAME_SAMPLES) {
            return "timestamp moves by " + step + " within an announcement without pause";
        }
        final long earlyNs = (timestamp - firstTimestamp) * NS_PER_SAMPLE - (nowNs - firstNs);
        return Math.abs(earlyNs) > TICK_NS + TICK_NS / 2
                ? "sent " + earlyNs / 1000 + " µs before its timestamp's time"
                : null;
    }

    private @Nullable String promptFault(
            final DirectBuffer buffer, final int payload, final int payloadType, final int frame) {
        final int last = SimulatedPrompts.FRAME_SAMPLES - 1;
        return SimulatedPrompts.isLike(frame, payloadType, buffer.getByte(payload))
                        && SimulatedPrompts.isLike(frame, payloadType, buffer.getByte(payload + last))
                ? null
                : "frame " + frame + " does not sound like the prompt";
    }

    private static @Nullable String echoFault(final DirectBuffer buffer, final int payload, final int callNumber) {
        final int heard = buffer.getInt(payload, BIG_ENDIAN);
        return heard == callNumber ? null : "the echo of call " + heard + " in call " + callNumber;
    }

    /** Whether an announcement that the chassis ended was played as often and as long as it was asked for. */
    @Nullable
    String completeness() {
        if (plan.kind() != CallPlan.Kind.ANNOUNCEMENT) {
            return null;
        }
        final int whole = SimulatedPrompts.FRAMES * plan.repeats();
        if (plan.durationNs() < 0) {
            return packets == whole ? null : packets + " frames played of " + whole;
        }
        return packets <= Math.min(whole, plan.durationNs() / TICK_NS + 1)
                ? null
                : packets + " frames played in " + plan.durationNs() / TICK_NS + " ticks";
    }
}
