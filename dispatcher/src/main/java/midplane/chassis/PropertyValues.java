package midplane.chassis;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A value for each property and where it came from. What is put later wins. Not thread-safe. */
final class PropertyValues {
    private static final String PREFIX = "midplane.";

    private record Setting(String text, String source) {}

    private final Map<ChassisProperty, Setting> settings = new EnumMap<>(ChassisProperty.class);

    PropertyValues() {
        for (final ChassisProperty property : ChassisProperty.values()) {
            settings.put(property, new Setting(property.defaultText(), "default"));
        }
    }

    /** For code, whose values are checked by {@link #check()}. */
    void put(final ChassisProperty property, final String text) {
        settings.put(property, new Setting(text, "ChassisContext"));
    }

    /**
     * For values that people wrote.
     *
     * @throws ConfigurationException when there is no such property or the value is not one of its values.
     */
    void put(final String name, final String text, final String source) {
        final ChassisProperty property = ChassisProperty.find(name);
        if (property == null) {
            throw new ConfigurationException(name + '=' + text + " (" + source
                    + ") is not a property of Midplane; the nearest is "
                    + ChassisProperty.nearest(name).propertyName() + '.');
        }
        final Setting setting = new Setting(text.strip(), source);
        check(property, setting);
        settings.put(property, setting);
    }

    /** Reads a file in the syntax of {@link Properties}, UTF-8. Every name in it must be known. */
    void putFile(final Path file) {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (final IOException | IllegalArgumentException ex) {
            throw new ConfigurationException("--config " + file + " cannot be read: " + reason(ex) + '.');
        }
        putAll(properties, "", "--config " + file);
    }

    /** Takes what concerns us from the properties of the JVM. */
    void putSystemProperties(final Properties properties) {
        putAll(properties, PREFIX, "-D");
    }

    /** In the order of their names, so that of several faults the same one is always told. */
    private void putAll(final Properties properties, final String prefix, final String source) {
        for (final String name : new TreeSet<>(properties.stringPropertyNames())) {
            if (name.startsWith(prefix)) {
                put(name, properties.getProperty(name), source);
            }
        }
    }

    /** NAME=VALUE, as on the command line. */
    void putAssignment(final String assignment, final String source) {
        final int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new ConfigurationException(source + ' ' + assignment + ": expected NAME=VALUE.");
        }
        put(assignment.substring(0, equals).strip(), assignment.substring(equals + 1), source);
    }

    /** Checks each value alone. */
    void check() {
        settings.forEach(PropertyValues::check);
    }

    private static void check(final ChassisProperty property, final Setting setting) {
        if (!property.accepts(setting.text)) {
            throw new ConfigurationException(property.propertyName() + '=' + setting.text + " (" + setting.source
                    + "): expected " + property.expected() + '.');
        }
    }

    /** {@code name=value}, for sentences. */
    String assignment(final ChassisProperty property) {
        return property.propertyName() + '=' + text(property);
    }

    String text(final ChassisProperty property) {
        return setting(property).text;
    }

    boolean isOpen(final ChassisProperty property) {
        return text(property).isEmpty();
    }

    int wholeNumber(final ChassisProperty property) {
        return Integer.parseInt(text(property));
    }

    long durationNs(final ChassisProperty property) {
        return PropertyKind.Duration.ns(text(property));
    }

    long bytes(final ChassisProperty property) {
        return PropertyKind.Size.bytes(text(property));
    }

    <E extends Enum<E>> E choice(final ChassisProperty property, final Class<E> type) {
        return Enum.valueOf(type, text(property).replace('-', '_').toUpperCase(Locale.ROOT));
    }

    @Nullable
    Path path(final ChassisProperty property) {
        return isOpen(property) ? null : Path.of(text(property));
    }

    /** Writes a file that {@link #putFile} reads back. */
    void print(final PrintStream out) {
        String gap = "";
        for (final ChassisProperty property : ChassisProperty.values()) {
            final Setting setting = setting(property);
            out.print(gap);
            out.println("# " + property.description());
            out.println("# " + property.expected() + "; default: "
                    + (property.defaultText().isEmpty() ? "nothing" : property.defaultText())
                    + "; this value is from: " + setting.source);
            out.println(property.propertyName() + '=' + escaped(setting.text));
            gap = System.lineSeparator();
        }
    }

    /** As {@link Properties} reads it back. There are no leading blanks to escape. */
    private static String escaped(final String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r");
    }

    private Setting setting(final ChassisProperty property) {
        final Setting setting = settings.get(property);
        if (setting == null) {
            throw new IllegalStateException("every property has a setting: " + property);
        }
        return setting;
    }

    private static String reason(final Exception ex) {
        if (ex instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (ex instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (ex instanceof CharacterCodingException) {
            return "it is not in UTF-8";
        }
        final String message = ex.getMessage();
        return message == null ? ex.getClass().getSimpleName() : message;
    }
}
