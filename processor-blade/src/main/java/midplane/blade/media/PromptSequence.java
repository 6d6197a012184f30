package midplane.blade.media;

import java.util.List;
import midplane.shelf.Prompt;

/**
 * Prompts and pauses, played one after the other without a seam, as often as is asked: what RFC 2897 §7 calls a list of
 * segments. Time is counted as in an {@link Announcement}.
 *
 * @param segments what to play, in order; at most {@value #SEGMENTS_MAX}.
 * @param repeats how many times the whole is played; 0 for ever, which ends with {@code MediaSettings.maxPlayNs}.
 * @param delayNs silence between two plays.
 * @param durationNs when to break off whatever is playing; {@link Long#MAX_VALUE} for no such limit.
 * @param gainDb louder or softer than recorded, in decibels; 0 leaves the samples alone.
 */
public record PromptSequence(List<Segment> segments, int repeats, long delayNs, long durationNs, int gainDb) {
    /** The most segments of a sequence. */
    public static final int SEGMENTS_MAX = 32;

    /** The longest pause. */
    public static final long PAUSE_NS_MAX = 60_000_000_000L;

    public PromptSequence {
        assert segments.size() <= SEGMENTS_MAX : segments.size();
        segments = List.copyOf(segments);
    }

    /** A prompt played once, as it is. */
    public static PromptSequence of(final Prompt prompt) {
        return new PromptSequence(List.of(new Recording(prompt)), 1, 0, Long.MAX_VALUE, 0);
    }

    /** How long it plays when nobody breaks it off; {@link Long#MAX_VALUE} for ever. */
    public long lengthNs() {
        if (repeats == 0) {
            return durationNs;
        }
        long samples = 0;
        for (final Segment segment : segments) {
            samples += segment.length();
        }
        final long onceNs = samples * MediaSession.NANOS_PER_SAMPLE;
        return Math.min(durationNs, repeats * onceNs + (repeats - 1) * delayNs);
    }

    /** A stretch of the sequence. */
    public sealed interface Segment permits Recording, Pause {
        /** In samples. */
        int length();
    }

    /** A prompt. */
    public record Recording(Prompt prompt) implements Segment {
        @Override
        public int length() {
            return prompt.samples().length;
        }
    }

    /**
     * Silence, sent as such.
     *
     * @param lengthNs 0 to {@link #PAUSE_NS_MAX}.
     */
    public record Pause(long lengthNs) implements Segment {
        @Override
        public int length() {
            return (int) (Math.min(lengthNs, PAUSE_NS_MAX) / MediaSession.NANOS_PER_SAMPLE);
        }
    }
}
