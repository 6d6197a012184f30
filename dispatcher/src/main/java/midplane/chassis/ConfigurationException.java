package midplane.chassis;

/** The settings are wrong. The message is one sentence for people: property, value, what was expected. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(final String message) {
        super(message);
    }
}
