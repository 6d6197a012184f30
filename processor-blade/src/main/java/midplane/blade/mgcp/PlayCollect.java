package midplane.blade.mgcp;

import java.util.List;
import midplane.blade.core.Deadlines;
import midplane.blade.media.PromptSequence;
import midplane.blade.media.PromptSequence.Segment;

/**
 * RFC 2897's PlayCollect: prompts, collects keys, prompts again, and says how it went. Told of keys, of the end of what
 * it plays, and of the time; needs nothing else. Keys are reported as they are on the pad, as §12 spells them ({@code *},
 * {@code #}); §6 would have them in Megaco's letters, which a call agent that wrote {@code rtk=*12} does not expect.
 */
final class PlayCollect {
    /** What it works upon. */
    interface Stage {
        /** Plays; {@link #onPlayed} will be called. */
        void play(PromptSequence sequence);

        /** Breaks off what is being played; {@link #onPlayed} will not be called. */
        void stopPlaying();

        /** How long the present prompt has played. */
        long playedNs();

        /** Which of its segments is being played, from 0. */
        int playedSegment();

        /** It is over: {@code AU/oc} or {@code AU/of} with these parameters. Called last. */
        void onCollected(boolean isSuccess, String parameters);
    }

    private static final int SUCCESS = 100;
    private static final int NO_DIGITS = 326;
    private static final int PATTERN_NOT_MATCHED = 329;
    private static final int ATTEMPTS_EXCEEDED = 330;
    private static final long UNIT_NS = 100_000_000;

    private enum State {
        PROMPTING,
        COLLECTING,
        EXTRA_DIGIT,
        LAST_WORDS,
        OVER
    }

    private final CollectParameters parameters;
    private final Stage stage;
    private final StringBuilder digits = new StringBuilder();
    private final StringBuilder command = new StringBuilder();
    private final StringBuilder typedAhead = new StringBuilder();
    private State state = State.PROMPTING;
    private List<Segment> prompt = List.of();
    private boolean isInitialPrompt;
    private int firstSegment;
    private int attempts = 1;
    private long deadlineNs = Deadlines.NO_DEADLINE;
    private String interruptingKeys = "";
    private long amountPlayedNs = -1;
    private boolean isSuccess;
    private String result = "";

    PlayCollect(final CollectParameters parameters, final Stage stage) {
        this.parameters = parameters;
        this.stage = stage;
    }

    /**
     * Begins.
     *
     * @param keysBefore pressed before anybody asked; they count unless the buffer is to be cleared.
     */
    void start(final CharSequence keysBefore, final long nowNs) {
        prompt(parameters.initialPrompt(), true, nowNs);
        if (!parameters.clearsBuffer()) {
            for (int i = 0; i < keysBefore.length() && state != State.OVER; i++) {
                onKey(keysBefore.charAt(i), nowNs);
            }
        }
    }

    long nextDeadlineNs() {
        return deadlineNs;
    }

    void onKey(final char key, final long nowNs) {
        if (state == State.OVER || state == State.LAST_WORDS) {
            return;
        }
        if (state == State.PROMPTING && isInitialPrompt && !parameters.isInterruptible()) {
            typedAhead.append(key);
            return;
        }
        if (!takeCommandKey(key, nowNs)) {
            takeKey(key, nowNs);
        }
    }

    /** Whether the key belongs to a command sequence; keys that turn out to belong to none are taken as digits. */
    private boolean takeCommandKey(final char key, final long nowNs) {
        command.append(key);
        final String sequence = command.toString();
        if (sequence.equals(parameters.returnKeys())) {
            final String returned = sequence;
            command.setLength(0);
            stopPrompt(returned);
            interruptingKeys = returned;
            finish(true, SUCCESS);
            return true;
        }
        if (sequence.equals(parameters.restartKeys())) {
            command.setLength(0);
            digits.setLength(0);
            prompt(parameters.initialPrompt(), attempts == 1 && isInitialPrompt, nowNs);
            return true;
        }
        if (sequence.equals(parameters.reinputKeys())) {
            command.setLength(0);
            digits.setLength(0);
            resetPattern();
            stopPrompt(sequence);
            collect(nowNs);
            return true;
        }
        if (begins(parameters.returnKeys(), sequence)
                || begins(parameters.restartKeys(), sequence)
                || begins(parameters.reinputKeys(), sequence)) {
            if (state == State.COLLECTING) {
                deadlineNs = nowNs + parameters.interDigitNs();
            }
            return true;
        }
        final String unused = sequence.substring(0, sequence.length() - 1);
        command.setLength(0);
        for (int i = 0; i < unused.length() && state != State.OVER; i++) {
            takeKey(unused.charAt(i), nowNs);
        }
        return false;
    }

