package midplane.chassis;

import org.jspecify.annotations.Nullable;

/** The settings are right but the machine does not give what they ask for. The message is one sentence for people. */
public final class LaunchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LaunchException(final String message, final @Nullable Throwable cause) {
        super(message, cause);
    }
}
