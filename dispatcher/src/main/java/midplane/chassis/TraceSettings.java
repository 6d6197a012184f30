package midplane.chassis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The placement trace.
 *
 * @param file null: none is kept.
 * @param isAuto nobody named the file: then the chassis does without a trace rather than not to start.
 * @param length of the file, bytes.
 */
record TraceSettings(@Nullable Path file, boolean isAuto, int length) {
    /** A file is found by the chassis. */
    static final String AUTO = "auto";

    /** No trace. */
    static final String NONE = "none";

    private static final int ALIGNMENT = 4096;

    static TraceSettings none() {
        return new TraceSettings(null, false, 0);
    }

    /**
     * Of what was set.
     *
     * @param name of a well-known port, unless the system chooses it: then nobody would find the file.
     */
    static TraceSettings of(final String text, final long maxLength, final @Nullable String name) {
        final int length = (int) maxLength / ALIGNMENT * ALIGNMENT;
        if (text.equals(NONE)) {
            return none();
        }
        if (!text.equals(AUTO)) {
            return new TraceSettings(Path.of(text), false, length);
        }
        return name == null ? none() : new TraceSettings(autoDirectory().resolve(name + ".trace"), true, length);
    }

    /** One for each user: others must not read who calls whom. */
    static Path autoDirectory() {
        final String user = System.getProperty("user.name", "nobody").replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(System.getProperty("java.io.tmpdir"), "midplane-" + user);
    }
}