    private static boolean begins(final String whole, final String part) {
        return whole.length() > part.length() && whole.startsWith(part);
    }

    private void takeKey(final char key, final long nowNs) {
        if (state == State.OVER || state == State.LAST_WORDS) {
            return;
        }
        if (state == State.PROMPTING) {
            if (key == parameters.stopKey()) {
                stopPrompt("");
                collect(nowNs);
                return;
            }
            if (key == parameters.positionKey()) {
                reposition();
                return;
            }
        }
        if (key == parameters.endInputKey()) {
            if (state == State.PROMPTING) {
                stopPrompt(String.valueOf(key));
            }
            if (parameters.includesEndInputKey()) {
                digits.append(key);
            }
            onInputEnded(nowNs);
            return;
        }
        if (state == State.EXTRA_DIGIT) {
            return;
        }
        if (digits.length() == 0 && parameters.startInputKeys().indexOf(key) < 0) {
            return;
        }
        if (state == State.PROMPTING) {
            stopPrompt(String.valueOf(key));
            resetPattern();
            state = State.COLLECTING;
        }
        digits.append(key);
        deadlineNs = nowNs + parameters.interDigitNs();
        final DigitMap pattern = parameters.pattern();
        if (pattern != null) {
            onPattern(pattern.dial(key), nowNs);
        } else if (digits.length() == parameters.digitsMax()) {
            if (parameters.extraDigitNs() > 0) {
                state = State.EXTRA_DIGIT;
                deadlineNs = nowNs + parameters.extraDigitNs();
            } else {
                finish(true, SUCCESS);
            }
        }
    }

    private void onPattern(final DigitMap.Match match, final long nowNs) {
        switch (match) {
            case PERFECT -> finish(true, SUCCESS);
            case IMPOSSIBLE -> fail(PATTERN_NOT_MATCHED, nowNs);
            case PARTIAL, CRITICAL -> {}
        }
    }

    private void onInputEnded(final long nowNs) {
        final int counted = digits.length() - (parameters.includesEndInputKey() ? 1 : 0);
        if (state != State.EXTRA_DIGIT && parameters.pattern() != null) {
            onPattern(
                    parameters.pattern().dial('T') == DigitMap.Match.PERFECT
                            ? DigitMap.Match.PERFECT
                            : DigitMap.Match.IMPOSSIBLE,
                    nowNs);
        } else if (counted >= parameters.digitsMin()) {
            finish(true, SUCCESS);
        } else {
            fail(counted == 0 ? NO_DIGITS : PATTERN_NOT_MATCHED, nowNs);
        }
    }

    /** What {@link Stage#play} played has come to its end. */
    void onPlayed(final long nowNs) {
        if (state == State.PROMPTING) {
            collect(nowNs);
        } else if (state == State.LAST_WORDS) {
            over();
        }
    }

    void onDeadline(final long nowNs) {
        if (!Deadlines.isDue(deadlineNs, nowNs)) {
            return;
        }
        deadlineNs = Deadlines.NO_DEADLINE;
        // Keys that began a command sequence nobody finished are digits after all.
        final String unfinished = command.toString();
        command.setLength(0);
        for (int i = 0; i < unfinished.length() && state == State.COLLECTING; i++) {
            takeKey(unfinished.charAt(i), nowNs);
        }
        if (state == State.EXTRA_DIGIT) {
            finish(true, SUCCESS);
        } else if (state == State.COLLECTING && deadlineNs == Deadlines.NO_DEADLINE) {
            if (digits.length() == 0) {
                fail(NO_DIGITS, nowNs);
            } else {
                onInputEndedByTimer(nowNs);
            }
        }
    }

