package midplane.blade.mgcp;

import java.util.List;
import midplane.blade.media.PromptSequence;
import org.jspecify.annotations.Nullable;

/**
 * RFC 2897 §5: how to play and collect. Prompts that were not named are empty; times are nanoseconds.
 *
 * @param initialPrompt ip.
 * @param reprompt rp, by default ip.
 * @param noDigitsReprompt nd, by default rp.
 * @param failureAnnouncement fa.
 * @param successAnnouncement sa.
 * @param isInterruptible not ni: keys end the initial prompt.
 * @param clearsBuffer cb: keys pressed before do not count.
 * @param digitsMin mn.
 * @param digitsMax mx.
 * @param pattern dp; null when the number of digits decides.
 * @param firstDigitNs fdt.
 * @param interDigitNs idt.
 * @param extraDigitNs edt; 0 when it is not to be waited for one.
 * @param restartKeys rsk, one to three keys; empty when there is none, as for the next two.
 * @param reinputKeys rik.
 * @param returnKeys rtk.
 * @param positionKey psk; 0 when there is none.
 * @param position fst, lst, prv, nxt or cur.
 * @param stopKey stk; 0 when there is none.
 * @param startInputKeys sik.
 * @param endInputKey eik; 0 when there is none.
 * @param includesEndInputKey iek.
 * @param attemptsMax na.
 * @param gainDb vl.
 */
record CollectParameters(
        List<PromptSequence.Segment> initialPrompt,
        List<PromptSequence.Segment> reprompt,
        List<PromptSequence.Segment> noDigitsReprompt,
        List<PromptSequence.Segment> failureAnnouncement,
        List<PromptSequence.Segment> successAnnouncement,
        boolean isInterruptible,
        boolean clearsBuffer,
        int digitsMin,
        int digitsMax,
        @Nullable DigitMap pattern,
        long firstDigitNs,
        long interDigitNs,
        long extraDigitNs,
        String restartKeys,
        String reinputKeys,
        String returnKeys,
        char positionKey,
        String position,
        char stopKey,
        String startInputKeys,
        char endInputKey,
        boolean includesEndInputKey,
        int attemptsMax,
        int gainDb) {
    static final char NO_KEY = 0;
}
