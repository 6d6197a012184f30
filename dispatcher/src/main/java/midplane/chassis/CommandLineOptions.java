package midplane.chassis;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What can be said on the command line. Filled by picocli. */
@Command(
        name = "java -jar midplane.jar",
        description = "Runs a chassis: one dispatcher on a well-known SIP port, and processor blades behind it.",
        versionProvider = CommandLineOptions.Version.class,
        subcommands = TraceCommand.class,
        sortOptions = false,
        footer = {
            "",
            "-DNAME=VALUE before or after -jar sets a property too. Later wins: defaults, --config, -D, --set.",
            "All properties with what they mean: --print-config.",
            "Exit status: 0 stopped as asked, 1 could not start, 2 wrong setting."
        })
final class CommandLineOptions {
    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Product.NAME + ' ' + Product.version()};
        }
    }

    @Option(
            names = "--config",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Read properties from a file (Java properties).")
    @Nullable
    Path config;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            scope = ScopeType.INHERIT,
            description = "Set a property; may be repeated.")
    List<String> set = new ArrayList<>();

    @Option(names = "-D", hidden = true) // The footer says it better than picocli's "-D=NAME=VALUE".
    List<String> define = new ArrayList<>();

    @Option(names = "--print-config", description = "Print every property as --config reads it, and exit.")
    boolean printConfig;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this, and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version, and exit.")
    boolean version;

    /**
     * A context with all that was said, in the order of precedence.
     *
     * @throws ConfigurationException when something was said that is not so.
     */
    ChassisContext context(final Properties system) {
        final ChassisContext context = new ChassisContext();
        final PropertyValues values = context.values();
        if (config != null) {
            values.putFile(config);
        }
        values.putSystemProperties(system);
        define.forEach(assignment -> values.putAssignment(assignment, "-D"));
        set.forEach(assignment -> values.putAssignment(assignment, "--set"));
        return context;
    }
}
