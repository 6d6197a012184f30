package midplane.sim;

import java.util.Map;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore;

/** Prompts whose every frame can be told from its neighbours, and the ear that knows them. */
final class SimulatedPrompts {
    static final int FRAME_SAMPLES = 160;
    static final String NAME = "tone";
    static final int FRAMES = 50;

    private static final int LEVELS = 37;
    private static final int LEVEL_STEP = 210;
    private static final int PCMA = 8;

    private SimulatedPrompts() {}

    static PromptStore store() {
        final short[] samples = new short[FRAMES * FRAME_SAMPLES];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = level(i / FRAME_SAMPLES);
        }
        return PromptStore.of(Map.of(NAME, new Prompt(NAME, samples)));
    }

    /** Whether an encoded sample sounds like this frame of the prompt, as far as G.711 can tell. */
    static boolean isLike(final int frame, final int payloadType, final byte encoded) {
        final int level = level(frame % FRAMES);
        final int heard = payloadType == PCMA ? decodeALaw(encoded) : decodeMuLaw(encoded);
        return Math.abs(heard - level) <= 40 + Math.abs(level) / 16;
    }

    private static short level(final int frame) {
        return (short) ((frame * 11 % LEVELS - LEVELS / 2) * LEVEL_STEP);
    }

    /** ITU-T G.711 table 2a. */
    private static int decodeMuLaw(final byte encoded) {
        final int bits = ~encoded & 0xFF;
        final int magnitude = ((((bits & 0x0F) << 3) + 0x84) << (bits >> 4 & 7)) - 0x84;
        return (bits & 0x80) == 0 ? magnitude : -magnitude;
    }

    /** ITU-T G.711 table 1a. */
    private static int decodeALaw(final byte encoded) {
        final int bits = (encoded ^ 0x55) & 0xFF;
        final int segment = bits >> 4 & 7;
        final int base = ((bits & 0x0F) << 4) + 8;
        final int magnitude = segment == 0 ? base : (base + 0x100) << (segment - 1);
        return (bits & 0x80) == 0 ? -magnitude : magnitude;
    }
}
