package midplane.shelf;

/**
 * A prompt in memory, ready to be sent.
 *
 * @param name as callers name it.
 * @param samples linear 16-bit PCM, one channel, {@value #SAMPLE_RATE} Hz. Never written to.
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes of samples are shared, not copied, and nobody compares prompts.
public record Prompt(String name, short[] samples) {
    public static final int SAMPLE_RATE = 8000;
}
