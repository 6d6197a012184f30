package midplane.shelf;

import java.util.Map;

/** Where announcements come from. Answers from memory: an agent asks it in its duty cycle. */
public interface PromptStore {
    /** What became of a look-up. */
    sealed interface Lookup permits Found, Missing, Forbidden, Broken {}

    record Found(Prompt prompt) implements Lookup {}

    /** Nothing of that name: 404. */
    enum Missing implements Lookup {
        MISSING
    }

    /** The name leads out of the prompts root, or to a scheme that is not served: 403. */
    enum Forbidden implements Lookup {
        FORBIDDEN
    }

    /**
     * There is such a file, but it cannot be played: 400 with a Warning.
     *
     * @param reason for people; no path of the machine in it.
     */
    record Broken(String reason) implements Lookup {}

    /**
     * Looks a prompt up.
     *
     * @param play the unescaped value of RFC 4240's {@code play} parameter: a name, or a {@code file:} URL.
     */
    Lookup find(String play);

    /** A store of what is given, for tests and the simulation. */
    static PromptStore of(Map<String, Prompt> prompts) {
        final Map<String, Prompt> copy = Map.copyOf(prompts);
        return play -> {
            final Prompt prompt = copy.get(play);
            return prompt == null ? Missing.MISSING : new Found(prompt);
        };
    }
}
