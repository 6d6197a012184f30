package midplane.blade.mgcp;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import midplane.blade.media.PromptSequence;
import midplane.blade.media.Tone;
import midplane.shelf.PromptStore;

/** Finds out what a signal is to do, and whether it can be done. */
final class SignalPlanner {
    private static final long RINGBACK_NS = TimeUnit.SECONDS.toNanos(180);
    private static final long CONTINUITY_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long DIGIT_TIMER_NS = TimeUnit.SECONDS.toNanos(16);
    private static final long INFINITE = 0;
    private static final long TIMEOUT_MS_MAX = TimeUnit.DAYS.toMillis(1);
    private static final int KEY_ON_MS = 100;
    private static final int KEY_OFF_MS = 60;

    /** North American tones (GR-506), as RFC 3660 describes them. */
    private static final Map<String, Tone> TONES = Map.of(
            "cf", new Tone(350, 440, 100, 100, 3),
            "cg", new Tone(480, 620, 250, 250, 0),
            "it", new Tone(440, 620, 500, 500, 0),
            "pt", new Tone(440, 0, 400, 400, 0),
            "rt", new Tone(440, 480, 2000, 4000, 0),
            "rbk", new Tone(440, 480, 2000, 4000, 0),
            "co1", new Tone(2010, 0, 0, 0, 0),
            "co2", new Tone(1780, 0, 0, 0, 0));

    private final PromptStore prompts;
    private final AudioParameters audioParameters;

    SignalPlanner(final PromptStore prompts) {
        this.prompts = prompts;
        audioParameters = new AudioParameters(prompts);
    }

    /** The plan of a signal of ours. */
    SignalRequest.Plan plan(final EventName event, final String parameters, final String selectors) throws Refusal {
        return switch (event.eventPackage()) {
            case A -> announcement(parameters);
            case AU -> audio(event.name(), parameters, selectors);
            case G ->
                tone(
                        event.name(),
                        parameters,
                        event.name().equals("rbk") || event.name().equals("rt"));
            case D -> key(event.name(), parameters);
            case R -> new SignalRequest.Sound(tone(event.name()), timeoutNs(parameters, CONTINUITY_NS));
            case B -> throw new Refusal(522, "No signals in package B");
        };
    }

    private static Tone tone(final String name) {
        final Tone tone = TONES.get(name);
        assert tone != null : name;
        return tone;
    }

    /** RFC 3660 §2.12: a name or a URL; other parameters are nobody's standard and do not count. */
    private SignalRequest.Plan announcement(final String parameters) throws Refusal {
        final String name = firstParameter(parameters);
        if (name.isEmpty()) {
            throw new Refusal(538, "A/ann needs a name");
        }
        final PromptStore.Lookup found = prompts.find(name);
        if (found instanceof PromptStore.Found prompt) {
            return new SignalRequest.Play(PromptSequence.of(prompt.prompt()));
        }
        throw new Refusal(
                514, found instanceof PromptStore.Broken ? "Announcement cannot be played" : "No such announcement");
    }

    private static String firstParameter(final String parameters) {
        if (parameters.startsWith("\"")) {
            final int close = parameters.indexOf('"', 1);
            return close < 0 ? "" : parameters.substring(1, close);
        }
        final int comma = parameters.indexOf(',');
        return (comma < 0 ? parameters : parameters.substring(0, comma)).strip();
    }

    private SignalRequest.Plan audio(final String name, final String parameters, final String selectors)
            throws Refusal {
        try {
            return switch (name) {
                case "pa" -> new SignalRequest.Play(audioParameters.play(parameters, selectors));
                case "pc" -> new SignalRequest.Collect(audioParameters.collect(parameters, selectors));
                default -> endSignal(parameters);
            };
        } catch (final AudioParameters.Unplayable ex) {
            return new SignalRequest.Fail(ex.returnCode());
        }
    }

    private static SignalRequest.Plan endSignal(final String parameters) throws Refusal {
        final String signal = parameters.replace("sg=", "").strip().toLowerCase(Locale.ROOT);
        if (!signal.equals("pa") && !signal.equals("pc")) {
            throw new Refusal(538, "AU/es needs sg=pa or sg=pc");
        }
        return new SignalRequest.EndSignal(signal);
    }

    private static SignalRequest.Plan tone(final String name, final String parameters, final boolean isRingback)
            throws Refusal {
        return new SignalRequest.Sound(tone(name), timeoutNs(parameters, isRingback ? RINGBACK_NS : INFINITE));
    }

    private static SignalRequest.Plan key(final String name, final String parameters) throws Refusal {
        if (name.equals("t")) {
            return new SignalRequest.Wait(timeoutNs(parameters, DIGIT_TIMER_NS));
        }
        if (!parameters.isEmpty()) {
            throw new Refusal(538, "D/" + name + " has no parameters");
        }
        return new SignalRequest.Sound(
                Tone.ofKey(Character.toUpperCase(name.charAt(0)), KEY_ON_MS, KEY_OFF_MS), INFINITE);
    }

    /** {@code to=6000} or {@code to(6000)}, in milliseconds; 0 lasts until somebody ends it (RFC 3435 §3.2.2.4). */
    private static long timeoutNs(final String parameters, final long byDefaultNs) throws Refusal {
        final String text = parameters.strip().toLowerCase(Locale.ROOT);
        if (text.isEmpty()) {
            return byDefaultNs;
        }
        if (!text.matches("to(=[0-9]{1,9}|\\([0-9]{1,9}\\))")) {
            throw new Refusal(538, "Signal parameters");
        }
        final long milliseconds = Long.parseLong(text.replaceAll("[^0-9]", ""));
        if (milliseconds > TIMEOUT_MS_MAX) {
            throw new Refusal(538, "Time-out of more than a day");
        }
        return TimeUnit.MILLISECONDS.toNanos(milliseconds);
    }
}
