package midplane.blade.mgcp;

import midplane.blade.media.PromptSequence;
import midplane.blade.media.Tone;

/**
 * One item of SignalRequests, read and found possible.
 *
 * @param text as it was written, for audits.
 * @param plan what to do.
 */
record SignalRequest(EventName event, String text, Plan plan) {
    /** What a signal does. */
    sealed interface Plan {}

    /** Plays prompts. */
    record Play(PromptSequence sequence) implements Plan {}

    /** Sounds a tone; 0 for as long as nobody stops it. */
    record Sound(Tone tone, long durationNs) implements Plan {}

    /** Asks the caller for keys (RFC 2897). */
    record Collect(CollectParameters parameters) implements Plan {}

    /** Waits. */
    record Wait(long durationNs) implements Plan {}

    /** Ends another signal of the advanced audio package. */
    record EndSignal(String signal) implements Plan {}

    /** Cannot be done for a reason that RFC 2897 has a return code for. */
    record Fail(int returnCode) implements Plan {}

    boolean isTimeOut() {
        return event.eventPackage().isTimeOut(event.name());
    }

    boolean hasSound() {
        return plan instanceof Play || plan instanceof Sound || plan instanceof Collect;
    }
}