    private void onInputEndedByTimer(final long nowNs) {
        final DigitMap pattern = parameters.pattern();
        if (pattern != null) {
            onPattern(
                    pattern.dial('T') == DigitMap.Match.PERFECT ? DigitMap.Match.PERFECT : DigitMap.Match.IMPOSSIBLE,
                    nowNs);
        } else if (digits.length() >= parameters.digitsMin()) {
            finish(true, SUCCESS);
        } else {
            fail(PATTERN_NOT_MATCHED, nowNs);
        }
    }

    /** RFC 2897 §3: ends at once, with all the result it has. */
    void end(final long nowNs) {
        if (state != State.OVER) {
            stage.stopPlaying();
            if (state != State.LAST_WORDS) {
                isSuccess = digits.length() > 0;
                result = isSuccess ? describe(SUCCESS) : "rc=" + NO_DIGITS;
            }
            over();
        }
    }

    private void prompt(final List<Segment> segments, final boolean isInitial, final long nowNs) {
        isInitialPrompt = isInitial;
        prompt = segments;
        firstSegment = 0;
        deadlineNs = Deadlines.NO_DEADLINE;
        resetPattern();
        if (segments.isEmpty()) {
            collect(nowNs);
            return;
        }
        state = State.PROMPTING;
        stage.play(once(segments));
    }

    private void collect(final long nowNs) {
        state = State.COLLECTING;
        deadlineNs = nowNs + parameters.firstDigitNs();
        final String before = typedAhead.toString();
        typedAhead.setLength(0);
        for (int i = 0; i < before.length() && state != State.OVER; i++) {
            onKey(before.charAt(i), nowNs);
        }
    }

    private void stopPrompt(final String keys) {
        if (state == State.PROMPTING) {
            if (isInitialPrompt && !keys.isEmpty()) {
                interruptingKeys = keys;
                amountPlayedNs = stage.playedNs();
            }
            stage.stopPlaying();
        }
    }

    private void reposition() {
        final int current = firstSegment + stage.playedSegment();
        final int last = prompt.size() - 1;
        firstSegment = switch (parameters.position()) {
            case "fst" -> 0;
            case "lst" -> last;
            case "prv" -> Math.max(0, current - 1);
            case "nxt" -> Math.min(last, current + 1);
            default -> current;
        };
        stage.play(once(prompt.subList(firstSegment, prompt.size())));
    }

    private void resetPattern() {
        if (parameters.pattern() != null) {
            parameters.pattern().reset();
        }
    }

    private void fail(final int returnCode, final long nowNs) {
        if (attempts < parameters.attemptsMax()) {
            attempts++;
            digits.setLength(0);
            prompt(returnCode == NO_DIGITS ? parameters.noDigitsReprompt() : parameters.reprompt(), false, nowNs);
            return;
        }
        finish(false, parameters.attemptsMax() > 1 ? ATTEMPTS_EXCEEDED : returnCode);
    }

    private void finish(final boolean success, final int returnCode) {
        deadlineNs = Deadlines.NO_DEADLINE;
        isSuccess = success;
        result = success ? describe(returnCode) : "rc=" + returnCode;
        final List<Segment> lastWords = success ? parameters.successAnnouncement() : parameters.failureAnnouncement();
        if (lastWords.isEmpty()) {
            over();
        } else {
            state = State.LAST_WORDS;
            stage.play(once(lastWords));
        }
    }

    private String describe(final int returnCode) {
        final StringBuilder text =
                new StringBuilder("rc=").append(returnCode).append(" na=").append(attempts);
        if (digits.length() > 0) {
            text.append(" dc=").append(digits);
        }
        if (!interruptingKeys.isEmpty()) {
            text.append(" ik=").append(interruptingKeys);
        }
        if (amountPlayedNs >= 0) {
            text.append(" ap=").append(amountPlayedNs / UNIT_NS);
        }
        return text.toString();
    }

    private void over() {
        state = State.OVER;
        deadlineNs = Deadlines.NO_DEADLINE;
        stage.onCollected(isSuccess, result);
    }

    private PromptSequence once(final List<Segment> segments) {
        return new PromptSequence(segments, 1, 0, Long.MAX_VALUE, parameters.gainDb());
    }
}
